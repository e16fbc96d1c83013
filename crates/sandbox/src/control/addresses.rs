//! What is wrong with an address of the control API, or with its method: the document has all there are.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::console;
use crate::control::reply::{Code, Refusal};
use crate::wire::meant::{meant, quoted};

/// What all addresses begin with.
pub(crate) const PREFIX: &str = "/__sandbox";

/// The refusal of a call that leads nowhere.
pub(crate) fn nowhere(method: &str, path: &[&str]) -> Refusal {
    let found = find(path);
    let methods = found.map(|(_, item)| methods(item)).unwrap_or_default();
    match found {
        Some((address, _)) if !methods.iter().any(|own| own == method) => {
            let all = methods.join(", ");
            let error = format!("{address} takes {all}, and not {}", shown(method));
            Refusal::new(405, Code::MethodNotAllowed, error, format!("Use {all}. See /docs?control.")).allow(all)
        }
        _ => {
            let given = path.join("/");
            let guess = meant(&given, PATHS.keys().map(|address| own(address)));
            let error = format!("the sandbox has no address {}{guess}", quoted(&format!("{PREFIX}/{given}")));
            Refusal::new(404, Code::UnknownAddress, error, "See /docs?control for all there are.")
        }
    }
}

/// The names of the parameters that a call takes in its address, if there is such a call.
pub(crate) fn parameters(method: &str, path: &[&str]) -> Option<Vec<&'static str>> {
    let (_, item) = find(path)?;
    let all = item.get(method.to_ascii_lowercase())?.get("parameters").and_then(Value::as_array);
    let named = |given: &'static Value| {
        let shared = given["$ref"].as_str().and_then(|name| DOCUMENT.pointer(name.strip_prefix('#')?));
        let parameter = shared.unwrap_or(given);
        parameter["name"].as_str().filter(|_| parameter["in"] == "query")
    };
    Some(all.into_iter().flatten().filter_map(named).collect())
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let (_, document) = console::asset("/control.json").unwrap_or_default();
    serde_json::from_slice(document).unwrap_or_default()
});

static PATHS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let mut paths = DOCUMENT["paths"].as_object().cloned().unwrap_or_default();
    paths.retain(|address, _| address.starts_with(PREFIX));
    paths
});

/// The address of the document that a path is of.
fn find(path: &[&str]) -> Option<(&'static String, &'static Value)> {
    let given = path.join("/");
    PATHS
        .iter()
        .find(|(address, _)| own(address) == given)
        .or_else(|| PATHS.iter().find(|(address, _)| is_of(address, path)))
}

/// An address without what all begin with.
fn own(address: &str) -> &str {
    address.strip_prefix(PREFIX).unwrap_or(address).trim_matches('/')
}

/// Whether a path is of an address such as `/__sandbox/faults/{id}`.
fn is_of(address: &str, path: &[&str]) -> bool {
    let own: Vec<&str> = own(address).split('/').filter(|part| !part.is_empty()).collect();
    own.len() == path.len() && own.iter().zip(path).all(|(own, part)| own.starts_with('{') || own == part)
}

fn methods(item: &Value) -> Vec<String> {
    const ALL: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let own = ALL.into_iter().filter(|method| item.get(method).is_some());
    own.flat_map(|method| match method {
        "get" => vec!["GET".to_owned(), "HEAD".to_owned()],
        other => vec![other.to_ascii_uppercase()],
    })
    .collect()
}

/// A method as somebody sent it.
fn shown(method: &str) -> String {
    method.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_with_its_numbers() {
        assert!(is_of("/__sandbox/carriers/{dot}/events", &["carriers", "23868", "events"]));
        assert!(is_of("/__sandbox", &[]));
        assert!(!is_of("/__sandbox/carriers/{dot}", &["carriers"]));
        assert!(!is_of("/__sandbox/faults/{id}", &["requests", "7"]));
    }
}
