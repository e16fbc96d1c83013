//! One process after another on SQLite, each killed.

use crate::campaign::{Campaign, Outcome};
use crate::child::{Crash, End};
use std::process::ExitStatus;
use std::thread::JoinHandle;
use std::time::Duration;

pub fn number(name: &str, default: u32) -> u32 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

/// Ended by a signal.
pub fn was_killed(status: ExitStatus) -> bool {
    // A worker that panics shows what is wrong.
    assert!(status.success() || status.code().is_none(), "a process ended with {status}");
    !status.success()
}

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    /// Without windows that overlap.
    Tight,
    /// With webhooks and documents.
    Also,
    /// Without windows that overlap, and with a fault.
    Planted(&'static str),
}

/// A store and its processes, `kills` of which are killed.
async fn campaign(seed: u64, kills: u32, kind: Kind) -> Outcome {
    let (tight, planted) = match kind {
        Kind::Plain | Kind::Also => (false, None),
        Kind::Tight => (true, None),
        Kind::Planted(fault) => (true, Some(fault)),
    };
    let mut campaign = Campaign::new(seed, None, 1, tight).await;
    if matches!(kind, Kind::Also) {
        campaign.also();
    }
    campaign.job.planted = planted.map(str::to_owned);
    // With a fault, each dies where the fault shows.
    campaign.job.crash = planted.map(|_| Crash { point: "page-read".to_owned(), left: 0, stops: false });
    let mut killed = 0;
    while killed < kills {
        // Later than the lease of the one before, and late enough for another poll.
        let seconds = campaign.random.u64(340..900);
        campaign.pass(Duration::from_secs(seconds));
        campaign.something_may_happen();
        // The window ends some seconds before now.
        campaign.pass(Duration::from_secs(10));
        let mut worker = campaign.worker(End::Idle);
        if planted.is_none() && campaign.random.bool() {
            tokio::time::sleep(Duration::from_millis(campaign.random.u64(5..80))).await;
            // It may have ended already.
            let _ = worker.kill();
        }
        killed += u32::from(was_killed(worker.wait().expect("the process")));
        campaign.settle().await;
        campaign.check_polls();
    }
    campaign.compare().await
}

/// A campaign on a thread of its own.
fn lane(seed: u64, kills: u32, kind: Kind) -> JoinHandle<Outcome> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(campaign(seed, kills, kind))
    })
}

/// The comparison can fail.
#[test]
fn kills_find_a_cursor_that_moves_before_the_rows_are_kept() {
    let found = lane(2, 10, Kind::Planted("CursorBeforeRows")).join().expect_err("a campaign that finds it");
    let found = found.downcast_ref::<String>().expect("a message");
    assert!(found.contains("lost"), "{found}");
}

#[test]
fn nothing_is_lost_by_kills_on_sqlite() {
    let kills = number("KILLS", 60);
    let lanes = [(1, Kind::Plain), (2, Kind::Tight)].map(|(seed, kind)| lane(seed, kills.div_ceil(2), kind));
    for lane in lanes {
        let outcome = lane.join().expect("a campaign");
        println!("{outcome:?}");
        // Each kill may repeat what one process had handed on.
        assert!(outcome.events > kills as usize / 8, "{outcome:?}");
        assert!(outcome.again + outcome.torn <= kills as usize * 4, "{outcome:?}");
    }
}

#[test]
fn no_webhook_and_no_document_is_lost_by_kills() {
    let kills = number("KILLS", 60).div_ceil(3);
    let outcome = lane(8, kills, Kind::Also).join().expect("a campaign");
    println!("{outcome:?}, with webhooks and documents");
    assert!(outcome.events > kills as usize / 2, "{outcome:?}");
}
