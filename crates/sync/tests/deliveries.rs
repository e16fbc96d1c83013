//! Simulated days with webhooks and documents: deliveries that are lost, repeated, late and out of order, packets with and
//! without their webhook, names of documents that expire. What the vendor knows arrives once, however it came.

use mycarrierpackets::feed::{CompletedPackets, Source};
use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets::webhook::Verifier;
use mycarrierpackets::{Client, Environment, Window};
use mycarrierpackets_sandbox::{DeliveryState, Fault, Sandbox, Webhook, WebhookEvent};
use mycarrierpackets_sync::inbox::Inbox;
use mycarrierpackets_sync::store::{Store, documents, events, feeds, inbox};
use mycarrierpackets_sync::{Documents, Engine, Event, Tick};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

const CUSTOMER: &str = "acme";
const SECRETS: [&str; 2] = ["new-secret", "old-secret"];
const HOUR: Duration = Duration::from_secs(3600);

fn now(sandbox: &Sandbox) -> Timestamp {
    sandbox.now().try_into().expect("a time")
}

fn client(sandbox: &Arc<Sandbox>) -> mycarrierpackets::Result<Client> {
    let clock = Arc::clone(sandbox);
    Client::builder()
        .environment(Environment::custom(sandbox.base_url().parse().expect("an address")))
        .credentials(sandbox.username(), sandbox.password())
        .retry(|retry| retry.base_delay = Duration::from_millis(1))
        .clock(move || now(&clock))
        .build()
}

/// Each delivery twice, and not in their order.
fn to(address: &str, secret: &str) -> Webhook {
    Webhook::to(address).secret(secret).duplicate(true).reorder(true)
}

struct World {
    sandbox: Arc<Sandbox>,
    engine: Engine,
    random: fastrand::Rng,
    /// Where the inbox is, and the webhook that leads there.
    address: String,
    webhook: u64,
    folder: tempfile::TempDir,
}

impl World {
    async fn new(seed: u64) -> Self {
        let sandbox = Sandbox::builder().carriers(30).activity(1000).seed(seed).start().await.expect("a sandbox");
        let sandbox = Arc::new(sandbox);
        sandbox.hold_clock();
        let (clock, folder) = (Arc::clone(&sandbox), tempfile::tempdir().expect("a folder"));
        let store = Store::open_with_clock("sqlite::memory:", Arc::new(move || now(&clock).as_microsecond())).await;
        let (store, vendor) = (store.expect("a store"), Arc::clone(&sandbox));
        let kept = Documents::in_folder(folder.path()).expect("a folder");
        let engine = Engine::new(store.clone(), move |_| client(&vendor)).keep_documents(kept);
        engine.add_customer(CUSTOMER, "Acme Brokers").await.expect("a customer");

        let verifier = Verifier::from_secrets(SECRETS).expect("secrets");
        let routes = Inbox::new(store, CUSTOMER, verifier).router("/webhooks");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/webhooks", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let webhook = sandbox.add_webhook(to(&address, SECRETS[1])).expect("a webhook");
        Self { sandbox, engine, random: fastrand::Rng::with_seed(seed), address, webhook, folder }
    }

    fn change(&self, change: impl FnOnce(Webhook) -> Webhook) {
        assert!(self.sandbox.update_webhook(self.webhook, change).expect("a webhook"));
    }

    /// Some hours, in which `disturb` does what it likes before each step.
    async fn run(&mut self, hours: u32, mut disturb: impl FnMut(&mut Self)) {
        let end = now(&self.sandbox) + HOUR * hours;
        while now(&self.sandbox) < end {
            disturb(self);
            self.sandbox.advance(Duration::from_secs(self.random.u64(30..900)));
            self.sandbox.deliveries_done().await;
            if self.random.u8(0..4) > 0 {
                assert!(matches!(self.engine.tick(CUSTOMER).await.expect("a tick"), Tick::Done(_)));
            }
        }
    }

    async fn events(&self) -> Vec<Event> {
        let all = self.engine.store().read(async |tx| events::records(&tx, CUSTOMER, 0, u32::MAX).await);
        all.await.expect("the events").iter().map(|recorded| Event::of(CUSTOMER, recorded)).collect()
    }

    /// Until when the feed of packets was read.
    async fn read_until(&self) -> Timestamp {
        let feeds = self.engine.store().read(async |tx| feeds::list(&tx, CUSTOMER).await).await.expect("the feeds");
        let feed = feeds.into_iter().find(|known| known.feed == "packets").expect("the feed");
        let position: mycarrierpackets::feed::Position =
            serde_json::from_str(&feed.position.expect("a position")).expect("a position");
        position.read_until()
    }

    /// The packets that the vendor knows of, by who and when.
    async fn packets(&self, start: Timestamp, end: Timestamp) -> BTreeSet<String> {
        let client = client(&self.sandbox).expect("a client");
        let window = Window::new(start, end).expect("a window");
        let rows = CompletedPackets.rows(client.raw(), window).read_all(100_000).await.expect("the rows");
        let named = |row: &mycarrierpackets::Row<_>| {
            let carrier = CompletedPackets.carrier(&row.record).expect("a carrier");
            let at = CompletedPackets.happened_at(&row.record).expect("a time");
            name(&mycarrierpackets_sync::carrier_key(&carrier), Timestamp::from_microsecond(at.as_microsecond()).ok())
        };
        rows.items.iter().map(named).collect()
    }
}

fn name(carrier: &str, at: Option<Timestamp>) -> String {
    format!("{carrier} {}", at.expect("a time"))
}

async fn days(seed: u64) {
    let mut world = World::new(seed).await;
    let start = now(&world.sandbox);
    let dots = world.sandbox.dot_numbers();
    world.sandbox.fault(Fault::page(200).on("GetDocument").share(100));
    world.sandbox.fault(Fault::status(500).on("GetCarrierData").share(100));
    world
        .run(10, |world| {
            let dot = dots[world.random.usize(..dots.len())];
            match world.random.u8(0..12) {
                0 => world.change(|webhook| webhook.paused(true)),
                1..=3 => world.change(|webhook| webhook.paused(false)),
                4 => _ = world.sandbox.send_event(world.webhook, WebhookEvent::IncidentReportCreated, dot),
                5 => _ = world.sandbox.send_event(world.webhook, WebhookEvent::VinVerificationCompleted, dot),
                6 => _ = world.sandbox.resend(world.random.u64(1..50)),
                7 => _ = world.sandbox.complete_packet(dot),
                8 => world.change(|webhook| webhook.secret(SECRETS[0])),
                9 if world.random.bool() => world.sandbox.rotate_blobs(),
                _ => {}
            }
        })
        .await;
    // Nobody listens for two hours: what is sent then is lost for good.
    world.change(|_| to("http://127.0.0.1:9/webhooks", SECRETS[0]));
    for dot in &dots[..5] {
        world.sandbox.complete_packet(*dot);
    }
    world.run(2, |_| {}).await;
    let address = world.address.clone();
    world.change(|_| to(&address, SECRETS[0]));
    world.sandbox.clear_faults();
    // A document that failed a few times is tried again within hours.
    world.run(8, |_| {}).await;

    let found = world.events().await;
    let waiting = world.engine.store().read(async |tx| inbox::count(&tx, CUSTOMER).await).await.expect("a number");
    assert_eq!(waiting, 0);
    // Each delivery that was answered is one event, however often it came.
    let delivered: BTreeSet<String> = world
        .sandbox
        .deliveries()
        .into_iter()
        .filter(|delivery| delivery.attempts.iter().any(|attempt| attempt.status == Some(204)))
        .map(|delivery| delivery.body)
        .collect();
    let received: Vec<&Event> = found.iter().filter(|event| event.kind.ends_with("webhook.received")).collect();
    assert!(delivered.len() > 20, "{}", delivered.len());
    assert_eq!(received.len(), delivered.len(), "seed {seed}");
    let lost = world.sandbox.deliveries().iter().filter(|delivery| delivery.state == DeliveryState::Failed).count();
    assert!(lost > 0, "no delivery was lost");

    // Each packet is one event of the feed, with or without its webhook.
    world.sandbox.advance(Duration::from_secs(300));
    let truth = world.packets(start, world.read_until().await).await;
    let mut kept: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
    for event in found.iter().filter(|event| event.kind.ends_with("packet.completed")) {
        kept.entry(name(event.subject.as_deref().expect("a carrier"), Some(event.time))).or_default().push(event);
    }
    let missing: Vec<_> = truth.iter().filter(|packet| !kept.contains_key(*packet)).collect();
    assert!(truth.len() > 10 && missing.is_empty(), "seed {seed}: {} of {}: {missing:?}", missing.len(), truth.len());
    assert!(kept.values().all(|events| events.len() == 1), "seed {seed}: {kept:?}");

    // Where both came, one names the other.
    let links = |event: &Event| event.data["sameAs"].is_string() || event.data["maybeSameAs"].is_array();
    let packets = received.iter().filter(|event| event.data["eventType"] == "carrier.packet.completed");
    let (mut both, mut alone) = (0, kept.len());
    for webhook in packets {
        let Some(events) = kept.get(&name(webhook.subject.as_deref().expect("a carrier"), Some(webhook.time))) else {
            continue;
        };
        assert!(links(webhook) || links(events[0]), "seed {seed}: {webhook:?}\n{events:?}");
        (both, alone) = (both + 1, alone - 1);
    }
    assert!(both > 0 && alone > 0, "{both} with their webhook, {alone} without");

    // Each document that is named is stored, or its name expired before.
    let listed =
        world.engine.store().read(async |tx| documents::list(&tx, CUSTOMER, None).await).await.expect("a list");
    let unfinished: Vec<_> = listed.iter().filter(|document| !["done", "gone"].contains(&&*document.state)).collect();
    assert!(unfinished.is_empty(), "seed {seed}: {} of {}: {:?}", unfinished.len(), listed.len(), unfinished[0]);
    let stored = Documents::in_folder(world.folder.path()).expect("the folder");
    let mut count = 0;
    for document in listed.iter().filter_map(|document| document.stored.as_ref()) {
        assert!(stored.get(&document.hash).await.expect("the document").starts_with(b"%PDF-"));
        count += 1;
    }
    assert!(count > 20, "{count} documents");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_vendor_knows_arrives_once_however_it_comes() {
    days(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn and_with_other_dice() {
    days(2).await;
}
