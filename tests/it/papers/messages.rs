//! Every message that a person can see, of the library and of the command line, in one file that can be read in one
//! sitting: `tests/it/snapshots/messages.snap`.
//!
//! A message is any text of two words or more in code that is not a test, and the help of the command line. So it is
//! found wherever it is made, and moving a line changes nothing here.

use super::{files, has_extension, shown};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};

const HOW_TO_REFRESH: &str = "refresh: INSTA_UPDATE=always cargo test -p mycarrierpackets --test it papers";

/// Derives whose documentation comments are help texts.
const HELP: [&str; 4] = ["Args", "Parser", "Subcommand", "ValueEnum"];
/// Attributes with help texts in them.
const HELP_ATTRIBUTES: [&str; 3] = ["command", "arg", "value"];
/// Their texts are for whoever changes the code.
const NOT_SHOWN: [&str; 8] =
    ["assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "panic", "unreachable", "matches"];

#[derive(Default)]
struct Messages {
    found: BTreeSet<String>,
    in_help: bool,
}

impl Messages {
    fn add(&mut self, text: &str) {
        let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
        if words.count() > 1 {
            self.found.insert(text.trim().to_owned());
        }
    }

    fn add_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) if !is_documentation(&group) => self.add_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.add(&text.value());
                    }
                }
                TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    fn add_help(&mut self, attributes: &[syn::Attribute]) {
        let line = |attribute: &syn::Attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        };
        let lines: Vec<_> = attributes.iter().filter_map(line).collect();
        self.add(&lines.join("\n"));
    }
}

// `[doc = "…"]`, which a documentation comment becomes in a macro's tokens.
fn is_documentation(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket && matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

fn has_help(attributes: &[syn::Attribute]) -> bool {
    let mut found = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // Any other derive is of no interest.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|name| HELP.iter().any(|help| name.ident == help));
            Ok(())
        });
    }
    found
}

impl<'ast> Visit<'ast> for Messages {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.in_help = has_help(&item.attrs);
        if self.in_help {
            self.add_help(&item.attrs);
        }
        visit::visit_item_struct(self, item);
        self.in_help = false;
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.in_help = has_help(&item.attrs);
        if self.in_help {
            self.add_help(&item.attrs);
        }
        visit::visit_item_enum(self, item);
        self.in_help = false;
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if self.in_help {
            self.add_help(&field.attrs);
        }
        visit::visit_field(self, field);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if self.in_help {
            self.add_help(&variant.attrs);
        }
        visit::visit_variant(self, variant);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if HELP_ATTRIBUTES.iter().any(|name| attribute.path().is_ident(name))
            && let syn::Meta::List(list) = &attribute.meta
        {
            self.add_tokens(list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|name| name.ident.to_string()).unwrap_or_default();
        if !NOT_SHOWN.contains(&name.as_str()) {
            self.add_tokens(call.tokens.clone());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.method == "expect" {
            self.visit_expr(&call.receiver);
        } else {
            visit::visit_expr_method_call(self, call);
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.add(&text.value());
    }
}

fn messages(source: &str) -> BTreeSet<String> {
    let mut messages = Messages::default();
    messages.visit_file(&syn::parse_file(source).expect("Rust"));
    messages.found
}

/// All messages below `root`, by folder.
fn by_folder(root: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files(root).iter().filter(|path| has_extension(path, &["rs"]) && !path.ends_with("tests.rs")) {
        let source = std::fs::read_to_string(path).unwrap();
        folders.entry(shown(path.parent().unwrap())).or_default().extend(messages(&source));
    }
    folders
}

#[test]
fn every_message_is_the_one_that_was_read() {
    let mut text = String::new();
    let mut count = 0;
    for (folder, messages) in ["src", "crates/cli/src", "crates/sync/src"].into_iter().flat_map(by_folder) {
        if !messages.is_empty() {
            text.push_str(&format!("\n## {folder}\n\n"));
        }
        count += messages.len();
        for message in messages {
            text.push_str(&format!("- {}\n", message.replace('\n', "\n  ")));
        }
    }
    assert!(count > 300, "{count}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(HOW_TO_REFRESH);
    settings.bind(|| insta::assert_snapshot!("messages", text));
}

#[test]
fn messages_are_found_wherever_they_are_made() {
    let found = messages(
        r#"
        /// Help of the options.
        #[derive(Debug, clap::Args)]
        /// Its second line.
        struct Options {
            /// Help of a field
            #[arg(long, help = "help in an attribute")]
            field: bool,
        }
        /// Documentation of a field
        struct Plain { /** of code */ field: bool }
        words! { /// Documentation in a macro
            Name = "text in a macro" }
        const TEXT: &str = "a constant text";
        fn f() {
            Error::new(Kind::X, format!("made by {a} macro"));
            tracing::warn!(paths = ?paths, "with a field");
            let word = "word";
            x.expect("not shown to anybody");
            unreachable!("nor is this one");
        }
        #[cfg(test)]
        mod tests { const TEXT: &str = "of a test"; }
        "#,
    );
    let expected = [
        "Help of a field",
        "Help of the options.\nIts second line.",
        "a constant text",
        "help in an attribute",
        "made by {a} macro",
        "text in a macro",
        "with a field",
    ];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
