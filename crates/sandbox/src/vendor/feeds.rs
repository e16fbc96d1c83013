//! Windows of time: changes, completed packets, updated factoring companies.

use std::time::Duration;

use crate::lock;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::call::{Call, Quirk};
use crate::vendor::json::{Json, k};
use crate::vendor::model;
use crate::vendor::paging::{Page, RECORDS};
use crate::world::clock::{SECOND, Ticks};
use crate::world::feed::{self, Window};
use crate::world::hash::pair;

pub(super) fn changes(call: &Call<'_>) -> Result<Answer, Failure> {
    let now = call.now;
    let (from, to) = window(call)?;
    let window = Window::new(call.world, now, from, to);
    let extra = lock(&call.customer.state).own.changes.clone();
    let found = feed::changes(call.world, window, &extra);
    let mut found = disturbed(call, found, |change| change.at);
    {
        let state = lock(&call.customer.state);
        found.retain(|change| state.monitored.contains(change.index));
    }

    let page = Page::read(call.params, RECORDS, found.len())?;
    // Further pages belong to the same poll.
    if page.is_first() {
        let mut polls = lock(&call.customer.polls);
        let every = polls.interval();
        polls.poll(now).map_err(|wait| too_often(every, wait))?;
    }
    let rows: Vec<_> = page.of(&found).iter().map(|change| (change, call.standing(change.index))).collect();
    let mut w = Json::new(rows.len() * 9000 + 512);
    let summary = model::changes::Summary { from, to, now, found: &found };
    model::changes::write(&mut w, call.world, &summary, &rows);
    Ok(page.in_header(Answer::api("CarrierChangesResultDTO", w.finish())))
}

fn too_often(every: Duration, wait: Duration) -> Failure {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let every = match every.as_secs() {
        whole if whole >= 60 && whole.is_multiple_of(60) => format!("{} minutes", whole / 60),
        1 => "second".to_owned(),
        seconds => format!("{seconds} seconds"),
    };
    Failure::new(429, format!("CarriersChanges cannot be called more often than every {every}."))
        .header("retry-after", seconds.to_string())
}

pub(super) fn completed_packets(call: &Call<'_>) -> Result<Answer, Failure> {
    let (from, to) = window(call)?;
    let world = call.world;
    let window = Window::new(world, call.now, from, to);
    let extra = lock(&call.customer.state).completed.clone();
    let found = disturbed(call, feed::packets(world, window, &extra), |row| row.0);
    let mut w = Json::new(found.len() * 160 + 16);
    w.array();
    for (n, (at, index)) in found.into_iter().enumerate() {
        w.item(n);
        model::lists::completed_packet(&mut w, &call.load(&call.standing(index)), at);
    }
    w.end_array();
    Ok(Answer::api("ArrayOfCompletedPacketDTO", w.finish()))
}

pub(super) fn factoring(call: &Call<'_>) -> Result<Answer, Failure> {
    let now = call.now;
    let from = call.params.required_time("fromDate")?;
    let to = call.params.time("toDate")?.unwrap_or(now);
    ordered(from, to)?;
    let world = call.world;
    let window = Window::new(world, now, from, to);
    let found: Vec<_> = (0..feed::FACTORING_COMPANIES)
        .filter_map(|company| Some((company, feed::factoring_update(world, window, company)?)))
        .collect();
    let mut w = Json::new(found.len() * 500 + 256);
    w.open();
    w.time(k!("FromDate"), from);
    w.time(k!("ToDate"), to);
    w.time(k!("RequestDateTimeUtc"), now);
    w.int(k!("FactoringCompaniesCount"), found.len() as i64);
    w.raw(k!("FactoringCompanies"));
    w.array();
    for (n, (company, updated)) in found.into_iter().enumerate() {
        w.item(n);
        model::factoring::updated(&mut w, world, company, updated);
    }
    w.end_array();
    w.close();
    Ok(Answer::api("UpdatedFactoringCompaniesDTO", w.finish()))
}

/// The rows as a fault shows them: some late, or each twice.
fn disturbed<T: Copy>(call: &Call<'_>, mut rows: Vec<T>, at: fn(&T) -> Ticks) -> Vec<T> {
    match call.quirk {
        Some(Quirk::Late(seconds)) => {
            let seen = call.now.plus(-i64::from(seconds) * SECOND);
            rows.retain(|row| at(row) <= seen || pair(call.world.seed, at(row).0 as u64).is_multiple_of(2));
            rows
        }
        Some(Quirk::Twice) => rows.into_iter().flat_map(|row| [row, row]).collect(),
        _ => rows,
    }
}

fn window(call: &Call<'_>) -> Result<(Ticks, Ticks), Failure> {
    let from = call.params.required_time("fromDate")?;
    let to = call.params.required_time("toDate")?;
    ordered(from, to)?;
    Ok((from, to))
}

fn ordered(from: Ticks, to: Ticks) -> Result<(), Failure> {
    if from > to {
        return Err(Failure::bad("fromDate must not be after toDate."));
    }
    Ok(())
}
