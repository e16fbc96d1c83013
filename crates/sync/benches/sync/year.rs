//! How large a store becomes in a year.

use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sandbox::Sandbox;
use mycarrierpackets_sync::retention::{Retention, prune};
use mycarrierpackets_sync::store::Store;
use mycarrierpackets_sync::{Engine, Tick};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const DAYS: u64 = 365;
/// Polls of a feed in a day here. Their notes are counted by themselves, as they do not grow with the carriers.
const TURNS: u64 = 1;
const KEPT: Duration = Duration::from_secs(90 * 86_400);
const CUSTOMER: &str = "demo";

/// A year of a customer with `carriers` carriers, which change as often as the sandbox has it.
pub async fn simulate(carriers: u32) {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    let sandbox = Sandbox::builder().carriers(carriers).activity(1000).compress(false).record_requests(false);
    let sandbox = sandbox.changes_interval(Duration::ZERO).token_lifetime(Duration::from_secs(2 * DAYS * 86_400));
    let sandbox = sandbox.fixed_time(start.try_into().expect("a time")).start().await.expect("a sandbox");
    let sandbox = Arc::new(sandbox);
    let now = {
        let sandbox = Arc::clone(&sandbox);
        move || Timestamp::try_from(sandbox.now()).expect("a time")
    };
    let environment = Environment::custom(sandbox.base_url().parse().expect("an address"));
    let client = Client::builder().environment(environment).credentials("demo", "demo").clock(now.clone()).build();
    let client = client.expect("a client");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("year.db");
    let address = format!("sqlite:{}", file.display());
    let store = Store::open_with_clock(&address, Arc::new(move || now().as_microsecond())).await.expect("a store");
    let engine = Engine::new(store.clone(), move |_| Ok(client.clone()));
    engine.add_customer(CUSTOMER, "Acme Brokers").await.expect("a customer");
    for turn in 0..=DAYS * TURNS {
        if turn > 0 {
            sandbox.advance(Duration::from_secs(86_400 / TURNS));
        }
        let Tick::Done(reads) = engine.tick(CUSTOMER).await.expect("a tick") else { panic!("nobody else is there") };
        for read in reads {
            assert_eq!(read.incomplete(), None, "{}", read.feed);
        }
        if turn == 0 {
            report("first", &file, carriers);
        }
    }
    report("year", &file, carriers);
    let retention = Retention {
        versions: Some(KEPT),
        events: Some(KEPT),
        coverage: Some(KEPT),
        identities: Some(Duration::from_secs(14 * 86_400)),
    };
    prune(&store, CUSTOMER, &retention, false).await.expect("what is old");
    report("pruned", &file, carriers);
}

/// What is in the file, without what is free again, by table and its indices.
fn report(when: &str, file: &Path, carriers: u32) {
    let connection = Connection::open(file).expect("the store");
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    let pages =
        number("SELECT page_count FROM pragma_page_count") - number("SELECT freelist_count FROM pragma_freelist_count");
    let bytes = pages * number("SELECT page_size FROM pragma_page_size");
    let (versions, events) = (number("SELECT COUNT(*) FROM versions"), number("SELECT COUNT(*) FROM events"));
    let polls = number("SELECT COUNT(*) FROM coverage");
    let sql =
        "SELECT COALESCE(s.tbl_name, d.name), SUM(d.pgsize) FROM dbstat d LEFT JOIN sqlite_schema s ON s.name = d.name
        GROUP BY 1 ORDER BY 2 DESC";
    let mut statement = connection.prepare(sql).expect("a statement");
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).expect("tables");
    let tables: serde_json::Map<String, serde_json::Value> =
        rows.map(|row| row.map(|(table, bytes)| (table, bytes.into())).expect("a table")).collect();
    let tables = serde_json::Value::from(tables);
    println!(
        r#"{{"work":"{when}","carriers":{carriers},"bytes":{bytes},"versions":{versions},"events":{events},"polls":{polls},"tables":{tables}}}"#
    );
}
