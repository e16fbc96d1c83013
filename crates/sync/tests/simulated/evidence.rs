//! What a person can prove of simulated days.

use crate::days::{CUSTOMER, World};
use crate::vendor::{client, now};
use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets_sync::history::{self, Standing, Watching, What};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_evidence_of_simulated_days_names_the_hours_that_nobody_watched() {
    let mut world = World::new(4).await;
    let monitored = client(&world.sandbox).expect("a client").monitoring().list().read_all(1000).await.expect("a list");
    let dot = monitored.items.iter().find_map(|carrier| carrier.dot_number).expect("a monitored carrier");
    let number: u32 = dot.to_string().parse().expect("a number");
    let before = now(&world.sandbox);
    world.sandbox.advance(Duration::from_secs(60));
    // What was known at each of these moments, noted when they came.
    let mut noted = Vec::new();
    for _ in 0..4 {
        world.run(Duration::from_secs(2 * 3600), false).await;
        noted.push((now(&world.sandbox), world.known(&format!("DOT:{dot}")).await));
        world.sandbox.advance(Duration::from_secs(1));
        assert!(world.sandbox.change_carrier(number));
    }
    // Nobody is there for six hours.
    world.sandbox.advance(Duration::from_secs(3 * 3600));
    let away = now(&world.sandbox);
    world.sandbox.advance(Duration::from_secs(3 * 3600));
    world.run(Duration::from_secs(3 * 3600), false).await;

    let id = dot.to_string().parse().expect("a carrier");
    let evidence = async |at: Timestamp| {
        let read = world.engine.store().read(async |tx| {
            let carrier = history::find(&tx, CUSTOMER, &id).await?;
            history::evidence(&tx, CUSTOMER, &carrier, at.as_microsecond()).await
        });
        read.await.expect("evidence")
    };
    let mut versions = BTreeSet::new();
    for (at, known) in &noted {
        let then = evidence(*at).await;
        let found =
            then.parts.iter().filter_map(|part| Some((part.section.clone(), part.known.as_ref()?.hash.clone())));
        assert_eq!(&found.collect::<BTreeMap<_, _>>(), known, "at {at}");
        assert!(!then.is_broken() && then.lists[0].standing == Standing::Listed, "{:?}", then.lacks);
        for feed in then.feeds.iter().filter(|feed| ["changes", "packets", "monitored"].contains(&&*feed.feed)) {
            assert_eq!(feed.state, Watching::Watched, "{feed:?}");
        }
        versions.extend(known.get("details").cloned());
    }
    assert!(versions.len() >= 3, "the changes made versions: {versions:?}");
    for (at, read_before) in [(before, false), (away, true)] {
        let then = evidence(at).await;
        assert!(then.lacks.iter().any(|lack| lack.starts_with("changes: not watched, ")), "{:?}", then.lacks);
        let changes = then.feeds.iter().find(|feed| feed.feed == "changes").expect("the feed");
        assert_eq!((changes.before.is_some(), then.is_known()), (read_before, read_before));
        assert!(changes.covered_by.is_some() || !read_before, "what happened was read afterwards");
        assert_eq!(then.lists[0].standing, Standing::Unknown, "{:?}", then.lists);
    }
    let carrier = format!("DOT:{dot}");
    let entries = world.engine.store().read(async |tx| history::history(&tx, CUSTOMER, &carrier, 0).await).await;
    let entries = entries.expect("the history");
    assert!(entries.windows(2).all(|two| two[0].observed_at <= two[1].observed_at));
    assert!(entries.iter().any(|entry| matches!(&entry.what, What::Changed { section, .. } if section == "details")));
    assert!(
        entries
            .iter()
            .any(|entry| matches!(&entry.what, What::Event { kind, .. } if kind.ends_with("carrier.changed")))
    );
}
