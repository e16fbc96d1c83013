//! The reference for people: one page, in which Redoc draws the document. `spec/reference/build.sh` makes the page anew from
//! Redoc's package; here it gets another document, for which nobody needs Node.js.

use serde_json::Value;
use std::fs;
use std::path::Path;

/// Where it is: for people, and as the sandbox serves it.
const PAGES: [&str; 2] = ["docs/reference.html", "crates/sandbox/assets/reference.html"];
/// What stands before and behind the document; `spec/reference/build.mjs` writes the same.
const BEFORE: &str = "<script>Redoc.init(";
const BEHIND: &str = ", {\"hideDownloadButtons\"";

/// The pages that do not show this document, of those that there are. They show it afterwards unless `check` is set.
pub fn refresh(root: &Path, api: &Value, check: bool) -> Result<Vec<&'static str>, String> {
    let mut differing = Vec::new();
    for name in PAGES.into_iter().filter(|name| root.join(name).exists()) {
        let path = root.join(name);
        let failed = |e: std::io::Error| format!("{name}: {e}");
        let old = fs::read_to_string(&path).map_err(failed)?;
        let new = with(&old, api).ok_or_else(|| format!("{name} is no reference: run `spec/reference/build.sh`"))?;
        if new != old {
            differing.push(name);
            if !check {
                fs::write(&path, new).map_err(failed)?;
            }
        }
    }
    Ok(differing)
}

/// The page with another document and its title.
fn with(page: &str, api: &Value) -> Option<String> {
    let (head, rest) = page.split_once("<title>")?;
    let (_, rest) = rest.split_once("</title>")?;
    let (middle, rest) = rest.rsplit_once(BEFORE)?;
    let (_, options) = rest.rsplit_once(BEHIND)?;
    let text = |name: &str| api["info"][name].as_str().unwrap_or_default().replace('<', "&lt;");
    // What ends a script in a text of the document would end that of the page.
    let document = api.to_string().replace('<', "\\u003c");
    let (title, version) = (text("title"), text("version"));
    Some(format!("{head}<title>{title} {version}</title>{middle}{BEFORE}{document}{BEHIND}{options}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PAGE: &str = "<title>Old 1</title><script>Redoc.init(1)</script>\n\
        <script>Redoc.init({\"info\":{}}, {\"hideDownloadButtons\":true})</script>";

    #[test]
    fn a_page_shows_the_document_that_it_is_given_and_nothing_else_changes() {
        let api = json!({"info": {"title": "New <b>", "version": "2", "description": "</script>"}});
        let page = with(PAGE, &api).expect("a page");
        assert!(page.starts_with("<title>New &lt;b> 2</title><script>Redoc.init(1)</script>\n"), "{page}");
        assert!(page.contains("<script>Redoc.init({\"info\":") && page.contains("\\u003c/script>"), "{page}");
        assert!(page.ends_with("}, {\"hideDownloadButtons\":true})</script>"), "{page}");
        assert_eq!(with(&page, &api).as_deref(), Some(&*page));
        assert_eq!(with("<title>x</title>", &api), None);
    }
}
