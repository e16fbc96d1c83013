//! `sync`: a copy of your own of what the vendor knows, and every change once.

mod acts;
mod all;
mod customers;
mod cut;
mod documents;
mod export;
mod fields;
mod key;
mod known;
mod outlet;
mod page;
pub mod place;
mod prune;
mod reconcile;
mod requeue;
mod run;
mod sinks;
mod status;
mod times;
mod turn;

use crate::context::Context;
use crate::failure::Result;
use crate::output::view::{Column, Kind, View};
use clap::Subcommand;
use mycarrierpackets_sync::store::{Tx, customers as stored, events};
use mycarrierpackets_sync::{Error, Event};
use place::{CUSTOMER, Place, Whose, failure};

/// Keep a copy of your own of what the vendor knows, and hear of every change once
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a store; one that exists stays as it is, and goes on if it was paused
    #[command(after_help = "Example:\n  mycarrierpackets sync init --store sqlite:carriers.db")]
    Init(Place),
    /// Read what is due, keep it, and hand on every event
    #[command(after_help = RUN)]
    Run(run::Run),
    /// How far each feed was read, and what is waiting
    #[command(after_help = "Example:\n  mycarrierpackets sync status --output json")]
    Status(Whose),
    #[command(subcommand)]
    Customers(customers::Customers),
    /// Deliver again what a sink refused too often
    #[command(after_help = REQUEUE)]
    Requeue(requeue::Requeue),
    #[command(subcommand)]
    Sinks(sinks::Sinks),
    /// The events in the store, the oldest first
    #[command(after_help = "Example:\n  mycarrierpackets sync events --after 1200 --output jsonl")]
    Events {
        #[command(flatten)]
        whose: Whose,
        /// Only those with a higher number
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: i64,
        /// At most this many
        #[arg(long, value_name = "COUNT", default_value_t = 1000)]
        limit: u32,
    },
    /// The documents of a carrier, or of all, and how far each is
    #[command(after_help = "Example:\n  mycarrierpackets sync documents --output json")]
    Documents(documents::List),
    /// What happened to a carrier: each field that changed, and each event
    #[command(after_help = "Example:\n  mycarrierpackets sync history MC113843 --since -30d")]
    History(known::Since),
    /// A carrier as it was known at a moment
    #[command(
        name = "as-of",
        after_help = "Example:\n  mycarrierpackets sync as-of MC113843 --at 2026-11-20T14:00-06:00"
    )]
    AsOf(known::At),
    /// What was known of a carrier at a moment, since when, and which reads show it
    #[command(after_help = EVIDENCE)]
    Evidence(known::At),
    /// Make the monitored list equal to a file of carriers; without --apply it only prints the plan
    #[command(after_help = "Example:\n  mycarrierpackets sync reconcile carriers.csv", long_about = RECONCILE)]
    Reconcile(reconcile::Reconcile),
    /// What was done at the vendor, and what of it nobody knows the outcome
    #[command(after_help = "Example:\n  mycarrierpackets sync acts --open")]
    Acts(acts::Acts),
    /// Which fields of a carrier are the vendor's and to be locked, and what they were before
    #[command(after_help = "Example:\n  mycarrierpackets sync fields MC113843")]
    Fields(fields::Fields),
    /// Everything in the store, row by row, with columns that stay as they are
    #[command(
        after_help = "Example:\n  mycarrierpackets sync export csv --what changes --since -30d --out changes.csv"
    )]
    Export(export::Export),
    /// Take out what is old; the present form of a carrier and what was not delivered always stay
    #[command(after_help = "Example:\n  mycarrierpackets sync prune --older-than 2y --dry-run")]
    Prune(prune::Prune),
}

const RECONCILE: &str = "\
Make the monitored list equal to a file of carriers; without --apply it only prints the plan.

The list is the one in the store, which must have been read whole lately. The file is read as by `monitor reconcile`; \
half a file, or one with a line that cannot be read, is refused. Each step is written down before it is sent, and its \
outcome after. Everybody is added before anybody is removed, and after an addition nobody is removed until the list was \
read again. A run that was cut off is taken up by the next one.";

const EVIDENCE: &str = "\
What is not known is named under \"Not shown\". Exit code 1: a version in the store is not what was written; 4: nothing
was known. The JSON output has the documents, and the hash of each: kept elsewhere, a hash shows later that nobody
replaced it and what was before it.

Example:
  mycarrierpackets sync evidence MC113843 --at 2026-11-20T14:00-06:00 --output json";

const RUN: &str = "\
An event that was handed on and not yet noted when the process died comes again, with the same id. While a sink is down,
all its events wait. One that the sink refuses is tried ten times, and then parked: see `mycarrierpackets sync requeue`.
Requests are signed as Standard Webhooks says. With a master key it works for every customer of the store, as any number of
workers may; without, for the one whose credentials are in force.

Example:
  mycarrierpackets sync run --once --store sqlite:carriers.db --events events.jsonl";

const REQUEUE: &str = "\
Later events of the same carrier may have been delivered: compare `carrierversion`.

Example:
  mycarrierpackets sync requeue --all";

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::Init(place) => {
            let store = place.make().await?;
            let hint =
                "The store is ready: `mycarrierpackets sync customers add` adds another, and `sync run` reads for all.";
            key::not_forgotten(&store, place.shown(), hint).await?;
            let engine = run::of_caller(store, context)?;
            engine.add_customer(CUSTOMER, CUSTOMER).await.map_err(failure)?;
            // Whoever calls it has seen to the credentials.
            let resume = async |tx: Tx| stored::resume(&tx, CUSTOMER).await;
            engine.store().repeatable(resume).await.map_err(Error::from).map_err(failure)?;
            context.remark(&format!("{} is ready", place.shown()));
            Ok(())
        }
        Command::Run(run) => run.run(context).await,
        Command::Customers(command) => command.run(context).await,
        Command::Requeue(requeue) => requeue.run(context).await,
        Command::Sinks(command) => command.run(context).await,
        Command::Documents(list) => list.run(context).await,
        Command::History(since) => since.history(context).await,
        Command::AsOf(at) => at.as_of(context).await,
        Command::Evidence(at) => at.evidence(context).await,
        Command::Status(whose) => status::status(whose, context).await,
        Command::Reconcile(reconcile) => reconcile.run(context).await,
        Command::Acts(acts) => acts.run(context).await,
        Command::Fields(fields) => fields.run(context).await,
        Command::Export(export) => export.run(context).await,
        Command::Prune(prune) => prune.run(context).await,
        Command::Events { whose, after, limit } => {
            let (store, customer) = (whose.open().await?, whose.customer());
            let list = async |tx| events::records(&tx, customer, *after, limit.saturating_add(1)).await;
            let found = store.read(list).await.map_err(Error::from).map_err(failure)?;
            let shown = &found[..found.len().min(*limit as usize)];
            let mut rows = context.output.rows(&EVENTS);
            for recorded in shown {
                rows.push(&Event::of(customer, recorded))?;
            }
            rows.end()?;
            if found.len() > shown.len() {
                let last = shown.last().map_or(*after, |recorded| recorded.sequence);
                context.remark(&format!("more: --after {last}"));
            }
            Ok(())
        }
    }
}

static EVENTS: View = View {
    columns: &[
        Column::new("Number", "sequence", Kind::Number),
        Column::new("Time", "time", Kind::Time),
        Column::text("Event", "type"),
        Column::text("Carrier", "subject"),
    ],
};
