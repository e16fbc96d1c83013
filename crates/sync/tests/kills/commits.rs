//! Connections that are cut while COMMIT is under way: nobody knows what became of it, and nothing is lost.

use crate::campaign::Campaign;
use crate::proxy::{Cut, Proxy};
use crate::server::Server;
use mycarrierpackets_sync::store::ErrorKind;
use mycarrierpackets_sync::{Error, crash};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn nothing_is_lost_by_commits_whose_outcome_is_unknown() {
    let Some(server) = Server::start() else { return };
    // On one thread, as the points of the engine are those of the thread.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(campaign(&server));
}

async fn campaign(server: &Server) {
    let mut campaign = Campaign::new(4, Some(server.schema("commits")), 1, true).await;
    let proxy = Arc::new(Proxy::start(server.folder().join(".s.PGSQL.5432")));
    let mut job = campaign.job.clone();
    job.store = format!("{}?schema=commits", proxy.address());
    let engine = job.engine(job.open().await.expect("the store"));
    let customer = job.customers[0].clone();
    let mut unknown = [0, 0];
    for round in 0..60 {
        let seconds = campaign.random.u64(340..900);
        campaign.pass(Duration::from_secs(seconds));
        campaign.something_may_happen();
        campaign.pass(Duration::from_secs(10));
        let kind = round % 2;
        let (cut, mut left) = (Arc::clone(&proxy), campaign.random.u32(0..10));
        crash::at_each(Some(Box::new(move |point| {
            if point == "before-commit" {
                if left == 0 {
                    cut.cut([Cut::Before, Cut::After][kind]);
                }
                left = left.saturating_sub(1);
            }
        })));
        let ticked = engine.tick(&customer).await;
        crash::at_each(None);
        proxy.cut(Cut::Never);
        match ticked {
            Ok(_) => {}
            Err(Error::Store(error)) if error.kind() == ErrorKind::Unknown => unknown[kind] += 1,
            Err(error) => panic!("{error}"),
        }
        campaign.check_polls();
    }
    println!("{unknown:?} commits were cut before and after the server saw them");
    assert!(unknown.iter().all(|times| *times > 10), "{unknown:?}");
    drop(engine);
    println!("{:?}", campaign.compare().await);
}
