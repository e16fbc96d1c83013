//! The control API: every call of its document, and who may call.

use mycarrierpackets_sandbox::Sandbox;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::Caller;
use crate::receiver::Receiver;

async fn start() -> Caller {
    Caller::start(Sandbox::builder().carriers(60).fixed_time(crate::noon())).await
}

impl Caller {
    pub fn control(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/__sandbox/{path}", self.sandbox.base_url()))
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.control(Method::GET, path).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
            (200, "application/json; charset=utf-8"),
            "{path}"
        );
        answer.json().await.unwrap()
    }

    pub async fn send_json(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let answer = self.control(method, path).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }
}

#[tokio::test]
async fn the_clock_is_held_skipped_and_released() {
    let caller = Caller::start(Sandbox::builder().carriers(60)).await;
    assert_eq!(caller.get("clock").await["held"], false);
    let (status, held) =
        caller.send_json(Method::POST, "clock", json!({ "hold": true, "advanceSeconds": 2_592_000 })).await;
    assert_eq!((status, &held["held"]), (200, &json!(true)));
    assert_eq!(caller.get("clock").await, held);
    let (_, runs) = caller.send_json(Method::POST, "clock", json!({ "hold": false })).await;
    assert_eq!(runs["held"], false);
    for bad in
        [json!({ "advanceSeconds": -1 }), json!({ "advanceSeconds": 34_560_001 }), json!({ "skip": 1 }), json!([])]
    {
        let (status, answer) = caller.send_json(Method::POST, "clock", bad.clone()).await;
        assert!(status == 400 && answer["error"].is_string(), "{bad}: {answer}");
    }
}

#[tokio::test]
async fn faults_are_added_counted_and_ended() {
    let caller = start().await;
    let rules = json!([{ "kind": "status", "code": 503, "operation": "previewcarrier", "first": 1 }, { "kind": "nulls", "customer": "birke" }]);
    let (status, added) = caller.send_json(Method::POST, "faults", rules).await;
    assert_eq!((status, added.as_array().unwrap().len(), &added[0]["operation"]), (200, 2, &json!("PreviewCarrier")));
    for expected in [503, 200] {
        assert_eq!(caller.send("PreviewCarrier", &[("DOTNumber", "23868")]).await.status(), expected);
    }
    let list = caller.get("faults").await;
    assert_eq!((&list[0]["matched"], &list[0]["applied"], &list[1]["applied"]), (&json!(2), &json!(1), &json!(0)));
    let (status, more) = caller.send_json(Method::POST, "faults", list[1].clone()).await;
    assert_eq!((status, &more[0]["kind"]), (200, &json!("nulls")), "what is listed can be sent back");
    let id = list[0]["id"].as_u64().unwrap();
    assert_eq!(caller.send_json(Method::DELETE, &format!("faults/{id}"), Value::Null).await.0, 204);
    assert_eq!(caller.send_json(Method::DELETE, &format!("faults/{id}"), Value::Null).await.0, 404);
    assert_eq!(caller.send_json(Method::DELETE, "faults", Value::Null).await.0, 204);
    assert_eq!(caller.get("faults").await, json!([]));
    let (status, refused) = caller.send_json(Method::POST, "faults", json!({ "kind": "status" })).await;
    assert!(status == 400 && refused["error"].as_str().unwrap().starts_with("code is required"), "{refused}");
    let kinds = caller.get("faults/kinds").await;
    let count = format!("{} kinds", kinds.as_array().unwrap().len());
    for readme in ["README.md", "../../README.md"] {
        let text = std::fs::read_to_string(format!("{}/{readme}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(text.contains(&count), "{readme} does not say that there are {count} of faults");
    }
    for kind in kinds.as_array().unwrap() {
        assert_eq!(caller.send_json(Method::POST, "faults", kind["example"].clone()).await.0, 200, "{kind}");
    }
}

#[tokio::test]
async fn the_log_has_what_was_asked_and_answered() {
    let caller = start().await;
    caller.send("EmailPacketInvitation", &[("DOTNumber", "23868"), ("carrierEmail", "ada@carrier.example")]).await;
    caller.send("PreviewCarrier", &[("DOTNumber", "1")]).await;
    let log = caller.get("requests").await;
    let of = |field: &str| log["requests"].as_array().unwrap().iter().map(|r| r[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("operation"), ["token", "EmailPacketInvitation", "PreviewCarrier"]);
    assert_eq!(of("status"), [200, 200, 404]);
    assert_eq!(of("customer"), [Value::Null, json!("demo"), json!("demo")]);
    assert_eq!(log["total"], 3);
    let invitation = caller.get("requests?operation=emailpacketinvitation&customer=demo&status=200").await;
    assert_eq!(invitation["total"], 1);
    assert_eq!(
        invitation["requests"][0]["query"],
        json!([["DOTNumber", "23868"], ["carrierEmail", "ada@carrier.example"]])
    );
    let number = invitation["requests"][0]["number"].as_u64().unwrap();
    let whole = caller.get(&format!("requests/{number}")).await;
    assert_eq!(whole["answer"]["body"], "\"Invitation has been sent to ada@carrier.example.\"");
    assert!(whole["headers"].as_array().unwrap().contains(&json!(["content-length", "0"])));
    assert_eq!(caller.get(&format!("requests?after={number}")).await["requests"][0]["operation"], "PreviewCarrier");
    assert_eq!(caller.get("requests?limit=1").await["requests"].as_array().unwrap().len(), 1);
    // Neither passwords nor tokens are shown.
    let first = log["requests"][0]["number"].as_u64().unwrap();
    let all = [caller.get(&format!("requests/{first}")).await, whole].map(|value| value.to_string()).concat();
    assert!(!all.contains(&caller.token) && !all.contains("password=demo") && !all.contains("access_token"), "{all}");
    for bad in ["requests?limit=0", "requests?limit=x", "requests?operation=Preview", "requests?after=-1"] {
        assert_eq!(caller.send_json(Method::GET, bad, Value::Null).await.0, 400, "{bad}");
    }
    assert_eq!(caller.send_json(Method::DELETE, "requests", Value::Null).await.0, 204);
    assert_eq!(caller.get("requests").await["total"], 0);
    assert_eq!(caller.send_json(Method::GET, "requests/1", Value::Null).await.0, 404);
}

#[tokio::test]
async fn carriers_are_searched_shown_and_moved() {
    let caller = start().await;
    assert_eq!(caller.get("carriers").await["total"], 70);
    for search in ["2386", "mc1138", "113843", "Sample%20Tr"] {
        let found = caller.get(&format!("carriers?search={search}")).await;
        assert_eq!((&found["total"], &found["carriers"][0]["dot"]), (&json!(1), &json!(23868)), "{search}");
    }
    let page = caller.get("carriers?page=2&pageSize=30").await;
    assert_eq!(
        (page["carriers"].as_array().unwrap().len(), &page["carriers"][0]["dot"]),
        (30, &json!(caller.sandbox.dot_numbers()[30]))
    );
    let sample = caller.get("carriers/23868").await;
    assert_eq!(sample["answers"]["PreviewCarrier"][0]["CompanyName"], sample["name"]);
    assert_eq!(sample["monitored"], true);
    caller.json("CancelMonitoring", &[("DOTNumber", "23868")]).await;
    assert_eq!(caller.get("carriers/23868").await["monitored"], false);
    assert_eq!(caller.get("carriers/23868?customer=birke").await["monitored"], true, "another's list");
    assert_eq!(caller.get("").await["customers"], json!(["demo"]), "a look is no visit");

    let happen = async |dot: &str, event: &str| {
        caller.send_json(Method::POST, &format!("carriers/{dot}/events"), json!({ "event": event })).await.0
    };
    assert_eq!(happen("23868", "retractIncident").await, 409);
    for event in ["change", "completePacket", "reportIncident", "updateIncident", "retractIncident"] {
        assert_eq!(happen("23868", event).await, 204, "{event}");
    }
    assert_eq!(
        (happen("1", "change").await, happen("x", "change").await, happen("23868", "explode").await),
        (404, 404, 400)
    );
    assert_eq!(caller.send_json(Method::GET, "carriers/1", Value::Null).await.0, 404);
}

#[tokio::test]
async fn tokens_blobs_state_and_webhooks_are_commanded() {
    let mut caller = start().await;
    let receiver = Receiver::start().await;
    let before = caller.get("snapshot").await;
    let wanted = json!({ "url": receiver.url, "secret": "example", "events": ["carrier.packet.completed"] });
    let (status, webhook) = caller.send_json(Method::POST, "webhooks", wanted).await;
    assert_eq!((status, &webhook["customer"]), (200, &json!("demo")));
    let path = format!("webhooks/{}", webhook["id"]);
    let (_, changed) = caller.send_json(Method::PATCH, &path, json!({ "duplicate": true })).await;
    assert_eq!((&changed["duplicate"], &changed["secret"]), (&json!(true), &json!("example")));
    let (status, delivery) =
        caller.send_json(Method::POST, &format!("{path}/events"), json!({ "event": "carrier.packet.completed" })).await;
    assert_eq!(
        (status, &delivery["state"], &delivery["attempts"][0]["status"]),
        (200, &json!("delivered"), &json!(200))
    );
    assert_eq!(receiver.take().len(), 2);
    let (_, again) =
        caller.send_json(Method::POST, &format!("deliveries/{}/resend", delivery["id"]), Value::Null).await;
    assert_eq!(again["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(caller.get("deliveries?limit=1").await.as_array().unwrap().len(), 1);
    for (method, path, body, status) in [
        (Method::POST, "webhooks", json!({ "url": "https://tms.example/" }), 400),
        (Method::POST, "webhooks", json!({ "url": "http://127.0.0.1/", "colour": 1 }), 400),
        (Method::PATCH, path.as_str(), json!({ "url": "ftp://127.0.0.1/" }), 400),
        (Method::PATCH, "webhooks/99", json!({}), 404),
        (Method::POST, "deliveries/99/resend", json!({}), 404),
        (Method::PUT, "snapshot", json!({ "format": 1 }), 400),
        (Method::PUT, "snapshot", before, 204),
        (Method::DELETE, path.as_str(), json!({}), 404),
        (Method::DELETE, "blobs", json!({}), 204),
        (Method::POST, "tokens", json!({ "lifetime": 3 }), 400),
        (Method::POST, "reset", json!({}), 204),
    ] {
        assert_eq!(caller.send_json(method.clone(), path, body).await.0, status, "{method} {path}");
    }
    caller.json("MonitoredCarriers", &[]).await;
    assert_eq!(caller.send_json(Method::POST, "tokens", json!({ "expire": true, "lifetimeSeconds": 0 })).await.0, 204);
    caller.failure(401, "MonitoredCarriers", &[]).await;
    caller.token = crate::token(&caller.client, &caller.sandbox).await;
    caller.failure(401, "MonitoredCarriers", &[]).await;
}

#[tokio::test]
async fn other_sites_and_other_names_are_refused() {
    let caller = start().await;
    let from = async |name: &'static str, value: &str| {
        caller.control(Method::POST, "reset").header(name, value).send().await.unwrap().status().as_u16()
    };
    assert_eq!(from("origin", "https://site.example").await, 403);
    assert_eq!(from("origin", "null").await, 403);
    assert_eq!(from("origin", caller.sandbox.base_url()).await, 204);
    assert_eq!(from("host", "site.example").await, 403);
    assert_eq!(from("host", "localhost:8080").await, 204);
    assert!(
        caller.get("requests").await["requests"].as_array().unwrap().iter().all(|r| r["operation"] == "token"),
        "it is not in the log"
    );
}

#[tokio::test]
async fn the_console_is_in_the_program_and_asks_nobody_else() {
    let caller = start().await;
    let (api, portal) = (caller.sandbox.base_url(), caller.sandbox.portal_url());
    for (path, kind) in [
        ("/", "text/html"),
        ("/console.js", "text/javascript"),
        ("/console.css", "text/css"),
        ("/docs", "text/html"),
        ("/docs.js", "text/javascript"),
        ("/swagger-ui-bundle.js", "text/javascript"),
        ("/openapi.json", "application/json"),
        ("/control.json", "application/json"),
    ] {
        let answer = caller.client.get(format!("{api}{path}")).send().await.unwrap();
        let headers = answer.headers().clone();
        assert!(answer.status() == 200 && headers["content-type"].to_str().unwrap().starts_with(kind), "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with(&format!("default-src 'self'; connect-src 'self' {portal};")), "{policy}");
        let text = answer.text().await.unwrap();
        if kind == "text/html" {
            assert!(!text.contains("https://") && !text.contains("<script>"), "{path}");
        }
    }
    // The page to read is whole: it may run what is in it, and ask nobody for anything.
    let answer = caller.client.get(format!("{api}/reference")).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'unsafe-inline';") && !policy.contains("self"),
        "{policy}"
    );
    assert!(answer.text().await.unwrap().contains("<script>Redoc.init({"));
    let document = caller.get("openapi.json").await;
    assert_eq!(document["info"]["title"], "MyCarrierPackets sandbox, control");
    assert_eq!(caller.client.post(format!("{api}/docs")).send().await.unwrap().status(), 405);
    // The reference may call the portal, and no other site may.
    let url = format!("{portal}/api/token?grant_type=password&username=demo&password=demo");
    for (origin, allowed) in [(api, true), ("https://site.example", false)] {
        let asked = caller.client.request(Method::OPTIONS, &url).header("origin", origin).send().await.unwrap();
        assert_eq!(asked.headers().contains_key("access-control-allow-origin"), allowed, "{origin}");
        let answer = caller.client.get(&url).header("origin", origin).send().await.unwrap();
        assert_eq!(answer.headers().contains_key("access-control-allow-origin"), allowed, "{origin}");
    }
}
