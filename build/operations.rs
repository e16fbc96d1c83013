//! The operation table: what the document's extensions say of each operation, as Rust.

use crate::document;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

/// `enum Operation` and its table.
///
/// # Errors
/// An extension that the table cannot hold.
pub fn table(doc: &Value) -> Result<TokenStream, String> {
    let mut variants = Vec::new();
    let mut rows = Vec::new();
    for (path, verb, op) in document::operations(doc) {
        let id = op["operationId"].as_str().unwrap_or_default();
        let variant = format_ident!("{}", pascal(id));
        let summary = op["summary"].as_str().unwrap_or_default();
        let doc_line = format!(" {summary}: `{} {path}`.", verb.to_uppercase());
        variants.push(quote!(#[doc = #doc_line] #variant));

        let vendor = op["x-vendor-name"].as_str().unwrap_or(id);
        let tag = op["tags"][0].as_str().unwrap_or_default();
        let method = format_ident!("{}", verb.to_uppercase());
        let idempotency = format_ident!("{}", pascal(op["x-mcp-idempotency"].as_str().unwrap_or_default()));
        let portal = op["x-mcp-server"] == "portal";
        let server = format_ident!("{}", if portal { "Portal" } else { "Api" });
        let needs_token = op["security"] != Value::Array(Vec::new());
        let pagination = pagination(&op["x-mcp-pagination"]);
        let answer = answer(doc, op);
        let fields = fields(doc, op);
        let makes = op["x-mcp-makes"].as_str().map_or(quote!(None), |state| quote!(Some(#state)));
        let windowed = op["parameters"].as_array().into_iter().flatten().any(|parameter| {
            document::resolve(doc, parameter)["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("fromDate"))
        });
        rows.push(quote! {
            OperationInfo {
                operation: Operation::#variant,
                id: #id,
                vendor_name: #vendor,
                tag: #tag,
                method: http::Method::#method,
                path: #path,
                server: Server::#server,
                needs_token: #needs_token,
                idempotency: Idempotency::#idempotency,
                pagination: #pagination,
                answer: Answer::#answer,
                fields: &[#(#fields),*],
                makes: #makes,
                windowed: #windowed,
            }
        });
    }
    let count = rows.len();
    Ok(quote! {
        /// An operation of the API, as the document lists them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Operation {
            #(#variants,)*
            /// A call by path of an operation that the document does not have. See
            /// [`Client::request_path`](crate::Client::request_path).
            ByPath,
        }

        static TABLE: [OperationInfo; #count] = [#(#rows),*];
    })
}

fn pagination(value: &Value) -> TokenStream {
    let (Some(style), Some(default), Some(max)) =
        (value["style"].as_str(), value["default"].as_u64(), value["max"].as_u64())
    else {
        return quote!(None);
    };
    let (style, default, max) = (format_ident!("{}", pascal(style)), default as u32, max as u32);
    let items = value["items"].as_str().map_or(quote!(None), |name| quote!(Some(#name)));
    quote! {
        Some(Pagination {
            style: PaginationStyle::#style,
            default_size: #default,
            max_size: #max,
            items: #items,
        })
    }
}

// The first byte of an answer distinguishes an object from an array; the funnel makes it what the schema says.
fn answer(doc: &Value, op: &Value) -> TokenStream {
    let content = &op["responses"]["200"]["content"];
    let Some(json) = content.get("application/json") else {
        return quote!(Document);
    };
    let schema = document::resolve(doc, &json["schema"]);
    match schema["type"].as_str() {
        Some("array") => quote!(Array),
        Some("object") => schema["x-mcp-text-as"]
            .as_str()
            .map_or(quote!(Object { text_as: None }), |field| quote!(Object { text_as: Some(#field) })),
        _ => quote!(Any),
    }
}

fn fields(doc: &Value, op: &Value) -> Vec<String> {
    let schema = document::resolve(doc, &op["responses"]["200"]["content"]["application/json"]["schema"]);
    let element = if schema["type"] == "array" { document::resolve(doc, &schema["items"]) } else { schema };
    document::entries(&element["properties"]).map(|(name, _)| name.clone()).collect()
}

/// `preview_carrier` as `PreviewCarrier`.
pub fn pascal(snake: &str) -> String {
    snake
        .split('_')
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
        })
        .collect()
}
