//! The ways in which a tick goes: to its end, cut off, crashed, or past the end of its lease.

use crate::world::{CUSTOMER, World};
use crate::written::written;
use futures::FutureExt as _;
use mycarrierpackets_sync::engine::Read;
use mycarrierpackets_sync::store::{ErrorKind, Tx, customers};
use mycarrierpackets_sync::{Engine, Error as SyncError, Tick, crash};
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::task::Poll;
use std::time::Duration;

type Ticked = Result<Tick, SyncError>;

/// Longer than a lease.
const AWAY: std::ops::Range<u64> = 46..300;

impl World {
    /// One tick, in one of the ways. What it read to its end.
    pub async fn turn(&mut self) -> Vec<Read> {
        self.check_polls();
        let worker = self.workers[self.random.usize(0..2)].clone();
        self.ticks.0 += 1;
        let ticked = match self.random.u8(0..20) {
            0 | 1 => self.cut_off(&worker).await,
            2 | 3 => self.crashed(&worker).await,
            4 => self.overtaken().await,
            5 => {
                let [one, two] = self.workers.clone();
                let (first, second) = futures::join!(one.tick(CUSTOMER), two.tick(CUSTOMER));
                if let Ok(Tick::Done(reads)) = &second
                    && !reads.is_empty()
                {
                    self.faults.push("two workers at once".to_owned());
                }
                Some(first)
            }
            _ => Some(worker.tick(CUSTOMER).await),
        };
        self.check_polls();
        match ticked {
            Some(Ok(Tick::Done(reads))) => return reads,
            // The one that did not come to its end holds the customer until its lease is over.
            Some(Ok(Tick::Held { .. })) => {}
            // The vendor refused three tokens in a row: a person sees to it.
            Some(Ok(Tick::Paused { .. })) => {
                let resume = async |tx: Tx| customers::resume(&tx, CUSTOMER).await;
                self.store.transaction(resume).await.expect("a customer");
                self.resumed += 1;
            }
            Some(other) => self.faults.push(format!("a tick ended with {other:?}")),
            None => self.ticks.1 += 1,
        }
        Vec::new()
    }

    /// One tick to its end, if nobody holds the customer.
    pub async fn plain_turn(&mut self) -> Vec<Read> {
        self.check_polls();
        let ticked = self.workers[0].tick(CUSTOMER).await;
        self.check_polls();
        match ticked {
            Ok(Tick::Done(reads)) => return reads,
            Ok(Tick::Held { .. }) => {}
            other => self.faults.push(format!("a tick ended with {other:?}")),
        }
        Vec::new()
    }

    /// Polls a tick until it has sent this many requests, and no further.
    async fn until_request(
        &self,
        tick: &mut (impl Future<Output = Ticked> + Unpin),
        requests: usize,
    ) -> Option<Ticked> {
        poll_fn(|context| match self.arrived() >= requests {
            true => Poll::Ready(None),
            false => tick.poll_unpin(context).map(Some),
        })
        .await
    }

    /// Whether the last request was for a page, and was answered as it should be.
    async fn is_answered_well(&self) -> bool {
        for _ in 0..1000 {
            let last = self.sandbox.requests().pop().expect("a request");
            if last.status.is_some() || last.fault.is_some() {
                return last.status == Some(200) && last.fault.is_none() && last.operation != "token";
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("the vendor did not answer");
    }

    /// It ends while it waits for an answer.
    async fn cut_off(&mut self, worker: &Engine) -> Option<Ticked> {
        let requests = self.random.usize(1..9);
        let mut tick = Box::pin(worker.tick(CUSTOMER));
        self.until_request(&mut tick, requests).await
    }

    /// It ends at a point of the engine's, as a process that aborts does.
    async fn crashed(&mut self, worker: &Engine) -> Option<Ticked> {
        let point = *self.random.choice(&crash::POINTS).expect("a point");
        let mut left = self.random.u8(0..8);
        crash::at_each(Some(Box::new(move |name| {
            if name == point {
                if left == 0 {
                    std::panic::resume_unwind(Box::new(point));
                }
                left -= 1;
            }
        })));
        let ticked = AssertUnwindSafe(worker.tick(CUSTOMER)).catch_unwind().await;
        crash::at_each(None);
        ticked.ok()
    }

    /// It waits for an answer until another worker has taken over, and then writes nothing.
    async fn overtaken(&mut self) -> Option<Ticked> {
        let requests = self.random.usize(1..9);
        let [one, two] = self.workers.clone();
        let mut slow = Box::pin(one.tick(CUSTOMER));
        if let Some(ticked) = self.until_request(&mut slow, requests).await {
            return Some(ticked);
        }
        // It would send a request that failed again, and late, or one whose token it waits for: nobody can stop that.
        if !self.is_answered_well().await {
            return Some(slow.await);
        }
        let away = self.random.u64(AWAY);
        self.pass(away);
        let other = two.tick(CUSTOMER).await;
        let before = written(&self.store).await;
        let ended = slow.await;
        match ended {
            Err(SyncError::Store(error)) if error.kind() == ErrorKind::Lost => {}
            ended => self.faults.push(format!("a worker that was overtaken ended with {ended:?}")),
        }
        if written(&self.store).await != before {
            self.faults.push("a worker that was overtaken wrote".to_owned());
        }
        Some(other)
    }
}
