//! Certificates of insurance, in the two spellings the API has for them.

use crate::vendor::blob::{Blob, Kind};
use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::seldom;
use crate::world::carrier::{Carrier, Salt, expires, phone};
use crate::world::clock::{DAY, Ticks};
use crate::world::hash::Draw;
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

/// The three kinds of cover and their limits.
const LIMITS: [u32; 3] = [1_000_000, 100_000, 2_000_000];
const CARGO: usize = 1;
const CARGO_WITH_REFER: &str = "Cargo Liability w/ Refer Breakdown";

/// `CertData` of `CarrierDetails`, with the names of the documents.
pub(super) fn details(w: &mut Json, c: &Carrier<'_>, generation: u32) {
    write(w, c, &DETAILS, Some(generation));
}

/// `CertData` of `PreviewCarrier`, which has neither documents nor ratings.
pub(super) fn preview(w: &mut Json, c: &Carrier<'_>) {
    write(w, c, &PREVIEW, None);
}

/// How many certificates a carrier has; `None` if nothing at all is known of them.
fn count(c: &Carrier<'_>, draw: &mut Draw) -> Option<u32> {
    let count = if c.index == 0 { 1 } else { draw.below(8).min(3) };
    if count == 3 && draw.hit(40) {
        return None;
    }
    // Most carriers have one certificate, many two, some none.
    Some([1, 1, 2, 1][count as usize] * u32::from(c.index == 0 || !draw.hit(24)))
}

/// Certificates are others after a renewal.
fn draw_of(c: &Carrier<'_>, salt: Salt) -> Draw {
    c.changing(salt, c.facts.revisions.renewed.map_or(0, |(count, _)| count))
}

/// The first day on which a coverage of a certificate ends; `None` for a carrier without certificates.
pub(crate) fn insured_until(c: &Carrier<'_>) -> Option<Ticks> {
    let count = count(c, &mut draw_of(c, Salt::Certificate)).unwrap_or(0);
    (count > 0).then(|| expires(c.world, c.index, &c.facts.revisions))
}

fn write(w: &mut Json, c: &Carrier<'_>, names: &Names, generation: Option<u32>) {
    let mut draw = draw_of(c, Salt::Certificate);
    w.raw(k!("CertData"));
    let Some(count) = count(c, &mut draw) else {
        w.raw("null");
        return;
    };
    w.open();
    w.plain(
        names.data,
        if count == 0 {
            "Not Found"
        } else if c.lapsed() {
            "Expired"
        } else if c.index % 12 == 7 {
            // The guide's word, which hardly anybody has seen.
            "Current"
        } else {
            "OK"
        },
    );
    w.maybe_flag(names.noncoop, if draw.hit(60) { None } else { Some(draw.hit(9)) });
    w.raw(names.list);
    if count == 0 && draw.hit(128) {
        w.raw("null");
        w.close();
        return;
    }
    w.array();
    let mut first_coverage = None;
    for n in 0..count {
        w.item(n as usize);
        w.open();
        w.number_text(names.id, 4_000_000 + c.index * 2 + n);
        producer(w, names, &mut draw);
        w.plain(names.paid_for, draw.pick(&["Yes", "No", ""]));
        if let Some(generation) = generation {
            let blob = Blob { index: c.index, kind: Kind::Certificate, ordinal: n as u8 };
            w.plain(k!("BlobName"), &blob.name(c.world, generation));
        }
        w.raw(names.coverages);
        coverages(w, c, names, n, &mut draw, &mut first_coverage);
        w.close();
    }
    w.end_array();
    w.close();
}

fn producer(w: &mut Json, names: &Names, draw: &mut Draw) {
    let [name, address, city, state, zip, phone_key, fax, email] = names.producer;
    w.plain(name, draw.pick(words::PRODUCERS));
    w.plain(address, "200 Example Ave");
    w.plain(city, draw.pick(words::CITIES));
    w.plain(state, draw.pick(words::STATES));
    w.plain(zip, "00210");
    w.plain(phone_key, &phone(draw));
    seldom(w, fax, draw, "(312) 555-0115");
    w.plain(email, "certificates@agency.example");
}

/// Two certificates of one carrier can list the very same coverage; the second time it is a reference.
fn coverages(w: &mut Json, c: &Carrier<'_>, names: &Names, ordinal: u32, draw: &mut Draw, first: &mut Option<Id>) {
    let is_details = names.kind == DETAILS.kind;
    // Streams of their own: both spellings of a certificate say the same.
    let mut own = Draw::new(draw_of(c, Salt::Coverage).next() ^ u64::from(ordinal));
    let mut best = Draw::new(own.next());
    let end = expires(c.world, c.index, &c.facts.revisions);
    w.array();
    for (n, limit) in LIMITS.into_iter().enumerate().take(2 + draw.below(2) as usize) {
        w.item(n);
        if n == 0
            && let Some(id) = *first
        {
            w.reference(id);
            continue;
        }
        let refer = own.pick(&["Yes", "No", ""]);
        let id = w.open();
        w.text(names.insurer, draw.pick(words::INSURERS));
        if is_details {
            w.plain(k!("insurerAMBestRating"), best.pick(&["A+ XV", "A VIII", "NR", ""]));
        }
        w.plain(
            names.kind,
            match n {
                0 => "Auto",
                CARGO if refer == "Yes" => CARGO_WITH_REFER,
                CARGO => "Cargo",
                _ => "General",
            },
        );
        w.raw(names.policy);
        w.raw("\"TEST-");
        w.number(10_000 + i64::from(draw.below(90_000)));
        w.raw("\"");
        // None ends before the first does, and one that is cancelled ends with it.
        let later = end.plus(i64::from(1 + own.below(60)) * DAY);
        let cancelled = own.hit(12);
        w.date(names.expiration, if n == 0 && !cancelled { end } else { later });
        w.grouped_text(names.limit, limit);
        w.plain(names.deductible, draw.pick(&["1,000", "2,500", "0", ""]));
        if n == CARGO {
            w.plain(names.refer, refer);
            w.plain(names.refer_deductible, own.pick(&["2,500", "", "0"]));
        } else {
            w.null(names.refer);
            w.null(names.refer_deductible);
        }
        if cancelled {
            w.date(names.cancellation, end);
        } else {
            w.plain(names.cancellation, "");
        }
        w.close();
        if n == 0 && c.index % 4 < 2 {
            *first = Some(id);
        }
    }
    w.end_array();
}
