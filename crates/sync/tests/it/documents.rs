//! Documents are stored by what they hold, once, and none is lost in silence.

use crate::leases::timed;
use crate::place::Place;
use crate::vendor::{Vendor, certificates, pdf};
use mycarrierpackets::models::DocumentKind;
use mycarrierpackets_sync::engine::Read;
use mycarrierpackets_sync::store::documents::{self, Document};
use mycarrierpackets_sync::store::{Store, customers, events, feeds, leases, wanted};
use mycarrierpackets_sync::{Documents, Engine, Tick};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

crate::on_both!(
    documents_that_a_carriers_data_names_are_stored_once,
    an_outage_uses_up_no_tries,
    what_is_not_a_document_is_not_stored_and_is_tried_again,
    another_document_under_the_same_name_is_an_event,
    a_document_under_a_new_name_is_an_event_unless_it_is_known,
    a_name_that_expired_is_looked_up_again,
    a_customers_first_documents_come_turn_by_turn,
    a_document_that_is_too_large_is_not_stored,
    a_folder_that_cannot_be_written_to_loses_nothing,
    a_worker_without_a_folder_leaves_documents_to_others,
);

const CARRIER: &str = "DOT:9000001";
const MINUTE: i64 = 60_000_000;

struct World {
    vendor: Vendor,
    store: Store,
    hands: Arc<AtomicI64>,
    engine: Engine,
    folder: tempfile::TempDir,
}

impl World {
    async fn new(place: &Place, change: impl FnOnce(Documents) -> Documents) -> Self {
        let (vendor, folder) = (Vendor::start().await, tempfile::tempdir().unwrap());
        let (store, hands) = timed(place).await;
        store.transaction(async |tx| customers::add(&tx, "acme", "Acme", "{}").await).await.unwrap();
        let documents = change(Documents::in_folder(folder.path()).unwrap());
        let engine = vendor.engine(&store).keep_documents(documents);
        Self { vendor, store, hands, engine, folder }
    }

    /// Some time later, the carrier is named again, and all that is due is done.
    async fn want(&self) -> Vec<Read> {
        self.pass(MINUTE);
        let claim = async |tx| leases::claim_customer(&tx, "acme", "test", Duration::from_secs(45)).await;
        let leases::Claimed::Yes(claim) = self.store.transaction(claim).await.unwrap() else { panic!("held") };
        let want = async |tx| {
            let held = leases::check(&tx, &claim).await?;
            wanted::want(&held, CARRIER).await?;
            leases::release(&tx, claim.clone()).await
        };
        assert!(self.store.transaction(want).await.unwrap());
        self.tick().await
    }

    async fn tick(&self) -> Vec<Read> {
        match self.engine.tick("acme").await.unwrap() {
            Tick::Done(reads) => reads,
            other => panic!("{other:?}"),
        }
    }

    fn pass(&self, span: i64) {
        self.hands.fetch_add(span, Ordering::Relaxed);
    }

    async fn listed(&self) -> Vec<Document> {
        self.store.read(async |tx| documents::list(&tx, "acme", Some(CARRIER)).await).await.unwrap()
    }

    async fn states(&self) -> Vec<(String, String)> {
        self.listed().await.into_iter().map(|document| (document.named.name, document.state)).collect()
    }

    /// The data of each event of a document.
    async fn events(&self) -> Vec<Value> {
        let all = self.store.read(async |tx| events::list(&tx, "acme", 0, 100).await).await.unwrap();
        let all = all.into_iter().filter(|(_, event)| event.kind == "mycarrierpackets.document.changed");
        all.map(|(_, event)| serde_json::from_str(&event.data).unwrap()).collect()
    }

    async fn failing(&self) -> Option<String> {
        let all = self.store.read(async |tx| feeds::list(&tx, "acme").await).await.unwrap();
        all.into_iter().find(|feed| feed.feed == "documents").and_then(|feed| feed.error)
    }
}

fn state(name: &str, state: &str) -> (String, String) {
    (name.to_owned(), state.to_owned())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(std::fs::read(entry.path()).unwrap());
        }
    }
    found.sort();
    found
}

async fn documents_that_a_carriers_data_names_are_stored_once(place: &Place) {
    let world = World::new(place, |documents| documents).await;
    let mut data = certificates(&["c/1"]);
    data["CarrierW9Forms"] = json!([{"IsActive": true, "CarrierW9FormImages": [{"BlobName": "w9/1"}]}]);
    data["CarrierCustomerAgreements"] = json!([{"CarrierCustomerAgreementImages": [{"BlobName": "a/1"}]}]);
    world.vendor.set_data(data);
    for (name, text) in [("c/1", "one"), ("w9/1", "two"), ("a/1", "one")] {
        world.vendor.set_document(name, 200, pdf(text));
    }
    world.want().await;
    let listed = world.listed().await;
    let found: Vec<_> = listed.iter().map(|found| (found.named.kind.as_str(), found.state.as_str())).collect();
    assert_eq!(found, [("agreement", "done"), ("coi", "done"), ("w9", "done")]);
    // Two with the same bytes are one file.
    assert_eq!(files(world.folder.path()), [pdf("one"), pdf("two")]);
    for (document, text) in listed.iter().zip(["one", "one", "two"]) {
        let stored = document.stored.as_ref().unwrap();
        assert_eq!((stored.size, stored.content_type.as_deref()), (pdf(text).len() as i64, Some("application/pdf")));
        let kept = Documents::in_folder(world.folder.path()).unwrap();
        assert_eq!(kept.get(&stored.hash).await.unwrap(), pdf(text));
    }
    assert_eq!(world.events().await, [Value::Null; 0], "this is where it begins");
    assert_eq!(world.vendor.asked().len(), 4);
    world.want().await;
    assert_eq!(world.vendor.asked(), ["GetCarrierData?DOTNumber=9000001"], "what is known is not fetched again");
    // Somebody else wrote to the folder.
    let hash = listed[0].stored.as_ref().unwrap().hash.clone();
    std::fs::write(world.folder.path().join(format!("sha256/{}/{hash}", &hash[..2])), "another").unwrap();
    let altered = Documents::in_folder(world.folder.path()).unwrap().get(&hash).await.unwrap_err();
    assert!(altered.to_string().contains("is not what was stored"), "{altered}");
}

async fn what_is_not_a_document_is_not_stored_and_is_tried_again(place: &Place) {
    let world = World::new(place, |documents| documents).await;
    world.vendor.set_data(certificates(&["c/1"]));
    world.vendor.set_document("c/1", 200, b"<html>Sign in".to_vec());
    world.want().await;
    for attempts in 1..=10 {
        let document = world.listed().await.remove(0);
        assert_eq!((document.attempts, document.stored), (attempts, None));
        assert!(document.error.unwrap().contains("web page"), "{attempts}");
        assert_eq!(document.state, if attempts < 10 { "waiting" } else { "parked" });
        assert!(files(world.folder.path()).is_empty());
        world.vendor.asked();
        if attempts == 1 {
            world.pass(4 * MINUTE);
            world.tick().await;
            assert!(world.vendor.asked().is_empty(), "not before its time");
        }
        world.pass(24 * 60 * MINUTE);
        world.tick().await;
        assert_eq!(world.vendor.asked().is_empty(), attempts == 10, "{attempts}");
    }
    let parked = world.store.read(async |tx| documents::count(&tx, "acme", "parked").await).await.unwrap();
    assert_eq!(parked, 1);
    // The vendor names it again.
    world.vendor.set_document("c/1", 200, pdf("one"));
    world.want().await;
    assert_eq!(world.states().await, [state("c/1", "done")]);
    assert_eq!(files(world.folder.path()), [pdf("one")]);
}

async fn an_outage_uses_up_no_tries(place: &Place) {
    let world = World::new(place, |documents| documents).await;
    world.vendor.set_data(certificates(&["c/1", "c/2"]));
    for name in ["c/1", "c/2"] {
        world.vendor.set_document(name, 503, b"unavailable".to_vec());
    }
    world.want().await;
    for _ in 0..15 {
        world.pass(60 * MINUTE);
        world.tick().await;
        let tried: Vec<_> = world.listed().await.iter().map(|one| (one.attempts, one.state.clone())).collect();
        assert_eq!(tried, [(0, "waiting".to_owned()), (0, "waiting".to_owned())]);
    }
    assert!(world.failing().await.is_some());
    // Where another is answered, it is the document's own fault.
    world.vendor.set_document("c/1", 200, pdf("one"));
    world.pass(60 * MINUTE);
    world.tick().await;
    assert_eq!(world.listed().await.iter().map(|one| one.attempts).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(world.states().await[0], state("c/1", "done"));
    world.vendor.set_document("c/2", 200, pdf("two"));
    world.pass(24 * 60 * MINUTE);
    world.tick().await;
    assert_eq!(world.states().await, [state("c/1", "done"), state("c/2", "done")]);
}

async fn another_document_under_the_same_name_is_an_event(place: &Place) {
    let world = World::new(place, |documents| documents.again(Duration::from_secs(1))).await;
    world.vendor.set_data(certificates(&["c/1"]));
    for (text, events) in [("one", 0), ("one", 0), ("two", 1), ("two", 1), ("one", 2)] {
        world.vendor.set_document("c/1", 200, pdf(text));
        world.want().await;
        assert_eq!(world.events().await.len(), events, "{text}");
    }
    let found = world.events().await;
    assert_eq!((&found[0]["previous"], &found[1]["previous"]), (&found[1]["hash"], &found[0]["hash"]));
    assert_eq!((&found[0]["name"], &found[0]["kind"]), (&json!("c/1"), &json!("coi")));
    assert_eq!(files(world.folder.path()), [pdf("one"), pdf("two")], "what it was is kept");
}

async fn a_document_under_a_new_name_is_an_event_unless_it_is_known(place: &Place) {
    let world = World::new(place, |documents| documents.kinds([DocumentKind::Coi])).await;
    for (name, text) in [("c/1", "one"), ("c/2", "two"), ("c/renamed", "one")] {
        world.vendor.set_document(name, 200, pdf(text));
    }
    world.vendor.set_data(certificates(&["c/1"]));
    world.want().await;
    world.vendor.set_data(certificates(&["c/1", "c/2"]));
    world.want().await;
    world.vendor.set_data(certificates(&["c/renamed", "c/2"]));
    world.want().await;
    let found = world.events().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0]["name"], &found[0]["previous"]), (&json!("c/2"), &Value::Null));
    let states = ["c/1", "c/2", "c/renamed"].map(|name| state(name, "done"));
    assert_eq!(world.states().await, states, "what was stored stays");
}

async fn a_name_that_expired_is_looked_up_again(place: &Place) {
    let world = World::new(place, |documents| documents).await;
    world.vendor.set_data(certificates(&["c/old"]));
    world.want().await;
    // It was looked up at once, and the vendor still named it.
    assert_eq!(world.states().await, [state("c/old", "waiting")]);
    assert_eq!(world.vendor.asked().iter().filter(|asked| asked.starts_with("Get")).count(), 2);
    world.vendor.set_data(certificates(&["c/new"]));
    world.vendor.set_document("c/new", 200, pdf("one"));
    world.pass(6 * MINUTE);
    world.tick().await;
    assert_eq!(world.states().await, [state("c/new", "done"), state("c/old", "gone")]);
}

async fn a_customers_first_documents_come_turn_by_turn(place: &Place) {
    let world = World::new(place, |documents| documents.at_once(2)).await;
    let names = ["c/1", "c/2", "c/3", "c/4", "c/5"];
    world.vendor.set_data(certificates(&names));
    for name in names {
        world.vendor.set_document(name, 200, pdf(name));
    }
    let rows = |reads: &[Read]| reads.iter().filter(|read| read.feed == "documents").map(|read| read.rows).sum::<u64>();
    let reads = world.want().await;
    assert_eq!((rows(&reads), files(world.folder.path()).len()), (2, 2));
    assert_eq!(rows(&world.tick().await), 0, "others come in between");
    world.pass(MINUTE);
    assert_eq!(rows(&world.tick().await), 2);
    world.pass(MINUTE);
    assert_eq!(rows(&world.tick().await), 1);
    let next = world.store.read(async |tx| leases::next_due(&tx).await).await.unwrap();
    assert_eq!(next, None, "nothing is left");
}

async fn a_document_that_is_too_large_is_not_stored(place: &Place) {
    let world = World::new(place, |documents| documents.most_bytes(100)).await;
    world.vendor.set_data(certificates(&["c/1", "c/2"]));
    world.vendor.set_document("c/1", 200, pdf(&"x".repeat(100)));
    world.vendor.set_document("c/2", 200, pdf("small"));
    world.want().await;
    assert_eq!(world.states().await, [state("c/1", "waiting"), state("c/2", "done")]);
    assert!(world.listed().await[0].error.as_ref().unwrap().contains("larger than 100 bytes"));
    assert_eq!(files(world.folder.path()), [pdf("small")]);
}

async fn a_folder_that_cannot_be_written_to_loses_nothing(place: &Place) {
    let world = World::new(place, |documents| documents).await;
    world.vendor.set_data(certificates(&["c/1"]));
    world.vendor.set_document("c/1", 200, pdf("one"));
    let in_the_way = world.folder.path().join("sha256");
    std::fs::write(&in_the_way, "").unwrap();
    world.want().await;
    assert_eq!(world.states().await, [state("c/1", "waiting")]);
    assert_eq!(world.listed().await[0].stored, None, "no row without its bytes");
    assert!(world.failing().await.unwrap().contains("cannot be stored"));
    std::fs::remove_file(in_the_way).unwrap();
    world.pass(60 * MINUTE);
    world.tick().await;
    assert_eq!((world.states().await, world.failing().await), (vec![state("c/1", "done")], None));
}

async fn a_worker_without_a_folder_leaves_documents_to_others(place: &Place) {
    let world = World::new(place, |documents| documents.at_once(1)).await;
    world.vendor.set_data(certificates(&["c/1", "c/2"]));
    world.vendor.set_document("c/1", 200, pdf("one"));
    world.vendor.set_document("c/2", 200, pdf("two"));
    world.want().await;
    world.pass(MINUTE);
    let without = world.vendor.engine(&world.store);
    let Tick::Done(reads) = without.tick("acme").await.unwrap() else { panic!("not done") };
    assert_eq!(reads.iter().map(|read| (read.feed, read.rows)).collect::<Vec<_>>(), [("documents", 0)]);
    assert_eq!(files(world.folder.path()), [pdf("one")]);
    world.pass(70 * MINUTE);
    world.tick().await;
    assert_eq!(files(world.folder.path()), [pdf("one"), pdf("two")]);
}
