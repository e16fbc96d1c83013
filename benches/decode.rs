//! Decoding of a page of 500 carriers, in bytes a second: plain, and with the references of Json.NET in it.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mycarrierpackets::models::CarrierDataPage;
use std::hint::black_box;

mod support;

fn decode(c: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let page = runtime.block_on(support::page_of_500());
    let mut group = c.benchmark_group("decode");
    group.sample_size(20).throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("500 carriers", |b| {
        b.iter(|| serde_json::from_slice::<CarrierDataPage>(black_box(&page)).expect("a page"));
    });
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
