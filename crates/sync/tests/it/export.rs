//! Everything in the store comes out once, in an order and with columns that stay.

use crate::acts::World;
use crate::leases::claim;
use crate::place::Place;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::export::{What, export};
use mycarrierpackets_sync::store::leases;
use mycarrierpackets_sync::store::{events, sections};
use serde_json::{Value, json};

crate::on_both!(every_row_comes_out_once, a_row_that_cannot_be_written_ends_it);

const ALL: [(What, &str); 5] = [
    (What::Carriers, "carrier,section,monitored,blocked,version,confirmedAt,hash,document"),
    (What::Events, "sequence,id,type,carrier,happenedAt,observedAt,data"),
    (What::Changes, "observedAt,carrier,section,version,path,old,new"),
    (What::Fields, "carrier,section,path,value,previous,since,ownership,listReadAt"),
    (What::Coverage, "feed,beganAt,readAt,windowStart,windowEnd,complete,rows,newRows,unreadable,error"),
];

pub async fn rows(world: &World, what: What, since: i64) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    let read = world.store.read(async |tx| {
        export(&tx, "acme", what, since, |row| {
            rows.push(row.to_vec());
            Ok::<(), Error>(())
        })
        .await
    });
    let number = read.await.unwrap();
    assert_eq!(number as usize, rows.len());
    assert!(rows.iter().all(|row| row.len() == what.columns().len()));
    rows
}

/// More rows than are read at once, some of them at one instant.
async fn filled(place: &Place) -> (World, i64) {
    let world = World::new(place).await;
    // One stays, one left and came back, and one left.
    for list in [&["DOT:7", "DOT:8", "DOT:9"][..], &["DOT:7"], &["DOT:7"], &["DOT:7", "DOT:8"]] {
        world.read(list).await;
    }
    let claim = claim(&world.store, "w").await.unwrap();
    let start = world.clock.load(std::sync::atomic::Ordering::Relaxed);
    let filled = world.store.transaction(async |tx| {
        let held = leases::check(&tx, &claim).await?;
        for number in 0..600 {
            let (carrier, at) = (format!("DOT:{}", number % 300), start + number / 7);
            let document = json!({"n": number, "name": "=HYPERLINK(1)"});
            let seen =
                sections::Observation { carrier: &carrier, section: "details", source: "x", document: &document, at };
            sections::observe(&held, &seen).await?;
            let event = events::Event {
                id: format!("{number}"),
                carrier: Some(carrier.clone()),
                observed_at: at,
                ..crate::events::event("")
            };
            events::append(&held, &[event]).await?;
        }
        leases::release(&tx, claim.clone()).await
    });
    filled.await.unwrap();
    (world, start)
}

async fn every_row_comes_out_once(place: &Place) {
    let (world, start) = filled(place).await;
    for ((what, columns), number) in ALL.into_iter().zip([300, 600, 300, 600, 4]) {
        assert_eq!(what.columns().join(","), columns, "users rely on them");
        let found = rows(&world, what, i64::MIN).await;
        assert_eq!(found.len(), number, "{what:?}");
        let distinct: std::collections::BTreeSet<String> = found.iter().map(|row| format!("{row:?}")).collect();
        assert_eq!(distinct.len(), number, "{what:?}");
        assert!(rows(&world, what, i64::MAX).await.is_empty());
    }
    let carriers = rows(&world, What::Carriers, i64::MIN).await;
    for row in &carriers {
        let monitored = if row[0] == "DOT:7" || row[0] == "DOT:8" { "yes" } else { "no" };
        // Nobody read the blocked list.
        assert_eq!((&row[2], &row[3]), (&json!(monitored), &json!("unknown")), "{row:?}");
        assert_eq!(row[7]["name"], "=HYPERLINK(1)", "a form of its own disarms it");
    }
    let since = rows(&world, What::Events, start + 40).await;
    assert_eq!((since.len(), since[0][0].as_i64()), (600 - 280, Some(281)));
    let changes = rows(&world, What::Changes, i64::MIN).await;
    assert!(changes.windows(2).all(|two| two[0][0].as_str() <= two[1][0].as_str()));
    assert_eq!((&changes[0][5], &changes[0][6]), (&json!("0"), &json!("300")));
    let coverage = rows(&world, What::Coverage, i64::MIN).await;
    assert_eq!((&coverage[0][0], &coverage[0][5], &coverage[0][9]), (&json!("monitored"), &json!(true), &Value::Null));
    assert!(coverage[0][2].as_str().unwrap().ends_with('Z'));
}

async fn a_row_that_cannot_be_written_ends_it(place: &Place) {
    let (world, _) = filled(place).await;
    let mut left = 3;
    let read = world.store.read(async |tx| {
        export(&tx, "acme", What::Events, i64::MIN, |_| {
            left -= 1;
            if left == 0 { Err(Error::Sink("no space".to_owned())) } else { Ok(()) }
        })
        .await
    });
    assert!(matches!(read.await, Err(Error::Sink(_))));
    assert_eq!(left, 0);
}
