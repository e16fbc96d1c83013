//! Receives webhooks: verifies each, keeps it once, and answers 2xx only after it was kept.
//!
//! The sandbox in this process delivers, each event twice, and somebody without the secret tries as well. A real receiver
//! keeps what came in a database, and a worker of its own reads it from there; `memory` below stands for it.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::routing::post;
use mycarrierpackets::types::VerificationStatus;
use mycarrierpackets::webhook::{EventDetail, Verified, VerifiedEvent, Verifier};
use mycarrierpackets_sandbox::{Sandbox, Webhook, WebhookEvent};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex};

#[derive(Clone)]
struct Receiver {
    verifier: Verifier,
    memory: Arc<Mutex<BTreeMap<String, VerifiedEvent>>>,
}

impl FromRef<Receiver> for Verifier {
    fn from_ref(receiver: &Receiver) -> Self {
        receiver.verifier.clone()
    }
}

/// No body comes here that was not verified. An answer other than 2xx makes the vendor send it again.
async fn receive(State(receiver): State<Receiver>, Verified(event): Verified) -> StatusCode {
    let Ok(mut memory) = receiver.memory.lock() else { return StatusCode::INTERNAL_SERVER_ERROR };
    memory.entry(event.key().to_owned()).or_insert(event);
    StatusCode::NO_CONTENT
}

fn handle(verified: &VerifiedEvent) {
    // What is signed and cannot be understood is for a person.
    let Ok(event) = verified.event() else { return println!("look at {}", verified.key()) };
    let carrier = event.carrier_id().map_or_else(|| "a carrier without a number".to_owned(), |id| id.to_string());
    match &event.detail {
        EventDetail::PacketCompleted(_) => println!("{carrier}: packet completed, read it now"),
        EventDetail::IncidentReportCreated(report) => println!("{carrier}: {:?}", report.incident_types),
        EventDetail::UserVerificationCompleted(user) => {
            let verified = user.verification_status == Some(VerificationStatus::Verified);
            println!("{carrier}: a user is {}", if verified { "verified" } else { "not verified" });
        }
        _ => println!("{carrier}: {}", event.event_type),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // While the secret is changed in the portal, give both.
    let verifier = Verifier::from_secrets(["new-example-secret", "old-example-secret"])?;
    let receiver = Receiver { verifier, memory: Arc::default() };
    let app = Router::new().route("/mcp", post(receive)).with_state(receiver.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/mcp", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });

    let sandbox = Sandbox::start().await?;
    for webhook in [
        Webhook::to(&address).secret("new-example-secret").duplicate(true),
        Webhook::to(&address).secret("not the secret"),
    ] {
        let id = sandbox.add_webhook(webhook)?;
        for event in [
            WebhookEvent::PacketCompleted,
            WebhookEvent::IncidentReportCreated,
            WebhookEvent::VinVerificationCompleted,
            WebhookEvent::UserVerificationCompleted,
        ] {
            sandbox.send_event(id, event, 23868);
        }
    }
    sandbox.deliveries_done().await;
    let kept: Vec<_> = receiver.memory.lock().map_err(|_| "a handler failed")?.values().cloned().collect();
    kept.iter().for_each(handle);
    let attempts = sandbox.deliveries().iter().map(|delivery| delivery.attempts.len()).sum::<usize>();
    println!("{attempts} attempts, {} events kept", kept.len());
    assert_eq!(kept.len(), 4, "each event once, and none of another secret");
    Ok(())
}
