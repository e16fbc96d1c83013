//! `sync`: a copy of your own of what the vendor knows, and every change once.

mod acts;
mod export;
mod fields;
mod known;
mod place;
mod prune;
mod reconcile;
mod times;

use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use crate::output::view::{Column, Kind, View};
use crate::signals;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use mycarrierpackets_sync::engine::{Read, Tick};
use mycarrierpackets_sync::sink::JsonLines;
use mycarrierpackets_sync::store::{Store, Tx, customers, deliveries, events, feeds, rejects, sections};
use mycarrierpackets_sync::{Engine, Error, Event};
use place::{CUSTOMER, Place, failure};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

/// The sink that the events go to.
const SINK: &str = "jsonl";
/// How long what is under way may take once it is to stop.
const GRACE: Duration = Duration::from_secs(10);
/// Longest time between two looks at what is due.
const LOOK: Duration = Duration::from_secs(15);

/// Keep a copy of your own of what the vendor knows, and hear of every change once
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a store; one that exists stays as it is, and goes on if it was paused
    #[command(after_help = "Example:\n  mycarrierpackets sync init --store sqlite:carriers.db")]
    Init(Place),
    /// Read what is due, keep it, and write every event as a JSON line
    #[command(after_help = RUN)]
    Run(Run),
    /// How far each feed was read, and what is waiting
    #[command(after_help = "Example:\n  mycarrierpackets sync status --output json")]
    Status(Place),
    /// The events in the store, the oldest first
    #[command(after_help = "Example:\n  mycarrierpackets sync events --after 1200 --output jsonl")]
    Events {
        #[command(flatten)]
        place: Place,
        /// Only those with a higher number
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: i64,
        /// At most this many
        #[arg(long, value_name = "COUNT", default_value_t = 1000)]
        limit: u32,
    },
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
An event that was written and not yet noted as written when the process died is written again, with the same id.

Example:
  mycarrierpackets sync run --once --store sqlite:carriers.db --events events.jsonl";

#[derive(Args, Debug)]
pub struct Run {
    #[command(flatten)]
    place: Place,
    /// Read once what is due, and end
    #[arg(long)]
    once: bool,
    /// Append the events to this file; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    events: PathBuf,
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::Init(place) => {
            let store = place.make().await?;
            let engine = engine(store, context)?;
            engine.add_customer(CUSTOMER, CUSTOMER).await.map_err(failure)?;
            add_sink(&engine).await?;
            // Whoever calls it has seen to the credentials.
            let resume = async |tx: Tx| customers::resume(&tx, CUSTOMER).await;
            engine.store().repeatable(resume).await.map_err(Error::from).map_err(failure)?;
            context.remark(&format!("{} is ready", place.shown()));
            Ok(())
        }
        Command::Run(run) => run.run(context).await,
        Command::History(since) => since.history(context).await,
        Command::AsOf(at) => at.as_of(context).await,
        Command::Evidence(at) => at.evidence(context).await,
        Command::Reconcile(reconcile) => reconcile.run(context).await,
        Command::Acts(acts) => acts.run(context).await,
        Command::Fields(fields) => fields.run(context).await,
        Command::Export(export) => export.run(context).await,
        Command::Prune(prune) => prune.run(context).await,
        Command::Status(place) => status(&place.open().await?, context).await,
        Command::Events { place, after, limit } => {
            let store = place.open().await?;
            let list = async |tx| events::list(&tx, CUSTOMER, *after, *limit).await;
            let found = store.read(list).await.map_err(Error::from).map_err(failure)?;
            let mut rows = context.output.rows(&EVENTS);
            for (number, event) in &found {
                rows.push(&Event::of(CUSTOMER, *number, event))?;
            }
            rows.end()
        }
    }
}

impl Run {
    async fn run(&self, context: &mut Context) -> Result<()> {
        let engine = engine(self.place.make().await?, context)?;
        engine.add_customer(CUSTOMER, CUSTOMER).await.map_err(failure)?;
        add_sink(&engine).await?;
        let mut sink = match self.events.as_os_str() == "-" {
            true => JsonLines::output(),
            false => JsonLines::append(&self.events).map_err(failure)?,
        };
        let mut stopped = std::pin::pin!(signals::stopped());
        loop {
            let turn = self.turn(&engine, &mut sink, context);
            let mut turn = std::pin::pin!(turn);
            let (tally, stop) = tokio::select! {
                tally = &mut turn => (tally?, false),
                _ = &mut stopped => {
                    // What is under way ends by itself, or is taken up by the next run.
                    let ended = tokio::time::timeout(GRACE, turn).await;
                    (ended.unwrap_or_else(|_| Ok(Tally::default()))?, true)
                }
            };
            if self.once {
                return tally.finish("What is due is tried again by the next run; see `mycarrierpackets sync status`.");
            }
            if stop {
                return Ok(());
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = &mut stopped => return Ok(()),
            }
        }
    }

    /// What is due, and what came of it.
    async fn turn(&self, engine: &Engine, sink: &mut JsonLines, context: &Context) -> Result<Tally> {
        let mut tally = Tally::default();
        match engine.tick(CUSTOMER).await.map_err(failure)? {
            Tick::Done(reads) => {
                for read in &reads {
                    note(read, context, &mut tally);
                }
            }
            Tick::Held { owner } => context.remark(&format!("another worker is at it: {owner}")),
            Tick::Paused { reason } => {
                let hint = "Correct the credentials, and `mycarrierpackets sync init` goes on.";
                return Err(Failure::credentials(format!("nothing is read: {reason}"), hint));
            }
            _ => {}
        }
        let delivered = engine.deliver(CUSTOMER, SINK, sink).await.map_err(failure)?;
        if delivered.failed > 0 {
            tally.failed("events", format!("{} could not be written", delivered.failed), 1);
        }
        Ok(tally)
    }
}

fn note(read: &Read, context: &Context, tally: &mut Tally) {
    let Read { feed, rows, events, rejected, moved, error, .. } = read;
    match error {
        Some(error) => tally.failed(feed, error.to_string(), code(error)),
        None if *moved => tally.failed(feed, "the list moved while it was read, or has what cannot be read", 1),
        None => tally.done(),
    }
    let lost = if *rejected > 0 { format!(", {rejected} kept that cannot be read") } else { String::new() };
    let why = error.as_ref().map(|error| format!("; {error}")).unwrap_or_default();
    context.remark(&format!("{feed}: {rows} rows, {events} events{lost}{why}"));
}

fn code(error: &Error) -> u8 {
    match error {
        Error::Vendor(error) if error.is_network() => 6,
        Error::Vendor(error) if error.is_rate_limited() => 5,
        _ => 1,
    }
}

fn engine(store: Store, context: &Context) -> Result<Engine> {
    let client = context.client()?;
    Ok(Engine::new(store, move |_| Ok(client.clone())))
}

async fn add_sink(engine: &Engine) -> Result<()> {
    let add = async |tx: Tx| deliveries::add_sink(&tx, SINK, "jsonl", "{}", true).await;
    engine.store().repeatable(add).await.map_err(Error::from).map_err(failure)?;
    Ok(())
}

/// What a person asks a store first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    paused: Option<String>,
    carriers: i64,
    events: i64,
    waiting: i64,
    parked: i64,
    rejected: i64,
    feeds: Vec<FeedStatus>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FeedStatus {
    feed: String,
    last_success: Option<Timestamp>,
    due: Option<Timestamp>,
    failures: i64,
    error: Option<String>,
}

async fn status(store: &Store, context: &mut Context) -> Result<()> {
    let time = |at: Option<i64>| at.and_then(|at| Timestamp::from_microsecond(at).ok());
    let read = async |tx: Tx| {
        let customer = customers::find(&tx, CUSTOMER).await?;
        let feeds = feeds::list(&tx, CUSTOMER).await?.into_iter().map(|feed| FeedStatus {
            last_success: time(feed.last_success),
            due: time(feed.due_at),
            failures: feed.failures,
            error: feed.error,
            feed: feed.feed,
        });
        Ok::<_, mycarrierpackets_sync::store::Error>(Status {
            feeds: feeds.collect(),
            carriers: sections::carriers(&tx, CUSTOMER).await?,
            waiting: deliveries::count(&tx, CUSTOMER, "waiting").await?,
            parked: deliveries::count(&tx, CUSTOMER, "parked").await?,
            rejected: rejects::count(&tx, CUSTOMER).await?,
            events: customer.as_ref().map(|customer| customer.sequence).unwrap_or_default(),
            paused: customer.and_then(|customer| customer.paused),
        })
    };
    let status = store.read(read).await.map_err(Error::from).map_err(failure)?;
    let Status { carriers, events, waiting, parked, rejected, paused, .. } = &status;
    context.remark(&format!(
        "{carriers} carriers, {events} events; {waiting} wait to be delivered, {parked} are parked, \
         {rejected} rows could not be read"
    ));
    if let Some(reason) = paused {
        context.remark(&format!("paused: {reason}"));
    }
    context.output.list_in(&status, &status.feeds, &FEEDS)
}

static FEEDS: View = View {
    columns: &[
        Column::text("Feed", "feed"),
        Column::new("Read", "lastSuccess", Kind::Time),
        Column::new("Due", "due", Kind::Time),
        Column::new("Failures", "failures", Kind::Number),
        Column::text("Error", "error"),
    ],
};

static EVENTS: View = View {
    columns: &[
        Column::new("Number", "sequence", Kind::Number),
        Column::new("Time", "time", Kind::Time),
        Column::text("Event", "type"),
        Column::text("Carrier", "subject"),
    ],
};
