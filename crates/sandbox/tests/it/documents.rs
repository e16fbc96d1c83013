//! Documents and the names they go by.

use serde_json::Value;

use crate::Caller;
use crate::reading::pages;

/// Every `BlobName` and `ImageBlobName` in an answer.
fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(blob) if name.ends_with("BlobName") => found.push(blob.to_owned()),
                    _ => names(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

/// The portal, for whoever has a token of its.
pub struct Portal<'c> {
    caller: &'c Caller,
    token: String,
}

impl<'c> Portal<'c> {
    pub async fn of(caller: &'c Caller) -> Self {
        let url = format!("{}/api/token", caller.sandbox.portal_url());
        let query = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
        let answer: Value = caller.client.get(url).query(&query).send().await.unwrap().json().await.unwrap();
        Self { caller, token: answer["access_token"].as_str().unwrap().to_owned() }
    }

    /// The packet of a carrier.
    pub async fn packet(&self, dot: &str) -> reqwest::Response {
        let url = format!("{}/api/download/carrierpacket/{dot}", self.caller.sandbox.portal_url());
        self.caller.client.get(url).bearer_auth(&self.token).send().await.unwrap()
    }
}

#[tokio::test]
async fn every_name_of_a_carrier_opens_a_document() {
    let caller = Caller::small().await;
    let query = [("DOTNumber", "23868")];
    let mut found = Vec::new();
    names(&caller.json("GetCarrierData", &query).await, &mut found);
    names(&caller.json("GetCarrierVINVerifications", &query).await, &mut found);
    for kind in ["company-agreement/12/", "certificate-image/", "carrier-w9/1/", "carrier-vin-photo/1/"] {
        assert!(found.iter().any(|name| name.starts_with(kind)), "{kind} {found:?}");
    }
    for name in &found {
        let answer = caller.send("GetDocument", &[("name", name)]).await;
        assert_eq!(answer.status(), 200, "{name}");
        assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let kind = answer.headers()["content-type"].clone();
        let bytes = answer.bytes().await.unwrap();
        if name.contains("photo") {
            assert_eq!(kind, "image/png");
            assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
        } else {
            assert_eq!(kind, "application/pdf");
            let pages = pages(&bytes);
            assert_eq!(pages.len(), if name.contains("agreement") { 2 } else { 1 }, "{name}");
            let names_it = pages.iter().flatten().any(|own| own.text.contains("Sample Trucking LLC"));
            let is_template = pages.iter().flatten().any(|own| own.text.contains("Unsigned"));
            assert!(names_it != is_template, "{name}");
        }
    }

    caller.sandbox.rotate_blobs();
    caller.failure(404, "GetDocument", &[("name", &found[0])]).await;
    let mut fresh = Vec::new();
    names(&caller.json("GetCarrierData", &query).await, &mut fresh);
    assert!(fresh.iter().all(|name| !found.contains(name)));
    assert_eq!(caller.send("GetDocument", &[("name", &fresh[0])]).await.status(), 200);
}

#[tokio::test]
async fn unknown_names_are_404_and_no_name_is_400() {
    let caller = Caller::small().await;
    for name in ["company-agreement/12/guid-abc123", "../../etc/passwd", "é", "%00"] {
        caller.failure(404, "GetDocument", &[("name", name)]).await;
    }
    caller.failure(400, "GetDocument", &[]).await;
}

#[tokio::test]
async fn the_packet_has_several_pages() {
    let caller = Caller::small().await;
    let portal = Portal::of(&caller).await;
    let packet = portal.packet("23868").await;
    assert_eq!(packet.headers()["content-type"], "application/pdf");
    assert_eq!(pages(&packet.bytes().await.unwrap()).len(), 5, "profile, agreement, W-9 and certificate");
    assert_eq!(portal.packet("1").await.status(), 404);
    assert_eq!(portal.packet("x").await.status(), 400);
}
