//! What all campaigns share: a vendor to whom things happen, the clock, and the comparison at the end.

use crate::also::Also;
use crate::child::{Crash, End, Job, SINK};
use crate::polls::Polls;
use crate::sink::Arrived;
use crate::truth;
use mycarrierpackets::feed::{CarrierChanges, CompletedPackets};
use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets_sandbox::Sandbox;
use mycarrierpackets_sync::crash::POINTS;
use mycarrierpackets_sync::store::{Store, deliveries, events};
use std::io::Write as _;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub struct Campaign {
    pub sandbox: Sandbox,
    pub job: Job,
    pub random: fastrand::Rng,
    pub polls: Polls,
    folder: tempfile::TempDir,
    sinks: Vec<PathBuf>,
    dots: Vec<u32>,
    start: Timestamp,
}

/// What a campaign showed.
#[derive(Debug, Default)]
pub struct Outcome {
    pub events: usize,
    pub again: usize,
    pub torn: usize,
    pub polls: u64,
}

impl Campaign {
    /// On the store at `address`; one in a file where there is none.
    pub async fn new(seed: u64, address: Option<String>, customers: usize, tight: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let start: Timestamp = "2026-02-28T20:15:30.25Z".parse().expect("a time");
        let sandbox = Sandbox::builder()
            .carriers(0)
            .activity(200)
            .seed(seed)
            .fixed_time(start.try_into().expect("a time"))
            .compress(false);
        let sandbox = sandbox.start_blocking().expect("a sandbox");
        let job = Job {
            store: address.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("store.db").display())),
            vendor: sandbox.base_url().to_owned(),
            clock: folder.path().join("clock"),
            customers: (0..customers).map(|number| format!("customer-{number}")).collect(),
            sink: folder.path().join("unused"),
            tight,
            interval: 5,
            end: End::Idle,
            crash: None,
            planted: None,
            also: None,
        };
        let (dots, random) = (sandbox.dot_numbers(), fastrand::Rng::with_seed(seed));
        let mut campaign =
            Self { sandbox, job, random, polls: Polls::default(), folder, sinks: Vec::new(), dots, start };
        campaign.pass(Duration::ZERO);
        let engine = campaign.job.engine(campaign.store().await);
        let add = async |tx| deliveries::add_sink(&tx, SINK, "jsonl", "{}", true).await;
        engine.store().transaction(add).await.expect("a sink");
        for customer in &campaign.job.customers {
            let client = campaign.job.client(customer).expect("a client");
            for dot in &campaign.dots {
                client.monitoring().add(*dot).await.expect("a carrier that is monitored");
            }
            engine.add_customer(customer, customer).await.expect("a customer");
        }
        campaign.sandbox.clear_requests();
        campaign
    }

    /// Its processes receive webhooks and keep documents, too.
    pub fn also(&mut self) {
        self.job.also = Some(Also::new(self.folder.path()));
    }

    pub async fn store(&self) -> Store {
        self.job.open().await.expect("the store")
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Time passes, for the vendor and for all processes.
    pub fn pass(&mut self, span: Duration) {
        self.sandbox.advance(span);
        let now = Timestamp::try_from(self.sandbox.now()).expect("a time");
        let next = self.job.clock.with_extension("next");
        std::fs::write(&next, now.as_microsecond().to_string()).expect("the clock");
        std::fs::rename(&next, &self.job.clock).expect("the clock");
    }

    /// Something happens to a carrier of some customer, now and then.
    pub fn something_may_happen(&mut self) {
        let customer = self.random.choice(&self.job.customers).expect("a customer");
        let dot = *self.random.choice(&self.dots).expect("a carrier");
        match self.random.u8(0..10) {
            0..4 => assert!(self.sandbox.customer(customer).change_carrier(dot)),
            4..7 => assert!(self.sandbox.customer(customer).complete_packet(dot)),
            _ => {}
        }
        if let Some(also) = &self.job.also {
            let now = Timestamp::try_from(self.sandbox.now()).expect("a time");
            also.post(now, dot, self.random.u64(..));
        }
    }

    /// A process that works, with a sink of its own, and may crash by itself.
    pub fn worker(&mut self, end: End) -> Child {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let sink = self.folder.path().join(format!("lines-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        self.sinks.push(sink.clone());
        let points = POINTS.len();
        let crash = (self.random.u8(0..2) == 0).then(|| Crash {
            point: POINTS[self.random.usize(0..points)].to_owned(),
            left: self.random.u32(0..12),
            stops: false,
        });
        let crash = self.job.crash.clone().or(crash);
        Job { sink, end, crash, ..self.job.clone() }.start()
    }

    /// Waits until all that a process sent before it ended has been read, lest it arrive in a later hour.
    pub async fn settle(&self) {
        // Connections are taken in the order in which they were made, and this one is the last.
        let address = self.sandbox.base_url().trim_start_matches("http://");
        let mut last = TcpStream::connect(address).expect("the vendor");
        last.write_all(b"GET / HTTP/1.0\r\n\r\n").expect("the vendor");
        std::io::copy(&mut last, &mut std::io::sink()).expect("an answer");
        drop(last);
        let until = Instant::now() + Duration::from_secs(30);
        while self.sandbox.open_connections() > 0 {
            assert!(Instant::now() < until, "{} connections are open", self.sandbox.open_connections());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Reads the log of the vendor.
    pub fn check_polls(&mut self) {
        let soon = self.polls.take(&self.sandbox);
        assert!(soon.is_empty(), "{soon:?}");
    }

    /// Works without a kill until all is known, and compares.
    pub async fn compare(mut self) -> Outcome {
        for _ in 0..3 {
            self.pass(Duration::from_secs(3600));
            let sink = self.folder.path().join("last");
            self.sinks.push(sink.clone());
            let ended =
                Job { sink, end: End::Idle, crash: None, ..self.job.clone() }.start().wait().expect("the process");
            assert!(ended.success(), "{ended}");
        }
        self.sinks.dedup();
        self.check_polls();
        let mut arrived = Arrived::default();
        // In the order in which they were made, which is not that of the events where several work at once.
        for sink in self.sinks.iter().filter(|sink| sink.exists()) {
            arrived.read(sink);
        }
        let store = self.store().await;
        let mut outcome = Outcome { again: arrived.again, torn: arrived.torn, ..Outcome::default() };
        self.pass(Duration::from_secs(300));
        if let Some(also) = &self.job.also {
            also.check(&store, &self.job.customers[0]).await;
        }
        for customer in &self.job.customers {
            let all = store.read(async |tx| events::list(&tx, customer, 0, u32::MAX).await).await.expect("the events");
            let numbers: Vec<i64> = all.iter().map(|(number, _)| *number).collect();
            assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>(), "without holes");
            let lines: Vec<i64> = arrived.sequences[&format!("/customers/{customer}")].iter().copied().collect();
            assert_eq!(lines, numbers, "each event is in a sink");
            let ends = truth::read_until(&store, customer).await;
            let client = self.job.client(customer).expect("a client");
            let truths = [
                ("carrier.changed", truth::of(&client, CarrierChanges, self.start, ends["changes"]).await),
                ("packet.completed", truth::of(&client, CompletedPackets, self.start, ends["packets"]).await),
            ];
            for (kind, truth) in truths {
                let start = self.start;
                let kept = all.iter().map(|(_, event)| event).filter(|event| event.kind.ends_with(kind));
                let mut kept = truth::kept(kept);
                // What happened just before the customer was added may be there, too.
                kept.retain(|(_, at), _| *at > start);
                let lost: Vec<_> = truth.iter().filter(|(name, times)| kept.get(*name) < Some(times)).collect();
                assert!(lost.is_empty(), "{customer}: {} of {} lost, as {:?}", lost.len(), truth.len(), lost[0]);
                assert_eq!(kept, truth, "{customer}: {kind}");
            }
            outcome.events += all.len();
        }
        outcome.polls = self.polls.count;
        outcome
    }
}
