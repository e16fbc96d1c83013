//! The generator as a function that fails: it panics on documents it did not expect.

use crate::document::{Document, Fault, entries, fault, nodes::escape, operations};
use crate::generate::{self, Sources};
use serde_json::{Value, json};
use std::panic::{self, AssertUnwindSafe};

/// The generated sources.
///
/// # Errors
/// Why there are none, at the operation or schema that the generator fails at, if one can be named.
pub fn generate(document: &Document) -> Result<Sources, Vec<Fault>> {
    attempt(document)
        .map_err(|reason| vec![fault(culprit(&document.json), format!("the generator cannot take this: {reason}"))])
}

fn attempt(document: &Document) -> Result<Sources, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let made = panic::catch_unwind(AssertUnwindSafe(|| generate::generate(document, false)));
    panic::set_hook(hook);
    made.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(text.unwrap_or("it stopped without a word").to_owned())
    })
}

// The first part without which the rest is taken: a schema, or else an operation.
fn culprit(doc: &Value) -> String {
    let fails = |doc: Value| Document::of(doc).is_ok_and(|document| attempt(&document).is_err());
    let mut schemas = doc.clone();
    schemas["paths"] = json!({});
    if fails(schemas.clone()) {
        for (name, _) in entries(&doc["components"]["schemas"]) {
            let mut without = schemas.clone();
            // Others may refer to it.
            without["components"]["schemas"][name] = json!({"type": "object"});
            if !fails(without) {
                return format!("/components/schemas/{}", escape(name));
            }
        }
        return "/components".to_owned();
    }
    for (path, verb, op) in operations(doc) {
        let mut alone = doc.clone();
        alone["paths"] = json!({path: {verb: op}});
        if fails(alone) {
            return format!("/paths/{}/{verb}", escape(path));
        }
    }
    "/paths".to_owned()
}
