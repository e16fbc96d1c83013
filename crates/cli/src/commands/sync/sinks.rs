//! `sync sinks`: where the events of a store go.

use super::place::{Place, failure};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::view::{Column, Kind, View};
use clap::{Args, Subcommand};
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::status::{self, SinkOverview};
use mycarrierpackets_sync::store::{self, Tx, deliveries};

/// Where the events of a store go; `sync run` adds a sink when it first delivers to it
#[derive(Debug, Subcommand)]
pub enum Sinks {
    /// List the sinks, and what waits for each
    #[command(after_help = "Example:\n  mycarrierpackets sync sinks list --output json")]
    List(Place),
    /// Deliver to a sink no longer; the events stay in the store
    #[command(after_help = REMOVE)]
    Remove(Remove),
}

const REMOVE: &str = "\
While a sink is in the store every event waits for it, whether or not anybody delivers there. A worker that does ends. One
that delivers to a sink of this name later gets every event of the store.

Example:
  mycarrierpackets sync sinks remove jsonl";

#[derive(Args, Debug)]
pub struct Remove {
    #[command(flatten)]
    place: Place,
    /// The sink, by the name that `sync sinks list` shows
    #[arg(value_name = "NAME")]
    name: String,
    /// Remove it although events wait for it or are parked, which are never delivered then: there is no way back
    #[arg(long)]
    undelivered: bool,
}

impl Sinks {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        match self {
            Self::List(place) => {
                let store = place.open().await?;
                let list = store.read(async |tx: Tx| status::overview(&tx).await).await;
                let sinks = list.map_err(Error::from).map_err(failure)?.sinks;
                context.output.list_in(&sinks, &sinks, &SINKS)
            }
            Self::Remove(remove) => remove.run(context).await,
        }
    }
}

impl Remove {
    async fn run(&self, context: &Context) -> Result<()> {
        let store = self.place.open().await?;
        let remove = async |tx: Tx| {
            let left = status::overview(&tx).await?.sinks.into_iter().find(|sink| sink.sink == self.name);
            let undelivered = left.as_ref().is_some_and(|sink| sink.waiting + sink.parked > 0);
            if self.undelivered || !undelivered {
                deliveries::remove_sink(&tx, &self.name).await?;
            }
            Ok::<_, store::Error>(left)
        };
        let left = store.repeatable(remove).await.map_err(Error::from).map_err(|error| self.unknown(error))?;
        let Some(SinkOverview { waiting, parked, .. }) = left else { return Ok(()) };
        if waiting + parked > 0 && !self.undelivered {
            let what = format!("{} is not removed: {waiting} events wait for it, and {parked} are parked", self.name);
            return Err(Failure::usage(
                what,
                "Deliver them with `mycarrierpackets sync run`, or drop them with --undelivered.",
            ));
        }
        context.remark(&format!("{} is removed; {waiting} events waited for it, and {parked} were parked", self.name));
        Ok(())
    }

    fn unknown(&self, error: Error) -> Failure {
        match error {
            Error::Store(error) if error.kind() == store::ErrorKind::Missing => {
                Failure::unknown(error.message(), "`mycarrierpackets sync sinks list` shows the names.")
            }
            error => failure(error),
        }
    }
}

static SINKS: View = View {
    columns: &[
        Column::text("Sink", "sink"),
        Column::new("Waiting", "waiting", Kind::Number),
        Column::new("Parked", "parked", Kind::Number),
        Column::new("Oldest waits (s)", "oldestSeconds", Kind::Number),
        Column::text("Error", "error"),
    ],
};
