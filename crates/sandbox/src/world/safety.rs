//! What inspectors, the police and the federal agency found: inspections, crashes, percentiles and the rating.
//!
//! Every figure is as of the last time that the registers were read. It grows with the number of that reading, so that no
//! count ever shrinks, and every reading finds something new.

use crate::world::clock::{DAY, Ticks};
use crate::world::given::Given;
use crate::world::hash::Draw;
use crate::world::salt::Salt;
use crate::world::{Index, World};

/// How many were inspected, and of them how many were put out of service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inspected {
    pub(crate) count: u32,
    pub(crate) out: u32,
}

impl Inspected {
    /// The share in hundredths of a percent, rounded: 4070 is 40.70 %.
    pub(crate) fn share(self) -> u32 {
        let (out, count) = (u64::from(self.out), u64::from(self.count));
        (out * 10_000 + count / 2).checked_div(count).unwrap_or(0) as u32
    }

    fn of(count: u32, percent: u32) -> Self {
        Self { count, out: (u64::from(count) * u64::from(percent) / 100) as u32 }
    }
}

/// One of the categories in which the agency compares carriers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Basic {
    pub(crate) name: &'static str,
    /// The percentile in hundredths; none where too few inspections were made.
    pub(crate) percentile: Option<u32>,
    pub(crate) over_threshold: bool,
    pub(crate) serious: bool,
    pub(crate) worse: Option<bool>,
    /// Inspections with a violation of this category.
    pub(crate) violations: u32,
}

impl Basic {
    pub(crate) fn alert(&self) -> bool {
        self.over_threshold || self.serious
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rating {
    Satisfactory,
    Conditional,
    Unsatisfactory,
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Crashes {
    pub(crate) fatal: u32,
    pub(crate) injury: u32,
    pub(crate) tow: u32,
}

impl Crashes {
    pub(crate) fn total(self) -> u32 {
        self.fatal + self.injury + self.tow
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Safety {
    pub(crate) vehicles: Inspected,
    pub(crate) drivers: Inspected,
    pub(crate) hazardous: Inspected,
    pub(crate) vehicles_canada: Inspected,
    pub(crate) drivers_canada: Inspected,
    pub(crate) crashes: Crashes,
    pub(crate) basics: [Basic; 6],
    pub(crate) rating: Rating,
    /// When the rating was given; none without one.
    pub(crate) rated: Option<Ticks>,
    pub(crate) out_of_service: bool,
    /// How often the registers have been read since the authority was granted.
    pub(crate) readings: u32,
    /// Whether the carrier is years late with its form MCS-150.
    pub(crate) late_filing: bool,
    /// When it last filed it.
    pub(crate) filed: Ticks,
}

/// What a reading is of: its number, its time, and what the carrier is.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) number: u32,
    pub(crate) at: Ticks,
    pub(crate) granted: Ticks,
    pub(crate) power: u32,
    pub(crate) hazardous: bool,
    pub(crate) canada: bool,
}

/// The share of the vehicles inspected in the country that is put out of service: 22.26 %, in hundredths.
pub(crate) const AVERAGE_OUT: u32 = 2226;

/// No count is larger.
const MOST: u32 = 2_000_000;

impl Safety {
    pub(crate) fn at(world: &World, index: Index, reading: Reading) -> Self {
        let mut draw = world.draw(index, Salt::Safety as u64);
        let grown = |salt: u64, number: u32, per: u32| {
            let draw = Draw::new(world.draw(index, salt).next() ^ u64::from(number)).below(per.max(1));
            if number == 0 { 0 } else { number.saturating_mul(per).saturating_add(draw).min(MOST) }
        };
        // Registers that are read more often than in the trade have less that is new.
        let seldom = reading.number / world.activity;
        let per = 1 + reading.power / 3 / world.activity;
        // Five of six are better than the country.
        let vehicle_rate = if draw.below(6) > 0 { 4 + draw.below(18) } else { 23 + draw.below(20) };
        let driver_rate = draw.below(12);
        let vehicles = Inspected::of(grown(0x31, reading.number, per), vehicle_rate);
        let drivers = Inspected::of(vehicles.count + grown(0x32, reading.number, per / 2), driver_rate);
        let hazardous = Inspected::of(if reading.hazardous { vehicles.count / 8 } else { 0 }, 5);
        let abroad = if reading.canada { vehicles.count / 20 } else { 0 };
        let towed = grown(0x33, seldom, 1 + reading.power / 90) * u32::from(draw.below(4) > 0);
        let crashes = Crashes { fatal: towed / 40, injury: towed / 4, tow: towed };
        let rating = match draw.below(1000) {
            _ if index == 0 => Rating::Satisfactory,
            0..560 => Rating::Satisfactory,
            560..600 => Rating::Conditional,
            600..603 => Rating::Unsatisfactory,
            _ => Rating::None,
        };
        // Nobody is rated before the first audit, some time after the authority was granted.
        let age = (world.today.0 - reading.granted.0).max(DAY);
        let audit = reading.granted.plus(age / 10 * i64::from(1 + draw.below(8))).midnight();
        let rating = if reading.number == 0 || reading.at < audit { Rating::None } else { rating };
        let rated = (rating != Rating::None).then_some(audit);
        let late = index != 0 && draw.below(20) == 0;
        let filed = reading.at.midnight().plus(-DAY * if late { 1500 } else { 4 });
        Self {
            vehicles,
            drivers,
            hazardous,
            vehicles_canada: Inspected::of(abroad, vehicle_rate),
            drivers_canada: Inspected::of(abroad, driver_rate),
            crashes,
            basics: basics(world, index, reading, vehicles.count),
            rating,
            rated,
            out_of_service: rating == Rating::Unsatisfactory,
            readings: reading.number,
            late_filing: late,
            filed: if late { filed } else { filed.max(reading.granted.midnight()) },
        }
    }

    /// Puts in what is given.
    pub(crate) fn give(&mut self, given: &Given) {
        let made = &given.made;
        let rating = match (made.safety_rating.as_deref(), made.out_of_service) {
            (Some("Satisfactory"), _) => Rating::Satisfactory,
            (Some("Conditional"), _) => Rating::Conditional,
            (Some("Unsatisfactory"), _) | (None, Some(true)) => Rating::Unsatisfactory,
            (Some(_), _) => Rating::None,
            (None, Some(false)) if self.rating == Rating::Unsatisfactory => Rating::Conditional,
            (None, _) => self.rating,
        };
        let rated = self.rated.filter(|_| self.rating == rating).unwrap_or(given.from.midnight());
        (self.rating, self.rated) = (rating, (rating != Rating::None).then_some(rated));
        self.out_of_service = rating == Rating::Unsatisfactory;
        if !given.clean {
            return;
        }
        if self.vehicles.share() > AVERAGE_OUT {
            self.vehicles = Inspected::of(self.vehicles.count, 20);
        }
        if self.drivers.count == 0 {
            (self.vehicles, self.drivers) = (Inspected::of(4, 0), Inspected::of(5, 0));
        }
        for (basic, (_, threshold)) in self.basics.iter_mut().zip(BASICS) {
            basic.percentile = basic.percentile.map(|own| own.min(threshold - 100));
            (basic.over_threshold, basic.serious) = (false, false);
        }
        if self.late_filing != given.late_filing {
            self.late_filing = given.late_filing;
            self.filed = given.from.midnight().plus(-DAY * if given.late_filing { 1500 } else { 4 });
        }
    }

    /// All inspections: each is of a driver, most of the vehicle, too.
    pub(crate) fn inspections(&self) -> u32 {
        self.drivers.count
    }
}

/// The categories with their thresholds in hundredths of a percentile.
const BASICS: [(&str, u32); 6] = [
    ("Unsafe Driving", 6500),
    ("Hours-of-Service Compliance", 6500),
    ("Driver Fitness", 8000),
    ("Controlled Substances/Alcohol", 8000),
    ("Vehicle Maintenance", 8000),
    ("Hazardous Materials Compliance", 8000),
];

fn basics(world: &World, index: Index, reading: Reading, inspections: u32) -> [Basic; 6] {
    let mut n = 0;
    BASICS.map(|(name, threshold)| {
        n += 1;
        let mut own = world.draw(index, 0x40 + n);
        // Few are among the worst: the square pulls most down.
        let level = own.below(100) * own.below(100) / 100;
        let seed = own.next();
        let at = |number: u32| {
            let drift = Draw::new(seed ^ u64::from(number)).below(1500);
            (level * 100 + drift).saturating_sub(750).min(9999)
        };
        let is_measured = inspections >= 5 && (n != 6 || reading.hazardous) && own.below(2) == 0;
        let percentile = is_measured.then(|| at(reading.number));
        Basic {
            name,
            percentile,
            over_threshold: percentile.is_some_and(|own| own >= threshold),
            serious: is_measured && index != 0 && own.below(150) == 0,
            worse: percentile.filter(|_| reading.number > 1).map(|now| now > at(reading.number - 1)),
            violations: if is_measured { inspections * own.below(30) / 100 } else { 0 },
        }
    })
}
