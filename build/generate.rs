//! Turns the document into Rust: the raw client, the typed mocks, the operation table.

use crate::{document::Document, lenient, operations, vocabulary};
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl};
use quote::{ToTokens, format_ident};
use syn::parse_quote;
use syn::visit_mut::{self, VisitMut};

/// The generated sources, formatted.
pub struct Sources {
    /// The raw client and its types.
    pub client: String,
    /// Typed helpers for `httpmock`, for this crate's own tests.
    pub httpmock: String,
    /// One entry per operation: what the funnel must know and the generator does not say.
    pub operations: String,
    /// One enum per vocabulary.
    pub vocabularies: String,
}

/// Generates all sources; `schemars` adds `JsonSchema` to every type.
///
/// # Errors
/// What the generator could not do with the document.
pub fn generate(document: &Document, schemars: bool) -> Result<Sources, String> {
    let mut generator = Generator::new(&settings(document, schemars));
    let client = generator.generate_tokens(&document.openapi).map_err(|e| format!("progenitor: {e}"))?;
    let mocks = generator
        .httpmock(&document.openapi, "mycarrierpackets::raw")
        .map_err(|e| format!("progenitor, mocks: {e}"))?;
    let mut client: syn::File = syn::parse2(client).map_err(|e| format!("generated client: {e}"))?;
    lenient::soften(&mut client, &document.json)?;
    Ok(Sources {
        client: prettyplease::unparse(&client),
        httpmock: exposed(mocks)?,
        operations: pretty(operations::table(&document.json)?)?,
        vocabularies: pretty(vocabulary::enums(&document.json)?)?,
    })
}

// A secret has no `Display`, which the generated mocks take for granted: they ask for its text.
fn exposed(mocks: TokenStream) -> Result<String, String> {
    struct Secrets;
    impl VisitMut for Secrets {
        fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
            if function.sig.inputs.to_token_stream().to_string().contains("Redacted") {
                visit_mut::visit_impl_item_fn_mut(self, function);
            }
        }

        fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
            if call.method == "to_string" {
                call.method = format_ident!("expose");
            }
            visit_mut::visit_expr_method_call_mut(self, call);
        }
    }
    let mut file: syn::File = syn::parse2(mocks).map_err(|e| format!("generated mocks: {e}"))?;
    Secrets.visit_file_mut(&mut file);
    Ok(prettyplease::unparse(&file))
}

fn pretty(tokens: TokenStream) -> Result<String, String> {
    let file = syn::parse2(tokens).map_err(|e| format!("generated code: {e}"))?;
    Ok(prettyplease::unparse(&file))
}

/// The formats of the document and the types of `src/types` that hold them.
const FORMATS: [(&str, &str); 9] = [
    ("mcp-blob-name", "BlobName"),
    ("mcp-count", "CountText"),
    ("mcp-date", "DateText"),
    ("mcp-date-time", "Timestamp"),
    ("mcp-docket-number", "DocketText"),
    ("mcp-money", "MoneyText"),
    ("mcp-percent", "PercentText"),
    ("mcp-yes-no", "YesNoText"),
    ("password", "Redacted"),
];

fn settings(document: &Document, schemars: bool) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(parse_quote!(crate::exec::Funnel))
        .with_derive("PartialEq");
    let shown = || [TypeImpl::Display, TypeImpl::FromStr].into_iter();
    settings.with_replacement("DotNumber", "crate::types::DotNumber", shown());
    for (name, _) in vocabulary::all(&document.json) {
        settings.with_replacement(name, format!("crate::types::{name}"), shown());
    }
    for (format, name) in FORMATS {
        let displayed = (format != "password").then_some(TypeImpl::Display);
        settings.with_conversion(text(format), format!("crate::types::{name}"), displayed.into_iter());
    }
    if schemars {
        settings.with_derive("::schemars::JsonSchema");
    }
    settings
}

// typify takes schemas in the form of schemars 0.8, which progenitor does not re-export.
fn text(format: &str) -> schemars08::schema::SchemaObject {
    schemars08::schema::SchemaObject {
        instance_type: Some(schemars08::schema::InstanceType::String.into()),
        format: Some(format.to_owned()),
        ..Default::default()
    }
}
