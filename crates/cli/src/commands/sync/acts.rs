//! `sync acts`: what was done at the vendor, and what came of it.

use super::place::{Whose, failure};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::view::{Column, Kind, View};
use clap::Args;
use jiff::Timestamp;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::store::Tx;
use mycarrierpackets_sync::store::acts::{self, Act};
use serde::Serialize;

#[derive(Args, Debug)]
pub struct Acts {
    #[command(flatten)]
    whose: Whose,
    /// Only those that are not over: under way, or unknown
    #[arg(long)]
    open: bool,
    /// At most this many, the newest
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: u32,
    /// Note that you know how this one stands
    #[arg(long, value_name = "ACT", requires = "why")]
    clear: Option<String>,
    /// How, and how you know
    #[arg(long, value_name = "TEXT", requires = "clear")]
    why: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    act: &'a str,
    kind: acts::Kind,
    carrier: &'a str,
    state: acts::State,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    outcome: Option<&'a str>,
}

impl Shown<'_> {
    fn of(act: &Act) -> Shown<'_> {
        let time = |at: i64| Timestamp::from_microsecond(at).ok();
        Shown {
            act: &act.id,
            kind: act.kind,
            carrier: &act.carrier,
            state: act.state,
            started_at: time(act.started_at),
            ended_at: act.ended_at.and_then(time),
            outcome: act.outcome.as_deref(),
        }
    }
}

impl Acts {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let store = self.whose.open().await?;
        if let (Some(id), Some(why)) = (&self.clear, &self.why) {
            let clear = async |tx: Tx| acts::clear(&tx, self.whose.customer(), id, why).await;
            if !store.repeatable(clear).await.map_err(Error::from).map_err(failure)? {
                let hint = "Only what is unknown can be cleared: see `mycarrierpackets sync acts --open`.";
                return Err(Failure::usage(format!("there is no unknown act {id}"), hint));
            }
        }
        let list = async |tx: Tx| match self.open {
            true => acts::open(&tx, self.whose.customer()).await,
            false => acts::list(&tx, self.whose.customer(), self.limit.saturating_add(1)).await,
        };
        let found = store.read(list).await.map_err(Error::from).map_err(failure)?;
        let shown = if self.open { &found[..] } else { &found[..found.len().min(self.limit as usize)] };
        let mut rows = context.output.rows(&ACTS);
        shown.iter().try_for_each(|act| rows.push(&Shown::of(act)))?;
        rows.end()?;
        if found.len() > shown.len() {
            context.remark(&format!("there are older ones: raise --limit, which is {}", self.limit));
        }
        Ok(())
    }
}

static ACTS: View = View {
    columns: &[
        Column::text("Act", "act"),
        Column::text("What", "kind"),
        Column::text("Carrier", "carrier"),
        Column::text("State", "state"),
        Column::new("Begun", "startedAt", Kind::Time),
        Column::new("Ended", "endedAt", Kind::Time),
        Column::text("Outcome", "outcome"),
    ],
};
