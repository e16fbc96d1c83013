//! Turns the document into Rust: the raw client, the typed mocks, the operation table.

use crate::{document::Document, lenient, operations};
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl};
use syn::parse_quote;

/// The generated sources, formatted.
pub struct Sources {
    /// The raw client and its types.
    pub client: String,
    /// Typed helpers for `httpmock`, for this crate's own tests.
    pub httpmock: String,
    /// One entry per operation: what the funnel must know and the generator does not say.
    pub operations: String,
}

/// Generates all sources; `schemars` adds `JsonSchema` to every type.
///
/// # Errors
/// What the generator could not do with the document.
pub fn generate(document: &Document, schemars: bool) -> Result<Sources, String> {
    let mut generator = Generator::new(&settings(schemars));
    let client = generator.generate_tokens(&document.openapi).map_err(|e| format!("progenitor: {e}"))?;
    let mocks = generator
        .httpmock(&document.openapi, "mycarrierpackets::raw")
        .map_err(|e| format!("progenitor, mocks: {e}"))?;
    let mut client: syn::File = syn::parse2(client).map_err(|e| format!("generated client: {e}"))?;
    lenient::soften(&mut client, &document.json)?;
    Ok(Sources {
        client: prettyplease::unparse(&client),
        httpmock: pretty(mocks)?,
        operations: pretty(operations::table(&document.json)?)?,
    })
}

fn pretty(tokens: TokenStream) -> Result<String, String> {
    let file = syn::parse2(tokens).map_err(|e| format!("generated code: {e}"))?;
    Ok(prettyplease::unparse(&file))
}

fn settings(schemars: bool) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(parse_quote!(crate::exec::Funnel))
        .with_derive("PartialEq")
        .with_replacement("DotNumber", "crate::types::DotNumber", [TypeImpl::Display, TypeImpl::FromStr].into_iter())
        .with_conversion(text("mcp-date-time"), "crate::types::Timestamp", [TypeImpl::Display].into_iter())
        .with_conversion(text("password"), "crate::types::Redacted", std::iter::empty());
    if schemars {
        settings.with_derive("::schemars::JsonSchema");
    }
    settings
}

// typify is told of schemas in the form of schemars 0.8, which progenitor does not re-export.
fn text(format: &str) -> schemars08::schema::SchemaObject {
    schemars08::schema::SchemaObject {
        instance_type: Some(schemars08::schema::InstanceType::String.into()),
        format: Some(format.to_owned()),
        ..Default::default()
    }
}
