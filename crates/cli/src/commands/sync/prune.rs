//! `sync prune`: take out what is old.

use super::place::{Whose, failure};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::view::{Column, Kind, View};
use clap::{Args, ValueEnum};
use jiff::{Span, ZonedDateTime};
use mycarrierpackets_sync::retention::{Retention, prune};
use std::time::Duration;

#[derive(Args, Debug)]
pub struct Prune {
    #[command(flatten)]
    whose: Whose,
    /// How old, such as 2y, 18mo or 90d
    #[arg(long, value_name = "AGE")]
    older_than: String,
    /// What is taken out, if not all of it
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    only: Vec<Table>,
    /// Say how much it would be, and take nothing out
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Table {
    /// Versions of carriers that were replaced before, and the changes that led to them
    Versions,
    /// Events that were delivered
    Events,
    /// Notes of what was read when
    Coverage,
    /// Identities of rows that are not read again
    Identities,
}

impl Prune {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let age = age(&self.older_than)?;
        let of = |table: Table| (self.only.is_empty() || self.only.contains(&table)).then_some(age);
        let retention = Retention {
            versions: of(Table::Versions),
            events: of(Table::Events),
            coverage: of(Table::Coverage),
            identities: of(Table::Identities),
        };
        let store = self.whose.open().await?;
        let pruned = prune(&store, self.whose.customer(), &retention, self.dry_run).await.map_err(failure)?;
        if self.dry_run {
            context.remark("dry run: nothing was taken out");
        }
        context.output.record(&pruned, &PRUNED)
    }
}

fn age(text: &str) -> Result<Duration> {
    let refused = || Failure::usage(format!("--older-than: `{text}` is not an age"), "Write 2y, 18mo or 90d.");
    let span: Span = text.parse().map_err(|_| refused())?;
    let now = ZonedDateTime::now();
    let then = now.checked_sub(span).map_err(|_| refused())?;
    Duration::try_from(now.timestamp().duration_since(then.timestamp()))
        .ok()
        .filter(|age| !age.is_zero())
        .ok_or_else(refused)
}

static PRUNED: View = View {
    columns: &[
        Column::new("Versions", "versions", Kind::Number),
        Column::new("Events", "events", Kind::Number),
        Column::new("Reads", "coverage", Kind::Number),
        Column::new("Identities", "identities", Kind::Number),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_span_before_now() {
        let days = |text: &str| age(text).unwrap().as_secs() / 86_400;
        assert!((729..=732).contains(&days("2y")) && (88..=91).contains(&days("90d")));
        for text in ["", "2", "-2y", "0d", "years", "99999y"] {
            assert_eq!(age(text).unwrap_err().exit_code(), 2, "{text}");
        }
    }
}
