//! Polls and events a second on PostgreSQL, and the same by hand.

use super::bare::Bare;
use super::server::{Server, own_cpu_seconds};
use super::vendor::{PACKETS, Vendor};
use futures::future::join_all;
use mycarrierpackets::Client;
use mycarrierpackets::feed::{CarrierChanges, Source};
use mycarrierpackets_sync::store::Store;
use mycarrierpackets_sync::{Engine, Tick};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_postgres::NoTls;

const CUSTOMERS: usize = 5000;
const WORKERS: [usize; 4] = [1, 2, 4, 8];
const MOST: usize = 8;
const ROUND: Duration = Duration::from_secs(4);

/// What one round did.
#[derive(Clone, Copy, Default)]
struct Done {
    polls: f64,
    events: f64,
    /// CPU seconds for each poll, of the workers and of the server.
    workers: f64,
    server: f64,
    /// Bytes of the write-ahead log for each poll.
    log: f64,
}

struct Measure {
    server: Server,
    vendor: Vendor,
    admin: tokio_postgres::Client,
    engines: Vec<Engine>,
    /// Whose statements are prepared, as those by hand are.
    prepared: Vec<Engine>,
    bare: Vec<Bare>,
}

/// Rounds by hand and with engines, in turn: what disturbs the machine disturbs both. The best of each counts.
pub async fn measure(runs: u32) {
    let measure = Measure::prepare().await;
    for packets in [0, PACKETS] {
        measure.vendor.set_packets(packets);
        for workers in WORKERS {
            let (mut bare, mut engine, mut prepared) = (Done::default(), Done::default(), Done::default());
            for _ in 0..runs.max(1) {
                let done = measure.round("bare", workers, packets > 0).await;
                bare = if done.polls > bare.polls { done } else { bare };
                let done = measure.round("engine", workers, packets > 0).await;
                engine = if done.polls > engine.polls { done } else { engine };
                let done = measure.round("prepared", workers, packets > 0).await;
                prepared = if done.polls > prepared.polls { done } else { prepared };
            }
            for (who, done) in [("bare", bare), ("engine", engine), ("prepared", prepared)] {
                let Done { polls, events, workers: here, server, log } = done;
                println!(
                    r#"{{"work":"polls","who":"{who}","workers":{workers},"packets":{packets},"polls":{polls:.0},"events":{events:.0},"workers_us":{:.0},"server_us":{:.0},"log_bytes":{log:.0}}}"#,
                    here * 1e6,
                    server * 1e6
                );
            }
        }
    }
    measure.vendor.set_packets(0);
    println!(r#"{{"work":"http","request_us":{:.1}}}"#, request(&measure.vendor).await * 1e6);
}

impl Measure {
    async fn prepare() -> Self {
        let (server, vendor) = (Server::start(), Vendor::start());
        let admin = connect(&server.address(), "public").await;
        let address = |schema: &str| format!("{}?schema={schema}", server.address());
        for schema in ["bare", "engine"] {
            drop(Store::open(&address(schema)).await.expect("a store"));
            let customers = format!(
                "INSERT INTO {schema}.customers (id, name, state, settings, created_at)
                 SELECT 'c' || n, 'Customer ' || n, 'active', '{{}}',
                     CAST(EXTRACT(EPOCH FROM clock_timestamp() - interval '1 hour') * 1000000 AS BIGINT)
                 FROM generate_series(1, {CUSTOMERS}) n;
                 INSERT INTO {schema}.feeds (customer, feed, due_at)
                 SELECT c.id, f, 0 FROM {schema}.customers c
                 CROSS JOIN unnest(ARRAY['changes', 'packets', 'factoring']) f"
            );
            admin.batch_execute(&customers).await.expect("customers");
        }
        let clients = Arc::new(clients(&vendor).await);
        let (mut engines, mut prepared) = (Vec::new(), Vec::new());
        for number in 0..MOST {
            for (settings, engines) in [("", &mut engines), ("&prepared=yes", &mut prepared)] {
                let store = Store::open(&format!("{}{settings}", address("engine"))).await.expect("a store");
                let clients = Arc::clone(&clients);
                let engine = Engine::new(store, move |customer| Ok(clients[customer].clone()));
                engines.push(engine.owner(&format!("worker {number}")));
            }
        }
        let mut bare = Vec::new();
        for _ in 0..MOST {
            bare.push(Bare::new(connect(&server.address(), "bare").await).await);
        }
        let measure = Self { server, vendor, admin, engines, prepared, bare };
        // The first statements of each connection are slower.
        for which in ["bare", "engine", "prepared"] {
            measure.round(which, MOST, false).await;
        }
        measure
    }

    /// Everything is due again, in another order, and nobody is held.
    async fn reset(&self, schema: &str) {
        let sql = format!(
            "UPDATE {schema}.customers SET lease_owner = NULL, lease_until = NULL;
             UPDATE {schema}.feeds f SET due_at = d.at FROM (SELECT id, CAST(random() * 1000000000 AS BIGINT) AS at
                 FROM {schema}.customers) d WHERE d.id = f.customer"
        );
        self.admin.batch_execute(&sql).await.expect("feeds that are due");
        let vacuum = format!("VACUUM ANALYZE {schema}.customers, {schema}.feeds");
        self.admin.batch_execute(&vacuum).await.expect("a tidy database");
    }

    async fn round(&self, which: &str, workers: usize, packets: bool) -> Done {
        self.reset(if which == "bare" { which } else { "engine" }).await;
        let (server, own, log) = (self.server.cpu_seconds(), own_cpu_seconds(), self.log().await);
        let begun = Instant::now();
        let end = begun + ROUND;
        let done = match which {
            "bare" => join_all(self.bare[..workers].iter().map(|bare| bare.poll_until(end, packets))).await,
            _ => {
                let engines = if which == "prepared" { &self.prepared } else { &self.engines };
                let working = engines[..workers].iter().map(|engine| tokio::spawn(poll_until(engine.clone(), end)));
                join_all(working).await.into_iter().map(|done| done.expect("a worker")).collect()
            }
        };
        let seconds = begun.elapsed().as_secs_f64();
        let sum = |of: fn(&(u64, u64)) -> u64| done.iter().map(of).sum::<u64>() as f64;
        let polls = sum(|done| done.0);
        Done {
            polls: polls / seconds,
            events: sum(|done| done.1) / seconds,
            workers: (own_cpu_seconds() - own) / polls,
            server: (self.server.cpu_seconds() - server) / polls,
            log: (self.log().await - log) / polls,
        }
    }

    async fn log(&self) -> f64 {
        let sql = "SELECT CAST(pg_current_wal_lsn() - '0/0' AS DOUBLE PRECISION)";
        self.admin.query_one(sql, &[]).await.expect("a place in the log").get(0)
    }
}

async fn connect(address: &str, schema: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client.batch_execute(&format!("SET search_path = {schema}")).await.expect("a schema");
    client
}

/// A client for each customer, all of which have their token.
async fn clients(vendor: &Vendor) -> HashMap<String, Client> {
    let mut clients = HashMap::new();
    for number in 1..=CUSTOMERS {
        let customer = format!("c{number}");
        let client = vendor.client(&customer).expect("a client");
        client.check_token().await.expect("a token");
        clients.insert(customer, client);
    }
    clients
}

/// As a worker does until it is stopped: whoever has been due for longest.
async fn poll_until(engine: Engine, end: Instant) -> (u64, u64) {
    let (mut polls, mut events) = (0, 0);
    while Instant::now() < end {
        // Others may have locked what is due.
        let Some((_, tick)) = engine.tick_next().await.expect("a tick") else { continue };
        let Tick::Done(reads) = tick else { panic!("{tick:?}") };
        assert!(!reads.is_empty());
        for read in reads {
            assert_eq!(read.incomplete(), None);
            polls += 1;
            events += read.events;
        }
    }
    (polls, events)
}

/// Seconds of a request and its answer, without a store: one after another.
async fn request(vendor: &Vendor) -> f64 {
    const REQUESTS: u32 = 4000;
    let client = vendor.client("c1").expect("a client");
    let now = client.server_time();
    let window = mycarrierpackets::Window::new(now - Duration::from_secs(600), now).expect("a window");
    let mut best = f64::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        for _ in 0..REQUESTS {
            let mut rows = CarrierChanges.rows(client.raw(), window);
            assert!(rows.read_next().await.expect("an answer").is_none());
        }
        best = best.min(begun.elapsed().as_secs_f64() / f64::from(REQUESTS));
    }
    best
}
