//! A certificate of insurance, with everything where a reader of an ACORD 25 looks for it, in words of our own.

use crate::customers::broker::Broker;
use crate::vendor::model::certificates::{self, AGENCY_EMAIL, AGENCY_STREET, REFER_DEDUCTIBLE};
use crate::vendor::papers::paper::Paper;
use crate::vendor::papers::sheet::{Align, Area, LEFT, Look, Sheet};
use crate::vendor::papers::wording::{addressed, addressed_broker, date, grouped, numbers};
use crate::world::carrier::Carrier;
use crate::world::company::join;
use crate::world::cover::{Line, Policy};

const HALF: f32 = 270.0;
const MIDDLE: f32 = LEFT + HALF;
/// The columns of the coverages: heading and width.
const COLUMNS: [(&str, f32); 8] = [
    ("INSR\nLTR", 26.0),
    ("TYPE OF INSURANCE", 132.0),
    ("ADDL\nINSD", 24.0),
    ("SUBR\nWVD", 24.0),
    ("POLICY NUMBER", 92.0),
    ("POLICY EFF\n(MM/DD/YYYY)", 56.0),
    ("POLICY EXP\n(MM/DD/YYYY)", 56.0),
    ("LIMITS", 130.0),
];
/// The rows, with what the limit of each is of. Those without a line of insurance stay empty.
const ROWS: [(&str, Option<Line>, &str, f32); 5] = [
    ("COMMERCIAL GENERAL LIABILITY", Some(Line::General), "GENERAL AGGREGATE", 50.0),
    ("AUTOMOBILE LIABILITY", Some(Line::Auto), "COMBINED SINGLE LIMIT", 50.0),
    ("UMBRELLA LIABILITY\nEXCESS LIABILITY", None, "", 36.0),
    ("WORKERS COMPENSATION\nAND EMPLOYERS' LIABILITY", None, "", 36.0),
    ("OTHER: MOTOR TRUCK CARGO", Some(Line::Cargo), "LIMIT PER SHIPMENT", 56.0),
];

/// The certificate of a number; the customer is the one whom it was made out to.
pub(crate) fn certificate(c: &Carrier<'_>, broker: &Broker, ordinal: u32) -> Vec<u8> {
    let mut paper = Paper::new(format!("Certificate of Insurance (specimen): {}", c.name));
    paper.sheets.push(sheet(c, broker, ordinal));
    paper.finish()
}

pub(super) fn sheet(c: &Carrier<'_>, broker: &Broker, ordinal: u32) -> Sheet {
    let policies: Vec<&Policy> = certificates::policies(c, ordinal).collect();
    let mut insurers: Vec<&Policy> = Vec::new();
    for policy in &policies {
        if insurers.iter().all(|own| own.insurer.name != policy.insurer.name) {
            insurers.push(policy);
        }
    }
    let mut sheet = Sheet::new();
    head(&mut sheet, c);
    parties(&mut sheet, c, &insurers);
    coverages(&mut sheet, c, (ordinal, &policies), &insurers);
    foot(&mut sheet, c, broker);
    sheet
}

fn head(sheet: &mut Sheet, c: &Carrier<'_>) {
    let title = Area::new(LEFT, 44.0, 444.0, 22.0);
    sheet.frame(title);
    sheet.text(title, "CERTIFICATE OF LIABILITY INSURANCE", Look::bold(13.0).align(Align::Center).middle());
    sheet.field(Area { x: LEFT + 444.0, w: 96.0, ..title }, "DATE (MM/DD/YYYY)", &date(c.cover.issued));
    let notice = Area::new(LEFT, 66.0, 2.0 * HALF, 30.0);
    sheet.frame(notice);
    let text = "This paper informs its holder of the policies below, as of its date. It gives the holder no rights, and it neither \
        changes nor extends what a policy covers. It is a specimen for tests of software: there is no such insurer, agency, \
        insured or policy.";
    sheet.text(notice.inside(4.0, 2.0), text, Look::plain(7.0).middle());
}

fn parties(sheet: &mut Sheet, c: &Carrier<'_>, insurers: &[&Policy]) {
    let agency = certificates::agency(c);
    let place = agency.place;
    let producer = Area::new(LEFT, 96.0, HALF, 65.0);
    boxed(
        sheet,
        producer,
        "PRODUCER",
        &join(&[agency.name, "\n", AGENCY_STREET, "\n", place.city, ", ", place.state, " ", place.zip]),
    );
    let insured = Area { y: 161.0, h: 65.0, ..producer };
    boxed(sheet, insured, "INSURED", &addressed(c));

    let line = |n: u8| Area::new(MIDDLE, 96.0 + 13.0 * f32::from(n), HALF, 13.0);
    named(sheet, line(0), "CONTACT NAME:", "Certificates Department");
    let (phone, fax) = (Area { w: HALF / 2.0, ..line(1) }, Area { x: MIDDLE + HALF / 2.0, w: HALF / 2.0, ..line(1) });
    named(sheet, phone, "PHONE:", &agency.phone);
    named(sheet, fax, "FAX:", certificates::fax_shown(c, &agency).unwrap_or(""));
    named(sheet, line(2), "EMAIL:", AGENCY_EMAIL);
    let heading = line(3);
    sheet.frame(heading);
    let cell = |area: Area| (Area { w: 190.0, ..area }, Area { x: area.x + 190.0, w: area.w - 190.0, ..area });
    let (name, rating) = cell(heading);
    sheet.text(name, "INSURER(S) AFFORDING COVERAGE", Look::small(6.5).align(Align::Center).middle());
    sheet.frame(rating);
    sheet.text(rating, "A.M. BEST", Look::small(6.5).align(Align::Center).middle());
    for (n, letter) in ["A", "B", "C", "D", "E", "F"].into_iter().enumerate() {
        let (name, rating) = cell(line(4 + n as u8));
        let own = insurers.get(n).map(|policy| policy.insurer);
        named(sheet, name, &join(&["INSURER ", letter, ":"]), own.map_or("", |own| own.name));
        sheet.frame(rating);
        let strength = own.map(|own| join(&[own.rating, " ", own.size])).unwrap_or_default();
        sheet.text(rating.inside(3.0, 0.0), &strength, Look::plain(8.0).align(Align::Center).middle());
    }
}

/// A box whose name stands in its corner, and under it lines as they are.
fn boxed(sheet: &mut Sheet, area: Area, name: &str, value: &str) {
    sheet.frame(area);
    sheet.text(Area { h: 9.0, ..area.inside(3.0, 1.5) }, name, Look::small(6.0));
    sheet.text(area.inside(10.0, 1.0).under(10.0), value, Look::plain(9.0));
}

/// A line of which the name stands on the left.
fn named(sheet: &mut Sheet, area: Area, name: &str, value: &str) {
    const NAMES: f32 = 58.0;
    sheet.frame(area);
    let names = if name.len() < 8 { 28.0 } else { NAMES };
    sheet.text(Area { w: names, ..area.inside(3.0, 0.5) }, name, Look::small(6.0).middle());
    let values = Area { x: area.x + names + 4.0, w: area.w - names - 7.0, ..area.inside(0.0, 0.5) };
    sheet.text(values, value, Look::plain(8.0).middle());
}

fn coverages(sheet: &mut Sheet, c: &Carrier<'_>, (ordinal, policies): (u32, &[&Policy]), insurers: &[&Policy]) {
    let bar = Area::new(LEFT, 226.0, 2.0 * HALF, 13.0);
    sheet.bar(bar, "COVERAGES");
    let number = format!("CERTIFICATE NUMBER: {}", certificates::number(c, ordinal));
    sheet.text(Area { x: LEFT + 170.0, w: 180.0, ..bar }, &number, Look::plain(8.0).middle());
    sheet.text(Area { x: LEFT + 400.0, w: 130.0, ..bar }, "REVISION NUMBER:", Look::plain(8.0).middle());
    let notice = Area::new(LEFT, 239.0, 2.0 * HALF, 22.0);
    sheet.frame(notice);
    let text = "Each policy was issued to the insured for the period shown. Whatever a contract asks for, the policies alone say \
        what is covered. Claims that were paid may have lowered the limits.";
    sheet.text(notice.inside(4.0, 1.0), text, Look::plain(6.5).middle());
    let mut row = Area { y: 261.0, h: 20.0, ..notice };
    for (cell, (name, _)) in cells(row).into_iter().zip(COLUMNS) {
        sheet.frame(cell);
        sheet.text(cell.inside(1.0, 0.5), name, Look::small(6.0).align(Align::Center).middle());
    }
    row.y += row.h;
    for (name, line, limit, h) in ROWS {
        row.h = h;
        let policy = policies.iter().copied().find(|policy| Some(policy.line) == line);
        let letter = policy.and_then(|own| insurers.iter().position(|of| of.insurer.name == own.insurer.name));
        let letter = letter.and_then(|n| ["A", "B", "C", "D", "E", "F"].get(n)).copied().unwrap_or("");
        coverage(sheet, c, row, (name, letter), policy.map(|policy| (policy, limit)));
        row.y += h;
    }
}

fn cells(row: Area) -> Vec<Area> {
    let mut x = row.x;
    let cell = |(_, w): &(&str, f32)| {
        let own = Area { x, w: *w, ..row };
        x += w;
        own
    };
    COLUMNS.iter().map(cell).collect()
}

fn coverage(sheet: &mut Sheet, c: &Carrier<'_>, row: Area, (name, letter): (&str, &str), own: Option<(&Policy, &str)>) {
    let top = |area: Area| Area { h: 11.0, ..area.inside(3.0, 2.0) };
    let texts = own.map(|(policy, _)| [policy.number.clone(), date(policy.from), date(policy.until)]);
    let [number, from, until] = texts.unwrap_or_default();
    for (n, cell) in cells(row).into_iter().enumerate() {
        sheet.frame(cell);
        let value = match n {
            0 => letter,
            4 => &number,
            5 => &from,
            6 => &until,
            _ => "",
        };
        if n == 1 {
            sheet.text(Area { h: 18.0, ..cell.inside(3.0, 2.0) }, name, Look::bold(7.0));
            let kind = own.map_or("", |(policy, _)| certificates::kind(c, policy.line));
            sheet.text(cell.inside(3.0, 2.0).under(20.0), kind, Look::plain(8.0));
        } else {
            let align = if n == 4 { Align::Left } else { Align::Center };
            sheet.text(top(cell), value, Look::plain(8.0).align(align).middle());
        }
        if let (7, Some((policy, limit))) = (n, own) {
            limits(sheet, c, cell, (policy, limit));
        }
    }
}

fn limits(sheet: &mut Sheet, c: &Carrier<'_>, cell: Area, (policy, limit): (&Policy, &str)) {
    let dollars = |value: &str| join(&["$ ", value]);
    let mut lines =
        vec![(limit, dollars(&grouped(policy.limit))), ("DEDUCTIBLE", dollars(&grouped(policy.deductible)))];
    if policy.line == Line::Cargo {
        let refer = c.cover.reefer_breakdown;
        lines.push(("REFER BREAKDOWN", if refer { "Yes" } else { "No" }.to_owned()));
        if refer {
            lines.push(("BREAKDOWN DEDUCTIBLE", dollars(REFER_DEDUCTIBLE)));
        }
    }
    for (n, (name, value)) in lines.iter().enumerate() {
        let line = Area { y: cell.y + 2.0 + 13.0 * n as f32, h: 11.0, ..cell.inside(3.0, 0.0) };
        sheet.text(Area { w: 72.0, ..line }, name, Look::small(6.0).middle());
        sheet.text(
            Area { x: line.x + 72.0, w: line.w - 72.0, ..line },
            value,
            Look::plain(8.0).align(Align::Right).middle(),
        );
        if n > 0 {
            sheet.rule((cell.x, line.y - 1.0), (cell.x + cell.w, line.y - 1.0), 0.2);
        }
    }
}

fn foot(sheet: &mut Sheet, c: &Carrier<'_>, broker: &Broker) {
    let description = Area::new(LEFT, 509.0, 2.0 * HALF, 82.0);
    let cancelled = match c.cover.cancelled {
        Some(day) => format!("The policies of this certificate were cancelled as of {}.", date(day)),
        None => String::new(),
    };
    let about = format!("For-hire trucking of the insured: {}.\n{cancelled}", numbers(c));
    boxed(sheet, description, "DESCRIPTION OF OPERATIONS / LOCATIONS / VEHICLES", about.trim_end());

    let (left, right) = (Area::new(LEFT, 591.0, HALF, 13.0), Area::new(MIDDLE, 591.0, HALF, 13.0));
    sheet.bar(left, "CERTIFICATE HOLDER");
    sheet.bar(right, "CANCELLATION");
    let holder = Area { y: 604.0, h: 118.0, ..left };
    sheet.frame(holder);
    sheet.text(holder.inside(12.0, 14.0), &addressed_broker(broker), Look::plain(10.0));
    let cancellation = Area { y: 604.0, h: 56.0, ..right };
    sheet.frame(cancellation);
    let text = "If a policy above is cancelled before its end, whether and when the holder is notified follows from that policy.";
    sheet.text(cancellation.inside(6.0, 4.0), text, Look::plain(8.0).middle());
    let signed = Area { y: 660.0, h: 62.0, ..right };
    sheet.frame(signed);
    sheet.text(Area { h: 9.0, ..signed.inside(3.0, 1.5) }, "AUTHORIZED REPRESENTATIVE", Look::small(6.0));
    sheet.text(signed.inside(12.0, 6.0).under(8.0), certificates::agency(c).name, Look::hand(14.0).middle());
}
