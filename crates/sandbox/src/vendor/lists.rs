//! The lists of monitored and blocked carriers, and what is known about all monitored ones.

use crate::customers::state::{Joined, List, State, joined_before};
use crate::lock;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::call::{Call, Quirk};
use crate::vendor::json::Json;
use crate::vendor::model::{self, Once};
use crate::vendor::paging::{LISTS, Page, RECORDS};
use crate::world::Index;
use crate::world::carrier::Salt;

pub(super) fn monitored(call: &Call<'_>) -> Result<Answer, Failure> {
    list(call, "ArrayOfMonitoredCarrierDTO", Salt::Monitoring, |state| &mut state.monitored)
}

pub(super) fn blocked(call: &Call<'_>) -> Result<Answer, Failure> {
    list(call, "ArrayOfCustomerBlockedCarrierDTO", Salt::Blocking, |state| &mut state.blocked)
}

fn list(call: &Call<'_>, root: &'static str, salt: Salt, pick: fn(&mut State) -> &mut List) -> Result<Answer, Failure> {
    let world = call.world;
    let (page, rows) = {
        let mut state = lock(&call.customer.state);
        let list = pick(&mut state);
        drift(call, list);
        let page = Page::read(call.params, LISTS, list.len())?;
        let row = |&index: &Index| (index, list.joined(index).cloned());
        let rows: Vec<(Index, Option<Joined>)> = page.of(list.all()).iter().map(row).collect();
        (page, rows)
    };
    let mut w = Json::new(rows.len() * 260 + 16);
    w.array();
    for (n, (index, joined)) in rows.into_iter().enumerate() {
        w.item(n);
        let joined = joined.unwrap_or_else(|| joined_before(world, index, salt));
        model::lists::row(&mut w, world, index, &joined, salt);
    }
    w.end_array();
    Ok(page.in_header(Answer::api(root, w.finish())))
}

pub(super) fn data(call: &Call<'_>) -> Result<Answer, Failure> {
    let mut once = Once::default();
    let (page, indexes) = monitored_page(call)?;
    page.in_body("MonitoredCarrierDataDTO", &call.standings(&indexes), 9000, |w, standing| {
        model::details::write(w, &call.load(standing), standing, &mut once);
    })
}

pub(super) fn contacts(call: &Call<'_>) -> Result<Answer, Failure> {
    let mut once = Once::default();
    let verified = call.verifications();
    let (page, indexes) = monitored_page(call)?;
    page.in_body("MonitoredCarriersContactsDataDTO", &call.standings(&indexes), 1000, |w, standing| {
        model::contacts::monitored(w, &call.load(standing), &verified, &mut once);
    })
}

pub(super) fn risk(call: &Call<'_>) -> Result<Answer, Failure> {
    let (page, indexes) = monitored_page(call)?;
    page.in_body("MonitoredCarriersRiskAssessmentDTO", &call.standings(&indexes), 1500, |w, standing| {
        model::risk::carrier(w, &call.load(standing));
    })
}

/// Moves a list under the eyes of whoever pages it, if that is the fault.
fn drift(call: &Call<'_>, list: &mut List) {
    let Some(Quirk::Drift(items)) = call.quirk else { return };
    let gone: Vec<_> = list.all().iter().take(items as usize).copied().collect();
    let strangers: Vec<_> = (0..call.world.total).rev().filter(|index| !list.contains(*index)).collect();
    for &index in &gone {
        list.remove(index);
    }
    for &index in strangers.iter().take(gone.len()) {
        list.add(index, Joined { at: call.now, by: "system".to_owned() });
    }
}

fn monitored_page(call: &Call<'_>) -> Result<(Page, Vec<Index>), Failure> {
    let mut state = lock(&call.customer.state);
    drift(call, &mut state.monitored);
    let all = state.monitored.all();
    let page = Page::read(call.params, RECORDS, all.len())?;
    let indexes = page.of(all).to_vec();
    Ok((page, indexes))
}
