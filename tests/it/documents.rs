//! Documents: whole, or an error and no file.
//!
//! `current`: by kind, and when a name has expired; `broken`: downloads that break off, stall or are no document;
//! `files`: names, folders and what is left on the disk; `many`: several at once; `reader`: read piece by piece.

mod broken;
mod current;
mod files;
mod many;
mod reader;

use crate::support::client;
use crate::support::server::{Reply, Request, Server};
use mycarrierpackets::types::BlobName;
use mycarrierpackets::{Client, ClientBuilder};
use std::path::Path;
use std::time::Duration;

/// A PDF of this many bytes, as far as its beginning and end tell.
fn pdf(bytes: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    // Not the same byte again and again, so that it does not vanish when compressed.
    let mut state = 7_u32;
    while pdf.len() + 6 < bytes {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        pdf.push((state >> 24) as u8);
    }
    pdf.extend_from_slice(b"%%EOF\n");
    pdf
}

fn pdf_reply(bytes: usize) -> Reply {
    Reply::new(200, "application/pdf", pdf(bytes))
}

fn blob(name: &str) -> BlobName {
    BlobName::new(name).expect("a name")
}

/// The names of what is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().expect("Unicode")).collect();
    names.sort();
    names
}

async fn server(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Server, Client) {
    limited(|builder| builder, script).await
}

async fn limited(
    set: impl FnOnce(ClientBuilder) -> ClientBuilder,
    script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> (Server, Client) {
    let server = Server::start(script).await;
    let client = set(client::builder(&server.url(), &server.url())).build().expect("a client");
    (server, client)
}

const SHORT_STALL: Duration = Duration::from_millis(300);

fn short_stall(builder: ClientBuilder) -> ClientBuilder {
    builder.timeouts(|timeouts| timeouts.stall = SHORT_STALL)
}
