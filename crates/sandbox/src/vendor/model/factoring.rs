//! Factoring companies.

use crate::vendor::json::{Json, k};
use crate::world::World;
use crate::world::carrier::past;
use crate::world::clock::Ticks;
use crate::world::company::{invented, join, phone};
use crate::world::feed::FACTORING_COMPANIES;
use crate::world::hash::{Draw, pair};
use crate::world::places::Place;
use crate::world::words;

pub(crate) struct Factor {
    pub(super) id: u32,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(super) address: String,
    pub(super) place: &'static Place,
    pub(super) phone: String,
    pub(super) created: Ticks,
}

impl Factor {
    pub(super) fn new(world: &World, company: u32) -> Self {
        let company = company % FACTORING_COMPANIES;
        let mut draw = Draw::new(pair(world.seed ^ 0xFAC7, company.into()));
        let name = invented(&mut draw);
        let place = Place::any(&mut draw);
        Self {
            id: 300 + company,
            email: join(&["remit@", &name.to_ascii_lowercase(), "-factoring.example"]),
            name: join(&[&name, " Factoring ", draw.pick(words::LEGAL_FORMS)]),
            address: join(&["PO Box ", &(1000 + draw.below(9000)).to_string()]),
            place,
            phone: phone(place.area, &mut draw),
            created: past(world.today, &mut draw, 3000),
        }
    }

    /// The fields that `UpdatedFactoring` and `FactoringRemitDTO` have in common.
    pub(super) fn fields(&self, w: &mut Json) {
        w.int(k!("FactoringCompanyID"), self.id);
        w.plain(k!("FactoringCompanyName"), &self.name);
        w.plain(k!("FactoringRemitEmail"), &self.email);
        w.plain(k!("FactoringRemitAddress"), &self.address);
        if self.id % 8 == 5 {
            w.plain(k!("FactoringRemitAddress2"), "Dept 9");
        } else {
            w.null(k!("FactoringRemitAddress2"));
        }
        w.plain(k!("FactoringRemitCity"), self.place.city);
        w.plain(k!("FactoringRemitCountry"), "US");
        w.plain(k!("FactoringRemitStateProvince"), self.place.state);
        w.plain(k!("FactoringRemitZipcode"), self.place.zip);
        w.plain(k!("FactoringPhone"), &self.phone);
    }
}

/// `UpdatedFactoring`.
pub(crate) fn updated(w: &mut Json, world: &World, company: u32, updated: Ticks) {
    let factor = Factor::new(world, company);
    w.open();
    factor.fields(w);
    w.time(k!("CreatedDateTime"), factor.created);
    w.time(k!("UpdatedDateTime"), updated);
    w.close();
}
