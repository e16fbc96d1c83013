//! What stays on this machine goes through no proxy, and what does not goes through the one that is set.

use crate::support::client::{PREVIEW, of_server};
use crate::support::server::{Reply, Server};
use mycarrierpackets::{Client, ClientBuilder, Environment};

async fn recording() -> Server {
    Server::start(|_| Reply::error(502, "no way through")).await
}

fn through(proxy: &Server, api: &str, portal: Option<&str>) -> ClientBuilder {
    let environment = Environment::Custom { api: api.parse().unwrap(), portal: portal.map(|url| url.parse().unwrap()) };
    let proxy = format!("http://user:s3cret-word@127.0.0.1:{}", proxy.port()).parse().unwrap();
    Client::builder()
        .credentials("demo", "demo")
        .environment(environment)
        .retry(|retry| retry.attempts = 1)
        .proxy(proxy)
}

#[tokio::test]
async fn this_machine_is_called_without_the_proxy_and_another_through_it() {
    let (api, proxy) = (Server::start(|_| Reply::json(PREVIEW)).await, recording().await);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{}", api.port());
        let client = through(&proxy, &url, Some("http://portal.example")).allow_insecure_http().build().unwrap();
        client.carriers().preview("23868").await.unwrap();
    }
    assert_eq!(proxy.requests().len(), 0);

    // The other host of the same client is no part of this machine, and the reverse.
    let url = format!("http://127.0.0.1:{}", api.port());
    let client = through(&proxy, &url, Some("http://portal.example")).allow_insecure_http().build().unwrap();
    client.packets().download(mycarrierpackets::types::DotNumber::new(23868).unwrap()).await.unwrap_err();
    assert_eq!(proxy.requests().len(), 1);
    let client = through(&proxy, "http://api.example", Some(&url)).allow_insecure_http().build().unwrap();
    let error = client.check_token().await.unwrap_err();
    assert_eq!(proxy.requests().len(), 2);
    assert!(!format!("{error} {error:?}").contains("s3cret-word"), "{error:?}");
    drop(of_server(&api));
}
