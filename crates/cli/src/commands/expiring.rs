//! `monitor expiring`: which coverages of the monitored carriers end soon, have ended, or end nobody knows when.

use crate::context::{Context, Read};
use crate::failure::Result;
use crate::output::Form;
use crate::output::view::{Column, Kind, View};
use crate::times;
use clap::Args;
use jiff::civil::Date;
use jiff::{Span, ToSpan as _, ZonedDateTime};
use mycarrierpackets::models::{CarrierDetails, Coverage};
use mycarrierpackets::types::{CoverageType, MoneyText};
use serde::Serialize;

/// What every carrier should have.
const NEEDED: [CoverageType; 2] = [CoverageType::Auto, CoverageType::Cargo];

#[derive(Args, Debug)]
pub struct Expiring {
    /// How far to look ahead from today, in days or weeks: 30d, 2w
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = times::days)]
    within: i32,
}

/// How a coverage stands, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It has ended, or ends today.
    Expired,
    /// It ends within the time asked for.
    Expiring,
    /// There is a policy, and its end is not known.
    Unknown,
    /// There is no policy of a kind that every carrier should have.
    Missing,
}

/// A coverage of a carrier.
#[derive(Debug, Serialize)]
struct Row {
    state: State,
    ends: Option<Date>,
    days_left: Option<i32>,
    dot_number: Option<String>,
    docket_number: Option<String>,
    name: Option<String>,
    coverage: String,
    limit: Option<String>,
    insurer: Option<String>,
    note: Option<String>,
}

impl Expiring {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let today = ZonedDateTime::now().date();
        let until = today.saturating_add(self.within.days());
        let pager = context.client()?.monitoring().data();
        let mut found = Vec::new();
        let read = Read::all(&context.global, pager, "carriers", |carriers| {
            found.extend(carriers.iter().flat_map(|carrier| rows(carrier, today)));
            Ok(())
        });
        let read = read.await?;
        found.retain(|row| row.state != State::Expiring || row.ends.is_some_and(|day| day <= until));
        found.sort_by(|a, b| (a.state, a.ends, &a.name, &a.coverage).cmp(&(b.state, b.ends, &b.name, &b.coverage)));
        let mut rows = context.output.rows(&EXPIRING);
        found.iter().try_for_each(|row| rows.push(row))?;
        rows.end()?;
        let count = |state| found.iter().filter(|row| row.state == state).count();
        if context.output.form == Form::Table {
            context.remark(&format!(
                "{} carriers; coverages: {} expired, {} ending by {until}, {} without a known end, {} missing",
                read.report.items,
                count(State::Expired),
                count(State::Expiring),
                count(State::Unknown),
                count(State::Missing),
            ));
        }
        context.judge(read, "carriers")
    }
}

/// A row for each kind of coverage that the carrier has or should have.
fn rows(carrier: &CarrierDetails, today: Date) -> Vec<Row> {
    let certificates = carrier.cert_data.iter().flat_map(|data| data.certificate.iter().flatten());
    let coverages: Vec<_> = certificates.flat_map(|certificate| certificate.coverage.iter().flatten()).collect();
    let mut kinds: Vec<Option<&CoverageType>> = Vec::new();
    for coverage in &coverages {
        let kind = coverage.type_.as_ref().filter(|kind| !kind.as_str().trim().is_empty());
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let has = |needed: &CoverageType| {
        let broader = (*needed == CoverageType::Cargo).then_some(&CoverageType::CargoLiabilityWithReferBreakdown);
        kinds.iter().flatten().any(|kind| *kind == needed || Some(*kind) == broader)
    };
    let missing: Vec<_> = NEEDED.iter().filter(|needed| !has(needed)).collect();
    let own = kinds.iter().map(|kind| {
        let of_kind = |coverage: &&&Coverage| match kind {
            Some(kind) => coverage.type_.as_ref() == Some(kind),
            None => coverage.type_.as_ref().is_none_or(|kind| kind.as_str().trim().is_empty()),
        };
        // What covers the carrier longest; a policy whose end is not known counts as the shortest.
        let longest = coverages.iter().filter(of_kind).max_by_key(|coverage| coverage.insured_until());
        row(carrier, *kind, longest.copied(), today)
    });
    own.chain(missing.into_iter().map(|needed| row(carrier, Some(needed), None, today))).collect()
}

fn row(carrier: &CarrierDetails, kind: Option<&CoverageType>, policy: Option<&Coverage>, today: Date) -> Row {
    let of_policy = policy.map(Coverage::insured_until);
    // A broader coverage may last longer than the policy of this very kind.
    let ends = kind.map(|kind| carrier.insured_until(kind.clone())).max(of_policy).and_then(|until| until.date());
    let (state, note) = match (ends, policy) {
        (Some(day), _) if day <= today => (State::Expired, policy.and_then(|policy| cancelled(policy, day))),
        (Some(day), _) => (State::Expiring, policy.and_then(|policy| cancelled(policy, day))),
        (None, Some(policy)) => (State::Unknown, Some(why_unknown(policy))),
        (None, None) => (State::Missing, Some("no policy of this kind is on file".to_owned())),
    };
    // Where a broader policy lasts longer, limit and insurer of this one would mislead.
    let policy = policy.filter(|policy| policy.insured_until().date() == ends);
    let text = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned);
    let identity = carrier.identity.as_ref();
    Row {
        state,
        ends,
        days_left: ends.and_then(|day| today.until(day).ok()).map(|left: Span| left.get_days()),
        dot_number: text(carrier.dot_number.as_ref().and_then(|dot| dot.value.as_deref())),
        docket_number: text(carrier.docket_number.as_ref().map(AsRef::as_ref)),
        name: text(identity.and_then(|identity| identity.legal_name.as_deref())),
        coverage: kind.map_or("unnamed", CoverageType::as_str).to_owned(),
        limit: text(policy.and_then(|policy| policy.coverage_limit.as_ref()).map(MoneyText::as_str)),
        insurer: text(policy.and_then(|policy| policy.insurer_name.as_deref())),
        note,
    }
}

fn cancelled(policy: &Coverage, ends: Date) -> Option<String> {
    let day = policy.cancellation_date.as_ref()?.date()?;
    (day == ends).then(|| "cancelled".to_owned())
}

fn why_unknown(policy: &Coverage) -> String {
    match policy.expiration_date.as_ref().map(|text| (text.as_str(), text.read())) {
        None | Some((_, Ok(None))) => "the expiry date is missing".to_owned(),
        Some((text, Err(_))) => format!("the expiry date cannot be read: \"{text}\""),
        Some((_, Ok(Some(_)))) => {
            let text = policy.cancellation_date.as_ref().map_or("", |text| text.as_str());
            format!("the cancellation date cannot be read: \"{text}\"")
        }
    }
}

static EXPIRING: View = View {
    columns: &[
        Column::text("State", "state"),
        Column::text("Ends", "ends"),
        Column::new("Days", "days_left", Kind::Number),
        Column::text("DOT", "dot_number"),
        Column::text("Docket", "docket_number"),
        Column::text("Name", "name"),
        Column::text("Coverage", "coverage"),
        Column::new("Limit", "limit", Kind::Number),
        Column::text("Insurer", "insurer"),
        Column::text("Note", "note"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::{Value, from_value, json};

    const TODAY: Date = date(2026, 11, 30);

    /// State, coverage, end and note of each row.
    fn shown(policies: &Value) -> Vec<String> {
        let carrier = json!({"CertData": {"Certificate": [{"Coverage": policies}]}});
        let carrier: CarrierDetails = from_value(carrier).unwrap();
        let row = |row: Row| {
            let end = row.ends.map(|day| day.to_string()).unwrap_or_default();
            format!("{:?} {} {end} {}", row.state, row.coverage, row.note.unwrap_or_default()).trim().to_owned()
        };
        rows(&carrier, TODAY).into_iter().map(row).collect()
    }

    fn policy(kind: &str, expires: &str) -> Value {
        json!({"type": kind, "expirationDate": expires})
    }

    #[test]
    fn each_kind_has_one_row_by_its_latest_end() {
        let policies = json!([
            policy("Auto", "2025-01-01"),
            policy("Auto", "2027-06-23"),
            policy("General", "2026-11-30"),
            policy("Cargo", "2026-12-01"),
        ]);
        let expected = ["Expiring Auto 2027-06-23", "Expired General 2026-11-30", "Expiring Cargo 2026-12-01"];
        assert_eq!(shown(&policies), expected);
    }

    #[test]
    fn what_is_not_known_is_a_row() {
        let none = "no policy of this kind is on file";
        let both = [format!("Missing Auto  {none}"), format!("Missing Cargo  {none}")];
        assert_eq!(shown(&json!([])), both);
        assert_eq!(rows(&CarrierDetails::default(), TODAY).len(), 2);
        for (policy, why) in [
            (policy("Auto", ""), "the expiry date is missing"),
            (policy("Auto", "0000-00-00"), "the expiry date is missing"),
            (json!({"type": "Auto"}), "the expiry date is missing"),
            (policy("Auto", "soon"), "the expiry date cannot be read: \"soon\""),
            (
                json!({"type": "Auto", "expirationDate": "2027-01-01", "cancellationDate": "May"}),
                "the cancellation date cannot be read: \"May\"",
            ),
        ] {
            assert_eq!(shown(&json!([policy]))[0], format!("Unknown Auto  {why}"), "{policy}");
        }
        assert_eq!(shown(&json!([{"expirationDate": "2027-01-01"}]))[0], "Expiring unnamed 2027-01-01");
        assert_eq!(shown(&json!([{"type": " "}]))[0], "Unknown unnamed  the expiry date is missing");
    }

    #[test]
    fn a_cancelled_policy_ends_when_it_is_cancelled() {
        let policies = json!([{"type": "Auto", "expirationDate": "2027-06-23", "cancellationDate": "2026-05-01"}]);
        assert_eq!(shown(&policies)[0], "Expired Auto 2026-05-01 cancelled");
    }

    #[test]
    fn cargo_may_be_covered_by_a_broader_policy() {
        let broader = "Cargo Liability w/ Refer Breakdown";
        let policies = json!([policy("Auto", "2027-01-01"), policy(broader, "2027-02-01")]);
        assert_eq!(shown(&policies)[1..], [format!("Expiring {broader} 2027-02-01")]);
        let policies =
            json!([policy("Auto", "2027-01-01"), policy("Cargo", "2025-01-01"), policy(broader, "2027-02-01")]);
        assert_eq!(shown(&policies)[1], "Expiring Cargo 2027-02-01");
    }
}
