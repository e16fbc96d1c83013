//! `cargo xtask api`: what is in the listing, and that a changed signature is noticed.

use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

const LIB: &str = r#"
mod client;
mod words;
pub mod files;
pub use client::{Client, Limits};
pub use words::Grade as Mark;
#[doc(hidden)]
pub use client::Secret;
"#;

const CLIENT: &str = r#"
/// A client.
#[derive(Clone)]
pub struct Client { inner: u8 }
pub struct Secret;
/// Limits.
#[derive(Debug)]
#[non_exhaustive]
pub struct Limits { /// Bytes.
    pub bytes: usize, hidden: bool }
pub struct Unreachable;
impl Client {
    /// Gets.
    pub async fn get(mut self, id: &str) -> Result<Vec<u8>, Error> { body() }
    pub(crate) fn inner(&self) {}
}
#[cfg(test)]
mod tests { pub struct Test; }
"#;

const WORDS: &str = r#"
macro_rules! grades {
    ($name:ident { $($word:ident),* }) => {
        pub enum $name { $($word),* }
        impl $name { pub fn text(&self) -> &str { "" } }
    };
}
grades! { Grade { /// The best.
    Good, Bad } }
"#;

const FILES: &str =
    "pub trait Writer { fn write(&mut self, bytes: &[u8]) -> usize; }\nimpl Writer for crate::Client {}";

fn checkout() -> TempDir {
    let root = TempDir::new().expect("a temporary directory");
    fs::create_dir_all(root.path().join("src")).expect("src/");
    fs::create_dir_all(root.path().join("docs")).expect("docs/");
    for (name, text) in [("lib", LIB), ("client", CLIENT), ("words", WORDS), ("files", FILES)] {
        plant(root.path(), name, text);
    }
    root
}

fn plant(root: &Path, name: &str, text: &str) {
    fs::write(root.join(format!("src/{name}.rs")), text).expect("a source file");
}

fn api(root: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.arg("api").args(arguments).arg("--root").arg(root).output().expect("xtask runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_listing_has_what_users_can_reach_and_nothing_else() {
    let root = checkout();
    assert_eq!(api(root.path(), &[]).0, Some(0));
    let listing = fs::read_to_string(root.path().join("docs/api.txt")).expect("a listing");
    let expected = "
mycarrierpackets::Client
    #[derive(Clone)] pub struct Client
        (and private parts)
    impl Writer for crate::Client
    pub async fn get(self, id: &str) -> Result<Vec<u8>, Error>

mycarrierpackets::Limits
    #[derive(Debug)] #[non_exhaustive] pub struct Limits
        pub bytes: usize
        (and private parts)

mycarrierpackets::Mark
    grades! { Grade { Good, Bad } }
    by macro: impl $name
    by macro: pub enum $name
    by macro: pub fn text(&self) -> &str

mycarrierpackets::files
    pub mod

mycarrierpackets::files::Writer
    pub trait Writer
        fn write(&mut self, bytes: &[u8]) -> usize
";
    assert_eq!(listing.split_once('\n').expect("a heading").1, expected);
}

#[test]
fn a_changed_signature_is_named_and_refused_by_check() {
    let cases = [
        (
            "client",
            CLIENT.replace("id: &str", "id: String"),
            "mycarrierpackets::Client: pub async fn get(self, id: String)",
        ),
        (
            "client",
            CLIENT.replace("pub bytes: usize", "pub bytes: u64"),
            "mycarrierpackets::Limits:     pub bytes: u64",
        ),
        ("client", CLIENT.replace("#[derive(Clone)]", ""), "mycarrierpackets::Client: pub struct Client"),
        (
            "words",
            WORDS.replace("Good, Bad", "Good, Worse"),
            "mycarrierpackets::Mark: grades! { Grade { Good, Worse } }",
        ),
        (
            "words",
            WORDS.replace("-> &str", "-> String"),
            "mycarrierpackets::Mark: by macro: pub fn text(&self) -> String",
        ),
        (
            "files",
            FILES.replace("-> usize", "-> u64"),
            "mycarrierpackets::files::Writer:     fn write(&mut self, bytes: &[u8]) -> u64",
        ),
        ("lib", LIB.replace("as Mark", "as Score"), "mycarrierpackets::Score: grades!"),
    ];
    for (file, text, named) in cases {
        let root = checkout();
        assert_eq!(api(root.path(), &[]).0, Some(0));
        assert_eq!(api(root.path(), &["--check"]).0, Some(0));
        plant(root.path(), file, &text);
        let (code, out, err) = api(root.path(), &["--check"]);
        assert_eq!(code, Some(4), "{named}: {out}{err}");
        assert!(out.contains(&format!("+ {named}")), "{named} in\n{out}");
        assert!(err.contains("run `cargo xtask api`"), "{err}");
        assert_eq!(api(root.path(), &[]).0, Some(0), "{named}");
        assert_eq!(api(root.path(), &["--check"]).0, Some(0), "{named}");
    }
}

#[test]
fn bodies_documentation_and_private_code_are_not_the_interface() {
    let root = checkout();
    assert_eq!(api(root.path(), &[]).0, Some(0));
    let text =
        CLIENT.replace("body()", "other()").replace("/// Gets.", "/// Reads.").replace("inner: u8", "inner: u16");
    plant(root.path(), "client", &text.replace("Unreachable", "Elsewhere"));
    let (code, out, _) = api(root.path(), &["--check"]);
    assert_eq!(code, Some(0), "{out}");
}

#[test]
fn source_that_cannot_be_read_is_an_error() {
    let root = checkout();
    plant(root.path(), "client", "pub struct {");
    let (code, _, err) = api(root.path(), &["--check"]);
    assert!(code == Some(1) && err.contains("client.rs"), "{code:?} {err}");
}
