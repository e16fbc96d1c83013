//! One customer with many carriers, in a file.

use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sync::store::Store;
use mycarrierpackets_sync::{Engine, Tick};
use std::time::Instant;

/// The first sync of a customer of the vendor at `base` into a new store.
pub async fn first(base: &str, file: &str) {
    let environment = Environment::custom(base.parse().expect("an address"));
    let client = Client::builder().environment(environment).credentials("demo", "demo").build().expect("a client");
    let store = Store::open(&format!("sqlite:{file}")).await.expect("a store");
    let engine = Engine::new(store, move |_| Ok(client.clone()));
    engine.add_customer("demo", "Acme Brokers").await.expect("a customer");
    let begun = Instant::now();
    let (mut carriers, mut refresh) = (0, 0.0);
    loop {
        let tick_begun = Instant::now();
        let Tick::Done(reads) = engine.tick("demo").await.expect("a tick") else { panic!("nobody else is there") };
        if reads.is_empty() {
            break;
        }
        for read in reads {
            assert_eq!(read.incomplete(), None, "{}", read.feed);
            if read.feed == "carriers" {
                (carriers, refresh) = (read.rows, tick_begun.elapsed().as_secs_f64());
            }
        }
    }
    let (seconds, peak) = (begun.elapsed().as_secs_f64(), peak_memory_mb());
    drop(engine);
    let bytes = std::fs::metadata(file).expect("the file").len();
    println!(
        r#"{{"work":"first","carriers":{carriers},"seconds":{seconds:.2},"refresh_seconds":{refresh:.2},"peak_mb":{peak:.1},"bytes":{bytes}}}"#
    );
}

/// The most memory that this process had.
fn peak_memory_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().map_or(f64::NAN, |kib| kib / 1024.0)
}
