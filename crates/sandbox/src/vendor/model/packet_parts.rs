//! The lists and small records inside a packet: agreements, people, payment. No number is a real one.

use crate::customers::broker::{self, Broker};
use crate::customers::state::Standing;
use crate::vendor::blob::{Blob, Kind};
use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::agreement::{self, Agreement};
use crate::vendor::model::factoring::Factor;
use crate::vendor::model::maybe;
use crate::vendor::model::packet_tables::{ELD_IDENTIFIER, ELD_PROVIDER};
use crate::vendor::model::{seldom, sometimes};
use crate::world::carrier::{Carrier, Salt};
use crate::world::company::{Person, phone};
use crate::world::hash::Draw;
use crate::world::numbers;
use crate::world::words;

/// The agreements with the customer, then the state of the packet for it. Both hold the same customer object.
pub(super) fn agreements(w: &mut Json, c: &Carrier<'_>, standing: &Standing) {
    let mut customer = None;
    w.raw(k!("CarrierCustomerAgreements"));
    w.array();
    for (n, own) in agreement::all(c, standing).iter().enumerate() {
        w.item(n);
        agreement(w, c, standing, (n as u8, own), &mut customer);
    }
    w.end_array();
    w.raw(k!("CarrierCustomerPacketStatuses"));
    w.array();
    w.open();
    customer_object(w, &standing.broker, &mut customer);
    w.plain(k!("CarrierPacketStatus"), "Completed");
    w.int(k!("CustomerID"), standing.broker.id);
    w.close();
    w.end_array();
}

fn agreement(
    w: &mut Json,
    c: &Carrier<'_>,
    standing: &Standing,
    (n, own): (u8, &Agreement),
    customer: &mut Option<Id>,
) {
    let generation = standing.blobs;
    w.open();
    w.time(k!("SignatureDate"), own.signed);
    w.text(k!("SignaturePerson"), &own.signer.person);
    w.text(k!("SignaturePersonTitle"), &own.signer.title);
    w.plain(k!("SignaturePersonUserName"), &own.signer.email);
    w.plain(k!("SignaturePersonEmail"), &own.signer.email);
    w.plain(k!("SignaturePersonPhoneNumber"), &own.signer.phone);
    w.flag(k!("OnCurrentCustomerAgreement"), n == 0);
    w.raw(k!("CustomerAgreement"));
    w.open();
    w.plain(k!("AgreementName"), own.name);
    w.time(k!("CreatedDate"), agreement::created(c.world));
    w.plain(k!("CreatedBy"), "brenda");
    // The customer's agreement is the same for all carriers.
    let template = Blob { index: 0, kind: Kind::Template, ordinal: n };
    w.plain(k!("BlobName"), &template.name_for(c.world, generation, standing.broker.id));
    customer_object(w, &standing.broker, customer);
    w.close();
    w.raw(k!("CarrierCustomerAgreementImages"));
    w.array();
    w.open();
    let image = Blob { index: c.index, kind: Kind::Agreement, ordinal: n };
    w.plain(k!("BlobName"), &image.name_for(c.world, generation, standing.broker.id));
    w.time(k!("CreatedDate"), own.signed);
    w.close();
    w.end_array();
    w.flag(k!("IsActive"), n == 0);
    w.plain(k!("IPAddress"), own.address);
    match &own.position {
        Some(position) => {
            w.hundredths(k!("GeoLocLat"), position.latitude);
            w.hundredths(k!("GeoLocLng"), position.longitude);
            w.plain(k!("GeoLocMethod"), position.method);
        }
        None => {
            w.null(k!("GeoLocLat"));
            w.null(k!("GeoLocLng"));
            w.null(k!("GeoLocMethod"));
        }
    }
    w.close();
}

fn customer_object(w: &mut Json, broker: &Broker, customer: &mut Option<Id>) {
    w.raw(k!("Customer"));
    if let Some(id) = *customer {
        w.reference(id);
        return;
    }
    *customer = Some(w.open());
    w.int(k!("CustomerID"), broker.id);
    w.null(k!("Title"));
    w.plain(k!("FirstName"), broker::FIRST_NAME);
    w.null(k!("MiddleName"));
    w.plain(k!("LastName"), broker::LAST_NAME);
    w.plain(k!("CompanyName"), &broker.company);
    w.plain(k!("TypeCompany"), "Broker");
    w.null(k!("CellPhone"));
    w.plain(k!("Phone"), broker::PHONE);
    w.plain(k!("Fax"), "");
    w.plain(k!("Address1"), broker::STREET);
    w.null(k!("Address2"));
    w.null(k!("Apartment"));
    w.plain(k!("City"), broker::CITY);
    w.plain(k!("State"), broker::STATE);
    w.plain(k!("Zipcode"), broker::ZIP);
    w.plain(k!("Country"), "US");
    w.plain(k!("CustomerKey"), &broker.key);
    w.int(k!("PacketCompletionNotificationType"), 1);
    w.plain(k!("PacketCompletionNotificationEmail"), "packets@broker.example");
    w.close();
}

pub(super) fn drivers(w: &mut Json, c: &Carrier<'_>, draw: &mut Draw) {
    w.raw(k!("CarrierDrivers"));
    if draw.hit(50) {
        w.raw("null");
        return;
    }
    w.array();
    for n in 0..draw.below(4).min(c.fleet.drivers) {
        w.item(n as usize);
        w.open();
        w.text(k!("DriverName"), &Person::draw(draw).full());
        w.plain(k!("CellPhone"), &c.phone_of(draw));
        w.maybe_flag(k!("ComCheck"), maybe(draw));
        w.maybe_flag(k!("FuelAdvance"), maybe(draw));
        w.close();
    }
    w.end_array();
}

pub(super) fn dispatchers(w: &mut Json, c: &Carrier<'_>, draw: &mut Draw) {
    w.raw(k!("CarrierDispatchers"));
    w.array();
    for n in 0..draw.below(3) {
        w.item(n as usize);
        w.open();
        w.text(k!("DispatcherName"), &Person::draw(draw).full());
        w.plain(k!("PhoneNumber"), &c.phone_of(draw));
        w.plain(k!("Email"), &c.email);
        w.close();
    }
    w.end_array();
}

/// Who gets the carrier's money, and where.
pub(crate) struct Payee {
    pub(crate) factor: Option<Factor>,
    pub(crate) routing: String,
    pub(crate) account: String,
    pub(crate) bank: &'static str,
}

pub(crate) fn payee(c: &Carrier<'_>) -> Payee {
    let mut draw = c.changing(Salt::PacketTables, 5);
    Payee {
        factor: draw.hit(110).then(|| Factor::new(c.world, draw.below(u32::MAX))),
        routing: numbers::routing(&mut draw),
        account: format!("TEST{:07}", draw.below(10_000_000)),
        bank: draw.pick(words::BANKS),
    }
}

/// The terms of payment that all have.
pub(crate) const TERM: &str = "Net 30";

/// How the carrier is paid: by a factoring company or to a bank, and on which terms.
pub(super) fn payment(w: &mut Json, c: &Carrier<'_>, customer: u32, draw: &mut Draw) {
    let Payee { factor, routing, account, bank } = payee(c);
    let bank_phone = c.phone_of(draw);
    let bank_address = sometimes(draw, "3 Mock Ct");
    let kind = draw.pick(&["Checking", "Savings", ""]);
    let floor = sometimes(draw, "Floor 2");

    w.raw(k!("CarrierPaymentInfo"));
    w.open();
    w.plain(k!("BankRoutingNumber"), &routing);
    w.plain(k!("BankAccountNumber"), &account);
    w.text(k!("BankAccountName"), &c.name);
    w.plain(k!("BankName"), bank);
    w.maybe_text(k!("BankAddress"), bank_address);
    w.plain(k!("BankPhone"), &bank_phone);
    w.plain(k!("BankFax"), "");
    w.maybe_text(k!("FactoringCompanyName"), factor.as_ref().map(|factor| factor.name.as_str()));
    w.plain(k!("RemitAddress1"), &c.street);
    w.maybe_text(k!("RemitAddress2"), floor);
    w.plain(k!("RemitCity"), c.city);
    w.plain(k!("RemitZipCode"), c.zip);
    w.plain(k!("BankAccountType"), kind);
    w.plain(k!("RemitState"), c.state);
    w.plain(k!("RemitCountry"), c.country);
    w.plain(k!("RemitEmail"), &c.email);
    w.maybe_flag(k!("Require1099"), maybe(draw));
    match draw.below(8) {
        0 => w.int(k!("EpayManagerID"), draw.below(9000)),
        _ => w.null(k!("EpayManagerID")),
    }
    w.plain(k!("RemitCurrency"), "USD");
    w.int(k!("PayAdvanceOptionID"), 1 + draw.below(3));
    w.plain(k!("PayAdvanceOptionType"), "None");
    w.close();

    w.raw(k!("CarrierRemit"));
    w.open();
    w.plain(k!("CarrierRemitEmail"), &c.email);
    w.plain(k!("CarrierRemitAddress1"), &c.street);
    w.maybe_text(k!("CarrierRemitAddress2"), floor);
    w.plain(k!("CarrierRemitCity"), c.city);
    w.plain(k!("CarrierRemitCountry"), c.country);
    w.plain(k!("CarrierRemitStateProvince"), c.state);
    w.plain(k!("CarrierRemitZipCode"), c.zip);
    w.close();

    w.raw(k!("FactoringRemit"));
    match &factor {
        None => w.raw("null"),
        Some(factor) => {
            w.open();
            factor.fields(w);
            w.plain(k!("BankRoutingNumber"), &routing);
            w.plain(k!("BankAccountNumber"), &account);
            w.close();
        }
    }

    w.raw(k!("CarrierBank"));
    if draw.hit(60) {
        w.raw("null");
    } else {
        w.open();
        w.plain(k!("CarrierBankRoutingNumber"), &routing);
        w.plain(k!("CarrierBankAccountNumber"), &account);
        w.text(k!("CarrierBankAccountName"), &c.name);
        w.plain(k!("CarrierBankName"), bank);
        w.maybe_text(k!("CarrierBankAddress"), bank_address);
        w.plain(k!("CarrierBankPhone"), &bank_phone);
        seldom(w, k!("CarrierBankFax"), draw, &phone(c.area, &mut draw.clone()));
        w.plain(k!("CarrierBankAccountType"), kind);
        w.close();
    }
    terms_and_types(w, customer, draw);
    w.raw(k!("CarrierPayerType"));
    w.open();
    w.int(k!("PayerTypeID"), if factor.is_some() { 2 } else { 1 });
    w.plain(k!("Name"), if factor.is_some() { "Factoring Company" } else { "Carrier" });
    w.close();
}

fn terms_and_types(w: &mut Json, customer: u32, draw: &mut Draw) {
    w.raw(k!("CarrierPaymentTerms"));
    w.array();
    w.open();
    w.raw(k!("PaymentTerm"));
    w.open();
    w.int(k!("PaymentTermID"), 40);
    w.int(k!("Days"), 30);
    w.plain(k!("Term"), TERM);
    w.maybe_flag(k!("QuickPay"), maybe(draw));
    w.plain(k!("PaymentFeeType"), "Percentage");
    w.hundredths(k!("PaymentFeeAmount"), i64::from(draw.below(500)));
    w.int(k!("CustomerID"), customer);
    w.close();
    w.close();
    w.end_array();

    // Two ways to pay can be of one type.
    w.raw(k!("CarrierPaymentTypes"));
    w.array();
    let mut kind = None;
    for n in 0..2 {
        w.item(n);
        w.open();
        w.raw(k!("PaymentType"));
        w.open();
        w.int(k!("PaymentTypeID"), 80 + n as i64);
        w.plain(k!("Type"), ["ACH", "ACH next day"][n]);
        w.int(k!("CustomerID"), customer);
        w.raw(k!("PaymentType"));
        if let Some(id) = kind {
            w.reference(id);
        } else {
            kind = Some(w.open());
            w.plain(k!("Name"), "Direct Deposit");
            w.close();
        }
        w.close();
        w.close();
    }
    w.end_array();
}

pub(super) fn eld_provider(w: &mut Json, draw: &mut Draw) {
    w.raw(k!("CarrierELDProvider"));
    if draw.hit(80) {
        w.raw("null");
        return;
    }
    w.open();
    w.int(k!("ComplianceStatusID"), 1);
    w.plain(k!("ComplianceStatus"), "Compliant");
    w.plain(k!("ProviderName"), ELD_PROVIDER);
    w.plain(k!("ProviderIdentifier"), ELD_IDENTIFIER);
    match draw.below(8) {
        0 => w.int(k!("ExemptionID"), 4),
        _ => w.null(k!("ExemptionID")),
    }
    seldom(w, k!("Exemption"), draw, "Pre-2000 engine");
    w.plain(k!("CompliantBy"), "");
    w.close();
}
