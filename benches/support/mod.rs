//! What the benchmarks share: clients, and answers as the sandbox gives them.
#![allow(dead_code, reason = "each benchmark uses its part")]

use mycarrierpackets::{Client, ClientBuilder, Environment};
use mycarrierpackets_sandbox::Sandbox;

pub mod replay;

/// A client of the API at `base`.
pub fn client(base: &str) -> Client {
    builder(base).build().expect("a client of this machine")
}

/// As [`client`], over the connections of `http`: how the system places two connections is no matter of either side.
pub fn client_over(base: &str, http: &reqwest::Client) -> Client {
    builder(base).http_client(http.clone()).build().expect("a client of this machine")
}

fn builder(base: &str) -> ClientBuilder {
    let api = base.parse().expect("an address of this machine");
    let environment = Environment::Custom { api, portal: None };
    Client::builder().environment(environment).credentials("demo", "demo")
}

/// What the sandbox answers to `operation`, as plain JSON text.
pub async fn recorded(operation: &str, query: &[(&str, &str)]) -> Vec<u8> {
    let sandbox = Sandbox::builder().carriers(1000).activity(100).compress(false).start().await.expect("a sandbox");
    let http = reqwest::Client::new();
    let form = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
    let token = http.post(format!("{}/token", sandbox.base_url())).form(&form).send().await.expect("a token");
    let token: serde_json::Value = token.json().await.expect("a token");
    let answer = http
        .post(format!("{}/api/v1/Carrier/{operation}", sandbox.base_url()))
        .query(query)
        .bearer_auth(token["access_token"].as_str().expect("a token"))
        .header("content-length", "0")
        .send();
    let answer = answer.await.and_then(reqwest::Response::error_for_status).expect("an answer");
    answer.bytes().await.expect("a body").to_vec()
}

/// A page of 500 carriers of `MonitoredCarrierData`.
pub async fn page_of_500() -> Vec<u8> {
    recorded("MonitoredCarrierData", &[("pageNumber", "1"), ("pageSize", "500")]).await
}

/// The most memory this process had, in MB; `None` where the system does not tell.
pub fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kib| kib / 1024.0)
}
