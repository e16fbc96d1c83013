//! A process that is stopped until another has taken over: it goes on, and writes nothing.

use crate::campaign::Campaign;
use crate::child::{Crash, End, Job, LOST};
use crate::server::Server;
use crate::written::written;
use mycarrierpackets_sync::Tick;
use std::process::Command;
use std::time::Duration;

/// Where it is stopped: outside of a transaction, in which it would hold what it locked.
const POINTS: [&str; 5] = ["claimed", "attempted", "page-read", "window-read", "list-read"];

async fn stopped(mut campaign: Campaign) {
    let store = campaign.store().await;
    let engine = campaign.job.engine(store.clone()).owner("another");
    let customer = campaign.job.customers[0].clone();
    // The last of them takes no notice of its fence, so that it is seen to write.
    for (point, planted) in POINTS.map(|point| (point, None)).into_iter().chain([("page-read", Some("NoFence"))]) {
        campaign.pass(Duration::from_secs(2 * 3600));
        assert!(campaign.sandbox.customer(&customer).change_carrier(23_868));
        campaign.pass(Duration::from_secs(10));
        let crash = Some(Crash { point: point.to_owned(), left: 0, stops: true });
        let planted = planted.map(str::to_owned);
        let mut slow = Job { crash, end: End::Tick, planted: planted.clone(), ..campaign.job.clone() }.start();
        is_stopped(slow.id()).await;
        // The lease is three minutes long.
        campaign.pass(Duration::from_secs(200));
        let ticked = engine.tick(&customer).await.unwrap_or_else(|error| panic!("{point}: {error}"));
        assert!(matches!(&ticked, Tick::Done(reads) if !reads.is_empty()), "{point}: {ticked:?}");
        let before = written(&store).await;
        assert!(Command::new("kill").args(["-CONT", &slow.id().to_string()]).status().expect("kill").success());
        let ended = slow.wait().expect("the process");
        if planted.is_some() {
            assert!(ended.success(), "{ended}");
            assert_ne!(written(&store).await, before, "with a fault");
            continue;
        }
        // One that has just claimed finds nothing due.
        assert!(ended.code() == Some(LOST) || (point == "claimed" && ended.success()), "{point}: {ended}");
        assert_eq!(written(&store).await, before, "{point}");
        campaign.check_polls();
    }
    campaign.compare().await;
}

/// Waits until a process has stopped itself.
async fn is_stopped(process: u32) {
    for _ in 0..3000 {
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the process");
        // Its state follows its name, which is in parentheses.
        if status.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T')) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the process did not come to its point");
}

fn block_on(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(work);
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_was_stopped_past_its_lease_writes_nothing_to_sqlite() {
    block_on(async { stopped(Campaign::new(5, None, 1, false).await).await });
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_was_stopped_past_its_lease_writes_nothing_to_postgresql() {
    let Some(server) = Server::start() else { return };
    block_on(async { stopped(Campaign::new(6, Some(server.schema("stopped")), 1, false).await).await });
}
