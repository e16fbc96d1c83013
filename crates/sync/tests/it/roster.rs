//! Who is on a list, and who was.

use crate::kept::Kept;
use crate::place::Place;
use mycarrierpackets_sync::store::aliases;
use mycarrierpackets_sync::store::roster::{self, Moves};
use std::collections::BTreeSet;

crate::on_both!(
    who_is_missing_twice_has_left,
    many_carriers_are_kept_at_once,
    who_is_missing_with_more_than_half_of_the_list_stays_for_a_day,
    who_is_missing_has_left_whatever_the_clock_said,
    a_carrier_whose_number_becomes_known_stays_on_the_list,
);

async fn replace(kept: &Kept, list: &str, carriers: &[&str], at: i64, first: bool) -> Moves {
    let carriers: BTreeSet<String> = carriers.iter().map(|&carrier| carrier.to_owned()).collect();
    kept.write(async |held| roster::replace(held, list, &carriers, at, first).await).await
}

async fn members(kept: &Kept, list: &str) -> Vec<String> {
    kept.store.read(async |tx| roster::members(&tx, "a", list).await).await.unwrap()
}

/// The stays of a carrier: since, from the first read on, last seen, left.
async fn stays(kept: &Kept, carrier: &str) -> Vec<(i64, bool, i64, Option<i64>)> {
    let stays = kept.store.read(async |tx| roster::stays(&tx, "a", "monitored", carrier).await).await.unwrap();
    stays.into_iter().map(|stay| (stay.since, stay.baseline, stay.last_seen, stay.left_at)).collect()
}

async fn absences(kept: &Kept, carrier: &str) -> Vec<i64> {
    kept.store.read(async |tx| roster::absences(&tx, "a", "monitored", carrier).await).await.unwrap()
}

async fn who_is_missing_with_more_than_half_of_the_list_stays_for_a_day(place: &Place) {
    let kept = Kept::new(place).await;
    let all: Vec<String> = (0..20).map(|number| format!("c{number:02}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    replace(&kept, "monitored", &all, 1, true).await;
    // Half, and one more than half.
    for (at, read) in (2..).zip([&all[..10], &all[..10]]) {
        let moves = replace(&kept, "monitored", read, at, false).await;
        assert_eq!((moves.left.len(), moves.doubted), if at == 3 { (10, 0) } else { (0, 0) });
    }
    for at in 4..4 + roster::MANY_ABSENCES {
        let moves = replace(&kept, "monitored", &all[..4], at, false).await;
        let expected = match at {
            4 => (0, 0),
            _ if at < 3 + roster::MANY_ABSENCES => (0, 6),
            _ => (6, 0),
        };
        assert_eq!((moves.left.len(), moves.doubted), expected, "at {at}");
    }
    assert_eq!(members(&kept, "monitored").await, all[..4]);
}

async fn who_is_missing_has_left_whatever_the_clock_said(place: &Place) {
    let kept = Kept::new(place).await;
    replace(&kept, "monitored", &["x", "y"], 1_000_000, true).await;
    // It was set back.
    replace(&kept, "monitored", &["x"], 10, false).await;
    assert_eq!(replace(&kept, "monitored", &["x"], 20, false).await.left, ["y"]);
    assert_eq!(members(&kept, "monitored").await, ["x"]);
    assert_eq!(absences(&kept, "y").await, [10, 20]);
}

async fn who_is_missing_twice_has_left(place: &Place) {
    let kept = Kept::new(place).await;
    replace(&kept, "blocked", &["y"], 5, true).await;
    // What a read has, who came, who left, and who is on the list after it.
    let reads: [[&[&str]; 4]; 9] = [
        [&["x", "y"], &[], &[], &["x", "y"]],
        [&["x", "y", "z"], &["z"], &[], &["x", "y", "z"]],
        [&["x"], &[], &[], &["x", "y", "z"]],
        // One absence, and here again: it begins anew.
        [&["x", "y"], &[], &["z"], &["x", "y"]],
        [&["x"], &[], &[], &["x", "y"]],
        [&["x", "z"], &["z"], &["y"], &["x", "z"]],
        [&[], &[], &[], &["x", "z"]],
        [&[], &[], &["x", "z"], &[]],
        [&["x"], &["x"], &[], &["x"]],
    ];
    for (number, [carriers, came, left, after]) in (1..).zip(reads) {
        let moves = replace(&kept, "monitored", carriers, number * 10, number == 1).await;
        let found = (moves.came.iter().map(String::as_str).collect(), moves.left.iter().map(String::as_str).collect());
        assert_eq!(found, (came.to_vec(), left.to_vec()), "read {number}");
        assert_eq!(members(&kept, "monitored").await, after, "read {number}");
    }
    assert_eq!(stays(&kept, "x").await, [(10, true, 60, Some(80)), (90, false, 90, None)]);
    assert_eq!(stays(&kept, "y").await, [(10, true, 40, Some(60))]);
    assert_eq!(stays(&kept, "z").await, [(20, false, 20, Some(40)), (60, false, 60, Some(80))]);
    assert_eq!((absences(&kept, "x").await, absences(&kept, "y").await), (vec![70, 80], vec![30, 50, 60]));
    assert_eq!(members(&kept, "blocked").await, ["y"], "another list is another list");
}

async fn many_carriers_are_kept_at_once(place: &Place) {
    let kept = Kept::new(place).await;
    let names: Vec<String> = (0..701).map(|number| format!("DOT:9{number:06}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(replace(&kept, "monitored", &names, 10, true).await, Moves::default());
    assert_eq!(replace(&kept, "monitored", &names[1..], 20, false).await, Moves::default());
    let last = replace(&kept, "monitored", &names[1..], 30, false).await;
    assert_eq!((last.came.len(), last.left), (0, vec![names[0].to_owned()]));
    assert_eq!(members(&kept, "monitored").await, &names[1..]);
}

async fn a_carrier_whose_number_becomes_known_stays_on_the_list(place: &Place) {
    let kept = Kept::new(place).await;
    replace(&kept, "monitored", &["MC:1", "MC:2", "DOT:2"], 10, true).await;
    replace(&kept, "monitored", &["MC:2", "DOT:2"], 20, false).await;
    for number in ["1", "2"] {
        let (carrier, other) = (format!("DOT:{number}"), format!("MC:{number}"));
        kept.write(async |held| aliases::resolve(held, &carrier, &[other]).await).await;
    }
    // Nobody came and nobody left: they have other names.
    assert_eq!(replace(&kept, "monitored", &["DOT:1", "DOT:2"], 30, false).await, Moves::default());
    assert_eq!(replace(&kept, "monitored", &["DOT:1", "DOT:2"], 40, false).await, Moves::default());
    assert_eq!(members(&kept, "monitored").await, ["DOT:1", "DOT:2"]);
    assert_eq!(stays(&kept, "DOT:1").await, [(10, true, 40, None)]);
    assert_eq!(absences(&kept, "DOT:1").await, [20]);
    assert_eq!((stays(&kept, "MC:1").await, stays(&kept, "MC:2").await), (vec![], vec![(10, true, 20, Some(30))]));
    // A number that another carrier claims, too, is no reason to rename anybody.
    replace(&kept, "monitored", &["DOT:1", "DOT:2", "MC:3"], 50, false).await;
    for carrier in ["DOT:1", "DOT:3"] {
        kept.write(async |held| aliases::resolve(held, carrier, &["MC:3".to_owned()]).await).await;
    }
    replace(&kept, "monitored", &["DOT:1", "DOT:2", "MC:3"], 60, false).await;
    assert_eq!(members(&kept, "monitored").await, ["DOT:1", "DOT:2", "MC:3"]);
}
