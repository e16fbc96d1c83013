//! A sink that refuses some events and is down at times, to which workers deliver that are cut off.

use crate::world::{CUSTOMER, World};
use mycarrierpackets_sync::sink::{NotTaken, Sink};
use mycarrierpackets_sync::store::{Tx, deliveries, events};
use mycarrierpackets_sync::{Delivered, Event};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

const SINK: &str = "tms";
/// What the sink took.
#[derive(Debug, Default)]
pub struct Arrived {
    /// By their number: the id, and how often it came.
    events: BTreeMap<i64, (String, u64)>,
    /// The last of each carrier.
    last: BTreeMap<String, i64>,
    /// Taken in a turn that was cut off: they may come again.
    unnoted: u64,
    /// Events that came again.
    again: u64,
    /// Events that came after a later one of their carrier.
    disordered: Vec<i64>,
}

impl Arrived {
    fn take(&mut self, event: &Event) {
        let (id, times) = self.events.entry(event.sequence).or_insert_with(|| (event.id.clone(), 0));
        assert_eq!(*id, event.id, "a number is that of one event");
        *times += 1;
        if *times > 1 {
            self.again += 1;
            return;
        }
        let last = self.last.entry(event.subject.clone().unwrap_or_default()).or_default();
        if event.sequence < *last {
            self.disordered.push(event.sequence);
        }
        *last = event.sequence.max(*last);
    }
}

/// The sink, for one turn.
struct Tms<'a> {
    arrived: &'a mut Arrived,
    random: fastrand::Rng,
    down: bool,
    refuses: bool,
    /// The worker ends after this number, and before it notes the last.
    ends_after: Option<u64>,
    taken: u64,
    over: Arc<Notify>,
}

impl Sink for Tms<'_> {
    async fn take(&mut self, event: &Event) -> Result<(), NotTaken> {
        if self.down {
            return Err(NotTaken::down("not now"));
        }
        if self.refuses && self.random.u8(0..15) == 0 {
            return Err(NotTaken::refused("not this one"));
        }
        self.arrived.take(event);
        self.taken += 1;
        if self.ends_after.is_some_and(|number| self.taken > number) {
            self.over.notify_one();
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

impl World {
    pub async fn add_sink(&self) {
        let add = async |tx: Tx| deliveries::add_sink(&tx, SINK, "handler", "{}", true).await;
        self.store.transaction(add).await.expect("a sink");
    }

    /// A turn of delivery, in one of the ways. `well`: nothing goes wrong.
    pub async fn deliver(&mut self, well: bool) -> Delivered {
        // Its own dice, lest the month depend on how many events there are.
        let mut random = fastrand::Rng::with_seed(self.random.u64(..));
        let worker = self.workers[random.usize(0..2)].clone();
        let mut sink = Tms {
            down: !well && random.u8(0..10) == 0,
            refuses: !well,
            ends_after: (!well && random.u8(0..6) == 0).then(|| random.u64(0..20)),
            random,
            arrived: &mut self.arrived,
            taken: 0,
            over: Arc::default(),
        };
        let over = Arc::clone(&sink.over);
        let done = tokio::select! {
            done = worker.deliver(CUSTOMER, SINK, &mut sink) => Some(done.expect("a turn of delivery")),
            () = over.notified() => None,
        };
        let taken = sink.taken;
        if done.is_none() {
            self.arrived.unnoted += taken;
        }
        done.unwrap_or_default()
    }

    /// Delivers until nothing waits, and compares with what there is: how many events there are, and how many came again.
    pub async fn compare_delivered(&mut self) -> (usize, u64) {
        let all =
            self.store.read(async |tx: Tx| events::list(&tx, CUSTOMER, 0, u32::MAX).await).await.expect("the events");
        for _ in 0..200 {
            // Longer than a lease, and than a sink that was down has to wait.
            self.sandbox.advance(Duration::from_secs(3600));
            self.deliver(true).await;
        }
        let ids: BTreeMap<i64, &str> = all.iter().map(|(number, event)| (*number, event.id.as_str())).collect();
        let Arrived { events, unnoted, again, disordered, .. } = &self.arrived;
        let arrived: BTreeMap<i64, &str> = events.iter().map(|(number, (id, _))| (*number, id.as_str())).collect();
        if ids != arrived {
            self.faults.push(format!("{} of {} events arrived in the sink", arrived.len(), ids.len()));
        }
        if again > unnoted {
            self.faults.push(format!("{again} events came again, of {unnoted} that no worker had noted"));
        }
        if !disordered.is_empty() {
            self.faults.push(format!("not in the order of their carrier: {disordered:?}"));
        }
        (all.len(), *again)
    }
}
