//! Four processes at once on PostgreSQL, which are killed, and whose server is.

use crate::campaign::Campaign;
use crate::child::End;
use crate::one::{number, was_killed};
use crate::server::Server;
use std::time::Duration;

const WORKERS: usize = 4;
const CUSTOMERS: usize = 6;

#[test]
fn nothing_is_lost_by_kills_on_postgresql() {
    let Some(server) = Server::start() else { return };
    let kills = number("KILLS_POSTGRES", 20);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(campaign(server, kills));
}

async fn campaign(mut server: Server, kills: u32) {
    let mut campaign = Campaign::new(3, Some(server.schema("kills")), CUSTOMERS, false).await;
    // Time runs so fast here that half a minute passes between a worker's note that it asks and its request.
    campaign.job.interval = 8;
    let done = campaign.folder().join("done");
    let end = || End::File(done.clone());
    let mut workers: Vec<_> = (0..WORKERS).map(|_| campaign.worker(end())).collect();
    let (mut killed, mut crashes) = (0, 0);
    while killed < kills {
        campaign.pass(Duration::from_secs(8));
        campaign.something_may_happen();
        tokio::time::sleep(Duration::from_millis(30)).await;
        if campaign.random.u8(0..4) == 0 {
            let victim = campaign.random.usize(0..WORKERS);
            let _ = workers[victim].kill();
        }
        for worker in &mut workers {
            if let Some(status) = worker.try_wait().expect("the process") {
                killed += u32::from(was_killed(status));
                *worker = campaign.worker(end());
            }
        }
        if killed / 20 > crashes {
            crashes = killed / 20;
            server.crash();
        }
        campaign.check_polls();
    }
    std::fs::write(&done, "").expect("a file");
    for mut worker in workers {
        was_killed(worker.wait().expect("the process"));
    }
    let outcome = campaign.compare().await;
    println!("{outcome:?}, {crashes} crashes of the server");
    // Each kill may repeat what one process had handed on, and each crash what all had.
    let cut = (killed + crashes * u32::try_from(WORKERS).expect("few")) as usize;
    assert!(outcome.again + outcome.torn <= cut, "{outcome:?} after {cut} turns that were cut short");
    assert!(crashes > 0 && outcome.events > CUSTOMERS * 10, "{outcome:?}");
}
