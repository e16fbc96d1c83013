//! Documents by kind and by name, from the sandbox; names that have expired.

use super::{blob, names, server};
use crate::support::client::of_sandbox;
use crate::support::server::{Reply, path_of};
use futures::TryStreamExt as _;
use mycarrierpackets::types::DotNumber;
use mycarrierpackets::{ErrorKind, Operation, models::DocumentKind};
use mycarrierpackets_sandbox::Sandbox;
use serde_json::json;

async fn sandbox() -> Sandbox {
    Sandbox::builder().carriers(60).start().await.unwrap()
}

fn requests(sandbox: &Sandbox) -> (usize, usize) {
    (sandbox.count("GetCarrierData"), sandbox.count("GetDocument"))
}

#[tokio::test]
async fn each_kind_is_a_pdf_in_every_form() {
    let sandbox = sandbox().await;
    let client = of_sandbox(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    for kind in DocumentKind::ALL {
        sandbox.clear_requests();
        let document = client.documents().current(23868, kind).await.unwrap();
        assert_eq!(requests(&sandbox), (1, 1), "{kind}");
        assert_eq!(document.content_type(), Some("application/pdf"));
        let length = document.content_length().unwrap();
        let name = document.file_name();
        assert!(name.ends_with(".pdf") && !name.ends_with(".pdf.pdf"), "{name}");
        let bytes = document.bytes().await.unwrap();
        assert_eq!(bytes.len() as u64, length, "{kind}");
        assert!(bytes.starts_with(b"%PDF-") && bytes.trim_ascii_end().ends_with(b"%%EOF"), "{kind}");

        let document = client.documents().current("MC113843", kind).await.unwrap();
        let streamed: Vec<_> = document.into_stream().try_collect().await.unwrap();
        assert_eq!(streamed.concat(), bytes, "{kind}");

        let saved = client.documents().current(23868, kind).await.unwrap().save_in(folder.path()).await.unwrap();
        assert_eq!((saved.path.as_path(), saved.bytes), (folder.path().join(&name).as_path(), length));
        assert_eq!(saved.content_type.as_deref(), Some("application/pdf"));
        assert_eq!(std::fs::read(&saved.path).unwrap(), bytes, "{kind}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&saved.path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "it holds tax data: {mode:o}");
        }
    }
    assert_eq!(names(folder.path()).len(), 3, "nothing but the documents is left");
}

#[tokio::test]
async fn the_packet_comes_from_the_portal_with_its_own_token() {
    let sandbox = sandbox().await;
    let client = of_sandbox(&sandbox);
    let packet = client.packets().download(DotNumber::new(23868).unwrap()).await.unwrap();
    assert_eq!(packet.file_name(), "carrier-packet-23868.pdf");
    assert!(packet.bytes().await.unwrap().starts_with(b"%PDF-"));
    assert_eq!((sandbox.count("portal token"), sandbox.count("token")), (1, 0));
    assert_eq!(sandbox.count("CarrierPacket"), 1);
    let error = client.packets().download(DotNumber::new(9_999_999).unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some(Operation::DownloadCarrierPacket)));
}

#[tokio::test]
async fn a_name_that_expired_is_fetched_again() {
    let sandbox = sandbox().await;
    let client = of_sandbox(&sandbox);
    let documents = client.documents();
    for kind in DocumentKind::ALL {
        let carrier = client.carriers().get(23868).await.unwrap();
        let kept = carrier.documents(kind).remove(0).name;
        sandbox.clear_requests();
        let before = documents.current_from(&kept, 23868, kind).await.unwrap().bytes().await.unwrap();
        assert_eq!(requests(&sandbox), (0, 1), "{kind}: the name is still good");

        sandbox.rotate_blobs();
        sandbox.clear_requests();
        let error = documents.get(&kept).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotFound, 1));
        assert!(error.to_string().contains("Fetch the carrier again"), "{error}");
        assert_eq!(requests(&sandbox), (0, 1), "{kind}");

        sandbox.clear_requests();
        let after = documents.current_from(&kept, 23868, kind).await.unwrap().bytes().await.unwrap();
        assert_eq!(requests(&sandbox), (1, 2), "{kind}");
        assert_eq!(after.len(), before.len(), "{kind}: the same document");
    }
}

#[tokio::test]
async fn a_name_that_expires_between_the_two_calls_is_fetched_again() {
    let carrier = |name: String| {
        let image = json!([{"BlobName": name}]);
        json!({"CarrierW9Forms": [{"IsActive": true, "CarrierW9FormImages": image}]})
    };
    let document = path_of("GetDocument");
    let (expiring, client) = server({
        let document = document.clone();
        move |request| match (request.path == document, request.query.ends_with("-2")) {
            (true, true) => super::pdf_reply(2_000),
            (true, false) => Reply::error(404, "The name has expired."),
            _ => Reply::json(carrier(format!("carrier-w9/1/name-{}", request.nth))),
        }
    })
    .await;
    let found = client.documents().current(9_900_001, DocumentKind::W9).await.unwrap();
    assert_eq!(found.file_name(), "name-2.pdf");
    assert_eq!((expiring.count(&document), expiring.count(&path_of("GetCarrierData"))), (2, 2));

    let (gone, client) = server({
        let document = document.clone();
        move |request| match request.path == document {
            true => Reply::error(404, "No such document."),
            false => Reply::json(carrier("carrier-w9/1/gone".to_owned())),
        }
    })
    .await;
    let error = client.documents().current(9_900_001, DocumentKind::W9).await.unwrap_err();
    assert_eq!((error.kind(), error.vendor_message()), (ErrorKind::NotFound, Some("No such document.")));
    assert_eq!(
        (gone.count(&document), gone.count(&path_of("GetCarrierData"))),
        (1, 2),
        "the same name is not tried again"
    );
}

#[tokio::test]
async fn what_is_not_on_file_is_not_found() {
    let sandbox = sandbox().await;
    let client = of_sandbox(&sandbox);
    let mut without = None;
    for dot in sandbox.dot_numbers() {
        let carrier = client.carriers().get(dot).await.unwrap();
        if carrier.documents(DocumentKind::Agreement).is_empty() {
            without = Some(dot);
            break;
        }
    }
    let without = without.expect("a carrier that signed nothing");
    sandbox.clear_requests();
    let error = client.documents().current(without, DocumentKind::Agreement).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("no signed agreement on file"), "{error}");
    assert_eq!(requests(&sandbox), (1, 0));
    let unknown = client.documents().current(9_999_999, DocumentKind::Coi).await.unwrap_err();
    assert_eq!((unknown.kind(), unknown.operation()), (ErrorKind::NotFound, Some(Operation::GetCarrierData)));
    let unreadable = client.documents().current("nonsense", DocumentKind::Coi).await.unwrap_err();
    assert_eq!(unreadable.kind(), ErrorKind::InvalidInput);
    assert!(client.documents().get(&blob("carrier-w9/1/none")).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_expired_name_is_renewed_however_that_is_reported() {
    let reports = [
        Reply::error(404, "gone"),
        Reply::error(400, "expired"),
        Reply::error(410, "expired"),
        Reply::json(json!({"Message": "The name has expired."})),
    ];
    for expired in reports {
        let server = crate::support::server::Server::start(move |request| {
            if request.path == path_of("GetCarrierData") {
                let images = json!([{"BlobName": "w9/new"}]);
                return Reply::json(json!({"CarrierW9Forms": [{"IsActive": true, "CarrierW9FormImages": images}]}));
            }
            let old = request.query.contains("old");
            if old { expired.clone() } else { Reply::new(200, "application/pdf", "%PDF-1.7\nnew\n%%EOF") }
        })
        .await;
        let client = crate::support::client::of_server(&server);
        let document = client.documents().current_from(&blob("w9/old"), 23868, DocumentKind::W9).await.unwrap();
        assert!(document.bytes().await.unwrap().starts_with(b"%PDF-1.7\nnew"));
    }
}

#[tokio::test]
async fn a_download_that_failed_for_another_reason_is_no_expired_name() {
    let server = crate::support::server::Server::start(|request| match request.path == path_of("GetCarrierData") {
        true => Reply::json(json!({"CarrierW9Forms": [{"CarrierW9FormImages": [{"BlobName": "w9/new"}]}]})),
        false if request.query.contains("new") => Reply::new(200, "application/pdf", "%PDF-1.7\nnew\n%%EOF"),
        false => Reply::error(403, "Not yours."),
    })
    .await;
    let client = crate::support::client::of_server(&server);
    let refused = client.documents().current_from(&blob("w9/old"), 23868, DocumentKind::W9).await.map(|_| ());
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
}
