//! What is done at the vendor is written down before it is sent, and is never sent again by itself.

use crate::place::Place;
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sandbox::{Fault, Sandbox};
use mycarrierpackets_sync::Engine;
use mycarrierpackets_sync::acts::{Act, Acted};
use mycarrierpackets_sync::store::acts::{self, Kind, State};
use mycarrierpackets_sync::store::coverage::{self, Coverage};
use mycarrierpackets_sync::store::feeds;
use mycarrierpackets_sync::store::leases::{self, Claimed};
use mycarrierpackets_sync::store::{Error, Store, roster};
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;
use std::time::Duration;

crate::on_both!(
    what_is_under_way_is_written_down_before_it_is_sent,
    each_outcome_is_written_down,
    an_act_that_is_dropped_anywhere_is_visible_and_never_sent_again,
    an_invitation_of_unknown_outcome_is_looked_for,
    a_read_of_the_list_settles_what_it_shows,
    a_person_clears_what_is_unknown_and_nothing_else,
    a_worker_that_lost_the_customer_still_notes_what_it_knows,
);

const CUSTOMER: &str = "acme";
const MINUTE: i64 = 60_000_000;

pub struct World {
    pub sandbox: Arc<Sandbox>,
    pub store: Store,
    pub clock: Arc<AtomicI64>,
    pub engine: Engine,
}

impl World {
    pub async fn new(place: &Place) -> Self {
        let sandbox = Arc::new(Sandbox::builder().carriers(12).start().await.unwrap());
        let (store, clock) = crate::leases::timed(place).await;
        let at = jiff::Timestamp::try_from(sandbox.now()).unwrap().as_microsecond();
        clock.store(at, Ordering::Relaxed);
        let client = client(&sandbox);
        let engine = Engine::new(store.clone(), move |_| Ok(client.clone()));
        engine.add_customer(CUSTOMER, "Acme").await.unwrap();
        Self { sandbox, store, clock, engine }
    }

    /// A worker that died gave nothing back; its lease runs out.
    pub fn after_the_lease(&self) {
        self.clock.fetch_add(MINUTE, Ordering::Relaxed);
    }

    pub async fn open(&self) -> Vec<acts::Act> {
        self.store.read(async |tx| acts::open(&tx, CUSTOMER).await).await.unwrap()
    }

    pub async fn all(&self) -> Vec<acts::Act> {
        self.store.read(async |tx| acts::list(&tx, CUSTOMER, 1000).await).await.unwrap()
    }

    /// A carrier that is not monitored.
    pub async fn stranger(&self) -> CarrierId {
        let listed = client(&self.sandbox).monitoring().list().read_all(1000).await.unwrap().items;
        let listed: BTreeSet<u32> = listed.iter().filter_map(|own| own.dot_number?.to_string().parse().ok()).collect();
        let dot = self.sandbox.dot_numbers().into_iter().find(|dot| !listed.contains(dot)).unwrap();
        CarrierId::dot(dot).unwrap()
    }

    /// A complete read of the monitored list, kept as the engine does.
    pub async fn read(&self, carriers: &[&str]) {
        self.clock.fetch_add(MINUTE, Ordering::Relaxed);
        let claim = async |tx| leases::claim_customer(&tx, CUSTOMER, "reader", Duration::from_secs(45)).await;
        let Claimed::Yes(claim) = self.store.transaction(claim).await.unwrap() else { panic!("held") };
        let carriers: BTreeSet<String> = carriers.iter().map(|&carrier| carrier.to_owned()).collect();
        let work = self.store.transaction(async |tx| {
            let at = tx.now().await?;
            let held = leases::check(&tx, &claim).await?;
            let known = feeds::list(&tx, CUSTOMER).await?;
            let first = known.iter().any(|feed| feed.feed == "monitored" && feed.last_success.is_none());
            roster::replace(&held, "monitored", &carriers, at, first).await?;
            coverage::end(&held, "monitored", &read_at(at, None)).await?;
            feeds::advance(&held, "monitored", "{}", at).await?;
            leases::release(&tx, claim.clone()).await
        });
        work.await.unwrap();
    }
}

/// A read that took no time.
pub fn read_at(at: i64, error: Option<&str>) -> Coverage {
    Coverage {
        began_at: at,
        read_at: at,
        window_start: at,
        window_end: at,
        server_ahead: 0,
        rows: 0,
        new_rows: 0,
        unreadable: 0,
        error: error.map(str::to_owned),
    }
}

pub fn client(sandbox: &Sandbox) -> Client {
    let environment = Environment::custom(sandbox.base_url().parse().unwrap());
    let environment = environment.with_portal(sandbox.portal_url().parse().unwrap());
    Client::builder()
        .environment(environment)
        .credentials(sandbox.username(), sandbox.password())
        .retry(|retry| retry.base_delay = Duration::from_millis(1))
        .build()
        .unwrap()
}

/// `work`, dropped after it was polled so often; nothing if it was not over by then.
pub async fn polled<F: Future>(times: usize, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

async fn until(what: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never happened");
}

fn invite(carrier: &CarrierId) -> Act {
    Act::Invite { carrier: carrier.clone(), email: "dispatch@carrier.example".to_owned() }
}

async fn what_is_under_way_is_written_down_before_it_is_sent(place: &Place) {
    let world = World::new(place).await;
    let carrier = world.stranger().await;
    world.sandbox.fault(Fault::stall(0).on("RequestMonitoring"));
    let (engine, act) = (world.engine.clone(), Act::Monitor(carrier.clone()));
    let under_way = tokio::spawn(async move { engine.act(CUSTOMER, &act).await });
    until(|| world.sandbox.count("RequestMonitoring") == 1).await;
    let open = world.open().await;
    let name = format!("DOT:{}", carrier.dot_number().unwrap());
    assert_eq!((open.len(), open[0].state, open[0].kind), (1, State::UnderWay, Kind::Monitor));
    assert_eq!((open[0].carrier.as_str(), open[0].ended_at), (name.as_str(), None));
    let same = world.engine.act(CUSTOMER, &Act::Unmonitor(carrier.clone())).await.unwrap();
    assert!(matches!(same, Acted::Held { .. }), "{same:?}");
    let cleared = async |tx| acts::clear(&tx, CUSTOMER, &open[0].id, "I think so").await;
    assert!(!world.store.transaction(cleared).await.unwrap(), "it is under way");

    under_way.abort();
    assert!(under_way.await.is_err());
    world.after_the_lease();
    assert_eq!(world.open().await[0].state, State::Unknown);
    world.sandbox.clear_faults();
    // Nothing of the carrier is touched before somebody knows, neither the same nor its opposite.
    for act in [Act::Monitor(carrier.clone()), Act::Unmonitor(carrier.clone())] {
        let again = world.engine.act(CUSTOMER, &act).await.unwrap();
        assert!(matches!(&again, Acted::Open(act) if act.state == State::Unknown), "{again:?}");
    }
    let blocked = world.engine.act(CUSTOMER, &Act::Block(carrier)).await.unwrap();
    assert!(matches!(blocked, Acted::Done { .. }), "{blocked:?}");
    assert_eq!((world.sandbox.count("RequestMonitoring"), world.sandbox.count("CancelMonitoring")), (1, 0));
}

async fn each_outcome_is_written_down(place: &Place) {
    let world = World::new(place).await;
    let carrier = world.stranger().await;
    let act = async |act: Act| world.engine.act(CUSTOMER, &act).await.unwrap();
    for done in [
        Act::Monitor(carrier.clone()),
        Act::Unmonitor(carrier.clone()),
        Act::Block(carrier.clone()),
        Act::Unblock(carrier.clone()),
        invite(&carrier),
    ] {
        let kind = done.kind();
        assert!(matches!(act(done).await, Acted::Done { .. }), "{kind:?}");
        assert_eq!(world.all().await.iter().filter(|act| act.kind == kind && act.state == State::Done).count(), 1);
    }
    assert!(world.open().await.is_empty());
    world.clock.fetch_add(1, Ordering::Relaxed);
    // What the vendor refuses is over, and may be tried again.
    for status in [400, 403] {
        let number = world.sandbox.fault(Fault::status(status));
        for refused in [Act::Monitor(carrier.clone()), invite(&carrier)] {
            let refused = act(refused).await;
            assert!(matches!(refused, Acted::Refused { .. }), "{status}: {refused:?}");
            world.clock.fetch_add(1, Ordering::Relaxed);
        }
        world.sandbox.remove_fault(number);
    }
    let refused = world.all().await.into_iter().filter(|act| act.state == State::Refused).collect::<Vec<_>>();
    assert!(refused.len() == 4 && refused.iter().all(|act| act.ended_at.is_some() && act.outcome.is_some()));
    // A failure that the client repeats, with success at last, is done.
    world.sandbox.fault(Fault::reset_after_work().on("RequestMonitoring").first(1));
    assert!(matches!(act(Act::Monitor(carrier.clone())).await, Acted::Done { .. }));
    world.sandbox.clear_faults();
    // What may have been carried out is unknown, whether or not the client says so of its kind.
    for fault in [Fault::reset_after_work(), Fault::after_work(502), Fault::page(200), Fault::broken_json()] {
        let place = Place::sqlite();
        let world = World::new(&place).await;
        world.sandbox.fault(Fault::reset_before().on("token"));
        let refused = world.engine.act(CUSTOMER, &Act::Block(carrier.clone())).await.unwrap();
        assert!(matches!(refused, Acted::Refused { .. }), "nothing is sent without a token: {refused:?}");
        world.sandbox.clear_faults();
        for operation in ["BlockCarrier", "EmailPacketInvitation"] {
            world.sandbox.fault(fault.clone().on(operation));
        }
        for (unknown, operation) in
            [(Act::Block(carrier.clone()), "BlockCarrier"), (invite(&carrier), "EmailPacketInvitation")]
        {
            let kind = unknown.kind();
            let acted = world.engine.act(CUSTOMER, &unknown).await.unwrap();
            assert!(matches!(acted, Acted::Unknown { .. }), "{fault:?} {kind:?}: {acted:?}");
            let sent = world.sandbox.count(operation);
            assert!(kind != Kind::Invite || sent == 1, "{sent}");
            let again = world.engine.act(CUSTOMER, &unknown).await.unwrap();
            assert!(matches!(again, Acted::Open(_)), "{fault:?} {kind:?}: {again:?}");
            assert_eq!(world.sandbox.count(operation), sent);
        }
    }
    // Nothing that signs in is in a row.
    let rows = world.store.read(async |tx| tx.query("SELECT * FROM acts", &[]).await).await.unwrap();
    let tokens = world
        .sandbox
        .requests()
        .into_iter()
        .filter_map(|request| Some(request.header("authorization")?.trim_start_matches("Bearer ").to_owned()));
    let tokens: BTreeSet<String> = tokens.collect();
    let shown = format!("{rows:?}");
    assert!(!tokens.is_empty() && tokens.iter().all(|token| !shown.contains(token.as_str())));
    assert!(shown.contains("dispatch@carrier.example") && !shown.contains("grant_type"));
}

async fn an_act_that_is_dropped_anywhere_is_visible_and_never_sent_again(place: &Place) {
    let world = World::new(place).await;
    let carriers = world.sandbox.dot_numbers();
    let mut seen = (0, 0, 0);
    for times in 1..400 {
        let dot = carriers[times % carriers.len()];
        let act = invite(&CarrierId::dot(dot).unwrap());
        let before = world.sandbox.count("EmailPacketInvitation");
        let done = polled(times, world.engine.act(CUSTOMER, &act)).await;
        world.after_the_lease();
        // The server may still have what was sent.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let sent = world.sandbox.count("EmailPacketInvitation") - before;
        let open = world.open().await;
        assert!(sent <= 1 && open.len() <= 1, "{times}: {sent} {open:?}");
        if let Some(done) = done {
            assert!(matches!(done.unwrap(), Acted::Done { .. }) && open.is_empty());
            seen.2 += 1;
            if seen.2 > 3 {
                break;
            }
            continue;
        }
        // Neither an outcome nor open: nobody would ever ask what became of it.
        let now = world.clock.load(Ordering::Relaxed);
        let noted = world.all().await.iter().any(|act| act.started_at + 2 * MINUTE > now);
        assert!(sent == 0 || noted, "{times}");
        let Some(open) = open.first() else {
            seen.0 += 1;
            continue;
        };
        seen.1 += 1;
        assert_eq!(open.state, State::Unknown, "{times}");
        let again = world.engine.act(CUSTOMER, &act).await.unwrap();
        assert!(matches!(&again, Acted::Open(known) if known.id == open.id), "{times}: {again:?}");
        assert_eq!(world.sandbox.count("EmailPacketInvitation") - before, sent, "{times}");
        let clear = async |tx| acts::clear(&tx, CUSTOMER, &open.id, "looked it up").await;
        assert!(world.store.transaction(clear).await.unwrap());
    }
    assert!(seen.0 > 0 && seen.1 > 0 && seen.2 > 3, "before it was written down, between, and after: {seen:?}");
}

async fn an_invitation_of_unknown_outcome_is_looked_for(place: &Place) {
    let world = World::new(place).await;
    let carrier = CarrierId::dot(world.sandbox.dot_numbers()[0]).unwrap();
    world.sandbox.fault(Fault::reset_after_work().on("EmailPacketInvitation"));
    let acted = world.engine.act(CUSTOMER, &invite(&carrier)).await.unwrap();
    let Acted::Unknown { id, .. } = acted else { panic!("{acted:?}") };
    assert!(world.engine.look_for(CUSTOMER, "another").await.is_err());
    assert!(world.engine.look_for(CUSTOMER, &id).await.unwrap());
    assert!(world.open().await.is_empty());
    let found = world.all().await;
    assert!(found[0].state == State::Settled && found[0].outcome.as_deref().unwrap().contains("newest invitation"));
    assert_eq!(world.sandbox.count("EmailPacketInvitation"), 1);
    world.sandbox.clear_faults();
    // One that never arrived stays unknown.
    world.sandbox.fault(Fault::page(502).on("EmailPacketInvitation"));
    let other = CarrierId::dot(world.sandbox.dot_numbers()[1]).unwrap();
    let acted = world.engine.act(CUSTOMER, &invite(&other)).await.unwrap();
    let Acted::Unknown { id, .. } = acted else { panic!("{acted:?}") };
    assert!(!world.engine.look_for(CUSTOMER, &id).await.unwrap());
    assert_eq!(world.open().await.len(), 1);
}

/// An act of each kind, written down and not ended.
async fn begun(world: &World, kind: Kind, carrier: &str) -> String {
    let claim = async |tx| leases::claim_customer(&tx, CUSTOMER, "w", Duration::from_secs(45)).await;
    let Claimed::Yes(claim) = world.store.transaction(claim).await.unwrap() else { panic!("held") };
    let begun = world.store.transaction(async |tx| {
        let held = leases::check(&tx, &claim).await?;
        let begun = acts::begin(&held, &acts::New { kind, carrier, body: "{}" }).await?;
        leases::release(&tx, claim.clone()).await?;
        Ok::<_, Error>(begun)
    });
    match begun.await.unwrap() {
        acts::Begun::Yes(id) => id,
        acts::Begun::Open(open) => panic!("{open:?}"),
    }
}

async fn a_read_of_the_list_settles_what_it_shows(place: &Place) {
    // What was begun, who is on the list at the reads that follow, a minute apart, and after which it is settled, if ever.
    let (on, off) = (&["DOT:1", "DOT:2"][..], &["DOT:2"][..]);
    type Case<'a> = (Kind, &'a str, Vec<&'a [&'a str]>, Option<usize>);
    let cases: [Case<'_>; 8] = [
        (Kind::Monitor, "DOT:1", vec![on], Some(1)),
        (Kind::Monitor, "DOT:1", vec![off, on], Some(2)),
        // The request may arrive for a while.
        (Kind::Monitor, "DOT:1", vec![off; 20], Some(15)),
        (Kind::Monitor, "MC:5", vec![off; 20], None),
        (Kind::Unmonitor, "DOT:1", vec![on, off, off, off], Some(3)),
        (Kind::Unmonitor, "DOT:1", vec![on; 20], Some(15)),
        (Kind::Block, "DOT:1", vec![on; 20], None),
        (Kind::Invite, "DOT:1", vec![on; 20], None),
    ];
    let world = World::new(place).await;
    for (number, (kind, carrier, reads, settled)) in cases.into_iter().enumerate() {
        world.read(on).await;
        let id = begun(&world, kind, carrier).await;
        let mut found = None;
        for (read, carriers) in (1..).zip(reads) {
            world.read(carriers).await;
            let act = world.store.read(async |tx| acts::find(&tx, CUSTOMER, &id).await).await.unwrap().unwrap();
            match act.state {
                State::Unknown => assert_eq!(found, None),
                State::Settled => {
                    assert!(act.outcome.unwrap().contains("on the list"));
                    found.get_or_insert(read);
                }
                state => panic!("{state:?}"),
            }
        }
        assert_eq!(found, settled, "case {number}");
    }
}

async fn a_person_clears_what_is_unknown_and_nothing_else(place: &Place) {
    let world = World::new(place).await;
    let id = begun(&world, Kind::Invite, "DOT:1").await;
    let clear = async |id: &str| {
        world.store.transaction(async |tx| acts::clear(&tx, CUSTOMER, id, "the carrier has it").await).await.unwrap()
    };
    assert!(!clear("another").await);
    assert!(clear(&id).await);
    assert!(!clear(&id).await, "it is over");
    let kept = world.all().await;
    assert_eq!((kept[0].state, kept[0].outcome.as_deref()), (State::Settled, Some("the carrier has it")));
}

async fn a_worker_that_lost_the_customer_still_notes_what_it_knows(place: &Place) {
    let world = World::new(place).await;
    let id = begun(&world, Kind::Invite, "DOT:1").await;
    let end = async |outcome| {
        world.store.transaction(async |tx| acts::end(&tx, CUSTOMER, &id, outcome, None).await).await.unwrap()
    };
    assert!(end(acts::Outcome::Done).await);
    assert!(!end(acts::Outcome::Unknown).await, "what is known is not unknown again");
    assert_eq!(world.all().await[0].state, State::Done);
}
