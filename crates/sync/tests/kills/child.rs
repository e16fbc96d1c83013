//! A process that works at a store until it is killed: the test executable itself, with a job in its environment.

use crate::also::{Also, Receiver};
use crate::sink::Lines;
use mycarrierpackets::jiff::{SignedDuration, Timestamp};
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sync::planted::{self, FAULTS};
use mycarrierpackets_sync::store::{ErrorKind, Store};
use mycarrierpackets_sync::{Engine, Error, Settings, Tick, crash};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const JOB: &str = "KILLS_JOB";
/// How it ends when it lost its lease and had nothing else to do.
pub const LOST: i32 = 7;
/// The name of the sink in the store.
pub const SINK: &str = "lines";

/// Where and how it works.
#[derive(Clone, Serialize, Deserialize)]
pub struct Job {
    pub store: String,
    pub vendor: String,
    /// A file with the time, in microseconds.
    pub clock: PathBuf,
    pub customers: Vec<String>,
    /// A file of JSON lines.
    pub sink: PathBuf,
    /// No windows that overlap.
    pub tight: bool,
    /// Minutes between two polls.
    pub interval: i64,
    /// What ends it by itself.
    pub end: End,
    pub crash: Option<Crash>,
    /// The name of a fault in its engine.
    pub planted: Option<String>,
    /// What it does beside the feeds.
    pub also: Option<Also>,
}

#[derive(Clone, Serialize, Deserialize)]
pub enum End {
    /// One tick.
    Tick,
    /// Nothing is due.
    Idle,
    /// There is a file of this name.
    File(PathBuf),
}

/// What happens when it passes a point for the `left`th time, from 0.
#[derive(Clone, Serialize, Deserialize)]
pub struct Crash {
    pub point: String,
    pub left: u32,
    /// It stops itself, and goes on once somebody lets it.
    pub stops: bool,
}

impl Job {
    pub fn start(&self) -> Child {
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.args(["--exact", "child::work_is_done_by_a_process_of_its_own", "--nocapture", "--test-threads=1"]);
        child.env(JOB, serde_json::to_string(self).expect("JSON"));
        child.stdin(Stdio::null()).stdout(Stdio::null());
        child.spawn().expect("a process")
    }

    pub fn clock(&self) -> impl Fn() -> Timestamp + Send + Sync + Clone + 'static {
        let clock = self.clock.clone();
        move || read(&clock)
    }

    pub async fn open(&self) -> Result<Store, mycarrierpackets_sync::store::Error> {
        let clock = self.clock();
        Store::open_with_clock(&self.store, Arc::new(move || clock().as_microsecond())).await
    }

    pub fn client(&self, customer: &str) -> mycarrierpackets::Result<Client> {
        Client::builder()
            .environment(Environment::custom(self.vendor.parse().expect("an address")))
            .credentials(customer, "demo")
            .retry(|retry| retry.base_delay = Duration::from_millis(1))
            .clock(self.clock())
            .build()
    }

    pub fn engine(&self, store: Store) -> Engine {
        let mut settings = Settings::default();
        settings.pace.interval = SignedDuration::from_mins(self.interval);
        settings.lease = Duration::from_secs(180);
        if self.tight {
            let pace = &mut settings.pace;
            (pace.lookback, pace.hourly_lookback, pace.daily_lookback) = Default::default();
        }
        let job = self.clone();
        let engine = Engine::new(store, move |customer| job.client(customer)).settings(settings);
        match &self.also {
            Some(also) => engine.keep_documents(also.documents()),
            None => engine,
        }
    }
}

/// The time in the file. It is replaced as a whole.
fn read(clock: &Path) -> Timestamp {
    let text = std::fs::read_to_string(clock).expect("the clock");
    Timestamp::from_microsecond(text.parse().expect("a time")).expect("a time")
}

/// No test by itself.
#[test]
fn work_is_done_by_a_process_of_its_own() {
    let Ok(job) = std::env::var(JOB) else { return };
    let job: Job = serde_json::from_str(&job).expect("a job");
    if let Some(Crash { point, mut left, stops }) = job.crash.clone() {
        crash::at_each(Some(Box::new(move |name| {
            if name == point {
                match left {
                    0 if stops => stop(),
                    0 => std::process::abort(),
                    _ => {}
                }
                left = left.wrapping_sub(1);
            }
        })));
    }
    planted::plant(FAULTS.into_iter().find(|fault| job.planted.as_deref() == Some(&format!("{fault:?}"))));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let code = runtime.expect("a runtime").block_on(work(&job));
    std::process::exit(code);
}

/// Goes on when somebody lets it.
fn stop() {
    let own = std::process::id().to_string();
    assert!(Command::new("kill").args(["-STOP", &own]).status().expect("kill").success());
    // Another thread may have to take the signal, and this one would go on until it is its turn.
    std::thread::sleep(Duration::from_millis(500));
}

async fn work(job: &Job) -> i32 {
    let store = loop {
        match job.open().await {
            Ok(store) => break store,
            Err(error) if passes(&Error::Store(error.clone())) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(error) => panic!("{error}"),
        }
    };
    let receiver = job.also.as_ref().map(|also| Receiver::new(also, store.clone(), &job.customers[0]));
    let engine = job.engine(store).owner(&format!("process {}", std::process::id()));
    let mut sink = Lines::append(&job.sink);
    loop {
        let mut busy = false;
        if let Some(receiver) = &receiver {
            receiver.receive().await;
        }
        for customer in &job.customers {
            match engine.tick(customer).await {
                Ok(Tick::Done(reads)) => {
                    busy |= !reads.is_empty();
                    let wrong = reads.iter().find_map(|read| read.error.as_ref());
                    assert!(wrong.is_none(), "{wrong:?}");
                }
                Ok(Tick::Held { .. }) => {}
                Ok(paused) => panic!("{paused:?}"),
                Err(error) if passes(&error) => {
                    if matches!(job.end, End::Tick) {
                        return LOST;
                    }
                }
                Err(error) => panic!("{error}"),
            }
            if matches!(job.end, End::Tick) {
                return 0;
            }
            match engine.deliver(customer, SINK, &mut sink).await {
                Ok(_) => {}
                Err(error) if passes(&error) => {}
                Err(error) => panic!("{error}"),
            }
        }
        match &job.end {
            End::Idle if !busy => return 0,
            End::File(file) if file.exists() => return 0,
            _ if !busy => tokio::time::sleep(Duration::from_millis(5)).await,
            _ => {}
        }
    }
}

/// What happens to a worker that is overtaken, or whose database restarts.
fn passes(error: &Error) -> bool {
    let Error::Store(error) = error else { return false };
    matches!(
        error.kind(),
        ErrorKind::Lost | ErrorKind::Locked | ErrorKind::Unreachable | ErrorKind::Unknown | ErrorKind::Conflict
    )
}
