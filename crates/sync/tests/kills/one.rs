//! One process after another on SQLite, each killed.

use crate::campaign::{Campaign, Outcome};
use crate::child::End;
use std::process::ExitStatus;
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

/// A store and its processes, `kills` of which are killed.
async fn campaign(seed: u64, kills: u32, tight: bool) -> Outcome {
    let mut campaign = Campaign::new(seed, None, 1, tight).await;
    let mut killed = 0;
    while killed < kills {
        // Later than the lease of the one before, and late enough for another poll.
        let seconds = campaign.random.u64(340..900);
        campaign.pass(Duration::from_secs(seconds));
        campaign.something_may_happen();
        // The window ends some seconds before now.
        campaign.pass(Duration::from_secs(10));
        let mut worker = campaign.worker(End::Idle);
        if campaign.random.bool() {
            tokio::time::sleep(Duration::from_millis(campaign.random.u64(5..80))).await;
            // It may have ended already.
            let _ = worker.kill();
        }
        killed += u32::from(was_killed(worker.wait().expect("the process")));
        campaign.check_polls();
    }
    campaign.compare().await
}

#[test]
fn nothing_is_lost_by_kills_on_sqlite() {
    let kills = number("KILLS", 60);
    let lanes = [(1, false), (2, true)].map(|(seed, tight)| {
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(campaign(seed, kills.div_ceil(2), tight))
        })
    });
    for lane in lanes {
        let outcome = lane.join().expect("a campaign");
        println!("{outcome:?}");
        // Each kill may repeat what one process had handed on.
        assert!(outcome.events > kills as usize / 8, "{outcome:?}");
        assert!(outcome.again + outcome.torn <= kills as usize * 4, "{outcome:?}");
    }
}
