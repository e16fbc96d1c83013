//! Documents: certificates, agreements, W9 forms, photos, and the packet that holds all papers of a carrier.

use crate::lock;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::blob::{Blob, Kind};
use crate::vendor::call::Call;
use crate::vendor::pdf::pdf;
use crate::vendor::png::png;
use crate::world::carrier::Carrier;
use crate::world::company::join;
use crate::world::hash::pair;

pub(super) fn get(call: &Call<'_>) -> Result<Answer, Failure> {
    let name = call.params.required("name")?.trim();
    let world = call.world;
    let generation = lock(call.history).blobs;
    let blob = Blob::find(world, generation, call.customer.broker.id, name)
        .ok_or_else(|| Failure::not_found("The document was not found, or its name has expired."))?;
    if blob.kind == Kind::VinPhoto {
        let pattern = pair(world.seed, u64::from(blob.index) << 8 | u64::from(blob.ordinal));
        return Ok(Answer::file("image/png", "vin.png", png(pattern)));
    }
    let standing = call.standing(blob.index);
    let carrier = call.load(&standing);
    let (title, file) = match blob.kind {
        Kind::Template => ("Broker-Carrier Agreement (specimen, unsigned)", "Agreement.pdf"),
        Kind::Agreement => ("Broker-Carrier Agreement (specimen, signed)", "SignedAgreement.pdf"),
        Kind::Certificate => ("Certificate of Insurance (specimen)", "COI.pdf"),
        Kind::W9 | Kind::VinPhoto => ("Form W-9 (specimen)", "W9.pdf"),
    };
    Ok(Answer::file("application/pdf", file, pdf(&[paper(&carrier, title, name)])))
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
    let carrier = call.load(&standing);
    let pages: Vec<_> = [
        "Carrier Packet (specimen)",
        "Carrier Profile (specimen)",
        "Broker-Carrier Agreement (specimen, signed)",
        "Form W-9 (specimen)",
        "Certificate of Insurance (specimen)",
    ]
    .iter()
    .enumerate()
    .map(|(n, title)| paper(&carrier, title, &join(&["page ", &(n + 1).to_string(), " of 5"])))
    .collect();
    Ok(Answer::file("application/pdf", &format!("CarrierPacket-{number}.pdf"), pdf(&pages)))
}

fn paper(carrier: &Carrier<'_>, title: &str, note: &str) -> Vec<String> {
    let docket = carrier.docket_text().unwrap_or_else(|| "none".to_owned());
    vec![
        title.to_owned(),
        join(&["Carrier: ", &carrier.name]),
        join(&["DOT number: ", &carrier.dot.to_string()]),
        join(&["Docket number: ", &docket]),
        join(&["Address: ", &carrier.street, ", ", carrier.city, ", ", carrier.state, " ", carrier.zip]),
        join(&["Signed by: ", &carrier.owner.full()]),
        note.to_owned(),
        "Made by a sandbox. Everything in it is invented.".to_owned(),
    ]
}
