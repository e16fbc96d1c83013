//! The agreement between a customer and its carriers: as the customer wrote it, and as a carrier signed it.

use crate::customers::broker::{self, Broker};
use crate::vendor::model::agreement::{self, Agreement};
use crate::vendor::papers::clauses::CLAUSES;
use crate::vendor::papers::flow::Flow;
use crate::vendor::papers::paper::Paper;
use crate::vendor::papers::sheet::{Align, Area, Look, Sheet};
use crate::vendor::papers::wording::{addressed, addressed_broker, date, instant, numbers};
use crate::world::World;
use crate::world::carrier::Carrier;
use crate::world::company::join;

/// What a customer asks its carriers to sign; the older one is number 1.
pub(crate) fn template(world: &World, broker: &Broker, ordinal: u8) -> Vec<u8> {
    let mut paper = Paper::new(format!("{} (specimen, unsigned): {}", agreement::name(ordinal), broker.company));
    let about = About { name: agreement::name(ordinal), broker, written: date(agreement::created(world)) };
    add(&mut paper, &about, None);
    paper.finish()
}

/// What a carrier signed.
pub(crate) fn signed(c: &Carrier<'_>, broker: &Broker, own: &Agreement) -> Vec<u8> {
    let mut paper = Paper::new(format!("{} (specimen, signed): {}", own.name, c.name));
    add_signed(&mut paper, c, broker, own);
    paper.finish()
}

pub(super) fn add_signed(paper: &mut Paper, c: &Carrier<'_>, broker: &Broker, own: &Agreement) {
    let about = About { name: own.name, broker, written: date(agreement::created(c.world)) };
    add(paper, &about, Some((c, own)));
}

/// What is in an agreement whoever signs it.
struct About<'a> {
    name: &'static str,
    broker: &'a Broker,
    written: String,
}

fn add(paper: &mut Paper, about: &About<'_>, signed: Option<(&Carrier<'_>, &Agreement)>) {
    let mut flow = Flow::new(paper);
    flow.space(6.0);
    flow.text(about.name, Look::bold(17.0).align(Align::Center));
    let state = match signed {
        Some((_, own)) => join(&["Signed on ", &date(own.signed)]),
        None => "Unsigned".to_owned(),
    };
    let line = join(&["Version of ", &about.written, ". ", &state, "."]);
    flow.text(&line, Look::small(8.5).align(Align::Center));
    flow.space(8.0);
    let (area, sheet) = flow.take(84.0);
    let (left, right) = halves(area);
    party(sheet, left, "BROKER", &addressed_broker(about.broker));
    match signed {
        Some((c, _)) => party(sheet, right, "CARRIER", &join(&[&addressed(c), "\n", &numbers(c)])),
        None => party(sheet, right, "CARRIER", "The company that signs below"),
    }
    flow.space(8.0);
    for (heading, paragraphs) in CLAUSES {
        flow.space(5.0);
        flow.heading(heading, 30.0);
        flow.space(1.0);
        for paragraph in paragraphs {
            flow.text(paragraph, Look::plain(10.0));
            flow.space(4.0);
        }
    }
    flow.space(8.0);
    let (area, sheet) = flow.take(196.0);
    signatures(sheet, area, about, signed);
    flow.end();
}

fn halves(area: Area) -> (Area, Area) {
    let w = (area.w - 12.0) / 2.0;
    (Area { w, ..area }, Area { x: area.x + w + 12.0, w, ..area })
}

fn party(sheet: &mut Sheet, area: Area, role: &str, who: &str) {
    sheet.frame(area);
    sheet.text(Area { h: 10.0, ..area.inside(5.0, 3.0) }, role, Look::small(7.0));
    sheet.text(area.inside(5.0, 2.0).under(12.0), who, Look::plain(10.0));
}

fn signatures(sheet: &mut Sheet, area: Area, about: &About<'_>, signed: Option<(&Carrier<'_>, &Agreement)>) {
    sheet.bar(Area { h: 13.0, ..area }, "SIGNATURES");
    let (left, right) = halves(area.under(17.0));
    let user = join(&[broker::FIRST_NAME, " ", broker::LAST_NAME]);
    let own = [("Signature", &*user), ("Name", &user), ("Company", &about.broker.company), ("Date", &about.written)];
    block(sheet, left, "For the broker", &own);
    let Some((c, own)) = signed else {
        let names = ["Signature", "Name", "Title", "Company", "Email", "Phone", "Date", "IP address", "Position"];
        block(sheet, right, "For the carrier", &names.map(|name| (name, "")));
        return;
    };
    let signer = &own.signer;
    let degrees = |hundredths: i64| {
        let size = hundredths.unsigned_abs();
        format!("{}{}.{:02}", if hundredths < 0 { "-" } else { "" }, size / 100, size % 100)
    };
    let position = match &own.position {
        Some(at) => format!("{}, {} ({})", degrees(at.latitude), degrees(at.longitude), at.method),
        None => "not known".to_owned(),
    };
    let lines = [
        ("Signature", &*signer.person),
        ("Name", &signer.person),
        ("Title", &signer.title),
        ("Company", &c.name),
        ("Email", &signer.email),
        ("Phone", &signer.phone),
        ("Date", &instant(own.signed)),
        ("IP address", own.address),
        ("Position", &position),
    ];
    block(sheet, right, "For the carrier", &lines);
}

/// The lines that one side fills in; the first is signed by hand.
fn block(sheet: &mut Sheet, area: Area, whose: &str, lines: &[(&str, &str)]) {
    sheet.frame(area);
    sheet.text(Area { h: 11.0, ..area.inside(5.0, 3.0) }, whose, Look::bold(8.5));
    let mut y = area.y + 16.0;
    for (n, (name, value)) in lines.iter().enumerate() {
        let h = if n == 0 { 26.0 } else { 16.5 };
        let line = Area { y, h, ..area.inside(5.0, 0.0) };
        sheet.text(Area { w: 50.0, ..line }, name, Look::small(7.5).middle());
        let look = if n == 0 { Look::hand(14.0) } else { Look::plain(9.0) };
        sheet.text(Area { x: line.x + 54.0, w: line.w - 54.0, ..line }, value, look.middle());
        sheet.rule((line.x + 52.0, y + h - 1.0), (line.x + line.w, y + h - 1.0), 0.3);
        y += h;
    }
}
