//! The files of the console and of the reference, which are part of the program.

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// A file by its path: its content type and its bytes.
pub(crate) fn asset(path: &str) -> Option<(&'static str, &'static [u8])> {
    macro_rules! file {
        ($kind:ident, $name:literal) => {
            ($kind, include_bytes!(concat!("../assets/", $name)).as_slice())
        };
    }
    Some(match path {
        "/" => file!(HTML, "console.html"),
        "/console.css" => file!(CSS, "console.css"),
        "/console.js" => file!(SCRIPT, "console.js"),
        "/dom.js" => file!(SCRIPT, "dom.js"),
        "/carriers.js" => file!(SCRIPT, "carriers.js"),
        "/carrier.js" => file!(SCRIPT, "carrier.js"),
        "/beside.js" => file!(SCRIPT, "beside.js"),
        "/call.js" => file!(SCRIPT, "call.js"),
        "/clock.js" => file!(SCRIPT, "clock.js"),
        "/place.js" => file!(SCRIPT, "place.js"),
        "/start.js" => file!(SCRIPT, "start.js"),
        "/watch.js" => file!(SCRIPT, "watch.js"),
        "/requests.js" => file!(SCRIPT, "requests.js"),
        "/scenarios.js" => file!(SCRIPT, "scenarios.js"),
        "/faults.js" => file!(SCRIPT, "faults.js"),
        "/follow.js" => file!(SCRIPT, "follow.js"),
        "/outbox.js" => file!(SCRIPT, "outbox.js"),
        "/webhooks.js" => file!(SCRIPT, "webhooks.js"),
        "/docs" => file!(HTML, "docs.html"),
        "/docs.css" => file!(CSS, "docs.css"),
        "/docs.js" => file!(SCRIPT, "docs.js"),
        "/reference" => file!(HTML, "reference.html"),
        "/examples.json" => file!(JSON, "examples.json"),
        "/openapi.json" => file!(JSON, "openapi.json"),
        "/control.json" => file!(JSON, "control.json"),
        "/swagger-ui-bundle.js" => {
            (SCRIPT, include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui-bundle.js")).as_slice())
        }
        "/swagger-ui.css" => (CSS, include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui.css")).as_slice()),
        _ => return None,
    })
}

/// What a browser lets a page do: nothing beyond this sandbox and its `portal`.
pub(crate) fn policy(path: &str, portal: &str) -> String {
    // The page to read has all that it needs within it, and calls nobody.
    if path == "/reference" {
        return "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; worker-src blob:; \
                img-src data:; frame-ancestors 'none'"
            .to_owned();
    }
    // The reference with calls in it writes styles into its elements.
    let style = if path == "/docs" { "'self' 'unsafe-inline'" } else { "'self'" };
    // Both it and the console call the portal, too.
    format!(
        "default-src 'self'; connect-src 'self' {portal}; style-src {style}; img-src 'self' data:; \
         frame-ancestors 'none'"
    )
}
