//! The generated surface is the one that was reviewed: a snapshot of each operation and of each type.

#[path = "../../build/surface.rs"]
mod extract;

use extract::{HOW_TO_REFRESH, Kind, extract};
use quote::ToTokens as _;
use std::{collections::BTreeSet, fs, path::Path};

const CLIENT: &str = include_str!(concat!(env!("OUT_DIR"), "/client.rs"));
const OPERATIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/operations.rs"));
const VOCABULARIES: &str = include_str!(concat!(env!("OUT_DIR"), "/vocabularies.rs"));

#[test]
fn each_operation_and_type_is_its_snapshot() {
    for entry in extract(CLIENT, OPERATIONS, VOCABULARIES).expect("a known form") {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(format!("snapshots/surface/{}", entry.kind.folder()));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(HOW_TO_REFRESH);
        settings.bind(|| insta::assert_snapshot!(entry.name.as_str(), entry.text));
    }
}

#[test]
fn each_snapshot_is_of_something_generated() {
    let surface = extract(CLIENT, OPERATIONS, VOCABULARIES).expect("a known form");
    for kind in [Kind::Operation, Kind::Type] {
        let generated: BTreeSet<_> =
            surface.iter().filter(|entry| entry.kind == kind).map(|entry| format!("{}.snap", entry.name)).collect();
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots/surface").join(kind.folder());
        let files = fs::read_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}: {HOW_TO_REFRESH}", dir.display()));
        let committed: BTreeSet<_> = files
            .map(|file| file.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".snap"))
            .collect();
        let stale: Vec<_> = committed.difference(&generated).collect();
        assert!(stale.is_empty() && !generated.is_empty(), "{} has {stale:?}: {HOW_TO_REFRESH}", dir.display());
    }
}

#[test]
fn each_field_is_documented_with_its_name_on_the_wire() {
    let file = syn::parse_file(CLIENT).expect("Rust");
    let types = file.items.iter().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let structs = types.expect("types").1.iter().filter_map(|item| match item {
        syn::Item::Struct(item) => Some(item),
        _ => None,
    });
    let mut fields = 0;
    for field in structs.flat_map(|item| &item.fields) {
        let attributes = field.attrs.iter().map(|attr| attr.to_token_stream().to_string());
        let (docs, others): (Vec<_>, Vec<_>) = attributes.partition(|text| text.starts_with("# [doc"));
        if others.iter().any(|text| text.contains("flatten")) {
            assert!(docs.concat().contains("does not know"), "{docs:?}");
            continue;
        }
        let renamed =
            others.iter().find_map(|text| text.split_once("rename = \"")?.1.split('"').next().map(str::to_owned));
        let name = renamed.unwrap_or_else(|| field.ident.as_ref().expect("a name").to_string());
        let last = docs.last().unwrap_or_else(|| panic!("{name} is undocumented"));
        assert!(last.contains(&format!("On the wire: `{name}`.")), "{name}: {last}");
        fields += 1;
    }
    assert!(fields > 1300, "{fields}");
}
