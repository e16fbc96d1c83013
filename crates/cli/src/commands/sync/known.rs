//! What was known of a carrier, when, and what shows it.

use super::place::{Whose, failure};
use super::times::read_time;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::ids::One;
use crate::output::Form;
use crate::output::view::{Column, Kind, View, local};
use crate::text::printable;
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::history::{self, Evidence, Known, Listing, Standing, Watch, Watching};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;

#[derive(Args, Debug)]
pub struct Since {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    one: One,
    /// Only what was observed at this time or later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
}

#[derive(Args, Debug)]
pub struct At {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    one: One,
    /// The moment, such as 2026-11-20T14:00-06:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: String,
}

impl Since {
    pub async fn history(&self, context: &mut Context) -> Result<()> {
        let id = self.one.carrier()?;
        let since = self.since.as_deref().map(|text| read_time("since", text)).transpose()?;
        let since = since.map_or(i64::MIN, Timestamp::as_microsecond);
        let store = self.whose.open().await?;
        let read = async |tx| {
            let carrier = history::find(&tx, self.whose.customer(), &id).await?;
            let entries = history::history(&tx, self.whose.customer(), &carrier, i64::MIN).await?;
            Ok::<_, Error>((carrier, entries))
        };
        let (carrier, entries) = store.read(read).await.map_err(failure)?;
        if entries.is_empty() {
            return Err(unknown(&format!("nothing is known of {carrier}")));
        }
        let mut rows = context.output.rows(&HISTORY);
        for entry in entries.iter().filter(|entry| entry.observed_at.as_microsecond() >= since) {
            rows.push(entry)?;
        }
        rows.end()
    }
}

/// A carrier as it was known.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AsOf<'a> {
    carrier: &'a str,
    at: Timestamp,
    parts: Vec<PartOf<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartOf<'a> {
    section: &'a str,
    #[serde(flatten)]
    known: &'a Known,
}

#[derive(Serialize)]
struct Field<'a> {
    section: &'a str,
    path: String,
    value: Value,
}

impl At {
    pub async fn as_of(&self, context: &mut Context) -> Result<()> {
        let evidence = self.evidence_of().await?;
        let parts = evidence.parts.iter().filter_map(|part| {
            // What came under another name of the carrier since is in force instead.
            let known = part.known.as_ref().filter(|known| known.replaced_at.is_none_or(|at| at > evidence.at))?;
            Some(PartOf { section: &part.section, known })
        });
        let as_of = AsOf { carrier: &evidence.carrier, at: evidence.at, parts: parts.collect() };
        let fields: Vec<Field<'_>> = as_of
            .parts
            .iter()
            .flat_map(|part| {
                let document = part.known.document.iter().flat_map(history::fields);
                document.map(|(path, value)| Field { section: part.section, path, value })
            })
            .collect();
        context.output.list_in(&as_of, &fields, &FIELDS)?;
        judged(&evidence)
    }

    pub async fn evidence(&self, context: &mut Context) -> Result<()> {
        let evidence = self.evidence_of().await?;
        let lines = match context.output.form {
            Form::Table => lines(&evidence, &context.output.zone),
            _ => String::new(),
        };
        context.output.record_or(&evidence, &EVIDENCE, &lines)?;
        judged(&evidence)
    }

    async fn evidence_of(&self) -> Result<Evidence> {
        let id = self.one.carrier()?;
        let at = read_time("at", &self.at)?.as_microsecond();
        let store = self.whose.open().await?;
        let read = async |tx| {
            let carrier = history::find(&tx, self.whose.customer(), &id).await?;
            history::evidence(&tx, self.whose.customer(), &carrier, at).await
        };
        store.read(read).await.map_err(failure)
    }
}

/// What was shown is no proof of anything if it was altered or not known.
fn judged(evidence: &Evidence) -> Result<()> {
    let carrier = &evidence.carrier;
    if evidence.is_broken() {
        let hint = "Compare with a copy of the store that nobody could alter; the lines above name the version.";
        return Err(Failure::io(format!("what is kept of {carrier} is not what was written"), hint));
    }
    if !evidence.is_known() {
        let pruned = evidence.parts.iter().any(|part| part.pruned_at.is_some());
        let what = if pruned { "what was known is no longer kept" } else { "nothing was known" };
        return Err(unknown(&format!("{what} of {carrier} at {}", evidence.at)));
    }
    Ok(())
}

fn unknown(what: &str) -> Failure {
    Failure::unknown(what, "See `mycarrierpackets sync history ID` and `mycarrierpackets sync status`.")
}

fn lines(evidence: &Evidence, zone: &TimeZone) -> String {
    let time = |at: Timestamp| local(&at.to_string(), zone);
    let often = |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), time);
    let mut text = format!("{} at {}\n", evidence.carrier, time(evidence.at));
    for name in evidence.names.iter().filter(|name| !name.shared) {
        let _ = writeln!(text, "also {}, known since {}", printable(&name.number), time(name.since));
    }
    if let Some(paused) = &evidence.paused {
        let _ = writeln!(text, "paused from {} until {}", time(paused.since), often(paused.until));
    }
    text.push_str("\nKnown\n");
    if evidence.parts.is_empty() {
        text.push_str("  nothing\n");
    }
    for part in &evidence.parts {
        let shown = match &part.known {
            None => "not known".to_owned(),
            Some(known) => {
                let mut shown = format!(
                    "version {} by {}, since {}, confirmed {}",
                    known.version,
                    known.operation,
                    time(known.since),
                    time(known.confirmed_at)
                );
                for (word, at) in [("and after that", known.confirmed_after), ("replaced", known.replaced_at)] {
                    if let Some(at) = at {
                        let _ = write!(shown, ", {word} {}", time(at));
                    }
                }
                shown + if known.verified { ", unaltered" } else { ", NOT WHAT WAS WRITTEN" }
            }
        };
        let _ = writeln!(text, "  {:<22}{}", printable(&part.section), printable(&shown));
    }
    text.push_str("\nLists\n");
    for list in &evidence.lists {
        let standing = standing(list, zone);
        let (before, after) = (often(list.read_at), often(list.read_again_at));
        let _ = writeln!(text, "  {:<22}{standing}; read before {before}, after {after}", list.list);
    }
    text.push_str("\nReads\n");
    for feed in &evidence.feeds {
        let (before, after) = (&feed.before, &feed.after);
        let (before, after) = (before.as_ref().map(|read| read.read_at), after.as_ref().map(|read| read.read_at));
        let covered = feed
            .covered_by
            .as_ref()
            .map(|read| format!("; the window {} to {} includes it", time(read.window_start), time(read.window_end)));
        let covered = covered.unwrap_or_default();
        let _ = writeln!(
            text,
            "  {:<22}{}; before {}, after {}{covered}{}",
            feed.feed,
            word(feed),
            often(before),
            often(after),
            failed(feed)
        );
    }
    if !evidence.lacks.is_empty() {
        text.push_str("\nNot shown\n");
    }
    for lack in &evidence.lacks {
        let _ = writeln!(text, "  {}", printable(lack));
    }
    text
}

fn standing(list: &Listing, zone: &TimeZone) -> String {
    match (list.standing, list.since) {
        (Standing::Listed, Some(since)) => {
            let before = if list.since_before { "before " } else { "" };
            format!("yes, since {before}{}", local(&since.to_string(), zone))
        }
        (Standing::Listed, None) => "yes".to_owned(),
        (Standing::NotListed, _) => "no".to_owned(),
        _ => format!("unknown, {}", list.why.as_deref().unwrap_or_default()),
    }
}

fn failed(feed: &Watch) -> String {
    match feed.failed.len() {
        0 => String::new(),
        1 => "; 1 read between failed".to_owned(),
        reads => format!("; {reads} reads between failed"),
    }
}

fn word(feed: &Watch) -> &'static str {
    match feed.state {
        Watching::Watched => "watched",
        Watching::NotConfirmed => "not confirmed",
        Watching::Gap => "in a gap",
        Watching::NotKept => "not kept",
        _ => "not watched",
    }
}

static HISTORY: View = View {
    columns: &[
        Column::new("Time", "observedAt", Kind::Time),
        Column::text("What", "kind"),
        Column::text("Event", "type"),
        Column::text("Field", "path"),
        Column::text("Old", "old"),
        Column::text("New", "new"),
        Column::text("Part", "section"),
        Column::csv_only("operation", Kind::Text),
        Column::csv_only("version", Kind::Number),
        Column::csv_only("sequence", Kind::Number),
        Column::csv_only("happenedAt", Kind::Time),
    ],
};

static FIELDS: View =
    View { columns: &[Column::text("Part", "section"), Column::text("Field", "path"), Column::text("Value", "value")] };

static EVIDENCE: View = View {
    columns: &[
        Column::text("Carrier", "carrier"),
        Column::new("At", "at", Kind::Time),
        Column::new("Known", "parts", Kind::List("section")),
        Column::new("Not shown", "lacks", Kind::List("")),
    ],
};
