//! `sync`: a copy of your own of what the vendor knows, and every change once.

mod customers;
mod documents;
mod key;
mod known;
pub mod place;
mod requeue;
mod sinks;

use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use crate::output::view::{Column, Kind, View};
use crate::signals;
use clap::{Args, Subcommand};
use futures::FutureExt as _;
use jiff::Timestamp;
use mycarrierpackets_sync::engine::{Read, Tick};
use mycarrierpackets_sync::store::{
    self, Store, Tx, deliveries, documents as stored, events, feeds, inbox, rejects, routes, sections, wanted,
};
use mycarrierpackets_sync::{Engine, Error, Event};
use place::{CUSTOMER, Place, failure};
use serde::Serialize;
use std::time::Duration;

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
    /// Read what is due, keep it, and hand on every event
    #[command(after_help = RUN)]
    Run(Run),
    /// How far each feed was read, and what is waiting
    #[command(after_help = "Example:\n  mycarrierpackets sync status --output json")]
    Status(Place),
    #[command(subcommand)]
    Customers(customers::Customers),
    /// Deliver again what a sink refused too often
    #[command(after_help = REQUEUE)]
    Requeue(requeue::Requeue),
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
}

const EVIDENCE: &str = "\
What is not known is named under \"Not shown\". Exit code 1: a version in the store is not what was written; 4: nothing
was known. The JSON output has the documents, and the hash of each: kept elsewhere, a hash shows later that nobody
replaced it and what was before it.

Example:
  mycarrierpackets sync evidence MC113843 --at 2026-11-20T14:00-06:00 --output json";

const RUN: &str = "\
An event that was handed on and not yet noted when the process died comes again, with the same id. While a sink is down,
all its events wait. One that the sink refuses is tried ten times, and then parked: see `mycarrierpackets sync requeue`.
Requests are signed as Standard Webhooks says.

Examples:
  mycarrierpackets sync run --once --store sqlite:carriers.db --events events.jsonl
  mycarrierpackets sync run --sink http --url https://tms.example/events --secret-env EVENTS_SECRET";

const REQUEUE: &str = "\
Later events of the same carrier may have been delivered: compare `carrierversion`.

Example:
  mycarrierpackets sync requeue --all --sink http";

#[derive(Args, Debug)]
pub struct Run {
    #[command(flatten)]
    place: Place,
    /// Read once what is due, and end
    #[arg(long)]
    once: bool,
    /// Keep the certificates, W-9 forms and agreements of carriers in this folder, too; a W-9 has a tax number in it
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    #[command(flatten)]
    outlet: sinks::Outlet,
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::Init(place) => {
            let store = place.make().await?;
            let engine = engine(store, context)?;
            engine.add_customer(CUSTOMER, CUSTOMER).await.map_err(failure)?;
            // Whoever calls it has seen to the credentials.
            let resume = async |tx: Tx| store::customers::resume(&tx, CUSTOMER).await;
            engine.store().repeatable(resume).await.map_err(Error::from).map_err(failure)?;
            context.remark(&format!("{} is ready", place.shown()));
            Ok(())
        }
        Command::Run(run) => run.run(context).await,
        Command::Customers(command) => command.run(context).await,
        Command::Requeue(requeue) => requeue.run(context).await,
        Command::Documents(list) => list.run(context).await,
        Command::History(since) => since.history(context).await,
        Command::AsOf(at) => at.as_of(context).await,
        Command::Evidence(at) => at.evidence(context).await,
        Command::Status(place) => status(&place.open().await?, context).await,
        Command::Events { place, after, limit } => {
            let store = place.open().await?;
            let list = async |tx| events::records(&tx, CUSTOMER, *after, *limit).await;
            let found = store.read(list).await.map_err(Error::from).map_err(failure)?;
            let mut rows = context.output.rows(&EVENTS);
            for recorded in &found {
                rows.push(&Event::of(CUSTOMER, recorded))?;
            }
            rows.end()
        }
    }
}

impl Run {
    async fn run(&self, context: &mut Context) -> Result<()> {
        let mut engine = engine(self.place.make().await?, context)?;
        if let Some(folder) = &self.documents {
            engine = engine.keep_documents(documents::folder(folder)?);
        }
        engine.add_customer(CUSTOMER, CUSTOMER).await.map_err(failure)?;
        let mut sink = self.outlet.open(&engine).await?;
        let context = &*context;
        let stopped = signals::stopped().shared();
        if self.once {
            let turn = async {
                let mut tally = Tally::default();
                let read = read(&engine, context, &mut tally).await;
                // What was read before goes on, though nothing more is.
                while sink.deliver(&engine, context, &mut tally).await?.more {}
                read.map(|()| tally)
            };
            let tally = until(stopped, turn).await?.unwrap_or_default();
            return tally.finish("What is due is tried again by the next run; see `mycarrierpackets sync status`.");
        }
        // A slow sink holds up no read, and a slow vendor no event.
        let reading = every_look(&stopped, async || read(&engine, context, &mut Tally::default()).await);
        let delivering = every_look(&stopped, async || {
            while sink.deliver(&engine, context, &mut Tally::default()).await?.more {}
            Ok(())
        });
        futures::future::try_join(reading, delivering).await.map(drop)
    }
}

/// Does the same again and again, until it fails or is to stop.
async fn every_look(
    stopped: &(impl Future<Output = u8> + Clone),
    mut turn: impl AsyncFnMut() -> Result<()>,
) -> Result<()> {
    while until(stopped.clone(), turn()).await?.is_some() {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stopped.clone() => break,
        }
    }
    Ok(())
}

/// What `turn` ends with. Once it is to stop, what is under way may end by itself, or is taken up by the next run.
async fn until<T>(stopped: impl Future<Output = u8>, turn: impl Future<Output = Result<T>>) -> Result<Option<T>> {
    let mut turn = std::pin::pin!(turn);
    tokio::select! {
        done = &mut turn => done.map(Some),
        _ = stopped => match tokio::time::timeout(GRACE, turn).await {
            Ok(done) => done.map(Some),
            Err(_) => Ok(None),
        },
    }
}

/// Reads what is due, and notes what came of it.
async fn read(engine: &Engine, context: &Context, tally: &mut Tally) -> Result<()> {
    match engine.tick(CUSTOMER).await.map_err(failure)? {
        Tick::Done(reads) => reads.iter().for_each(|read| note(read, context, tally)),
        Tick::Held { owner } => context.remark(&format!("another worker is at it: {owner}")),
        Tick::Paused { reason } => {
            let hint = "Correct the credentials, and `mycarrierpackets sync init` goes on.";
            return Err(Failure::credentials(format!("nothing is read: {reason}"), hint));
        }
        _ => {}
    }
    Ok(())
}

fn note(read: &Read, context: &Context, tally: &mut Tally) {
    let Read { feed, rows, events, rejected, error, .. } = read;
    let incomplete = read.incomplete();
    match &incomplete {
        Some(why) => tally.failed(feed, why, error.as_ref().map_or(1, code)),
        None => tally.done(),
    }
    let lost = if *rejected > 0 { format!(", {rejected} kept that cannot be read") } else { String::new() };
    let why = incomplete.map(|why| format!("; {why}")).unwrap_or_default();
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
    webhooks_waiting: i64,
    carriers_failing: i64,
    documents_waiting: i64,
    documents_parked: i64,
    feeds: Vec<FeedStatus>,
    sinks: Vec<sinks::Status>,
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
        let customer = store::customers::find(&tx, CUSTOMER).await?;
        let feeds = feeds::list(&tx, CUSTOMER).await?.into_iter().map(|feed| FeedStatus {
            last_success: time(feed.last_success),
            due: time(feed.due_at),
            failures: feed.failures,
            error: feed.error,
            feed: feed.feed,
        });
        Ok::<_, mycarrierpackets_sync::store::Error>(Status {
            feeds: feeds.collect(),
            sinks: routes::list(&tx, CUSTOMER).await?.into_iter().map(sinks::Status::of).collect(),
            carriers: sections::carriers(&tx, CUSTOMER).await?,
            waiting: deliveries::count(&tx, CUSTOMER, "waiting").await?,
            parked: deliveries::count(&tx, CUSTOMER, "parked").await?,
            rejected: rejects::count(&tx, CUSTOMER).await?,
            webhooks_waiting: inbox::count(&tx, CUSTOMER).await?,
            carriers_failing: wanted::failing(&tx, CUSTOMER).await?,
            documents_waiting: stored::count(&tx, CUSTOMER, "waiting").await?,
            documents_parked: stored::count(&tx, CUSTOMER, "parked").await?,
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
    for (count, what) in [
        (status.webhooks_waiting, "webhooks wait to be handled"),
        (status.carriers_failing, "carriers could not be read so far"),
        (status.documents_waiting, "documents wait to be fetched"),
        (status.documents_parked, "documents could not be fetched: see `mycarrierpackets sync documents`"),
    ] {
        if count > 0 {
            context.remark(&format!("{count} {what}"));
        }
    }
    if let Some(reason) = paused {
        context.remark(&format!("paused: {reason}"));
    }
    for sink in &status.sinks {
        context.remark(&sink.shown());
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
