//! What a carrier drives, with how many people, and what and where it hauls.

use crate::world::given::Wanted;
use crate::world::hash::Draw;
use crate::world::places::{Region, STATES, State};
use crate::world::salt::Salt;
use crate::world::{Index, World};

/// What a carrier mostly pulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trade {
    DryVan,
    Reefer,
    Flatbed,
    Tank,
    Intermodal,
    AutoHaul,
    Box,
}

/// Vehicles by how the carrier comes to have them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Units {
    pub(crate) owned: u32,
    pub(crate) term: u32,
    pub(crate) trip: u32,
}

impl Units {
    pub(crate) fn total(self) -> u32 {
        self.owned + self.term + self.trip
    }

    fn split(total: u32, draw: &mut Draw) -> Self {
        let term = total * draw.below(30) / 100;
        let trip = (total - term) * draw.below(6) / 100;
        Self { owned: total - term - trip, term, trip }
    }
}

/// A kind of trailer or truck and how many there are of it, by its name in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Equipment {
    pub(crate) name: &'static str,
    pub(crate) count: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Fleet {
    pub(crate) trade: Trade,
    pub(crate) tractors: Units,
    /// Straight trucks.
    pub(crate) trucks: Units,
    pub(crate) trailers: Units,
    /// The trailers, or the straight trucks of a carrier without, by kind.
    pub(crate) equipment: Vec<Equipment>,
    pub(crate) drivers: u32,
    pub(crate) licensed: u32,
    /// Of the drivers, those that stay inside the state; the rest goes from state to state.
    pub(crate) intrastate: u32,
    /// In percent, how many go no further than 100 miles.
    pub(crate) local: u32,
    pub(crate) hazardous: bool,
    pub(crate) miles: u32,
    /// The states it serves, its own among them.
    pub(crate) lanes: Vec<&'static State>,
    pub(crate) canada: bool,
    pub(crate) mexico: bool,
}

impl Fleet {
    pub(crate) fn of(world: &World, index: Index, interstate: bool, given: Option<&Wanted>) -> Self {
        let mut draw = world.draw(index, Salt::Fleet as u64);
        let power = match draw.below(100) {
            _ if index == 0 => 118,
            0..38 => 1 + draw.below(5),
            38..70 => 6 + draw.below(15),
            70..91 => 21 + draw.below(80),
            91..98 => 101 + draw.below(400),
            _ => 501 + draw.below(1500),
        };
        let power = given.and_then(|given| given.power_units).unwrap_or(power);
        let trade = match draw.below(100) {
            _ if index == 0 => Trade::Reefer,
            0..46 => Trade::DryVan,
            46..66 => Trade::Reefer,
            66..83 => Trade::Flatbed,
            83..88 => Trade::Tank,
            88..92 => Trade::Intermodal,
            92..95 => Trade::AutoHaul,
            _ => Trade::Box,
        };
        let straight = if trade == Trade::Box { power } else { power * draw.below(12) / 100 };
        let pulled = match trade {
            Trade::Box | Trade::Intermodal => 0,
            _ => (power - straight) * (100 + draw.below(130)) / 100,
        };
        let drivers = (power * (85 + draw.below(40)) / 100).max(1);
        let drivers = given.and_then(|given| given.drivers).unwrap_or(drivers);
        let licensed = if trade == Trade::Box { drivers * draw.below(60) / 100 } else { drivers };
        let intrastate = if interstate { drivers * draw.below(25) / 100 } else { drivers };
        let hazardous = trade == Trade::Tank && draw.below(2) == 0 || draw.below(16) == 0;
        let abroad = |draw: &mut Draw, share| interstate && draw.below(100) < share;
        Self {
            trade,
            tractors: Units::split(power - straight, &mut draw),
            trucks: Units::split(straight, &mut draw),
            trailers: Units::split(pulled, &mut draw),
            equipment: equipment(trade, if pulled == 0 { power } else { pulled }, &mut draw),
            drivers,
            licensed,
            intrastate,
            local: draw.below(60),
            hazardous,
            miles: power * (60_000 + draw.below(60_000)),
            lanes: lanes(world.state(index), interstate, &mut draw),
            canada: abroad(&mut draw, 6),
            mexico: abroad(&mut draw, 5) || world.docket(index).is_some_and(|docket| docket.prefix == "MX"),
        }
    }

    pub(crate) fn power(&self) -> u32 {
        self.tractors.total() + self.trucks.total()
    }

    pub(crate) fn has(&self, name: &str) -> Option<u32> {
        self.equipment.iter().find(|own| own.name == name).map(|own| own.count)
    }

    /// The letter of the federal census for a fleet of this size.
    pub(crate) fn size(&self) -> &'static str {
        match self.power() {
            0..=1 => "A",
            2..=5 => "B",
            6..=20 => "C",
            21..=100 => "D",
            101..=500 => "E",
            _ => "F",
        }
    }
}

/// How the trailers of a trade are made up: the names of a packet, the first of them most.
fn equipment(trade: Trade, count: u32, draw: &mut Draw) -> Vec<Equipment> {
    let names: &[&'static str] = match trade {
        Trade::DryVan => &["VanStandard", "VanLiftGate", "VanInsulated"],
        Trade::Reefer => &["ReeferStandard53Foot", "ReeferStandard48Foot", "VanStandard"],
        Trade::Flatbed => &["StandardFlatbed48Foot", "StepDeckStandard48Foot", "Conestoga"],
        Trade::Tank => &["FoodGradeTankTrailer", "DryBulkTanker", "HazmatTanker"],
        Trade::Intermodal => &["ContainerChassisTrailer40Foot", "ContainerChassisTrailer20Foot"],
        Trade::AutoHaul => &["SixToSevenCarHauler", "OneToTwoCarHauler"],
        Trade::Box => &["StraightBoxTruck", "VanSprinter"],
    };
    let (mut left, mut found) = (count, Vec::new());
    for (n, name) in names.iter().enumerate() {
        let share = if n + 1 == names.len() { 0 } else { draw.below(25) };
        let own = if n == 0 { count - count * draw.below(40) / 100 } else { (left * (100 - share) / 100).min(left) };
        if own > 0 {
            found.push(Equipment { name, count: own });
        }
        left -= own;
    }
    if left > 0
        && let Some(first) = found.first_mut()
    {
        first.count += left;
    }
    found
}

fn lanes(home: &str, interstate: bool, draw: &mut Draw) -> Vec<&'static State> {
    let home = State::of(home);
    if !interstate {
        return vec![home];
    }
    // Most serve their own region, many the whole country.
    let everywhere = draw.below(10) < 3;
    let served = |state: &&'static State, draw: &mut Draw| {
        let chance = if everywhere || state.region == home.region { 200 } else { 40 };
        state.code == home.code || draw.hit(chance)
    };
    STATES.iter().filter(|state| served(state, draw)).collect()
}

/// The region's name in a packet.
pub(crate) fn region(region: Region) -> &'static str {
    match region {
        Region::Northeast => "NortheastRegion",
        Region::Midwest => "MidwestRegion",
        Region::South => "SouthRegion",
        Region::West => "WestRegion",
    }
}
