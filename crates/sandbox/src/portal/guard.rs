//! Who may open and send what: no page of another site sends a form, and no other name reaches the sandbox.

use hyper::header::{self, HeaderMap};

use crate::engine::Engine;
use crate::portal::wrong::Wrong;

/// Refuses a request that came under another name than this machine's, as a page of another site could have it.
pub(super) fn host(engine: &Engine, headers: &HeaderMap) -> Result<(), Wrong> {
    if !engine.hosts.admits(text(headers, "host")) {
        let why =
            "The sandbox does not go by this name. Call it 127.0.0.1 or localhost, or start it with --allow-host.";
        return Err(Wrong::new(403, why));
    }
    Ok(())
}

/// Refuses a form that a page of another site sends.
pub(super) fn origin(headers: &HeaderMap) -> Result<(), Wrong> {
    let own = match headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default()) {
        Some(origin) => {
            origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(text(headers, "host")))
        }
        // A browser that names no origin names the relation of the sites, and a program neither.
        None => matches!(text(headers, "sec-fetch-site"), "" | "same-origin"),
    };
    own.then_some(()).ok_or_else(|| Wrong::new(403, "Only the portal's own pages may send this form."))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
