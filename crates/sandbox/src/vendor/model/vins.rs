//! VIN verifications of a carrier.

use crate::customers::state::{Standing, VinRequest, request_draw};
use crate::vendor::blob::{Blob, Kind};
use crate::vendor::json::{Id, Json, k};
use crate::vendor::model;
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::Ticks;
use crate::world::company::Person;
use crate::world::hash::Draw;
use crate::world::numbers;

const STATUSES: [&str; 4] =
    ["Request Sent", "Belongs To Carrier", "Belongs To Another Carrier", "Carrier Undetermined"];
const BELONGS_TO_ANOTHER: usize = 3;

/// What this answer has written so far and can refer to.
#[derive(Default)]
struct Seen {
    statuses: [Option<Id>; 5],
    other: Option<Id>,
}

/// `CarrierVINVerificationDTO`; `requests` are those made while the sandbox runs.
pub(crate) fn write(w: &mut Json, c: &Carrier<'_>, standing: &Standing, requests: &[VinRequest]) {
    let (count, mut draw) = before(c);
    let mut seen = Seen::default();
    w.open();
    model::numbers(w, c);
    w.text(k!("LegalName"), &c.name);
    w.maybe_text(k!("DBAName"), c.dba.as_deref());
    w.raw(k!("VINVerifications"));
    if count == 0 && requests.is_empty() {
        w.raw(if c.index.is_multiple_of(2) { "null" } else { "[]" });
        w.close();
        return;
    }
    w.array();
    for n in 0..count {
        w.item(n as usize);
        verification(w, c, standing, n as u8, &mut draw, &mut seen);
    }
    requested(w, c, standing, (count as usize, requests), &mut seen);
    w.end_array();
    w.close();
}

/// A verification from before the sandbox started.
struct Verified {
    state: usize,
    at: Ticks,
    vin: String,
    modified: Option<Ticks>,
    person: Person,
}

impl Verified {
    fn draw(c: &Carrier<'_>, draw: &mut Draw) -> Self {
        let state = [2, 2, 2, BELONGS_TO_ANOTHER, 4][draw.below(5) as usize];
        let at = c.past(draw, 400);
        Self {
            state,
            at,
            vin: numbers::vin(draw, year(c)),
            modified: draw.hit(128).then(|| at.plus(crate::world::clock::SECOND * 90)),
            person: Person::draw(draw),
        }
    }
}

/// How many there are from before the start, and the stream that they come from.
fn before(c: &Carrier<'_>) -> (u32, Draw) {
    let mut draw = c.draw(Salt::Vins);
    (if c.index == 0 { 2 } else { draw.below(4) }, draw)
}

/// The number on a photo, which is that of the verification that it belongs to; none if there is no such photo.
pub(crate) fn on_photo(c: &Carrier<'_>, ordinal: u8, requests: &[VinRequest]) -> Option<String> {
    let asked = requests.iter().find(|request| request.done.is_some() && photo(c, request).ordinal == ordinal);
    if let Some(request) = asked {
        return Some(outcome(c, request).vin);
    }
    let (count, mut draw) = before(c);
    let mut all = (0..count).map(|_| Verified::draw(c, &mut draw).vin);
    all.nth(ordinal.into())
}

fn verification(w: &mut Json, c: &Carrier<'_>, standing: &Standing, n: u8, draw: &mut Draw, seen: &mut Seen) {
    let Verified { state, at, vin, modified, person } = Verified::draw(c, draw);
    w.open();
    w.plain(k!("VIN"), &vin);
    status(w, state, seen);
    w.time_z(k!("CreatedOnUtc"), at);
    w.maybe_time(k!("ModifiedOnUtc"), modified);
    other(w, c, state, seen);
    w.raw(k!("Requests"));
    w.array();
    w.open();
    w.plain(k!("RequestSentTo"), &c.phone);
    w.plain(k!("RequestedByUser"), "brenda");
    w.time(k!("RequestedDateTime"), at.plus(-600 * crate::world::clock::SECOND));
    w.text(k!("ImageUploadedByFirstName"), person.first);
    w.plain(k!("ImageUploadedByLastName"), &person.last);
    w.plain(k!("ImageUploadedFromIPAddress"), "192.0.2.44");
    w.time(k!("ImageUploadedDateTime"), at);
    w.plain(k!("ImageFileName"), "vin.png");
    let blob = Blob { index: c.index, kind: Kind::VinPhoto, ordinal: n };
    w.plain(k!("ImageBlobName"), &blob.name(c.world, standing.blobs));
    w.plain(k!("VIN"), &vin);
    status(w, state, seen);
    other(w, c, state, seen);
    w.close();
    w.end_array();
    w.close();
}

/// What became of a request: the state, the photo's number and when it came.
pub(crate) struct Outcome {
    pub(crate) state: usize,
    pub(crate) vin: String,
    pub(crate) person: Person,
}

impl Outcome {
    /// The carrier whose vehicle it is, if it is another.
    pub(crate) fn other<'w>(&self, c: &Carrier<'w>) -> Option<Carrier<'w>> {
        (self.state == BELONGS_TO_ANOTHER).then(|| neighbour(c))
    }
}

fn neighbour<'w>(c: &Carrier<'w>) -> Carrier<'w> {
    Carrier::plain(c.world, (c.index + 1) % c.world.total, c.day)
}

pub(crate) fn outcome(c: &Carrier<'_>, request: &VinRequest) -> Outcome {
    let mut draw = request_draw(c.world, request.id);
    draw.next();
    draw.next();
    let state = [2, 2, 2, BELONGS_TO_ANOTHER, 4][draw.below(5) as usize];
    Outcome { state, vin: numbers::vin(&mut draw, year(c)), person: Person::draw(&mut draw) }
}

/// The model year of a vehicle: a few years old.
fn year(c: &Carrier<'_>) -> i64 {
    c.world.today.date().0 - 2 - i64::from(c.index % 8)
}

/// The requests made since the start: each that was answered is a vehicle of its own, the others wait together.
fn requested(
    w: &mut Json,
    c: &Carrier<'_>,
    standing: &Standing,
    (mut item, requests): (usize, &[VinRequest]),
    seen: &mut Seen,
) {
    for request in requests {
        let Some(done) = request.done else { continue };
        w.item(item);
        item += 1;
        let outcome = outcome(c, request);
        w.open();
        w.plain(k!("VIN"), &outcome.vin);
        status(w, outcome.state, seen);
        w.time_z(k!("CreatedOnUtc"), request.at);
        w.time(k!("ModifiedOnUtc"), done);
        other(w, c, outcome.state, seen);
        w.raw(k!("Requests"));
        w.array();
        sent(w, request);
        w.text(k!("ImageUploadedByFirstName"), outcome.person.first);
        w.plain(k!("ImageUploadedByLastName"), &outcome.person.last);
        w.plain(k!("ImageUploadedFromIPAddress"), "192.0.2.45");
        w.time(k!("ImageUploadedDateTime"), done);
        w.plain(k!("ImageFileName"), "vin.png");
        w.plain(k!("ImageBlobName"), &photo(c, request).name(c.world, standing.blobs));
        w.plain(k!("VIN"), &outcome.vin);
        status(w, outcome.state, seen);
        other(w, c, outcome.state, seen);
        w.close();
        w.end_array();
        w.close();
    }
    let waiting: Vec<_> = requests.iter().filter(|request| request.done.is_none()).collect();
    let Some(first) = waiting.first() else { return };
    w.item(item);
    w.open();
    w.null(k!("VIN"));
    status(w, 1, seen);
    w.time_z(k!("CreatedOnUtc"), first.at);
    w.null(k!("ModifiedOnUtc"));
    w.null(k!("OtherCarrier"));
    w.raw(k!("Requests"));
    w.array();
    for (n, request) in waiting.into_iter().enumerate() {
        w.item(n);
        sent(w, request);
        for key in [
            k!("ImageUploadedByFirstName"),
            k!("ImageUploadedByLastName"),
            k!("ImageUploadedFromIPAddress"),
            k!("ImageUploadedDateTime"),
            k!("ImageFileName"),
            k!("ImageBlobName"),
            k!("VIN"),
        ] {
            w.null(key);
        }
        status(w, 1, seen);
        w.null(k!("OtherCarrier"));
        w.close();
    }
    w.end_array();
    w.close();
}

fn sent(w: &mut Json, request: &VinRequest) {
    w.open();
    w.text(k!("RequestSentTo"), &request.phone);
    w.text(k!("RequestedByUser"), &request.user);
    w.time(k!("RequestedDateTime"), request.at);
}

pub(crate) fn photo(c: &Carrier<'_>, request: &VinRequest) -> Blob {
    Blob { index: c.index, kind: Kind::VinPhoto, ordinal: (request.id % 200) as u8 + 50 }
}

/// One status object for each status, however often it is used.
fn status(w: &mut Json, state: usize, seen: &mut Seen) {
    w.raw(k!("VINVerificationStatus"));
    if let Some(id) = seen.statuses[state] {
        w.reference(id);
        return;
    }
    let id = w.open();
    w.int(k!("StatusID"), state as i64);
    w.plain(k!("Description"), STATUSES[state - 1]);
    w.close();
    seen.statuses[state] = Some(id);
}

fn other(w: &mut Json, c: &Carrier<'_>, state: usize, seen: &mut Seen) {
    w.raw(k!("OtherCarrier"));
    if state != BELONGS_TO_ANOTHER {
        w.raw("null");
        return;
    }
    if let Some(id) = seen.other {
        w.reference(id);
        return;
    }
    let other = neighbour(c);
    let id = w.open();
    model::numbers(w, &other);
    w.text(k!("CompanyName"), &other.name);
    w.maybe_text(k!("DBAName"), other.dba.as_deref());
    w.plain(k!("Street"), &other.street);
    w.plain(k!("City"), other.city);
    w.plain(k!("StateProvince"), other.state);
    w.plain(k!("Zipcode"), other.zip);
    w.plain(k!("Country"), other.country);
    w.plain(k!("Phone"), &other.phone);
    w.close();
    seen.other = Some(id);
}
