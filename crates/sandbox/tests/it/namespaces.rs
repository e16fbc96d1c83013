//! Sandboxes beside the first one: each with its own clock, faults, customers and log, and all of it behind one address.

use std::time::Duration;

use mycarrierpackets_sandbox::{Fault, Sandbox};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::receiver::Receiver;

/// A client of one namespace.
struct Within {
    client: Client,
    base: String,
    portal: String,
    token: String,
}

impl Within {
    async fn of(sandbox: &Sandbox, name: &str) -> Self {
        let prefix = if name.is_empty() { String::new() } else { format!("/namespaces/{name}") };
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let (base, portal) = (sandbox.base_url().to_owned() + &prefix, sandbox.portal_url().to_owned() + &prefix);
        let form = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
        let answer: Value =
            client.post(format!("{base}/token")).form(&form).send().await.unwrap().json().await.unwrap();
        Self { token: answer["access_token"].as_str().unwrap().to_owned(), client, base, portal }
    }

    async fn call(&self, operation: &str, query: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}/api/v1/Carrier/{operation}", self.base));
        request.bearer_auth(&self.token).header("content-length", "0").query(query).send().await.unwrap()
    }

    async fn json(&self, operation: &str, query: &[(&str, &str)]) -> Value {
        let answer = self.call(operation, query).await;
        assert_eq!(answer.status(), 200, "{operation} in {}", self.base);
        answer.json().await.unwrap()
    }

    async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = self.client.request(method, format!("{}/__sandbox/{path}", self.base)).body(body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path} in {}: {}", self.base, answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
    }

    async fn get(&self, path: &str) -> Value {
        self.control(Method::GET, path, Value::Null).await
    }

    async fn page(&self, url: &str) -> (u16, String) {
        let answer = self.client.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

async fn start() -> Sandbox {
    let builder = Sandbox::builder().carriers(60).fixed_time(crate::noon()).changes_interval(Duration::ZERO);
    let slow = Fault::delay(Duration::from_millis(1)).on("CompletedPackets");
    builder.scenario("authority-revoked,dot=23868").faults([slow]).start().await.unwrap()
}

/// What can be seen of a sandbox from outside, without its addresses.
async fn seen(own: &Within) -> Value {
    let mut about = own.get("").await;
    for name in ["api", "portal"] {
        about.as_object_mut().unwrap().remove(name);
    }
    json!([
        about,
        own.get("faults").await,
        own.get("requests").await["total"],
        own.get("outbox").await,
        own.get("carriers/23868").await
    ])
}

#[tokio::test]
async fn two_namespaces_and_the_first_sandbox_do_not_see_each_other() {
    let sandbox = start().await;
    let (first, ada, ben) =
        (Within::of(&sandbox, "").await, Within::of(&sandbox, "ada").await, Within::of(&sandbox, "ben").await);
    let mut foreign = Within::of(&sandbox, "eve").await;
    foreign.token.clone_from(&ben.token);
    assert_eq!(foreign.call("PreviewCarrier", &[("DOTNumber", "23868")]).await.status(), 401);
    let before = seen(&first).await;
    for own in [&ada, &ben] {
        assert_eq!(seen(own).await, before, "all begin alike");
    }
    ada.control(Method::POST, "clock", json!({ "advanceSeconds": 86_400 })).await;
    ada.control(Method::POST, "faults", json!({ "kind": "page", "code": 503, "operation": "PreviewCarrier" })).await;
    ada.control(Method::PUT, "carriers/23868", json!({ "legalName": "Oak Lane LLC" })).await;
    let carrier = [("DOTNumber", "23868"), ("carrierEmail", "ada@carrier.example")];
    assert_eq!(ada.call("EmailPacketInvitation", &carrier).await.status(), 200);
    assert_eq!(ada.call("PreviewCarrier", &carrier[..1]).await.status(), 503);
    for own in [&first, &ben] {
        assert_eq!(seen(own).await, before, "in {}", own.base);
        assert_eq!(own.call("PreviewCarrier", &carrier[..1]).await.status(), 200);
    }
    assert_eq!(ada.get("clock").await["now"], "2026-03-19T12:00:00Z");
    assert_eq!(ada.get("outbox").await["messages"].as_array().map(Vec::len), Some(1));

    // One that is reset is as it began, and the others stay as they are.
    ben.control(Method::POST, "scenarios/vendor-down-2-minutes", Value::Null).await;
    let of_ada = seen(&ada).await;
    ben.control(Method::POST, "reset", Value::Null).await;
    assert_eq!(seen(&ada).await, of_ada);
    ada.control(Method::POST, "reset", Value::Null).await;
    assert_eq!(ada.get("faults").await[0]["kind"], "delay");
    assert_eq!(ada.get("faults").await.as_array().map(Vec::len), Some(1));
    assert_eq!(ada.get("carriers/23868").await, before[4]);
    assert_eq!(ada.get("requests").await["total"], 0);
    let (_, snapshot) = first.page(&format!("{}/__sandbox/snapshot", first.base)).await;
    assert!(!snapshot.contains("Oak Lane"), "a snapshot is of one");
}

#[tokio::test]
async fn webhooks_links_of_the_portal_and_downloads_work_in_one() {
    let sandbox = start().await;
    let own = Within::of(&sandbox, "one").await;
    let receiver = Receiver::start().await;
    own.control(Method::POST, "webhooks", json!({ "url": receiver.url })).await;
    own.control(Method::POST, "carriers/23868/events", json!({ "event": "completePacket" })).await;
    assert_eq!(receiver.take().len(), 1);
    assert!(sandbox.deliveries().is_empty());

    let query = [("DOTNumber", "23868"), ("carrierEmail", "ada@carrier.example")];
    own.call("EmailPacketInvitation", &query).await;
    let message = own.get("outbox").await["messages"][0].clone();
    let link = message["links"][0].as_str().unwrap();
    assert!(link.starts_with(&format!("{}/", own.portal)), "{link}");
    let pages = [
        link.to_owned(),
        format!("{}/", own.portal),
        format!("{}/CarrierInformation/DOTNumber/23868", own.portal),
        format!("{}/RegisteredCustomer/SendCarrierPacket?dotNumber=23868", own.portal),
        format!("{}/CarrierInformation/DOTNumber/1", own.portal),
    ];
    let mut followed = 0;
    for address in &pages {
        let (_, page) = own.page(address).await;
        let targets =
            page.split("href=\"").chain(page.split("action=\"")).skip(1).filter_map(|rest| rest.split('"').next());
        for target in targets.filter(|target| target.starts_with('/')) {
            assert!(target.starts_with("/namespaces/one/"), "{address}: {target}");
            let (status, _) = own.page(&format!("{}{}", sandbox.portal_url(), target.replace("&amp;", "&"))).await;
            assert!(status < 500 && status != 404, "{address}: {target} {status}");
            followed += 1;
        }
    }
    assert!(followed > 15, "{followed}");
    let packet = own.client.get(format!("{}/Download/GetCarrierPacket?DOTNumber=23868", own.portal));
    assert_eq!(packet.send().await.unwrap().headers()["content-type"], "application/pdf");
    let data = own.json("GetCarrierData", &query[..1]).await;
    let name = &data["CarrierW9Forms"][0]["CarrierW9FormImages"][0]["BlobName"];
    assert_eq!(own.call("GetDocument", &[("name", name.as_str().unwrap())]).await.status(), 200);
    let (status, token) =
        own.page(&format!("{}/api/token?grant_type=password&username=demo&password=demo", own.portal)).await;
    assert!(status == 200 && token.contains("access_token"));

    // A redirect stays within, and so does the console.
    own.control(Method::POST, "faults", json!({ "kind": "login", "operation": "PreviewCarrier" })).await;
    let answer = own.call("PreviewCarrier", &query[..1]).await;
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(place.starts_with("/namespaces/one/Account/Login"), "{place}");
    assert_eq!(own.page(&format!("{}{place}", sandbox.base_url())).await.0, 200);
    let answer = own.client.get(&own.base).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (307, "/namespaces/one/"));
    for page in ["", "docs"] {
        let (_, html) = own.page(&format!("{}/{page}", own.base)).await;
        let parts = html.split("src=\"").chain(html.split("href=\"")).skip(1).filter_map(|rest| rest.split('"').next());
        for part in parts.filter(|part| !part.starts_with(['#', '<']) && !part.starts_with("data:")) {
            assert!(!part.starts_with('/'), "{part} leaves the namespace");
            assert_eq!(own.page(&format!("{}/{part}", own.base)).await.0, 200, "{part}");
        }
    }
    assert_eq!(sandbox.requests().len(), 0, "nothing came to the first one");
}

#[tokio::test]
async fn a_name_is_plain_there_is_a_limit_and_one_can_be_ended() {
    let sandbox = start().await;
    let first = Within::of(&sandbox, "").await;
    for name in ["", "Ada", "a_b", "a.b", "%41", &"a".repeat(41), "é", ".."] {
        let raw = format!("GET /namespaces/{name}/__sandbox HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = crate::raw(&sandbox, &raw).await;
        let is_refused =
            answer.starts_with("HTTP/1.1 404") && answer.contains("1 to 40 small letters, digits and dashes");
        assert!(is_refused || name == "é" && answer.starts_with("HTTP/1.1 4"), "{name:?}: {answer}");
    }
    // Neither a page of another site nor another name makes one.
    for (header, value) in [("origin", "https://evil.example"), ("host", "evil.example")] {
        let request = first.client.get(format!("{}/namespaces/evil/__sandbox", first.base)).header(header, value);
        assert_eq!(request.send().await.unwrap().status(), 403, "{header}");
    }
    assert_eq!(first.get("namespaces").await, json!([]));
    for n in 0..64 {
        assert!(sandbox.namespace(&format!("test-{n:02}")).unwrap().base_url().ends_with(&format!("/test-{n:02}")));
    }
    let list = first.get("namespaces").await;
    assert_eq!((list.as_array().unwrap().len(), &list[1]["name"]), (64, &json!("test-01")));
    assert_eq!(list[1]["portal"], format!("{}/namespaces/test-01", sandbox.portal_url()));
    let answer = first.client.get(format!("{}/namespaces/more/__sandbox", first.base)).send().await.unwrap();
    assert_eq!(answer.status(), 409);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "tooManyNamespaces");
    assert!(sandbox.namespace("more").is_err());

    let own = Within::of(&sandbox, "test-07").await;
    own.control(Method::POST, "clock", json!({ "advanceSeconds": 60 })).await;
    let mut stream = own.client.get(format!("{}/__sandbox/events", own.base)).send().await.unwrap();
    first.control(Method::DELETE, "namespaces/test-07", Value::Null).await;
    let end = async { while matches!(stream.chunk().await, Ok(Some(_))) {} };
    tokio::time::timeout(Duration::from_secs(20), end).await.expect("whoever listened hears the end");
    assert!(!sandbox.end_namespace("test-07"));
    assert_eq!(own.call("PreviewCarrier", &[("DOTNumber", "23868")]).await.status(), 401, "its tokens ended with it");
    assert_eq!(own.get("clock").await["now"], "2026-03-18T12:00:00Z", "another of the same name begins anew");
}

#[test]
fn a_sandbox_on_threads_of_its_own_has_them_too() {
    let sandbox = Sandbox::builder().carriers(10).start_blocking().unwrap();
    let own = sandbox.namespace("ada").unwrap();
    assert!(format!("{own:?}").contains("/namespaces/ada") && own.portal_url().ends_with("/namespaces/ada"));
    assert!(sandbox.end_namespace("ada"));
}
