//! One worker at a time for each customer.

use crate::place::{Place, customers};
use mycarrierpackets_sync::store::leases::{self, Claim, Claimed};
use mycarrierpackets_sync::store::{Clock, Error, ErrorKind, Store, customers as kept, events, feeds};
use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

crate::on_both!(
    what_has_been_due_for_longest_is_claimed_first,
    a_lease_that_ran_out_is_taken_over_and_the_stale_fence_refused,
    a_stale_fence_is_refused_while_the_new_holder_is_at_work,
    a_lease_that_ran_out_is_held_until_somebody_claims_it,
    a_released_customer_is_claimed_again,
    a_paused_customer_is_lost_and_claimed_by_nobody,
    one_customer_is_claimed_by_name,
    two_workers_never_hold_one_customer,
);

const LEASE: Duration = Duration::from_secs(45);

/// A store with a clock that the test moves, in microseconds.
pub async fn timed(place: &Place) -> (Store, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(1_000_000_000));
    let hands = now.clone();
    let clock: Clock = Arc::new(move || hands.load(Ordering::Relaxed));
    (Store::open_with_clock(&place.address, clock).await.unwrap(), now)
}

pub async fn claim(store: &Store, owner: &str) -> Option<Claim> {
    store.transaction(async |tx| leases::claim(&tx, owner, LEASE).await).await.unwrap()
}

async fn checked(store: &Store, claim: &Claim) -> Result<(), ErrorKind> {
    let checked = store.transaction(async |tx| leases::check(&tx, claim).await.map(drop)).await;
    checked.map_err(|error| error.kind())
}

async fn what_has_been_due_for_longest_is_claimed_first(place: &Place) {
    let (store, now) = timed(place).await;
    customers(&store, &["0"], 300).await;
    customers(&store, &["b", "a"], 200).await;
    customers(&store, &["never"], i64::MAX).await;
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(claim(&store, "w").await.map(|claim| claim.customer().to_owned()));
    }
    let expected = [Some("a"), Some("b"), Some("0"), None];
    assert_eq!(order, expected.map(|id| id.map(str::to_owned)));
    let next = store.read(async |tx| leases::next_due(&tx).await).await.unwrap();
    assert_eq!(next, Some(200));
    now.store(199, Ordering::Relaxed);
    assert_eq!(claim(&store, "w").await, None);
}

async fn a_lease_that_ran_out_is_taken_over_and_the_stale_fence_refused(place: &Place) {
    let (store, now) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let first = claim(&store, "one").await.unwrap();
    now.fetch_add(44_999_999, Ordering::Relaxed);
    assert_eq!(claim(&store, "two").await, None);
    store.transaction(async |tx| leases::renew(&tx, &first, LEASE).await).await.unwrap();
    now.fetch_add(44_999_999, Ordering::Relaxed);
    assert_eq!(claim(&store, "two").await, None);
    now.fetch_add(1, Ordering::Relaxed);
    let second = claim(&store, "two").await.unwrap();
    assert!(second.fence() > first.fence());
    // The first was only slow: nothing of its transaction is kept.
    let stale = store.transaction(async |tx| {
        let held = leases::check(&tx, &first).await?;
        feeds::advance(&held, "changes", "\"stale\"", 1).await
    });
    assert_eq!(stale.await.unwrap_err().kind(), ErrorKind::Lost);
    let stale = store.transaction(async |tx| leases::renew(&tx, &first, LEASE).await);
    assert_eq!(stale.await.unwrap_err().kind(), ErrorKind::Lost);
    assert!(!store.transaction(async |tx| leases::release(&tx, first.clone()).await).await.unwrap());
    assert_eq!(checked(&store, &second).await, Ok(()));
    let feed = store.read(async |tx| feeds::list(&tx, "a").await).await.unwrap().remove(0);
    assert_eq!(feed.position, None);
}

/// The check of a stale worker waits for what the new holder commits, and then fails.
async fn a_stale_fence_is_refused_while_the_new_holder_is_at_work(place: &Place) {
    let (store, now) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let first = claim(&store, "one").await.unwrap();
    now.fetch_add(60_000_000, Ordering::Relaxed);
    let other = store.clone();
    let stale = store.transaction(async |tx| {
        let claimed = leases::claim_customer(&tx, "a", "two", LEASE).await?;
        assert!(matches!(claimed, Claimed::Yes(_)), "{claimed:?}");
        let stale = tokio::spawn(async move { checked(&other, &first).await });
        // It has begun, or it begins after the commit: it must fail in either case.
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok::<_, Error>(stale)
    });
    assert_eq!(stale.await.unwrap().await.unwrap(), Err(ErrorKind::Lost));
}

async fn a_lease_that_ran_out_is_held_until_somebody_claims_it(place: &Place) {
    let (store, now) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let slow = claim(&store, "one").await.unwrap();
    now.fetch_add(3_600_000_000, Ordering::Relaxed);
    assert_eq!(checked(&store, &slow).await, Ok(()));
    store.transaction(async |tx| leases::renew(&tx, &slow, LEASE).await).await.unwrap();
    assert_eq!(claim(&store, "two").await, None);
}

async fn a_released_customer_is_claimed_again(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let first = claim(&store, "one").await.unwrap();
    assert!(store.transaction(async |tx| leases::release(&tx, first.clone()).await).await.unwrap());
    assert_eq!(checked(&store, &first).await, Err(ErrorKind::Lost));
    assert!(claim(&store, "two").await.unwrap().fence() > first.fence());
}

async fn a_paused_customer_is_lost_and_claimed_by_nobody(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let held = claim(&store, "one").await.unwrap();
    store.transaction(async |tx| kept::pause(&tx, "a", "credentials refused").await).await.unwrap();
    assert_eq!(checked(&store, &held).await, Err(ErrorKind::Lost));
    assert_eq!(claim(&store, "two").await, None);
    let by_name = async || store.transaction(async |tx| leases::claim_customer(&tx, "a", "two", LEASE).await).await;
    assert_eq!(by_name().await.unwrap(), Claimed::Paused { reason: "credentials refused".to_owned() });
    assert_eq!(store.read(async |tx| leases::next_due(&tx).await).await.unwrap(), None);
    store.transaction(async |tx| kept::resume(&tx, "a").await).await.unwrap();
    assert!(matches!(by_name().await.unwrap(), Claimed::Yes(_)));
    let nobody = store.transaction(async |tx| kept::pause(&tx, "b", "").await).await.unwrap_err();
    assert_eq!((nobody.kind(), nobody.message()), (ErrorKind::Missing, "there is no customer \"b\""));
}

async fn one_customer_is_claimed_by_name(place: &Place) {
    let (store, now) = timed(place).await;
    customers(&store, &["a"], i64::MAX).await;
    let by_name =
        async |id: &str| store.transaction(async |tx| leases::claim_customer(&tx, id, "w", LEASE).await).await;
    let Claimed::Yes(first) = by_name("a").await.unwrap() else { panic!("not claimed") };
    let until = now.load(Ordering::Relaxed) + 45_000_000;
    assert_eq!(by_name("a").await.unwrap(), Claimed::Held { owner: "w".to_owned(), until });
    let customer = store.read(async |tx| kept::find(&tx, "a").await).await.unwrap().unwrap();
    assert_eq!(customer.lease, Some(("w".to_owned(), until)));
    now.store(until, Ordering::Relaxed);
    let Claimed::Yes(second) = by_name("a").await.unwrap() else { panic!("not claimed") };
    assert!(second.fence() > first.fence());
    assert_eq!(by_name("b").await.unwrap_err().kind(), ErrorKind::Missing);
}

/// On PostgreSQL: SQLite has one writer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_and_a_webhook_do_not_wait_for_a_customer_that_is_written() {
    let Some(place) = Place::postgres() else { return };
    let store = place.store().await;
    customers(&store, &["a", "b"], 0).await;
    let other = store.clone();
    let both = store.transaction(async |tx| {
        let first = leases::claim(&tx, "one", LEASE).await?.unwrap();
        let held = leases::check(&tx, &first).await?;
        assert_eq!(held.customer(), "a");
        let second = claim(&other, "two").await.unwrap();
        let sql = "INSERT INTO inbox (customer, key, received_at, event_type, body, state)
            VALUES ('a', 'k', 1, 'carrier.completed', $1, 'waiting')";
        let received = other.transaction(async |tx| tx.execute(sql, &[vec![1].into()]).await).await?;
        Ok::<_, Error>((second.customer().to_owned(), received))
    });
    assert_eq!(both.await.unwrap(), ("b".to_owned(), 1));
    place.clean().await;
}

/// 32 tasks of four workers claim 200 times each; every claim appends one event. Nobody holds a customer that another
/// holds, and the events are numbered without holes.
async fn two_workers_never_hold_one_customer(place: &Place) {
    const TASKS: usize = 32;
    const CLAIMS: usize = 200;
    let stores = [place.store().await, place.store().await, place.store().await, place.store().await];
    // Somewhat more than tasks: they meet, and seldom find nothing.
    let ids: Vec<String> = (0..TASKS + 4).map(|number| format!("c{number}")).collect();
    customers(&stores[0], &ids.iter().map(String::as_str).collect::<Vec<_>>(), 0).await;
    let held: Arc<Mutex<HashSet<String>>> = Arc::default();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (store, held) = (stores[task % 4].clone(), held.clone());
            tokio::spawn(async move {
                let (mut claimed, mut nothing) = (0, 0);
                while claimed < CLAIMS {
                    let Some(claim) = claim(&store, "w").await else {
                        nothing += 1;
                        assert!(nothing < 10_000, "nothing to claim");
                        continue;
                    };
                    assert!(held.lock().unwrap().insert(claim.customer().to_owned()), "{claim:?} is held twice");
                    tokio::task::yield_now().await;
                    let worked = store.transaction(async |tx| {
                        let lease = leases::check(&tx, &claim).await?;
                        let event = crate::events::event(&format!("{task}-{claimed}"));
                        assert!(events::append(&lease, &[event]).await?[0].is_some());
                        // Out of the set before others can see that it is free.
                        assert!(held.lock().unwrap().remove(claim.customer()));
                        leases::release(&tx, claim.clone()).await
                    });
                    assert!(worked.await.unwrap());
                    claimed += 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut total = 0;
    for id in &ids {
        let listed = stores[0].read(async |tx| events::list(&tx, id, 0, 10_000).await).await.unwrap();
        let numbers: Vec<i64> = listed.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=i64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
        total += listed.len();
    }
    assert_eq!(total, TASKS * CLAIMS);
}
