//! When a feed is due, how far it was read, and by which reads.

use crate::leases::{claim, timed};
use crate::place::{Place, customers};
use mycarrierpackets_sync::store::feeds::{self, Feed};
use mycarrierpackets_sync::store::leases::{self, Claim, Held};
use mycarrierpackets_sync::store::{Error, ErrorKind, Store};

crate::on_both!(
    an_attempt_moves_what_is_due_and_only_that,
    a_read_moves_the_position_and_a_failure_does_not,
    a_feed_is_never_due_earlier_than_it_was,
    a_feed_that_does_not_exist_is_an_error,
);

async fn with<T>(
    store: &Store,
    claim: &Claim,
    work: impl AsyncFnOnce(Held<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    store.transaction(async |tx| work(leases::check(&tx, claim).await?).await).await
}

async fn feed(store: &Store) -> Feed {
    store.read(async |tx| feeds::list(&tx, "a").await).await.unwrap().remove(0)
}

async fn an_attempt_moves_what_is_due_and_only_that(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 100).await;
    let claim = claim(&store, "w").await.unwrap();
    let due = async |now: i64| store.read(async |tx| feeds::due(&tx, "a", now).await).await.unwrap().len();
    assert_eq!((due(99).await, due(100).await), (0, 1));
    let attempt = async |at: i64, due_at: i64| {
        with(&store, &claim, async |held| feeds::attempt(&held, "changes", at, due_at).await).await
    };
    assert!(!attempt(99, 500).await.unwrap());
    assert_eq!(feed(&store).await.last_attempt, None);
    assert!(attempt(110, 350).await.unwrap());
    // Another worker, or the same one early: too soon.
    assert!(!attempt(111, 351).await.unwrap());
    let kept = feed(&store).await;
    assert_eq!((kept.last_attempt, kept.due_at, kept.position), (Some(110), Some(350), None));
    assert_eq!(attempt(400, 400).await.unwrap_err().kind(), ErrorKind::Value);
    assert_eq!(due(400).await, 1);
}

async fn a_read_moves_the_position_and_a_failure_does_not(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 100).await;
    let claim = claim(&store, "w").await.unwrap();
    let advance = async |position: &str, at: i64| {
        with(&store, &claim, async |held| feeds::advance(&held, "changes", position, at).await).await.unwrap();
    };
    let failed = async |error: &str| {
        with(&store, &claim, async |held| feeds::failed(&held, "changes", error, 900).await).await.unwrap();
    };
    advance("{\"end\":1}", 200).await;
    failed("503").await;
    failed(&"\0<html>".repeat(1000)).await;
    let kept = feed(&store).await;
    assert_eq!((kept.position.as_deref(), kept.last_success), (Some("{\"end\":1}"), Some(200)));
    assert_eq!((kept.failures, kept.due_at), (2, Some(900)));
    let error = kept.error.unwrap();
    assert!(error.starts_with("<html>") && error.len() == 500, "{error}");
    advance("{\"end\":2}", 300).await;
    let kept = feed(&store).await;
    assert_eq!((kept.failures, kept.error, kept.last_success), (0, None, Some(300)));
}

async fn a_feed_is_never_due_earlier_than_it_was(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 500).await;
    let claim = claim(&store, "w").await.unwrap();
    let again = store.transaction(async |tx| feeds::add(&tx, "a", "changes", 1).await);
    again.await.unwrap();
    with(&store, &claim, async |held| feeds::failed(&held, "changes", "", 400).await).await.unwrap();
    assert_eq!(feed(&store).await.due_at, Some(500));
    let postpone = async |due_at: i64| {
        with(&store, &claim, async |held| feeds::postpone(&held, "changes", "429", due_at).await).await.unwrap();
    };
    postpone(499).await;
    assert_eq!(feed(&store).await.due_at, Some(500));
    postpone(501).await;
    let kept = feed(&store).await;
    assert_eq!((kept.due_at, kept.failures), (Some(501), 1));
}

async fn a_feed_that_does_not_exist_is_an_error(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let claim = claim(&store, "w").await.unwrap();
    let error = with(&store, &claim, async |held| feeds::advance(&held, "other", "{}", 1).await).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Missing, "the customer \"a\" has no feed \"other\""));
    let error = store.transaction(async |tx| feeds::add(&tx, "nobody", "changes", 1).await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Constraint);
}
