//! The sandbox seen from outside: a file for each matter, which says what it is about.

mod agreement;
mod auth;
mod blocking;
mod calls;
mod carriers_from;
mod choosing;
mod control;
mod customers;
mod deliveries;
mod documents;
mod events;
mod every;
mod facts;
mod faults;
mod faults_of_answers;
mod faults_of_data;
mod feeds;
mod hosts;
mod lists;
mod namespaces;
mod outbox;
mod own_carriers;
mod paging;
mod papers;
mod portal;
mod profile;
mod profiles;
mod program;
mod reading;
mod receiver;
mod reference;
mod refusals;
mod robust;
mod rules;
mod scenarios;
mod shown;
mod signing;
mod snapshots;
mod state_file;
mod time;
mod tls;
mod values;
mod vendor;
mod waiting;
mod webhooks;
mod wire;

use std::time::{Duration, SystemTime};

use mycarrierpackets_sandbox::{Builder, Sandbox};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

type Query<'q> = &'q [(&'q str, &'q str)];

/// A client with a token.
struct Caller {
    sandbox: Sandbox,
    client: Client,
    token: String,
}

impl Caller {
    async fn start(builder: Builder) -> Self {
        let sandbox = builder.start().await.unwrap();
        let client = Client::new();
        let token = token(&client, &sandbox).await;
        Self { sandbox, client, token }
    }

    async fn small() -> Self {
        Self::start(Sandbox::builder().carriers(60).activity(2000)).await
    }

    fn request(&self, operation: &str, query: Query<'_>) -> RequestBuilder {
        self.client
            .post(format!("{}/api/v1/Carrier/{operation}", self.sandbox.base_url()))
            .bearer_auth(&self.token)
            .header("content-length", "0")
            .query(query)
    }

    async fn send(&self, operation: &str, query: Query<'_>) -> Response {
        self.request(operation, query).send().await.unwrap()
    }

    /// The JSON of an answer that must be 200.
    async fn json(&self, operation: &str, query: Query<'_>) -> Value {
        let response = self.send(operation, query).await;
        assert_eq!(response.status(), 200, "{operation} {query:?}");
        response.json().await.unwrap()
    }

    /// The message of an answer that must have this status.
    async fn failure(&self, status: u16, operation: &str, query: Query<'_>) -> String {
        let response = self.send(operation, query).await;
        assert_eq!(response.status(), status, "{operation} {query:?}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["$id"], "1");
        body["Message"].as_str().unwrap().to_owned()
    }
}

async fn token(client: &Client, sandbox: &Sandbox) -> String {
    let form = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
    let url = format!("{}/token", sandbox.base_url());
    let answer: Value = client.post(url).form(&form).send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// How a connection ended.
#[derive(Debug, PartialEq)]
enum End {
    Closed,
    Reset,
}

/// Sends bytes and reads until the server ends the connection.
async fn exchange(sandbox: &Sandbox, request: &str) -> (String, End) {
    let address = sandbox.base_url().strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let end = match stream.read_to_end(&mut answer).await {
        Ok(_) => End::Closed,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => End::Reset,
        Err(error) => panic!("{error}"),
    };
    (String::from_utf8_lossy(&answer).into_owned(), end)
}

/// Sends bytes and reads until the server closes the connection.
async fn raw(sandbox: &Sandbox, request: &str) -> String {
    let (answer, end) = exchange(sandbox, request).await;
    assert_eq!(end, End::Closed);
    answer
}

/// 2026-03-18T12:00:00Z.
fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_835_200)
}
