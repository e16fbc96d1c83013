//! Documents: certificates, agreements, W9 forms, photos, and the packet that holds all papers of a carrier.

use crate::customers::state::Standing;
use crate::lock;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::blob::{Blob, Kind};
use crate::vendor::call::Call;
use crate::vendor::model::{agreement, certificates, vins};
use crate::vendor::papers;
use crate::world::carrier::{Carrier, certified_before};

const PDF: &str = "application/pdf";

/// How many certificates are looked through for the one that an older name stands for.
const OLDER: usize = 60;
/// How many of a customer's own changes are looked through for each of them.
const AMENDMENTS: u32 = 20;

pub(super) fn get(call: &Call<'_>) -> Result<Answer, Failure> {
    let name = call.params.required("name")?.trim();
    let world = call.world;
    let generation = lock(call.history).blobs;
    let missing = || Failure::not_found("The document was not found, or its name has expired.");
    let broker = &*call.customer.broker;
    let blob = Blob::find(world, generation, broker.id, name).ok_or_else(missing)?;
    if blob.kind == Kind::Template {
        return Ok(Answer::file(PDF, "Agreement.pdf", papers::template(world, broker, blob.ordinal)));
    }
    let standing = call.standing(blob.index);
    let carrier = call.load(&standing);
    let (file, bytes) = match blob.kind {
        Kind::Agreement | Kind::Template => {
            let signed = agreement::all(&carrier, &standing).into_iter().nth(blob.ordinal.into());
            let signed = signed.filter(|_| standing.packet).ok_or_else(missing)?;
            ("SignedAgreement.pdf", papers::signed(&carrier, broker, &signed))
        }
        Kind::Certificate => {
            let ordinal = u32::from(blob.ordinal % 2);
            let then = certified(&standing, carrier, &blob).ok_or_else(missing)?;
            ("COI.pdf", papers::certificate(&then, broker, ordinal))
        }
        Kind::W9 => ("W9.pdf", papers::w9(&carrier)),
        Kind::VinPhoto => {
            let requests = lock(&call.customer.state).vin_requests.get(&blob.index).cloned().unwrap_or_default();
            let vin = vins::on_photo(&carrier, blob.ordinal, &requests).ok_or_else(missing)?;
            return Ok(Answer::file("image/png", "vin.png", papers::photo(&carrier, &vin)));
        }
    };
    Ok(Answer::file(PDF, file, bytes))
}

/// The carrier as it was when this certificate was on file: a name keeps standing for the certificate that it was given
/// out for, also after a renewal. None if that is too long ago.
fn certified<'c>(standing: &Standing, now: Carrier<'c>, blob: &Blob) -> Option<Carrier<'c>> {
    let ordinal = u32::from(blob.ordinal % 2);
    let is_it = |c: &Carrier<'_>| certificates::blob(c, ordinal) == *blob && ordinal < certificates::count(c);
    if is_it(&now) {
        return Some(now);
    }
    let (world, own) = (now.world, standing.facts.revisions.amendments);
    let instants = certified_before(world, standing.index, standing.now);
    let before = instants.into_iter().take(OLDER).map(|at| at.plus(-1));
    std::iter::once(standing.now).chain(before).find_map(|at| {
        (own.saturating_sub(AMENDMENTS)..=own).rev().find_map(|amendments| {
            let mut facts = standing.facts.clone();
            facts.revisions.amendments = amendments;
            Some(Carrier::new(world, standing.index, facts, at)).filter(is_it)
        })
    })
}

/// The portal's download of all papers in one file.
pub(crate) fn packet(call: &Call<'_>, dot: &str) -> Result<Answer, Failure> {
    let invalid = |_| Failure::invalid("DOTNumber", "The value in the address is not valid for Int32.");
    let number: i64 = dot.parse::<i32>().map_err(invalid)?.into();
    let missing = || Failure::not_found("No carrier packet was found.");
    let index = call.world.by_dot(number).ok_or_else(missing)?;
    let standing = call.standing(index);
    if !standing.packet {
        return Err(missing());
    }
    let bytes = papers::packet(&call.load(&standing), &standing);
    Ok(Answer::file(PDF, &format!("CarrierPacket-{number}.pdf"), bytes))
}
