//! The models of the vendor's answers, written straight into JSON.

pub(crate) mod agreement;
pub(crate) mod associated;
pub(crate) mod certificates;
pub(crate) mod changes;
pub(crate) mod contacts;
pub(crate) mod details;
pub(crate) mod factoring;
mod field;
pub(crate) mod incidents;
pub(crate) mod lists;
pub(crate) mod packet;
pub(crate) mod packet_parts;
mod packet_tables;
pub(crate) mod packet_tax;
pub(crate) mod preview;
pub(crate) mod register;
pub(crate) mod risk;
pub(crate) mod signer;
mod stars;
pub(crate) mod vins;

use std::collections::HashMap;

use crate::vendor::json::{Id, Json, k};
use crate::world::Index;
use crate::world::carrier::Carrier;
use crate::world::hash::Draw;

/// The objects of one answer that are written once and referred to after that.
#[derive(Default)]
pub(crate) struct Once {
    no_incidents: Option<Id>,
    success: Option<Id>,
    contacts: HashMap<Index, Id>,
    details: HashMap<Index, Id>,
}

/// A text that most records leave out: null, or empty.
fn seldom(w: &mut Json, key: &str, draw: &mut Draw, value: &str) {
    w.maybe_text(key, sometimes(draw, value));
}

/// The same where more than one field shows it.
fn sometimes<'t>(draw: &mut Draw, value: &'t str) -> Option<&'t str> {
    match draw.below(8) {
        0 => Some(value),
        1 => Some(""),
        _ => None,
    }
}

/// Yes, no, or not answered.
fn maybe(draw: &mut Draw) -> Option<bool> {
    match draw.below(4) {
        0 => None,
        n => Some(n == 1),
    }
}

/// The numbers at the top of most records: `DOTNumber` and `DocketNumber`.
fn numbers(w: &mut Json, c: &Carrier<'_>) {
    w.int(k!("DOTNumber"), c.dot);
    docket(w, k!("DocketNumber"), c);
}

/// A docket number; null or empty for a carrier that has none.
fn docket(w: &mut Json, key: &str, c: &Carrier<'_>) {
    match c.docket_text() {
        Some(docket) => w.plain(key, &docket),
        None if c.index.is_multiple_of(2) => w.plain(key, ""),
        None => w.null(key),
    }
}
