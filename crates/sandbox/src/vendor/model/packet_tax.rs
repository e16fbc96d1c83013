//! Tax papers inside a packet. No number is a real one.

use crate::vendor::blob::{Blob, Kind};
use crate::vendor::json::{Json, k};
use crate::vendor::model::{maybe, seldom, sometimes};
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::{DAY, Ticks};
use crate::world::company::join;
use crate::world::hash::Draw;
use crate::world::numbers;

/// A form W-9, as the record and the paper both show it.
pub(crate) struct W9 {
    pub(crate) signed: Ticks,
    pub(crate) kind: Taxpayer,
    /// Yes, no, or not answered; nobody is one.
    pub(crate) trust: Option<bool>,
    /// The letter of an LLC's class, which the record has for the others, too.
    pub(crate) class: &'static str,
    pub(crate) other: Option<&'static str>,
    pub(crate) exempt_from_reporting: Option<&'static str>,
    pub(crate) accounts: Option<&'static str>,
    pub(crate) city_line: String,
    /// One of the two numbers.
    pub(crate) ssn: Option<String>,
    pub(crate) ein: Option<String>,
    pub(crate) signer: String,
    created_by: Option<&'static str>,
}

/// What a taxpayer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taxpayer {
    Individual,
    CCorporation,
    SCorporation,
    Llc,
    Partnership,
}

impl W9 {
    pub(crate) fn of(c: &Carrier<'_>) -> Self {
        let mut draw = c.changing(Salt::PacketTables, 4);
        let (kind, class) = match c.form {
            "Sole Proprietor" => (Taxpayer::Individual, ""),
            "Corporation" if c.index.is_multiple_of(2) => (Taxpayer::CCorporation, "C"),
            "Corporation" => (Taxpayer::SCorporation, "S"),
            "LLC" => (Taxpayer::Llc, "P"),
            _ => (Taxpayer::Partnership, "P"),
        };
        let single = kind == Taxpayer::Individual;
        Self {
            signed: c.packet.unwrap_or_else(|| c.past(&mut draw, 700)),
            kind,
            trust: maybe(&mut draw).filter(|yes| !yes),
            class,
            other: sometimes(&mut draw, "Cooperative"),
            exempt_from_reporting: sometimes(&mut draw, "A"),
            accounts: sometimes(&mut draw, "TEST01"),
            city_line: join(&[c.city, ", ", c.state, " ", c.zip]),
            ssn: single.then(|| numbers::ssn(&mut tin(c))),
            ein: (!single).then(|| numbers::ein(&mut tin(c))),
            signer: c.owner.full(),
            created_by: sometimes(&mut draw, "brenda"),
        }
    }
}

pub(super) fn w9_forms(w: &mut Json, c: &Carrier<'_>, generation: u32) {
    let own = W9::of(c);
    let maybe_plain = |w: &mut Json, key: &str, value: Option<&str>| match value {
        Some(value) => w.plain(key, value),
        None => w.null(key),
    };
    w.raw(k!("CarrierW9Forms"));
    w.array();
    w.open();
    w.text(k!("FullName"), &c.name);
    w.maybe_text(k!("BusinessName"), c.dba.as_deref());
    w.flag(k!("IndividualOrSingleMemberLLC"), own.kind == Taxpayer::Individual);
    w.flag(k!("CCorporation"), own.kind == Taxpayer::CCorporation);
    w.flag(k!("SCorporation"), own.kind == Taxpayer::SCorporation);
    w.flag(k!("Partnership"), own.kind == Taxpayer::Partnership);
    w.plain(k!("RequesterNameAddress"), "");
    w.maybe_flag(k!("TrustOrEstate"), own.trust);
    w.flag(k!("LimitedLiabilityCompany"), own.kind == Taxpayer::Llc);
    w.plain(k!("TaxClassification"), own.class);
    w.flag(k!("Other"), false);
    maybe_plain(w, k!("OtherDetail"), own.other);
    w.plain(k!("ExemptPayeeCode"), "");
    maybe_plain(w, k!("ExemptionFATCACode"), own.exempt_from_reporting);
    w.plain(k!("Address"), &c.street);
    w.plain(k!("CityStateZipCode"), &own.city_line);
    maybe_plain(w, k!("ListAccountNumber"), own.accounts);
    // The number that it has not is empty in one place and null in the other.
    w.plain(k!("SSN"), own.ssn.as_deref().unwrap_or(""));
    maybe_plain(w, k!("EIN"), own.ein.as_deref());
    w.time(k!("SignatureDate"), own.signed);
    w.text(k!("SignaturePerson"), &own.signer);
    w.flag(k!("IsActive"), true);
    w.plain(k!("City"), c.city);
    w.plain(k!("State"), c.state);
    w.plain(k!("ZipCode"), c.zip);
    w.raw(k!("CarrierW9FormImages"));
    w.array();
    w.open();
    let blob = Blob { index: c.index, kind: Kind::W9, ordinal: 0 };
    w.plain(k!("BlobName"), &blob.name(c.world, generation));
    w.time(k!("CreatedDate"), own.signed);
    w.plain(k!("FileName"), "W9.pdf");
    maybe_plain(w, k!("CreatedBy"), own.created_by);
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
