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
use judge::Broken;

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

/// How many images of one life are damaged, and how many lost something, with a fault.
fn found(planted: Planted) -> [usize; 2] {
    let outcome = block_on(async {
        let mut campaign = Campaign::new(3, planted).await;
        campaign.live(30, None, 3 * MOMENTS).await;
        campaign.outcome
    });
    let damaged = outcome.broken.iter().filter(|(broken, _)| matches!(broken, Broken::Damaged(_))).count();
    let lost = outcome.broken.len() - damaged;
    println!("of {} images {damaged} are damaged and {lost} lost something", outcome.images);
    for (broken, image) in outcome.broken.iter().step_by(20) {
        println!("{image}: {}", format!("{broken:?}").chars().take(300).collect::<String>());
    }
    [damaged, lost]
}

/// The control: with `synchronous=OFF`.
#[test]
fn what_is_never_flushed_is_lost() {
    let [_, lost] = found(Planted::Fault("NoFlush"));
    assert!(lost > 0);
}

/// With `synchronous=NORMAL` a log is flushed before it is taken into the file, and not at each commit.
#[test]
fn what_is_flushed_late_is_lost_but_damages_nothing() {
    let [damaged, lost] = found(Planted::Fault("LateFlush"));
    assert!(damaged == 0 && lost > 0);
}

/// Images are made of the moments at which the log is taken into the file, too.
#[test]
fn a_store_that_is_not_flushed_before_its_log_starts_again_is_found() {
    let [damaged, lost] = found(Planted::StoreIsNotFlushed);
    assert!(damaged + lost > 0);
}
