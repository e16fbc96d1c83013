//! Has events that were parked delivered again.

use super::place::{Whose, failure};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::view::{Column, Kind, View};
use clap::Args;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::store::{self, Tx, deliveries};
use serde::Serialize;

#[derive(Args, Debug)]
pub struct Requeue {
    #[command(flatten)]
    whose: Whose,
    /// Only for this sink, by the name that `sync status` shows
    #[arg(long, value_name = "NAME")]
    sink: Option<String>,
    #[command(flatten)]
    which: Which,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Which {
    /// The event with this id
    #[arg(long, value_name = "ID")]
    event: Option<String>,
    /// Every event that is parked
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Requeued {
    sink: String,
    requeued: u64,
}

impl Requeue {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let store = self.whose.open().await?;
        let event = self.which.event.as_deref();
        let requeue = async |tx: Tx| {
            let sinks = match &self.sink {
                Some(sink) => vec![sink.clone()],
                None => deliveries::sinks(&tx).await?,
            };
            let mut done = Vec::new();
            for sink in sinks {
                let requeued = deliveries::requeue(&tx, self.whose.customer(), &sink, event).await?;
                done.push(Requeued { sink, requeued });
            }
            Ok::<_, store::Error>(done)
        };
        let done = store.repeatable(requeue).await.map_err(Error::from).map_err(failure)?;
        let count: u64 = done.iter().map(|sink| sink.requeued).sum();
        if let Some(event) = event.filter(|_| count == 0) {
            let hint = "`mycarrierpackets sync status` shows how many are parked, and why.";
            return Err(Failure::unknown(format!("no event {event} is parked"), hint));
        }
        context.remark(&format!("{count} events are due again; `mycarrierpackets sync run` delivers them"));
        context.output.list_in(&done, &done, &REQUEUED)
    }
}

static REQUEUED: View =
    View { columns: &[Column::text("Sink", "sink"), Column::new("Due again", "requeued", Kind::Number)] };
