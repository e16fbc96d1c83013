//! `CarrierAADTO`: the full record of a carrier, as it is after a completed packet.

use crate::customers::state::Standing;
use crate::vendor::json::{Json, k};
use crate::vendor::model::packet_parts as parts;
use crate::vendor::model::{Once, changes, contacts, docket, maybe, packet_tables as tables, packet_tax, seldom};
use crate::world::carrier::{Carrier, Salt};
use crate::world::company::Person;
use crate::world::hash::Draw;

/// Writes the record; without a packet there is only a message and what the registers know.
pub(crate) fn write(w: &mut Json, c: &Carrier<'_>, standing: &Standing) {
    w.open();
    if !standing.packet {
        w.plain(k!("Message"), "Carrier has not completed a packet.");
        assure_advantage(w, c, standing);
        w.close();
        return;
    }
    let mut draw = c.draw(Salt::PacketTables);
    company(w, c, &mut draw);
    support(w, c, &mut draw);
    let created = c.past(&mut draw, 1500);
    w.time(k!("CreatedDateTime"), created);
    w.time(k!("ModifiedDateTime"), created.plus(1_234_567_891));
    parts::agreements(w, c, standing);
    tables::cargo_hauled(w, c);
    tables::classification(w, c);
    parts::drivers(w, c, &mut draw);
    parts::dispatchers(w, c, &mut draw);
    tables::lane(w, c);
    tables::operational_detail(w, c);
    parts::payment(w, c, standing.broker.id, &mut draw);
    tables::truck_class(w, c);
    tables::truck_type(w, c);
    packet_tax::w9_forms(w, c, standing.blobs);
    tables::certification(w, c);
    assure_advantage(w, c, standing);
    tables::mode(w, c);
    parts::eld_provider(w, &mut draw);
    let owner = contacts::owner(c);
    w.text(k!("OwnerContactName"), &owner.person.full());
    w.plain(k!("OwnerContactPhone"), &owner.phone);
    w.plain(k!("OwnerContactEmail"), &owner.email);
    packet_tax::tin_matchings(w, c, &mut draw);
    w.null(k!("Message"));
    w.close();
}

fn company(w: &mut Json, c: &Carrier<'_>, draw: &mut Draw) {
    w.int(k!("DOTNumber"), c.dot);
    w.text(k!("LegalName"), &c.name);
    w.maybe_text(k!("DBAName"), c.dba.as_deref());
    w.plain(k!("Address1"), &c.street);
    seldom(w, k!("Address2"), draw, "Suite 5");
    w.plain(k!("City"), c.city);
    w.plain(k!("Zipcode"), c.zip);
    w.plain(k!("State"), c.state);
    let country = if c.country == "US" && c.index % 3 == 1 { "United States" } else { c.country };
    w.plain(k!("Country"), country);
    w.plain(k!("CellPhone"), &c.cell_phone());
    w.plain(k!("Phone"), &c.phone);
    w.plain(k!("Fax"), "");
    seldom(w, k!("FreePhone"), draw, "(800) 555-0199");
    w.plain(k!("EmergencyPhone"), &c.phone_of(draw));
    w.plain(k!("Email"), &c.email);
    w.plain(k!("FraudIdentityTheftStatus"), draw.pick(&["", "None", "Cleared"]));
    docket(w, k!("MCNumber"), c);
    w.plain(k!("SCAC"), draw.pick(&["", "ZZSB", "ZZTX"]));
    w.plain(k!("MailingAddress1"), &c.street);
    w.plain(k!("MailingAddress2"), "");
    w.plain(k!("MailingCity"), c.city);
    w.plain(k!("MailingState"), c.state);
    w.plain(k!("MailingZipcode"), c.zip);
    w.plain(k!("MailingCountry"), country);
}

fn support(w: &mut Json, c: &Carrier<'_>, draw: &mut Draw) {
    let person = |w: &mut Json, key, draw: &mut Draw| w.text(key, &Person::draw(draw).full());
    person(w, k!("AfterHrsWkDaySupportName"), draw);
    w.plain(k!("AfterHrsWkDaySupportPhone"), &c.phone_of(draw));
    seldom(w, k!("AfterHrsWkDaySupportFax"), draw, &c.phone_of(&mut draw.clone()));
    w.plain(k!("AfterHrsWkDaySupportFrom"), "17:00");
    w.plain(k!("AfterHrsWkDaySupportTo"), "08:00");
    person(w, k!("AfterHrsWkEndSupportName"), draw);
    w.plain(k!("AfterHrsWkEndSupportPhone"), &c.phone_of(draw));
    seldom(w, k!("AfterHrsWkEndSupportFax"), draw, &c.phone_of(&mut draw.clone()));
    seldom(w, k!("AfterHrsWkEndSupportFrom"), draw, "09:00");
    seldom(w, k!("AfterHrsWkEndSupportTo"), draw, "12:30");
    w.plain(k!("Website"), draw.pick(&["", "www.carrier.example"]));
    person(w, k!("OperationManagerName"), draw);
    w.maybe_flag(k!("OnlineAccessToAvailableLoads"), maybe(draw));
    w.plain(k!("AvailableLoadsEmail"), "loads@carrier.example");
    person(w, k!("DriverLogsSafeyDeptManagerName"), draw);
    w.plain(k!("DriverLogsSafeyDeptManagerPhone"), &c.phone_of(draw));
    seldom(w, k!("Dispatchers"), draw, "Sam Specimen");
    person(w, k!("ClaimsContactName"), draw);
    w.plain(k!("ClaimsContactPhone"), &c.phone_of(draw));
    w.plain(k!("ClaimsContactEmail"), "claims@carrier.example");
    w.maybe_flag(k!("DispatchServiceUsed"), maybe(draw));
    w.plain(k!("DispatchServiceName"), "");
    seldom(w, k!("DispatchServicePhone"), draw, &c.phone_of(&mut draw.clone()));
    w.maybe_flag(k!("BrokerOutExtraFreight"), maybe(draw));
    w.plain(k!("References1"), "Example Brokerage LLC");
    w.plain(k!("References2"), "");
    seldom(w, k!("References3"), draw, "Sample Shippers Inc");
    w.plain(k!("DriversTrackedBy"), draw.pick(&["Cell Phone", "ELD", ""]));
    w.maybe_flag(k!("AccessOnlineGPSTracking"), maybe(draw));
    seldom(w, k!("DriversTrackedByOtherMethod"), draw, "Phone calls");
}

fn assure_advantage(w: &mut Json, c: &Carrier<'_>, standing: &Standing) {
    w.raw(k!("AssureAdvantage"));
    w.array();
    w.open();
    changes::wrapped(w, c, standing, &mut Once::default());
    w.close();
    w.end_array();
}
