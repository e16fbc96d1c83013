//! Documents and the names they go by.

use serde_json::Value;

use crate::Caller;

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

/// Checks the header, and that the cross-reference table points at every object.
fn check_pdf(bytes: &[u8]) -> usize {
    assert!(bytes.starts_with(b"%PDF-"));
    // One byte a character, so that offsets stay what they are.
    let plain = |&b: &u8| if b.is_ascii() { char::from(b) } else { '?' };
    let text: String = bytes.iter().map(plain).collect();
    assert!(text.ends_with("%%EOF\n"));
    let start: usize = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
    let mut lines = text[start..].lines();
    assert_eq!(lines.next(), Some("xref"));
    let size: usize = lines.next().unwrap().strip_prefix("0 ").unwrap().parse().unwrap();
    assert_eq!(lines.next(), Some("0000000000 65535 f "));
    for object in 1..size {
        let offset: usize = lines.next().unwrap()[..10].parse().unwrap();
        assert!(text[offset..].starts_with(&format!("{object} 0 obj\n")), "{object}");
    }
    assert_eq!(lines.next(), Some("trailer"));
    text.matches("/Type /Page ").count()
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
            assert_eq!(check_pdf(&bytes), 1);
            let carrier = String::from_utf8_lossy(&bytes).contains("Sample Trucking LLC");
            assert!(carrier, "{name}");
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
    let portal = caller.sandbox.portal_url();
    let query = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
    let answer = caller.client.get(format!("{portal}/api/token")).query(&query).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let token = answer["access_token"].as_str().unwrap();
    let get = |dot: &str| {
        let url = format!("{portal}/api/download/carrierpacket/{dot}");
        caller.client.get(url).bearer_auth(token).send()
    };
    let packet = get("23868").await.unwrap();
    assert_eq!(packet.headers()["content-type"], "application/pdf");
    assert_eq!(check_pdf(&packet.bytes().await.unwrap()), 5);
    assert_eq!(get("1").await.unwrap().status(), 404);
    assert_eq!(get("x").await.unwrap().status(), 400);
}
