//! Makes the generated types accept what the wire sends: text for a number, one object for an array of it.
//!
//! Every optional field gets the decoder of `src/types/lenient.rs` that fits its type, and every field's documentation
//! ends with its name on the wire. Answers are `#[non_exhaustive]`. Nothing else of the generator's output changes but
//! `Client::new`, which would panic and set a timeout of its own, the function that decodes an answer, which is
//! `src/exec/decode.rs`, and what a call hands on beside its request: its operation, and not the name of that.

use crate::{document, operations};
use quote::{ToTokens, format_ident};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, PathArguments, Type, parse_quote};

/// Adds the decoders to `file`.
///
/// # Errors
/// A `x-mcp-text-as` that names no field.
pub fn soften(file: &mut syn::File, doc: &Value) -> Result<(), String> {
    let texts: Vec<(String, String)> = document::entries(&doc["components"]["schemas"])
        .filter_map(|(name, schema)| Some((name.clone(), schema["x-mcp-text-as"].as_str()?.to_owned())))
        .collect();
    let sent = document::operations(doc).flat_map(|(_, _, op)| document::referred(&op["requestBody"])).collect();
    let mut softener = Softener { texts: &texts, sent, impls: Vec::new(), operation: format_ident!("None") };
    softener.visit_file_mut(file);
    if softener.impls.len() != texts.len() {
        return Err(format!("x-mcp-text-as must name a field of its schema: {texts:?}"));
    }
    file.items.append(&mut softener.impls);
    Ok(())
}

struct Softener<'a> {
    texts: &'a [(String, String)],
    /// The types of request bodies.
    sent: Vec<String>,
    impls: Vec<syn::Item>,
    /// That of the method at hand.
    operation: syn::Ident,
}

impl VisitMut for Softener<'_> {
    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        let name = item.ident.to_string();
        // The vendor adds fields without notice. What is sent is made by hand and has to stay so.
        if name != "Client" && !self.sent.contains(&name) {
            item.attrs.push(parse_quote!(#[non_exhaustive]));
        }
        let text_field = self.texts.iter().find(|(n, _)| *n == name).map(|(_, f)| f);
        if item.fields.iter().any(is_flattened) {
            // The generator takes a map for something that must be there.
            item.attrs.push(parse_quote!(#[derive(Default)]));
        }
        for field in &mut item.fields {
            if is_flattened(field) {
                field.attrs.push(parse_quote!(#[doc = " Fields that this version does not know, by their names."]));
                continue;
            }
            if matches!(field.vis, syn::Visibility::Public(_)) {
                document_wire_name(field);
            }
            if text_field.is_some() && wire_name(field).as_ref() == text_field {
                let (ty, at) = (&item.ident, &field.ident);
                self.impls.push(parse_quote! {
                    impl crate::types::lenient::FromText for types::#ty {
                        fn from_text(text: String) -> Self {
                            Self { #at: Some(text.into()), ..Default::default() }
                        }
                    }
                });
            }
            if let Some(element) = nullable_element(&field.ty).cloned() {
                // The decoder of lists leaves null elements out.
                field.ty = parse_quote!(::std::option::Option<::std::vec::Vec<#element>>);
            }
            if let Some(decoder) = argument(&field.ty, "Option").and_then(|inner| self.decoder(inner)) {
                let path = format!("crate::types::lenient::{decoder}");
                field.attrs.push(parse_quote!(#[serde(default, deserialize_with = #path)]));
            }
        }
    }

    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
        if path.to_token_stream().to_string() == "ResponseValue :: from_response" {
            *path = parse_quote!(crate::exec::decode);
        }
    }

    // A call says which operation it is, so that nobody has to look the name up.
    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        self.operation = format_ident!("{}", operations::pascal(&function.sig.ident.to_string()));
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        if call.method == "exec"
            && let Some(info) = call.args.last_mut()
        {
            let operation = &self.operation;
            *info = parse_quote!(crate::operation::Operation::#operation);
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let inherent = item.trait_.is_none();
        item.items.retain(|member| {
            !matches!(member, syn::ImplItem::Fn(f) if inherent && f.sig.ident == "new"
            && f.sig.inputs.to_token_stream().to_string().contains("baseurl"))
        });
        visit_mut::visit_item_impl_mut(self, item);
    }
}

impl Softener<'_> {
    fn decoder(&self, ty: &Type) -> Option<String> {
        if let Some(element) = argument(ty, "Vec") {
            return Some(self.with_text("list", element));
        }
        let own =
            matches!(ty, Type::Path(path) if path.path.segments.first().is_some_and(|first| first.ident == "crate"));
        match last_segment(ty)?.ident.to_string().as_str() {
            "Timestamp" | "Redacted" | "Value" | "Map" => None,
            "String" | "i32" | "i64" | "f64" | "bool" => Some("scalar".to_owned()),
            _ if own => Some("scalar".to_owned()),
            _ => Some(self.with_text("object", ty)),
        }
    }

    fn with_text(&self, decoder: &str, ty: &Type) -> String {
        let name = last_segment(ty).map(|s| s.ident.to_string()).unwrap_or_default();
        if self.texts.iter().any(|(n, _)| *n == name) {
            format_ident!("{decoder}_or_text").to_string()
        } else {
            decoder.to_owned()
        }
    }
}

// Whoever writes an answer by hand, for a test, needs the name that the vendor uses.
fn document_wire_name(field: &mut syn::Field) {
    let Some(name) = wire_name(field) else { return };
    let line = format!(" On the wire: `{name}`.");
    let described = field.attrs.iter().any(|attr| attr.path().is_ident("doc"));
    if described {
        field.attrs.push(parse_quote!(#[doc = ""]));
    }
    field.attrs.push(parse_quote!(#[doc = #line]));
}

/// Whether `field` takes up what no other field of its type does.
fn is_flattened(field: &syn::Field) -> bool {
    let serde = field.attrs.iter().filter(|attr| attr.path().is_ident("serde"));
    serde.into_iter().any(|attr| attr.parse_args::<syn::Path>().is_ok_and(|word| word.is_ident("flatten")))
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// `T` of `Option<Vec<Option<T>>>`.
fn nullable_element(ty: &Type) -> Option<&Type> {
    argument(argument(argument(ty, "Option")?, "Vec")?, "Option")
}

/// `T` of `wrapper<T>`.
pub fn argument<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let segment = last_segment(ty).filter(|s| s.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// The name of `field` in JSON.
pub fn wire_name(field: &syn::Field) -> Option<String> {
    let mut name = field.ident.as_ref()?.to_string();
    for attr in field.attrs.iter().filter(|a| a.path().is_ident("serde")) {
        // Other serde attributes have forms of their own; only `rename = "…"` matters here.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            } else if let Ok(value) = meta.value() {
                let _: syn::Expr = value.parse()?;
            }
            Ok(())
        });
    }
    Some(name)
}
