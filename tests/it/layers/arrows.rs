//! Which file uses which: computed from the code, following re-exports to where a name is defined.
//!
//! Tests are left out, because they may look at anything, and so are re-exports themselves: a file that only hands a
//! name on does not use it. What is included from `OUT_DIR` counts as part of the file that includes it.

use super::modules::Crate;
use quote::ToTokens as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use syn::visit::{self, Visit};

/// The files that each file uses, itself left out; relative to the folder of the crate's root file.
pub type Arrows = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// The arrows of a crate.
pub fn of(krate: &Crate) -> Arrows {
    let mut arrows: Arrows = krate.files().map(|file| (file.clone(), BTreeSet::new())).collect();
    for (place, module) in krate.modules() {
        let mut uses = Uses { krate, place, found: BTreeSet::new() };
        module.items.iter().for_each(|item| uses.visit_item(item));
        uses.found.remove(&module.file);
        arrows.entry(module.file.clone()).or_default().extend(uses.found);
    }
    arrows
}

struct Uses<'a> {
    krate: &'a Crate,
    place: &'a [String],
    found: BTreeSet<PathBuf>,
}

impl Uses<'_> {
    fn path(&mut self, segments: &[String]) {
        self.found.extend(self.krate.defined_in(self.place, segments));
    }

    /// Paths such as `crate::a::b` in the tokens of a macro, whatever else they mean.
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.path(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                other => {
                    self.path(&std::mem::take(&mut path));
                    colons = 0;
                    if let proc_macro2::TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.path(&path);
    }
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            // A module of its own, or one that was read apart.
            syn::Item::Mod(_) => {}
            syn::Item::Use(item) if !matches!(item.vis, syn::Visibility::Inherited) => {}
            syn::Item::Use(item) => {
                let mut leaves = Vec::new();
                super::modules::leaves(&item.tree, &mut Vec::new(), &mut leaves);
                leaves.iter().for_each(|(path, _)| self.path(path));
            }
            other => visit::visit_item(self, other),
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.path(&segments);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        self.tokens(call.tokens.clone());
    }

    // `pub(crate)` and `pub(super)` use nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    // Links in documentation are no use of what they name, and paths of serde are in texts.
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("serde") {
            let text = attribute.meta.to_token_stream().to_string();
            for path in text.split('"').skip(1).step_by(2) {
                self.path(&path.split("::").map(|part| part.trim().to_owned()).collect::<Vec<_>>());
            }
        }
    }
}
