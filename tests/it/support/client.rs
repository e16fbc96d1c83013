//! Clients for tests: of a server or a sandbox, with waits of a millisecond.

use super::server::Server;
use mycarrierpackets::{Client, ClientBuilder, Environment};
use mycarrierpackets_sandbox::Sandbox;
use std::time::Duration;

pub const USERNAME: &str = "integration-user";
pub const PASSWORD: &str = "correct-horse-staple";

/// A builder for this address, also as the portal's.
pub fn builder(api: &str, portal: &str) -> ClientBuilder {
    let url = |text: &str| text.parse().expect("an address");
    Client::builder()
        .credentials(USERNAME, PASSWORD)
        .environment(Environment::Custom { api: url(api), portal: Some(url(portal)) })
        .retry(|retry| retry.base_delay = Duration::from_millis(1))
}

/// A client of a scripted server, which is its portal, too.
pub fn of_server(server: &Server) -> Client {
    builder(&server.url(), &server.url()).build().expect("a client")
}

/// A builder for the sandbox, with its credentials.
pub fn sandbox_builder(sandbox: &Sandbox) -> ClientBuilder {
    builder(sandbox.base_url(), sandbox.portal_url()).credentials(sandbox.username(), sandbox.password())
}

/// A client of the sandbox.
pub fn of_sandbox(sandbox: &Sandbox) -> Client {
    sandbox_builder(sandbox).build().expect("a client")
}

/// A good answer of `PreviewCarrier`.
pub const PREVIEW: &str = r#"[{"$id":"1","DotNumber":23868,"CompanyName":"Sample Trucking LLC"}]"#;

/// Moves the clock of the runtime, which must be of one thread, without waiting.
pub async fn later(by: Duration) {
    tokio::time::pause();
    tokio::time::advance(by).await;
    tokio::time::resume();
}

/// An error as a program and a person see it: `Display`, `Debug`, and both of each source.
pub fn everything_of(error: &mycarrierpackets::Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause}\n{cause:?}"));
        source = cause.source();
    }
    text
}
