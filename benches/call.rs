//! One call, beside the same call with bare reqwest and serde_json.

use criterion::{Criterion, criterion_group, criterion_main};
use mycarrierpackets::models::CarrierPreview;
use mycarrierpackets::types::CarrierId;

mod support;

fn call(c: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let preview = runtime.block_on(support::recorded("PreviewCarrier", &[("DOTNumber", "23868")]));
    let base = support::replay::serve(preview).expect("a server");
    let carrier: CarrierId = "23868".parse().expect("a carrier");
    let http = reqwest::Client::new();
    let client = support::client_over(&base, &http);
    let mut group = c.benchmark_group("call");
    group.bench_function("bare reqwest", |b| b.to_async(&runtime).iter(|| bare(&http, &base)));
    group.bench_function("preview", |b| {
        b.to_async(&runtime).iter(async || client.carriers().preview(&carrier).await.expect("a preview"));
    });
    group.finish();
}

async fn bare(http: &reqwest::Client, base: &str) -> Vec<CarrierPreview> {
    let request = http.post(format!("{base}/api/v1/Carrier/PreviewCarrier"));
    let request =
        request.query(&[("DOTNumber", 23868)]).header("authorization", "bearer t").header("content-length", "0");
    let body = request.send().await.expect("an answer").bytes().await.expect("a body");
    serde_json::from_slice(&body).expect("a preview")
}

criterion_group!(benches, call);
criterion_main!(benches);
