//! Webhooks: who is notified of what, with which signature, how often and in which order.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit as _, Mac as _};
use mycarrierpackets_sandbox::{Builder, DeliveryState, Sandbox, Webhook, WebhookEvent};
use serde_json::Value;
use sha2::Sha256;

use crate::Caller;
use crate::receiver::{Posted, Receiver};

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

fn still() -> Builder {
    Sandbox::builder().carriers(60).activity(2000).fixed_time(crate::noon()).token_lifetime(400 * DAY)
}

fn signed(posted: &Posted, secret: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(posted.body.as_bytes());
    let own: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    posted.headers["mcp-signature"] == own
}

fn body(posted: &Posted) -> Value {
    serde_json::from_str(&posted.body).unwrap()
}

#[tokio::test]
async fn each_event_is_sent_as_the_vendor_says() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    let id = caller.sandbox.add_webhook(Webhook::to(&receiver.url).secret("example")).unwrap();
    for (event, part, members) in [
        (WebhookEvent::PacketCompleted, "agreement", &["signatureDate", "signaturePersonEmail", "ipAddress"][..]),
        (
            WebhookEvent::IncidentReportCreated,
            "incidentReport",
            &["incidentDate", "reportedByCompany", "incidentTypes"],
        ),
        (WebhookEvent::IncidentReportUpdated, "incidentReport", &["modifiedDate", "originStateProvinceName"]),
        (WebhookEvent::IncidentReportRetracted, "incidentReport", &["createdBy", "comments"]),
        (
            WebhookEvent::VinVerificationCompleted,
            "vinVerificationDetail",
            &["vin", "vinVerificationStatus", "vinImageUrl"],
        ),
        (WebhookEvent::UserVerificationCompleted, "userVerificationDetail", &["role", "verificationStatus"]),
    ] {
        assert!(caller.sandbox.send_event(id, event, 23868).is_some());
        caller.sandbox.deliveries_done().await;
        let [posted] = &receiver.take()[..] else { panic!("one delivery") };
        assert!(signed(posted, "example"));
        assert_eq!((posted.path.as_str(), posted.headers["mcp-event"].as_str()), ("/mcp", event.name()));
        let body = body(posted);
        assert_eq!(body["eventType"], event.name());
        assert_eq!(body["eventDateTime"], "2026-03-18T12:00:00Z");
        let data = &body["eventData"];
        assert_eq!(data["carrier"]["dotNumber"], 23868);
        assert_eq!(data["carrier"]["legalName"], "Sample Trucking LLC");
        assert_eq!(data["customer"]["customerID"], 12);
        for member in members {
            assert!(data[part].get(member).is_some(), "{event:?} has no {member}: {data}");
        }
        assert!(!posted.body.contains("$id"));
    }
    assert_eq!(caller.sandbox.send_event(id, WebhookEvent::PacketCompleted, 1), None);
    assert_eq!(caller.sandbox.send_event(99, WebhookEvent::PacketCompleted, 23868), None);
}

#[tokio::test]
async fn what_a_customer_waits_for_is_sent_when_it_happens() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    caller.sandbox.add_webhook(Webhook::to(&receiver.url)).unwrap();
    let other = Receiver::start().await;
    caller.sandbox.add_webhook(Webhook::to(&other.url).customer("birke")).unwrap();
    for dot in caller.sandbox.dot_numbers().iter().take(12) {
        let dot = ("DOTNumber", &*dot.to_string());
        let phone = ("vinVerificationPhoneNumber", "(312) 555-0142");
        caller.json("RequestVINVerification", &[dot, phone, ("deliveryOption", "2")]).await;
        caller.json("RequestUserVerification", &[dot, ("userVerificationEmail", "ada@carrier.example")]).await;
        caller.json("EmailPacketInvitation", &[dot, ("carrierEmail", "ada@carrier.example")]).await;
    }
    caller.sandbox.deliveries_done().await;
    assert!(receiver.take().is_empty(), "nothing has happened yet");
    caller.sandbox.advance(3 * DAY);
    caller.sandbox.deliveries_done().await;
    let received = receiver.take();
    let of = |event: WebhookEvent| received.iter().filter(|posted| posted.headers["mcp-event"] == event.name()).count();
    assert!((6..=12).contains(&of(WebhookEvent::VinVerificationCompleted)));
    assert!((6..=12).contains(&of(WebhookEvent::UserVerificationCompleted)));
    let others = other.take();
    let packets = |all: &[Posted]| all.iter().filter(|posted| posted.headers["mcp-event"].contains("packet")).count();
    assert!((1..=12).contains(&(packets(&received) - packets(&others))), "of those invited, beside those of everybody");
    let times: Vec<String> =
        received.iter().map(|posted| body(posted)["eventDateTime"].as_str().unwrap().to_owned()).collect();
    let mine = |time: &&String| time.as_str() > "2026-03-18T12:00:00Z" && time.as_str() <= "2026-03-21T12:00:00Z";
    assert_eq!(times.iter().filter(mine).count(), received.len(), "each has its own time: {times:?}");
    assert!(others.iter().all(|posted| !posted.headers["mcp-event"].contains("verification")), "no other's are sent");
    // What the vendor reports is also what its operations show.
    let packet = received.iter().find(|posted| posted.headers["mcp-event"] == "carrier.packet.completed").unwrap();
    let data = &body(packet)["eventData"];
    let dot = data["carrier"]["dotNumber"].to_string();
    let record = caller.json("GetCarrierData", &[("DOTNumber", &dot)]).await;
    let image = &record["CarrierCustomerAgreements"][0]["CarrierCustomerAgreementImages"][0]["BlobName"];
    assert_eq!(data["agreement"]["agreementImageBlobName"], *image);
}

#[tokio::test]
async fn incidents_are_sent_to_those_who_monitor_and_packets_to_all() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    let sandbox = &caller.sandbox;
    let events = [WebhookEvent::IncidentReportCreated, WebhookEvent::IncidentReportRetracted];
    sandbox.add_webhook(Webhook::to(&receiver.url).events(events)).unwrap();
    let (dot, stranger) = (sandbox.dot_numbers()[3], *sandbox.dot_numbers().last().unwrap());
    for dot in [dot, stranger] {
        assert!(sandbox.report_incident(dot) && sandbox.update_incident(dot) && sandbox.retract_incident(dot));
        assert!(sandbox.complete_packet(dot));
    }
    sandbox.deliveries_done().await;
    let received: Vec<_> = receiver.take().iter().map(|posted| posted.headers["mcp-event"].clone()).collect();
    assert_eq!(received, ["carrier.incident_report.created", "carrier.incident_report.retracted"]);
}

#[tokio::test]
async fn deliveries_are_repeated_as_the_vendor_repeats_them() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    let sandbox = &caller.sandbox;
    let id = sandbox.add_webhook(Webhook::to(&receiver.url).events([WebhookEvent::VinVerificationCompleted])).unwrap();
    receiver.answer(&[500, 404, 301, 503, 500]);
    let delivery = sandbox.send_event(id, WebhookEvent::VinVerificationCompleted, 23868).unwrap();
    let mut seen = Vec::new();
    for pause in [0, 4, 1, 9, 1, 14, 1, 60] {
        sandbox.advance(pause * MINUTE);
        sandbox.deliveries_done().await;
        seen.push(receiver.take().len());
    }
    assert_eq!(seen, [2, 0, 1, 0, 1, 0, 1, 0], "at once, at once, after 5, 10 and 15 minutes");
    let of = |id: u64| sandbox.deliveries().into_iter().find(|own| own.id == id).unwrap();
    assert_eq!(of(delivery).state, DeliveryState::Failed);
    let minutes = |at: SystemTime| at.duration_since(crate::noon()).unwrap().as_secs() / 60;
    let attempts: Vec<_> = of(delivery).attempts.iter().map(|a| (minutes(a.at()), a.status.unwrap())).collect();
    assert_eq!(attempts, [(0, 500), (0, 404), (5, 301), (15, 503), (30, 500)]);

    assert!(sandbox.resend(delivery) && !sandbox.resend(999));
    sandbox.deliveries_done().await;
    assert_eq!((receiver.take().len(), of(delivery).state), (1, DeliveryState::Delivered));
    // In one leap all attempts are made, at their times.
    receiver.answer(&[500; 5]);
    let delivery = sandbox.send_event(id, WebhookEvent::VinVerificationCompleted, 23868).unwrap();
    sandbox.advance(DAY);
    sandbox.deliveries_done().await;
    let start = of(delivery).attempts[0].at();
    let after: Vec<_> =
        of(delivery).attempts.iter().map(|a| a.at().duration_since(start).unwrap().as_secs() / 60).collect();
    assert_eq!(after, [0, 0, 5, 15, 30]);
    // Nobody listens.
    drop(receiver);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    sandbox.update_webhook(id, |_| Webhook::to(format!("http://{closed}/"))).unwrap();
    let delivery = sandbox.send_event(id, WebhookEvent::VinVerificationCompleted, 23868).unwrap();
    sandbox.deliveries_done().await;
    assert_eq!(of(delivery).attempts[0].error.as_deref(), Some("nobody listens at the address"));
}

#[tokio::test]
async fn deliveries_are_doubled_reordered_and_signed_wrongly_on_demand() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    let sandbox = &caller.sandbox;
    let id = sandbox.add_webhook(Webhook::to(&receiver.url).secret("old")).unwrap();
    let send = async |count: usize| {
        for dot in sandbox.dot_numbers().iter().take(count) {
            sandbox.send_event(id, WebhookEvent::PacketCompleted, *dot).unwrap();
        }
        sandbox.deliveries_done().await;
        receiver.take()
    };
    sandbox.update_webhook(id, |webhook| webhook.duplicate(true)).unwrap();
    let twice = send(1).await;
    assert!(twice.len() == 2 && twice[0].body == twice[1].body);
    sandbox.update_webhook(id, |webhook| webhook.duplicate(false).wrong_signature(true)).unwrap();
    let wrong = send(1).await;
    assert!(wrong[0].headers["mcp-signature"].len() == 64 && !signed(&wrong[0], "old"));
    sandbox.update_webhook(id, |webhook| webhook.wrong_signature(false).secret("new")).unwrap();
    let rotated = send(1).await;
    assert!(signed(&rotated[0], "new") && !signed(&rotated[0], "old"));
    sandbox.update_webhook(id, |webhook| webhook.paused(true).reorder(true)).unwrap();
    assert!(send(3).await.is_empty(), "paused");
    sandbox.update_webhook(id, |webhook| webhook.paused(false)).unwrap();
    sandbox.deliveries_done().await;
    let dots: Vec<u64> =
        receiver.take().iter().map(|p| body(p)["eventData"]["carrier"]["dotNumber"].as_u64().unwrap()).collect();
    let newest_first: Vec<u64> = sandbox.dot_numbers().iter().take(3).rev().map(|dot| u64::from(*dot)).collect();
    assert_eq!(dots, newest_first);
    assert!(sandbox.remove_webhook(id) && !sandbox.remove_webhook(id));
    assert_eq!(sandbox.update_webhook(id, |webhook| webhook), Ok(false));
}

#[tokio::test]
async fn the_older_model_posts_numbers_in_the_path() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    caller.sandbox.add_webhook(Webhook::to(&receiver.url).push()).unwrap();
    caller.sandbox.report_incident(23868);
    assert!(caller.sandbox.complete_packet(23868));
    caller.sandbox.deliveries_done().await;
    let [posted] = &receiver.take()[..] else { panic!("the packet alone") };
    assert_eq!((posted.path.as_str(), posted.body.as_str()), ("/mcp/23868/MC113843", ""));
    assert!(!posted.headers.contains_key("mcp-signature"));
}

#[tokio::test]
async fn webhooks_stay_on_this_machine_unless_allowed() {
    let local = Caller::small().await.sandbox;
    for url in ["http://192.0.2.1/", "https://tms.example/", "http://127.0.0.1.tms.example/", "http://[2001:db8::1]/"] {
        let refused = local.add_webhook(Webhook::to(url)).unwrap_err();
        assert!(refused.contains("--allow-remote-webhooks"), "{url}: {refused}");
    }
    for url in ["ftp://127.0.0.1/", "mcp", "", "http://me:secret@127.0.0.1/"] {
        assert!(local.add_webhook(Webhook::to(url)).is_err(), "{url}");
    }
    for name in ["", " ", &"x".repeat(101)] {
        let refused = local.add_webhook(Webhook::to("http://127.0.0.1/").customer(name)).unwrap_err();
        assert!(refused.contains("a user name"), "{name}: {refused}");
    }
    for url in ["http://127.0.0.1:9/a", "http://localhost/", "http://[::1]:80/", "https://127.8.8.8/"] {
        assert!(local.add_webhook(Webhook::to(url)).is_ok(), "{url}");
    }
    let open = Sandbox::builder().carriers(1).allow_remote_webhooks(true).start().await.unwrap();
    assert!(open.add_webhook(Webhook::to("https://tms.example/")).is_ok());
    let shown = format!("{:?}", Webhook::to("http://127.0.0.1/").secret("hidden"));
    assert!(!shown.contains("hidden"), "{shown}");
}

#[tokio::test]
async fn a_running_clock_brings_them_by_itself() {
    let builder = Sandbox::builder().carriers(60).activity(2000).token_lifetime(400 * DAY);
    let (caller, receiver) = (Caller::start(builder).await, Receiver::start().await);
    let id = caller.sandbox.add_webhook(Webhook::to(&receiver.url)).unwrap();
    caller.sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868).unwrap();
    for _ in 0..500 {
        if !receiver.take().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing came within 10 s");
}
