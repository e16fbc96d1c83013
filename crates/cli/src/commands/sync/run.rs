//! `sync run`: reads what is due, and hands on what happened, until it is to stop.

use super::key::Key;
use super::page::Page;
use super::place::{CUSTOMER, Place, failure};
use super::{documents, sinks};
use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use crate::{progress, signals};
use clap::Args;
use futures::FutureExt as _;
use mycarrierpackets_sync::engine::{Progress, Read, Tick, Turned};
use mycarrierpackets_sync::store::{Store, Tx, deliveries};
use mycarrierpackets_sync::{Engine, Error};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How long what is under way may take once it is to stop.
const GRACE: Duration = Duration::from_secs(10);
/// Longest time between two looks at what is due.
const LOOK: Duration = Duration::from_secs(15);
/// Between two looks at what is to be delivered, where others read.
const SOON: Duration = Duration::from_secs(2);

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
    /// Show a page, metrics, health and readiness at this address, such as 127.0.0.1:9090
    #[arg(long, value_name = "ADDRESS", conflicts_with = "once")]
    http: Option<SocketAddr>,
    #[command(flatten)]
    outlet: sinks::Outlet,
    #[command(flatten)]
    key: Key,
}

/// For whom it works.
enum Whom {
    /// The one customer whose credentials are in force.
    Caller,
    /// All that the store has credentials of.
    All,
}

impl Run {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let store = self.place.make().await?;
        let (mut engine, whom) = match self.key.vault()? {
            Some(vault) => {
                let shape = context.shape()?;
                let engine = Engine::sealed(store, vault, move |credentials| shape(credentials.builder()));
                (engine, Whom::All)
            }
            None => (of_caller(store, context)?, Whom::Caller),
        };
        if let Some(folder) = &self.documents {
            engine = engine.keep_documents(documents::folder(folder)?);
        }
        if matches!(whom, Whom::Caller) {
            engine.add_customer(CUSTOMER, CUSTOMER).await.map_err(failure)?;
            engine = engine.watch(drawn(context, self.outlet.is_output()));
        }
        let mut sink = self.outlet.open(&engine).await?;
        let context = &*context;
        let stopped = signals::stopped().shared();
        if self.once {
            let turn = async {
                let mut tally = Tally::default();
                let read = whom.read_once(&engine, context, &mut tally).await;
                // What was read before goes on, though nothing more is.
                deliver(&engine, &mut sink, context, &mut tally).await?;
                read.map(|()| tally)
            };
            let tally = until(stopped, turn).await?.unwrap_or_default();
            return tally.finish("What is due is tried again by the next run; see `mycarrierpackets sync status`.");
        }
        let page = match self.http {
            Some(address) => Some(Page::bind(address, engine.store().clone()).await?),
            None => None,
        };
        let showing = async {
            if let Some(page) = page {
                context.remark(&format!("the status is at {}", page.address()));
                tokio::select! {
                    () = page.serve() => {}
                    _ = stopped.clone() => {}
                }
            }
            Ok(())
        };
        // A slow sink holds up no read, and a slow vendor no event.
        let reading = whom.read(&engine, context, &stopped);
        let delivering =
            every(SOON, &stopped, async || deliver(&engine, &mut sink, context, &mut Tally::default()).await);
        futures::future::try_join3(reading, delivering, showing).await.map(drop)
    }
}

impl Whom {
    async fn read_once(&self, engine: &Engine, context: &Context, tally: &mut Tally) -> Result<()> {
        match self {
            Self::Caller => read(engine, context, tally).await,
            Self::All => {
                while let Some((customer, tick)) = engine.tick_next().await.map_err(failure)? {
                    noted(&customer, &tick, context, tally);
                }
                Ok(())
            }
        }
    }

    async fn read(
        &self,
        engine: &Engine,
        context: &Context,
        stopped: &(impl Future<Output = u8> + Clone),
    ) -> Result<()> {
        if matches!(self, Self::Caller) {
            return every(LOOK, stopped, async || read(engine, context, &mut Tally::default()).await).await;
        }
        let reading = engine.run(stopped.clone().map(drop), async |turned| match turned {
            Ok(Turned { customer, tick, .. }) => noted(&customer, &tick, context, &mut Tally::default()),
            // Of one customer, or the store's for a while: the others go on.
            Err(error) => context.remark(&error.to_string()),
        });
        until(stopped.clone(), reading.map(Ok)).await.map(drop)
    }
}

/// Draws how far a list has come.
fn drawn(context: &Context, beside_output: bool) -> impl Fn(Progress<'_>) + Send + Sync + 'static {
    let (shown, quiet) = (context.shown.clone(), context.global.quiet);
    move |Progress { feed, rows, total, .. }| {
        shown.reach(feed, rows, total, || {
            let begin = if beside_output { progress::Progress::new } else { progress::Progress::beside_lines };
            begin(feed, quiet)
        });
    }
}

/// Does the same again and again, until it fails or is to stop.
async fn every(
    pause: Duration,
    stopped: &(impl Future<Output = u8> + Clone),
    mut turn: impl AsyncFnMut() -> Result<()>,
) -> Result<()> {
    while until(stopped.clone(), turn()).await?.is_some() {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
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

/// Hands on what is due of all customers.
async fn deliver(engine: &Engine, sink: &mut sinks::Open, context: &Context, tally: &mut Tally) -> Result<()> {
    let name = sink.name();
    let waiting = async |tx: Tx| deliveries::customers(&tx, name).await;
    for customer in engine.store().read(waiting).await.map_err(Error::from).map_err(failure)? {
        while sink.deliver(engine, &customer, context, tally).await?.more {}
    }
    Ok(())
}

/// Reads what is due of the caller, and notes what came of it.
async fn read(engine: &Engine, context: &Context, tally: &mut Tally) -> Result<()> {
    let tick = engine.tick(CUSTOMER).await;
    context.shown.end();
    match tick.map_err(failure)? {
        Tick::Done(reads) => reads.iter().for_each(|read| note("", read, context, tally)),
        Tick::Held { owner } => context.remark(&format!("another worker is at it: {owner}")),
        Tick::Paused { reason } => {
            let hint = "Correct the credentials, and `mycarrierpackets sync init` goes on.";
            return Err(Failure::credentials(format!("nothing is read: {reason}"), hint));
        }
        _ => {}
    }
    Ok(())
}

/// Notes what came of a customer's turn.
fn noted(customer: &str, tick: &Tick, context: &Context, tally: &mut Tally) {
    match tick {
        Tick::Done(reads) => reads.iter().for_each(|read| note(&format!("{customer}, "), read, context, tally)),
        Tick::Paused { reason } => {
            context.remark(&format!("{customer} is paused: {reason}"));
            tally.failed(customer, reason, 3);
        }
        _ => {}
    }
}

fn note(whose: &str, read: &Read, context: &Context, tally: &mut Tally) {
    let Read { feed, rows, events, rejected, error, .. } = read;
    let incomplete = read.incomplete();
    match &incomplete {
        Some(why) => tally.failed(format!("{whose}{feed}"), why, error.as_ref().map_or(1, code)),
        None => tally.done(),
    }
    let lost = if *rejected > 0 { format!(", {rejected} kept that cannot be read") } else { String::new() };
    let why = incomplete.map(|why| format!("; {why}")).unwrap_or_default();
    context.remark(&format!("{whose}{feed}: {rows} rows, {events} events{lost}{why}"));
}

fn code(error: &Error) -> u8 {
    match error {
        Error::Vendor(error) if error.is_network() => 6,
        Error::Vendor(error) if error.is_rate_limited() => 5,
        _ => 1,
    }
}

/// An engine for the customer whose credentials are in force.
pub fn of_caller(store: Store, context: &Context) -> Result<Engine> {
    let client = context.client()?;
    Ok(Engine::new(store, move |_| Ok(client.clone())))
}
