//! The packet of all: who the carrier is, then its papers.

use crate::customers::state::Standing;
use crate::vendor::model::{agreement, certificates};
use crate::vendor::papers::agreement::add_signed;
use crate::vendor::papers::paper::Paper;
use crate::vendor::papers::{certificate, profile, w9};
use crate::world::carrier::Carrier;

pub(crate) fn packet(c: &Carrier<'_>, standing: &Standing) -> Vec<u8> {
    let agreements = agreement::all(c, standing);
    let mut paper = Paper::new(format!("Carrier Packet (specimen): {}", c.name));
    profile::add(&mut paper, c, standing, &agreements);
    // The older agreement is no longer part of it.
    for own in agreements.iter().take(1) {
        add_signed(&mut paper, c, &standing.broker, own);
    }
    paper.sheets.push(w9::sheet(c));
    for ordinal in 0..certificates::count(c) {
        paper.sheets.push(certificate::sheet(c, &standing.broker, ordinal));
    }
    paper.finish()
}
