//! Calls by path: the same token, retries and masking, and nowhere but to the API.

use crate::support::client::{PREVIEW, builder, of_server};
use crate::support::server::{Reply, Server, path_of};
use http::Method;
use mycarrierpackets::{ErrorKind, Idempotency, Operation};

const PATH: &str = "/api/v1/carrier/getcustomerpacketwithsw";

#[tokio::test]
async fn an_operation_that_nobody_described_is_called_with_token_query_and_body() {
    let server = Server::start(|_| Reply::json(r#"{"$id":"1","LegalName":"Sample Trucking LLC"}"#)).await;
    let client = of_server(&server);
    let request = client.request_path(Method::POST, &format!("{PATH}?DOTNumber=23868")).param("x y", "a&b");
    assert_eq!(request.operation(), Operation::ByPath);
    let answer = request.json(&serde_json::json!({"a": 1})).send().await.unwrap();
    assert!(answer.body.windows(9).any(|bytes| bytes == b"LegalName"));
    let sent = server.requests_for(PATH).pop().unwrap();
    assert!(sent.head.starts_with("POST "));
    assert_eq!(sent.query, "DOTNumber=23868&x+y=a%26b");
    assert_eq!((sent.text().as_str(), sent.header("authorization").is_some()), ("{\"a\":1}", true));
}

#[tokio::test]
async fn it_is_repeated_only_where_that_can_do_no_harm_unless_it_is_a_read() {
    for (status, idempotency, requests) in [
        (503, None, 1),
        (429, None, 3),
        (503, Some(Idempotency::Once), 1),
        (503, Some(Idempotency::Idempotent), 3),
        (503, Some(Idempotency::Read), 3),
    ] {
        let server = Server::start(move |_| Reply::error(status, "Busy.")).await;
        let mut request = of_server(&server).request_path(Method::POST, PATH);
        if let Some(idempotency) = idempotency {
            request = request.idempotency(idempotency);
        }
        let error = request.send().await.unwrap_err();
        assert_eq!(server.count(PATH), requests, "{status} {idempotency:?}");
        let once = matches!(idempotency, None | Some(Idempotency::Once));
        assert_eq!(error.may_have_acted(), once && status == 503, "{status} {idempotency:?}: {error}");
        assert_eq!((error.operation(), error.vendor_message()), (Some(Operation::ByPath), Some("Busy.")));
    }
}

#[tokio::test]
async fn a_path_of_the_document_is_its_operation_whatever_is_said_of_it() {
    let server = Server::start(|request| match request.path.as_str() {
        path if path.ends_with("EmailPacketInvitation") => Reply::error(503, "Busy."),
        _ => Reply::json(PREVIEW),
    })
    .await;
    let client = of_server(&server);
    let known = client.request_path(Method::POST, &path_of("PreviewCarrier").to_lowercase());
    assert_eq!(known.operation(), Operation::PreviewCarrier);
    known.param("DOTNumber", 23868).send().await.unwrap();
    let invitation =
        client.request_path(Method::POST, &format!("{}?DOTNumber=23868", path_of("EmailPacketInvitation")));
    invitation.idempotency(Idempotency::Read).send().await.unwrap_err();
    assert_eq!(server.count(&path_of("EmailPacketInvitation")), 1, "an invitation is sent once");
    let other_verb = client.request_path(Method::DELETE, &path_of("PreviewCarrier"));
    assert_eq!(other_verb.operation(), Operation::ByPath);
}

#[tokio::test]
async fn a_dry_run_holds_it_back_and_lets_a_read_pass() {
    let server = Server::start(|_| Reply::json("{\"A\":1}")).await;
    let client = builder(&server.url(), &server.url()).dry_run().build().unwrap();
    let error = client.request_path(Method::POST, PATH).param("DOTNumber", 23868).send().await.unwrap_err();
    assert_eq!((error.kind(), server.calls()), (ErrorKind::DryRun, 0));
    assert!(error.planned().unwrap().url.as_str().ends_with(&format!("{PATH}?DOTNumber=23868")));
    client.request_path(Method::POST, PATH).idempotency(Idempotency::Read).send().await.unwrap();
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_sends_nothing() {
    let server = Server::start(|_| Reply::json("{}")).await;
    let client = of_server(&server);
    for path in ["https://evil.example/x", "//evil.example/x", "/../x", "/a/%2e%2e/b", "x", ""] {
        let error = client.request_path(Method::GET, path).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{path}: {error}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn whatever_form_its_answer_has_it_comes_as_it_is_and_a_no_is_a_no() {
    let cases: [(&str, &[u8]); 4] = [
        ("application/pdf", b"%PDF-1.7 \xff %%EOF"),
        ("application/octet-stream", b"\x89PNG\r\n\xff"),
        ("application/json", b"[1,2]"),
        ("application/json", b"{\"A\":{\"B\":null}}"),
    ];
    for (kind, body) in cases {
        let server = Server::start(move |_| Reply::new(200, kind, body)).await;
        let answer = of_server(&server).request_path(Method::GET, "/api/v1/thing").send().await.unwrap();
        assert_eq!(&*answer.body, body, "{kind}");
    }
    for (body, kind) in [
        (r#"{"Success":false,"Message":"No agreement."}"#, ErrorKind::Declined),
        ("<html><title>Sign in</title>", ErrorKind::UnexpectedAnswer),
        (r#"{"A":"#, ErrorKind::Decode),
    ] {
        let server = Server::start(move |_| Reply::json(body)).await;
        let error = of_server(&server).request_path(Method::GET, "/api/v1/thing").send().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{body}: {error}");
    }
}
