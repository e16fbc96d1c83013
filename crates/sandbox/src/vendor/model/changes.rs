//! The change feed's answer, and the wrapper it shares with `GetCarrierData`.

use crate::customers::state::Standing;
use crate::vendor::json::{Json, k};
use crate::vendor::model::{Once, details};
use crate::world::World;
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;
use crate::world::stretch::{Change, FMCSA, INSURANCE, RISK};

/// What the vendor says of a whole window.
pub(crate) struct Summary<'f> {
    pub(crate) from: Ticks,
    pub(crate) to: Ticks,
    pub(crate) now: Ticks,
    pub(crate) found: &'f [Change],
}

/// `CarrierChangesResultDTO`: the counts are of the window, the list is of the page.
pub(crate) fn write(w: &mut Json, world: &World, summary: &Summary<'_>, rows: &[(&Change, Standing)]) {
    let count = |category| summary.found.iter().filter(|change| change.categories & category != 0).count() as i64;
    let mut carriers: Vec<_> = summary.found.iter().map(|change| change.index).collect();
    carriers.sort_unstable();
    carriers.dedup();
    w.open();
    w.time(k!("FromDate"), summary.from);
    w.time(k!("ToDate"), summary.to);
    w.time(k!("RequestDateTimeUtc"), summary.now);
    w.int(k!("InsuranceChangeCount"), count(INSURANCE));
    w.int(k!("FMCSAChangeCount"), count(FMCSA));
    w.int(k!("RiskAssessmentChangeCount"), count(RISK));
    w.int(k!("CarrierCount"), carriers.len() as i64);
    w.raw(k!("CarrierList"));
    w.array();
    let mut once = Once::default();
    for (n, (change, standing)) in rows.iter().enumerate() {
        w.item(n);
        w.open();
        w.time(k!("ChangeDateTime"), change.at);
        w.raw(k!("ChangeCategories"));
        categories(w, change.categories);
        wrapped(w, &Carrier::new(world, standing.index, standing.facts.clone(), standing.now), standing, &mut once);
        w.close();
    }
    w.end_array();
    w.close();
}

fn categories(w: &mut Json, set: u8) {
    w.array();
    let names = [(INSURANCE, "Insurance"), (FMCSA, "FMCSA"), (RISK, "RiskAssessment")];
    for (n, (_, name)) in names.into_iter().filter(|(category, _)| set & category != 0).enumerate() {
        w.item(n);
        w.quoted(name);
    }
    w.end_array();
}

/// The members `CarrierDetails` and `ResponseDO`. A carrier that comes twice is written once, and so is success.
pub(super) fn wrapped(w: &mut Json, c: &Carrier<'_>, standing: &Standing, once: &mut Once) {
    w.raw(k!("CarrierDetails"));
    if let Some(&id) = once.details.get(&c.index) {
        w.reference(id);
    } else {
        let id = details::write(w, c, standing, once);
        once.details.insert(c.index, id);
    }
    w.raw(k!("ResponseDO"));
    if let Some(id) = once.success {
        w.reference(id);
        return;
    }
    let id = w.open();
    w.plain(k!("status"), "SUCCESS");
    w.plain(k!("action"), "OK");
    w.plain(k!("code"), "1000");
    w.plain(k!("displayMsg"), "");
    w.null(k!("techMsg"));
    w.close();
    once.success = Some(id);
}
