//! Several documents at once: as many as allowed, each on its own.

use super::{blob, names, pdf_reply, server};
use crate::support::client::{of_sandbox, sandbox_builder};
use crate::support::server::Reply;
use futures::StreamExt as _;
use mycarrierpackets::types::BlobName;
use mycarrierpackets::{Client, ErrorKind, models::DocumentKind};
use mycarrierpackets_sandbox::Sandbox;
use std::collections::BTreeSet;
use std::time::Duration;

async fn blobs(sandbox: &Sandbox, client: &Client) -> Vec<BlobName> {
    let mut found = Vec::new();
    for dot in sandbox.dot_numbers() {
        let carrier = client.carriers().get(dot).await.unwrap();
        found.extend(
            DocumentKind::ALL
                .iter()
                .flat_map(|kind| carrier.documents(*kind).into_iter().map(|document| document.name)),
        );
        if found.len() >= 16 {
            break;
        }
    }
    found.truncate(16);
    found
}

#[tokio::test]
async fn as_many_at_a_time_as_asked_for() {
    let sandbox = Sandbox::builder().carriers(60).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let blobs = blobs(&sandbox, &client).await;
    assert_eq!(blobs.len(), 16);
    sandbox.set_delay(Duration::from_millis(40));
    for (concurrency, peak) in [(0, 1..=1), (1, 1..=1), (4, 3..=4), (1_000, 8..=16)] {
        sandbox.clear_requests();
        let folder = tempfile::tempdir().unwrap();
        let saved: Vec<_> = client.documents().save_many(blobs.clone(), folder.path(), concurrency).collect().await;
        assert!(saved.iter().all(|(_, saved)| saved.is_ok()));
        let asked: BTreeSet<_> = saved.iter().map(|(blob, _)| blob.clone()).collect();
        assert_eq!(asked, blobs.iter().cloned().collect());
        assert_eq!((names(folder.path()).len(), sandbox.count("GetDocument")), (16, 16));
        assert!(peak.contains(&sandbox.peak_requests()), "{concurrency}: {}", sandbox.peak_requests());
    }
}

#[tokio::test]
async fn one_that_fails_does_not_stop_the_others() {
    let (_server, client) = server(|request| match request.query.rsplit("%2F").next() {
        Some("gone") => Reply::error(404, "No such document."),
        Some("half") => pdf_reply(90_000).cut_after(50_000),
        Some("page") => Reply::new(200, "application/pdf", "<html>"),
        _ => pdf_reply(90_000),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let blobs = ["a/one", "a/gone", "a/two", "a/half", "a/page", "a/three"].map(blob);
    let saved: Vec<_> = client.documents().save_many(blobs, folder.path(), 2).collect().await;
    assert_eq!(saved.len(), 6);
    for (blob, saved) in saved {
        let kind = saved.as_ref().err().map(mycarrierpackets::Error::kind);
        let expected = match blob.as_str() {
            "a/gone" => Some(ErrorKind::NotFound),
            "a/half" => Some(ErrorKind::Network),
            "a/page" => Some(ErrorKind::UnexpectedAnswer),
            _ => None,
        };
        assert_eq!(kind, expected, "{blob}");
    }
    assert_eq!(names(folder.path()), ["one.pdf", "three.pdf", "two.pdf"]);
}

#[tokio::test]
async fn no_two_share_a_file() {
    // Each document is as long as its name says.
    let (_server, client) = server(|request| {
        let length = request.query.split("%2F").find_map(|part| part.rsplit('=').next()?.parse().ok()).unwrap();
        let kind = if length % 2 == 0 { "application/pdf" } else { "application/octet-stream" };
        let body = if length % 2 == 0 { super::pdf(length) } else { vec![1; length] };
        Reply::new(200, kind, body)
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let endings =
        ["x.pdf", "x.pdf", "X.PDF", "x", "x.png", "x-2", "x.pdf.bin", "../x", "..", ".", "x.pdf.pdf", "x-2.pdf"];
    let blobs: Vec<_> = endings.iter().enumerate().map(|(nth, name)| blob(&format!("{}/{name}", 100 + nth))).collect();
    let saved: Vec<_> = client.documents().save_many(blobs, folder.path(), 4).collect().await;
    let mut seen = BTreeSet::new();
    for (blob, saved) in saved {
        let saved = saved.unwrap();
        let length: u64 = blob.as_str().split('/').next().unwrap().parse().unwrap();
        assert_eq!(std::fs::metadata(&saved.path).unwrap().len(), length, "{blob}: {:?}", saved.path);
        assert!(seen.insert(saved.path.to_str().unwrap().to_lowercase()), "{blob}: {:?}", saved.path);
    }
    assert_eq!(names(folder.path()).len(), endings.len());
}

#[tokio::test]
async fn the_caller_may_call_while_others_are_on_their_way() {
    let sandbox = Sandbox::builder().carriers(60).delay(Duration::from_millis(5)).start().await.unwrap();
    let client = sandbox_builder(&sandbox)
        .limits(|limits| limits.in_flight = 2)
        .timeouts(|timeouts| timeouts.total = Duration::from_secs(5))
        .build()
        .unwrap();
    let blobs = blobs(&sandbox, &client).await;
    let folder = tempfile::tempdir().unwrap();
    let mut saving = client.documents().save_many(blobs, folder.path(), 8);
    let mut count = 0;
    while let Some((_, saved)) = saving.next().await {
        saved.unwrap();
        client.carriers().preview(23868).await.unwrap();
        count += 1;
    }
    assert_eq!(count, 16);
}

#[tokio::test]
async fn dropping_the_stream_stops_them_and_leaves_nothing() {
    let (server, client) = server(|_| pdf_reply(400_000).stall_after(300_000)).await;
    let folder = tempfile::tempdir().unwrap();
    let blobs = (0..10).map(|nth| blob(&format!("a/{nth}")));
    let mut saving = client.documents().save_many(blobs, folder.path(), 3);
    assert!(tokio::time::timeout(Duration::from_millis(200), saving.next()).await.is_err(), "they stand still");
    assert_eq!((names(folder.path()).len(), server.calls()), (3, 3));
    drop(saving);
    let gone = async {
        while !names(folder.path()).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone).await.unwrap();
    assert_eq!(server.calls(), 3);
}
