//! State that is kept and put back, and a sandbox that is as it was at the start.

use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Fault, Sandbox, Snapshot, Webhook};
use serde_json::Value;

use crate::Caller;

const DAY: Duration = Duration::from_secs(86_400);

fn still() -> Builder {
    let builder = Sandbox::builder().carriers(60).activity(2000).fixed_time(crate::noon()).token_lifetime(400 * DAY);
    builder.changes_interval(Duration::ZERO)
}

/// Something of every sort of state.
async fn act(caller: &Caller) {
    let sample = [("DOTNumber", "23868")];
    caller.json("BlockCarrier", &sample).await;
    caller.json("CancelMonitoring", &sample).await;
    for dot in caller.sandbox.dot_numbers().iter().take(8) {
        let dot = ("DOTNumber", &*dot.to_string());
        caller.json("EmailPacketInvitation", &[dot, ("carrierEmail", "ada@carrier.example")]).await;
        caller.json("RequestUserVerification", &[dot, ("userVerificationEmail", "ada@carrier.example")]).await;
        let phone = ("vinVerificationPhoneNumber", "(312) 555-0142");
        caller.json("RequestVINVerification", &[dot, phone, ("deliveryOption", "2")]).await;
    }
    caller.sandbox.change_carrier(23868);
    caller.sandbox.report_incident(23868);
    caller.sandbox.rotate_blobs();
    caller.sandbox.add_webhook(Webhook::to("http://127.0.0.1:9/").secret("kept").paused(true)).unwrap();
    caller.sandbox.advance(DAY);
}

fn written(sandbox: &Sandbox) -> String {
    String::from_utf8(sandbox.snapshot().to_json()).unwrap()
}

/// All that can be seen.
async fn seen(caller: &Caller) -> Vec<Value> {
    let mut all = vec![
        caller.json("MonitoredCarriers", &[]).await,
        caller.json("BlockedCarriers", &[]).await,
        caller.json("MonitoredCarrierData", &[]).await,
        caller.json("CompletedPackets", &[("fromDate", "2026-03-01"), ("toDate", "2026-05-01")]).await,
        caller.json("CarriersChanges", &[("fromDate", "2026-03-18T11:00:00"), ("toDate", "2026-05-01")]).await,
    ];
    for operation in ["GetCarrierData", "GetCarrierVINVerifications", "GetCarrierIncidentReports", "GetCarrierContacts"]
    {
        all.push(caller.json(operation, &[("DOTNumber", "23868")]).await);
    }
    all
}

#[tokio::test]
async fn a_snapshot_brings_everything_back() {
    let caller = Caller::start(still()).await;
    let start = seen(&caller).await;
    act(&caller).await;
    let kept = caller.sandbox.snapshot();
    let (text, then) = (kept.to_json(), seen(&caller).await);
    assert_ne!(then, start);
    caller.sandbox.advance(5 * DAY);
    let later = seen(&caller).await;
    assert_ne!(later, then);
    caller.sandbox.restore(kept).unwrap();
    assert_eq!(seen(&caller).await, then);
    caller.sandbox.advance(5 * DAY);
    assert_eq!(seen(&caller).await, later, "and the same follows from it");

    // In another sandbox, too.
    let other = Caller::start(Sandbox::builder().snapshot(Snapshot::from_json(&text).unwrap())).await;
    assert_eq!(seen(&other).await, then);
    assert_eq!(written(&other.sandbox), String::from_utf8(text.clone()).unwrap());
    let strange = Sandbox::builder().carriers(61).fixed_time(crate::noon()).start().await.unwrap();
    let refused = strange.restore(Snapshot::from_json(&text).unwrap()).unwrap_err();
    assert_eq!(refused, "the snapshot is of a sandbox with --seed 7 --carriers 60 --activity 2000");
    for bad in [&b"{}"[..], b"", b"[1]", &text[..text.len() - 1]] {
        assert!(Snapshot::from_json(bad).is_err());
    }
    // An instant past the calendar is its end.
    let far = String::from_utf8(text.clone()).unwrap().replacen("\"clock\":{\"Held\":1", "\"clock\":{\"Held\":921", 1);
    let far = Sandbox::builder().snapshot(Snapshot::from_json(far.as_bytes()).unwrap()).start().await.unwrap();
    assert!(far.snapshot().to_json().len() > 1000);
    let newer = String::from_utf8(text).unwrap().replacen("\"format\":2", "\"format\":3", 1);
    let older = "{\"format\":1,\"seed\":7}".to_owned();
    for (other, format) in [(newer, "format 3"), (older, "format 1")] {
        let refused = Snapshot::from_json(other.as_bytes()).unwrap_err();
        assert!(refused.contains(format) && refused.ends_with("reads format 2"), "{refused}");
    }
    assert!(!format!("{:?}", caller.sandbox.snapshot()).contains("kept"));
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    let caller = Caller::start(still().faults([Fault::status(503).on("GetDocument")])).await;
    let start = (seen(&caller).await, written(&caller.sandbox));
    caller.sandbox.clear_faults();
    act(&caller).await;
    caller.sandbox.fault(Fault::nulls());
    caller.sandbox.reset();
    assert_eq!(caller.sandbox.requests().len(), 0);
    assert_eq!(seen(&caller).await, start.0, "tokens stay good");
    assert_eq!(written(&caller.sandbox), start.1);
    assert_eq!(caller.send("GetDocument", &[("name", "x")]).await.status(), 503, "the first faults are back");
}

#[tokio::test]
async fn the_same_requests_make_the_same_bytes() {
    let (one, two) = (Caller::start(still()).await, Caller::start(still()).await);
    assert_eq!(one.token, two.token);
    for caller in [&one, &two] {
        act(caller).await;
    }
    assert_eq!(seen(&one).await, seen(&two).await);
    assert_eq!(written(&one.sandbox), written(&two.sandbox));
}
