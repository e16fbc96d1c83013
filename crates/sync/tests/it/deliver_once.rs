//! A handler that writes to the store's own database has each event's effect exactly once, wherever it is cut off.

use crate::outlet::{SECOND, World};
use crate::place::Place;
use mycarrierpackets_sync::sink::NotTaken;
use mycarrierpackets_sync::store::{Error as StoreError, ErrorKind, Tx};
use mycarrierpackets_sync::{Delivered, Error, Event};
use std::pin::pin;
use std::task::Poll;

crate::on_both!(
    each_event_has_its_effect_once_wherever_the_turn_is_cut_off,
    what_a_refusing_handler_wrote_is_taken_back,
    a_handler_that_goes_on_after_a_failed_statement_is_a_refusal,
    a_handler_is_not_reached_once_another_worker_took_over,
);

/// A table of the user's, beside those of the store, that allows an effect twice.
async fn effects(world: &World) {
    let sql = "CREATE TABLE effects (event TEXT NOT NULL, carrier TEXT)";
    world.store.transaction(async |tx| tx.execute(sql, &[]).await).await.unwrap();
}

async fn write(tx: &Tx, event: &Event) -> Result<(), StoreError> {
    let sql = "INSERT INTO effects (event, carrier) VALUES ($1, $2)";
    tx.execute(sql, &[(&event.id).into(), event.subject.as_ref().into()]).await?;
    Ok(())
}

async fn written(world: &World) -> Vec<String> {
    let rows = world.store.read(async |tx| tx.query("SELECT event FROM effects ORDER BY event", &[]).await).await;
    rows.unwrap().iter().map(|row| row.text("event").unwrap().to_owned()).collect()
}

async fn deliver(world: &World) -> Result<Delivered, Error> {
    let handler = async |tx: &Tx, event: Event| Ok(write(tx, &event).await?);
    world.engine.deliver_with_transaction("a", "tms", handler).await
}

/// Drops a future after it was polled `polls` times: at once, with a statement under way, or when it would go on. False if
/// it ended before.
async fn cut(future: impl Future, polls: usize, at_once: bool) -> bool {
    let (mut future, mut left) = (pin!(future), polls);
    let ended = std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 && at_once => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    });
    !ended.await
}

async fn each_event_has_its_effect_once_wherever_the_turn_is_cut_off(place: &Place) {
    let world = World::new(place).await;
    effects(&world).await;
    let mut ids = Vec::new();
    let (mut cuts, mut seen) = (0, 0);
    for polls in 1..60 {
        for at_once in [true, false] {
            let two = [format!("{:04}", ids.len()), format!("{:04}", ids.len() + 1)];
            world.append(&[(&two[0], "A"), (&two[1], "B")]).await;
            ids.extend(two);
            cuts += usize::from(cut(deliver(&world), polls, at_once).await);
            seen += usize::from(written(&world).await.len() < ids.len());
            // The lease of what was cut off runs out.
            world.pass(60 * SECOND);
        }
    }
    assert!(cuts > 40 && seen > 20, "{cuts} turns were cut off, after {seen} of which something was left to do");
    deliver(&world).await.unwrap();
    assert_eq!(written(&world).await, ids);
    assert_eq!(world.route().await.waiting, 0);
}

async fn what_a_refusing_handler_wrote_is_taken_back(place: &Place) {
    let world = World::new(place).await;
    effects(&world).await;
    world.append(&[("1", "A"), ("2", "B"), ("3", "A")]).await;
    let refusing = async |tx: &Tx, event: Event| {
        write(tx, &event).await?;
        if event.id == "1" { Err(NotTaken::refused("no such carrier")) } else { Ok(()) }
    };
    let delivered = world.engine.deliver_with_transaction("a", "tms", refusing).await.unwrap();
    assert_eq!((delivered.taken, delivered.refused), (1, 1));
    assert_eq!(written(&world).await, ["2"]);
    assert_eq!(world.delivery("1").await, ("waiting".to_owned(), 1, world.now() + 5 * SECOND));
    // One that is down has nothing counted.
    world.pass(5 * SECOND);
    let down = async |tx: &Tx, event: Event| {
        write(tx, &event).await?;
        Err(NotTaken::down("the tables are being moved"))
    };
    let delivered = world.engine.deliver_with_transaction("a", "tms", down).await.unwrap();
    assert_eq!((delivered.taken, delivered.down.as_deref()), (0, Some("the tables are being moved")));
    assert_eq!((written(&world).await, world.delivery("1").await.1), (vec!["2".to_owned()], 1));
    world.pass(5 * SECOND);
    assert_eq!(deliver(&world).await.unwrap().taken, 2);
    assert_eq!(written(&world).await, ["1", "2", "3"]);
}

async fn a_handler_that_goes_on_after_a_failed_statement_is_a_refusal(place: &Place) {
    let world = World::new(place).await;
    effects(&world).await;
    world.append(&[("1", "A"), ("2", "B")]).await;
    let careless = async |tx: &Tx, event: Event| {
        write(tx, &event).await?;
        if event.id == "1" {
            let _ = tx.execute("INSERT INTO effects (event) VALUES (NULL)", &[]).await;
        }
        Ok(())
    };
    let delivered = world.engine.deliver_with_transaction("a", "tms", careless).await.unwrap();
    assert_eq!((delivered.taken, delivered.refused), (1, 1));
    assert_eq!(written(&world).await, ["2"]);
    assert!(world.route().await.error.is_some_and(|error| !error.is_empty()));
}

async fn a_handler_is_not_reached_once_another_worker_took_over(place: &Place) {
    let world = World::new(place).await;
    effects(&world).await;
    world.append(&[("1", "A"), ("2", "A")]).await;
    let handler = async |tx: &Tx, event: Event| {
        write(tx, &event).await?;
        // As the claim of another worker does, which waits until this transaction ends.
        tx.execute("UPDATE routes SET fence = fence + 1", &[]).await?;
        Ok(())
    };
    let stale = world.engine.deliver_with_transaction("a", "tms", handler).await.unwrap_err();
    assert!(matches!(&stale, Error::Store(error) if error.kind() == ErrorKind::Lost), "{stale}");
    assert_eq!(written(&world).await, ["1"]);
    world.pass(60 * SECOND);
    assert_eq!(deliver(&world).await.unwrap().taken, 1);
    assert_eq!(written(&world).await, ["1", "2"]);
}
