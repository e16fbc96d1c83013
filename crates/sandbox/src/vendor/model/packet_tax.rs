//! Tax papers inside a packet. No number is a real one.

use crate::vendor::blob::{Blob, Kind};
use crate::vendor::json::{Json, k};
use crate::vendor::model::maybe;
use crate::vendor::model::seldom;
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::DAY;
use crate::world::hash::Draw;
use crate::world::numbers;

pub(super) fn w9_forms(w: &mut Json, c: &Carrier<'_>, generation: u32, draw: &mut Draw) {
    let signed = c.packet.unwrap_or_else(|| c.past(draw, 700));
    let kind = match c.form {
        "Sole Proprietor" => 0,
        "Corporation" if c.index.is_multiple_of(2) => 1,
        "Corporation" => 2,
        "LLC" => 3,
        _ => 4,
    };
    w.raw(k!("CarrierW9Forms"));
    w.array();
    w.open();
    w.text(k!("FullName"), &c.name);
    w.maybe_text(k!("BusinessName"), c.dba.as_deref());
    w.flag(k!("IndividualOrSingleMemberLLC"), kind == 0);
    w.flag(k!("CCorporation"), kind == 1);
    w.flag(k!("SCorporation"), kind == 2);
    w.flag(k!("Partnership"), kind == 4);
    w.plain(k!("RequesterNameAddress"), "");
    w.maybe_flag(k!("TrustOrEstate"), maybe(draw).filter(|yes| !yes));
    w.flag(k!("LimitedLiabilityCompany"), kind == 3);
    w.plain(k!("TaxClassification"), ["", "C", "S", "P", "P"][kind]);
    w.flag(k!("Other"), false);
    seldom(w, k!("OtherDetail"), draw, "Cooperative");
    w.plain(k!("ExemptPayeeCode"), "");
    seldom(w, k!("ExemptionFATCACode"), draw, "A");
    w.plain(k!("Address"), &c.street);
    w.plain(k!("CityStateZipCode"), &crate::world::company::join(&[c.city, ", ", c.state, " ", c.zip]));
    seldom(w, k!("ListAccountNumber"), draw, "TEST01");
    if kind == 0 {
        w.plain(k!("SSN"), &numbers::ssn(&mut tin(c)));
        w.null(k!("EIN"));
    } else {
        w.plain(k!("SSN"), "");
        w.plain(k!("EIN"), &numbers::ein(&mut tin(c)));
    }
    w.time(k!("SignatureDate"), signed);
    w.text(k!("SignaturePerson"), &c.owner.full());
    w.flag(k!("IsActive"), true);
    w.plain(k!("City"), c.city);
    w.plain(k!("State"), c.state);
    w.plain(k!("ZipCode"), c.zip);
    w.raw(k!("CarrierW9FormImages"));
    w.array();
    w.open();
    let blob = Blob { index: c.index, kind: Kind::W9, ordinal: 0 };
    w.plain(k!("BlobName"), &blob.name(c.world, generation));
    w.time(k!("CreatedDate"), signed);
    w.plain(k!("FileName"), "W9.pdf");
    seldom(w, k!("CreatedBy"), draw, "brenda");
    w.close();
    w.end_array();
    w.close();
    w.end_array();
}

pub(super) fn tin_matchings(w: &mut Json, c: &Carrier<'_>, draw: &mut Draw) {
    w.raw(k!("CarrierTINMatchings"));
    if draw.hit(40) {
        w.raw("null");
        return;
    }
    let at = c.past(draw, 300);
    w.array();
    w.open();
    let single = c.form == "Sole Proprietor";
    w.int(k!("TINTypeID"), if single { 2 } else { 1 });
    w.plain(k!("TIN"), &if single { numbers::ssn(&mut tin(c)) } else { numbers::ein(&mut tin(c)) });
    w.text(k!("TINName"), &c.name);
    w.int(k!("TINMatchingStatusID"), 3);
    w.int(k!("TINMatchingResultID"), 1);
    w.time_z(k!("CreatedOnUtc"), at);
    w.time(k!("SubmittedOnUtc"), at);
    w.maybe_time(k!("ProcessedOnUtc"), draw.hit(200).then(|| at.plus(DAY)));
    seldom(w, k!("ContactEmail"), draw, "tax@carrier.example");
    seldom(w, k!("ContactPhoneNumber"), draw, &c.phone);
    w.plain(k!("MatchingResult"), draw.pick(&["Match", "Match", "No Match", ""]));
    w.plain(k!("MatchingStatus"), "Processed");
    w.close();
    w.end_array();
}

/// The stream of a carrier's tax number, which is the same wherever it stands.
fn tin(c: &Carrier<'_>) -> Draw {
    c.changing(Salt::PacketTables, 3)
}
