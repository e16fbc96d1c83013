//! Webhooks and documents of a process that is killed.

use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets::webhook::Verifier;
use mycarrierpackets_sync::Documents;
use mycarrierpackets_sync::inbox::{Accepted, Inbox};
use mycarrierpackets_sync::store::{Store, documents, events, inbox};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where they are.
#[derive(Clone, Serialize, Deserialize)]
pub struct Also {
    /// Bodies of webhooks, each a file. The vendor sends them until they are answered, which is when a file is deleted.
    posted: PathBuf,
    /// The keys of those that were answered, as lines.
    answered: PathBuf,
    documents: PathBuf,
}

impl Also {
    pub fn new(folder: &Path) -> Self {
        let place = |name: &str| folder.join(name);
        let also = Self { posted: place("posted"), answered: place("answered"), documents: place("documents") };
        for folder in [&also.posted, &also.documents] {
            std::fs::create_dir(folder).expect("a folder");
        }
        std::fs::write(&also.answered, "").expect("a file");
        also
    }

    pub fn documents(&self) -> Documents {
        Documents::in_folder(&self.documents).expect("the folder")
    }

    /// The vendor begins to send a webhook.
    pub fn post(&self, at: Timestamp, dot: u32, number: u64) {
        let body = format!(
            r#"{{"eventType":"carrier.packet.completed","eventDateTime":"{at}","eventData":{{"carrier":{{"dotNumber":{dot}}},"number":{number}}}}}"#
        );
        std::fs::write(self.posted.join(number.to_string()), body).expect("a webhook");
    }

    /// Each webhook was answered, is there and is one event; each document that a carrier's data names is on the disk.
    pub async fn check(&self, store: &Store, customer: &str) {
        assert_eq!(std::fs::read_dir(&self.posted).expect("the folder").count(), 0, "webhooks without an answer");
        let answered = std::fs::read_to_string(&self.answered).expect("the keys");
        let mut keys: Vec<&str> = answered.lines().collect();
        let answers = keys.len();
        keys.sort_unstable();
        keys.dedup();
        let look = async |tx| {
            for key in &keys {
                assert!(inbox::is_known(&tx, customer, key).await?, "the webhook {key} is lost");
            }
            let events = events::list(&tx, customer, 0, u32::MAX).await?;
            Ok::<_, mycarrierpackets_sync::store::Error>((events, documents::list(&tx, customer, None).await?))
        };
        let (events, documents) = store.read(look).await.expect("the store");
        let received = events.iter().filter(|(_, event)| event.kind.ends_with("webhook.received")).count();
        assert!(received > 5 && received == keys.len(), "{received} events of {} webhooks", keys.len());
        assert!(documents.len() > 5, "{} documents", documents.len());
        for document in &documents {
            assert_eq!(document.state, "done", "{document:?}");
            let stored = document.stored.as_ref().expect("a document");
            let bytes = self.documents().get(&stored.hash).await.expect("a document that is whole");
            assert_eq!(bytes.len() as i64, stored.size);
        }
        println!("{received} webhooks, answered {answers} times, and {} documents", documents.len());
    }
}

/// Receives what the vendor sends.
pub struct Receiver {
    also: Also,
    inbox: Inbox,
    verifier: Verifier,
}

impl Receiver {
    pub fn new(also: &Also, store: Store, customer: &str) -> Self {
        let verifier = Verifier::new("example-secret").expect("a secret");
        Self { also: also.clone(), inbox: Inbox::new(store, customer, verifier.clone()), verifier }
    }

    pub async fn receive(&self) {
        for file in std::fs::read_dir(&self.also.posted).expect("the folder") {
            let file = file.expect("a webhook").path();
            let body = std::fs::read_to_string(&file).expect("a webhook");
            let event = self.verifier.verify_signature(self.verifier.sign(&body), body).expect("a webhook");
            let accepted = self.inbox.accept(&event).await.expect("the store");
            assert_ne!(accepted, Accepted::TooOld);
            let mut answered = std::fs::File::options().append(true).open(&self.also.answered).expect("the keys");
            answered.write_all(format!("{}\n", event.key()).as_bytes()).expect("a key");
            std::fs::remove_file(file).expect("a webhook");
        }
    }
}
