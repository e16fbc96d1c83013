//! What the reference at `/docs` fills in as it opens: "Execute" works for every operation, but where only the user can know.

use std::collections::BTreeSet;

use mycarrierpackets_sandbox::{Fault, Sandbox};
use reqwest::Method;
use serde_json::{Map, Value};

use crate::Caller;

async fn read(caller: &Caller, path: &str) -> Value {
    caller.client.get(format!("{}/{path}", caller.sandbox.base_url())).send().await.unwrap().json().await.unwrap()
}

/// The value of a field of the page, if it is filled in.
fn filled(parameter: &Value, own: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let name = parameter["name"].as_str().unwrap();
    let schema = &parameter["schema"];
    let value = own.get(name).or(parameter.get("example")).or(schema.get("example")).or(schema.get("default"));
    value.map(text)
}

/// The body of the page, as its first example or the sandbox's own has it.
fn body(media: &Value, own: &Value, document: &Value) -> Option<Value> {
    let parts = match media["schema"]["$ref"].as_str() {
        Some(part) => document.pointer(part.strip_prefix('#').unwrap()).unwrap(),
        None => &media["schema"],
    };
    let fits = |own: &&Map<String, Value>| own.keys().all(|name| parts["properties"].get(name).is_some());
    let own = own.as_object().filter(fits).map(|own| Value::Object(own.clone()));
    let first =
        || media["examples"].as_object().and_then(|all| all.values().next()).map(|first| first["value"].clone());
    own.or_else(|| media.get("example").cloned()).or_else(first)
}

/// Executes every operation of a document as the page opens, each on a sandbox of its own; the statuses below 400 are
/// fine. Gives those that the user has to fill in.
async fn execute_all(document: &str) -> (usize, BTreeSet<String>) {
    let caller = Caller::start(Sandbox::builder().carriers(5)).await;
    let (document, examples) = (read(&caller, document).await, read(&caller, "examples.json").await);
    let (mut executed, mut left) = (0, BTreeSet::new());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let caller = Caller::start(Sandbox::builder().carriers(5)).await;
            let portal = operation["x-mcp-server"] == "portal";
            let host = if portal { caller.sandbox.portal_url() } else { caller.sandbox.base_url() };
            let own = examples.get(path).unwrap_or(&Value::Null);
            let (mut target, mut query, mut lacking) = (path.clone(), Vec::new(), false);
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let shared = parameter["$ref"].as_str().and_then(|target| document.pointer(target.strip_prefix('#')?));
                let parameter = shared.unwrap_or(parameter);
                let name = parameter["name"].as_str().unwrap();
                match filled(parameter, own) {
                    Some(value) if parameter["in"] == "path" => target = target.replace(&format!("{{{name}}}"), &value),
                    Some(value) => query.push((name.to_owned(), value)),
                    None => lacking |= parameter["required"] == true,
                }
            }
            let name = format!("{} {path}", method.to_uppercase());
            if lacking {
                left.insert(name);
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let mut request = caller.client.request(method, format!("{host}{target}")).query(&query);
            let token = if portal { portal_token(&caller).await } else { caller.token.clone() };
            request = request.bearer_auth(token);
            let content = operation["requestBody"]["content"].as_object().and_then(|content| content.iter().next());
            request = match content {
                Some((kind, media)) if kind == "application/x-www-form-urlencoded" => {
                    request.form(&body(media, own, &document).unwrap())
                }
                Some((_, media)) => match body(media, own, &document) {
                    Some(body) => request.json(&body),
                    None => {
                        left.insert(name);
                        continue;
                    }
                },
                None => request.header("content-length", "0"),
            };
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            // This sandbox speaks plain HTTP.
            let has_none = name == "GET /__sandbox/certificate" && status == 404;
            assert!(status < 400 || has_none, "{name} {query:?}: {status} {}", answer.text().await.unwrap());
            executed += 1;
        }
    }
    (executed, left)
}

async fn portal_token(caller: &Caller) -> String {
    let url = format!("{}/api/token?grant_type=password&username=demo&password=demo", caller.sandbox.portal_url());
    let answer: Value = caller.client.get(url).send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_operation_of_the_api_succeeds_as_the_reference_opens() {
    let (executed, left) = execute_all("openapi.json").await;
    // The page takes its name from the sandbox.
    assert_eq!(
        (executed, left.iter().map(String::as_str).collect::<Vec<_>>()),
        (25, vec!["POST /api/v1/Carrier/GetDocument"])
    );
    let caller = Caller::start(Sandbox::builder().carriers(5)).await;
    let carrier = read(&caller, "__sandbox/carriers/23868").await;
    let name = &carrier["answers"]["GetCarrierData"]["CarrierW9Forms"][0]["CarrierW9FormImages"][0]["BlobName"];
    let answer = caller.send("GetDocument", &[("name", name.as_str().unwrap())]).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn every_operation_of_the_control_api_succeeds_as_the_reference_opens() {
    let (executed, left) = execute_all("control.json").await;
    assert!(executed >= 20, "{executed}");
    // Numbers, names and snapshots that the sandbox has given out.
    let known = [
        "DELETE /__sandbox/faults/{id}",
        "DELETE /__sandbox/namespaces/{name}",
        "DELETE /__sandbox/webhooks/{id}",
        "GET /__sandbox/blobs",
        "GET /__sandbox/outbox/{number}",
        "GET /__sandbox/requests/{number}",
        "PATCH /__sandbox/webhooks/{id}",
        "POST /__sandbox/deliveries/{id}/resend",
        "POST /__sandbox/webhooks/{id}/events",
        "PUT /__sandbox/snapshot",
    ];
    assert_eq!(left.iter().map(String::as_str).collect::<Vec<_>>(), known);
}

#[tokio::test]
async fn a_redirect_to_sign_in_leads_to_a_page_that_says_what_it_is() {
    let caller = Caller::start(Sandbox::builder().carriers(5).faults([Fault::login().on("PreviewCarrier")])).await;
    let (api, portal) = (caller.sandbox.base_url().to_owned(), caller.sandbox.portal_url().to_owned());
    // The client follows, as most do.
    let followed = caller.send("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    assert_eq!((followed.status().as_u16(), followed.url().path()), (200, "/Account/Login"));
    for host in [api, portal] {
        let page = caller.client.get(format!("{host}/account/login?ReturnUrl=%2f")).send().await.unwrap();
        assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        let text = page.text().await.unwrap();
        assert!(text.contains("This is a sandbox") && text.contains("<code>login</code>"), "{text}");
        let posted = caller.client.post(format!("{host}/Account/Login")).body("user=demo").send().await.unwrap();
        assert_eq!(posted.status(), 405);
    }
}
