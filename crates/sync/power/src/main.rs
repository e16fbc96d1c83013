//! A worker that lives until the power goes. Each line that it reads is a round, and it says how many changes there were
//! when nothing is due any more.

use mycarrierpackets::webhook::Verifier;
use mycarrierpackets_sync::inbox::Inbox;
use mycarrierpackets_sync::planted::{self, Fault};
use mycarrierpackets_sync::sink::NotTaken;
use mycarrierpackets_sync::store::{Store, customers, deliveries, events};
use mycarrierpackets_sync::{Engine, Event, Tick, crash};
use mycarrierpackets_sync_power::life::{CUSTOMER, JOB, Job, Promise, Promised, Round, SINK, STORE};
use mycarrierpackets_sync_power::recorder::Recorder;
use rusqlite::Connection;
use std::sync::Arc;
use std::time::Duration;

/// The faults that flush less.
const FAULTS: [Fault; 2] = [Fault::NoFlush, Fault::LateFlush];

struct Worker {
    engine: Engine,
    inbox: Inbox,
    verifier: Verifier,
    promises: Promises,
}

/// Where it notes what it promised.
#[derive(Clone)]
struct Promises {
    file: Arc<std::fs::File>,
    recorder: Option<Recorder>,
}

impl Promises {
    fn position(&self) -> u64 {
        self.recorder.as_ref().map_or(0, Recorder::position)
    }

    fn note(&self, what: Promised) {
        Promise { position: self.position(), what }.note(&self.file);
    }
}

fn main() {
    let job: Job = serde_json::from_str(&std::env::var(JOB).expect("a job")).expect("a job");
    let recorder = job.notes.as_ref().map(|notes| Recorder::install(&job.folder.join(STORE), notes, job.cut));
    planted::plant(FAULTS.into_iter().find(|fault| job.planted.as_deref() == Some(&format!("{fault:?}"))));
    // On one thread, as the points of the engine are those of the thread.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(live(&job, recorder));
}

async fn live(job: &Job, recorder: Option<Recorder>) {
    let file = std::fs::File::options().append(true).create(true).open(&job.promises).expect("a file");
    let promises = Promises { file: Arc::new(file), recorder };
    let store = job.open().await.expect("the store");
    let engine = job.engine(store.clone());
    let known = store.read(async |tx| customers::find(&tx, CUSTOMER).await).await.expect("the customers");
    if known.is_none() {
        let add = async |tx| deliveries::add_sink(&tx, SINK, "handler", "{}", true).await;
        store.transaction(add).await.expect("a sink");
        engine.add_customer(CUSTOMER, "Acme Freight").await.expect("a customer");
    }
    promises.note(Promised::Added);
    note_requests(job, promises.clone());
    let verifier = Verifier::new("example-secret").expect("a secret");
    let inbox = Inbox::new(store.clone(), CUSTOMER, verifier.clone());
    let mut worker = Worker { engine, inbox, verifier, promises };
    println!("{}", worker.promises.position());
    for line in std::io::stdin().lines() {
        let round: Round = serde_json::from_str(&line.expect("a line")).expect("a round");
        worker.round(&round).await;
        println!("{}", worker.promises.position());
    }
    crash::at_each(None);
}

/// Notes each request before it is sent, with what the store says of it then.
fn note_requests(job: &Job, promises: Promises) {
    let connection = Connection::open(job.folder.join(STORE)).expect("the store");
    crash::at_each(Some(Box::new(move |point| {
        if point == "attempted" {
            let sql = "SELECT feed, last_attempt FROM feeds WHERE last_attempt IS NOT NULL ORDER BY last_attempt DESC LIMIT 1";
            let asked = |row: &rusqlite::Row<'_>| Ok(Promised::Asked { feed: row.get(0)?, at: row.get(1)? });
            promises.note(connection.query_row(sql, [], asked).expect("a feed that was asked for"));
        }
    })));
}

impl Worker {
    /// Until nothing is due. Webhooks come meanwhile, and somebody looks at the events.
    async fn round(&mut self, round: &Round) {
        let receive = async {
            for body in &round.webhooks {
                tokio::time::sleep(Duration::from_millis(2)).await;
                let event = self.verifier.verify_signature(self.verifier.sign(body), body.clone()).expect("a webhook");
                self.inbox.accept(&event).await.expect("a webhook that is kept");
                self.promises.note(Promised::Answered(event.key().to_owned()));
            }
        };
        tokio::join!(self.work(), receive, look(self.engine.store()));
        // The webhook that came last.
        self.work().await;
    }

    async fn work(&self) {
        let mut sink = async |event: Event| {
            self.promises.note(Promised::Taken(event));
            Ok::<(), NotTaken>(())
        };
        let mut busy = true;
        while busy {
            let Tick::Done(reads) = self.engine.tick(CUSTOMER).await.expect("a tick") else { panic!("nobody works") };
            let wrong = reads.iter().find_map(|read| read.error.as_ref());
            assert!(wrong.is_none(), "{wrong:?}");
            busy = !reads.is_empty();
            self.engine.deliver(CUSTOMER, SINK, &mut sink).await.expect("deliveries");
        }
    }
}

/// A transaction that reads, and takes longer than one that writes.
async fn look(store: &Store) {
    let look = async |tx| {
        let before = events::list(&tx, CUSTOMER, 0, u32::MAX).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
        let after = events::list(&tx, CUSTOMER, 0, u32::MAX).await?;
        assert_eq!(before, after, "what is read changes");
        Ok::<_, mycarrierpackets_sync::store::Error>(())
    };
    store.read(look).await.expect("the events");
}
