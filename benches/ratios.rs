//! Measurements that are ratios, taken side by side in one run; `cargo xtask bench` calls it and prints them.
//!
//! Each prints one line of JSON.

use futures::StreamExt as _;
use mycarrierpackets::Client;
use mycarrierpackets::models::CarrierPreview;
use mycarrierpackets::types::CarrierId;
use std::time::{Duration, Instant};

mod support;

/// Measures what the arguments name.
pub fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // One thread for calls one after the other: which thread wakes which would be most of what is measured.
    let single = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    match arguments.as_slice() {
        ["call"] => single.block_on(call()),
        ["pull", base, concurrency] => runtime.block_on(pull(base, concurrency.parse().expect("a number of pages"))),
        ["decode", base, pages] => runtime.block_on(decode(base, pages.parse().expect("a number of pages"))),
        ["record", file] => {
            std::fs::write(file, runtime.block_on(support::page_of_500())).expect("a file");
            println!(r#"{{"work":"record"}}"#);
        }
        // `cargo bench` runs it without arguments too.
        _ => println!("use: call | pull BASE CONCURRENCY | decode BASE PAGES | record FILE"),
    }
}

/// Blocks of calls, through the client and bare, in turn: what disturbs the machine disturbs both.
async fn call() {
    const BLOCKS: usize = 120;
    const CALLS: usize = 40;
    let preview = support::recorded("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    let (bytes, base) = (preview.len(), support::replay::serve(preview).expect("a server"));
    let http = reqwest::Client::new();
    let client = support::client_over(&base, &http);
    let carrier: CarrierId = "23868".parse().expect("a carrier");
    let (mut through, mut bare) = (Vec::new(), Vec::new());
    for block in 0..BLOCKS + 10 {
        let mut spent = [Duration::ZERO; 2];
        for turn in 0..2 {
            // The order changes from block to block.
            let which = (block + turn) % 2;
            let start = Instant::now();
            for _ in 0..CALLS {
                if which == 0 {
                    client.carriers().preview(&carrier).await.expect("a preview");
                } else {
                    bare_call(&http, &base).await;
                }
            }
            spent[which] = start.elapsed();
        }
        // The first blocks warm up.
        if block >= 10 {
            through.push(spent[0]);
            bare.push(spent[1]);
        }
    }
    let per_call = |blocks: &mut Vec<Duration>| median(blocks).as_secs_f64() * 1e6 / CALLS as f64;
    let (through, bare) = (per_call(&mut through), per_call(&mut bare));
    println!(r#"{{"work":"call","bytes":{bytes},"client_us":{through:.2},"bare_us":{bare:.2}}}"#);
}

async fn bare_call(http: &reqwest::Client, base: &str) {
    let request = http.post(format!("{base}/api/v1/Carrier/PreviewCarrier"));
    let request =
        request.query(&[("DOTNumber", 23868)]).header("authorization", "bearer t").header("content-length", "0");
    let body = request.send().await.expect("an answer").bytes().await.expect("a body");
    let preview: Vec<CarrierPreview> = serde_json::from_slice(&body).expect("a preview");
    assert_eq!(preview.len(), 1);
}

/// Every monitored carrier with its data, as a stream.
async fn pull(base: &str, concurrency: usize) {
    let client: Client = support::client(base);
    let start = Instant::now();
    let mut carriers = client.monitoring().data().page_size(500).concurrency(concurrency);
    let mut items = 0_u64;
    while let Some(carrier) = carriers.next().await {
        std::hint::black_box(carrier.expect("a carrier"));
        items += 1;
    }
    assert!(carriers.report().complete && !carriers.report().changed);
    finish("pull", items, start);
}

/// The same page again and again, through the whole client.
async fn decode(base: &str, pages: u32) {
    let client = support::client(base);
    client.check_token().await.expect("a token");
    let start = Instant::now();
    let mut items = 0;
    for number in 1..=pages {
        let page = client.raw().monitored_carrier_data(i32::try_from(number).ok(), Some(500)).await.expect("a page");
        items += std::hint::black_box(page.into_inner()).data.map_or(0, |data| data.len() as u64);
    }
    finish("decode", items, start);
}

fn finish(work: &str, items: u64, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    let peak = support::peak_memory_mb().map_or("null".to_owned(), |mb| format!("{mb:.1}"));
    println!(r#"{{"work":"{work}","items":{items},"seconds":{seconds:.4},"peak_mb":{peak}}}"#);
}

fn median(values: &mut [Duration]) -> Duration {
    values.sort_unstable();
    values[values.len() / 2]
}
