//! The sandbox's own time: held, skipped, and what happens in between.

use std::time::{Duration, Instant, SystemTime};

use mycarrierpackets_sandbox::{Sandbox, Snapshot, Webhook, WebhookEvent};
use serde_json::{Value, json};

use crate::Caller;

const DAY: Duration = Duration::from_secs(86_400);

async fn packets_of(caller: &Caller, dot: u32) -> Vec<String> {
    let window = [("fromDate", "2026-03-18T12:00:01"), ("toDate", "2026-05-01T00:00:00")];
    let rows = caller.json("CompletedPackets", &window).await;
    let own = |row: &&Value| row["DOTNumber"] == dot;
    rows.as_array().unwrap().iter().filter(own).map(|row| row["CompletedDate"].as_str().unwrap().to_owned()).collect()
}

async fn invite(caller: &Caller, dot: u32) {
    let query = [("DOTNumber", &*dot.to_string()), ("carrierEmail", "ada@carrier.example")];
    assert_eq!(caller.send("EmailPacketInvitation", &query).await.status(), 200);
}

async fn has_papers(caller: &Caller, dot: &str) -> bool {
    caller.json("GetCarrierData", &[("DOTNumber", dot)]).await["CarrierW9Forms"].is_array()
}

#[tokio::test]
async fn invited_carriers_complete_their_packets_in_time() {
    let builder = || Sandbox::builder().carriers(60).activity(2000).fixed_time(crate::noon()).token_lifetime(400 * DAY);
    let caller = Caller::start(builder()).await;
    let mut lacking = Vec::new();
    for dot in caller.sandbox.dot_numbers() {
        if !has_papers(&caller, &dot.to_string()).await {
            lacking.push(dot);
        }
    }
    assert!(lacking.len() > 12, "{}", lacking.len());
    let mut before = Vec::new();
    for &dot in &lacking {
        before.push(packets_of(&caller, dot).await.len());
        invite(&caller, dot).await;
        assert!(!has_papers(&caller, &dot.to_string()).await, "nobody is that quick");
    }
    assert!(before.iter().all(|count| *count == 0));
    caller.sandbox.advance(3 * DAY);
    let (mut done, mut willing) = (0, None);
    for &dot in &lacking {
        let completed = packets_of(&caller, dot).await;
        let papers = has_papers(&caller, &dot.to_string()).await;
        assert_eq!(completed.len(), usize::from(papers), "{dot}: {completed:?}");
        if papers {
            let preview = caller.json("PreviewCarrier", &[("DOTNumber", &dot.to_string())]).await;
            assert_eq!(preview[0]["InProcessState"], "Completed");
            assert!(completed[0].as_str() > "2026-03-18T13:00" && completed[0].as_str() < "2026-03-21T12:00:01");
            (done, willing) = (done + 1, Some(dot));
        }
    }
    assert!(done > lacking.len() / 2 && done < lacking.len(), "most do, some never: {done} of {}", lacking.len());

    // Skipped in small steps or at once: the same happens at the same time.
    let slow = Caller::start(builder()).await;
    let dot = willing.unwrap();
    invite(&slow, dot).await;
    for _ in 0..36 {
        slow.sandbox.advance(DAY / 12);
        packets_of(&slow, dot).await;
    }
    assert_eq!(packets_of(&slow, dot).await, packets_of(&caller, dot).await);
}

#[tokio::test]
async fn an_invited_carrier_that_has_a_packet_completes_it_again_but_for_one_in_eight() {
    let builder =
        || Sandbox::builder().carriers(200).activity(2000).fixed_time(crate::noon()).token_lifetime(400 * DAY);
    // Some complete a packet in these days without an invitation: as many as where nobody is invited.
    let (caller, uninvited) = (Caller::start(builder()).await, Caller::start(builder()).await);
    let mut having = Vec::new();
    for dot in caller.sandbox.dot_numbers() {
        if has_papers(&caller, &dot.to_string()).await {
            having.push(dot);
            invite(&caller, dot).await;
        }
    }
    let days = 3 * DAY + Duration::from_secs(1);
    caller.sandbox.advance(days);
    uninvited.sandbox.advance(days);
    let mut again = Vec::new();
    for &dot in &having {
        let completed = packets_of(&caller, dot).await;
        let data = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
        if completed.len() > packets_of(&uninvited, dot).await.len() {
            let signed = data["CarrierCustomerAgreements"][0]["SignatureDate"].as_str().unwrap();
            assert!(completed.iter().any(|at| at.trim_end_matches('Z') == signed), "{dot}: {signed} of {completed:?}");
            again.push(dot);
        }
    }
    let never = having.len() - again.len();
    assert!((having.len() / 16..having.len() / 4).contains(&never), "{never} of {} never do", having.len());
    // And once more, when they are invited once more.
    let dot = again[0];
    let before = packets_of(&caller, dot).await.len();
    invite(&caller, dot).await;
    caller.sandbox.advance(4 * DAY);
    assert!(packets_of(&caller, dot).await.len() > before);
}

#[tokio::test]
async fn a_clock_that_is_held_stands_and_one_that_is_released_runs() {
    let caller = Caller::start(Sandbox::builder().carriers(5).token_lifetime(400 * DAY)).await;
    let date = async || {
        let added = caller.json("RequestMonitoring", &[("DOTNumber", "23868")]).await;
        added["RequestDate"].as_str().unwrap().to_owned()
    };
    caller.sandbox.hold_clock();
    let held = date().await;
    assert_eq!(date().await, held);
    caller.sandbox.advance(DAY);
    let next = date().await;
    assert!(next[..10] > held[..10] && next[10..] == held[10..], "{held} {next}");
    caller.sandbox.release_clock();
    let running = date().await;
    assert!(running > next && running[..10] == next[..10] || running[..10] > next[..10], "{next} {running}");
    assert_ne!(date().await, running);
}

#[tokio::test]
async fn the_feed_goes_on_in_the_time_that_is_skipped() {
    let caller = Caller::start(
        Sandbox::builder().carriers(60).activity(2000).fixed_time(crate::noon()).token_lifetime(400 * DAY),
    )
    .await;
    let changed = async || {
        let window = [("fromDate", "2026-03-18T12:00:01"), ("toDate", "2026-04-17T12:00:00"), ("pageSize", "500")];
        let response = caller.send("CarriersChanges", &window).await;
        let paging = response.headers()["x-pagination"].to_str().unwrap().to_owned();
        serde_json::from_str::<Value>(&paging).unwrap()["totalCount"].as_u64().unwrap()
    };
    assert_eq!(changed().await, 0, "nothing has happened yet");
    caller.sandbox.advance(30 * DAY);
    let other = [("fromDate", "2026-03-18T12:00:00"), ("toDate", "2026-04-17T12:00:00")];
    let response = caller.send("CarriersChanges", &other).await;
    let paging: Value = serde_json::from_str(response.headers()["x-pagination"].to_str().unwrap()).unwrap();
    assert!(paging["totalCount"].as_u64().unwrap() > 2000, "{paging}");
}

#[tokio::test]
async fn tokens_expire_and_polls_are_free_again_in_the_time_that_is_skipped() {
    let caller = Caller::start(
        Sandbox::builder().carriers(5).fixed_time(crate::noon()).token_lifetime(Duration::from_secs(3600)),
    )
    .await;
    let window = [("fromDate", "2026-03-18T11:00:00"), ("toDate", "2026-03-18T12:00:00")];
    caller.json("CarriersChanges", &window).await;
    caller.sandbox.advance(Duration::from_secs(239));
    let refused = caller.send("CarriersChanges", &window).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "1"));
    caller.sandbox.advance(Duration::from_secs(1));
    caller.json("CarriersChanges", &window).await;
    caller.sandbox.advance(Duration::from_secs(3359));
    caller.json("MonitoredCarriers", &[]).await;
    caller.sandbox.advance(Duration::from_secs(1));
    caller.failure(401, "MonitoredCarriers", &[]).await;
}

#[tokio::test]
async fn now_is_the_time_that_the_feeds_and_answers_have() {
    let sandbox = Sandbox::builder().carriers(5).fixed_time(crate::noon()).start().await.unwrap();
    assert_eq!(sandbox.now(), crate::noon());
    sandbox.advance(DAY);
    assert_eq!(sandbox.now(), crate::noon() + DAY);
    sandbox.release_clock();
    let begun = sandbox.now();
    while sandbox.now() == begun {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let running = Sandbox::builder().carriers(5).start().await.unwrap();
    let (before, now, after) = (SystemTime::now(), running.now(), SystemTime::now());
    // It has ticks of 100 ns.
    assert!(before - Duration::from_micros(1) <= now && now <= after, "{before:?} {now:?} {after:?}");
}

/// Seconds before or after 1970; none where the system's time does not reach that far.
fn instant(seconds: i64) -> Option<SystemTime> {
    let size = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { SystemTime::UNIX_EPOCH.checked_sub(size) } else { SystemTime::UNIX_EPOCH.checked_add(size) }
}

#[tokio::test]
async fn any_time_is_lived_through_whoever_sets_it() {
    // Before the calendar, its first day, before Windows' first, around 1970, leap days, its last second, after it.
    let all = [-70_000_000_000, -62_135_596_800, -12_000_000_000, -1, 0, 951_782_399, 253_402_300_799, 300_000_000_000];
    let webhook = Webhook::to("http://127.0.0.1:9/").paused(true).events([WebhookEvent::IncidentReportCreated]);
    for seconds in all {
        let Some(start) = instant(seconds) else { continue };
        for leap in [Duration::ZERO, Duration::from_secs(86_400 * 3_600_000), Duration::MAX] {
            let caller =
                Caller::start(Sandbox::builder().carriers(20).fixed_time(start).changes_interval(Duration::ZERO)).await;
            let (sandbox, begun) = (&caller.sandbox, Instant::now());
            let id = sandbox.add_webhook(webhook.clone()).unwrap();
            assert!(sandbox.send_event(id, WebhookEvent::UserVerificationCompleted, 23868).is_some());
            sandbox.advance(leap);
            if leap < DAY {
                // At the end of the calendar no token is good for a while.
                let good = if seconds < 253_402_300_799 { 200 } else { 401 };
                for operation in ["CarriersChanges", "CompletedPackets", "GetUpdatedFactoringCompanies"] {
                    for window in [("0001-01-01", "9999-12-31"), ("9999-12-31", "9999-12-31")] {
                        let answer = caller.send(operation, &[("fromDate", window.0), ("toDate", window.1)]).await;
                        assert_eq!(answer.status(), good, "{seconds} {operation} {window:?}");
                    }
                }
                for operation in ["PreviewCarrier", "GetCarrierData", "GetCarrierIncidentReports"] {
                    let answer = caller.send(operation, &[("DOTNumber", "23868")]).await;
                    assert_eq!(answer.status(), good, "{seconds} {operation}");
                }
                assert_eq!(sandbox.requests().len(), 10);
            }
            let clock = format!("{}/__sandbox/clock", sandbox.base_url());
            let set = caller.client.post(clock).json(&json!({ "hold": true, "advanceSeconds": 34_560_000 }));
            assert_eq!(set.send().await.unwrap().status(), 200, "{seconds} {leap:?}");
            // The feeds of a time that was leapt over are not made up one by one.
            let token = crate::token(&caller.client, sandbox).await;
            let url =
                format!("{}/api/v1/Carrier/CompletedPackets?fromDate=0001-01-01&toDate=9999-12-31", sandbox.base_url());
            let answer = caller.client.post(url).bearer_auth(token).header("content-length", "0").send().await.unwrap();
            assert!(matches!(answer.status().as_u16(), 200 | 401), "{seconds} {leap:?}: {}", answer.status());
            sandbox.release_clock();
            let shown = (sandbox.now(), sandbox.deliveries().iter().map(|own| own.at()).max());
            assert!(shown.1.is_some(), "{shown:?}");
            let again = Snapshot::from_json(&sandbox.snapshot().to_json()).unwrap();
            Sandbox::builder().snapshot(again).start().await.unwrap().hold_clock();
            assert!(begun.elapsed() < Duration::from_secs(20), "{seconds} {leap:?}: {:?}", begun.elapsed());
        }
    }
}

#[tokio::test]
async fn a_state_file_of_another_time_is_read_and_its_clock_runs_on() {
    let sandbox = Sandbox::builder().carriers(5).fixed_time(crate::noon()).start().await.unwrap();
    let text = String::from_utf8(sandbox.snapshot().to_json()).unwrap();
    let held = "\"clock\":{\"Held\":17738352000000000}";
    assert!(text.contains(held), "{}", &text[..200]);
    for clock in [i64::MIN, -116_444_736_000_000_001, -1, 0, i64::MAX] {
        for pace in ["Held", "Runs"] {
            let changed = text.replace(held, &format!("\"clock\":{{\"{pace}\":{clock}}}"));
            let snapshot = Snapshot::from_json(changed.as_bytes()).unwrap();
            let caller = Caller::start(Sandbox::builder().snapshot(snapshot)).await;
            let _ = caller.sandbox.now();
            caller.sandbox.hold_clock();
            caller.sandbox.advance(DAY);
            caller.sandbox.release_clock();
            assert!(caller.sandbox.snapshot().to_json().len() > 200, "{pace} {clock}");
            assert_eq!(caller.sandbox.requests().len(), 1);
        }
    }
}
