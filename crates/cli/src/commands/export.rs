//! `packet export`: what accounts payable need to know of each carrier.

use crate::acts::is_about_the_caller;
use crate::context::{Context, Read};
use crate::failure::{Failure, Result, Tally};
use crate::ids::Many;
use crate::output::view::{Column, Kind, View};
use crate::roster::{self, Identity};
use clap::Args;
use futures::{StreamExt as _, stream};
use mycarrierpackets::Client;
use mycarrierpackets::models::{CarrierData, MonitoredCarrier, W9Form};
use mycarrierpackets::types::{CarrierId, Redacted};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("whose").args(["file", "all_monitored"]))]
pub struct Export {
    #[command(flatten)]
    carriers: Many,
    /// The carriers of this file, as `monitor reconcile` reads them; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ids", "dot", "docket", "intrastate"])]
    file: Option<PathBuf>,
    /// All monitored carriers
    #[arg(long, conflicts_with_all = ["ids", "dot", "docket", "intrastate"])]
    all_monitored: bool,
    /// Add the tax ids of the W-9 forms; treat the result as confidential
    #[arg(long)]
    include_tax_ids: bool,
}

/// Where the money of a carrier goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum PayTo {
    /// A factoring company is named.
    FactoringCompany,
    /// None is named, and the carrier has a remit-to address.
    Carrier,
    /// Neither is on file, or it is not clear which factoring company.
    Unknown,
}

/// A carrier as accounts payable see it. It has no field for bank data.
#[derive(Debug, Serialize)]
struct Payable {
    carrier: String,
    dot_number: Option<String>,
    docket_number: Option<String>,
    name: Option<String>,
    pay_to: PayTo,
    remit_address1: Option<String>,
    remit_address2: Option<String>,
    remit_city: Option<String>,
    remit_state: Option<String>,
    remit_zip: Option<String>,
    remit_country: Option<String>,
    remit_email: Option<String>,
    factoring_company: Option<String>,
    factoring_address1: Option<String>,
    factoring_address2: Option<String>,
    factoring_city: Option<String>,
    factoring_state: Option<String>,
    factoring_zip: Option<String>,
    factoring_country: Option<String>,
    factoring_email: Option<String>,
    factoring_phone: Option<String>,
    terms: Option<String>,
    currency: Option<String>,
    note: Option<String>,
    #[serde(flatten)]
    tax: Option<Tax>,
}

#[derive(Debug, Serialize)]
struct Tax {
    tax_name: Option<String>,
    tax_id_kind: Option<&'static str>,
    tax_id: Option<String>,
}

impl Export {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let client = context.client()?;
        let (carriers, read) = self.whose(context, &client).await?;
        let view = if self.include_tax_ids { &WITH_TAX } else { &PAYABLES };
        let total = carriers.len();
        let calls = stream::iter(carriers).map(|carrier| {
            let client = client.clone();
            async move { (client.carriers().get(&carrier).await, carrier) }
        });
        let mut answers = std::pin::pin!(calls.buffered(context.global.pages_ahead()));
        let mut rows = context.output.rows(view);
        let mut tally = Tally::default();
        while let Some((answer, carrier)) = answers.next().await {
            match answer {
                Ok(data) => {
                    rows.push(&payable(&carrier, &data, self.include_tax_ids))?;
                    tally.done();
                }
                // Nobody else would fare better.
                Err(error) if total == 1 || tally.nothing_done() && is_about_the_caller(&error) => {
                    return Err(error.into());
                }
                Err(error) => tally.failed(&carrier, error.message(), Failure::from(error).exit_code()),
            }
        }
        rows.end()?;
        if total == 0 {
            context.none_of("monitored carriers", 0);
        }
        tally.finish("Run it again for these only; the rows of the others are complete.")?;
        read.map_or(Ok(()), |read| context.judge(read, "monitored carriers"))
    }

    async fn whose(&self, context: &Context, client: &Client) -> Result<(Vec<CarrierId>, Option<Read>)> {
        if let Some(file) = &self.file {
            let roster = roster::read(file)?;
            context.remark(&format!("The file was read as follows: {}.", roster.report));
            return Ok((roster.carriers.into_iter().map(Identity::into_id).collect(), None));
        }
        if !self.all_monitored {
            return Ok((self.carriers.carriers()?, None));
        }
        let (mut carriers, mut nameless) = (Vec::new(), 0);
        let read = Read::all(&context.global, client.monitoring().list(), "monitored carriers", |monitored| {
            for carrier in &monitored {
                match id(carrier) {
                    Some(id) => carriers.push(id),
                    None => nameless += 1,
                }
            }
            Ok(())
        });
        let read = read.await?;
        if nameless > 0 {
            let what = format!("{nameless} monitored carriers have no number to read them by");
            return Err(Failure::usage(what, "Look at `mycarrierpackets monitor list`, and give a file of carriers."));
        }
        Ok((carriers, Some(read)))
    }
}

fn id(carrier: &MonitoredCarrier) -> Option<CarrierId> {
    let docket = carrier.docket_number.as_ref().and_then(|docket| docket.docket());
    CarrierId::from_parts(carrier.dot_number, docket, None)
        .ok()
        .or_else(|| CarrierId::intrastate(carrier.intrastate_number.as_deref()?).ok())
}

fn payable(carrier: &CarrierId, data: &CarrierData, with_tax: bool) -> Payable {
    let (remit, info) = (data.carrier_remit.as_ref(), data.carrier_payment_info.as_ref());
    let factoring = data.factoring_remit.as_ref();
    // The address of payments is in one of two records; parts of both would make a third one.
    let of_remit = remit.is_some_and(|remit| text(&remit.carrier_remit_address1).is_some());
    let remit = remit.filter(|_| of_remit);
    let info_address = info.filter(|_| !of_remit);
    macro_rules! either {
        ($a:ident, $b:ident) => {
            remit.and_then(|remit| text(&remit.$a)).or_else(|| info_address.and_then(|info| text(&info.$b)))
        };
    }
    macro_rules! of_factoring {
        ($field:ident) => {
            factoring.and_then(|factoring| text(&factoring.$field))
        };
    }
    let remit_address1 = either!(carrier_remit_address1, remit_address1);
    let remit_email = either!(carrier_remit_email, remit_email);
    let names = [of_factoring!(factoring_company_name), info.and_then(|info| text(&info.factoring_company_name))];
    let names: Vec<_> = names.into_iter().flatten().collect();
    let disagree = names.iter().any(|name| !name.eq_ignore_ascii_case(&names[0]));
    let payer = data.carrier_payer_type.as_ref().and_then(|payer| text(&payer.name)).unwrap_or_default();
    let nameless = names.is_empty() && payer.to_ascii_lowercase().contains("factoring");
    let (pay_to, note) = if disagree {
        (PayTo::Unknown, Some(format!("two factoring companies are named: {}", names.join(", "))))
    } else if nameless {
        (PayTo::Unknown, Some("a factoring company is paid, and none is named".to_owned()))
    } else if !names.is_empty() {
        let note = of_factoring!(factoring_remit_address).is_none();
        (PayTo::FactoringCompany, note.then(|| "no address of the factoring company is on file".to_owned()))
    } else if remit_address1.is_some() {
        (PayTo::Carrier, None)
    } else {
        (PayTo::Unknown, Some("no remit-to address is on file".to_owned()))
    };
    let (tax, of_tax) = with_tax.then(|| tax(data)).unzip();
    let notes: Vec<_> = [note, of_tax.flatten()].into_iter().flatten().collect();
    Payable {
        carrier: carrier.to_string(),
        dot_number: data.dot_number.map(|dot| dot.to_string()),
        docket_number: text(&data.mc_number).or_else(|| text(&data.docket_number)),
        name: text(&data.legal_name),
        pay_to,
        remit_address1,
        remit_address2: either!(carrier_remit_address2, remit_address2),
        remit_city: either!(carrier_remit_city, remit_city),
        remit_state: either!(carrier_remit_state_province, remit_state),
        remit_zip: either!(carrier_remit_zip_code, remit_zip_code),
        remit_country: either!(carrier_remit_country, remit_country),
        remit_email,
        factoring_company: names.first().cloned(),
        factoring_address1: of_factoring!(factoring_remit_address),
        factoring_address2: of_factoring!(factoring_remit_address2),
        factoring_city: of_factoring!(factoring_remit_city),
        factoring_state: of_factoring!(factoring_remit_state_province),
        factoring_zip: of_factoring!(factoring_remit_zipcode),
        factoring_country: of_factoring!(factoring_remit_country),
        factoring_email: of_factoring!(factoring_remit_email),
        factoring_phone: of_factoring!(factoring_phone),
        terms: terms(data),
        currency: info.and_then(|info| text(&info.remit_currency)),
        note: (!notes.is_empty()).then(|| notes.join("; ")),
        tax,
    }
}

fn terms(data: &CarrierData) -> Option<String> {
    let terms = data.carrier_payment_terms.iter().flatten().filter_map(|term| term.payment_term.as_ref());
    let named: Vec<_> =
        terms.filter_map(|term| text(&term.term).or_else(|| Some(format!("{} days", term.days?)))).collect();
    (!named.is_empty()).then(|| named.join("; "))
}

/// The tax id of the form in force, and what is odd about it. Of a form that was replaced, the number may be another
/// company's.
fn tax(data: &CarrierData) -> (Tax, Option<String>) {
    let forms: Vec<_> = data.carrier_w9_forms.iter().flatten().filter(|form| form.is_active == Some(true)).collect();
    let signed = |form: &W9Form| form.signature_date.as_ref().and_then(|date| date.instant());
    let newest = forms.iter().copied().max_by_key(|form| signed(form));
    let alike = |form: &W9Form| tax_id(form).map(|(kind, id)| (kind, id.replace(|c: char| !c.is_ascii_digit(), "")));
    let last: Vec<_> = forms.iter().filter(|form| newest.map(signed) == Some(signed(form))).collect();
    let disagree = newest.is_some_and(|own| forms.iter().any(|form| alike(form) != alike(own)));
    // Of forms that were signed at one time, or nobody knows when, none is the one to go by.
    let nobody_knows = newest.is_some_and(|own| last.iter().any(|form| alike(form) != alike(own)));
    let note = disagree.then(|| {
        let which = if nobody_knows {
            "and none was signed last: none is given"
        } else {
            "that of the one signed last is given"
        };
        format!("{} W-9 forms in force have different tax ids, {which}", forms.len())
    });
    let form = newest.filter(|_| !nobody_knows);
    let id = form.and_then(tax_id);
    let tax = Tax {
        tax_name: form.and_then(|form| text(&form.full_name)),
        tax_id_kind: id.as_ref().map(|(kind, _)| *kind),
        tax_id: id.map(|(_, id)| id),
    };
    (tax, note)
}

/// The tax id of a form, with its kind.
fn tax_id(form: &W9Form) -> Option<(&'static str, String)> {
    let exposed = |id: &Option<Redacted>| id.as_ref().map(Redacted::expose).map(str::trim).map(ToOwned::to_owned);
    let exposed = |id: &Option<Redacted>| exposed(id).filter(|id| !id.is_empty());
    exposed(&form.ein).map(|id| ("EIN", id)).or_else(|| exposed(&form.ssn).map(|id| ("SSN", id)))
}

fn text(text: &Option<impl AsRef<str>>) -> Option<String> {
    let text = text.as_ref().map(|text| text.as_ref().trim().to_owned());
    text.filter(|text| !text.is_empty())
}

macro_rules! payables {
    ($($more:expr),*) => {
        View {
            columns: &[
                Column::csv_only("carrier", Kind::Text),
                Column::text("DOT", "dot_number"),
                Column::text("Docket", "docket_number"),
                Column::text("Name", "name"),
                Column::text("Pay to", "pay_to"),
                Column::csv_only("remit_address1", Kind::Text),
                Column::csv_only("remit_address2", Kind::Text),
                Column::text("Remit city", "remit_city"),
                Column::text("State", "remit_state"),
                Column::csv_only("remit_zip", Kind::Text),
                Column::csv_only("remit_country", Kind::Text),
                Column::csv_only("remit_email", Kind::Text),
                Column::text("Factoring company", "factoring_company"),
                Column::csv_only("factoring_address1", Kind::Text),
                Column::csv_only("factoring_address2", Kind::Text),
                Column::csv_only("factoring_city", Kind::Text),
                Column::csv_only("factoring_state", Kind::Text),
                Column::csv_only("factoring_zip", Kind::Text),
                Column::csv_only("factoring_country", Kind::Text),
                Column::csv_only("factoring_email", Kind::Text),
                Column::csv_only("factoring_phone", Kind::Text),
                Column::text("Terms", "terms"),
                Column::text("Currency", "currency"),
                Column::text("Note", "note"),
                $($more),*
            ],
        }
    };
}

static PAYABLES: View = payables!();

static WITH_TAX: View = payables!(
    Column::csv_only("tax_name", Kind::Text),
    Column::text("Tax id of", "tax_id_kind"),
    Column::text("Tax id", "tax_id")
);

#[cfg(test)]
mod tests;
