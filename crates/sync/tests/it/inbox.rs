//! Webhooks are in the store before they are answered, once, whoever holds the customer.

use crate::leases::{claim, timed};
use crate::place::{Place, customers};
use crate::posting::{answer, head, packet, post, send, serve};
use mycarrierpackets::webhook::{VerifiedEvent, Verifier};
use mycarrierpackets_sync::inbox::{self, Accepted, HORIZON, Inbox};
use mycarrierpackets_sync::store::{Error, ErrorKind, Store, feeds, inbox as kept, leases};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::RwLock;

crate::on_both!(
    a_thousand_copies_at_once_are_one,
    a_webhook_is_kept_while_another_worker_holds_the_customer,
    what_is_too_old_is_refused_and_what_says_no_time_is_kept,
    an_answer_comes_after_the_commit_and_a_store_that_is_down_is_a_503,
    what_is_not_signed_is_refused_and_leaves_nothing,
    a_hundred_megabytes_are_refused_before_they_are_read,
    secrets_are_changed_under_load_and_none_is_refused,
);

fn verifier() -> Verifier {
    Verifier::new("example-secret").unwrap()
}

fn verified(body: &str) -> VerifiedEvent {
    verifier().verify_signature(verifier().sign(body), body.to_owned()).unwrap()
}

async fn accept(store: &Store, event: &VerifiedEvent) -> Result<Accepted, Error> {
    store.repeatable(async |tx| inbox::accept(&tx, "acme", event, HORIZON).await).await
}

async fn count(store: &Store) -> i64 {
    store.read(async |tx| kept::count(&tx, "acme").await).await.unwrap()
}

async fn a_thousand_copies_at_once_are_one(place: &Place) {
    let store = place.store().await;
    customers(&store, &["acme"], i64::MAX).await;
    let event = verified(&packet(9_000_001, "2999-01-01T00:00:00Z"));
    let copies: Vec<_> = (0..1000)
        .map(|_| {
            let (store, event) = (store.clone(), event.clone());
            tokio::spawn(async move { accept(&store, &event).await.unwrap() })
        })
        .collect();
    let mut new = 0;
    for copy in copies {
        new += u32::from(copy.await.unwrap() == Accepted::New);
    }
    assert_eq!((new, count(&store).await), (1, 1));
}

async fn a_webhook_is_kept_while_another_worker_holds_the_customer(place: &Place) {
    let (store, now) = timed(place).await;
    customers(&store, &["acme"], i64::MAX).await;
    let held =
        store.transaction(async |tx| leases::claim_customer(&tx, "acme", "another", Duration::from_secs(45)).await);
    let leases::Claimed::Yes(held) = held.await.unwrap() else { panic!("not held") };
    let address = serve(&Inbox::new(store.clone(), "acme", verifier())).await;
    // In a transaction of the other's, too, which SQLite lets one have at a time.
    let under_way = store.transaction(async |tx| {
        leases::check(&tx, &held).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok::<_, Error>(())
    });
    let body = packet(9_000_001, "1970-01-01T00:00:01Z");
    let verifier = verifier();
    let (status, under_way) = tokio::join!(post(address, &verifier, &body), under_way);
    under_way.unwrap();
    assert_eq!((status, count(&store).await), (204, 1));
    // The engine has work from then on, as soon as the customer is free.
    assert_eq!(claim(&store, "w").await, None);
    assert!(store.transaction(async |tx| leases::release(&tx, held.clone()).await).await.unwrap());
    assert!(claim(&store, "w").await.is_some());
    assert!(now.load(Ordering::Relaxed) > 0);
}

async fn what_is_too_old_is_refused_and_what_says_no_time_is_kept(place: &Place) {
    let (store, now) = timed(place).await;
    customers(&store, &["acme"], i64::MAX).await;
    now.store(HORIZON.as_micros() as i64 + 1_000_000, Ordering::Relaxed);
    for (body, expected, kept) in [
        (packet(1, "1970-01-01T00:00:01Z").as_str(), Accepted::New, 1),
        (&packet(1, "1970-01-01T00:00:00Z"), Accepted::TooOld, 1),
        (&packet(1, "1970-01-01T00:00:01Z"), Accepted::Known, 1),
        (&packet(1, "2999-01-01T00:00:00Z"), Accepted::New, 2),
        (&packet(1, "yesterday"), Accepted::New, 3),
        (r#"{"eventType":"carrier.moved.to.mars","x":[1]}"#, Accepted::New, 4),
        ("no JSON", Accepted::New, 5),
        ("", Accepted::New, 6),
    ] {
        assert_eq!(accept(&store, &verified(body)).await.unwrap(), expected, "{body}");
        assert_eq!(count(&store).await, kept, "{body}");
    }
    let address = serve(&Inbox::new(store.clone(), "acme", verifier())).await;
    assert_eq!(post(address, &verifier(), &packet(2, "1970-01-01T00:00:00Z")).await, 410);
    let nobody = store.transaction(async |tx| inbox::accept(&tx, "nobody", &verified("{}"), HORIZON).await);
    assert_eq!(nobody.await.unwrap_err().kind(), ErrorKind::Constraint);
}

async fn an_answer_comes_after_the_commit_and_a_store_that_is_down_is_a_503(place: &Place) {
    let store = place.store().await;
    customers(&store, &["acme"], i64::MAX).await;
    let calls = Arc::new(AtomicU32::new(0));
    let noted = Arc::clone(&calls);
    let inbox = Inbox::new(store.clone(), "acme", verifier()).on_accepted(move |_, _| {
        noted.fetch_add(1, Ordering::Relaxed);
    });
    let address = serve(&inbox).await;
    let health = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let rename = async |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        store.transaction(async |tx| tx.execute(&sql, &[]).await).await.unwrap();
    };
    rename("inbox", "away").await;
    let body = packet(9_000_001, "2999-01-01T00:00:00Z");
    assert_eq!((post(address, &verifier(), &body).await, send(address, health).await), (503, 503));
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    rename("away", "inbox").await;
    // The vendor sends it again.
    for times in 1..=2 {
        assert_eq!((post(address, &verifier(), &body).await, send(address, health).await), (204, 200));
        assert_eq!((count(&store).await, calls.load(Ordering::Relaxed)), (1, times));
    }
}

async fn what_is_not_signed_is_refused_and_leaves_nothing(place: &Place) {
    let store = place.store().await;
    customers(&store, &["acme"], i64::MAX).await;
    let address = serve(&Inbox::new(store.clone(), "acme", verifier())).await;
    let body = packet(9_000_001, "2999-01-01T00:00:00Z");
    let other = Verifier::new("another-secret").unwrap();
    assert_eq!(post(address, &other, &body).await, 401);
    for (signature, status) in [("", 401), ("abc", 400), (&verifier().sign("{}"), 401)] {
        let request = format!("{}{body}", head(signature, body.len()));
        assert_eq!(send(address, request.as_bytes()).await, status, "{signature:?}");
    }
    // One bit of the body, and of the signature.
    for at in [0, body.len() / 2, body.len() - 1] {
        let mut bytes = body.clone().into_bytes();
        bytes[at] ^= 1;
        let request = [head(&verifier().sign(&body), bytes.len()).as_bytes(), &bytes].concat();
        assert_eq!(send(address, &request).await, 401, "{at}");
    }
    assert_eq!(count(&store).await, 0);
}

async fn a_hundred_megabytes_are_refused_before_they_are_read(place: &Place) {
    const MEGABYTE: usize = 1024 * 1024;
    let store = place.store().await;
    customers(&store, &["acme"], i64::MAX).await;
    let address = serve(&Inbox::new(store.clone(), "acme", verifier())).await;
    let signature = verifier().sign("x");
    // Of a length that is named, nothing is read.
    assert_eq!(send(address, head(&signature, 100 * MEGABYTE).as_bytes()).await, 413);
    // Of one that is not, no more than is allowed: the rest of it cannot be written, as nobody reads it.
    let mut stream = TcpStream::connect(address).await.unwrap();
    let chunked = head(&signature, 0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
    stream.write_all(chunked.as_bytes()).await.unwrap();
    let chunk = [format!("{MEGABYTE:x}\r\n").as_bytes(), &vec![b'x'; MEGABYTE], b"\r\n"].concat();
    let mut sent = 0;
    while sent < 100 && stream.write_all(&chunk).await.is_ok() {
        sent += 1;
    }
    assert!(sent < 50, "{sent} MB were taken");
    let status = answer(&mut stream).await;
    // The answer may be lost when the connection is closed with bytes on their way.
    assert!(status == 413 || status == 0, "{status}");
    assert_eq!(count(&store).await, 0);
}

async fn secrets_are_changed_under_load_and_none_is_refused(place: &Place) {
    let store = place.store().await;
    customers(&store, &["acme"], i64::MAX).await;
    let inbox = Inbox::new(store.clone(), "acme", Verifier::new("secret 0").unwrap());
    let address = serve(&inbox).await;
    // Held for reading by whoever posts, so that the test knows when nothing of the old secret is on its way.
    let current = Arc::new(RwLock::new(0));
    let vendor = |task: u32| {
        let current = Arc::clone(&current);
        tokio::spawn(async move {
            let mut statuses = Vec::new();
            for number in 0..60 {
                let secret = current.read().await;
                let verifier = Verifier::new(format!("secret {secret}")).unwrap();
                let body = format!(r#"{{"eventType":"test","task":{task},"number":{number}}}"#);
                statuses.push(post(address, &verifier, &body).await);
            }
            statuses
        })
    };
    let vendors: Vec<_> = (0..4).map(vendor).collect();
    let mut number = 0;
    while !vendors.iter().all(tokio::task::JoinHandle::is_finished) {
        inbox.set_verifier(
            Verifier::from_secrets([number, number + 1].map(|number| format!("secret {number}"))).unwrap(),
        );
        number += 1;
        *current.write().await = number;
    }
    assert!(number > 10, "{number} secrets");
    let mut statuses = Vec::new();
    for vendor in vendors {
        statuses.extend(vendor.await.unwrap());
    }
    assert_eq!(statuses, [204; 240]);
    assert_eq!(count(&store).await, 240);
    let feed = store.read(async |tx| feeds::list(&tx, "acme").await).await.unwrap();
    assert!(feed.iter().any(|feed| feed.feed == kept::FEED && feed.due_at.is_some()));
}
