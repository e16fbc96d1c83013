//! Items as lines: what is public about them, without documentation and bodies.

use super::tree::hides;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Attribute, Fields, ImplItem, Item, TraitItem, Visibility};

/// The definition of an item.
pub fn definition(item: &Item) -> Vec<String> {
    let mut item = item.clone();
    match &mut item {
        Item::Struct(item) => {
            keep(&mut item.attrs);
            let private = item.fields.iter().filter(|field| !is_public(&field.vis)).count();
            if matches!(item.fields, Fields::Unnamed(_)) && private > 0 {
                item.fields = Fields::Unit;
            }
            let mut lines = vec![head(&item.attrs, quote!(#item), &item.fields)];
            lines.extend(item.fields.iter().filter(|field| is_public(&field.vis)).map(|field| {
                let mut field = field.clone();
                keep(&mut field.attrs);
                format!("    {}", one_line(&field.to_token_stream().to_string()))
            }));
            if private > 0 {
                lines.push("    (and private parts)".to_owned());
            }
            lines
        }
        Item::Enum(item) => {
            keep(&mut item.attrs);
            let variants = std::mem::take(&mut item.variants);
            let mut lines = vec![one_line(&item.to_token_stream().to_string())];
            lines.extend(variants.into_iter().map(|mut variant| {
                keep(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| keep(&mut field.attrs));
                format!("    {}", one_line(&variant.to_token_stream().to_string()))
            }));
            lines
        }
        Item::Trait(item) => {
            keep(&mut item.attrs);
            let items = std::mem::take(&mut item.items);
            let mut lines = vec![one_line(&item.to_token_stream().to_string())];
            for item in items {
                lines.extend(trait_item(item).map(|line| format!("    {line}")));
            }
            lines
        }
        Item::Fn(item) => {
            keep(&mut item.attrs);
            let syn::ItemFn { attrs, vis, sig, .. } = item;
            let sig = signature(sig);
            vec![one_line(&quote!(#(#attrs)* #vis #sig).to_string())]
        }
        Item::Const(item) => {
            let syn::ItemConst { ident, ty, .. } = item;
            vec![one_line(&quote!(pub const #ident: #ty).to_string())]
        }
        Item::Static(item) => {
            let syn::ItemStatic { ident, ty, .. } = item;
            vec![one_line(&quote!(pub static #ident: #ty).to_string())]
        }
        Item::Type(item) => {
            keep(&mut item.attrs);
            vec![one_line(&item.to_token_stream().to_string())]
        }
        other => vec![one_line(&other.to_token_stream().to_string())],
    }
}

// A struct's first line: what its fields are is said below it.
fn head(attributes: &[Attribute], whole: TokenStream, fields: &Fields) -> String {
    let text = one_line(&whole.to_string());
    if attributes.is_empty() && fields.is_empty() {
        return text;
    }
    let body = one_line(&fields.to_token_stream().to_string());
    if body.is_empty() { text } else { text.replacen(&body, "", 1).trim_end().to_owned() }
}

// Whether an argument is `mut` is the body's business.
fn signature(signature: &syn::Signature) -> syn::Signature {
    let mut signature = signature.clone();
    for input in &mut signature.inputs {
        match input {
            syn::FnArg::Receiver(receiver) if receiver.reference.is_none() => receiver.mutability = None,
            syn::FnArg::Typed(argument) => {
                if let syn::Pat::Ident(name) = &mut *argument.pat {
                    name.mutability = None;
                }
            }
            syn::FnArg::Receiver(_) => {}
        }
    }
    signature
}

fn trait_item(item: TraitItem) -> Option<String> {
    match item {
        TraitItem::Fn(mut method) if !hides(&method.attrs) => {
            let provided = if method.default.take().is_some() { " (provided)" } else { "" };
            keep(&mut method.attrs);
            Some(format!("{}{provided}", one_line(&method.to_token_stream().to_string())))
        }
        TraitItem::Type(mut ty) => {
            keep(&mut ty.attrs);
            Some(one_line(&ty.to_token_stream().to_string()))
        }
        TraitItem::Const(mut item) => {
            keep(&mut item.attrs);
            Some(one_line(&item.to_token_stream().to_string()))
        }
        _ => None,
    }
}

/// An implementation of a trait in a line, or each public method of an inherent one.
pub fn implementation(item: &syn::ItemImpl) -> Vec<String> {
    let mut outer = item.clone();
    keep(&mut outer.attrs);
    outer.items.clear();
    let line = one_line(&outer.to_token_stream().to_string());
    if outer.trait_.is_some() {
        let types = item.items.iter().filter_map(|inner| match inner {
            ImplItem::Type(ty) => Some(format!(" ({})", one_line(&ty.to_token_stream().to_string()))),
            _ => None,
        });
        return vec![format!("{line}{}", types.collect::<String>())];
    }
    let mut lines = Vec::new();
    for inner in &item.items {
        let shown = match inner {
            ImplItem::Fn(method) if is_public(&method.vis) && !hides(&method.attrs) => {
                let mut attributes = method.attrs.clone();
                keep(&mut attributes);
                let vis = &method.vis;
                let sig = signature(&method.sig);
                quote!(#(#attributes)* #vis #sig)
            }
            ImplItem::Const(item) if is_public(&item.vis) => {
                let syn::ImplItemConst { ident, ty, .. } = item;
                quote!(pub const #ident: #ty)
            }
            _ => continue,
        };
        let shown = one_line(&shown.to_string());
        let plain = item.generics.params.is_empty() && outer.attrs.is_empty();
        lines.push(if plain { shown } else { format!("{line}: {shown}") });
    }
    lines
}

/// A call of a macro, without documentation.
pub fn macro_call(call: &syn::ItemMacro) -> String {
    let name = call.mac.path.to_token_stream();
    let tokens = without_docs(call.mac.tokens.clone());
    one_line(&quote!(#name ! { #tokens }).to_string())
}

/// What a macro defines in public, and the traits it implements: a line each.
pub fn macro_interface(definition: &syn::ItemMacro) -> Vec<String> {
    let mut lines = Vec::new();
    public_parts(without_docs(definition.mac.tokens.clone()), &mut lines);
    lines.sort();
    lines.dedup();
    lines
}

// From `pub` or `impl` to the body, wherever that is in the tokens.
fn public_parts(tokens: TokenStream, lines: &mut Vec<String>) {
    let mut current: Option<TokenStream> = None;
    for token in tokens {
        let starts = matches!(&token, TokenTree::Ident(word) if word == "pub" || word == "impl");
        if starts && current.is_none() {
            current = Some(TokenStream::new());
        }
        let ends = match &token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            TokenTree::Punct(mark) => mark.as_char() == ';',
            _ => false,
        };
        if ends && let Some(line) = current.take() {
            lines.push(format!("by macro: {}", one_line(&line.to_string())));
        }
        if let Some(line) = &mut current {
            line.extend([token.clone()]);
        } else if let TokenTree::Group(group) = token {
            public_parts(group.stream(), lines);
        }
    }
}

/// A module's own line.
pub fn mod_line(module: &syn::ItemMod) -> String {
    let mut attributes = module.attrs.clone();
    keep(&mut attributes);
    quote!(#(#attributes)* pub mod).to_string()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

// Attributes that users notice.
fn keep(attributes: &mut Vec<Attribute>) {
    const NOTICED: [&str; 5] = ["cfg", "derive", "non_exhaustive", "must_use", "deprecated"];
    attributes.retain(|attribute| NOTICED.iter().any(|name| attribute.path().is_ident(name)));
}

fn without_docs(tokens: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let is_doc = group.delimiter() == Delimiter::Bracket
                    && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "doc");
                if is_doc {
                    kept.pop();
                } else {
                    let inner = without_docs(group.stream());
                    kept.push(TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inner)));
                }
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

/// The text of tokens with the spaces that a person would write.
pub fn one_line(text: &str) -> String {
    const TIGHT: [(&str, &str); 20] = [
        (":: ", "::"),
        (" ::", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        (" :", ":"),
        (" ;", ";"),
        ("& ", "&"),
        ("# [", "#["),
        ("[ ", "["),
        (" ]", "]"),
        ("' ", "'"),
        ("$ ", "$"),
        (" !", "!"),
        (",)", ")"),
        (",>", ">"),
    ];
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (loose, tight) in TIGHT {
        line = line.replace(loose, tight);
    }
    line = line.replace("->", " -> ").replace("  ", " ");
    line.trim_end_matches("{ }").trim_end_matches("{}").trim_end_matches([' ', ',', ';']).to_owned()
}
