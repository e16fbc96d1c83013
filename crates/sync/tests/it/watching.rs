//! Whether somebody was watching at a moment, and who was on a list.

use crate::kept::{DOT, Kept, MINUTE};
use crate::place::Place;
use mycarrierpackets_sync::history::{self, Evidence, Standing, Watching};
use mycarrierpackets_sync::store::coverage::{self, Coverage};
use mycarrierpackets_sync::store::{customers as kept_customers, terms};
use serde_json::json;
use std::sync::atomic::Ordering;

crate::on_both!(
    a_feed_was_watched_only_if_a_read_shows_it,
    a_moment_is_covered_by_one_clock,
    tries_that_failed_are_shown,
    who_was_paused_was_not_watched_and_the_settings_of_then_count,
    a_list_is_known_between_two_reads_that_agree,
    one_absence_is_an_absence,
);

async fn watching(kept: &Kept, feed: &str, at: i64) -> (Watching, bool) {
    let evidence = kept.evidence(at).await;
    let watch = evidence.feeds.into_iter().find(|watch| watch.feed == feed).unwrap();
    let named = evidence.lacks.iter().any(|lack| lack.starts_with(&format!("{feed}: ")));
    assert_eq!(named, watch.state != Watching::Watched, "{:?}", evidence.lacks);
    (watch.state, watch.covered_by.is_some())
}

async fn a_feed_was_watched_only_if_a_read_shows_it(place: &Place) {
    let kept = Kept::new(place).await;
    // Reads at minute 100, 105, 110; then none until 300, which reaches back to 200.
    for (start, end) in [(90, 100), (95, 105), (100, 110), (200, 300)] {
        let ended = end * MINUTE + 5;
        kept.read("changes", (start * MINUTE, end * MINUTE), (ended - 3, ended), None).await;
    }
    let moved = Some("the list changed");
    kept.read("changes", (110 * MINUTE, 200 * MINUTE), (150 * MINUTE - 3, 150 * MINUTE), moved).await;
    let cases = [
        // Before the first read nobody watched, though it covers what happened.
        (95 * MINUTE, Watching::NotWatched, true),
        (100 * MINUTE, Watching::NotWatched, true),
        (100 * MINUTE + 4, Watching::NotWatched, true),
        (100 * MINUTE + 5, Watching::Watched, true),
        (110 * MINUTE, Watching::Watched, true),
        // Both edges of a window are in it, and nothing beyond.
        (110 * MINUTE + 1, Watching::Gap, false),
        // The last read before may be 11 minutes old. An incomplete one counts for nothing.
        (121 * MINUTE + 5, Watching::Gap, false),
        (121 * MINUTE + 6, Watching::Late, false),
        (160 * MINUTE, Watching::Late, false),
        (200 * MINUTE, Watching::Late, true),
        (299 * MINUTE, Watching::Late, true),
        (300 * MINUTE + 5, Watching::NotConfirmed, false),
        (303 * MINUTE, Watching::NotConfirmed, false),
        (400 * MINUTE, Watching::Late, false),
    ];
    for (at, state, covered) in cases {
        assert_eq!(watching(&kept, "changes", at).await, (state, covered), "at minute {}", at as f64 / MINUTE as f64);
    }
    assert_eq!(watching(&kept, "packets", 100 * MINUTE).await, (Watching::NotWatched, false));
    let now = kept.clock.load(Ordering::Relaxed);
    let later = kept.store.read(async |tx| history::evidence(&tx, "a", DOT, now + 1).await).await;
    assert!(matches!(later, Err(mycarrierpackets_sync::Error::Usage(_))), "{later:?}");
}

async fn a_moment_is_covered_by_one_clock(place: &Place) {
    let kept = Kept::new(place).await;
    kept.read("changes", (0, MINUTE), (MINUTE - 5, MINUTE), None).await;
    let (end, ahead) = (10 * MINUTE, 3 * MINUTE);
    let read = Coverage {
        began_at: end,
        read_at: end + 5,
        window_start: 0,
        window_end: end,
        server_ahead: ahead,
        rows: 0,
        new_rows: 0,
        unreadable: 0,
        error: None,
    };
    kept.write(async |held| coverage::end(held, "changes", &read).await).await;
    let watch = kept.evidence(9 * MINUTE).await.feeds.remove(0);
    let covered = watch.covered_by.unwrap();
    assert_eq!((covered.window_end.as_microsecond(), covered.server_ahead), (end, ahead));
}

async fn tries_that_failed_are_shown(place: &Place) {
    let kept = Kept::new(place).await;
    let read = async |minute: i64, error: Option<&str>| {
        let end = minute * MINUTE;
        kept.read("packets", (end - 10 * MINUTE, end), (end + 1, end + 5), error).await;
    };
    read(90, Some("before all")).await;
    read(100, None).await;
    read(104, Some("CompletedPackets: the server answered 503")).await;
    kept.write(async |held| coverage::begin(held, "packets", 106 * MINUTE).await).await;
    read(110, None).await;
    read(114, Some("later")).await;
    let watch = kept.evidence(105 * MINUTE).await.feeds.remove(1);
    let tries: Vec<_> = watch.failed.iter().map(|one| (one.ended_at.is_some(), one.error.as_str())).collect();
    assert_eq!(tries, [(true, "CompletedPackets: the server answered 503"), (false, "it did not end")]);
    let at = |minute: i64, more: i64| jiff::Timestamp::from_microsecond(minute * MINUTE + more).unwrap();
    assert_eq!((watch.failed[0].began_at, watch.failed[0].ended_at), (at(104, 1), Some(at(104, 5))));
    let before = watch.before.unwrap();
    assert_eq!((before.began_at, before.read_at, watch.state), (at(100, 1), at(100, 5), Watching::Watched));
    // Where nobody watched, the last that failed is the reason.
    let lack = |evidence: Evidence| evidence.lacks.into_iter().find(|lack| lack.starts_with("packets: ")).unwrap();
    let late = lack(kept.evidence(125 * MINUTE).await);
    assert!(late.contains("not watched") && late.ends_with(&format!("the last at {}: later", at(114, 1))), "{late}");
}

async fn who_was_paused_was_not_watched_and_the_settings_of_then_count(place: &Place) {
    let kept = Kept::new(place).await;
    let set = async |minute: i64, interval: u64| {
        kept.clock.store(minute * MINUTE, Ordering::Relaxed);
        let settings = json!({"interval": interval, "lists": 3600, "refresh": 86400, "keepPrivate": interval == 600});
        kept.write(async |held| terms::set(held, &settings.to_string()).await).await;
    };
    let minute = |at: i64| at * MINUTE;
    kept.read("changes", (0, minute(100)), (minute(99), minute(100)), None).await;
    kept.read("changes", (0, minute(200)), (minute(199), minute(200)), None).await;
    set(90, 600).await;
    set(110, 600).await;
    set(150, 3600).await;
    kept.clock.store(minute(1_000 * 60), Ordering::Relaxed);
    // An hour, and a tenth, twice: late by the settings of minute 130, and not by those of minute 160.
    for (at, state, since, interval) in [
        (80, Watching::NotWatched, 90, 600),
        (122, Watching::Watched, 90, 600),
        (123, Watching::Late, 90, 600),
        (149, Watching::Late, 90, 600),
        (150, Watching::Watched, 150, 3600),
    ] {
        let evidence = kept.evidence(minute(at)).await;
        let noted = (evidence.under.since.unwrap().as_microsecond(), evidence.under.schedule.interval);
        assert_eq!((evidence.feeds[0].state, noted), (state, (minute(since), interval)), "at minute {at}");
        assert_eq!(evidence.under.schedule.keep_private, interval == 600);
        assert_eq!(evidence.paused, None);
    }
    let change = async |at: i64, pause: Option<&str>| {
        kept.clock.store(minute(at), Ordering::Relaxed);
        let work = async |tx| match pause {
            Some(reason) => kept_customers::pause(&tx, "a", reason).await,
            None => kept_customers::resume(&tx, "a").await,
        };
        kept.store.transaction(work).await.unwrap();
    };
    // One that goes on when it is not paused, and one that is paused twice.
    for (at, pause) in [
        (210, None),
        (220, Some("credentials")),
        (225, Some("again")),
        (230, None),
        (235, None),
        (240, Some("by hand")),
    ] {
        change(at, pause).await;
    }
    kept.clock.store(minute(1_000 * 60), Ordering::Relaxed);
    let cases = [
        (219, None),
        (220, Some((220, Some(230), "credentials"))),
        (226, Some((220, Some(230), "credentials"))),
        (230, None),
        (239, None),
        (241, Some((240, None, "by hand"))),
    ];
    for (at, expected) in cases {
        let evidence = kept.evidence(minute(at)).await;
        let number = |at: jiff::Timestamp| at.as_microsecond() / MINUTE;
        let found = evidence.paused.as_ref();
        let found = found.map(|pause| (number(pause.since), pause.until.map(number), pause.reason.as_str()));
        assert_eq!(found, expected, "at minute {at}");
        let named = evidence.lacks.iter().any(|lack| lack.starts_with("nobody was to watch: "));
        assert_eq!(named, expected.is_some());
    }
}

async fn a_list_is_known_between_two_reads_that_agree(place: &Place) {
    let kept = Kept::new(place).await;
    let hour = 60 * MINUTE;
    let others = "DOT:9000002";
    // On it from the first read, off it from hour 13 on (noticed at 14), on it again from 16, off once at 18.
    for (at, on) in
        [(10, true), (11, true), (12, true), (13, false), (14, false), (15, false), (16, true), (17, true), (18, false)]
    {
        let carriers: &[&str] = if on { &[DOT, others] } else { &[others] };
        kept.list("monitored", carriers, (at * hour - 10, at * hour), at == 10).await;
    }
    use Standing::{Listed, NotListed, Unknown};
    let cases = [
        (10 * hour - 1, Unknown, None),
        (10 * hour, Listed, Some((10, true))),
        (12 * hour - 11, Listed, Some((10, true))),
        (12 * hour - 1, Unknown, None),
        // It left between two reads, and nobody knows when.
        (12 * hour, Unknown, None),
        (13 * hour - 1, Unknown, None),
        (13 * hour, NotListed, None),
        (14 * hour, NotListed, None),
        (15 * hour - 11, NotListed, None),
        // A read that was under way may have read the page of the carrier before or after.
        (15 * hour - 1, Unknown, None),
        (15 * hour, Unknown, None),
        (16 * hour, Listed, Some((16, false))),
        (17 * hour, Unknown, None),
        (18 * hour, NotListed, None),
        (18 * hour + 132 * MINUTE, NotListed, None),
        // No read for too long.
        (18 * hour + 132 * MINUTE + 1, Unknown, None),
    ];
    for (at, standing, since) in cases {
        let evidence = kept.evidence(at).await;
        let list = evidence.lists.iter().find(|list| list.list == "monitored").unwrap();
        let found = list.since.map(|since| (since.as_microsecond() / hour, list.since_before));
        assert_eq!((list.standing, found), (standing, since), "at hour {}: {list:?}", at as f64 / hour as f64);
        let named = evidence.lacks.iter().any(|lack| lack.starts_with("whether it was monitored is unknown: "));
        assert_eq!((named, list.why.is_some()), (standing == Unknown, standing == Unknown));
    }
    // Of a list that was never read nothing is known.
    let blocked = kept.evidence(11 * hour).await.lists.remove(1);
    assert_eq!((blocked.list.as_str(), blocked.standing), ("blocked", Unknown));
}

async fn one_absence_is_an_absence(place: &Place) {
    let kept = Kept::new(place).await;
    let hour = 60 * MINUTE;
    for (at, on) in [(10, true), (11, false), (12, true), (13, true)] {
        let carriers: &[&str] = if on { &[DOT] } else { &[] };
        kept.list("blocked", carriers, (at * hour - 10, at * hour), at == 10).await;
    }
    let standing = async |at: i64| kept.evidence(at).await.lists.remove(1).standing;
    // Nobody left by the feed, and still nobody can say that it was on the list at 11.
    for (at, expected) in [(10, Standing::Unknown), (11, Standing::Unknown), (12, Standing::Listed)] {
        assert_eq!(standing(at * hour + 1).await, expected, "at hour {at}");
    }
}
