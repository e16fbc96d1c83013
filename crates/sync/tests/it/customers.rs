//! Customers with credentials of their own, and workers for all of them.

use crate::on_both;
use crate::place::Place;
use mycarrierpackets_sandbox::{Fault, Sandbox};
use mycarrierpackets_sync::acts::{Act, Acted};
use mycarrierpackets_sync::engine::{Credentials, Read, Turned};
use mycarrierpackets_sync::store::{Store, Tx, customers};
use mycarrierpackets_sync::vault::{MasterKey, Vault};
use mycarrierpackets_sync::{Engine, Error, Tick, status};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

on_both!(
    each_customer_calls_with_its_own_credentials_and_keeps_its_tokens,
    wrong_credentials_pause_one_customer_and_no_other,
    tokens_of_the_credentials_before_are_as_good_as_none,
    another_master_key_pauses_nobody,
    workers_share_the_customers_and_nobody_is_left_out,
    what_is_removed_is_gone_and_what_is_retired_is_kept,
    the_state_of_all_is_counted,
);

async fn sandbox() -> Arc<Sandbox> {
    Arc::new(Sandbox::builder().carriers(20).start().await.unwrap())
}

fn credentials(sandbox: &Sandbox, password: &str) -> Credentials {
    Credentials::new(sandbox.username(), password).at(sandbox.base_url().parse().unwrap())
}

fn engine(store: Store, key: &MasterKey) -> Engine {
    Engine::sealed(store, Vault::new(key.clone()), |credentials| {
        credentials.builder().retry(|retry| retry.base_delay = Duration::from_millis(1))
    })
}

async fn add(engine: &Engine, id: &str, credentials: &Credentials) {
    engine.add_customer(id, id).await.unwrap();
    engine.set_credentials(id, credentials).await.unwrap();
}

async fn sealed(store: &Store, id: &str) -> customers::Sealed {
    store.read(async |tx: Tx| customers::secrets(&tx, id).await).await.unwrap()
}

async fn each_customer_calls_with_its_own_credentials_and_keeps_its_tokens(place: &Place) {
    let (sandbox, key) = (sandbox().await, MasterKey::generate());
    let first = engine(place.store().await, &key);
    assert!(matches!(first.tick("acme").await, Err(Error::Store(_))), "no such customer");
    first.add_customer("acme", "Acme").await.unwrap();
    assert!(matches!(first.tick("acme").await, Err(Error::Secret(_))), "no credentials");
    add(&first, "acme", &credentials(&sandbox, sandbox.password())).await;
    let Tick::Done(reads) = first.tick("acme").await.unwrap() else { panic!("not done") };
    assert!(reads.len() == 6 && reads.iter().all(|read| read.error.is_none()), "{reads:?}");
    let kept = sealed(first.store(), "acme").await;
    let token = kept.token.clone().expect("the tokens are kept");
    let plain = |bytes: &[u8]| [sandbox.password(), "access_token"].iter().any(|text| find(bytes, text.as_bytes()));
    assert!(!plain(&token) && !plain(kept.secret.as_deref().unwrap()), "sealed");
    // Another worker goes on with the same token: the password is not sent again.
    let grants = || sandbox.requests().iter().filter(|request| request.path == "/token").count();
    let second = engine(place.store().await, &key);
    second.client("acme").await.unwrap().carriers().preview("DOT 23868").await.unwrap();
    assert_eq!(grants(), 1);
    // One that came with an act is kept, too.
    second.set_credentials("acme", &credentials(&sandbox, sandbox.password())).await.unwrap();
    let acted = second.act("acme", &Act::Block("DOT 23868".parse().unwrap())).await.unwrap();
    assert!(matches!(acted, Acted::Done { .. }) && grants() == 2, "{acted:?}");
    let third = engine(place.store().await, &key);
    third.client("acme").await.unwrap().carriers().preview("DOT 23868").await.unwrap();
    assert_eq!(grants(), 2);
}

/// All customers call as one user of the vendor's, who may poll every 4 minutes.
fn good(read: &Read) -> bool {
    read.error.as_ref().is_none_or(|error| matches!(error, Error::Vendor(error) if error.is_rate_limited()))
}

fn find(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

async fn wrong_credentials_pause_one_customer_and_no_other(place: &Place) {
    let (sandbox, key) = (sandbox().await, MasterKey::generate());
    let engine = engine(place.store().await, &key);
    add(&engine, "wrong", &credentials(&sandbox, "not the password")).await;
    add(&engine, "right", &credentials(&sandbox, sandbox.password())).await;
    let Tick::Paused { reason } = engine.tick("wrong").await.unwrap() else { panic!("not paused") };
    assert!(!reason.contains("not the password"), "{reason}");
    assert!(matches!(engine.tick("right").await.unwrap(), Tick::Done(reads) if reads.len() == 6));
    // The right ones, and it goes on.
    engine.set_credentials("wrong", &credentials(&sandbox, sandbox.password())).await.unwrap();
    assert!(matches!(engine.tick("wrong").await.unwrap(), Tick::Paused { .. }), "not by itself");
    engine.store().transaction(async |tx: Tx| customers::resume(&tx, "wrong").await).await.unwrap();
    let Tick::Done(reads) = engine.tick("wrong").await.unwrap() else { panic!("not done") };
    assert!(!reads.is_empty() && reads.iter().all(good), "{reads:?}");
}

async fn tokens_of_the_credentials_before_are_as_good_as_none(place: &Place) {
    let (sandbox, key) = (sandbox().await, MasterKey::generate());
    let engine = engine(place.store().await, &key);
    add(&engine, "acme", &credentials(&sandbox, sandbox.password())).await;
    engine.tick("acme").await.unwrap();
    let before = sealed(engine.store(), "acme").await.token.expect("the tokens are kept");
    engine.set_credentials("acme", &credentials(&sandbox, sandbox.password())).await.unwrap();
    assert_eq!(sealed(engine.store(), "acme").await.token, None);
    // As a worker does that was under way with the credentials before.
    let late = engine.store().transaction(async |tx: Tx| {
        let sql = "UPDATE customers SET token = $2 WHERE id = $1";
        tx.execute(sql, &["acme".into(), before.as_slice().into()]).await
    });
    assert_eq!(late.await.unwrap(), 1);
    engine.client("acme").await.unwrap().carriers().preview("DOT 23868").await.unwrap();
    let grants = sandbox.requests().iter().filter(|request| request.path == "/token").count();
    assert_eq!(grants, 2, "the password, once for each credentials");
}

async fn another_master_key_pauses_nobody(place: &Place) {
    let (sandbox, key) = (sandbox().await, MasterKey::generate());
    let first = engine(place.store().await, &key);
    add(&first, "acme", &credentials(&sandbox, sandbox.password())).await;
    let stranger = engine(place.store().await, &MasterKey::generate());
    let error = stranger.tick_next().await.unwrap_err().to_string();
    assert!(error.contains(&key.id()) && error.contains("master key"), "{error}");
    let state = first.store().read(async |tx: Tx| status::of_customer(&tx, "acme").await).await.unwrap().unwrap();
    assert_eq!(state.paused, None);
    assert!(state.feeds.iter().all(|feed| feed.failures == 1 && feed.error.is_some()), "{:?}", state.feeds);
    assert!(stranger.tick_next().await.unwrap().is_none(), "the others have their turn");
    let rotated =
        Engine::sealed(place.store().await, Vault::new(MasterKey::generate()).or_earlier(key), |credentials| {
            credentials.builder()
        });
    assert!(rotated.client("acme").await.is_ok());
}

async fn workers_share_the_customers_and_nobody_is_left_out(place: &Place) {
    let (sandbox, key) = (sandbox().await, MasterKey::generate());
    let engines: Vec<Engine> = {
        let store = place.store().await;
        (0..3).map(|n| engine(store.clone(), &key).owner(&format!("worker {n}"))).collect()
    };
    for n in 0..9 {
        add(&engines[0], &format!("customer-{n}"), &credentials(&sandbox, sandbox.password())).await;
    }
    let turns: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let run = |engine: Engine| {
        let turns = &turns;
        async move {
            let enough = async {
                for _ in 0..600 {
                    if turns.lock().unwrap().len() == 9 {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            engine
                .run(enough, async |turned| {
                    let Turned { customer, tick, .. } = turned.unwrap();
                    assert!(matches!(&tick, Tick::Done(reads) if reads.iter().all(good)), "{tick:?}");
                    *turns.lock().unwrap().entry(customer).or_default() += 1;
                })
                .await;
        }
    };
    let [a, b, c] = <[Engine; 3]>::try_from(engines).unwrap();
    tokio::join!(run(a), run(b), run(c));
    let turns = turns.into_inner().unwrap();
    assert_eq!(turns.len(), 9, "{turns:?}");
    assert!(turns.values().all(|turns| *turns == 1), "nobody twice within the interval: {turns:?}");
}

async fn what_is_removed_is_gone_and_what_is_retired_is_kept(place: &Place) {
    let (sandbox, key) = (sandbox().await, MasterKey::generate());
    let engine = engine(place.store().await, &key);
    for id in ["gone", "kept"] {
        add(&engine, id, &credentials(&sandbox, sandbox.password())).await;
        engine.tick(id).await.unwrap();
    }
    let store = engine.store();
    store.transaction(async |tx: Tx| customers::retire(&tx, "kept", "left us").await).await.unwrap();
    store.transaction(async |tx: Tx| customers::erase(&tx, "gone").await).await.unwrap();
    assert_eq!(sealed(store, "kept").await, customers::Sealed::default());
    let state = async |id: &'static str| store.read(async |tx: Tx| status::of_customer(&tx, id).await).await.unwrap();
    assert!(state("gone").await.is_none());
    let kept = state("kept").await.expect("what was known stays");
    assert_eq!(kept.paused.as_deref(), Some("left us"));
    assert!(kept.carriers > 0, "{kept:?}");
    let again = store.transaction(async |tx: Tx| customers::erase(&tx, "gone").await).await;
    assert!(again.is_err(), "there is none");
}

async fn the_state_of_all_is_counted(place: &Place) {
    let (sandbox, key) = (sandbox().await, MasterKey::generate());
    let engine = engine(place.store().await, &key);
    for id in ["a", "b", "c"] {
        add(&engine, id, &credentials(&sandbox, sandbox.password())).await;
    }
    sandbox.fault(Fault::status(500).on("CompletedPackets"));
    engine.tick("a").await.unwrap();
    let store = engine.store();
    store.transaction(async |tx: Tx| customers::pause(&tx, "c", "holiday").await).await.unwrap();
    let overview = store.read(async |tx: Tx| status::overview(&tx).await).await.unwrap();
    assert_eq!((overview.active, overview.paused, overview.held), (2, 1, 0));
    let feed = |name: &str| overview.feeds.iter().find(|feed| feed.feed == name).expect("the feed");
    assert_eq!((feed("packets").customers, feed("packets").failing, feed("changes").failing), (2, 1, 0));
    assert_eq!(feed("changes").due, 1, "that of the customer who had no turn");
    let metrics = overview.metrics();
    for line in [
        "mycarrierpackets_sync_customers{state=\"active\"} 2",
        "mycarrierpackets_sync_customers{state=\"paused\"} 1",
        "mycarrierpackets_sync_feed_failing{feed=\"packets\"} 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} in\n{metrics}");
    }
}
