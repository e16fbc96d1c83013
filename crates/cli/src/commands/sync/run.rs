//! `sync run`: reads what is due, and hands on what happened, until it is to stop.

use super::cut::{Cut, is_lost, passes};
use super::key::{Key, not_forgotten};
use super::page::Page;
use super::place::{CUSTOMER, Place, failure};
use super::turn::{Trouble, deliver, every, noted, read, until};
use super::{all, documents, outlet};
use crate::context::Context;
use crate::failure::{Result, Tally};
use crate::{progress, signals};
use clap::Args;
use futures::FutureExt as _;
use mycarrierpackets_sync::Engine;
use mycarrierpackets_sync::engine::{Progress, Turned};
use mycarrierpackets_sync::store::Store;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Longest time between two looks at what is due.
const LOOK: Duration = Duration::from_secs(15);
/// Between two looks at what is to be delivered, where others read.
const SOON: Duration = Duration::from_secs(2);

/// What to do about what `--once` left.
const NEXT: &str = "What is due is tried again by the next run; see `mycarrierpackets sync status`.";

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
    outlet: outlet::Outlet,
    #[command(flatten)]
    key: Key,
}

const FORGOTTEN: &str = "Set MCP_MASTER_KEY, or name --master-key-file; another store is named with --store.";

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
            None => {
                not_forgotten(&store, self.place.shown(), FORGOTTEN).await?;
                (of_caller(store, context)?, Whom::Caller)
            }
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
            let mut tally = Tally::default();
            let turn = async {
                let read = whom.read_once(&engine, context, &mut tally, &stopped).await;
                // What was read before goes on, though nothing more is.
                deliver(&engine, &mut sink, context, &mut tally).await?;
                read
            };
            let ended = until(stopped.clone(), turn).await;
            return match ended {
                Ok(()) => tally.finish(NEXT),
                Err(Cut::Stopped(code)) => Err(tally.stopped(code, NEXT)),
                Err(Cut::Passing(error)) => Err(failure(error)),
                Err(Cut::Failed(failure)) => Err(failure),
            };
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
        let delivering = every(SOON, &stopped, Trouble::of("events"), context, async || {
            deliver(&engine, &mut sink, context, &mut Tally::default()).await
        });
        futures::future::try_join3(reading, delivering, showing).await.map(drop)
    }
}

impl Whom {
    async fn read_once(
        &self,
        engine: &Engine,
        context: &Context,
        tally: &mut Tally,
        stopped: &(impl Future<Output = u8> + Clone),
    ) -> std::result::Result<(), Cut> {
        match self {
            Self::Caller => match read(engine, context, tally).await {
                Err(Cut::Passing(error)) if is_lost(&error) => {
                    tally.failed(CUSTOMER, error.to_string(), 1);
                    Ok(())
                }
                other => other,
            },
            Self::All => all::read(engine, context, tally, stopped).await,
        }
    }

    async fn read(
        &self,
        engine: &Engine,
        context: &Context,
        stopped: &(impl Future<Output = u8> + Clone),
    ) -> Result<()> {
        let mut trouble = Trouble::of("reading");
        if matches!(self, Self::Caller) {
            let turn = async || read(engine, context, &mut Tally::default()).await;
            return every(LOOK, stopped, trouble, context, turn).await;
        }
        let reading = engine.run(stopped.clone().map(drop), async |turned| match turned {
            Ok(Turned { customer, tick, .. }) => {
                trouble.over(context);
                noted(&customer, &tick, context, &mut Tally::default());
            }
            Err(error) if passes(&error) => trouble.met(&error, context),
            // Of one customer: the others go on.
            Err(error) => context.remark(&error.to_string()),
        });
        // What takes too long to end is taken up by the next run.
        let _: std::result::Result<(), Cut> = until(stopped.clone(), reading.map(Ok)).await;
        Ok(())
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

/// An engine for the customer whose credentials are in force.
pub fn of_caller(store: Store, context: &Context) -> Result<Engine> {
    let client = context.client()?;
    Ok(Engine::new(store, move |_| Ok(client.clone())))
}
