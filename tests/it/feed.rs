//! Feeds: each row once, whatever the vendor does and whenever the poller stops.

use crate::support::client::{of_sandbox, of_server};
use crate::support::server::{Reply, Request, Server, path_of};
use mycarrierpackets::feed::{Batch, CarrierChanges, CompletedPackets, Cursor, FactoringUpdates, Feed, RowId, Source};
use mycarrierpackets::jiff::{SignedDuration, Timestamp};
use mycarrierpackets::{Client, ErrorKind, Pager, Row, Window};
use mycarrierpackets_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const QUARTER: Duration = Duration::from_secs(15 * 60);

async fn sandbox() -> Sandbox {
    Sandbox::builder().carriers(500).activity(200).start().await.expect("a sandbox")
}

/// Skips the sandbox's clock, and lets the client see it.
async fn later(sandbox: &Sandbox, client: &Client, by: Duration) {
    sandbox.advance(by);
    client.carriers().preview(23868).await.expect("a preview");
}

/// The rows of a window, read without faults.
async fn truth<S: Source>(source: S, client: &Client, window: Window) -> BTreeSet<RowId> {
    let rows = source.rows(client.raw(), window).read_all(100_000).await.expect("the rows");
    assert!(rows.rejected.is_empty() && rows.report.complete && !rows.report.changed);
    rows.items.iter().map(|row| source.row_id(row)).collect()
}

/// A day of polls, with a stop after some of them before they were accepted; how often each row came.
async fn day<S: Source>(source: S, faults: impl Fn(&Sandbox)) -> (BTreeMap<RowId, usize>, BTreeSet<RowId>) {
    let sandbox = sandbox().await;
    let client = of_sandbox(&sandbox);
    client.check_token().await.expect("a token");
    let start = client.server_time();
    faults(&sandbox);
    let mut kept = serde_json::to_string(&Cursor::starting_at(start)).expect("JSON");
    let mut came: BTreeMap<RowId, usize> = BTreeMap::new();
    for round in 0..120 {
        later(&sandbox, &client, QUARTER).await;
        if round == 96 {
            // From here on the day's late rows come in.
            sandbox.clear_faults();
        }
        // Whoever starts again has what was kept.
        let mut feed = client.feed(source, serde_json::from_str(&kept).expect("a cursor"));
        let Ok(batch) = feed.poll().await else { continue };
        if round % 7 == 3 {
            continue;
        }
        for id in batch.new.iter().map(|row| &row.id) {
            *came.entry(id.clone()).or_default() += 1;
        }
        kept = serde_json::to_string(&batch.cursor).expect("JSON");
        feed.accept(batch);
    }
    // The fixed point of the day: what happened until the last window's end.
    let cursor: Cursor = serde_json::from_str(&kept).expect("a cursor");
    let window = Window::new(start, cursor.position().read_until()).expect("a window");
    later(&sandbox, &client, QUARTER).await;
    (came, truth(source, &client, window).await)
}

async fn a_day_of<S: Source>(source: S, faults: impl Fn(&Sandbox)) {
    let (came, truth) = day(source, faults).await;
    assert!(truth.len() > 20, "{} rows", truth.len());
    let lost: Vec<_> = truth.iter().filter(|id| !came.contains_key(*id)).collect();
    assert!(lost.is_empty(), "{} of {} rows were lost", lost.len(), truth.len());
    let twice: Vec<_> = came.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{} rows came twice", twice.len());
    assert_eq!(came.len(), truth.len(), "rows came that did not happen");
}

#[tokio::test]
async fn every_change_of_a_day_comes_once() {
    a_day_of(CarrierChanges, |_| {}).await;
}

#[tokio::test]
async fn every_packet_of_a_day_comes_once() {
    a_day_of(CompletedPackets, |_| {}).await;
}

#[tokio::test]
async fn rows_that_are_late_or_come_twice_come_once() {
    a_day_of(CarrierChanges, |sandbox| {
        sandbox.fault(Fault::late_rows(90 * 60).on("CarriersChanges"));
        sandbox.fault(Fault::duplicate_rows().on("CarriersChanges"));
    })
    .await;
}

#[tokio::test]
async fn every_change_comes_once_though_the_list_moves_and_calls_fail() {
    a_day_of(CarrierChanges, |sandbox| {
        sandbox.fault(Fault::page_drift(3).on("CarriersChanges").every(5));
        sandbox.fault(Fault::status(500).on("CarriersChanges").share(300));
        sandbox.fault(Fault::wrapped_lists().on("CarriersChanges").every(3));
        sandbox.fault(Fault::unknown_fields().on("CarriersChanges").every(2));
    })
    .await;
}

#[tokio::test]
async fn factoring_companies_come_with_their_json() {
    let sandbox = sandbox().await;
    let client = of_sandbox(&sandbox);
    client.check_token().await.expect("a token");
    let start = client.server_time();
    let mut feed = client.feed(FactoringUpdates, Cursor::starting_at(start));
    let mut came = 0;
    for _ in 0..7 {
        later(&sandbox, &client, Duration::from_secs(24 * 3600)).await;
        let batch = feed.poll().await.expect("a batch");
        came += batch.new.len();
        for row in &batch.new {
            let json: Value = serde_json::from_slice(&row.json).expect("JSON");
            let name = row.record.factoring_company_name.as_deref();
            assert_eq!(json["FactoringCompanyName"].as_str(), name);
        }
        feed.accept(batch);
    }
    assert!(came > 3, "{came}");
}

/// A feed of changes whose rows are these, and the client that reads it.
async fn scripted(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Server, Client) {
    let server = Server::start(script).await;
    let client = of_server(&server);
    (server, client)
}

fn changes(rows: &[Value]) -> Reply {
    let paging = json!({"pageNumber": 1, "pageSize": 250, "totalPages": 1, "totalCount": rows.len()});
    Reply::json(json!({"CarrierCount": rows.len(), "CarrierList": rows})).header("X-Pagination", &paging.to_string())
}

fn change(dot: u32, at: &str, categories: &[&str], more: Value) -> Value {
    let details = json!({"dotNumber": {"Value": dot.to_string()}, "docketNumber": "MC113843", "more": more});
    json!({"ChangeDateTime": at, "ChangeCategories": categories, "CarrierDetails": details})
}

async fn ids(rows: &[Value]) -> Vec<RowId> {
    let rows = rows.to_vec();
    let (_server, client) = scripted(move |_| changes(&rows)).await;
    let window = Window::last(QUARTER).expect("a window");
    let found = CarrierChanges.rows(client.raw(), window).read_all(100).await.expect("rows");
    found.items.iter().map(|row| CarrierChanges.row_id(row)).collect()
}

#[tokio::test]
async fn a_row_is_the_same_by_who_and_when_and_not_by_what_it_holds() {
    const AT: &str = "2026-03-18T08:33:32.5971191";
    let first = change(9_900_001, AT, &["Insurance", "FMCSA Data"], json!(1));
    let same = [
        change(9_900_001, AT, &["Insurance", "FMCSA Data"], json!({"limit": "1,000,000"})),
        change(9_900_001, AT, &["FMCSA data ", "insurance", "Insurance"], json!(null)),
        change(9_900_001, "2026-03-18T08:33:32.5971191Z", &["Insurance", "FMCSA Data"], json!(1)),
        change(9_900_001, "2026-03-18T09:33:32.5971191+01:00", &["Insurance", "FMCSA Data"], json!(1)),
    ];
    let others = [
        change(9_900_002, AT, &["Insurance", "FMCSA Data"], json!(1)),
        change(9_900_001, "2026-03-18T08:33:32.597119", &["Insurance", "FMCSA Data"], json!(1)),
        change(9_900_001, AT, &["Insurance"], json!(1)),
        change(9_900_001, AT, &["InsuranceFMCSA Data"], json!(1)),
    ];
    let all: Vec<Value> = [first].into_iter().chain(same.clone()).chain(others).collect();
    let ids = ids(&all).await;
    assert!(ids[1..=same.len()].iter().all(|id| *id == ids[0]));
    let distinct: BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), 5);
}

#[tokio::test]
async fn a_row_that_says_neither_who_nor_when_is_the_same_only_if_all_of_it_is() {
    let rows = [
        change(9_900_001, "soon", &["Insurance"], json!(1)),
        change(9_900_001, "soon", &["Insurance"], json!(1)),
        change(9_900_001, "soon", &["Insurance"], json!(2)),
        json!({"ChangeDateTime": "2026-03-18T08:33:32", "ChangeCategories": ["Insurance"]}),
        json!({"ChangeCategories": ["Insurance"], "ChangeDateTime": "2026-03-18T08:33:32"}),
        json!({"ChangeDateTime": "2026-03-18T08:33:32", "ChangeCategories": ["Risk"]}),
    ];
    let ids = ids(&rows).await;
    assert_eq!((&ids[0], &ids[3]), (&ids[1], &ids[4]));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 4);
}

#[test]
fn the_text_of_an_id_does_not_change_between_versions() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let ids = runtime.block_on(ids(&[change(9_900_001, "2026-03-18T08:33:32", &["Insurance"], json!(1))]));
    assert_eq!(ids[0].as_str(), "74b8df2082abb2a9815829478d634daf70886102bcc7626e5a7898732de2ffa8");
}

fn new_of<T>(batch: &Batch<T>) -> usize {
    batch.new.len()
}

/// A feed that began an hour ago, with a clock that is the machine's.
fn feed(client: &Client) -> Feed<CarrierChanges> {
    client.feed(CarrierChanges, Cursor::starting_at(Timestamp::now() - SignedDuration::from_hours(1)))
}

/// As after the interval.
fn again(feed: &Feed<CarrierChanges>, client: &Client) -> Feed<CarrierChanges> {
    let mut cursor = serde_json::to_value(feed.cursor()).expect("JSON");
    cursor["attemptedAt"] = Value::Null;
    client.feed(CarrierChanges, serde_json::from_value(cursor).expect("a cursor"))
}

#[tokio::test]
async fn what_is_not_understood_is_handed_on_once_and_the_cursor_moves() {
    let at = "2026-03-18T08:33:32";
    let rows = [change(9_900_001, at, &["Risk"], json!(1)), json!(["no", "row"]), change(9_900_002, at, &[], json!(1))];
    let (_server, client) = scripted(move |_| changes(&rows)).await;
    let mut first = feed(&client);
    let batch = first.poll().await.expect("a batch");
    assert_eq!((new_of(&batch), batch.rejected.len(), batch.moved), (2, 1, false));
    assert_eq!(batch.rejected[0].error.body(), Some(&br#"["no","row"]"#[..]));
    first.accept(batch);
    let mut second = again(&first, &client);
    let batch = second.poll().await.expect("a batch");
    assert_eq!((new_of(&batch), batch.rejected.len(), batch.repeated), (0, 0, 3));
    assert!(batch.cursor.position().read_until() >= first.cursor().position().read_until());
}

#[tokio::test]
async fn a_list_that_moved_is_asked_for_again() {
    let at = "2026-03-18T08:33:32";
    // Two are counted, and one comes.
    let (_server, client) = scripted(move |request| {
        let paging = json!({"pageNumber": 1, "pageSize": 250, "totalPages": 1, "totalCount": 2});
        let rows =
            if request.query.contains("pageNumber=1") { vec![change(9_900_001, at, &[], json!(1))] } else { vec![] };
        Reply::json(json!({"CarrierCount": 2, "CarrierList": rows})).header("X-Pagination", &paging.to_string())
    })
    .await;
    let mut feed = feed(&client);
    let before = *feed.cursor().position();
    let batch = feed.poll().await.expect("a batch");
    assert!(batch.moved && new_of(&batch) == 1);
    assert_eq!(batch.cursor.position().read_until(), before.read_until());
    assert!(batch.cursor.position().attempted_at().is_some());
    assert!(batch.cursor.has_seen(&batch.new[0].id));
}

#[tokio::test]
async fn more_rows_than_may_be_held_are_an_error_and_the_cursor_stays() {
    let rows: Vec<Value> = (0..20).map(|n| change(9_900_001 + n, "2026-03-18T08:33:32", &[], json!(1))).collect();
    let (_server, client) = scripted(move |_| changes(&rows)).await;
    let mut feed = feed(&client).max_rows(19);
    let before = feed.cursor().position().read_until();
    let error = feed.poll().await.expect_err("too many");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(feed.cursor().position().read_until(), before);
    assert_eq!(new_of(&again(&feed, &client).max_rows(20).poll().await.expect("a batch")), 20);
}

#[tokio::test]
async fn a_feed_waits_for_the_interval_across_a_restart() {
    let (server, client) = scripted(|_| changes(&[])).await;
    let mut first = feed(&client);
    let claimed = serde_json::to_string(first.claim()).expect("JSON");
    // The process ends here, and another begins.
    let mut second = client.feed(CarrierChanges, serde_json::from_str(&claimed).expect("a cursor"));
    let due = second.due_at().expect("not yet");
    assert!(due - Timestamp::now() > SignedDuration::from_mins(4));
    let waiting = tokio::time::timeout(Duration::from_millis(50), second.poll()).await;
    assert!(waiting.is_err() && server.count(&path_of("CarriersChanges")) == 0);
}

/// Every record of a list with its JSON is the record, and its JSON has what the type does not know.
async fn with_json<T>(name: &str, pager: impl Fn() -> Pager<T>)
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + Unpin + 'static,
{
    let plain = pager().read_all(100_000).await.expect("the list").items;
    let rows = pager().with_json().read_all(100_000).await.expect("the rows").items;
    assert!(!plain.is_empty() && plain.len() == rows.len(), "{name}: {} and {}", plain.len(), rows.len());
    for (plain, Row { record, json, .. }) in plain.iter().zip(rows) {
        let of = |record: &T| serde_json::to_value(record).expect("JSON");
        assert_eq!(of(plain), of(&record), "{name}");
        match serde_json::from_slice(&json) {
            Ok(read) => assert_eq!(of(&read), of(&record), "{name}"),
            Err(_) => assert!(serde_json::from_slice::<Value>(&json).is_ok_and(|row| row.is_object()), "{name}"),
        }
    }
}

#[tokio::test]
async fn every_list_comes_with_its_json_in_every_form() {
    type Form = (&'static str, fn() -> Option<Fault>);
    let forms: [Form; 6] = [
        ("as it is", || None),
        ("wrapped", || Some(Fault::wrapped_lists())),
        ("unknown fields", || Some(Fault::unknown_fields())),
        ("nulls", || Some(Fault::nulls())),
        ("wrong types", || Some(Fault::wrong_types())),
        ("bytes that are no UTF-8", || Some(Fault::invalid_utf8())),
    ];
    for (form, fault) in forms {
        let sandbox = Sandbox::builder()
            .carriers(120)
            .activity(1000)
            .changes_interval(Duration::ZERO)
            .start()
            .await
            .expect("a sandbox");
        let client = of_sandbox(&sandbox);
        client.check_token().await.expect("a token");
        sandbox.hold_clock();
        if let Some(fault) = fault() {
            sandbox.fault(fault);
        }
        let day = Window::ending(client.server_time(), Duration::from_secs(24 * 3600)).expect("a window");
        let monitoring = client.monitoring();
        with_json(&format!("list, {form}"), || monitoring.list()).await;
        with_json(&format!("data, {form}"), || monitoring.data().page_size(50)).await;
        with_json(&format!("contacts, {form}"), || monitoring.contacts().concurrency(3).page_size(50)).await;
        with_json(&format!("risk, {form}"), || monitoring.risk()).await;
        with_json(&format!("changes, {form}"), || monitoring.changes(day)).await;
        with_json(&format!("blocked, {form}"), || client.blocking().list()).await;
    }
}

#[tokio::test]
async fn the_json_of_a_record_is_as_it_came_with_what_the_type_does_not_know() {
    let row = change(9_900_001, "2026-03-18T08:33:32", &[], json!({"later": [1.50, "x"]}));
    let sent = row.clone();
    let paging = r#"{"pageNumber":1,"pageSize":250,"totalPages":1,"totalCount":1}"#;
    let answer = move |_: &Request| Reply::json(json!({"CarrierList": [null, sent]})).header("X-Pagination", paging);
    let (_server, client) = scripted(answer).await;
    let window = Window::last(QUARTER).expect("a window");
    let mut rows = client.monitoring().changes(window).with_json();
    let found = rows.read_next().await.expect("a row").expect("a row");
    assert_eq!(serde_json::from_slice::<Value>(&found.json).expect("JSON"), row);
    // The rest of a list of which some was read.
    assert!(rows.read_next().await.expect("an end").is_none());
}
