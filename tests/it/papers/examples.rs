//! Every public function of the library is shown in an example, by its own documentation or by that of its type.

use super::{files, has_extension, shown};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Attribute, ImplItem, Item, Visibility};

/// The functions of the public interface, each with its type; a free function stands for its own type.
///
/// Those that a macro writes are left out: its one text is the documentation of them all.
fn listed(api: &str) -> BTreeSet<(String, String)> {
    let function = regex::Regex::new(r"^(?:impl<.*?>: )?(?:#\[.*\] )*pub (?:async |const )*fn (\w+)").unwrap();
    let mut found = BTreeSet::new();
    for section in api.split("\n\n") {
        let mut lines = section.lines();
        let owner = lines.next().and_then(|path| path.rsplit("::").next()).unwrap_or_default();
        let functions = lines.filter_map(|line| function.captures(line.trim_start()));
        found.extend(functions.map(|name| (owner.to_owned(), name[1].to_owned())));
    }
    found
}

/// What the examples of the library show.
#[derive(Default)]
struct Examples {
    /// The code of all examples at a type, its functions, and the module it is defined in.
    code: BTreeMap<String, String>,
    functions: BTreeSet<(String, String)>,
}

impl Examples {
    fn read(&mut self, source: &str) {
        let file = syn::parse_file(source).unwrap();
        self.items(&file.items, &code(&file.attrs));
    }

    fn items(&mut self, items: &[Item], module: &str) {
        for item in items {
            match item {
                Item::Struct(item) => self.defined(&item.vis, &item.ident, &item.attrs, module),
                Item::Enum(item) => self.defined(&item.vis, &item.ident, &item.attrs, module),
                Item::Fn(item) if is_public(&item.vis) => {
                    let name = item.sig.ident.to_string();
                    self.defined(&item.vis, &item.sig.ident, &item.attrs, module);
                    self.functions.insert((name.clone(), name));
                }
                Item::Impl(item) if item.trait_.is_none() => self.methods(item),
                Item::Mod(item) => {
                    let inside = item.content.as_ref().map(|(_, items)| &items[..]);
                    self.items(inside.unwrap_or_default(), &code(&item.attrs));
                }
                _ => {}
            }
        }
    }

    fn defined(&mut self, vis: &Visibility, name: &syn::Ident, attrs: &[Attribute], module: &str) {
        if is_public(vis) {
            *self.code.entry(name.to_string()).or_default() += &(code(attrs) + module);
        }
    }

    fn methods(&mut self, item: &syn::ItemImpl) {
        let syn::Type::Path(owner) = &*item.self_ty else { return };
        let owner = owner.path.segments.last().unwrap().ident.to_string();
        let shown = self.code.entry(owner.clone()).or_default();
        *shown += &code(&item.attrs);
        for inner in &item.items {
            if let ImplItem::Fn(method) = inner
                && is_public(&method.vis)
            {
                *shown += &code(&method.attrs);
                self.functions.insert((owner.clone(), method.sig.ident.to_string()));
            }
        }
    }

    /// Why a function is not shown; nothing if it is.
    fn fault(&self, owner: &str, name: &str) -> Option<String> {
        if !self.functions.contains(&(owner.to_owned(), name.to_owned())) {
            return Some(format!("{owner}::{name} is in docs/api.txt and not in src/"));
        }
        let call = match owner == name {
            true => format!(r"\b{name}\("),
            false => format!(r"\.{name}(?:\(|::<)|\b{owner}::{name}\b"),
        };
        let shown = self.code.get(owner).is_some_and(|code| regex::Regex::new(&call).unwrap().is_match(code));
        (!shown).then(|| format!("{owner}::{name} is in no example"))
    }
}

fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

/// The Rust code of a documentation's examples, as a reader sees it.
fn code(attrs: &[Attribute]) -> String {
    const RUST: [&str; 5] = ["", "rust", "no_run", "should_panic", "compile_fail"];
    let lines = attrs.iter().filter(|attr| attr.path().is_ident("doc")).filter_map(|attr| match &attr.meta {
        syn::Meta::NameValue(syn::MetaNameValue {
            value: syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }),
            ..
        }) => Some(text.value()),
        _ => None,
    });
    let (mut code, mut fence) = (String::new(), None);
    for line in lines {
        let line = line.trim();
        match (fence, line.strip_prefix("```")) {
            (None, Some(info)) => fence = Some(info.split(',').all(|word| RUST.contains(&word.trim()))),
            (Some(_), Some(_)) => fence = None,
            (Some(true), None) if !["# ", "//"].iter().any(|start| line.starts_with(start)) => {
                code += &format!("{line}\n")
            }
            _ => {}
        }
    }
    code
}

#[test]
fn every_public_function_is_in_an_example() {
    let mut examples = Examples::default();
    for path in files("src").iter().filter(|path| has_extension(path, &["rs"])) {
        examples.read(&std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", shown(path))));
    }
    let listed = listed(include_str!("../../../docs/api.txt"));
    assert!(listed.len() > 200, "{}", listed.len());
    let faults: Vec<_> = listed.iter().filter_map(|(owner, name)| examples.fault(owner, name)).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), listed.len(), faults.join("\n"));
}

#[test]
fn a_function_without_an_example_is_named() {
    let fault = |documentation: &str, own: &str| {
        let mut examples = Examples::default();
        examples.read(&format!("{documentation}\npub struct A;\nimpl A {{\n{own}\npub fn b(&self) {{}}\n}}"));
        examples.fault("A", "b")
    };
    let example = |line: &str| format!("/// ```\n/// {line}\n/// ```");
    for shown in ["a.b();", "a.b::<u8>();", "list.map(A::b);"] {
        assert_eq!(fault(&example(shown), ""), None, "{shown}");
        assert_eq!(fault("", &example(shown)), None, "{shown}");
        assert_eq!(fault("", &example(shown).replacen("```", "```no_run", 1)), None, "{shown}");
        assert_eq!(fault(&example(shown).replace("///", "//!"), ""), None, "{shown}");
    }
    let missing = Some("A::b is in no example".to_owned());
    for not_shown in ["# a.b();", "// a.b();", "a.bc();", "B::b(1);", "a.b = 1;", "let b = 1;"] {
        assert_eq!(fault(&example(not_shown), &example(not_shown)), missing, "{not_shown}");
    }
    assert_eq!(fault("", "/// Calls `a.b()`."), missing);
    assert_eq!(fault("", &example("a.b();").replacen("```", "```text", 1)), missing);
}

#[test]
fn the_listing_is_read_whole() {
    let api = "crate::m::A\n    pub struct A\n    #[cfg(feature = \"x\")] pub const fn b(&self)\n    by macro: pub fn c()\n\n\
               crate::D\n    impl<'a> D<'a>: pub async fn e(self)\n\ncrate::m::f\n    pub fn f()\n";
    let expected = [("A", "b"), ("D", "e"), ("f", "f")].map(|(owner, name)| (owner.to_owned(), name.to_owned()));
    assert_eq!(listed(api), BTreeSet::from(expected));
    assert!(Examples::default().fault("A", "b").unwrap().contains("not in src/"));
}
