//! The answers that the document shows as examples, as Rust.

use crate::{document, operations::pascal};
use quote::{format_ident, quote};
use serde_json::Value;

/// `EXAMPLES`: operations that answer JSON, each with the text of an example.
pub fn table(doc: &Value) -> String {
    let rows = document::operations(doc).filter_map(|(_, _, op)| {
        let example = example(doc, &op["responses"]["200"]["content"]["application/json"]["examples"])?.to_string();
        let operation = format_ident!("{}", pascal(op["operationId"].as_str()?));
        Some(quote!((Operation::#operation, #example)))
    });
    quote!(static EXAMPLES: &[(Operation, &str)] = &[#(#rows),*];).to_string()
}

/// What the server writes, where the document knows it; an object rather than a text.
fn example<'a>(doc: &'a Value, examples: &'a Value) -> Option<&'a Value> {
    let named = |name| examples.get(name);
    let first = || document::entries(examples).map(|(_, example)| example).next();
    let chosen = named("wire").or_else(|| named("object")).or_else(first)?;
    document::resolve(doc, chosen).get("value")
}
