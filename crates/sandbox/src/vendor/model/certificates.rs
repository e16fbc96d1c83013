//! Certificates of insurance, in the two spellings the API has for them.

use crate::vendor::blob::{Blob, Kind};
use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::sometimes;
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::Ticks;
use crate::world::company::phone;
use crate::world::cover::{Line, Policy};
use crate::world::hash::pair;
use crate::world::places::Place;
use crate::world::words;

/// The names of the fields, which differ in case and more.
struct Names {
    data: &'static str,
    noncoop: &'static str,
    list: &'static str,
    id: &'static str,
    producer: [&'static str; 8],
    paid_for: &'static str,
    coverages: &'static str,
    insurer: &'static str,
    kind: &'static str,
    policy: &'static str,
    expiration: &'static str,
    limit: &'static str,
    deductible: &'static str,
    refer: &'static str,
    refer_deductible: &'static str,
    cancellation: &'static str,
}

const DETAILS: Names = Names {
    data: k!("status"),
    noncoop: k!("noncoop"),
    list: k!("Certificate"),
    id: k!("certificateID"),
    producer: [
        k!("producerName"),
        k!("producerAddress"),
        k!("producerCity"),
        k!("producerState"),
        k!("producerZip"),
        k!("producerPhone"),
        k!("producerFax"),
        k!("producerEmail"),
    ],
    paid_for: k!("paidFor"),
    coverages: k!("Coverage"),
    insurer: k!("insurerName"),
    kind: k!("type"),
    policy: k!("policyNumber"),
    expiration: k!("expirationDate"),
    limit: k!("coverageLimit"),
    deductible: k!("deductable"),
    refer: k!("referBreakdown"),
    refer_deductible: k!("referBreakDeduct"),
    cancellation: k!("cancellationDate"),
};

const PREVIEW: Names = Names {
    data: k!("Status"),
    noncoop: k!("Noncoop"),
    list: k!("Certificates"),
    id: k!("CertificateID"),
    producer: [
        k!("ProducerName"),
        k!("ProducerAddress"),
        k!("ProducerCity"),
        k!("ProducerState"),
        k!("ProducerZip"),
        k!("ProducerPhone"),
        k!("ProducerFax"),
        k!("ProducerEmail"),
    ],
    paid_for: k!("PaidFor"),
    coverages: k!("Coverages"),
    insurer: k!("InsurerName"),
    kind: k!("Type"),
    policy: k!("PolicyNumber"),
    expiration: k!("ExpirationDate"),
    limit: k!("CoverageLimit"),
    deductible: k!("Deductible"),
    refer: k!("ReferBreakdown"),
    refer_deductible: k!("ReferBreakDeduct"),
    cancellation: k!("CancellationDate"),
};

/// Of a refrigeration unit that broke down.
pub(crate) const REFER_DEDUCTIBLE: &str = "2,500";
const CARGO_WITH_REFER: &str = "Cargo Liability w/ Refer Breakdown";

/// What is known of the certificates of a carrier.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnFile {
    /// Nobody has asked for any.
    Nothing,
    /// Asked for, and not found.
    NotFound,
    /// All policies on one.
    One,
    /// The liabilities on one, the cargo on another, which lists the auto liability again.
    Two,
}

fn on_file(c: &Carrier<'_>) -> OnFile {
    match c.index % 32 {
        _ if c.is_given => OnFile::One,
        13 => OnFile::Nothing,
        27 => OnFile::NotFound,
        n if n % 4 < 2 && n % 3 == 1 => OnFile::Two,
        _ => OnFile::One,
    }
}

/// `CertData` of `CarrierDetails`, with the names of the documents.
pub(super) fn details(w: &mut Json, c: &Carrier<'_>, generation: u32) {
    write(w, c, &DETAILS, Some(generation));
}

/// `CertData` of `PreviewCarrier`, which has neither documents nor ratings.
pub(super) fn preview(w: &mut Json, c: &Carrier<'_>) {
    write(w, c, &PREVIEW, None);
}

/// The first day on which a coverage of a certificate ends; `None` for a carrier without certificates.
pub(crate) fn insured_until(c: &Carrier<'_>) -> Option<Ticks> {
    matches!(on_file(c), OnFile::One | OnFile::Two).then_some(c.cover.until)
}

/// How many certificates there are; none where nobody has asked, or nothing was found.
pub(crate) fn count(c: &Carrier<'_>) -> u32 {
    match on_file(c) {
        OnFile::Nothing | OnFile::NotFound => 0,
        OnFile::One => 1,
        OnFile::Two => 2,
    }
}

/// What the certificate of a number is called: another after each renewal.
pub(crate) fn number(c: &Carrier<'_>, ordinal: u32) -> u32 {
    1_000_000 + (pair(c.index.into(), (c.cover.certificate * 2 + ordinal).into()) >> 40) as u32
}

/// The policies of the certificate of a number.
pub(crate) fn policies<'c>(c: &'c Carrier<'_>, ordinal: u32) -> impl Iterator<Item = &'c Policy> {
    let two = on_file(c) == OnFile::Two;
    c.cover.policies.iter().filter(move |policy| match (two, ordinal, policy.line) {
        (false, ..) | (true, _, Line::Auto) => true,
        (true, 0, line) => line == Line::General,
        (true, _, line) => line == Line::Cargo,
    })
}

/// Its document: another after each renewal.
pub(crate) fn blob(c: &Carrier<'_>, ordinal: u32) -> Blob {
    let version = c.cover.certificate / 1000 * 7 + c.cover.certificate % 1000;
    Blob { index: c.index, kind: Kind::Certificate, ordinal: (version % 120 * 2 + ordinal) as u8 }
}

fn write(w: &mut Json, c: &Carrier<'_>, names: &Names, generation: Option<u32>) {
    w.raw(k!("CertData"));
    if on_file(c) == OnFile::Nothing {
        w.raw("null");
        return;
    }
    let count = count(c);
    w.open();
    w.plain(
        names.data,
        if count == 0 {
            "Not Found"
        } else if !c.cover.in_force {
            "Expired"
        } else if c.index % 12 == 7 {
            // The guide's word, which hardly anybody has seen.
            "Current"
        } else {
            "OK"
        },
    );
    w.maybe_flag(names.noncoop, if c.index % 4 == 3 { None } else { Some(c.index % 31 == 5) });
    w.raw(names.list);
    if count == 0 && c.index % 64 < 32 {
        w.raw("null");
        w.close();
        return;
    }
    w.array();
    let mut first_coverage = None;
    for n in 0..count {
        w.item(n as usize);
        w.open();
        w.number_text(names.id, number(c, n));
        producer(w, c, names);
        w.plain(names.paid_for, ["Yes", "No", ""][c.index as usize % 3]);
        if let Some(generation) = generation {
            w.plain(k!("BlobName"), &blob(c, n).name(c.world, generation));
        }
        w.raw(names.coverages);
        coverages(w, c, names, n, &mut first_coverage);
        w.close();
    }
    w.end_array();
    w.close();
}

/// The agency that makes out a carrier's certificates.
pub(crate) struct Agency {
    pub(crate) name: &'static str,
    pub(crate) place: &'static Place,
    pub(crate) phone: String,
    pub(crate) fax: String,
}

pub(crate) const AGENCY_STREET: &str = "200 Example Ave";
pub(crate) const AGENCY_EMAIL: &str = "certificates@agency.example";

pub(crate) fn agency(c: &Carrier<'_>) -> Agency {
    let mut draw = c.draw(Salt::Certificate);
    let name = draw.pick(words::PRODUCERS);
    let place = Place::any(&mut draw);
    Agency { name, place, phone: phone(place.area, &mut draw), fax: phone(place.area, &mut draw) }
}

/// The fax of the agency where a certificate has it.
pub(crate) fn fax_shown<'a>(c: &Carrier<'_>, agency: &'a Agency) -> Option<&'a str> {
    sometimes(&mut c.changing(Salt::Certificate, 1), &agency.fax)
}

fn producer(w: &mut Json, c: &Carrier<'_>, names: &Names) {
    let [name, address, city, state, zip, phone_key, fax, email] = names.producer;
    let agency = agency(c);
    w.plain(name, agency.name);
    w.plain(address, AGENCY_STREET);
    w.plain(city, agency.place.city);
    w.plain(state, agency.place.state);
    w.plain(zip, agency.place.zip);
    w.plain(phone_key, &agency.phone);
    match fax_shown(c, &agency) {
        Some(own) => w.plain(fax, own),
        None => w.null(fax),
    }
    w.plain(email, AGENCY_EMAIL);
}

/// The name of what a policy covers, as certificates have it.
pub(crate) fn kind(c: &Carrier<'_>, line: Line) -> &'static str {
    match line {
        Line::Auto => "Auto",
        Line::Cargo if c.cover.reefer_breakdown => CARGO_WITH_REFER,
        Line::Cargo => "Cargo",
        Line::General => "General",
    }
}

/// Two certificates of one carrier can list the very same coverage; the second time it is a reference.
fn coverages(w: &mut Json, c: &Carrier<'_>, names: &Names, ordinal: u32, first: &mut Option<Id>) {
    let is_details = names.kind == DETAILS.kind;
    w.array();
    for (n, policy) in policies(c, ordinal).enumerate() {
        w.item(n);
        if policy.line == Line::Auto
            && let Some(id) = *first
        {
            w.reference(id);
            continue;
        }
        let id = w.open();
        w.text(names.insurer, policy.insurer.name);
        if is_details {
            let (rating, size) = (policy.insurer.rating, policy.insurer.size);
            w.plain(k!("insurerAMBestRating"), &[rating, " ", size].concat());
        }
        w.plain(names.kind, kind(c, policy.line));
        w.plain(names.policy, &policy.number);
        w.date(names.expiration, policy.until);
        w.grouped_text(names.limit, policy.limit);
        w.grouped_text(names.deductible, policy.deductible);
        if policy.line == Line::Cargo {
            let refer = c.cover.reefer_breakdown;
            w.plain(names.refer, if refer { "Yes" } else { "No" });
            w.plain(names.refer_deductible, if refer { REFER_DEDUCTIBLE } else { "" });
        } else {
            w.null(names.refer);
            w.null(names.refer_deductible);
        }
        match c.cover.cancelled {
            Some(day) => w.date(names.cancellation, day),
            None => w.plain(names.cancellation, ""),
        }
        w.close();
        if policy.line == Line::Auto && c.index % 4 < 2 {
            *first = Some(id);
        }
    }
    w.end_array();
}
