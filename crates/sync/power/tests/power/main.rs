//! The power goes, again and again. What was promised before is there after it, and the sync goes on.
//!
//! `POWER_LIVES` is how many lives a worker has in each of two campaigns (8).

mod campaign;
mod judge;
mod points;
#[path = "../../../tests/simulated/polls.rs"]
mod polls;
#[path = "../../../tests/simulated/truth.rs"]
mod truth;

use campaign::{Campaign, Outcome, Planted};

/// How many moments of a life are looked at.
const MOMENTS: usize = 12;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

async fn campaign(seed: u64, lives: usize) -> Outcome {
    let mut campaign = Campaign::new(seed, Planted::Nothing).await;
    // The store is made.
    campaign.live(0, None, 4 * MOMENTS).await;
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..lives {
        let cut = random.u64(1..4000);
        campaign.live(14, Some(cut), MOMENTS).await;
    }
    campaign.end(lives / 2).await
}

#[test]
fn what_was_promised_is_there_when_the_power_is_back() {
    let lives = std::env::var("POWER_LIVES").map_or(8, |lives| lives.parse().expect("POWER_LIVES is not a number"));
    let lanes = [1, 2].map(|seed| std::thread::spawn(move || block_on(campaign(seed, lives))));
    for lane in lanes {
        let outcome = lane.join().expect("a campaign");
        println!("{outcome:?}");
        assert_eq!(outcome.broken, []);
        // It took the power often, and where it hurts.
        assert!(outcome.cut > lives / 3 && outcome.images > lives * MOMENTS, "{outcome:?}");
        assert!(outcome.checkpoints > outcome.images / 10 && outcome.names > 10, "{outcome:?}");
        assert!(outcome.continued > lives / 4 && outcome.promises.iter().all(|number| *number > 2), "{outcome:?}");
        assert!(outcome.polls > lives as u64, "{outcome:?}");
    }
}

/// What is wrong with the images of one life, with a fault: how many are damaged, and what the others lost.
fn found(planted: Planted) -> (usize, Vec<String>) {
    let outcome = block_on(async {
        let mut campaign = Campaign::new(3, planted).await;
        campaign.live(30, None, 3 * MOMENTS).await;
        campaign.outcome
    });
    let broken = outcome.broken.len();
    let lost: Vec<_> = outcome.broken.into_iter().filter_map(|(broken, _)| broken.lost()).collect();
    println!("of {} images {} are damaged and {} lost something", outcome.images, broken - lost.len(), lost.len());
    (broken - lost.len(), lost.concat())
}

/// Each kind of promise that is lost is found.
fn of_all_kinds(lost: &[String]) -> bool {
    ["the webhook", "the request", "the event"].iter().all(|kind| lost.iter().any(|lost| lost.starts_with(kind)))
}

/// The control: with `synchronous=OFF`.
#[test]
fn what_is_never_flushed_is_lost() {
    let (_, lost) = found(Planted::Fault("NoFlush"));
    assert!(of_all_kinds(&lost), "{lost:?}");
}

/// With `synchronous=NORMAL` a log is flushed before it is taken into the file, and not at each commit.
#[test]
fn what_is_flushed_late_is_lost_but_damages_nothing() {
    let (damaged, lost) = found(Planted::Fault("LateFlush"));
    assert!(damaged == 0 && of_all_kinds(&lost), "{damaged}, {lost:?}");
}

/// Images are made of the moments at which the log is taken into the file, too.
#[test]
fn a_store_that_is_not_flushed_before_its_log_starts_again_is_found() {
    let (damaged, lost) = found(Planted::StoreIsNotFlushed);
    assert!(damaged > 0 || !lost.is_empty());
}
