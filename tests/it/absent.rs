//! `None` where the vendor says that there is nothing, and an error where anybody else does.

use crate::support::client::{of_sandbox, of_server};
use crate::support::server::{Reply, Server};
use mycarrierpackets::models::DocumentKind;
use mycarrierpackets::types::BlobName;
use mycarrierpackets::{Client, ErrorKind, Result};
use mycarrierpackets_sandbox::Sandbox;

/// What each of the reads finds, by its name.
async fn found(client: &Client) -> Vec<(&'static str, Result<bool>)> {
    let (carriers, documents) = (client.carriers(), client.documents());
    let blob = BlobName::new("certificate-image/7d1c0a44.pdf").unwrap();
    vec![
        ("preview", carriers.preview_opt(9_999_999).await.map(|found| found.is_some())),
        ("get", carriers.get_opt(9_999_999).await.map(|found| found.is_some())),
        ("contacts", carriers.contacts_opt(9_999_999).await.map(|found| found.is_some())),
        ("risk", carriers.risk_opt(9_999_999).await.map(|found| found.is_some())),
        ("incidents", carriers.incidents_opt(9_999_999).await.map(|found| found.is_some())),
        ("vins", carriers.vins_opt(9_999_999).await.map(|found| found.is_some())),
        ("document", documents.get_opt(&blob).await.map(|found| found.is_some())),
        ("current", documents.current_opt(9_999_999, DocumentKind::Coi).await.map(|found| found.is_some())),
        ("packet", client.packets().download_opt(9_999_999).await.map(|found| found.is_some())),
    ]
}

#[tokio::test]
async fn a_carrier_that_the_vendor_does_not_know_is_none() {
    let sandbox = Sandbox::builder().carriers(10).start().await.unwrap();
    for (name, found) in found(&of_sandbox(&sandbox)).await {
        assert_eq!(found.map_err(|error| error.to_string()), Ok(false), "{name}");
    }
    let client = of_sandbox(&sandbox);
    assert!(client.carriers().preview_opt(23868).await.unwrap().is_some());
}

#[tokio::test]
async fn a_404_of_anybody_else_stays_an_error() {
    let others = [
        Reply::new(404, "text/html", "<html><title>404 Not Found</title>"),
        Reply::new(404, "text/plain", "default backend - 404"),
        Reply::new(404, "application/json", r#"{"message":"no Route matched with those values"}"#),
        Reply::new(
            404,
            "application/json",
            r#"{"Message":"No HTTP resource was found that matches the request URI."}"#,
        ),
        Reply::new(404, "application/json", ""),
    ];
    for reply in others {
        let answer = reply.clone();
        let server = Server::start(move |_| answer.clone()).await;
        for (name, found) in found(&of_server(&server)).await {
            let error = found.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedAnswer), "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn a_carrier_without_the_document_has_none_and_an_empty_list_is_no_carrier() {
    let server = Server::start(|request| match request.path.ends_with("GetCarrierData") {
        true => Reply::json(r#"{"$id":"1","CarrierID":7,"CarrierW9Forms":[]}"#),
        false => Reply::json("[]"),
    })
    .await;
    let client = of_server(&server);
    assert!(client.documents().current_opt("23868", DocumentKind::W9).await.unwrap().is_none());
    assert!(client.carriers().preview_opt("23868").await.unwrap().is_none());
    assert!(client.carriers().preview_opt("").await.unwrap_err().is_invalid_input());
}
