//! Every operation under every fault of the sandbox: a call ends in the truth, in a report of what is missing, or in an
//! error. The truth is what the same sandbox answers without the fault, and for changes what it then holds.

use crate::support::client::{of_sandbox, sandbox_builder};
use mycarrierpackets::models::DocumentKind;
use mycarrierpackets::resources::{Arrival, AssociatedQuery, Invitation};
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Client, Listing, Operation, Result, Window};
use mycarrierpackets_sandbox::{Fault, Sandbox};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// Faults of what is answered, and whether the vendor then says less than it knows, or other words than it knows.
const FAULTS: [(&str, Says); 66] = [
    (r#""kind":"status","code":500"#, Says::All),
    (r#""kind":"status","code":404"#, Says::All),
    (r#""kind":"status","code":429,"retryAfter":0"#, Says::All),
    (r#""kind":"page","code":502"#, Says::All),
    (r#""kind":"page","code":404"#, Says::All),
    (r#""kind":"page","code":200"#, Says::All),
    (r#""kind":"login""#, Says::All),
    (r#""kind":"resetBefore""#, Says::All),
    (r#""kind":"afterWork","code":500"#, Says::All),
    (r#""kind":"messageInstead""#, Says::All),
    (r#""kind":"emptyBody""#, Says::All),
    (r#""kind":"brokenJson""#, Says::All),
    (r#""kind":"unknownFields""#, Says::All),
    (r#""kind":"missingFields""#, Says::Less),
    (r#""kind":"unknownValues""#, Says::OtherWords),
    (r#""kind":"nulls""#, Says::Less),
    (r#""kind":"numbersAsText""#, Says::All),
    (r#""kind":"objectForList""#, Says::Less),
    (r#""kind":"wrappedLists""#, Says::All),
    (r#""kind":"danglingReference""#, Says::Less),
    (r#""kind":"contentType","value":"text/html""#, Says::All),
    (r#""kind":"contentType","value":"application/octet-stream""#, Says::All),
    (r#""kind":"noContentType""#, Says::All),
    (r#""kind":"doubleContentType""#, Says::All),
    (r#""kind":"noPagination""#, Says::All),
    (r#""kind":"brokenPagination""#, Says::All),
    (r#""kind":"doublePagination""#, Says::All),
    (r#""kind":"brokenGzip""#, Says::All),
    (r#""kind":"drip","bytes":4000,"ms":1"#, Says::All),
    (r#""kind":"stall","after":40"#, Says::All),
    (r#""kind":"resetDuring","after":40"#, Says::All),
    (r#""kind":"resetAfterWork""#, Says::All),
    (r#""kind":"shortBody""#, Says::All),
    (r#""kind":"saysNo","form":"result""#, Says::All),
    (r#""kind":"saysNo","form":"success""#, Says::All),
    (r#""kind":"saysNo","form":"succeeded""#, Says::All),
    (r#""kind":"saysNo","form":"message""#, Says::All),
    (r#""kind":"saysNo","form":"list""#, Says::All),
    (r#""kind":"saysNo","form":"text""#, Says::All),
    (r#""kind":"saysNo","form":"false""#, Says::All),
    (r#""kind":"saysNo","form":"error""#, Says::All),
    (r#""kind":"modelState""#, Says::All),
    (r#""kind":"serverNotFound","by":"iis""#, Says::All),
    (r#""kind":"serverNotFound","by":"aspNet""#, Says::All),
    (r#""kind":"blobForbidden""#, Says::All),
    (r#""kind":"page","code":403"#, Says::All),
    (r#""kind":"page","code":500"#, Says::All),
    (r#""kind":"page","code":503"#, Says::All),
    (r#""kind":"oddRetryAfter","code":429,"form":"decimal""#, Says::All),
    (r#""kind":"oddRetryAfter","code":503,"form":"rfc850""#, Says::All),
    (r#""kind":"oddRetryAfter","code":429,"form":"asctime""#, Says::All),
    (r#""kind":"oddRetryAfter","code":429,"form":"words""#, Says::All),
    (r#""kind":"oddRetryAfter","code":503,"form":"overflow""#, Says::All),
    (r#""kind":"oddRetryAfter","code":429,"form":"negative""#, Says::All),
    (r#""kind":"oddRetryAfter","code":503,"form":"past""#, Says::All),
    (r#""kind":"dateSkew","seconds":-1200"#, Says::All),
    (r#""kind":"dateSkew","seconds":1200"#, Says::All),
    (r#""kind":"emptyObject""#, Says::All),
    (r#""kind":"cutBody""#, Says::All),
    (r#""kind":"invalidUtf8""#, Says::Less),
    (r#""kind":"duplicateKeys""#, Says::All),
    (r#""kind":"hugeNumbers""#, Says::Less),
    (r#""kind":"wrongTypes""#, Says::LessInOtherWords),
    (r#""kind":"stall","after":0"#, Says::All),
    (r#""kind":"status","code":429,"retryAfter":0 + "kind":"stall","after":0"#, Says::All),
    (r#""kind":"status","code":401 + "kind":"stall","after":0"#, Says::All),
];

/// What the vendor says under a fault, beside what it knows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    All,
    /// Fields or rows are not there.
    Less,
    /// Words are replaced by others.
    OtherWords,
    LessInOtherWords,
}

impl Says {
    fn is_less(self) -> bool {
        matches!(self, Self::Less | Self::LessInOtherWords)
    }

    fn is_in_other_words(self) -> bool {
        matches!(self, Self::OtherWords | Self::LessInOtherWords)
    }
}

/// What a read ended in.
struct Read {
    records: Vec<Value>,
    /// The call reports that something is missing.
    reported: bool,
}

fn one(record: impl Serialize) -> Read {
    Read { records: vec![serde_json::to_value(record).unwrap()], reported: false }
}

fn list<T: Serialize>(listing: Listing<T>) -> Read {
    let Listing { items, rejected, unreadable, report, .. } = listing;
    let records = items.iter().map(|item| serde_json::to_value(item).unwrap()).collect();
    Read { records, reported: !rejected.is_empty() || !unreadable.is_empty() || report.changed || !report.complete }
}

const READS: [Operation; 16] = [
    Operation::PreviewCarrier,
    Operation::GetCarrierData,
    Operation::GetCarrierContacts,
    Operation::GetCarrierRiskAssessment,
    Operation::GetCarrierIncidentReports,
    Operation::GetCarrierVinVerifications,
    Operation::FindAssociatedCarriers,
    Operation::CompletedPackets,
    Operation::GetUpdatedFactoringCompanies,
    Operation::MonitoredCarriers,
    Operation::MonitoredCarrierData,
    Operation::GetMonitoredCarrierContactsData,
    Operation::GetMonitoredCarriersRiskAssessment,
    Operation::CarriersChanges,
    Operation::BlockedCarriers,
    Operation::GetDocument,
];

async fn read(client: &Client, operation: Operation, carrier: &CarrierId, window: Window) -> Result<Read> {
    const MOST: usize = 10_000;
    let (carriers, monitoring) = (client.carriers(), client.monitoring());
    Ok(match operation {
        Operation::PreviewCarrier => one(carriers.preview(carrier).await?),
        Operation::GetCarrierData => one(carriers.get(carrier).await?),
        Operation::GetCarrierContacts => one(carriers.contacts(carrier).await?),
        Operation::GetCarrierRiskAssessment => one(carriers.risk(carrier).await?),
        Operation::GetCarrierIncidentReports => one(carriers.incidents(carrier).await?),
        Operation::GetCarrierVinVerifications => one(carriers.vins(carrier).await?),
        Operation::FindAssociatedCarriers => {
            let query = AssociatedQuery::new().email("dispatch@sampletrucking.example");
            one(carriers.associated(query).await?)
        }
        Operation::CompletedPackets => list(client.packets().completed(window).await?),
        Operation::GetUpdatedFactoringCompanies => one(client.factoring().updated(window).await?),
        Operation::MonitoredCarriers => list(monitoring.list().page_size(7).read_all(MOST).await?),
        Operation::MonitoredCarrierData => list(monitoring.data().page_size(7).read_all(MOST).await?),
        Operation::GetMonitoredCarrierContactsData => list(monitoring.contacts().page_size(7).read_all(MOST).await?),
        Operation::GetMonitoredCarriersRiskAssessment => list(monitoring.risk().page_size(7).read_all(MOST).await?),
        Operation::CarriersChanges => list(monitoring.changes(window).read_all(MOST).await?),
        Operation::BlockedCarriers => list(client.blocking().list().page_size(7).read_all(MOST).await?),
        Operation::GetDocument => {
            let document = client.documents().current(carrier, DocumentKind::Coi).await?.bytes().await?;
            one(document.len())
        }
        other => panic!("{other} is not in this test"),
    })
}

/// Whether everything that was read is so. Numbers may have become texts; what is not there is not read.
fn is_of(read: &Value, truth: &Value, says: Says) -> bool {
    match (read, truth) {
        (Value::Null, _) => true,
        (Value::Object(read), Value::Object(truth)) => {
            read.iter().all(|(name, value)| truth.get(name).is_some_and(|truth| is_of(value, truth, says)))
        }
        (Value::Array(read), Value::Array(truth)) => {
            let whole = read.len() == truth.len() || (says.is_less() && read.len() <= truth.len());
            whole && read.iter().zip(truth).all(|(read, truth)| is_of(read, truth, says))
        }
        (Value::String(_), Value::String(_) | Value::Number(_)) if says.is_in_other_words() => true,
        // A byte that is no UTF-8 is seen as such, and named as unreadable.
        (Value::String(read), _) if read.contains('\u{FFFD}') => {
            is_of(&Value::from(read.replace('\u{FFFD}', "")), truth, says)
        }
        (read, truth) => read == truth || text(read).is_some_and(|read| text(truth) == Some(read)),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Null => 0,
        _ => 1,
    }
}

/// Puts rules in force, for the first call or for all, and gives their numbers. Rules are joined by ` + `.
fn put(sandbox: &Sandbox, customer: &str, members: &str, operation: Operation, first: bool) -> Vec<u64> {
    let first = if first { r#","first":1"# } else { "" };
    let rule = |members: &str| -> Fault {
        let name = operation.info().vendor_name;
        let rule = format!(r#"{{{members},"operation":"{name}","customer":"{customer}"{first}}}"#);
        rule.parse().unwrap_or_else(|error| panic!("{rule}: {error}"))
    };
    members.split(" + ").map(|members| sandbox.fault(rule(members))).collect()
}

fn end(sandbox: &Sandbox, numbers: Vec<u64>) {
    assert!(numbers.into_iter().all(|number| sandbox.remove_fault(number)));
}

async fn bench() -> Sandbox {
    let now = std::time::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    Sandbox::builder()
        .carriers(30)
        .activity(2000)
        .fixed_time(now)
        .changes_interval(Duration::ZERO)
        .start()
        .await
        .unwrap()
}

/// A client of the sandbox that waits for nothing, of a customer of its own.
fn client(sandbox: &Sandbox, customer: &str) -> Client {
    let retry = |retry: &mut mycarrierpackets::RetryPolicy| {
        (retry.budget, retry.max_retry_after) = (100_000, Duration::from_millis(100));
    };
    let timeouts = |timeouts: &mut mycarrierpackets::Timeouts| timeouts.stall = Duration::from_millis(60);
    sandbox_builder(sandbox).credentials(customer, sandbox.password()).retry(retry).timeouts(timeouts).build().unwrap()
}

fn window() -> Window {
    let end = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    Window::new(end - jiff::SignedDuration::from_hours(8), end).unwrap()
}

/// How many reads of an operation were whole, reported as less, and errors.
#[derive(Default)]
struct Ends {
    good: usize,
    reported: usize,
    errors: usize,
}

/// Reads an operation under every fault, as a customer of its own, beside the other operations.
async fn reads_of(sandbox: &Sandbox, operation: Operation) -> Ends {
    let carrier: CarrierId = "23868".parse().unwrap();
    let customer = operation.info().vendor_name;
    let client = client(sandbox, customer);
    let truth = read(&client, operation, &carrier, window()).await.unwrap_or_else(|e| panic!("{operation}: {e}"));
    assert!(!truth.reported, "{operation}");
    let mut ends = Ends::default();
    for (members, says) in FAULTS {
        for first in [true, false] {
            let numbers = put(sandbox, customer, members, operation, first);
            let ended = read(&client, operation, &carrier, window()).await;
            end(sandbox, numbers);
            let Ok(read) = ended else {
                ends.errors += 1;
                continue;
            };
            let case = format!("{operation} {members}, first only: {first}");
            let partly = says.is_less() || read.reported;
            for (place, found) in read.records.iter().enumerate() {
                let mut beside = truth.records.iter().enumerate();
                let of = beside.any(|(own, truth)| (partly || own == place) && is_of(found, truth, says));
                assert!(of, "{case}: {found} is not the truth");
            }
            let (found, expected) = (Value::from(read.records), Value::from(truth.records.clone()));
            let whole = partly || leaves(&found) == leaves(&expected);
            assert!(whole, "{case}: {} values of {}", leaves(&found), leaves(&expected));
            if read.reported { ends.reported += 1 } else { ends.good += 1 }
        }
    }
    ends
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_ends_in_the_truth_in_a_report_or_in_an_error() {
    let sandbox = bench().await;
    // Most of the time is spent waiting for bodies that stall.
    let all = futures::future::join_all(READS.map(|operation| reads_of(&sandbox, operation))).await;
    let sum = |of: fn(&Ends) -> usize| all.iter().map(of).sum::<usize>();
    let (good, reported, errors) = (sum(|ends| ends.good), sum(|ends| ends.reported), sum(|ends| ends.errors));
    let reads = good + reported + errors;
    assert_eq!(reads, READS.len() * FAULTS.len() * 2);
    assert!(
        good > reads / 3 && errors > reads / 6 && reported > 0,
        "{good} good, {reported} reported, {errors} errors"
    );
}

/// What applies to tokens and lists has tests of its own, and a delay changes nothing.
const ELSEWHERE: [&str; 8] = [
    "expiredToken",
    "revokedTokens",
    "refusedRefresh",
    "lostRotation",
    "pageDrift",
    "lateRows",
    "duplicateRows",
    "clockSkew",
];

#[tokio::test]
async fn every_kind_of_fault_is_tried() {
    let sandbox = bench().await;
    let kinds = reqwest::get(format!("{}/__sandbox/faults/kinds", sandbox.base_url())).await.unwrap();
    let kinds: Value = serde_json::from_str(&kinds.text().await.unwrap()).unwrap();
    let tried = |name: &str| FAULTS.iter().any(|(members, _)| members.contains(&format!(r#""kind":"{name}""#)));
    for kind in kinds.as_array().unwrap() {
        let name = kind["kind"].as_str().unwrap();
        assert!(tried(name) != (ELSEWHERE.contains(&name) || name == "delay"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_reported_as_done_is_done_and_one_that_is_refused_is_not() {
    let sandbox = bench().await;
    let (customer, plain) = (sandbox.username(), of_sandbox(&sandbox));
    let client = client(&sandbox, customer);
    let stranger: CarrierId = stranger(&sandbox, &plain).await;
    let dot = stranger.dot_number().unwrap();
    for (members, _) in FAULTS {
        for first in [true, false] {
            let case = format!("{members}, first only: {first}");
            sandbox.reset();
            let numbers = put(&sandbox, customer, members, Operation::RequestMonitoring, first);
            let added = client.monitoring().add(&stranger).await;
            end(&sandbox, numbers);
            let is_listed = listed(&plain).await.contains(&dot);
            assert!(added.is_err() || is_listed, "{case}: reported as monitored");

            let numbers = put(&sandbox, customer, members, Operation::BlockCarrier, first);
            let blocked = client.blocking().add(&stranger).await;
            end(&sandbox, numbers);
            let list = plain.blocking().list().read_all(1000).await.unwrap();
            let is_blocked = list.items.iter().any(|carrier| carrier.dot_number == Some(dot));
            assert!(blocked.is_err() || is_blocked, "{case}: reported as blocked");

            let invitation = Invitation::to("once@carrier.example").carrier(stranger.clone());
            let begun = jiff::Timestamp::from_second(1_800_000_000).unwrap();
            let numbers = put(&sandbox, customer, members, Operation::EmailPacketInvitation, first);
            let sent = client.invitations().send(&invitation).await;
            end(&sandbox, numbers);
            let seen = plain.invitations().arrived(&invitation, begun).await.unwrap() == Arrival::Seen;
            match sent {
                Ok(sent) => assert!(seen || !sent.is_confirmed(), "{case}: reported as sent"),
                Err(error) => assert!(!seen || error.may_have_acted(), "{case}: {error}"),
            }
        }
    }
}

async fn listed(client: &Client) -> Vec<mycarrierpackets::types::DotNumber> {
    let list = client.monitoring().list().read_all(1000).await.unwrap();
    list.items.iter().filter_map(|carrier| carrier.dot_number).collect()
}

async fn stranger(sandbox: &Sandbox, client: &Client) -> CarrierId {
    let listed = listed(client).await;
    let dots = sandbox.dot_numbers().into_iter().map(|dot| mycarrierpackets::types::DotNumber::new(dot).unwrap());
    dots.into_iter().find(|dot| !listed.contains(dot)).expect("a carrier that is not monitored").into()
}
