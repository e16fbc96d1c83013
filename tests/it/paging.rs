//! Lists as streams.
//!
//! `whole`: every list against the sandbox; `totals`: servers that tell no totals, or wrong ones; `failures`: what ends
//! a stream early, and how to go on; `ahead`: pages read side by side.

mod ahead;
mod failures;
mod totals;
mod whole;

use crate::support::client;
use crate::support::server::{Reply, Request, Server, path_of};
use futures::StreamExt as _;
use mycarrierpackets::{Client, Pager, Report, Result, Window};
use mycarrierpackets_sandbox::{RecordedRequest, Sandbox};
use serde_json::{Value, json};

/// The number of the carrier that an item is about.
fn dot<T: serde::Serialize>(item: &T) -> i64 {
    let item = serde_json::to_value(item).expect("JSON");
    let item = if item["CarrierDetails"].is_object() { &item["CarrierDetails"] } else { &item };
    let number = [&item["DOTNumber"], &item["dotNumber"]["Value"]].into_iter().find(|value| !value.is_null());
    match number {
        Some(Value::String(text)) => text.parse().expect("a number"),
        Some(number) => number.as_i64().expect("a number"),
        None => panic!("no number in {item}"),
    }
}

/// Everything the pager yields, and its report.
async fn drain<T>(mut pager: Pager<T>) -> (Vec<Result<i64>>, Report)
where
    T: serde::Serialize + Unpin + Send + 'static,
{
    let mut found = Vec::new();
    while let Some(item) = pager.next().await {
        found.push(item.map(|item| dot(&item)));
    }
    assert!(pager.next().await.is_none(), "a stream that ended stays ended");
    (found, pager.report())
}

/// Page number and page size of each request for an operation.
fn asked(sandbox: &Sandbox, operation: &str) -> Vec<(u32, Option<u32>)> {
    let read = |request: &RecordedRequest, name| request.param(name).map(|text| text.parse().expect("a number"));
    let requests = sandbox.requests();
    let asked = requests.iter().filter(|request| request.operation == operation);
    asked.map(|request| (read(request, "pageNumber").expect("a page"), read(request, "pageSize"))).collect()
}

/// A parameter of a request that is a number.
fn number(request: &Request, name: &str) -> Option<usize> {
    let pairs = request.query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(own, _)| *own == name).map(|(_, value)| value.parse().expect("a number")).next()
}

/// The carriers of a page, cut out of 0 to `total`; `default` a page unless asked otherwise, and at most.
fn rows(request: &Request, total: usize, default: usize) -> Vec<Value> {
    let size = number(request, "pageSize").filter(|size| (1..=default).contains(size)).unwrap_or(default);
    let start = ((number(request, "pageNumber").unwrap_or(1) - 1) * size).min(total);
    (start..total.min(start + size)).map(|n| json!({"DOTNumber": 9_900_000 + n})).collect()
}

/// The numbers of the carriers 0 to `total`.
fn numbers(total: i64) -> Vec<i64> {
    (0..total).map(|n| 9_900_000 + n).collect()
}

fn header(size: usize, pages: usize, count: usize) -> String {
    json!({"pageNumber": 1, "pageSize": size, "totalPages": pages, "totalCount": count}).to_string()
}

/// A good answer of the monitored list, with its paging.
fn page(request: &Request, total: usize, default: usize) -> Reply {
    let rows = rows(request, total, default);
    Reply::json(Value::Array(rows)).header("X-Pagination", &header(default, total.div_ceil(default), total))
}

async fn server(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Server, Client) {
    let server = Server::start(script).await;
    let client = client::of_server(&server);
    (server, client)
}

fn calls(server: &Server) -> usize {
    server.count(&path_of("MonitoredCarriers"))
}

/// How to read a list.
#[derive(Clone, Copy)]
struct Ask {
    size: Option<u32>,
    from: u32,
    concurrency: usize,
}

impl Ask {
    const PLAIN: Self = Self { size: None, from: 1, concurrency: 1 };

    fn of<T>(self, pager: Pager<T>) -> Pager<T> {
        let pager = pager.from_page(self.from).concurrency(self.concurrency);
        match self.size {
            Some(size) => pager.page_size(size),
            None => pager,
        }
    }
}

/// Reads the list of this operation.
async fn read(client: &Client, operation: &str, ask: Ask) -> (Vec<Result<i64>>, Report) {
    let monitoring = client.monitoring();
    match operation {
        "MonitoredCarriers" => drain(ask.of(monitoring.list())).await,
        "BlockedCarriers" => drain(ask.of(client.blocking().list())).await,
        "CarriersChanges" => drain(ask.of(monitoring.changes(month()))).await,
        "MonitoredCarrierData" => drain(ask.of(monitoring.data())).await,
        "GetMonitoredCarrierContactsData" => drain(ask.of(monitoring.contacts())).await,
        "GetMonitoredCarriersRiskAssessment" => drain(ask.of(monitoring.risk())).await,
        _ => panic!("{operation} has no pages"),
    }
}

fn month() -> Window {
    let at = |text: &str| text.parse().expect("a time");
    Window::new(at("2026-03-01T00:00:00Z"), at("2026-03-04T00:00:00Z")).expect("a window")
}

fn good(found: Vec<Result<i64>>) -> Vec<i64> {
    found.into_iter().map(|item| item.expect("an item")).collect()
}
