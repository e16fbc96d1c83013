//! The sandbox's own deliveries, received with the extractors.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::routing::post;
use mycarrierpackets::types::WebhookEventType;
use mycarrierpackets::webhook::{Event, EventDetail, PushVerifier, Pushed, Verified, VerifiedEvent, Verifier};
use mycarrierpackets_sandbox::{DeliveryState, Sandbox, Webhook, WebhookEvent};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const EVENTS: [WebhookEvent; 6] = [
    WebhookEvent::PacketCompleted,
    WebhookEvent::IncidentReportCreated,
    WebhookEvent::IncidentReportUpdated,
    WebhookEvent::IncidentReportRetracted,
    WebhookEvent::VinVerificationCompleted,
    WebhookEvent::UserVerificationCompleted,
];

#[derive(Clone)]
struct Receiver {
    verifier: Verifier,
    push: PushVerifier,
    /// What was kept, by its key.
    kept: Arc<Mutex<BTreeMap<String, VerifiedEvent>>>,
    /// How many deliveries were verified, duplicates included.
    received: Arc<Mutex<usize>>,
    pushed: Arc<Mutex<Vec<String>>>,
}

impl FromRef<Receiver> for Verifier {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.verifier.clone()
    }
}

impl FromRef<Receiver> for PushVerifier {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.push.clone()
    }
}

async fn receive(State(receiver): State<Receiver>, Verified(event): Verified) -> StatusCode {
    *receiver.received.lock().unwrap() += 1;
    receiver.kept.lock().unwrap().insert(event.key().to_owned(), event);
    StatusCode::NO_CONTENT
}

async fn pushed(State(receiver): State<Receiver>, Pushed(packet): Pushed) {
    receiver.pushed.lock().unwrap().push(packet.carrier_id().to_string());
}

/// A receiver that runs as long as the test, its address, and a sandbox.
async fn start(secrets: &[&str]) -> (Receiver, String, Sandbox) {
    let receiver = Receiver {
        verifier: Verifier::from_secrets(secrets).unwrap(),
        push: PushVerifier::new("path-secret").unwrap(),
        kept: Arc::default(),
        received: Arc::default(),
        pushed: Arc::default(),
    };
    let routes = Router::new()
        .route("/mcp", post(receive))
        .route("/push/{secret}/{dot_number}/{docket_number}", post(pushed))
        .with_state(receiver.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (receiver, address, Sandbox::builder().carriers(60).start().await.unwrap())
}

impl Receiver {
    fn events(&self) -> Vec<Event> {
        self.kept.lock().unwrap().values().map(|event| event.event().unwrap()).collect()
    }
}

#[tokio::test]
async fn all_six_types_are_received_and_understood() {
    let (receiver, address, sandbox) = start(&["whsec"]).await;
    let id = sandbox.add_webhook(Webhook::to(format!("{address}/mcp")).secret("whsec")).unwrap();
    let dots = sandbox.dot_numbers();
    for dot in &dots[..10] {
        for event in EVENTS {
            sandbox.send_event(id, event, *dot).unwrap();
        }
    }
    sandbox.deliveries_done().await;
    assert!(sandbox.deliveries().iter().all(|delivery| delivery.state == DeliveryState::Delivered));
    let mut seen = BTreeSet::new();
    for event in receiver.events() {
        let (name, dot) = (event.event_type.as_str().to_owned(), event.carrier.as_ref().unwrap().dot_number.unwrap());
        assert!(dots[..10].contains(&dot.get()), "{name}");
        assert!(!matches!(event.detail, EventDetail::Unknown(_)), "{name}");
        // The sandbox sends nothing that the document does not have.
        assert!(event.unreadable.is_empty() && event.extra.is_empty() && event.data_extra.is_empty(), "{event:?}");
        assert!(event.contradicting_header.is_none(), "{event:?}");
        assert!(event.occurred_at.unwrap().instant().is_some());
        seen.insert(name);
    }
    let known: BTreeSet<_> = WebhookEventType::KNOWN.iter().map(|known| known.as_str().to_owned()).collect();
    assert_eq!(seen, known);
}

#[tokio::test]
async fn duplicates_have_one_key_and_wrong_signatures_are_not_received() {
    let (receiver, address, sandbox) = start(&["whsec"]).await;
    let webhook = Webhook::to(format!("{address}/mcp")).secret("whsec").duplicate(true);
    let id = sandbox.add_webhook(webhook).unwrap();
    let dots = sandbox.dot_numbers();
    for dot in &dots[..5] {
        sandbox.send_event(id, WebhookEvent::PacketCompleted, *dot).unwrap();
    }
    sandbox.deliveries_done().await;
    assert_eq!((receiver.kept.lock().unwrap().len(), *receiver.received.lock().unwrap()), (5, 10));
    let first = sandbox.deliveries()[0].id;
    assert!(sandbox.resend(first));
    sandbox.deliveries_done().await;
    assert_eq!(receiver.kept.lock().unwrap().len(), 5, "what is resent by hand is the same");
    let received = *receiver.received.lock().unwrap();
    assert!(received > 10);

    sandbox.update_webhook(id, |webhook| webhook.wrong_signature(true).duplicate(false)).unwrap();
    sandbox.send_event(id, WebhookEvent::PacketCompleted, dots[6]).unwrap();
    sandbox.deliveries_done().await;
    assert_eq!(*receiver.received.lock().unwrap(), received);
    let refused = sandbox.deliveries().into_iter().max_by_key(|delivery| delivery.id).unwrap();
    assert_eq!(refused.attempts.first().unwrap().status, Some(401));
}

#[tokio::test]
async fn a_secret_is_changed_while_events_come_and_none_is_refused() {
    let (receiver, address, sandbox) = start(&["new", "old"]).await;
    let id = sandbox.add_webhook(Webhook::to(format!("{address}/mcp")).secret("old")).unwrap();
    let dots = sandbox.dot_numbers();
    for (n, dot) in dots[..40].iter().enumerate() {
        if n == 20 {
            sandbox.update_webhook(id, |webhook| webhook.secret("new")).unwrap();
        }
        sandbox.send_event(id, WebhookEvent::PacketCompleted, *dot).unwrap();
    }
    sandbox.deliveries_done().await;
    assert_eq!(receiver.kept.lock().unwrap().len(), 40);
    let statuses: Vec<_> = sandbox.deliveries().iter().flat_map(|d| d.attempts.iter().map(|a| a.status)).collect();
    assert_eq!(statuses, vec![Some(204); 40]);
}

#[tokio::test]
async fn the_older_model_names_the_carrier() {
    let (receiver, address, sandbox) = start(&["whsec"]).await;
    for (path, received) in [("push/path-secret", 1), ("push/other-secret", 1)] {
        let id = sandbox.add_webhook(Webhook::to(format!("{address}/{path}")).push()).unwrap();
        sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868).unwrap();
        sandbox.deliveries_done().await;
        assert_eq!(*receiver.pushed.lock().unwrap(), vec!["DOT 23868 MC113843"; received], "{path}");
    }
}
