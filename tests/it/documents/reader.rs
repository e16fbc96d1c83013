//! A document as a reader: every byte of it, however little is asked for, and never an end where there is none.

use super::{blob, pdf, pdf_reply, server};
use crate::support::server::Reply;
use mycarrierpackets::{Error, ErrorKind};
use std::io;
use tokio::io::AsyncReadExt as _;

const SIZE: usize = 200_000;

#[tokio::test]
async fn every_byte_comes_and_what_was_not_read_is_still_there() {
    let (_server, client) = server(|_| pdf_reply(SIZE).chunked()).await;
    let open = async || client.documents().get(&blob("certificate-image/coi.pdf")).await.unwrap();
    let (mut document, mut read) = (open().await, Vec::new());
    let mut piece = [0; 777];
    loop {
        match document.read(&mut piece).await.unwrap() {
            0 => break,
            count => read.extend_from_slice(&piece[..count]),
        }
    }
    assert_eq!(read, pdf(SIZE));
    assert_eq!(document.read(&mut piece).await.unwrap(), 0, "the end stays the end");

    let mut document = open().await;
    document.read_exact(&mut piece).await.unwrap();
    assert_eq!(document.bytes().await.unwrap(), pdf(SIZE)[777..]);
    let folder = tempfile::tempdir().unwrap();
    let mut document = open().await;
    document.read_exact(&mut piece).await.unwrap();
    let saved = document.save(folder.path().join("rest")).await.unwrap();
    assert_eq!((saved.bytes, std::fs::read(saved.path).unwrap()), ((SIZE - 777) as u64, pdf(SIZE)[777..].to_vec()));
}

#[tokio::test]
async fn a_document_that_is_cut_off_is_an_error_and_not_an_end() {
    let whole = Reply::new(200, "application/pdf", pdf(SIZE));
    let without_end = pdf(SIZE)[..SIZE / 2].to_vec();
    for reply in [whole.clone().cut_after(100_000), Reply::new(200, "application/pdf", without_end)] {
        let (_server, client) = server(move |_| reply.clone()).await;
        let mut document = client.documents().get(&blob("certificate-image/coi.pdf")).await.unwrap();
        let error = document.read_to_end(&mut Vec::new()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Other);
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).unwrap();
        assert_eq!(inner.kind(), ErrorKind::Network, "{inner}");
    }
}
