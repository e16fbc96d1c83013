//! The escape hatches beside the typed handles: any operation, any form of answer, with the same token, retries and limits; and
//! the typed mocks of the generator.

use crate::support::client::{PREVIEW, builder, of_sandbox, of_server};
use crate::support::server::{Reply, Server, path_of, token};
use httpmock::MockServer;
use mocks::MockServerExt as _;
use mycarrierpackets::models::{ApiError, BlockResult, CarrierPreview, MonitoredCarrier};
use mycarrierpackets::types::DotNumber;
use mycarrierpackets::{Client, Error, ErrorKind, Operation};
use mycarrierpackets_sandbox::Sandbox;
use serde_json::{Value, json};

#[allow(dead_code, clippy::all, clippy::pedantic)]
mod mocks {
    include!(concat!(env!("OUT_DIR"), "/httpmock.rs"));
}

/// An answer with some of its fields: answers cannot be written out, since fields are added to them.
fn made<T: Default>(fill: impl FnOnce(&mut T)) -> T {
    let mut answer = T::default();
    fill(&mut answer);
    answer
}

#[tokio::test]
async fn any_operation_in_any_form_of_answer() {
    let sandbox = Sandbox::builder().carriers(10).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let dot = sandbox.dot_numbers()[0];
    let preview = || client.request(Operation::PreviewCarrier).param("DOTNumber", dot);

    let xml = preview().accept("text/xml").send().await.unwrap();
    assert!(xml.headers["content-type"].to_str().unwrap().starts_with("text/xml"));
    let text = String::from_utf8(xml.body.to_vec()).unwrap();
    assert!(text.starts_with('<') && text.contains(&format!("<DotNumber>{dot}</DotNumber>")), "{text}");

    let json: Value = serde_json::from_slice(&preview().send().await.unwrap().body).unwrap();
    assert_eq!(json[0]["DotNumber"], dot);

    sandbox.expire_tokens();
    preview().accept("text/xml").send().await.unwrap();
    assert_eq!((sandbox.count("PreviewCarrier"), sandbox.count("token")), (4, 2), "refused once, then repeated");

    let body = json!({"DOTNumber": dot});
    let blocked = client.request(Operation::BlockCarrier).json(&body).send().await.unwrap();
    assert!(String::from_utf8_lossy(&blocked.body).contains("\"Result\""));
    let request = sandbox.requests().into_iter().next_back().unwrap();
    assert_eq!((request.query.len(), serde_json::from_slice::<Value>(&request.body).unwrap()), (0, body));

    let unknown = client.request(Operation::PreviewCarrier).param("DOTNumber", 99_999_999).accept("text/xml");
    let error = unknown.send().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some(Operation::PreviewCarrier)));
}

#[tokio::test]
async fn a_path_takes_its_parameters_and_the_portal_its_own() {
    let sandbox = Sandbox::builder().carriers(10).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let dot = sandbox.dot_numbers()[0];
    assert!(sandbox.complete_packet(dot));
    let packet = || client.request(Operation::DownloadCarrierPacket).accept("*/*");
    let answer = packet().param("DOTNumber", dot).send().await.unwrap();
    assert!(answer.body.starts_with(b"%PDF"));
    assert_eq!((sandbox.count("portal token"), sandbox.count("token")), (1, 0));
    sandbox.clear_requests();
    for bad in [packet(), packet().param("DOTNumber", ".."), packet().param("DOTNumber", "")] {
        let error = bad.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    drop(packet().param("DOTNumber", "1/../../2").send().await);
    let paths: Vec<_> = sandbox.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/api/Download/CarrierPacket/1%2F..%2F..%2F2"], "the others were not sent");
}

#[tokio::test]
async fn it_is_repeated_as_the_operation_may_be() {
    let server = Server::start(|_| Reply::new(500, "text/xml", "<Error/>")).await;
    let client = of_server(&server);
    for (operation, requests) in [(Operation::PreviewCarrier, 3), (Operation::EmailPacketInvitation, 1)] {
        let error = client.request(operation).accept("text/xml").send().await.unwrap_err();
        assert_eq!(server.count(&path_of(operation.info().vendor_name)), requests, "{error}");
        assert_eq!(error.may_have_acted(), requests == 1);
    }
    let large = Server::start(|_| Reply::new(200, "text/xml", vec![b'x'; 2000])).await;
    let small = builder(&large.url(), &large.url()).limits(|limits| limits.json_bytes = 1000).build().unwrap();
    let error = small.request(Operation::PreviewCarrier).accept("text/xml").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let bad = client.request(Operation::PreviewCarrier).accept("text/\nxml").send().await.unwrap_err();
    assert_eq!((bad.kind(), server.calls()), (ErrorKind::InvalidInput, 4), "nothing more was sent");
}

#[tokio::test]
async fn the_generated_client_has_the_same_token_and_retries() {
    let server = Server::bare(|request| match (request.path.as_str(), request.nth) {
        ("/token", n) => token(&format!("access-{n}")),
        (_, 1) => Reply::error(401, "Authorization has been denied for this request."),
        (_, 2) => Reply::error(503, "Busy."),
        _ => Reply::json(PREVIEW),
    })
    .await;
    let client = of_server(&server);
    let dot = DotNumber::new(23868).unwrap();
    let found = client.raw().preview_carrier(Some(&dot), Some("MC113843")).await.unwrap().into_inner();
    assert_eq!(found[0].company_name.as_deref(), Some("Sample Trucking LLC"));
    let last = server.requests().into_iter().next_back().unwrap();
    assert_eq!((last.nth, last.header("authorization")), (3, Some("bearer access-2")));
    assert_eq!(last.query, "DOTNumber=23868&docketNumber=MC113843");

    let refusing = Server::start(|_| Reply::error(404, "No carrier was found.")).await;
    let error = of_server(&refusing).raw().preview_carrier(Some(&dot), None).await.unwrap_err();
    let error = Error::from(error);
    assert_eq!((error.kind(), error.vendor_message()), (ErrorKind::NotFound, Some("No carrier was found.")));
}

async fn mocked(server: &MockServer) -> Client {
    server
        .mock_async(|when, then| {
            when.path("/token");
            then.status(200).json_body(json!({"access_token": "a", "expires_in": 3600}));
        })
        .await;
    builder(&server.base_url(), &server.base_url()).build().unwrap()
}

#[tokio::test]
async fn the_generated_mocks_match_and_answer_a_read() {
    let server = MockServer::start_async().await;
    let client = mocked(&server).await;
    let dot = DotNumber::new(23868).unwrap();
    let answer = vec![made(|it: &mut CarrierPreview| it.company_name = Some("Sample Trucking LLC".to_owned()))];
    let preview = server.preview_carrier(|when, then| {
        when.dot_number(&dot).docket_number("MC113843");
        then.ok(&answer);
    });
    assert_eq!(client.carriers().preview("DOT 23868 MC113843").await.unwrap(), answer[0]);
    preview.assert();
}

#[tokio::test]
async fn the_generated_mocks_match_and_answer_a_change() {
    let server = MockServer::start_async().await;
    let client = mocked(&server).await;
    let answer = made(|it: &mut BlockResult| {
        it.result = Some(true);
        it.message = Some("Carrier has been blocked.".to_owned());
    });
    let block = server.block_carrier(|when, then| {
        when.docket_number("MC113843");
        then.ok(&answer);
    });
    assert_eq!(client.blocking().add("MC113843").await.unwrap(), answer);
    block.assert();
}

#[tokio::test]
async fn the_generated_mocks_match_and_answer_a_page_and_an_error() {
    let server = MockServer::start_async().await;
    let client = mocked(&server).await;
    let rows = vec![made(|it: &mut MonitoredCarrier| it.docket_number = Some("MC990001".into()))];
    let page = server.monitored_carriers(|when, then| {
        when.page_number(1).page_size(5000);
        let header = r#"{"pageNumber":1,"pageSize":5000,"totalPages":1,"totalCount":1}"#;
        then.ok(&rows).into_inner().header("X-Pagination", header);
    });
    let listing = client.monitoring().list().page_size(5000).read_all(10).await.unwrap();
    assert_eq!((listing.items, listing.report.complete), (rows, true));
    page.assert();

    let message = made(|it: &mut ApiError| it.message = Some("Access denied.".to_owned()));
    let refused = server.completed_packets(|_, then| {
        then.client_error(403, &message);
    });
    let window = mycarrierpackets::Window::last(std::time::Duration::from_secs(60)).unwrap();
    let error = client.packets().completed(window).await.unwrap_err();
    assert_eq!((error.kind(), error.vendor_message()), (ErrorKind::Forbidden, Some("Access denied.")));
    refused.assert();
}

#[tokio::test]
async fn a_document_of_any_operation_is_bounded_like_every_other() {
    let server = Server::start(|request| match request.path.as_str() {
        path if path == path_of("GetDocument") && request.nth == 1 => {
            Reply::new(200, "application/pdf", [b"%PDF-1.7\n".to_vec(), vec![b'x'; 4000]].concat()).stall_after(2000)
        }
        path if path == path_of("GetDocument") => {
            Reply::new(200, "application/octet-stream", "<!DOCTYPE html><p>Sign in")
        }
        _ => Reply::json(PREVIEW),
    })
    .await;
    let client = builder(&server.url(), &server.url())
        .timeouts(|timeouts| timeouts.stall = std::time::Duration::from_millis(300))
        .build()
        .unwrap();
    let get = || client.request(Operation::GetDocument).param("name", "a/1").accept("*/*");
    assert_eq!(get().send().await.unwrap_err().kind(), ErrorKind::Timeout, "it stood still");
    assert_eq!(get().send().await.unwrap_err().kind(), ErrorKind::UnexpectedAnswer, "a page is no document");
    let error = client.request(Operation::PreviewCarrier).download().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
