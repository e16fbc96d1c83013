//! The first pages of a packet: who the carrier is, what it may do, what it has, and where its money goes.

use crate::customers::state::Standing;
use crate::vendor::model::agreement::Agreement;
use crate::vendor::model::packet_parts::{self, TERM};
use crate::vendor::model::{certificates, contacts, register};
use crate::vendor::papers::flow::Flow;
use crate::vendor::papers::paper::Paper;
use crate::vendor::papers::sheet::{Align, Look};
use crate::vendor::papers::wording::{city, date, grouped, instant, numbers, other_name, percent};
use crate::world::carrier::Carrier;
use crate::world::company::join;
use crate::world::fleet::Trade;
use crate::world::safety::Inspected;

const CELL: Look = Look::plain(8.0);
const HEADS: Look = Look::bold(7.5);

pub(super) fn add(paper: &mut Paper, c: &Carrier<'_>, standing: &Standing, agreements: &[Agreement]) {
    let mut flow = Flow::new(paper);
    flow.space(4.0);
    flow.text("Carrier Packet", Look::bold(20.0).align(Align::Center));
    flow.text(&c.name, Look::bold(13.0).align(Align::Center));
    flow.text(&join(&[&numbers(c), "\nfor ", &standing.broker.company]), Look::plain(9.0).align(Align::Center));
    company(&mut flow, c, standing);
    people(&mut flow, c);
    authority(&mut flow, c);
    safety(&mut flow, c);
    insurance(&mut flow, c);
    fleet(&mut flow, c);
    payment(&mut flow, c);
    signed(&mut flow, agreements);
    flow.end();
}

fn part(flow: &mut Flow<'_>, name: &str) {
    flow.space(5.0);
    flow.heading(name, 40.0);
}

fn company(flow: &mut Flow<'_>, c: &Carrier<'_>, standing: &Standing) {
    part(flow, "Company");
    flow.pair("Legal name", &c.name);
    flow.pair("Doing business as", other_name(c).unwrap_or("no other name"));
    flow.pair("Form", c.form);
    flow.pair("DOT number", &c.dot.to_string());
    flow.pair("Docket number", &c.docket_text().unwrap_or_else(|| "none".to_owned()));
    let address = join(&[&c.street, ", ", &city(c), ", ", c.country]);
    flow.pair("Address", &address);
    flow.pair("Phone, email", &join(&[&c.phone, ", ", &c.email]));
    if let Some(at) = standing.signed {
        flow.pair("Packet completed", &instant(at));
    }
}

fn people(flow: &mut Flow<'_>, c: &Carrier<'_>) {
    part(flow, "Contacts");
    let all = contacts::listed(c);
    if all.is_empty() {
        flow.text("None are on file.", CELL);
        return;
    }
    let shares = [3.0, 2.2, 2.0, 4.0];
    flow.row(&shares, &["NAME", "TITLE", "PHONE", "EMAIL"], HEADS);
    for contact in all {
        flow.row(&shares, &[&contact.person.full(), contact.title, &contact.phone, &contact.email], CELL);
    }
}

fn authority(flow: &mut Flow<'_>, c: &Carrier<'_>) {
    part(flow, "Authority");
    flow.pair("Common authority", register::authorized(c));
    let granted = c.authority.granted.map_or_else(|| "runs inside one state".to_owned(), date);
    flow.pair("Granted", &granted);
    if let Some(at) = c.authority.last_revoked {
        flow.pair("Last revoked", &date(at));
    }
}

fn safety(flow: &mut Flow<'_>, c: &Carrier<'_>) {
    part(flow, "Safety");
    let safety = &c.safety;
    let rating = register::rating(c);
    let rated = safety.rated.map(|at| join(&[", ", &date(at)])).unwrap_or_default();
    flow.pair("Rating", &join(&[if rating.is_empty() { "None" } else { rating }, &rated]));
    let crashes = safety.crashes;
    let counts = format!(
        "{} (fatal {}, with injuries {}, towed {})",
        crashes.total(),
        crashes.fatal,
        crashes.injury,
        crashes.tow
    );
    flow.pair("Crashes", &counts);
    flow.pair("Out of service", if safety.out_of_service { "Yes" } else { "No" });
    flow.space(2.0);
    let shares = [3.0, 2.0, 2.0, 2.0];
    flow.row(&shares, &["INSPECTIONS", "COUNT", "OUT OF SERVICE", "SHARE"], HEADS);
    let mut row = |name: &str, of: Inspected| {
        flow.row(&shares, &[name, &of.count.to_string(), &of.out.to_string(), &percent(of.share())], CELL);
    };
    row("Vehicles", safety.vehicles);
    row("Drivers", safety.drivers);
    row("Hazardous materials", safety.hazardous);
}

fn insurance(flow: &mut Flow<'_>, c: &Carrier<'_>) {
    part(flow, "Insurance");
    if certificates::count(c) == 0 {
        flow.text("No certificate is on file.", CELL);
        return;
    }
    let shares = [3.2, 4.0, 2.4, 2.0, 2.0];
    flow.row(&shares, &["COVERAGE", "INSURER", "POLICY", "LIMIT", "EXPIRES"], HEADS);
    for own in &c.cover.policies {
        let limit = join(&["$ ", &grouped(own.limit)]);
        let cells = [certificates::kind(c, own.line), own.insurer.name, &own.number, &limit, &date(own.until)];
        flow.row(&shares, &cells, CELL);
    }
    if let Some(day) = c.cover.cancelled {
        flow.pair("Cancelled", &date(day));
    }
}

fn fleet(flow: &mut Flow<'_>, c: &Carrier<'_>) {
    part(flow, "Equipment and lanes");
    let fleet = &c.fleet;
    let units = format!(
        "{} power units ({} tractors, {} trucks), {} trailers",
        fleet.power(),
        fleet.tractors.total(),
        fleet.trucks.total(),
        fleet.trailers.total()
    );
    flow.pair("Fleet", &units);
    flow.pair("Drivers", &format!("{}, of them {} with a commercial license", fleet.drivers, fleet.licensed));
    let kinds: Vec<String> = fleet.equipment.iter().map(|own| format!("{} {}", own.count, spaced(own.name))).collect();
    flow.pair("Equipment", &kinds.join(", "));
    let hauls = match fleet.trade {
        Trade::DryVan => "General freight",
        Trade::Reefer => "General freight, refrigerated food",
        Trade::Flatbed => "Building materials, machinery, metal",
        Trade::Tank => "Liquids and gas",
        Trade::Intermodal => "Intermodal containers",
        Trade::AutoHaul => "Motor vehicles",
        Trade::Box => "General freight",
    };
    let hazardous = if fleet.hazardous { "; hazardous materials" } else { "" };
    flow.pair("Hauls", &join(&[hauls, hazardous]));
    let mut lanes: Vec<&str> = fleet.lanes.iter().map(|state| state.code).collect();
    lanes.extend(fleet.canada.then_some("Canada"));
    lanes.extend(fleet.mexico.then_some("Mexico"));
    flow.pair("Lanes", &lanes.join(", "));
}

/// `Reefer Standard 53 Foot`, of the name that a packet has for it.
fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 6);
    let mut before = 'A';
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && !before.is_ascii_uppercase()
            || letter.is_ascii_digit() != before.is_ascii_digit() && !letter.is_ascii_uppercase();
        if begins && !out.is_empty() {
            out.push(' ');
        }
        out.push(letter);
        before = letter;
    }
    out
}

/// Only the last digits of the account: a packet is printed and passed on.
fn payment(flow: &mut Flow<'_>, c: &Carrier<'_>) {
    part(flow, "Payment");
    let own = packet_parts::payee(c);
    flow.pair("Paid to", own.factor.as_ref().map_or(&c.name, |factor| &factor.name));
    flow.pair("Bank", own.bank);
    let last = own.account.get(own.account.len().saturating_sub(4)..).unwrap_or_default();
    flow.pair("Account", &join(&["ends in ", last]));
    flow.pair("Terms", TERM);
    flow.pair("Remittance by email to", own.factor.as_ref().map_or(&c.email, |factor| &factor.email));
}

fn signed(flow: &mut Flow<'_>, agreements: &[Agreement]) {
    part(flow, "Agreements");
    for own in agreements {
        let by = if own.signer.title.is_empty() { "" } else { ", " };
        let value = join(&[&own.signer.person, by, &own.signer.title, ", ", &date(own.signed)]);
        flow.pair(own.name, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn names_of_equipment_are_spaced() {
        for (name, shown) in [
            ("ReeferStandard53Foot", "Reefer Standard 53 Foot"),
            ("VanLiftGate", "Van Lift Gate"),
            ("Conestoga", "Conestoga"),
            ("ContainerChassisTrailer40Foot", "Container Chassis Trailer 40 Foot"),
        ] {
            assert_eq!(spaced(name), shown);
        }
    }
}
