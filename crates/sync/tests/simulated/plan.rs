//! What distinguishes one month from another.

use mycarrierpackets::jiff::SignedDuration;
use mycarrierpackets_sync::Settings;
use std::ops::Range;
use std::time::Duration;

/// How a month goes.
pub struct Plan {
    /// Windows do not overlap, and no row is late: nothing makes up for a window that is cut wrong.
    pub tight: bool,
    /// Seconds between two ticks.
    pub spacing: Range<u64>,
    /// When the engine is down for six hours.
    pub downtime: Duration,
    pub settings: Settings,
}

impl Plan {
    pub fn of(seed: u64, days: u64, random: &mut fastrand::Rng) -> Self {
        let tight = seed.is_multiple_of(2);
        let shortest = random.u64(5..60);
        let mut settings = Settings::default();
        settings.keep_private = true;
        settings.lists = Duration::from_secs(random.u64(1..8) * 3600);
        if tight {
            let pace = &mut settings.pace;
            (pace.lookback, pace.hourly_lookback, pace.daily_lookback) = Default::default();
            // What nobody read for six hours is read in several windows, some without a row.
            pace.longest = SignedDuration::from_mins(random.i64(190..330));
        }
        Self {
            tight,
            spacing: shortest * 60..180 * 60,
            downtime: Duration::from_secs(random.u64(2..days - 1) * 86_400),
            settings,
        }
    }

    /// How long a carrier is monitored at least after something happened to it, for the engine to have to know of it.
    pub fn until_noticed(&self) -> SignedDuration {
        SignedDuration::from_hours(if self.tight { 14 } else { 60 })
    }

    /// How long it takes until everything is known once the vendor is well again.
    pub fn until_settled(&self) -> Duration {
        // A row that was late is looked for once a day, and all carriers are read afresh as often.
        Duration::from_secs(28 * 3600)
    }
}
