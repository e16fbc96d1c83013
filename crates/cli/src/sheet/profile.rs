//! The profile of a carrier: who it is, what it may do and carry, how it is paid. It shows no bank data and no tax ids.

use super::entries::{Entry, entries};
use super::parts::{Line, Lines, Section, Tone, joined, said, sentence, yes};
use jiff::civil::Date;
use mycarrierpackets::models::{
    Authority, CarrierData, CarrierDetails, CertData, Coverage, DocumentKind, FlagKind, FmcsaInsurance, Identity,
};
use mycarrierpackets::types::{CertificateStatus, CountText, DateText, MoneyText, YesNoText};
use serde::Serialize;
use serde_json::Value;

/// The sections of a carrier's packet.
pub fn profile(data: &CarrierData, today: Date) -> Vec<Section> {
    let entries = entries(data);
    vec![
        Section::new("Identity", identity(data, &entries)),
        Section::new("Authority", of_each(&entries, authority)),
        Section::new("Insurance", of_each(&entries, |lines, details| insurance(lines, details, today))),
        Section::new("Equipment", equipment(data, &entries)),
        Section::new("Lanes", lanes(data)),
        Section::new("Payment", payment(data)),
        Section::new("Documents", documents(data)),
    ]
}

/// The lines of each entry, under its name where there are several.
fn of_each(entries: &[Entry<'_>], add: impl Fn(&mut Lines, &CarrierDetails)) -> Vec<Line> {
    let mut lines = Lines::default();
    for entry in entries {
        lines.field("Of", entry.name.as_deref());
        match entry.details {
            Some(details) => add(&mut lines, details),
            None => lines.needed("Record", None::<String>),
        }
    }
    lines.0
}

fn identity(data: &CarrierData, entries: &[Entry<'_>]) -> Vec<Line> {
    let mut lines = Lines::default();
    let of_entries = |field: fn(&Identity) -> &Option<String>| {
        let own = entries.iter().filter_map(|entry| entry.details?.identity.as_ref());
        let mut texts: Vec<_> = own.filter_map(|identity| said(field(identity))).collect();
        texts.sort_unstable();
        texts.dedup();
        (!texts.is_empty()).then(|| texts.join(" / "))
    };
    let name = said(&data.legal_name).map(ToOwned::to_owned);
    lines.needed("Legal name", name.or_else(|| of_entries(|own| &own.legal_name)));
    let trade_name = said(&data.dba_name).map(ToOwned::to_owned);
    lines.field("Doing business as", trade_name.or_else(|| of_entries(|own| &own.dba_name)));
    lines.needed("DOT number", data.dot_number.map(|dot| dot.to_string()));
    lines.field("Docket number", said(&data.mc_number).or(said(&data.docket_number)));
    let street = said(&data.street).or(said(&data.address1));
    let zip = said(&data.zip_code).or(said(&data.zipcode));
    let address = [street, said(&data.address2), said(&data.city), said(&data.state), zip, said(&data.country)];
    lines.needed("Address", joined(address, ", "));
    lines.field("Phone", said(&data.phone));
    lines.field("Email", said(&data.email));
    lines.field("Website", said(&data.website));
    lines.field("Owner", joined([said(&data.owner_contact_name), said(&data.owner_contact_phone)], "  "));
    lines.field("Claims", joined([said(&data.claims_contact_name), said(&data.claims_contact_phone)], "  "));
    lines.field("Organization", of_entries(|own| &own.organization));
    lines.field("Status", said(&data.status));
    for status in data.carrier_customer_packet_statuses.iter().flatten() {
        lines.field("Packet", said(&status.carrier_packet_status));
    }
    lines.field("Message", said(&data.message));
    lines.flag(FlagKind::IdentityTheft, data.flags().get(FlagKind::IdentityTheft));
    lines.0
}

fn authority(lines: &mut Lines, details: &CarrierDetails) {
    let status = details.dot_number.as_ref().and_then(|dot| said(&dot.status));
    lines.judged("DOT status", status, status.is_some_and(is_active));
    let operating = details.operation.as_ref().and_then(|own| said(&own.operating_status));
    match operating {
        Some(status) => lines.add("Operating status", status, authorized(status)),
        None => lines.needed("Operating status", operating),
    }
    let nothing = Authority::default();
    let own = details.authority.as_ref().unwrap_or(&nothing);
    for (label, status, pending, revocation) in [
        ("Common", &own.common_authority, &own.common_authority_pending, &own.common_authority_revocation),
        ("Contract", &own.contract_authority, &own.contract_authority_pending, &own.contract_authority_revocation),
        ("Broker", &own.broker_authority, &own.broker_authority_pending, &own.broker_authority_revocation),
    ] {
        let doubt = |answer: &Option<YesNoText>, words: &'static str| is_under_way(answer.as_ref()).then_some(words);
        let more = [doubt(pending, "application pending"), doubt(revocation, "revocation under way")];
        let value = joined(std::iter::once(said(status)).chain(more), ", ");
        let tone = if more[1].is_some() { Tone::Bad } else { Tone::Plain };
        match value {
            Some(value) => lines.add(label, value, tone),
            None => lines.needed(label, None::<String>),
        }
    }
    lines.flag(FlagKind::OutOfService, details.flags().get(FlagKind::OutOfService));
    let granted = own.auth_grant_date.as_ref().and_then(DateText::date);
    lines.field("Granted", granted.map(|day| day.to_string()));
}

/// Whether the status of a DOT number is the one that a carrier needs.
pub fn is_active(status: &str) -> bool {
    status.eq_ignore_ascii_case("active")
}

/// Whether an application or a revocation is under way: a text that is not a known "no" says so.
pub fn is_under_way(answer: Option<&YesNoText>) -> bool {
    answer.is_some_and(|answer| !matches!(answer.read(), Ok(None | Some(false))))
}

/// Whether FMCSA's operating status, such as `AUTHORIZED FOR Property, HHG`, lets the carrier haul property for hire.
/// One that may only broker loads, carry passengers or move households may not; what else it may do is in doubt.
pub fn authorized(status: &str) -> Tone {
    const OTHER: [&str; 5] = ["BROKER", "PASSENGER", "HHG", "HOUSEHOLD GOODS", "FREIGHT FORWARDER"];
    let upper = status.trim().to_ascii_uppercase();
    let Some(rest) = upper.strip_prefix("AUTHORIZED").filter(|rest| !rest.starts_with(char::is_alphanumeric)) else {
        return Tone::Bad;
    };
    let rest = rest.trim_start().strip_prefix("FOR ").unwrap_or_default();
    let kinds = rest.split([',', '/', ';', '&']).map(|kind| kind.trim_matches([' ', '{', '}']));
    let kinds: Vec<_> = kinds.filter(|kind| !kind.is_empty()).collect();
    if kinds.iter().any(|kind| matches!(*kind, "PROPERTY" | "COMMON" | "CONTRACT")) {
        Tone::Plain
    } else if !kinds.is_empty() && kinds.iter().all(|kind| OTHER.iter().any(|other| kind.starts_with(other))) {
        Tone::Bad
    } else {
        Tone::Doubt
    }
}

fn insurance(lines: &mut Lines, details: &CarrierDetails, today: Date) {
    match &details.cert_data {
        Some(data) => certificates(lines, data, today),
        None => lines.needed("Certificates", None::<String>),
    }
    let filed = details.fmcsa_insurance.as_ref();
    lines.add("BIPD with FMCSA", of_required(filed), liability(filed));
    for filing in details.fmcsa_insurance.iter().flat_map(|own| own.policy_list.iter().flatten()) {
        let day = |day: &Option<DateText>, word: &str| {
            let day = crate::output::view::date(day.as_ref()?.as_str());
            (!day.is_empty()).then(|| format!("{word} {day}"))
        };
        let days = [day(&filing.effective_date, "from"), day(&filing.cancelation_date, "cancelled")];
        let parts = std::iter::once(said(&filing.insurance_type)).chain(days.iter().map(Option::as_deref));
        lines.field("On file with FMCSA", joined(parts, "  "));
    }
}

/// Whether the insurance for bodily injury and property damage (BIPD) on file with FMCSA is what it requires.
pub fn liability(filed: Option<&FmcsaInsurance>) -> Tone {
    let amount = |text: &Option<MoneyText>| text.as_ref().and_then(MoneyText::amount);
    match filed.and_then(|own| amount(&own.bipd_on_file).zip(amount(&own.bipd_required))) {
        Some((on_file, required)) if on_file < required => Tone::Bad,
        Some(_) => Tone::Plain,
        None => Tone::Doubt,
    }
}

/// That insurance, beside what FMCSA requires.
pub fn of_required(filed: Option<&FmcsaInsurance>) -> String {
    let shown = |text: Option<&Option<MoneyText>>| text.and_then(|text| said(text)).unwrap_or("not known").to_owned();
    let (on_file, required) = (filed.map(|own| &own.bipd_on_file), filed.map(|own| &own.bipd_required));
    format!("{} on file, {} required", shown(on_file), shown(required))
}

fn certificates(lines: &mut Lines, data: &CertData, today: Date) {
    let is_known = data.status.as_ref().is_some_and(CertificateStatus::is_known);
    match said(&data.status) {
        Some(word) if !is_known => lines.add("Certificates", word, Tone::Doubt),
        word => lines.needed("Certificates", word),
    }
    let coverages = data.certificate.iter().flatten().flat_map(|own| own.coverage.iter().flatten());
    let coverages: Vec<_> = coverages.collect();
    for coverage in &coverages {
        let (value, tone) = policy(coverage, today);
        lines.add(said(&coverage.type_).unwrap_or("unnamed"), value, tone);
    }
    if coverages.is_empty() {
        lines.add("Coverage", "no policy is on file", Tone::Doubt);
    }
}

fn policy(coverage: &Coverage, today: Date) -> (String, Tone) {
    let limit = match coverage.coverage_limit.as_ref().and_then(MoneyText::amount) {
        Some(amount) => format!("${amount}"),
        None => said(&coverage.coverage_limit).unwrap_or("limit not known").to_owned(),
    };
    let until = coverage.insured_until();
    let (ends, tone) = match until.date() {
        Some(day) if until.covers(today) => (format!("until {day}"), Tone::Plain),
        Some(day) => (format!("ended {day}"), Tone::Bad),
        None => {
            let text = said(&coverage.expiration_date).map(|text| format!(" (\"{text}\")")).unwrap_or_default();
            (format!("end not known{text}"), Tone::Doubt)
        }
    };
    let insurer = said(&coverage.insurer_name).map(|name| format!("  {name}")).unwrap_or_default();
    (format!("{limit}  {ends}{insurer}"), tone)
}

fn equipment(data: &CarrierData, entries: &[Entry<'_>]) -> Vec<Line> {
    let count = |count: Option<&CountText>| count.and_then(CountText::get).map(|count| count.to_string());
    let mut lines = Lines(of_each(entries, |lines, details| {
        let fmcsa = details.equipment.as_ref();
        lines.needed("Power units", fmcsa.and_then(|own| count(own.total_power.as_ref())));
        lines.field("Trucks", fmcsa.and_then(|own| count(own.trucks_total.as_ref())));
        lines.field("Trailers owned", fmcsa.and_then(|own| count(own.trailers_owned.as_ref())));
    }));
    lines.field("Modes", listed(&data.carrier_mode));
    lines.field("Classes", listed(&data.carrier_truck_class));
    lines.needed("Types", listed(&data.carrier_truck_type));
    lines.field("Cargo", listed(&data.carrier_cargo_hauled));
    lines.field("Certifications", listed(&data.carrier_certification));
    lines.0
}

fn lanes(data: &CarrierData) -> Vec<Line> {
    let mut lines = Lines::default();
    lines.needed("Lanes", listed(&data.carrier_lane));
    lines.0
}

/// The fields that are true, in words, with the count that stands beside them: `Van 32, Step Deck 14`.
fn listed(record: &Option<impl Serialize>) -> Option<String> {
    let record = serde_json::to_value(record.as_ref()?).ok()?;
    let fields = record.as_object()?;
    let named = fields.iter().filter_map(|(name, value)| match value {
        Value::Bool(true) => {
            let count = fields.get(&format!("{name}Count")).and_then(Value::as_u64).filter(|count| *count > 0);
            Some(format!("{}{}", words(name), count.map(|count| format!(" {count}")).unwrap_or_default()))
        }
        Value::String(text) if name == "Other" && !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    });
    let named: Vec<_> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// A field's name in words: `NorthCarolina` is North Carolina, and `FAST` stays.
fn words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut words = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let begins = letter.is_uppercase() && before.is_some_and(|before| before.is_lowercase() || before.is_numeric());
        let number = letter.is_numeric() && before.is_some_and(char::is_alphabetic);
        let last_of_many = letter.is_uppercase()
            && before.is_some_and(char::is_uppercase)
            && letters.get(place + 1).is_some_and(|next| next.is_lowercase());
        if begins || number || last_of_many {
            words.push(' ');
        }
        words.push(*letter);
    }
    words
}

fn payment(data: &CarrierData) -> Vec<Line> {
    let mut lines = Lines::default();
    let terms = data.carrier_payment_terms.iter().flatten().filter_map(|term| term.payment_term.as_ref());
    let terms: Vec<_> = terms
        .filter_map(|term| said(&term.term).map(ToOwned::to_owned).or_else(|| Some(format!("{} days", term.days?))))
        .collect();
    lines.needed("Terms", (!terms.is_empty()).then(|| terms.join("; ")));
    let kinds = data.carrier_payment_types.iter().flatten().filter_map(|kind| kind.payment_type.as_ref());
    let mut kinds: Vec<_> = kinds.map(|kind| said(&kind.payment_type.as_ref()?.name)).collect();
    kinds.dedup();
    lines.field("Paid by", joined(kinds, ", "));
    lines.field("Payer", data.carrier_payer_type.as_ref().and_then(|payer| said(&payer.name)));
    let info = data.carrier_payment_info.as_ref();
    let factoring = data.factoring_remit.as_ref().and_then(|own| said(&own.factoring_company_name));
    lines.field("Factoring company", factoring.or(info.and_then(|info| said(&info.factoring_company_name))));
    let remit = data.carrier_remit.as_ref();
    let remit = remit.and_then(|own| {
        let place = [&own.carrier_remit_address1, &own.carrier_remit_address2, &own.carrier_remit_city];
        let rest = [&own.carrier_remit_state_province, &own.carrier_remit_zip_code, &own.carrier_remit_country];
        joined(place.into_iter().chain(rest).map(said), ", ")
    });
    lines.needed("Remit to", remit);
    lines.field("Currency", info.and_then(|info| said(&info.remit_currency)));
    lines.0
}

fn documents(data: &CarrierData) -> Vec<Line> {
    let mut lines = Lines::default();
    for kind in DocumentKind::ALL {
        let documents = data.documents(kind);
        for document in &documents {
            let date = document.date.map_or_else(|| "no date".to_owned(), |date| date.to_string());
            lines.add(&sentence(&kind.to_string()), format!("{date}, can be downloaded"), Tone::Plain);
        }
        if documents.is_empty() {
            lines.add(&sentence(&kind.to_string()), unnamed(data, kind), Tone::Doubt);
        }
    }
    let current = data.carrier_customer_agreements.iter().flatten();
    let current: Vec<_> = current.map(|own| own.on_current_customer_agreement).collect();
    lines.add("Agreement current", yes(current.into_iter().max().flatten()), Tone::Plain);
    lines.0
}

// A record without a name to download it by is not the same as no record.
fn unnamed(data: &CarrierData, kind: DocumentKind) -> &'static str {
    let some = match kind {
        DocumentKind::W9 => data.carrier_w9_forms.iter().flatten().next().is_some(),
        DocumentKind::Agreement => data.carrier_customer_agreements.iter().flatten().next().is_some(),
        _ => {
            let details = data.assure_advantage.iter().flatten().filter_map(|entry| entry.carrier_details.as_ref());
            details
                .filter_map(|own| own.cert_data.as_ref())
                .any(|own| own.certificate.iter().flatten().next().is_some())
        }
    };
    if some { "on file, but cannot be downloaded" } else { "none on file" }
}

#[cfg(test)]
mod tests;
