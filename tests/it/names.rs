//! Public names: one path for each type, and no method that hides one of a trait that is used beside it.

use crate::layers::modules::Crate;
use std::path::Path;

/// Methods of the traits that are imported to use a stream or a reader: an own method of such a name would be called in
/// their place.
const OF_STREAMS: &str = "all any boxed buffered buffer_unordered by_ref catch_unwind chain chunks collect concat count cycle \
    enumerate filter filter_map flat_map flatten fold for_each for_each_concurrent forward fuse inspect into_future map next \
    peekable poll_next poll_read read read_buf read_exact read_to_end read_to_string ready_chunks scan select_next_some skip \
    skip_while split take take_until take_while then try_chunks try_collect try_concat try_filter try_fold try_for_each \
    try_next unzip zip";
/// Methods of the traits that are always there.
const OF_ALL: &str = "clone cmp default drop eq fmt from hash into partial_cmp to_owned to_string try_from try_into";

#[test]
fn no_method_hides_one_of_a_trait() {
    let mut looked_at = 0;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    for (_, module) in Crate::read(&root, None).modules() {
        let streams = ["page/", "resources/documents"].iter().any(|room| module.file.starts_with(room));
        let taken = OF_ALL.split_whitespace().chain(OF_STREAMS.split_whitespace().filter(|_| streams));
        let taken: Vec<&str> = taken.collect();
        for item in &module.items {
            let syn::Item::Impl(item) = item else { continue };
            for member in item.items.iter().filter(|_| item.trait_.is_none()) {
                let syn::ImplItem::Fn(method) = member else { continue };
                // Methods, and not functions such as `Type::all()`.
                if matches!(method.vis, syn::Visibility::Public(_)) && method.sig.receiver().is_some() {
                    looked_at += 1;
                    let name = method.sig.ident.to_string();
                    assert!(!taken.contains(&name.as_str()), "{name} in {}", module.file.display());
                }
            }
        }
    }
    assert!(looked_at > 100, "{looked_at} methods");
}

#[test]
fn each_public_item_has_one_path() {
    let generated = Path::new(env!("OUT_DIR"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let paths = Crate::read(&root, Some(generated)).public_paths();
    assert!(paths.len() > 150, "{} items", paths.len());
    for (item, paths) in &paths {
        assert_eq!(paths.len(), 1, "{item:?} has {paths:?}");
    }
    let twice = Crate::of(&[
        ("lib.rs", "pub mod a; mod b; pub use a::A; pub use b::*; #[doc(hidden)] pub use b::C as Hidden;"),
        ("a.rs", "pub struct A; struct Private;"),
        ("b.rs", "pub struct B; pub struct C;"),
    ]);
    let paths: Vec<_> = twice.public_paths().into_values().map(|paths| paths.into_iter().collect::<Vec<_>>()).collect();
    assert_eq!(paths, [vec!["A".to_owned(), "a::A".to_owned()], vec!["B".to_owned()], vec!["C".to_owned()]]);
}
