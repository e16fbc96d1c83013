//! Links between files of the checkout lead to something.

use super::{PLACES, files, has_extension, shown};
use regex::Regex;
use std::path::Path;

/// The pages of the repository as they are linked from where relative links do not work: crates.io and docs.rs.
const PAGES: [&str; 2] =
    [concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/"), concat!(env!("CARGO_PKG_REPOSITORY"), "/tree/main/")];
/// Shown on docs.rs and crates.io, where a relative link leads nowhere.
const SHOWN_ALONE: [&str; 3] = ["README.md", "crates/cli/README.md", "crates/sandbox/README.md"];

/// Why a link of `text`, a Markdown file in `folder`, leads nowhere; nothing if all is well.
fn broken(text: &str, folder: &Path, shown_alone: bool) -> Vec<String> {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let heading = Regex::new(r"(?m)^#+ +(.+)$").unwrap();
    let anchors = |text: &str| -> Vec<String> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let anchor =
            |title: &str| title.to_lowercase().chars().filter(|c| plain(*c)).collect::<String>().replace(' ', "-");
        heading.captures_iter(text).map(|found| anchor(&found[1])).collect()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for target in link.captures_iter(text).map(|found| found[1].to_owned()) {
        let (page, anchor) = target.split_once('#').unwrap_or((&target, ""));
        let own = PAGES.iter().find_map(|prefix| page.strip_prefix(prefix));
        if own.is_none() && page.contains("://") {
            continue;
        }
        if own.is_none() && shown_alone && !page.is_empty() {
            faults.push(format!("{target} is relative, and this page is also shown elsewhere"));
        }
        let path = own.map_or_else(|| folder.join(page), |page| root.join(page));
        if !path.exists() {
            faults.push(format!("{target} does not exist"));
        } else if !anchor.is_empty() {
            let there = if page.is_empty() { text.to_owned() } else { std::fs::read_to_string(&path).unwrap() };
            if !anchors(&there).iter().any(|known| known == anchor) {
                faults.push(format!("{target}: no heading of that name"));
            }
        }
    }
    faults
}

#[test]
fn each_link_leads_to_a_file_that_exists() {
    let mut faults = Vec::new();
    let mut links = 0;
    for path in PLACES.iter().flat_map(|place| files(place)).filter(|path| has_extension(path, &["md"])) {
        let text = std::fs::read_to_string(&path).unwrap();
        links += text.matches("](").count();
        let name = shown(&path);
        let found = broken(&text, path.parent().unwrap(), SHOWN_ALONE.contains(&name.as_str()));
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(links > 50, "{links} links");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let faults = |text: &str, alone| broken(text, root, alone).len();
    assert_eq!(faults("# A title\n[a](README.md) [b](#a-title) [c](https://other.example/x)", false), 0);
    assert_eq!(faults("[a](READNOT.md)", false), 1);
    assert_eq!(faults("[a](#another-title)", false), 1);
    assert_eq!(faults("[a](README.md)", true), 1);
    assert_eq!(faults(&format!("[a]({}README.md) [b]({}docs)", PAGES[0], PAGES[1]), true), 0);
    assert_eq!(faults(&format!("[a]({}READNOT.md)", PAGES[0]), true), 1);
}
