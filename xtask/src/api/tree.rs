//! The modules of a crate, and what a path in one of them names.

use std::collections::BTreeMap;
use std::{fs, path::Path};
use syn::{Item, UseTree, Visibility};

/// The path of a module from the root of the crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Vec<String>);

/// What a path names.
pub enum Found<'a> {
    Module(Place),
    /// An item, and the module it is defined in.
    Item(Place, &'a Item),
    /// A call of a macro that defines it.
    Macro(&'a syn::ItemMacro),
}

/// The parsed files of a crate.
pub struct Tree {
    modules: BTreeMap<Place, Vec<Item>>,
}

impl Place {
    pub fn root() -> Self {
        Self(Vec::new())
    }

    pub fn below(&self, name: &str) -> Self {
        Self(self.0.iter().cloned().chain([name.to_owned()]).collect())
    }

    fn above(&self) -> Self {
        Self(self.0[..self.0.len().saturating_sub(1)].to_vec())
    }
}

impl Tree {
    /// Reads the crate whose root is `lib.rs` in `folder`, without its tests.
    ///
    /// # Errors
    /// A file that cannot be read or parsed.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut tree = Self { modules: BTreeMap::new() };
        tree.read_file(&folder.join("lib.rs"), folder, Place::root())?;
        Ok(tree)
    }

    fn read_file(&mut self, file: &Path, folder: &Path, place: Place) -> Result<(), String> {
        let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let parsed = syn::parse_file(&text).map_err(|e| format!("{}: {e}", file.display()))?;
        self.add(parsed.items, folder, place)
    }

    fn add(&mut self, items: Vec<Item>, folder: &Path, place: Place) -> Result<(), String> {
        let mut kept = Vec::new();
        for mut item in items {
            let Item::Mod(module) = &mut item else {
                kept.push(item);
                continue;
            };
            if is_test(&module.attrs) {
                continue;
            }
            let name = module.ident.to_string();
            let inner = folder.join(&name);
            match module.content.take() {
                Some((_, items)) => self.add(items, &inner, place.below(&name))?,
                None => {
                    let beside = folder.join(format!("{name}.rs"));
                    let file = if beside.exists() { beside } else { inner.join("mod.rs") };
                    self.read_file(&file, &inner, place.below(&name))?;
                }
            }
            kept.push(item);
        }
        self.modules.insert(place, kept);
        Ok(())
    }

    /// The items of a module.
    ///
    /// # Errors
    /// A module that was not read.
    pub fn items(&self, place: &Place) -> Result<impl Iterator<Item = &Item>, String> {
        let items = self.modules.get(place).ok_or_else(|| format!("crate::{} was not read", place.0.join("::")))?;
        Ok(items.iter())
    }

    /// What `path` names in the module at `place`; nothing if that is outside the crate.
    pub fn find(&self, place: &Place, path: &[String]) -> Option<Found<'_>> {
        self.find_within(place, path, 8)
    }

    // Two modules can re-export each other's names, so the steps are counted.
    fn find_within(&self, place: &Place, path: &[String], steps: u8) -> Option<Found<'_>> {
        let steps = steps.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let place = match first.as_str() {
            "crate" => return self.find_within(&Place::root(), rest, steps),
            "self" => return self.find_within(place, rest, steps),
            "super" => return self.find_within(&place.above(), rest, steps),
            _ => place,
        };
        let inner = place.below(first);
        if self.modules.contains_key(&inner) {
            return if rest.is_empty() { Some(Found::Module(inner)) } else { self.find_within(&inner, rest, steps) };
        }
        let items = self.modules.get(place)?;
        if rest.is_empty()
            && let Some(item) = items.iter().find(|item| name(item).as_deref() == Some(first))
        {
            return Some(Found::Item(place.clone(), item));
        }
        let imported = items.iter().find_map(|item| match item {
            Item::Use(item) => uses(&item.tree).into_iter().find(|(_, name)| name == first),
            _ => None,
        });
        if let Some((target, _)) = imported.filter(|(target, _)| target != path) {
            return self.find_within(place, &target.into_iter().chain(rest.to_vec()).collect::<Vec<_>>(), steps);
        }
        let call = items.iter().find_map(|item| match item {
            Item::Macro(call) if call.ident.is_none() && names(call).contains(first) => Some(call),
            _ => None,
        });
        call.filter(|_| rest.is_empty()).map(Found::Macro)
    }

    /// The implementations, anywhere in the crate, for the type `name` that is defined in `place`.
    pub fn impls<'a>(&'a self, place: &'a Place, name: &'a str) -> impl Iterator<Item = &'a syn::ItemImpl> {
        self.modules.iter().flat_map(move |(at, items)| {
            items.iter().filter_map(move |item| match item {
                Item::Impl(item) if !is_test(&item.attrs) => {
                    let path = self_path(&item.self_ty)?;
                    let own = path.last()? == name;
                    let same = || matches!(self.find(at, &path), Some(Found::Item(found, _)) if found == *place);
                    (own && same()).then_some(item)
                }
                _ => None,
            })
        })
    }

    /// The calls of macros, in the module at `place`, whose first argument is the type `name`.
    pub fn macros_about<'a>(&'a self, place: &Place, name: &'a str) -> impl Iterator<Item = &'a syn::ItemMacro> {
        let items = self.modules.get(place).into_iter().flatten();
        items.filter_map(move |item| match item {
            Item::Macro(call) if call.ident.is_none() => {
                names(call).first().filter(|first| *first == name).map(|_| call)
            }
            _ => None,
        })
    }

    /// The definition of the macro that is called.
    pub fn definition(&self, call: &syn::ItemMacro) -> Option<&syn::ItemMacro> {
        let called = call.mac.path.segments.last()?;
        self.modules.values().flatten().find_map(|item| match item {
            Item::Macro(item) if item.ident.as_ref() == Some(&called.ident) => Some(item),
            _ => None,
        })
    }
}

/// Each name that a `use` brings in, with the path it leads to.
pub fn uses(tree: &UseTree) -> Vec<(Vec<String>, String)> {
    match tree {
        UseTree::Path(path) => {
            let first = path.ident.to_string();
            let longer = |(rest, name): (Vec<String>, String)| ([vec![first.clone()], rest].concat(), name);
            uses(&path.tree).into_iter().map(longer).collect()
        }
        UseTree::Name(name) => vec![(vec![name.ident.to_string()], name.ident.to_string())],
        UseTree::Rename(rename) => vec![(vec![rename.ident.to_string()], rename.rename.to_string())],
        UseTree::Glob(_) => vec![(vec!["*".to_owned()], "*".to_owned())],
        UseTree::Group(group) => group.items.iter().flat_map(uses).collect(),
    }
}

/// The name that an item defines.
pub fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        _ => return None,
    })
}

pub fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Mod(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Use(item) => &item.vis,
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

/// Whether it is public for technical reasons only.
pub fn is_hidden(item: &Item) -> bool {
    let attributes = match item {
        Item::Fn(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    hides(attributes)
}

/// Whether the attributes hold `#[doc(hidden)]`.
pub fn hides(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "hidden")
    })
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    })
}

fn self_path(ty: &syn::Type) -> Option<Vec<String>> {
    match ty {
        syn::Type::Path(path) => Some(path.path.segments.iter().map(|part| part.ident.to_string()).collect()),
        syn::Type::Reference(reference) => self_path(&reference.elem),
        _ => None,
    }
}

// The identifiers at the top of a macro's arguments.
fn names(call: &syn::ItemMacro) -> Vec<String> {
    let tokens = call.mac.tokens.clone().into_iter();
    let names = tokens.filter_map(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    names.collect()
}
