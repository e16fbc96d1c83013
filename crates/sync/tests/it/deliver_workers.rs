//! One worker at a time delivers a customer's events to a sink, beside whoever reads for the customer.

use crate::outlet::{Recorder, SECOND, World, worker};
use crate::place::Place;
use mycarrierpackets_sync::sink::{NotTaken, Sink};
use mycarrierpackets_sync::store::routes::{self, Claimed, Lease};
use mycarrierpackets_sync::store::{ErrorKind, deliveries};
use mycarrierpackets_sync::{Error, Event};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

crate::on_both!(
    a_slow_sink_holds_up_neither_the_reading_nor_other_sinks,
    what_a_stale_worker_notes_is_refused,
    a_stale_lease_can_neither_be_renewed_nor_given_back,
    eight_workers_deliver_each_event_once,
);

/// Says when it has an event, and waits until it may take it.
#[derive(Clone)]
struct Slow {
    has: Arc<Semaphore>,
    may: Arc<Semaphore>,
}

impl Slow {
    fn new() -> Self {
        Self { has: Arc::new(Semaphore::new(0)), may: Arc::new(Semaphore::new(0)) }
    }

    async fn has_one(&self) {
        self.has.acquire().await.unwrap().forget();
    }
}

impl Sink for Slow {
    async fn take(&mut self, _: &Event) -> Result<(), NotTaken> {
        self.has.add_permits(1);
        self.may.acquire().await.unwrap().forget();
        Ok(())
    }
}

async fn a_slow_sink_holds_up_neither_the_reading_nor_other_sinks(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A")]).await;
    let add = async |tx| deliveries::add_sink(&tx, "other", "handler", "{}", true).await;
    world.store.transaction(add).await.unwrap();
    let slow = Slow::new();
    let (engine, mut sink) = (world.engine.clone(), slow.clone());
    let delivering = tokio::spawn(async move { engine.deliver("a", "tms", &mut sink).await });
    slow.has_one().await;
    // The customer is held and written to, another sink is served, and the same sink is nobody else's.
    world.append(&[("2", "A")]).await;
    let mut other = Recorder::default();
    assert_eq!(world.engine.deliver("a", "other", &mut other).await.unwrap().taken, 2);
    let second = worker(&world.store).deliver("a", "tms", &mut other).await.unwrap();
    assert!(second.held.is_some() && second.taken == 0, "{second:?}");
    slow.may.add_permits(2);
    assert_eq!(delivering.await.unwrap().unwrap().taken, 2);
    assert_eq!(world.route().await.waiting, 0);
}

async fn what_a_stale_worker_notes_is_refused(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "A")]).await;
    let slow = Slow::new();
    let (engine, mut sink) = (world.engine.clone(), slow.clone());
    let delivering = tokio::spawn(async move { engine.deliver("a", "tms", &mut sink).await });
    slow.has_one().await;
    // Its lease runs out, and another worker finds that the first event is refused.
    world.pass(46 * SECOND);
    let mut second = Recorder::refusing(&["1"]);
    assert_eq!(worker(&world.store).deliver("a", "tms", &mut second).await.unwrap().refused, 1);
    slow.may.add_permits(2);
    let stale = delivering.await.unwrap().unwrap_err();
    assert!(matches!(&stale, Error::Store(error) if error.kind() == ErrorKind::Lost), "{stale}");
    assert_eq!(world.delivery("1").await, ("waiting".to_owned(), 1, world.now() + 5 * SECOND));
    assert_eq!(world.delivery("2").await.0, "waiting");
}

async fn claimed(world: &World) -> Lease {
    let claim = async |tx| routes::claim(&tx, "a", "tms", "w", Duration::from_secs(45)).await;
    match world.store.transaction(claim).await.unwrap() {
        Claimed::Yes(lease) => lease,
        other => panic!("{other:?}"),
    }
}

async fn a_stale_lease_can_neither_be_renewed_nor_given_back(place: &Place) {
    let world = World::new(place).await;
    let first = claimed(&world).await;
    world.pass(44 * SECOND);
    let renew = async |lease: &Lease| {
        let renewed = async |tx| routes::renew(&tx, lease, Duration::from_secs(45)).await;
        world.store.transaction(renewed).await.map_err(|error| error.kind())
    };
    assert_eq!(renew(&first).await, Ok(()));
    world.pass(44 * SECOND);
    let claim = async |tx| routes::claim(&tx, "a", "tms", "other", Duration::from_secs(45)).await;
    let held = Claimed::Held { owner: "w".to_owned(), until: world.now() + SECOND };
    assert_eq!(world.store.transaction(claim).await.unwrap(), held);
    world.pass(SECOND);
    let second = claimed(&world).await;
    assert!(second.fence() > first.fence());
    assert_eq!(renew(&first).await, Err(ErrorKind::Lost));
    let release = async |lease: &Lease| world.store.transaction(async |tx| routes::release(&tx, lease).await).await;
    assert!(!release(&first).await.unwrap());
    assert!(release(&second).await.unwrap());
    // Whoever gave it back has nothing under way that counts.
    let check = async |tx| routes::check(&tx, &second).await.map(drop);
    assert_eq!(world.store.transaction(check).await.unwrap_err().kind(), ErrorKind::Lost);
    assert!(claimed(&world).await.fence() > second.fence());
}

async fn eight_workers_deliver_each_event_once(place: &Place) {
    let world = World::new(place).await;
    let ids: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    let taken = Arc::new(AtomicU32::new(0));
    for chunk in ids.chunks(20) {
        world.append(&chunk.iter().map(|id| (id.as_str(), "A")).collect::<Vec<_>>()).await;
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let (engine, taken) = (worker(&world.store), taken.clone());
                let mut sink = move |_: Event| {
                    taken.fetch_add(1, Ordering::Relaxed);
                    std::future::ready(Ok(()))
                };
                tokio::spawn(async move { engine.deliver("a", "tms", &mut sink).await })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap().unwrap();
        }
    }
    world.deliver(&mut Recorder::default()).await;
    assert_eq!((taken.load(Ordering::Relaxed), world.route().await.waiting), (200, 0));
}
