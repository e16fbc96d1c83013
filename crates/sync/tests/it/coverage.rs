//! Which reads there were.

use crate::kept::Kept;
use crate::place::Place;
use mycarrierpackets_sync::store::coverage::{self, Coverage};

crate::on_both!(reads_are_found_by_the_moments_of_their_windows, reads_that_failed_are_not_taken_for_reads);

fn read((window_start, window_end): (i64, i64), (began_at, read_at): (i64, i64), error: Option<&str>) -> Coverage {
    Coverage {
        began_at,
        read_at,
        window_start,
        window_end,
        server_ahead: -7,
        rows: 3,
        new_rows: 1,
        unreadable: 2,
        error: error.map(str::to_owned),
    }
}

async fn note(kept: &Kept, read: &Coverage) {
    kept.write(async |held| coverage::end(held, "changes", read).await).await;
}

async fn reads_are_found_by_the_moments_of_their_windows(place: &Place) {
    let kept = Kept::new(place).await;
    let reads =
        [read((10, 20), (24, 25), None), read((15, 30), (34, 35), Some("moved")), read((40, 50), (54, 55), None)];
    for read in [&reads[0], &reads[1], &reads[2], &reads[0]] {
        note(&kept, read).await;
    }
    let covering =
        async |at| kept.store.read(async |tx| coverage::covering(&tx, "a", "changes", at).await).await.unwrap();
    for (at, expected) in
        [(9, None), (10, Some(0)), (20, Some(0)), (21, None), (40, Some(2)), (50, Some(2)), (51, None)]
    {
        assert_eq!(covering(at).await.as_ref(), expected.map(|read: usize| &reads[read]), "at {at}");
    }
    // The first to end of those that include it.
    note(&kept, &read((0, 60), (60, 61), None)).await;
    assert_eq!((covering(15).await.as_ref(), covering(30).await.map(|read| read.read_at)), (Some(&reads[0]), Some(61)));
    let by = async |at| kept.store.read(async |tx| coverage::ended_by(&tx, "a", "changes", at).await).await.unwrap();
    let after =
        async |at| kept.store.read(async |tx| coverage::ended_after(&tx, "a", "changes", at).await).await.unwrap();
    for (at, before, then) in [(24, None, Some(0)), (25, Some(0), Some(2)), (54, Some(0), Some(2))] {
        let expected = (before.map(|read: usize| reads[read].clone()), then.map(|read: usize| reads[read].clone()));
        assert_eq!((by(at).await, after(at).await), expected, "at {at}");
    }
}

async fn reads_that_failed_are_not_taken_for_reads(place: &Place) {
    let kept = Kept::new(place).await;
    kept.write(async |held| coverage::begin(held, "changes", 100).await).await;
    kept.write(async |held| coverage::begin(held, "changes", 200).await).await;
    note(&kept, &read((0, 150), (200, 210), Some(&format!("\0{}", "<html>".repeat(200))))).await;
    // Begun a second time by one who lost the answer to COMMIT: what is known of it stays.
    kept.write(async |held| coverage::begin(held, "changes", 200).await).await;
    note(&kept, &read((0, 150), (300, 310), None)).await;
    let failed = async |start, end, limit| {
        let failed = async |tx| coverage::failed(&tx, "a", "changes", (start, end), limit).await;
        kept.store.read(failed).await.unwrap()
    };
    let all = failed(0, 400, 9).await;
    let shown: Vec<_> = all.iter().map(|one| (one.began_at, one.ended_at, one.rows)).collect();
    assert_eq!(shown, [(100, None, 0), (200, Some(210), 3)]);
    assert_eq!((all[0].error.as_str(), all[1].error.len(), &all[1].error[..6]), ("it did not end", 500, "<html>"));
    assert_eq!(
        (failed(100, 400, 9).await.len(), failed(0, 200, 9).await.len(), failed(0, 400, 1).await.len()),
        (1, 1, 1)
    );
    let last = kept.store.read(async |tx| coverage::ended_by(&tx, "a", "changes", i64::MAX).await).await.unwrap();
    assert_eq!(last.map(|read| read.began_at), Some(300));
}
