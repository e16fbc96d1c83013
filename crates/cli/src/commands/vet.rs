//! `carrier vet`: one sheet of all that can be read of a carrier before it gets a load.

use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use crate::files;
use crate::ids::One;
use crate::output::Form;
use crate::output::view::{Column, View};
use crate::sheet::{self, Content, Findings, Section, Sheet};
use clap::Args;
use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use mycarrierpackets::files::Existing;
use mycarrierpackets::models::{AssociatedCarrier, AssociatedCarrierList, CarrierData, CarrierPreview};
use mycarrierpackets::resources::AssociatedQuery;
use mycarrierpackets::{Client, Error, ErrorKind};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Phone numbers and email addresses that are looked for with other carriers.
const MOST_LOOKUPS: usize = 4;

#[derive(Args, Debug)]
pub struct Vet {
    #[command(flatten)]
    carrier: One,
    /// Also write the sheet as a page to read or to print; `-` writes the page alone to standard output
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// A sheet in the making.
struct Vetting {
    today: Date,
    findings: Findings,
    sections: Vec<Section>,
    records: Map<String, Value>,
    tally: Tally,
}

impl Vet {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let id = self.carrier.carrier()?;
        let client = context.client()?;
        let carriers = client.carriers();
        // A carrier that nobody knows has no sheet, and nobody else's password would do better.
        let preview = match carriers.preview(&id).await {
            Err(error) if ends_all(&error) => return Err(error.into()),
            preview => preview,
        };
        let (data, risk, incidents) = futures::join!(carriers.get(&id), carriers.risk(&id), carriers.incidents(&id));
        let (vins, contacts) = futures::join!(carriers.vins(&id), carriers.contacts(&id));
        let associated = associated(&client, preview.as_ref().ok(), data.as_ref().ok()).await;
        let name = name(preview.as_ref().ok(), data.as_ref().ok());

        let mut vetting = Vetting {
            today: ZonedDateTime::now().date(),
            findings: Findings::default(),
            sections: Vec::new(),
            records: Map::new(),
            tally: Tally::default(),
        };
        let today = vetting.today;
        vetting.add("preview", "Status and flags", preview, sheet::preview, |findings, own| {
            findings.of_preview(own, today);
        })?;
        vetting.add("risk", "Risk", risk, sheet::risk, |findings, own| findings.of_risk(own))?;
        vetting.add("incidents", "Incidents", incidents, sheet::incidents, |findings, own| {
            findings.of_incidents(own);
        })?;
        let profile = vetting.record("profile", &data)?;
        match &data {
            Ok(data) => {
                vetting.findings.of_profile(data, today);
                vetting.sections.extend(sheet::profile(data, today));
            }
            Err(_) => vetting.not_known("profile", "Profile", profile.unwrap_or_default()),
        }
        vetting.add("vins", "Vehicles", vins, sheet::vins, |findings, own| findings.of_vins(own))?;
        vetting.add("contacts", "Contacts", contacts, sheet::contacts, |findings, own| findings.of_contacts(own))?;
        vetting.add_associated(associated)?;
        vetting.show(context, &id.to_string(), &name, self.html.as_deref())
    }
}

fn ends_all(error: &Error) -> bool {
    crate::acts::is_about_the_caller(error) || error.kind() == ErrorKind::NotFound
}

fn name(preview: Option<&CarrierPreview>, data: Option<&CarrierData>) -> String {
    let names = [preview.and_then(|own| own.company_name.as_ref()), data.and_then(|own| own.legal_name.as_ref())];
    let name = names.into_iter().flatten().map(|name| name.trim()).find(|name| !name.is_empty());
    name.unwrap_or("(no name)").to_owned()
}

impl Vetting {
    /// The section of a read: what it says, or that it could not be made.
    fn add<T: Serialize>(
        &mut self,
        key: &'static str,
        title: &'static str,
        answer: std::result::Result<T, Error>,
        lines: impl Fn(&T) -> Vec<sheet::Line>,
        find: impl FnOnce(&mut Findings, &T),
    ) -> Result<()> {
        let why = self.record(key, &answer)?;
        match &answer {
            Ok(answer) => {
                find(&mut self.findings, answer);
                self.sections.push(Section::new(title, lines(answer)));
            }
            Err(_) => self.not_known(key, title, why.unwrap_or_default()),
        }
        Ok(())
    }

    fn add_associated(&mut self, found: std::result::Result<Vec<AssociatedCarrier>, Lost>) -> Result<()> {
        let (key, title) = ("associated", "Associated carriers");
        match found {
            Ok(found) => {
                self.findings.of_associated(&found);
                self.records.insert(key.to_owned(), json!({"known": true, "data": serde_json::to_value(&found)?}));
                self.sections.push(Section::new(title, sheet::associated(&found)));
                self.tally.done();
            }
            Err(Lost { why, code }) => {
                self.records.insert(key.to_owned(), json!({"known": false, "error": why}));
                self.tally.failed(key, why.as_str(), code);
                self.not_known(key, title, why);
            }
        }
        Ok(())
    }

    /// Keeps the record of a read for programs, and counts it; the text of why there is none.
    fn record<T: Serialize>(
        &mut self,
        key: &'static str,
        answer: &std::result::Result<T, Error>,
    ) -> Result<Option<String>> {
        let (record, why) = match answer {
            Ok(answer) => {
                self.tally.done();
                (json!({"known": true, "data": without_secrets(serde_json::to_value(answer)?)}), None)
            }
            Err(error) => {
                let why = error.message();
                self.tally.failed(key, why.as_str(), Failure::from(error.clone()).exit_code());
                (json!({"known": false, "error": why}), Some(why))
            }
        };
        self.records.insert(key.to_owned(), record);
        Ok(why)
    }

    fn not_known(&mut self, key: &str, title: &'static str, why: String) {
        self.findings.unread(key, &why);
        self.sections.push(Section { title, content: Content::NotKnown(why) });
    }

    fn show(self, context: &mut Context, id: &str, name: &str, html: Option<&std::path::Path>) -> Result<()> {
        let Self { findings, sections, records, tally, .. } = self;
        let read_at = Timestamp::now().to_zoned_datetime(context.output.zone.clone());
        let read_at = read_at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string();
        let subtitle = format!("{id}, read {read_at}");
        let sheet = Sheet { title: name.to_owned(), subtitle, findings: Some(findings), sections };
        let to_stdout = html.is_some_and(files::is_stdout);
        match html {
            Some(_) if to_stdout => context.output.bytes(sheet::html::page(&sheet).as_bytes())?,
            Some(path) => files::write(context, path, sheet::html::page(&sheet).as_bytes(), Existing::Replace)?,
            None => {}
        }
        let findings = sheet.findings.clone().unwrap_or_default();
        match context.output.form {
            _ if to_stdout => {}
            Form::Table => {
                let lines = sheet::lines(&sheet, &context.frame());
                context.output.text(&lines)?;
            }
            Form::Csv => {
                let against = findings.against.iter().map(|finding| ("against", finding));
                let unknown = findings.unknown.iter().map(|finding| ("unknown", finding));
                let mut rows = context.output.rows(&FINDINGS);
                for (kind, finding) in against.chain(unknown) {
                    rows.push(&json!({"carrier": id, "kind": kind, "finding": finding}))?;
                }
                rows.end()?;
            }
            Form::Json | Form::Jsonl => {
                let verdict = findings.verdict();
                let verdict = json!({"summary": verdict, "against": findings.against, "unknown": findings.unknown});
                let record = json!({
                    "carrier": id, "name": name, "read_at": read_at, "verdict": verdict, "sections": records,
                });
                context.output.record(&record, &FINDINGS)?;
            }
        }
        tally.finish("The sections that are missing are not known; run it again for the whole sheet.")
    }
}

/// The record without bank data and tax ids, which nobody needs to vet a carrier.
fn without_secrets(value: Value) -> Value {
    const SECRET: [&str; 8] = ["Bank", "TIN", "EIN", "SSN", "AccountNumber", "RoutingNumber", "mxRFCNumber", "W9Forms"];
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, _)| !SECRET.iter().any(|secret| name.contains(secret)));
            kept.map(|(name, value)| (name, without_secrets(value))).collect()
        }
        Value::Array(elements) => elements.into_iter().map(without_secrets).collect(),
        other => other,
    }
}

/// Why something is not known.
struct Lost {
    why: String,
    code: u8,
}

/// Other carriers with a phone number or an email address of this one.
async fn associated(
    client: &Client,
    preview: Option<&CarrierPreview>,
    data: Option<&CarrierData>,
) -> std::result::Result<Vec<AssociatedCarrier>, Lost> {
    let phones = [preview.and_then(|own| own.phone.as_deref()), data.and_then(|own| own.phone.as_deref())];
    let of_preview = preview.iter().flat_map(|own| own.emails.iter().flatten()).filter_map(|own| own.email.as_deref());
    let emails = of_preview.chain(data.and_then(|own| own.email.as_deref()));
    let phones = each_once(phones.into_iter().flatten()).into_iter();
    let emails = each_once(emails).into_iter();
    let queries = phones.map(|phone| AssociatedQuery::new().phone(phone));
    let queries: Vec<_> = queries.chain(emails.map(|email| AssociatedQuery::new().email(email))).collect();
    if queries.is_empty() {
        return Err(Lost { why: "no phone number or email address is known to look for".to_owned(), code: 1 });
    }
    if queries.len() > MOST_LOOKUPS {
        let why = format!(
            "the carrier has more than {MOST_LOOKUPS} phone numbers and email addresses; look them up with \
                     `carrier associated`"
        );
        return Err(Lost { why, code: 1 });
    }
    let own = [preview.and_then(|own| own.dot_number), data.and_then(|own| own.dot_number)];
    let mut found: Vec<AssociatedCarrier> = Vec::new();
    for query in queries {
        let answer: AssociatedCarrierList = client
            .carriers()
            .associated(query)
            .await
            .map_err(|error| Lost { why: error.message(), code: Failure::from(error).exit_code() })?;
        let Some(carriers) = answer.associated_carriers else {
            return Err(Lost { why: "the answer has no list".to_owned(), code: 1 });
        };
        for carrier in carriers {
            let is_own = carrier.dot_number.is_some() && own.contains(&carrier.dot_number);
            let known = found
                .iter()
                .any(|other| other.dot_number == carrier.dot_number && other.docket_number == carrier.docket_number);
            if !is_own && !known {
                found.push(carrier);
            }
        }
    }
    Ok(found)
}

fn each_once<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts.map(str::trim).filter(|text| !text.is_empty()) {
        if !found.iter().any(|other| other.eq_ignore_ascii_case(text)) {
            found.push(text.to_owned());
        }
    }
    found
}

static FINDINGS: View = View {
    columns: &[Column::text("Carrier", "carrier"), Column::text("Kind", "kind"), Column::text("Finding", "finding")],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_kept_without_its_secrets() {
        let record = json!({
            "LegalName": "Alder LLC", "CarrierBank": {"CarrierBankName": "x"}, "CarrierTINMatchings": [{"TIN": "x"}],
            "CarrierPaymentInfo": {"BankAccountNumber": "x", "RemitCity": "Mockford"},
            "CarrierW9Forms": [{"EIN": "x"}], "FactoringRemit": {"BankRoutingNumber": "x"},
        });
        let expected =
            json!({"LegalName": "Alder LLC", "CarrierPaymentInfo": {"RemitCity": "Mockford"}, "FactoringRemit": {}});
        assert_eq!(without_secrets(record), expected);
    }

    #[test]
    fn only_an_unknown_carrier_and_a_fault_of_the_caller_end_it_all() {
        for (kind, expected) in [
            (ErrorKind::NotFound, true),
            (ErrorKind::Credentials, true),
            (ErrorKind::Unauthorized, true),
            (ErrorKind::Forbidden, false),
            (ErrorKind::Server, false),
            (ErrorKind::Timeout, false),
        ] {
            assert_eq!(ends_all(&Error::builder(kind).build()), expected, "{kind:?}");
        }
    }

    #[test]
    fn the_name_is_the_first_that_says_something() {
        let preview = |name: &str| serde_json::from_value::<CarrierPreview>(json!({"CompanyName": name})).unwrap();
        let data = |name: &str| serde_json::from_value::<CarrierData>(json!({"LegalName": name})).unwrap();
        for (one, other, expected) in
            [(" Alder ", "Birch", "Alder"), (" ", "Birch", "Birch"), ("Alder", "", "Alder"), ("", " ", "(no name)")]
        {
            assert_eq!(name(Some(&preview(one)), Some(&data(other))), expected);
        }
        assert_eq!(name(None, Some(&data("Birch"))), "Birch");
        assert_eq!(name(None, None), "(no name)");
        assert_eq!(each_once([" a@b.example", "A@B.example ", " ", "c"].into_iter()), ["a@b.example", "c"]);
    }
}
