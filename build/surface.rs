//! The surface of the generated client as short texts for a reviewer: one per operation, one per type.
//!
//! Shared by `xtask`, which writes them as snapshots, and by the test that asserts them. Documentation is left out, so
//! that prose can be edited freely.

use proc_macro2::TokenTree;
use quote::ToTokens;
use std::collections::HashMap;
use syn::visit::{self, Visit};
use syn::{Expr, Fields, GenericArgument, Item, Lit, PathArguments, Type, parse_file};

/// For the head of each snapshot.
pub const HOW_TO_REFRESH: &str = "Generated; refresh with `cargo xtask codegen`";

/// What an [`Entry`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its signature, and what the operation table says.
    Operation,
    /// Its fields.
    Type,
}

impl Kind {
    /// The folder of its snapshots.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Type => "type",
        }
    }
}

/// One operation or type.
pub struct Entry {
    /// Which of the two.
    pub kind: Kind,
    /// The method's or the type's name.
    pub name: String,
    /// What it looks like.
    pub text: String,
}

/// The surface of the generated `client`, `operations` and `vocabularies` sources, in their order.
///
/// # Errors
/// Generated code in a form unknown here.
pub fn extract(client: &str, operations: &str, vocabularies: &str) -> Result<Vec<Entry>, String> {
    let client = parse_file(client).map_err(|e| format!("generated client: {e}"))?;
    let operations = parse_file(operations).map_err(|e| format!("operation table: {e}"))?;
    let vocabularies = parse_file(vocabularies).map_err(|e| format!("vocabularies: {e}"))?;
    let mut methods = HashMap::new();
    for item in &client.items {
        if let Item::Impl(item) = item {
            methods.extend(item.items.iter().filter_map(|member| match member {
                syn::ImplItem::Fn(f) => Some((f.sig.ident.to_string(), f)),
                _ => None,
            }));
        }
    }
    let mut entries = Vec::new();
    for row in rows(&operations)? {
        let name = column(&row, "id").to_owned();
        let method = methods.get(&name).ok_or_else(|| format!("no method `{name}` was generated"))?;
        let text = operation_text(&row, method)?;
        entries.push(Entry { kind: Kind::Operation, name, text });
    }
    let types = client.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let (_, types) = types.ok_or("no module `types` was generated")?;
    entries.extend(types.iter().filter_map(type_entry));
    entries.extend(vocabularies.items.iter().filter_map(vocabulary_entry));
    Ok(entries)
}

type Row = Vec<(String, String)>;

fn rows(file: &syn::File) -> Result<Vec<Row>, String> {
    let table = file.items.iter().find_map(|item| match item {
        Item::Static(table) => Some(&*table.expr),
        _ => None,
    });
    let Some(Expr::Array(table)) = table else {
        return Err("no operation table was generated".to_owned());
    };
    let row = |expr: &Expr| match expr {
        Expr::Struct(row) => {
            Ok(row.fields.iter().map(|f| (f.member.to_token_stream().to_string(), value(&f.expr))).collect())
        }
        other => Err(format!("a row of the operation table is {}", other.to_token_stream())),
    };
    table.elems.iter().map(row).collect()
}

fn column<'a>(row: &'a Row, name: &str) -> &'a str {
    row.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

fn value(expr: &Expr) -> String {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Str(text) => text.value(),
            Lit::Int(number) => number.base10_digits().to_owned(),
            other => other.to_token_stream().to_string(),
        },
        Expr::Path(path) => last(&path.path),
        Expr::Call(call) => {
            let arguments: Vec<_> = call.args.iter().map(value).collect();
            format!("{}({})", value(&call.func), arguments.join(", "))
        }
        Expr::Struct(object) => {
            let fields = object.fields.iter().map(|f| format!("{}: {}", f.member.to_token_stream(), value(&f.expr)));
            format!("{} {{ {} }}", last(&object.path), fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_token_stream().to_string(),
    }
}

fn operation_text(row: &Row, method: &syn::ImplItemFn) -> Result<String, String> {
    let path = column(row, "path");
    let mut text = format!("{} {path}\n", column(row, "method"));
    for (key, value) in row.iter().filter(|(key, _)| !["operation", "id", "method", "path"].contains(&key.as_str())) {
        text += &format!("{key} {value}\n");
    }
    let mut places = Places::default();
    places.visit_block(&method.block);
    text += &format!("\n{}(\n", method.sig.ident);
    for input in &method.sig.inputs {
        let syn::FnArg::Typed(argument) = input else {
            continue;
        };
        let name = argument.pat.to_token_stream().to_string();
        let place = places.0.get(&name).cloned().or_else(|| in_path(path, &name));
        let place = place.ok_or_else(|| format!("`{name}` of `{}` is sent in an unknown way", method.sig.ident))?;
        text += &columns(&[&format!("    {name}: {}", short(&argument.ty)), &place]);
    }
    let syn::ReturnType::Type(_, answer) = &method.sig.output else {
        return Err(format!("`{}` answers nothing", method.sig.ident));
    };
    text += &format!(") -> {}\n", short(answer));
    Ok(text)
}

/// Where the body of a method sends its arguments.
#[derive(Default)]
struct Places(HashMap<String, String>);

impl<'ast> Visit<'ast> for Places {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let arguments: Vec<_> = call.args.iter().collect();
        if let (true, [wire, Expr::Reference(argument)]) = (value(&call.func) == "new", &arguments[..]) {
            self.0.insert(value(&argument.expr), format!("query {}", value(wire)));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let media = match call.method.to_string().as_str() {
            "json" => Some("body, JSON"),
            "form_urlencoded" => Some("body, form"),
            _ => None,
        };
        if let (Some(media), Some(Expr::Reference(argument))) = (media, call.args.first()) {
            self.0.insert(value(&argument.expr), media.to_owned());
        }
        visit::visit_expr_method_call(self, call);
    }
}

// `dot_number` is `{DOTNumber}` of the path.
fn in_path(path: &str, argument: &str) -> Option<String> {
    let folded = argument.replace('_', "");
    path.split('{')
        .filter_map(|part| part.split_once('}'))
        .find(|(name, _)| name.eq_ignore_ascii_case(&folded))
        .map(|(name, _)| format!("path {name}"))
}

fn type_entry(item: &Item) -> Option<Entry> {
    let (word, ident, attrs, body) = match item {
        Item::Struct(item) => ("struct", &item.ident, &item.attrs, fields_text(&item.fields)),
        Item::Enum(item) => {
            let variant = |v: &syn::Variant| match &v.fields {
                Fields::Unit => columns(&[&v.ident.to_string(), &serde(&v.attrs, "rename").unwrap_or_default()]),
                fields => format!("{} {{\n{}}}\n", v.ident, fields_text(fields)),
            };
            ("enum", &item.ident, &item.attrs, item.variants.iter().map(variant).collect())
        }
        Item::Type(item) => ("type", &item.ident, &item.attrs, format!("= {}\n", short(&item.ty))),
        _ => return None,
    };
    Some(Entry {
        kind: Kind::Type,
        name: ident.to_string(),
        text: format!("{word} {ident}\n{}\n{body}", derives(attrs)),
    })
}

// `#[…] Name: "…" { #[…] Variant = value, … }`
fn vocabulary_entry(item: &Item) -> Option<Entry> {
    let Item::Macro(call) = item else { return None };
    let mut tokens: Vec<_> = call.mac.tokens.clone().into_iter().collect();
    let Some(TokenTree::Group(variants)) = tokens.pop() else { return None };
    let ordered = call.mac.tokens.to_string().contains("PartialOrd");
    let name = tokens.iter().find_map(|token| match token {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    })?;
    let mut text = format!("{} {name}\nordered {ordered}\n\n", last(&call.mac.path));
    let mut variant = String::new();
    for token in variants.stream() {
        match token {
            TokenTree::Ident(name) => variant = name.to_string(),
            TokenTree::Literal(value) => text += &columns(&[&variant, &value.to_string()]),
            _ => {}
        }
    }
    Some(Entry { kind: Kind::Type, name, text })
}

fn fields_text(fields: &Fields) -> String {
    let line = |(n, field): (usize, &syn::Field)| {
        let name = field.ident.as_ref().map_or_else(|| n.to_string(), ToString::to_string);
        let wire = serde(&field.attrs, "rename").unwrap_or_else(|| name.clone());
        let decoder = serde(&field.attrs, "deserialize_with").unwrap_or_default();
        let decoder = decoder.rsplit("::").next().unwrap_or_default();
        columns(&[&format!("{name}: {}", short(&field.ty)), &wire, decoder])
    };
    fields.iter().enumerate().map(line).collect()
}

// `JsonSchema` comes and goes with a feature of the crate.
fn derives(attrs: &[syn::Attribute]) -> String {
    let mut names = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        let _ = attr.parse_nested_meta(|meta| {
            names.push(last(&meta.path));
            Ok(())
        });
    }
    names.retain(|name| name != "JsonSchema");
    names.sort();
    format!("derive {}\n", names.join(", "))
}

/// The text that the serde attributes give `word`.
fn serde(attrs: &[syn::Attribute], word: &str) -> Option<String> {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // What is not `word = "…"` is of no interest, whatever its form.
        let _ = attr.parse_nested_meta(|meta| {
            if let Ok(value) = meta.value() {
                let value: Expr = value.parse()?;
                if let (true, Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. })) = (meta.path.is_ident(word), value) {
                    found = Some(text.value());
                }
            }
            Ok(())
        });
    }
    found
}

/// `ty` as a reader would write it, without paths and lifetimes.
fn short(ty: &Type) -> String {
    match ty {
        Type::Path(path) => {
            let Some(segment) = path.path.segments.last() else {
                return String::new();
            };
            let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
                return segment.ident.to_string();
            };
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(short(ty)),
                _ => None,
            });
            format!("{}<{}>", segment.ident, types.collect::<Vec<_>>().join(", "))
        }
        Type::Reference(reference) => format!("&{}", short(&reference.elem)),
        other => other.to_token_stream().to_string(),
    }
}

fn last(path: &syn::Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

// The columns do not move when a longer name comes in: only its own line changes.
fn columns(cells: &[&str]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip([56, 36, 0]) {
        line += &format!("{cell:<width$}  ");
    }
    line.trim_end().to_owned() + "\n"
}
