//! An inbox behind a real socket, and whoever posts to it.

use mycarrierpackets::webhook::Verifier;
use mycarrierpackets_sync::inbox::Inbox;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Serves an inbox as long as the test runs, and returns where.
pub async fn serve(inbox: &Inbox) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = inbox.router("/webhooks");
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    address
}

/// The status of the answer to `request`, sent as it is.
pub async fn send(address: SocketAddr, request: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that refuses early may close before all is written.
    let _ = stream.write_all(request).await;
    answer(&mut stream).await
}

/// The status of what a server answers, which then closes the connection.
pub async fn answer(stream: &mut TcpStream) -> u16 {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

/// The head of a post of `length` bytes.
pub fn head(signature: &str, length: usize) -> String {
    format!(
        "POST /webhooks HTTP/1.1\r\nHost: x\r\nConnection: close\r\nMCP-Signature: {signature}\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

/// The status of the answer to a body, signed as the vendor would.
pub async fn post(address: SocketAddr, verifier: &Verifier, body: &str) -> u16 {
    send(address, &[head(&verifier.sign(body), body.len()).as_bytes(), body.as_bytes()].concat()).await
}

/// A packet that was completed at `at` by the carrier with this DOT number.
pub fn packet(dot: u32, at: &str) -> String {
    format!(
        r#"{{"eventType":"carrier.packet.completed","eventDateTime":"{at}","eventData":{{"carrier":{{"dotNumber":{dot}}}}}}}"#
    )
}
