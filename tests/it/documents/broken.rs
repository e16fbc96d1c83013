//! Downloads that break off, stand still, are too large, or are no documents: one clear error, and no file.

use super::{SHORT_STALL, blob, limited, names, pdf, pdf_reply, server, short_stall};
use crate::support::server::{Reply, gzip, path_of};
use futures::StreamExt as _;
use mycarrierpackets::ClientBuilder;
use mycarrierpackets::{Client, Error, ErrorKind, Operation};
use std::path::Path;
use std::time::{Duration, Instant};

const SIZE: usize = 200_000;

async fn save(client: &Client, folder: &Path) -> Result<mycarrierpackets::resources::Saved, Error> {
    client.documents().get(&blob("certificate-image/coi.pdf")).await?.save(folder.join("coi.pdf")).await
}

async fn in_memory(client: &Client) -> Result<usize, Error> {
    Ok(client.documents().get(&blob("certificate-image/coi.pdf")).await?.bytes().await?.len())
}

/// A folder in which a file of the name stands already.
fn with_an_old_file() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("coi.pdf"), "old").unwrap();
    folder
}

fn assert_untouched(folder: &Path) {
    assert_eq!(names(folder), ["coi.pdf"]);
    assert_eq!(std::fs::read(folder.join("coi.pdf")).unwrap(), b"old");
}

#[tokio::test]
async fn half_a_document_is_an_error_and_no_file() {
    let gzipped = || Reply::new(200, "application/pdf", gzip(&pdf(SIZE))).header("content-encoding", "gzip");
    let whole = gzip(&pdf(SIZE));
    let half = Reply::new(200, "application/pdf", &whole[..whole.len() / 2]).header("content-encoding", "gzip");
    let replies = [
        ("shorter than its length", pdf_reply(SIZE).cut_after(SIZE / 2)),
        ("all but the last byte", pdf_reply(SIZE).cut_after(SIZE - 1)),
        ("nothing of it", pdf_reply(SIZE).cut_after(0)),
        ("its first bytes", pdf_reply(SIZE).cut_after(100)),
        ("chunks without the last", pdf_reply(SIZE).chunked().cut_after(SIZE / 2)),
        ("chunks without their end", pdf_reply(SIZE).chunked().cut_after(SIZE)),
        ("half of the compressed", gzipped().cut_after(50_000)),
        ("compressed chunks", gzipped().chunked().cut_after(50_000)),
        ("compressed before it was whole", half.clone()),
        ("the same in chunks", half.chunked()),
    ];
    for (what, reply) in replies {
        let (server, client) = server(move |_| reply.clone()).await;
        let folder = with_an_old_file();
        let error = save(&client, folder.path()).await.expect_err(what);
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Network, Some(Operation::GetDocument)), "{what}");
        assert!(error.to_string().contains("broke off"), "{what}: {error}");
        assert_untouched(folder.path());
        assert_eq!(server.calls(), 1, "{what}: once begun it is not asked for again");
        assert_eq!(in_memory(&client).await.expect_err(what).kind(), ErrorKind::Network, "{what}");
    }
}

#[tokio::test]
async fn the_stream_ends_after_an_error() {
    let (_server, client) = server(|_| pdf_reply(SIZE).cut_after(SIZE / 2)).await;
    let download = client.documents().get(&blob("a/b")).await.unwrap();
    let mut stream = download.into_stream();
    let (mut read, mut errors) = (0, 0);
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => read += chunk.len(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Network);
                errors += 1;
            }
        }
    }
    assert_eq!((read, errors), (SIZE / 2, 1));
}

#[tokio::test]
async fn a_download_that_stands_still_is_given_up() {
    let replies = [
        pdf_reply(SIZE).stall_after(0),
        pdf_reply(SIZE).stall_after(10),
        pdf_reply(SIZE).stall_after(100_000),
        pdf_reply(SIZE).chunked().stall_after(100_000),
        pdf_reply(SIZE).chunked().stall_after(SIZE),
    ];
    for reply in replies {
        let (server, client) = limited(short_stall, move |_| reply.clone()).await;
        let folder = with_an_old_file();
        let began = Instant::now();
        let error = save(&client, folder.path()).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, Some(Operation::GetDocument)));
        assert!(error.to_string().contains("stood still for 0.3 s"), "{error}");
        assert!((SHORT_STALL..Duration::from_secs(5)).contains(&began.elapsed()), "{:?}", began.elapsed());
        assert_untouched(folder.path());
        assert_eq!(server.calls(), 1);
    }
}

#[tokio::test]
async fn less_than_a_byte_a_second_is_standing_still() {
    let drip = |pause| move |_: &_| pdf_reply(40).drip(Duration::from_millis(pause));
    let stall = |builder: ClientBuilder| builder.timeouts(|timeouts| timeouts.stall = Duration::from_millis(2_500));
    let (_slow, client) = limited(stall, drip(1_400)).await;
    let error = in_memory(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("after 2 bytes"), "{error}");
    let (_steady, client) = limited(short_stall, drip(15)).await;
    assert_eq!(in_memory(&client).await.unwrap(), 40);
}

#[tokio::test]
async fn a_pause_of_the_caller_is_not_the_servers() {
    // Larger than what the connection holds by itself.
    const LARGE: usize = 20 << 20;
    let (_server, client) = limited(short_stall, |_| pdf_reply(LARGE)).await;
    let mut stream = client.documents().get(&blob("a/b")).await.unwrap().into_stream();
    let mut read = 0;
    while let Some(chunk) = stream.next().await {
        if read == 0 {
            tokio::time::sleep(SHORT_STALL * 3).await;
        }
        read += chunk.unwrap().len();
    }
    assert_eq!(read, LARGE);
}

#[tokio::test]
async fn an_answer_that_is_not_a_document_becomes_no_file() {
    let page = "<!DOCTYPE html><html><body>Sign in</body></html>";
    let message = r#"{"$id":"1","Message":"The name has expired."}"#;
    let cases: [(&str, Vec<u8>); 14] = [
        ("text/html", page.into()),
        ("text/html; charset=utf-8", pdf(5_000)),
        ("application/xhtml+xml", page.into()),
        ("application/json", message.into()),
        ("application/json; charset=utf-8", pdf(5_000)),
        ("text/xml", "<Error><Message>No.</Message></Error>".into()),
        ("application/pdf", page.into()),
        ("application/pdf", format!("\u{feff}\r\n  {page}").into()),
        ("application/pdf", message.into()),
        ("application/pdf", "The document was not found.".into()),
        ("application/pdf", Vec::new()),
        ("application/octet-stream", page.to_uppercase().into()),
        ("application/octet-stream", message.into()),
        ("", page.into()),
    ];
    for (kind, body) in cases {
        for chunked in [false, true] {
            let reply = Reply::new(200, kind, body.clone());
            let reply = if chunked { reply.chunked() } else { reply };
            let (server, client) = server(move |_| reply.clone()).await;
            let folder = with_an_old_file();
            let error = save(&client, folder.path()).await.unwrap_err();
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let expected = if kind.contains("json") && body.starts_with(b"{") {
                ErrorKind::Declined
            } else {
                ErrorKind::UnexpectedAnswer
            };
            assert_eq!(error.kind(), expected, "{kind} {shown}");
            assert_eq!(error.operation(), Some(Operation::GetDocument), "{kind} {shown}");
            assert!(!error.to_string().contains("Sign in"), "{error}");
            assert_untouched(folder.path());
            // A page of a gateway, or something that is not an answer at all, may be gone the next time.
            assert!(error.is_transient() || !kind.contains("html"), "{kind} {shown}");
            assert_eq!(server.calls(), if error.is_transient() { 3 } else { 1 }, "{kind} {shown}");
        }
    }
}

#[tokio::test]
async fn a_document_of_any_declared_type_is_one() {
    for (kind, body, name) in [
        ("application/pdf", pdf(5_000), "x.pdf"),
        ("application/octet-stream", pdf(5_000), "x.pdf"),
        ("", pdf(5_000), "x.pdf"),
        ("image/png", b"\x89PNG\r\n\x1a\n....".to_vec(), "x.png"),
        ("application/pdf", [b"\r\n\r\n".to_vec(), pdf(5_000)].concat(), "x.pdf"),
        ("application/octet-stream", b"\0\x01\x02".to_vec(), "x.bin"),
    ] {
        let reply = Reply::new(200, kind, body.clone());
        let (_server, client) = server(move |_| reply.clone()).await;
        let document = client.documents().get(&blob("a/x")).await.unwrap();
        assert_eq!(document.content_type(), Some(kind).filter(|kind| !kind.is_empty()));
        assert_eq!((document.content_length(), document.file_name()), (Some(body.len() as u64), name.to_owned()));
        assert_eq!(document.bytes().await.unwrap(), body, "{kind}");
    }
}

#[tokio::test]
async fn compressed_documents_are_bounded_after_they_are_opened_up() {
    let zeros = [pdf(1_000), vec![0; 2_000_000]].concat();
    let reply = Reply::new(200, "application/pdf", gzip(&zeros)).header("content-encoding", "gzip");
    let script = move |_: &_| reply.clone();
    let (_server, client) = limited(|builder| builder.limits(|limits| limits.document_bytes = 1_000_000), script).await;
    let document = client.documents().get(&blob("a/x")).await.unwrap();
    assert_eq!(document.content_length(), None, "the length of what was sent is not that of the document");
    assert_eq!(document.bytes().await.unwrap_err().kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn memory_is_bounded_and_files_are_not() {
    for chunked in [false, true] {
        let reply = move |request: &crate::support::server::Request| {
            let reply = pdf_reply(if request.query.ends_with("fits") { 10_000 } else { 10_001 });
            if chunked { reply.chunked() } else { reply }
        };
        let (_server, client) = limited(|builder| builder.limits(|limits| limits.document_bytes = 10_000), reply).await;
        let get = async |name| client.documents().get(&blob(name)).await.unwrap();
        assert_eq!(get("a/fits").await.bytes().await.unwrap().len(), 10_000);
        let error = get("a/x").await.bytes().await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::TooLarge, Some(Operation::GetDocument)));
        assert!(error.to_string().contains("larger than 10000 bytes"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(get("a/x").await.save_in(folder.path()).await.unwrap().bytes, 10_001);
    }
}

#[tokio::test]
async fn a_failure_before_the_first_byte_is_tried_again() {
    let (server, client) = server(|request| match request.nth {
        1 => Reply::error(503, "Busy."),
        2 => Reply::hang_up(),
        _ => pdf_reply(5_000),
    })
    .await;
    assert_eq!(in_memory(&client).await.unwrap(), 5_000);
    assert_eq!(server.count(&path_of("GetDocument")), 3);
}
