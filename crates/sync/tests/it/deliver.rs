//! Events reach a sink in the order of each carrier, again until they are taken, and none is dropped.

use crate::outlet::{Recorder, SECOND, World};
use crate::place::{Place, customers};
use mycarrierpackets_sync::sink::NotTaken;
use mycarrierpackets_sync::store::{ErrorKind, customers as kept, deliveries};
use mycarrierpackets_sync::{Delivered, Error, Event};
use std::time::Duration;

crate::on_both!(
    an_event_behind_a_refused_one_of_its_carrier_waits_and_others_go_on,
    a_refused_event_is_tried_ten_times_with_doubled_waits_and_then_parked,
    a_requeued_event_is_known_to_be_older_by_its_number,
    one_event_is_requeued_by_its_id,
    a_sink_that_is_down_parks_nothing_however_long_it_takes,
    a_flush_that_fails_is_the_sinks_and_brings_everything_again,
    a_sink_that_asks_for_time_gets_it,
    what_was_taken_before_the_sink_went_down_is_noted,
    a_reader_that_left_is_no_error_and_nothing_is_noted,
    what_a_turn_left_when_it_was_cut_off_is_discarded_first,
    more_than_one_batch_arrives_in_order,
    events_of_a_paused_customer_are_delivered,
    a_sink_or_customer_that_does_not_exist_is_an_error,
    a_sink_that_is_taken_away_leaves_the_events_and_the_other_sinks,
    the_outbox_has_every_event_with_the_columns_of_the_router,
);

async fn an_event_behind_a_refused_one_of_its_carrier_waits_and_others_go_on(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "B"), ("3", "A"), ("4", ""), ("5", "A")]).await;
    let mut sink = Recorder::refusing(&["1"]);
    let delivered = world.deliver(&mut sink).await;
    assert_eq!((delivered.taken, delivered.refused, delivered.parked, delivered.down), (2, 1, 0, None));
    assert_eq!(sink.ids(), ["2", "4"]);
    // Until it is tried again, in a turn of its own as well.
    world.append(&[("6", "A"), ("7", "B")]).await;
    world.pass(5 * SECOND - 1);
    world.deliver(&mut sink).await;
    assert_eq!(sink.ids(), ["2", "4", "7"]);
    world.pass(1);
    sink.refuses.clear();
    world.deliver(&mut sink).await;
    assert_eq!(sink.ids(), ["2", "4", "7", "1", "3", "5", "6"]);
    assert_eq!(world.delivery("1").await.1, 2);
    assert_eq!(world.deliver(&mut sink).await, Delivered::default());
}

async fn a_refused_event_is_tried_ten_times_with_doubled_waits_and_then_parked(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "A")]).await;
    let mut sink = Recorder::refusing(&["1"]);
    for tries in 1..10 {
        let delivered = world.deliver(&mut sink).await;
        assert_eq!((delivered.taken, delivered.refused, delivered.parked), (0, 1, 0), "try {tries}");
        let wait = (5 * SECOND) << (tries - 1);
        assert_eq!(world.delivery("1").await, ("waiting".to_owned(), tries, world.now() + wait));
        world.pass(wait - 1);
        assert_eq!(world.deliver(&mut sink).await, Delivered::default(), "try {tries} was early");
        world.pass(1);
    }
    // In the same turn, the rest of the lane goes on.
    let delivered = world.deliver(&mut sink).await;
    assert_eq!((delivered.taken, delivered.refused, delivered.parked), (1, 1, 1));
    assert_eq!(sink.ids(), ["2"]);
    let route = world.route().await;
    assert_eq!((route.waiting, route.parked, route.error.as_deref()), (0, 1, Some("no such carrier")));
    world.pass(3600 * 24 * 365 * SECOND);
    assert_eq!(world.deliver(&mut sink).await, Delivered::default());
}

async fn parked(world: &World, ids: &[&str]) {
    let mut sink = Recorder::refusing(ids);
    for _ in 0..10 {
        world.deliver(&mut sink).await;
        world.pass(3600 * SECOND);
    }
    assert_eq!(world.route().await.parked, i64::try_from(ids.len()).unwrap());
}

async fn requeue(world: &World, event: Option<&str>) -> u64 {
    world.store.transaction(async |tx| deliveries::requeue(&tx, "a", "tms", event).await).await.unwrap()
}

async fn a_requeued_event_is_known_to_be_older_by_its_number(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "B"), ("3", "A"), ("4", ""), ("5", "A")]).await;
    parked(&world, &["1"]).await;
    assert_eq!(requeue(&world, None).await, 1);
    world.append(&[("6", "A"), ("1", "A")]).await;
    let mut sink = Recorder::default();
    world.deliver(&mut sink).await;
    let numbers = |event: &Event| (event.id.clone(), event.sequence, event.carrierversion);
    assert_eq!(
        sink.taken.iter().map(numbers).collect::<Vec<_>>(),
        [("1".to_owned(), 1, Some(1)), ("6".to_owned(), 6, Some(4))]
    );
    // It may be refused ten times again.
    assert_eq!(world.delivery("1").await.1, 1);
    assert_eq!(requeue(&world, None).await, 0);
}

async fn one_event_is_requeued_by_its_id(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "B")]).await;
    parked(&world, &["1", "2"]).await;
    assert_eq!(requeue(&world, Some("3")).await, 0);
    assert_eq!(requeue(&world, Some("2")).await, 1);
    let mut sink = Recorder::default();
    world.deliver(&mut sink).await;
    assert_eq!((sink.ids(), world.route().await.parked), (vec!["2"], 1));
}

async fn a_sink_that_is_down_parks_nothing_however_long_it_takes(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "B"), ("3", "A")]).await;
    let down = || Some(NotTaken::down("connection refused"));
    let mut sink = Recorder { down: down(), ..Recorder::default() };
    for failures in 1..30 {
        let delivered = world.deliver(&mut sink).await;
        assert_eq!((delivered.taken, delivered.refused), (0, 0));
        assert_eq!(delivered.down.as_deref(), Some("connection refused"));
        let wait = ((5 * SECOND) << (failures - 1).min(9)).min(300 * SECOND);
        let route = world.route().await;
        assert_eq!((route.failures, route.due_at), (failures, world.now() + wait));
        assert_eq!((route.waiting, route.parked, route.error.as_deref()), (3, 0, Some("connection refused")));
        // Nothing is tried before, and why is known all the same.
        world.pass(wait - 1);
        let mut early = Recorder::default();
        assert_eq!(world.deliver(&mut early).await.down.as_deref(), Some("connection refused"));
        assert_eq!(early.taken, []);
        world.pass(1);
    }
    assert_eq!(world.delivery("1").await.1, 0);
    sink.down = None;
    world.deliver(&mut sink).await;
    assert_eq!(sink.ids(), ["1", "2", "3"]);
    let route = world.route().await;
    assert_eq!((route.failures, route.error, route.last_success), (0, None, Some(world.now())));
    // Somebody who saw to it need not wait.
    world.append(&[("4", "A")]).await;
    sink.down = down();
    world.deliver(&mut sink).await;
    sink.down = None;
    assert_eq!(requeue(&world, None).await, 0);
    assert_eq!(world.deliver(&mut sink).await.taken, 1);
}

async fn a_flush_that_fails_is_the_sinks_and_brings_everything_again(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "B"), ("3", "A")]).await;
    let mut sink = Recorder { flush_fails: Some(NotTaken::refused("no space left")), ..Recorder::refusing(&["2"]) };
    for _ in 0..12 {
        let delivered = world.deliver(&mut sink).await;
        assert_eq!((delivered.taken, delivered.down.as_deref()), (0, Some("no space left")));
        world.pass(300 * SECOND);
    }
    // What was refused by itself is counted, and nothing else.
    assert_eq!((world.delivery("1").await.1, world.delivery("3").await.1), (0, 0));
    let (state, attempts, _) = world.delivery("2").await;
    assert!(state == "waiting" && (5..10).contains(&attempts), "{state} {attempts}");
    sink.flush_fails = None;
    world.deliver(&mut sink).await;
    assert_eq!(sink.ids(), ["1", "3"]);
}

async fn a_sink_that_asks_for_time_gets_it(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A")]).await;
    for (asked, given) in [(1, 5), (900, 900), (24 * 3600, 3600)] {
        let retry_after = Some(Duration::from_secs(asked));
        let down = Some(NotTaken::Down { why: "429".to_owned(), retry_after });
        world.deliver(&mut Recorder { down, ..Recorder::default() }).await;
        let due_at = world.route().await.due_at;
        assert_eq!(due_at, world.now() + given * SECOND);
        world.pass(due_at - world.now());
    }
}

async fn what_was_taken_before_the_sink_went_down_is_noted(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "B"), ("3", "A")]).await;
    for _ in 0..3 {
        world.deliver(&mut Recorder { down: Some(NotTaken::down("gone")), ..Recorder::default() }).await;
        world.pass(300 * SECOND);
    }
    let mut taken = Vec::new();
    let mut sink = |event: Event| {
        let down = event.id == "2";
        if !down {
            taken.push(event.id);
        }
        std::future::ready(if down { Err(NotTaken::down("gone")) } else { Ok(()) })
    };
    let delivered = world.deliver(&mut sink).await;
    assert_eq!((delivered.taken, delivered.down.as_deref()), (1, Some("gone")));
    assert_eq!(taken, ["1"]);
    // A sink that took something begins with short waits again.
    assert_eq!(world.route().await.due_at, world.now() + 5 * SECOND);
    world.pass(5 * SECOND);
    let mut sink = Recorder::default();
    world.deliver(&mut sink).await;
    assert_eq!(sink.ids(), ["2", "3"]);
}

async fn a_reader_that_left_is_no_error_and_nothing_is_noted(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "B")]).await;
    let mut sink = Recorder { flush_fails: Some(NotTaken::Closed), ..Recorder::default() };
    let delivered = world.deliver(&mut sink).await;
    assert_eq!((delivered.closed, delivered.taken, delivered.down), (true, 0, None));
    let route = world.route().await;
    assert_eq!((route.waiting, route.failures, route.error), (2, 0, None));
    assert_eq!(world.delivery("1").await, ("waiting".to_owned(), 0, 7));
}

async fn what_a_turn_left_when_it_was_cut_off_is_discarded_first(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A")]).await;
    let mut sink = Recorder::default();
    // As after a turn that was dropped between taking and the flush, while another worker delivered what came later.
    let stale = Event::of(
        "a",
        &world.store.read(async |tx| deliveries::due(&tx, "a", "tms", 1).await).await.unwrap()[0].recorded,
    );
    sink.unflushed.push(stale);
    world.deliver(&mut sink).await;
    assert_eq!(sink.ids(), ["1"]);
}

async fn more_than_one_batch_arrives_in_order(place: &Place) {
    let world = World::new(place).await;
    let ids: Vec<String> = (0..1203).map(|number| number.to_string()).collect();
    let events: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), ["A", "B", ""][id.len() % 3])).collect();
    world.append(&events).await;
    let mut sink = Recorder::default();
    assert_eq!(world.deliver(&mut sink).await.taken, 1203);
    assert_eq!(sink.ids(), ids);
    // Each carrier has numbers of its own, over all statements that one append takes.
    for carrier in [Some("A"), Some("B")] {
        let of = sink.taken.iter().filter(|event| event.subject.as_deref() == carrier);
        let numbers: Vec<i64> = of.map(|event| event.carrierversion.unwrap()).collect();
        assert!(numbers.len() > 100);
        assert_eq!(numbers, (1..=i64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
    }
    assert!(sink.taken.iter().all(|event| event.subject.is_some() == event.carrierversion.is_some()));
}

async fn events_of_a_paused_customer_are_delivered(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A")]).await;
    world.store.transaction(async |tx| kept::pause(&tx, "a", "credentials refused").await).await.unwrap();
    assert_eq!(world.deliver(&mut Recorder::default()).await.taken, 1);
}

async fn a_sink_or_customer_that_does_not_exist_is_an_error(place: &Place) {
    let world = World::new(place).await;
    customers(&world.store, &["b"], 0).await;
    for (customer, sink) in [("a", "other"), ("c", "tms")] {
        let error = world.engine.deliver(customer, sink, &mut Recorder::default()).await.unwrap_err();
        let Error::Store(error) = error else { panic!("{error:?}") };
        assert_eq!(error.kind(), ErrorKind::Missing);
    }
    assert_eq!(world.engine.deliver("b", "tms", &mut Recorder::default()).await.unwrap(), Delivered::default());
}

async fn a_sink_that_is_taken_away_leaves_the_events_and_the_other_sinks(place: &Place) {
    let world = World::new(place).await;
    let add = async |name: &'static str| {
        world.store.transaction(async |tx| deliveries::add_sink(&tx, name, "handler", "{}", true).await).await.unwrap()
    };
    let remove =
        async |name: &'static str| world.store.transaction(async |tx| deliveries::remove_sink(&tx, name).await).await;
    add("other").await;
    world.append(&[("1", "x"), ("2", "y")]).await;
    // It is down, and would be tried again later.
    let mut down = async |_: Event| Err::<(), _>(NotTaken::down("connection refused"));
    assert_eq!(world.engine.deliver("a", "tms", &mut down).await.unwrap().taken, 0);
    assert_eq!(remove("no").await.unwrap_err().kind(), ErrorKind::Missing);
    remove("tms").await.unwrap();
    assert_eq!(remove("tms").await.unwrap_err().kind(), ErrorKind::Missing);
    let mut taken = async |_: Event| Ok::<(), NotTaken>(());
    let gone = world.engine.deliver("a", "tms", &mut taken).await.unwrap_err();
    assert!(matches!(gone, Error::Store(error) if error.kind() == ErrorKind::Missing));
    world.append(&[("3", "x")]).await;
    assert_eq!(world.engine.deliver("a", "other", &mut taken).await.unwrap().taken, 3);
    assert!(add("tms").await);
    assert_eq!(world.engine.deliver("a", "tms", &mut taken).await.unwrap().taken, 3, "all of them, from the first");
}

async fn the_outbox_has_every_event_with_the_columns_of_the_router(place: &Place) {
    let world = World::new(place).await;
    world.append(&[("1", "A"), ("2", "")]).await;
    world.store.transaction(async |tx| tx.execute("UPDATE events SET observed_at = 5000999", &[]).await).await.unwrap();
    let sql = "SELECT id, aggregatetype, aggregateid, type, payload, timestamp, carrier_version FROM outbox
        WHERE customer = 'a' AND sequence > 0 ORDER BY sequence";
    let rows = world.store.read(async |tx| tx.query(sql, &[]).await).await.unwrap();
    for (row, (id, key, version)) in rows.iter().zip([("1", "a/A", Some(1)), ("2", "a/", None)]) {
        let text = |column| row.text(column).unwrap();
        assert_eq!([text("id"), text("aggregatetype"), text("aggregateid")], [id, "carrier", key]);
        assert_eq!([text("type"), text("payload")], ["mycarrierpackets.carrier.changed", "{\"n\":1}"]);
        assert_eq!((row.integer("timestamp").unwrap(), row.integer_opt("carrier_version").unwrap()), (5000, version));
    }
    assert_eq!(rows.len(), 2);
}
