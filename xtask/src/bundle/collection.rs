//! A collection of requests for Postman, Bruno and Insomnia, which takes its token by itself.

use crate::document::{entries, operations, resolve};
use serde_json::{Value, json};

const FORMAT: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// Before each request that needs a token: takes one, and keeps it until it is about to expire.
const TOKEN: &str = r#"
const held = pm.collectionVariables;
const is_open = pm.request.auth && pm.request.auth.type === "noauth";
if (!is_open && !(held.get("token") && Date.now() < Number(held.get("tokenEnds")))) {
    pm.sendRequest({
        url: pm.variables.replaceIn("{{baseUrl}}/token"),
        method: "POST",
        header: { "Content-Type": "application/x-www-form-urlencoded" },
        body: { mode: "urlencoded", urlencoded: [
            { key: "grant_type", value: "password" },
            { key: "username", value: pm.variables.replaceIn("{{username}}") },
            { key: "password", value: pm.variables.replaceIn("{{password}}") },
        ] },
    }, (error, answer) => {
        const token = !error && answer.code === 200 && answer.json();
        if (!token || !token.access_token) {
            throw new Error("no token: set username and password of the integration in the variables of the collection");
        }
        held.set("token", token.access_token);
        held.set("tokenEnds", String(Date.now() + (Number(token.expires_in || 600) - 60) * 1000));
    });
}
"#;

/// The collection: a folder for each tag.
pub fn of(doc: &Value) -> Value {
    let folders = doc["tags"].as_array().into_iter().flatten().map(|tag| {
        let in_tag = operations(doc).filter(|(.., operation)| operation["tags"][0] == tag["name"]);
        let requests: Vec<Value> = in_tag.map(|(path, verb, operation)| request(doc, path, verb, operation)).collect();
        json!({"name": tag["name"], "description": tag["description"], "item": requests})
    });
    let sandbox = doc["servers"].as_array().and_then(|servers| servers.last()).map(|server| server["url"].clone());
    let variable = |key: &str, value: Value| json!({"key": key, "value": value, "type": "string"});
    json!({
        "info": {
            "name": doc["info"]["title"],
            "description": "The base address is that of the sandbox until you set another.",
            "version": doc["info"]["version"],
            "schema": FORMAT,
        },
        "auth": {"type": "bearer", "bearer": [variable("token", "{{token}}".into())]},
        "event": [{"listen": "prerequest", "script": {"type": "text/javascript", "exec": lines(TOKEN)}}],
        "variable": [
            variable("baseUrl", sandbox.unwrap_or_default()),
            variable("username", "demo".into()),
            variable("password", "demo".into()),
            variable("token", "".into()),
            variable("tokenEnds", "0".into()),
        ],
        "item": folders.collect::<Vec<_>>(),
    })
}

fn lines(script: &str) -> Vec<&str> {
    script.trim().lines().collect()
}

fn request(doc: &Value, path: &str, verb: &str, operation: &Value) -> Value {
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(|parameter| resolve(doc, parameter));
    // Whoever runs the whole collection has not said at whom.
    let acts = operation["x-mcp-idempotency"] != "read";
    let query: Vec<Value> = parameters
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| {
            json!({
                "key": parameter["name"],
                "value": if acts { "".into() } else { sample(parameter) },
                "description": parameter["description"],
                // What is not sent by default is one click away.
                "disabled": parameter["required"] != true && !names_carrier(parameter),
            })
        })
        .collect();
    let sent = query.iter().filter(|pair| pair["disabled"] == false);
    let sent: Vec<String> =
        sent.filter_map(|pair| Some(format!("{}={}", pair["key"].as_str()?, text(&pair["value"])))).collect();
    let raw = format!("{{{{baseUrl}}}}{path}{}{}", if sent.is_empty() { "" } else { "?" }, sent.join("&"));
    let mut request = json!({
        "method": verb.to_uppercase(),
        "description": operation["description"],
        "header": [{"key": "Accept", "value": "application/json"}],
        "url": {
            "raw": raw,
            "host": ["{{baseUrl}}"],
            "path": path.trim_start_matches('/').split('/').collect::<Vec<_>>(),
            "query": query,
        },
    });
    if operation["security"].as_array().is_some_and(Vec::is_empty) {
        request["auth"] = json!({"type": "noauth"});
    }
    let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"];
    if let Some((_, example)) =
        entries(&form["examples"]).find(|(_, example)| example["value"]["grant_type"] == "password")
    {
        let credential = |key: &str| matches!(key, "username" | "password");
        let pair = |(key, value): (&String, &Value)| {
            let value = if credential(key) { format!("{{{{{key}}}}}") } else { text(value) };
            json!({"key": key, "value": value, "type": "text"})
        };
        let pairs: Vec<Value> = entries(&example["value"]).map(pair).collect();
        request["body"] = json!({"mode": "urlencoded", "urlencoded": pairs});
    }
    json!({"name": operation["summary"], "request": request, "response": []})
}

fn names_carrier(parameter: &Value) -> bool {
    parameter["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("DOTNumber"))
}

/// A value that the sandbox has an answer to.
fn sample(parameter: &Value) -> Value {
    let schema = &parameter["schema"];
    let given = [&parameter["example"], &schema["example"], &schema["default"]];
    match parameter["name"].as_str().unwrap_or_default() {
        name if name.eq_ignore_ascii_case("DOTNumber") => "23868".into(),
        name if name.eq_ignore_ascii_case("docketNumber") => "MC113843".into(),
        "toDate" => "2026-03-18T09:30:00".into(),
        _ => given.into_iter().find(|value| !value.is_null()).map_or_else(|| "".into(), |value| text(value).into()),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
