//! Lives of a worker, one after another on what the one before left on the disk, beside a vendor to whom things happen.

use crate::judge::{Broken, Promises, judge};
use crate::points::{created, points};
use crate::polls::Polls;
use crate::truth;
use fastrand::Rng;
use mycarrierpackets::feed::{CarrierChanges, CompletedPackets};
use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets_sandbox::Sandbox;
use mycarrierpackets_sync::store::events;
use mycarrierpackets_sync_power::change::Change;
use mycarrierpackets_sync_power::disk::Disk;
use mycarrierpackets_sync_power::image::{Image, KINDS, Kind, image};
use mycarrierpackets_sync_power::life::{CUSTOMER, JOB, Job, Promise, Round, STORE};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How many images are kept to go on with.
const KEPT: usize = 24;

pub struct Campaign {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
    clock: PathBuf,
    planted: Planted,
    random: Rng,
    polls: Polls,
    dots: Vec<u32>,
    start: Timestamp,
    /// The disk, and what holds when the power comes on.
    disk: Image,
    promises: Promises,
    /// Others, with which the sync goes on at the end.
    kept: Vec<(String, Image, Promises)>,
    made: usize,
    pub outcome: Outcome,
}

/// What is wrong on purpose, so that it is seen to be found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    Nothing,
    /// The name of a fault in the store.
    Fault(&'static str),
    /// The disk flushes the log, and never the file into which the log is taken.
    StoreIsNotFlushed,
}

/// What a campaign showed.
#[derive(Debug, Default)]
pub struct Outcome {
    pub lives: usize,
    /// In which the power went while the worker worked.
    pub cut: usize,
    pub images: usize,
    /// Of these, how many were made while the log was being taken into the file.
    pub checkpoints: usize,
    /// Of these, how many were made while the folder was to change.
    pub names: usize,
    /// With how many of them the sync went on.
    pub continued: usize,
    /// Answered webhooks, feeds that were asked for, events that a sink has.
    pub promises: [usize; 3],
    /// Events that a sink got again.
    pub again: usize,
    pub polls: u64,
    /// What is wrong with an image, and which.
    pub broken: Vec<(Broken, String)>,
}

impl Campaign {
    pub async fn new(seed: u64, planted: Planted) -> Self {
        // In memory where that is possible: nothing here has to survive.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder");
        let start: Timestamp = "2026-02-28T20:15:30.25Z".parse().expect("a time");
        let sandbox = Sandbox::builder().carriers(0).seed(seed).fixed_time(start.try_into().expect("a time"));
        let sandbox = sandbox.compress(false).start_blocking().expect("a sandbox");
        let (clock, dots) = (folder.path().join("clock"), sandbox.dot_numbers());
        let random = Rng::with_seed(seed);
        let (polls, disk, promises, kept, outcome) = Default::default();
        let mut campaign = Self {
            sandbox,
            folder,
            clock,
            planted,
            random,
            polls,
            dots,
            start,
            disk,
            promises,
            kept,
            made: 0,
            outcome,
        };
        campaign.pass(0);
        let client = campaign.job(campaign.folder.path().to_owned(), false).client().expect("a client");
        for dot in &campaign.dots {
            client.monitoring().add(*dot).await.expect("a carrier that is monitored");
        }
        campaign.sandbox.clear_requests();
        campaign
    }

    fn job(&self, folder: PathBuf, recorded: bool) -> Job {
        Job {
            vendor: self.sandbox.base_url().to_owned(),
            clock: self.clock.clone(),
            notes: recorded.then(|| folder.join("notes")),
            promises: folder.join("promises"),
            cut: None,
            planted: match self.planted {
                Planted::Fault(name) => Some(name.to_owned()),
                Planted::Nothing | Planted::StoreIsNotFlushed => None,
            },
            folder,
        }
    }

    /// A folder of its own with these files.
    fn on_disk(&mut self, image: &Image) -> PathBuf {
        self.made += 1;
        let folder = self.folder.path().join(self.made.to_string());
        std::fs::create_dir(&folder).expect("a folder");
        image.iter().for_each(|(name, content)| std::fs::write(folder.join(name), content).expect("a file"));
        folder
    }

    /// Time passes, for the vendor and for the worker.
    fn pass(&mut self, seconds: u64) {
        self.sandbox.advance(Duration::from_secs(seconds));
        let now = Timestamp::try_from(self.sandbox.now()).expect("a time");
        let next = self.clock.with_extension("next");
        std::fs::write(&next, now.as_microsecond().to_string()).expect("the clock");
        std::fs::rename(&next, &self.clock).expect("the clock");
    }

    /// Something happens to a carrier now and then, and webhooks may come.
    fn something_happens(&mut self) -> Round {
        let dot = *self.random.choice(&self.dots).expect("a carrier");
        match self.random.u8(0..10) {
            0..4 => assert!(self.sandbox.customer(CUSTOMER).change_carrier(dot)),
            4..7 => assert!(self.sandbox.customer(CUSTOMER).complete_packet(dot)),
            _ => {}
        }
        let at = Timestamp::try_from(self.sandbox.now()).expect("a time");
        let body = |number: u64| {
            format!(
                r#"{{"eventType":"carrier.packet.completed","eventDateTime":"{at}","eventData":{{"carrier":{{"dotNumber":{dot}}},"number":{number}}}}}"#
            )
        };
        Round { webhooks: (0..self.random.usize(0..4)).map(|_| body(self.random.u64(..))).collect() }
    }

    /// A worker works until the power goes, or for some rounds; whether it went.
    fn work(&mut self, job: &Job, rounds: u32, seconds: std::ops::Range<u64>) -> bool {
        let mut worker = Command::new(env!("CARGO_BIN_EXE_mycarrierpackets-sync-power"))
            .env(JOB, serde_json::to_string(job).expect("JSON"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut input = worker.stdin.take().expect("a pipe");
        let mut idle = BufReader::new(worker.stdout.take().expect("a pipe")).lines();
        let mut alive = idle.next().is_some();
        for _ in 0..rounds {
            if !alive {
                break;
            }
            let round = self.something_happens();
            // The window ends some seconds before now.
            let seconds = self.random.u64(seconds.clone());
            self.pass(seconds);
            let line = serde_json::to_string(&round).expect("JSON") + "\n";
            alive = input.write_all(line.as_bytes()).is_ok() && idle.next().is_some();
        }
        drop(input);
        let status = worker.wait().expect("the process");
        // One that panics shows what is wrong.
        assert!(status.success() || status.code().is_none(), "a worker ended with {status}");
        // What it sent last has arrived.
        std::thread::sleep(Duration::from_millis(20));
        let soon = self.polls.take(&self.sandbox);
        assert!(soon.is_empty(), "{soon:?}");
        !status.success()
    }

    /// A life on the disk of the one before, images from `number` moments of it, and one of its end for the next.
    pub async fn live(&mut self, rounds: u32, cut: Option<u64>, number: usize) {
        let folder = self.on_disk(&self.disk.clone());
        let job = Job { cut, ..self.job(folder.clone(), true) };
        // Not long after the power went, and everything but the vendor waits.
        let off = self.random.u64(0..120);
        self.pass(off);
        let went = self.work(&job, rounds, 20..600);
        self.outcome.lives += 1;
        self.outcome.cut += usize::from(went);
        let changes = Change::read(job.notes.as_deref().expect("notes"));
        let promises = Promise::read(&job.promises);
        let mut left = promises.iter().peekable();
        let ignored = match self.planted {
            Planted::StoreIsNotFlushed => created(&changes, STORE).map(|file| Change::Sync { file }),
            Planted::Nothing | Planted::Fault(_) => None,
        };
        let ignored = ignored.as_slice();
        let mut disk = Disk::default();
        let mut applied = 0;
        for point in points(&changes, number, &mut self.random) {
            changes[applied..point]
                .iter()
                .filter(|change| !ignored.contains(change))
                .for_each(|change| disk.apply(change));
            applied = point;
            while let Some(promise) = left.next_if(|promise| promise.position <= point as u64) {
                self.promises.add(promise);
            }
            self.images(&disk, point, changes.len()).await;
        }
        assert!(applied == changes.len() && left.next().is_none(), "a promise of later");
        let kind = *self.random.choice(&KINDS).expect("a kind");
        self.disk = image(&disk, kind, &mut self.random);
        std::fs::remove_dir_all(folder).expect("the folder");
    }

    /// All kinds of images of one moment.
    async fn images(&mut self, disk: &Disk, point: usize, end: usize) {
        let mut seen: Vec<Image> = Vec::new();
        for kind in KINDS {
            let image = image(disk, kind, &mut self.random);
            if seen.contains(&image) {
                continue;
            }
            let name = format!("life {}, {point} of {end} changes, {kind:?}", self.outcome.lives);
            self.outcome.images += 1;
            self.outcome.checkpoints += usize::from(disk.pending(STORE) > 0);
            self.outcome.names += usize::from(disk.renames());
            let folder = self.on_disk(&image);
            if let Err(broken) = judge(&self.job(folder.clone(), false), &self.promises).await {
                self.outcome.broken.push((broken, name.clone()));
            }
            std::fs::remove_dir_all(folder).expect("the folder");
            // Before the customer is there, nobody knows what happens.
            if kind != Kind::Everything && self.promises.added && self.random.u8(0..50) == 0 {
                // Few, as each is as large as the store.
                if self.kept.len() >= KEPT {
                    let one = self.random.usize(0..KEPT);
                    self.kept.swap_remove(one);
                }
                self.kept.push((name, image.clone(), self.promises.clone()));
            }
            seen.push(image);
        }
    }

    /// With up to `number` images the sync goes on, and misses nothing.
    pub async fn end(mut self, number: usize) -> Outcome {
        self.random.shuffle(&mut self.kept);
        self.kept.truncate(number);
        let last = ("the last".to_owned(), self.disk.clone(), self.promises.clone());
        for (name, image, promises) in std::mem::take(&mut self.kept).into_iter().chain([last]) {
            self.go_on(&name, &image, promises).await;
            self.outcome.continued += 1;
        }
        self.outcome.promises = self.promises.count();
        self.outcome.again = self.promises.again;
        self.outcome.polls = self.polls.count;
        self.outcome
    }

    async fn go_on(&mut self, name: &str, image: &Image, mut promises: Promises) {
        let folder = self.on_disk(image);
        let job = self.job(folder, false);
        self.pass(3600);
        assert!(!self.work(&job, 3, 3600..4000), "{name}: a worker died");
        Promise::read(&job.promises).iter().for_each(|promise| promises.add(promise));
        assert_eq!(judge(&job, &promises).await, Ok(()), "{name}");
        self.compare(name, &job, &promises).await;
    }

    /// What a store has, and its sink, with what the vendor knows.
    async fn compare(&mut self, name: &str, job: &Job, promises: &Promises) {
        self.pass(300);
        let store = job.open().await.expect("the store");
        let all = store.read(async |tx| events::list(&tx, CUSTOMER, 0, u32::MAX).await).await.expect("the events");
        let numbers: Vec<i64> = all.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>(), "{name}: without holes");
        assert_eq!(promises.taken.keys().copied().collect::<Vec<_>>(), numbers, "{name}: each event is in the sink");
        let ends = truth::read_until(&store, CUSTOMER).await;
        let client = job.client().expect("a client");
        let truths = [
            ("carrier.changed", truth::of(&client, CarrierChanges, self.start, ends["changes"]).await),
            ("packet.completed", truth::of(&client, CompletedPackets, self.start, ends["packets"]).await),
        ];
        self.sandbox.clear_requests();
        for (kind, truth) in truths {
            let kept = all.iter().map(|(_, event)| event).filter(|event| event.kind.ends_with(kind));
            let mut kept = truth::kept(kept);
            // What happened just before the customer was added may be there, too.
            kept.retain(|(_, at), _| *at > self.start);
            assert!(truth.len() > 1, "{name}: nothing happened");
            assert_eq!(kept, truth, "{name}: {kind}");
        }
    }
}
