//! The stars that customers gave a carrier.

use crate::world::carrier::{Carrier, Salt};

/// What is counted of them.
pub(super) struct Stars {
    /// How many customers gave some.
    pub(super) total: u32,
    /// How many gave one or two.
    pub(super) low: u32,
    pub(super) sum: u32,
    /// Those of the customer itself, which are among them.
    pub(super) own: Option<u32>,
}

impl Stars {
    pub(super) fn of(c: &Carrier<'_>) -> Self {
        let mut draw = c.draw(Salt::Status);
        let mut stars = Self { total: 0, low: 0, sum: 0, own: None };
        // Carriers that many have used are seldom bad.
        let bad = 1 + draw.below(20);
        for _ in 0..draw.below(40) {
            let given = if draw.below(100) < bad { 1 + draw.below(2) } else { 3 + draw.below(6).min(2) };
            stars.add(given);
        }
        if stars.total > 0 && draw.hit(100) {
            let own = 1 + draw.below(5);
            stars.own = Some(own);
            stars.add(own);
        }
        stars
    }

    fn add(&mut self, given: u32) {
        (self.total, self.sum) = (self.total + 1, self.sum + given);
        self.low += u32::from(given < 3);
    }

    /// The average in hundredths, rounded; 0 of nobody.
    pub(super) fn average(&self) -> u32 {
        (self.sum * 100 + self.total / 2).checked_div(self.total).unwrap_or(0)
    }
}
