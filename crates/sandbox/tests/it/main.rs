//! The sandbox seen from outside: `auth` tokens, `blocking` threads of its own, `customers` who sees what, `wire` HTTP habits, `paging` lists, `lists` what calls change,
//! `feeds` windows of time, `documents` files and blobs, `time` the clock, `vendor` what becomes of carriers, `values` what their numbers and dates say, `faults` misbehaviour, `faults_of_data` and `faults_of_answers` misbehaviour in what an answer says, `rules` how it is asked for, `profiles` how much it is like the vendor, `control` the API of the
//! sandbox itself, `webhooks` what subscribers get, `deliveries` how it goes out, `agreement` that webhooks and feeds say the same, `calls` assertions on the log, `choosing` rules that choose calls by their parameters, `waiting` for calls and counts that stay true, `refusals` what the control API refuses and in which words, `hosts` names and addresses from outside, `tls` certificates, `portal` pages, `signing` a packet completed there, `outbox` what would have been sent, `own_carriers` facts that are set, `reference` what it fills in, `robust` nonsense and crowds, `snapshots` state kept and put back, `program` the binary, `state_file` what it keeps, `every` all
//! operations in turn.

mod agreement;
mod auth;
mod blocking;
mod calls;
mod choosing;
mod control;
mod customers;
mod deliveries;
mod documents;
mod every;
mod faults;
mod faults_of_answers;
mod faults_of_data;
mod feeds;
mod hosts;
mod lists;
mod outbox;
mod own_carriers;
mod paging;
mod portal;
mod profiles;
mod program;
mod receiver;
mod reference;
mod refusals;
mod robust;
mod rules;
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
