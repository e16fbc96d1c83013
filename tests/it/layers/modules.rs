//! The modules of a crate, as its files declare them, and where in them a name is defined.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module: its items without those of tests, and the names that can be looked up in it.
pub struct Module {
    /// The file it is in, relative to the folder of the crate's root file.
    pub file: PathBuf,
    /// Its items.
    pub items: Vec<syn::Item>,
    defined: BTreeSet<String>,
    /// Names that `use` brings in, with the paths that they stand for.
    imported: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
    /// What others can name: by which name, or all that is there, and the path of what it is from here.
    public: Vec<(Option<String>, Vec<String>)>,
}

/// A crate, by the paths of its modules.
pub struct Crate {
    modules: BTreeMap<Vec<String>, Module>,
}

/// Where a path leads within a crate.
enum Place {
    Module(Vec<String>),
    Item(PathBuf),
}

impl Crate {
    /// Reads the crate whose root file is `root`. What its files include by `env!("OUT_DIR")` is read from `generated`.
    pub fn read(root: &Path, generated: Option<&Path>) -> Self {
        let folder = root.parent().expect("a root file is in a folder");
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut reader = Reader { folder, generated, read: &read, modules: BTreeMap::new(), exists: None };
        reader.file(root, Vec::new(), folder.to_owned());
        Self { modules: reader.modules }
    }

    /// A crate of these files, the first of which is its root.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let read = |path: &Path| {
            let found = files.iter().find(|(name, _)| Path::new(name) == path);
            found.map_or_else(|| panic!("{} is missing", path.display()), |(_, text)| (*text).to_owned())
        };
        let exists = Some(files.iter().map(|(name, _)| PathBuf::from(name)).collect());
        let folder = Path::new("");
        let mut reader = Reader { folder, generated: None, read: &read, modules: BTreeMap::new(), exists };
        reader.file(Path::new(files[0].0), Vec::new(), PathBuf::new());
        Self { modules: reader.modules }
    }

    /// Its files.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.modules.values().map(|module| &module.file)
    }

    /// Its modules by their paths.
    pub fn modules(&self) -> impl Iterator<Item = (&[String], &Module)> {
        self.modules.iter().map(|(place, module)| (place.as_slice(), module))
    }

    /// The file that defines what `path` names in the module at `from`; `None` for what is not of this crate.
    pub fn defined_in(&self, from: &[String], path: &[String]) -> Option<PathBuf> {
        match self.resolve(from, path, 0)? {
            // A module is no value and no type: such a name alone is a variable's.
            Place::Module(_) if path.len() == 1 => None,
            Place::Module(place) => self.modules.get(&place).map(|module| module.file.clone()),
            Place::Item(file) => Some(file),
        }
    }

    /// The paths under which others can name each public item: those of `pub` modules and of re-exports that the
    /// documentation shows. An item is its file and its name.
    pub fn public_paths(&self) -> BTreeMap<(PathBuf, String), BTreeSet<String>> {
        let mut found = BTreeMap::new();
        self.collect_paths(&[], &[], &mut found, 0);
        found
    }

    fn collect_paths(
        &self,
        place: &[String],
        shown: &[String],
        found: &mut BTreeMap<(PathBuf, String), BTreeSet<String>>,
        depth: usize,
    ) {
        let Some(module) = self.modules.get(place).filter(|_| depth < 10) else {
            return;
        };
        for (name, target) in &module.public {
            let shown: Vec<String> = shown.iter().cloned().chain(name.clone()).collect();
            match self.resolve(place, target, 0) {
                Some(Place::Module(target)) => self.collect_paths(&target, &shown, found, depth + 1),
                Some(Place::Item(file)) => {
                    let item = target.last().cloned().unwrap_or_default();
                    found.entry((file, item)).or_default().insert(shown.join("::"));
                }
                // Of another crate.
                None => {}
            }
        }
    }

    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<Place> {
        // A circle of imports leads nowhere.
        if depth > 20 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Place::Module(Vec::new()),
            "self" => Place::Module(from.to_owned()),
            "super" => Place::Module(from.split_last()?.1.to_owned()),
            name => self.named(from, name, depth)?,
        };
        rest.iter().try_fold(start, |place, name| match place {
            Place::Module(place) if name == "super" => Some(Place::Module(place.split_last()?.1.to_owned())),
            Place::Module(place) => self.named(&place, name, depth),
            // A variant or a method of it.
            item => Some(item),
        })
    }

    /// What `name` is in the module at `place`.
    fn named(&self, place: &[String], name: &str, depth: usize) -> Option<Place> {
        let child: Vec<String> = place.iter().cloned().chain([name.to_owned()]).collect();
        if self.modules.contains_key(&child) {
            return Some(Place::Module(child));
        }
        let module = self.modules.get(place)?;
        if module.defined.contains(name) {
            return Some(Place::Item(module.file.clone()));
        }
        let imported = module.imported.iter().filter(|(own, path)| own == name && path.as_slice() != [name]);
        let mut imported = imported.filter_map(|(_, path)| self.resolve(place, path, depth + 1));
        imported.next().or_else(|| {
            module.globs.iter().find_map(|glob| match self.resolve(place, glob, depth + 1)? {
                Place::Module(target) if target != place => self.named(&target, name, depth + 1),
                _ => None,
            })
        })
    }
}

struct Reader<'a> {
    folder: &'a Path,
    generated: Option<&'a Path>,
    read: &'a dyn Fn(&Path) -> String,
    modules: BTreeMap<Vec<String>, Module>,
    /// Files that are there, where they are not on the disk.
    exists: Option<BTreeSet<PathBuf>>,
}

impl Reader<'_> {
    /// Reads a file as the module at `place`, whose own modules are in `folder`.
    fn file(&mut self, path: &Path, place: Vec<String>, folder: PathBuf) {
        let text = (self.read)(path);
        let parsed = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let file = path.strip_prefix(self.folder).unwrap_or(path).to_owned();
        self.module(&file, parsed.items, place, &folder, path);
    }

    fn module(&mut self, file: &Path, items: Vec<syn::Item>, place: Vec<String>, folder: &Path, path: &Path) {
        let mut module = Module {
            file: file.to_owned(),
            items: Vec::new(),
            defined: BTreeSet::new(),
            imported: Vec::new(),
            globs: Vec::new(),
            public: Vec::new(),
        };
        let items: Vec<_> = items.into_iter().flat_map(|item| self.included(item)).collect();
        for item in items {
            match item {
                syn::Item::Mod(item) if is_test(&item.attrs) => {}
                syn::Item::Mod(item) => {
                    let name = item.ident.to_string();
                    let child: Vec<String> = place.iter().cloned().chain([name.clone()]).collect();
                    if is_shown(&item.vis, &item.attrs) {
                        module.public.push((Some(name.clone()), vec!["self".to_owned(), name.clone()]));
                    }
                    match item.content {
                        Some((_, items)) => self.module(file, items, child, &folder.join(&name), path),
                        None => {
                            let (path, folder) = self.place_of(&item.attrs, &name, folder, path);
                            self.file(&path, child, folder);
                        }
                    }
                }
                item => module.add(item),
            }
        }
        self.modules.insert(place, module);
    }

    /// The items of a file that `item` includes, or `item` itself.
    fn included(&self, item: syn::Item) -> Vec<syn::Item> {
        if let (syn::Item::Macro(call), Some(generated)) = (&item, self.generated)
            && call.mac.path.is_ident("include")
        {
            let tokens = call.mac.tokens.to_string();
            let name = tokens.split('"').find(|part| part.ends_with(".rs")).expect("a file of OUT_DIR");
            let text = std::fs::read_to_string(generated.join(name.trim_start_matches('/'))).expect("it was generated");
            return syn::parse_file(&text).expect("it compiles").items;
        }
        vec![item]
    }

    /// The file of `mod name;`, and the folder of that module's own modules.
    fn place_of(&self, attrs: &[syn::Attribute], name: &str, folder: &Path, declared_in: &Path) -> (PathBuf, PathBuf) {
        let given = attrs.iter().find(|attr| attr.path().is_ident("path")).and_then(|attr| match &attr.meta {
            syn::Meta::NameValue(pair) => match &pair.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        });
        if let Some(given) = given {
            let path = declared_in.parent().unwrap_or(Path::new("")).join(given);
            let folder = path.with_extension("");
            return (path, folder);
        }
        let inside = folder.join(name);
        let beside = folder.join(format!("{name}.rs"));
        let is_there = self.exists.as_ref().map_or_else(|| beside.exists(), |exists| exists.contains(&beside));
        (if is_there { beside } else { inside.join("mod.rs") }, inside)
    }
}

impl Module {
    fn add(&mut self, item: syn::Item) {
        use syn::Item;
        let (attrs, name, vis) = match &item {
            Item::Const(item) => (&item.attrs, Some(&item.ident), Some(&item.vis)),
            Item::Enum(item) => (&item.attrs, Some(&item.ident), Some(&item.vis)),
            Item::Fn(item) => (&item.attrs, Some(&item.sig.ident), Some(&item.vis)),
            Item::Impl(item) => (&item.attrs, None, None),
            Item::Macro(item) => (&item.attrs, item.ident.as_ref(), None),
            Item::Static(item) => (&item.attrs, Some(&item.ident), Some(&item.vis)),
            Item::Struct(item) => (&item.attrs, Some(&item.ident), Some(&item.vis)),
            Item::Trait(item) => (&item.attrs, Some(&item.ident), Some(&item.vis)),
            Item::Type(item) => (&item.attrs, Some(&item.ident), Some(&item.vis)),
            Item::Use(item) => (&item.attrs, None, Some(&item.vis)),
            _ => return,
        };
        if is_test(attrs) {
            return;
        }
        self.defined.extend(name.map(ToString::to_string));
        let shown = vis.is_some_and(|vis| is_shown(vis, attrs));
        self.public.extend(name.filter(|_| shown).map(|name| (Some(name.to_string()), vec![name.to_string()])));
        if let Item::Use(item) = &item {
            let mut found = Vec::new();
            leaves(&item.tree, &mut Vec::new(), &mut found);
            for (path, name) in found {
                if shown {
                    self.public.push((name.clone(), path.clone()));
                }
                match name {
                    Some(name) => self.imported.push((name, path)),
                    None => self.globs.push(path),
                }
            }
        }
        self.items.push(item);
    }
}

/// What a `use` names: each path, with the name it gets; `None` for all that is there.
pub fn leaves(tree: &syn::UseTree, above: &mut Vec<String>, found: &mut Vec<(Vec<String>, Option<String>)>) {
    let with = |above: &[String], name: &syn::Ident| -> Vec<String> {
        let own = (name != "self").then(|| name.to_string());
        above.iter().cloned().chain(own).collect()
    };
    match tree {
        syn::UseTree::Path(path) => {
            above.push(path.ident.to_string());
            leaves(&path.tree, above, found);
            above.pop();
        }
        syn::UseTree::Name(name) => {
            let path = with(above, &name.ident);
            let name = path.last().cloned();
            found.push((path, name));
        }
        syn::UseTree::Rename(rename) => found.push((with(above, &rename.ident), Some(rename.rename.to_string()))),
        syn::UseTree::Glob(_) => found.push((above.clone(), None)),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, above, found)),
    }
}

/// `#[cfg(test)]`, and what is there for a test to read only.
fn is_test(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let is_cfg = attr.path().is_ident("cfg");
        is_cfg && attr.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test") || path.is_ident("doctest"))
    })
}

/// Whether others can name it, and its documentation is shown.
fn is_shown(vis: &syn::Visibility, attrs: &[syn::Attribute]) -> bool {
    let hidden = attrs.iter().any(|attr| {
        attr.path().is_ident("doc") && attr.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("hidden"))
    });
    matches!(vis, syn::Visibility::Public(_)) && !hidden
}
