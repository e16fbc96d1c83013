//! The order of the layers, and that no files or folders of a crate use each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

mod arrows;
mod circles;
pub mod modules;

use arrows::Arrows;
use modules::Crate;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(root: &str) -> Arrows {
    let generated = (root == "src/lib.rs").then_some(Path::new(env!("OUT_DIR")));
    arrows::of(&Crate::read(&Path::new(ROOT).join(root), generated))
}

fn no_circle(arrows: &Arrows) -> Result<(), String> {
    for (folder, children) in circles::by_folder(arrows) {
        if let Some(circle) = circles::circles(&children).first() {
            let way = circles::shown(circle, &children, String::clone);
            return Err(format!("a circle in {:?}: {way}, {circle:?}", folder.display().to_string()));
        }
    }
    Ok(())
}

#[test]
fn no_crate_uses_itself_in_a_circle() {
    for root in [
        "src/lib.rs",
        "build.rs",
        "crates/cli/src/lib.rs",
        "crates/sandbox/src/lib.rs",
        "crates/sync/src/lib.rs",
        "xtask/src/main.rs",
    ] {
        let arrows = read(root);
        assert!(arrows.len() > 5, "{root}: {} files were read", arrows.len());
        no_circle(&arrows).unwrap_or_else(|circle| panic!("{root}: {circle}"));
    }
}

/// A line of the picture: a layer, and what it uses.
fn picture(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let start = text.find("```text\nlayer ").expect("a picture of the layers");
    let lines: Vec<&str> = text[start..].lines().skip(1).take_while(|line| *line != "```").collect();
    let uses = lines[0].find("uses").expect("a column of what is used");
    let words = |part: &str| part.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let line = |line: &&str| {
        let layer = words(line).swap_remove(0);
        (layer, line.get(uses..).map(words).unwrap_or_default().into_iter().collect())
    };
    lines[1..].iter().map(line).collect()
}

/// What is wrong with the layers of `arrows`, by the picture.
fn layered(arrows: &Arrows, picture: &[(String, BTreeSet<String>)]) -> Result<(), String> {
    let used = circles::by_folder(arrows).remove(Path::new("")).unwrap_or_default();
    let top = |file: &PathBuf| file.iter().next().map(|name| Path::new(name).with_extension("").display().to_string());
    let rooms: BTreeSet<String> = arrows.keys().filter_map(top).filter(|room| room != "lib").collect();
    let drawn: BTreeSet<String> = picture.iter().map(|(layer, _)| layer.clone()).collect();
    if rooms != drawn {
        let differ: Vec<_> = rooms.symmetric_difference(&drawn).collect();
        return Err(format!("in the code or in the picture only: {differ:?}"));
    }
    let mut above: BTreeSet<String> = BTreeSet::new();
    for (layer, drawn) in picture {
        let uses = used.get(layer).cloned().unwrap_or_default();
        if let Some(below) = uses.iter().find(|name| !above.contains(*name)) {
            let files = arrows.iter().filter(|(file, _)| top(file).as_ref() == Some(layer));
            let uses_it = |targets: &&BTreeSet<PathBuf>| targets.iter().any(|file| top(file).as_ref() == Some(below));
            let file = files.filter(|(_, targets)| uses_it(targets)).map(|(file, _)| file.display().to_string()).next();
            return Err(format!("{layer} uses {below}, which is below it, in {}", file.unwrap_or_default()));
        }
        if uses != *drawn {
            return Err(format!("{layer} uses {uses:?}, and the picture says {drawn:?}"));
        }
        above.insert(layer.clone());
    }
    Ok(())
}

#[test]
fn the_layers_are_those_of_the_picture() {
    let text = std::fs::read_to_string(Path::new(ROOT).join("DESIGN.md")).unwrap();
    layered(&read("src/lib.rs"), &picture(&text)).unwrap_or_else(|wrong| panic!("DESIGN.md: {wrong}"));
}

#[test]
fn a_planted_circle_is_found_and_named() {
    let circle = |files: &[(&str, &str)]| no_circle(&arrows::of(&Crate::of(files))).err();
    let lib = ("lib.rs", "mod a; mod b; mod c; pub use b::B;");
    let c = ("c.rs", "pub struct C;");
    // Through a re-export, in a type, in an expression, in a macro, by a glob, from a child, in an included path of serde.
    let uses_b = [
        "use crate::B; pub struct A(B);",
        "pub struct A(crate::b::B);",
        "pub struct A; fn f() { let _ = super::B; }",
        "pub struct A; fn f() { println!(\"{:?}\", crate::b::B); }",
        "use super::b::*; pub struct A; fn f(_: B) {}",
        "pub struct A; mod inside { fn f(_: crate::B) {} }",
        "pub struct A { #[serde(deserialize_with = \"crate::b::read\")] a: u8 }",
        "macro_rules! m { () => { $crate::b::B } } pub struct A;",
    ];
    for a in uses_b {
        let files = [lib, ("a.rs", a), ("b.rs", "use crate::a::A; pub struct B; pub fn read(_: A) {}"), c];
        let found = circle(&files).unwrap_or_else(|| panic!("no circle in {a}"));
        assert!(found.contains("a → b → a"), "{found}");
    }
    // A longer way round, and a file and its own module.
    let long = [
        lib,
        ("a.rs", "use crate::B; pub struct A;"),
        ("b.rs", "use crate::c::C; pub struct B;"),
        ("c.rs", "use crate::a::A; pub struct C;"),
    ];
    assert!(circle(&long).unwrap().contains("a → b → c → a"), "{:?}", circle(&long));
    let own = [("lib.rs", "mod a;"), ("a.rs", "mod x; use x::X; pub struct A;"), ("a/x.rs", "pub struct X(super::A);")];
    assert!(circle(&own).unwrap().contains("(itself) → x → (itself)"), "{:?}", circle(&own));
    // Folders whose files make none among themselves.
    let folders = [
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "pub mod one; pub mod two;"),
        ("a/one.rs", "use crate::b::one::B; pub struct A;"),
        ("a/two.rs", "pub struct A;"),
        ("b/mod.rs", "pub mod one; pub mod two;"),
        ("b/one.rs", "pub struct B;"),
        ("b/two.rs", "use crate::a::two::A; pub struct B;"),
    ];
    assert!(circle(&folders).unwrap().contains("a → b → a"), "{:?}", circle(&folders));
    // None of these is a use: a test, a re-export, a visibility, a link, a variable of a module's name.
    for a in [
        "#[cfg(test)] mod tests { use crate::B; } pub struct A;",
        "#[cfg(test)] use crate::B; pub struct A;",
        "pub use crate::B; pub struct A;",
        "/// [`crate::B`]\npub struct A;",
        "pub(in crate::b) struct A;",
        "pub struct A; fn f(b: u8) -> u8 { b }",
    ] {
        let files = [lib, ("a.rs", a), ("b.rs", "use crate::a::A; pub struct B;"), c];
        assert_eq!(circle(&files), None, "{a}");
    }
}

#[test]
fn a_layer_that_uses_one_below_is_named() {
    let picture = |c: &str| picture(&format!("```text\nlayer what uses\na     x\nb     x    a\nc     x    {c}\n```\n"));
    let arrows = |a: &str| {
        arrows::of(&Crate::of(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", a),
            ("b.rs", "pub struct B(crate::a::A);"),
            ("c.rs", "fn f(_: crate::a::A, _: crate::b::B) {}"),
        ]))
    };
    assert_eq!(layered(&arrows("pub struct A;"), &picture("a b")), Ok(()));
    let below = layered(&arrows("pub struct A; fn f(_: crate::b::B) {}"), &picture("a b")).unwrap_err();
    assert!(below.contains("a uses b, which is below it, in a.rs"), "{below}");
    let undrawn = layered(&arrows("pub struct A;"), &picture("a")).unwrap_err();
    assert!(undrawn.contains("c uses") && undrawn.contains("\"b\""), "{undrawn}");
    let missing = layered(&BTreeMap::new(), &picture("a b")).unwrap_err();
    assert!(missing.contains("only"), "{missing}");
}
