//! Turns the document's vocabularies, which are its schemas with known values, into open enums.

use crate::document;
use heck::ToUpperCamelCase;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

/// The vocabularies of `doc`: name and schema.
pub fn all(doc: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document::entries(&doc["components"]["schemas"]).filter(|(_, schema)| !schema["x-known-values"].is_null())
}

/// The enums, as calls of the macros of `src/types/macros.rs`.
///
/// # Errors
/// A vocabulary in a form unknown here.
pub fn enums(doc: &Value) -> Result<TokenStream, String> {
    all(doc).map(|(name, schema)| one(name, schema).ok_or_else(|| format!("{name} is not a vocabulary"))).collect()
}

fn one(name: &str, schema: &Value) -> Option<TokenStream> {
    let known = schema["x-known-values"].as_object()?;
    let order = schema["x-mcp-order"].as_array();
    let codes = schema["type"] == "integer";
    let mut values: Vec<&str> = match order {
        Some(order) => order.iter().filter_map(Value::as_str).collect(),
        None => known.keys().map(String::as_str).collect(),
    };
    if codes {
        values.sort_by_key(|code| code.parse().unwrap_or(i32::MAX));
    }
    let mut variants = Vec::new();
    for value in &values {
        let meaning = known.get(*value)?.as_str()?;
        let (variant, doc, value) = if codes {
            let code = Literal::i32_unsuffixed(value.parse().ok()?);
            (variant(meaning), format!(" `{value}`: {meaning}."), quote!(#code))
        } else {
            (variant(value), format!(" `{value}`: {meaning}"), quote!(#value))
        };
        variants.push(quote!(#[doc = #doc] #variant = #value));
    }
    let name = format_ident!("{name}");
    let description = schema["description"].as_str()?;
    let about = format!(" {description}");
    let (macro_name, tolerance) = if codes {
        (format_ident!("open_codes"), " A code that is not known is kept.")
    } else {
        let words = " A text that is not known is kept as it came. Case, spaces, `-`, `_` and `/` make no difference.";
        (format_ident!("open_words"), words)
    };
    let ranked = " Values compare from best to worst. One that is not known is worse than every known one.";
    let order = order.map(|_| quote!(#[doc = ""] #[doc = #ranked] #[derive(PartialOrd, Ord)]));
    let schema = format!("{description} Known: {}.", values.join(", "));
    Some(quote! {
        #macro_name! {
            #[doc = #about]
            #[doc = ""]
            #[doc = #tolerance]
            #order
            #name: #schema { #(#variants,)* }
        }
    })
}

fn variant(value: &str) -> syn::Ident {
    match value.replace("w/", "with").to_upper_camel_case().as_str() {
        // Every enum has an `Other` for what is not known.
        "Other" => format_ident!("SomethingElse"),
        name => format_ident!("{name}"),
    }
}
