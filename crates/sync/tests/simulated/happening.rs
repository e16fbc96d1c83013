//! What happens to carriers, and what the broker's people do at the vendor meanwhile.

use crate::world::{Stay, World};
use mycarrierpackets::resources::Invitation;
use std::time::Duration;

/// A failed renewal of a token is the vendor's mood of the day: a person tries again.
async fn done<T>(call: impl AsyncFn() -> mycarrierpackets::Result<T>) {
    for _ in 0..20 {
        if call().await.is_ok() {
            return;
        }
    }
    panic!("the vendor did not let a person in");
}

impl World {
    /// Something, now.
    pub async fn something_happens(&mut self) {
        let (staying, moving) = &self.carriers;
        let any = if self.random.u8(0..4) == 0 { self.random.choice(moving) } else { self.random.choice(staying) };
        let (dot, user) = (*any.expect("a carrier"), self.user.clone());
        let monitored = self.stays.iter().any(|stay| stay.dot == dot && stay.to.is_none());
        match self.random.u8(0..10) {
            0 | 1 => self.change(dot),
            2 | 3 => self.complete(dot),
            4 => assert!(self.sandbox.report_incident(dot)),
            5 => {
                let invitation = Invitation::new(dot, "dispatch@carrier.example");
                done(async || user.invitations().send(&invitation).await).await;
            }
            6 | 7 if self.random.bool() => done(async || user.blocking().add(dot).await).await,
            6 | 7 => done(async || user.blocking().remove(dot).await).await,
            _ if staying.contains(&dot) => {}
            _ if monitored => {
                done(async || user.monitoring().remove(dot).await).await;
                let now = self.now();
                self.stays.iter_mut().filter(|stay| stay.dot == dot).for_each(|stay| {
                    stay.to.get_or_insert(now);
                });
            }
            _ => {
                done(async || user.monitoring().add(dot).await).await;
                self.stays.push(Stay { dot, from: self.now(), to: None });
            }
        }
    }

    /// Time passes until the next tick, and things happen.
    pub async fn wait(&mut self, seconds: u64) {
        let mut left = Duration::from_secs(seconds) + Duration::from_micros(self.random.u64(0..1_000_000));
        if self.random.bool() {
            let part = left.mul_f64(self.random.f64());
            self.sandbox.advance(part);
            left -= part;
            self.something_happens().await;
        }
        if self.random.u8(0..8) == 0 {
            // Something happens within the last second of the next window, or within the one that follows it.
            let margin = Duration::try_from(self.plan.settings.pace.margin).expect("a margin");
            self.sandbox.advance(left);
            let dot = *self.random.choice(&self.carriers.0).expect("a carrier");
            self.change(dot);
            self.complete(dot);
            left = margin;
        }
        self.sandbox.advance(left);
    }
}
