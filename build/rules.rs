//! What no document of ours may do, that of the sandbox included: OpenAPI's own rules that its schema cannot say, and
//! habits that break the generators of one language or another.

use super::nodes::{Node, escape, nodes};
use super::parts::{Fault, entries, fault, operations, resolve};
use serde_json::Value;
use std::collections::BTreeMap;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
const SOURCES: [&str; 5] = ["seed", "published", "observed", "field", "assumed"];

/// Every fault of `doc`.
pub fn check(doc: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !doc["openapi"].as_str().is_some_and(|v| v.starts_with("3.0.")) {
        faults.push(fault("/openapi", "must be 3.0.x"));
    }
    for node in nodes(doc) {
        reference(doc, &node, &mut faults);
        extensions(doc, &node, &mut faults);
        if node.is_schema {
            schema(&node, &mut faults);
        }
        if !node.place.is_empty() && node.value.get("servers").is_some() {
            faults.push(fault(
                format!("{}/servers", node.place),
                "generated clients would send credentials there whatever address they are given: use `x-mcp-server`",
            ));
        }
    }
    for (name, schema) in entries(&doc["components"]["schemas"]) {
        let own = entries(&schema["properties"]).find(|(field, _)| folded(field) == folded(name));
        if let Some((field, _)) = own {
            let place = format!("/components/schemas/{}/properties/{}", escape(name), escape(field));
            faults.push(fault(place, format!("`{field}` hides its own schema `{name}` in Python: rename the schema")));
        }
    }
    ids(doc, &mut faults);
    for (path, item) in entries(&doc["paths"]) {
        path_parameters(doc, path, item, &mut faults);
    }
    faults
}

fn reference(doc: &Value, node: &Node<'_>, faults: &mut Vec<Fault>) {
    let Some(target) = node.value.get("$ref") else { return };
    let place = format!("{}/$ref", node.place);
    let found = target.as_str().and_then(|target| target.strip_prefix('#')).and_then(|pointer| doc.pointer(pointer));
    match found {
        None => faults.push(fault(&place, format!("`{}` is not in the document", shown(target)))),
        Some(next) if next.get("$ref").is_some() => {
            faults.push(fault(&place, format!("`{}` only refers to another: refer to that one", shown(target))));
        }
        Some(_) => {}
    }
    for (key, _) in entries(node.value).filter(|(key, _)| *key != "$ref") {
        faults.push(fault(
            format!("{}/{}", node.place, escape(key)),
            format!("is ignored beside `$ref`: use {{type: object, {key}: …, allOf: [{{$ref: …}}]}}"),
        ));
    }
}

fn schema(node: &Node<'_>, faults: &mut Vec<Fault>) {
    let kind = &node.value["type"];
    if !kind.is_null() && !kind.as_str().is_some_and(|kind| TYPES.contains(&kind)) {
        let reason = format!("`{}` is no type: use one of {}", shown(kind), TYPES.join(", "));
        faults.push(fault(format!("{}/type", node.place), reason));
    }
    if node.value["nullable"] == true && kind.is_null() {
        faults.push(fault(
            format!("{}/nullable", node.place),
            "counts only beside a `type` in OpenAPI 3.0; a schema without one admits null already",
        ));
    }
    if kind == "array" && node.value.get("items").is_none() {
        faults.push(fault(&node.place, "an array needs `items`"));
    }
}

// An extension that nobody reads is a slip of the pen, and so is a value that its reader does not know.
fn extensions(doc: &Value, node: &Node<'_>, faults: &mut Vec<Fault>) {
    for (key, value) in entries(node.value).filter(|(key, _)| key.starts_with("x-")) {
        let texts = |known: &[&str]| value.as_str().is_some_and(|text| known.contains(&text));
        let wrong = match key.as_str() {
            "x-vendor-name" | "x-mcp-makes" | "x-mcp-note" => (!value.is_string()).then_some("must be a text"),
            "x-known-values" => {
                let list = value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
                let map = value.as_object().is_some_and(|map| map.values().all(Value::is_string));
                (!list && !map).then_some("must be a list of texts, or a map of code to name or of text to meaning")
            }
            "x-mcp-order" => (!orders(value, &node.value["x-known-values"]))
                .then_some("must list every one of `x-known-values` once, the best first"),
            "x-provenance" => (!texts(&SOURCES)).then_some("must be seed, published, observed, field or assumed"),
            "x-mcp-idempotency" => (!texts(&["read", "idempotent", "once"]))
                .then_some("must be `read`, `idempotent` or `once`: the retry policy reads it"),
            "x-mcp-server" => {
                let known = value.as_str().is_some_and(|name| doc["x-mcp-servers"].get(name).is_some());
                (!known).then_some("must be a name of /x-mcp-servers")
            }
            "x-mcp-servers" => {
                let sound = entries(value).all(|(_, server)| server["url"].is_string());
                (!(sound && value.is_object())).then_some("must be a map of name to {url, description}")
            }
            "x-webhooks" => {
                let sound = entries(value).all(|(_, hook)| hook["post"].is_object());
                (!(sound && value.is_object())).then_some("must be a map of event type to {post}")
            }
            "x-mcp-accepts" => {
                let sound = value.as_array().is_some_and(|list| list.iter().all(|v| v == "object" || v == "array"));
                (!sound).then_some("must be a list of `object` and `array`")
            }
            "x-mcp-text-as" => {
                let field = &node.value["properties"][value.as_str().unwrap_or_default()];
                (field["type"] != "string").then_some("must name a text field of its schema")
            }
            "x-mcp-schema" => {
                let named = doc["components"]["schemas"].get(value.as_str().unwrap_or_default());
                named.is_none().then_some("must name a schema of /components/schemas")
            }
            "x-mcp-pagination" => {
                let known = |key: &str| ["style", "default", "max", "items"].contains(&key);
                let size = |word: &str| value[word].as_u64().filter(|n| u32::try_from(*n).is_ok_and(|n| n > 0));
                let sizes = size("default").zip(size("max")).is_some_and(|(default, max)| default <= max);
                let style = ["header", "body"].contains(&value["style"].as_str().unwrap_or_default());
                let sound = sizes && style && entries(value).all(|(key, _)| known(key));
                (!sound).then_some("needs style `header` or `body`, default and max, and at most `items` besides")
            }
            _ => Some("is no extension that anything reads: see spec/README.md"),
        };
        if let Some(reason) = wrong {
            faults.push(fault(format!("{}/{}", node.place, escape(key)), reason));
        }
    }
}

fn orders(order: &Value, known: &Value) -> bool {
    let words: Option<Vec<_>> = list(order).map(Value::as_str).collect();
    words.is_some_and(|words| {
        let known: Vec<_> = entries(known).map(|(word, _)| word.as_str()).collect();
        words.len() == known.len() && known.iter().all(|word| words.contains(word))
    })
}

fn ids(doc: &Value, faults: &mut Vec<Fault>) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, verb, op) in operations(doc) {
        let place = format!("/paths/{}/{verb}", escape(path));
        let id = op["operationId"].as_str().unwrap_or_default();
        if !id.starts_with(|c: char| c.is_ascii_alphabetic())
            || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            faults.push(fault(&place, "needs an operationId of letters, digits and `_`, a letter first"));
        } else if let Some(other) = seen.insert(id, path) {
            faults.push(fault(&place, format!("operationId `{id}` is taken by \"{other}\"")));
        }
    }
}

fn path_parameters(doc: &Value, path: &str, item: &Value, faults: &mut Vec<Fault>) {
    let place = format!("/paths/{}", escape(path));
    let mut names = Vec::new();
    for part in path.split('{').skip(1) {
        match part.split_once('}') {
            Some((name, _)) if !name.is_empty() => names.push(name),
            _ => faults.push(fault(&place, "has a `{` without a name and its `}`")),
        }
    }
    let shared = list(&item["parameters"]);
    for (verb, op) in entries(item).filter(|(_, op)| op.get("responses").is_some()) {
        let place = format!("{place}/{verb}");
        let parameters: Vec<_> = list(&op["parameters"]).chain(shared.clone()).map(|p| resolve(doc, p)).collect();
        let in_path = || parameters.iter().filter(|parameter| parameter["in"] == "path");
        for name in names.iter().filter(|name| !in_path().any(|parameter| parameter["name"] == **name)) {
            faults.push(fault(&place, format!("`{{{name}}}` of its path is not among its parameters")));
        }
        for parameter in in_path() {
            let name = parameter["name"].as_str().unwrap_or_default();
            if !names.contains(&name) {
                faults.push(fault(&place, format!("path parameter `{name}` is not in its path")));
            }
            if parameter["required"] != true {
                faults.push(fault(&place, format!("path parameter `{name}` needs `required: true`")));
            }
        }
        for (n, parameter) in parameters.iter().enumerate() {
            let same = |other: &&Value| other["name"] == parameter["name"] && other["in"] == parameter["in"];
            if parameters[..n].iter().any(same) {
                faults.push(fault(&place, format!("parameter `{}` is there twice", shown(&parameter["name"]))));
            }
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> + Clone {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn folded(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
