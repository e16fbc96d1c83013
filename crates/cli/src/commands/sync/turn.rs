//! One turn of reading or of handing on, and what it means that one was cut short.

use super::cut::Cut;
use super::outlet;
use super::place::{self, CUSTOMER};
use crate::context::Context;
use crate::failure::{Failure, Tally};
use mycarrierpackets_sync::engine::{Read, Tick};
use mycarrierpackets_sync::store::{self, ErrorKind, Tx, deliveries};
use mycarrierpackets_sync::{Engine, Error};
use std::time::Duration;

/// How long what is under way may take once it is to stop.
const GRACE: Duration = Duration::from_secs(10);

/// What keeps a worker from its work for a while. It is said once, and not at every turn.
pub struct Trouble {
    what: &'static str,
    why: Option<String>,
}

impl Trouble {
    pub fn of(what: &'static str) -> Self {
        Self { what, why: None }
    }

    pub fn met(&mut self, error: &Error, context: &Context) {
        let why = match error {
            Error::Store(error) => error.message().to_owned(),
            error => error.to_string(),
        };
        if self.why.as_ref() != Some(&why) {
            context.remark(&format!("{}: {why}; it is tried again", self.what));
        }
        self.why = Some(why);
    }

    pub fn over(&mut self, context: &Context) {
        if self.why.take().is_some() {
            context.remark(&format!("{}: it goes on", self.what));
        }
    }
}

/// Does the same again and again, until it fails for good or is to stop.
pub async fn every(
    pause: Duration,
    stopped: &(impl Future<Output = u8> + Clone),
    mut trouble: Trouble,
    context: &Context,
    mut turn: impl AsyncFnMut() -> Result<(), Cut>,
) -> Result<(), Failure> {
    loop {
        match until(stopped.clone(), turn()).await {
            Ok(()) => trouble.over(context),
            Err(Cut::Passing(error)) => trouble.met(&error, context),
            Err(Cut::Stopped(_)) => return Ok(()),
            Err(Cut::Failed(failure)) => return Err(failure),
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.clone() => return Ok(()),
        }
    }
}

/// What `turn` ends with. Once it is to stop, what is under way may end by itself, or is taken up by the next run.
pub async fn until<T>(stopped: impl Future<Output = u8>, turn: impl Future<Output = Result<T, Cut>>) -> Result<T, Cut> {
    let mut turn = std::pin::pin!(turn);
    tokio::select! {
        done = &mut turn => done,
        code = stopped => tokio::time::timeout(GRACE, turn).await.unwrap_or(Err(Cut::Stopped(code))),
    }
}

/// Hands on what is due of all customers.
pub async fn deliver(
    engine: &Engine,
    sink: &mut outlet::Open,
    context: &Context,
    tally: &mut Tally,
) -> Result<(), Cut> {
    let name = sink.name();
    let waiting = async |tx: Tx| deliveries::customers(&tx, name).await;
    let customers = engine.store().read(waiting).await.map_err(|error| match error.kind() {
        ErrorKind::Missing => {
            let hint = "It was taken away. Run it again to deliver every event of the store to it anew.";
            Failure::io(error.message(), hint).into()
        }
        _ => Cut::from(error),
    });
    for customer in customers? {
        while sink.deliver(engine, &customer, context, tally).await?.more {}
    }
    Ok(())
}

/// Reads what is due of the caller, and notes what came of it.
pub async fn read(engine: &Engine, context: &Context, tally: &mut Tally) -> Result<(), Cut> {
    let tick = engine.tick(CUSTOMER).await;
    context.shown.end();
    match tick? {
        Tick::Done(reads) => reads.iter().for_each(|read| note("", read, context, tally)),
        Tick::Held { owner } => {
            let why = format!("another worker is at it: {owner}");
            context.remark(&why);
            tally.failed(CUSTOMER, why, 1);
        }
        Tick::Paused { reason } => {
            let hint = "Correct the credentials, and `mycarrierpackets sync init` goes on.";
            return Err(Failure::credentials(format!("nothing is read: {reason}"), hint).into());
        }
        _ => {}
    }
    Ok(())
}

/// Notes what came of a customer's turn.
pub fn noted(customer: &str, tick: &Tick, context: &Context, tally: &mut Tally) {
    match tick {
        Tick::Done(reads) => reads.iter().for_each(|read| note(&format!("{customer}, "), read, context, tally)),
        Tick::Paused { reason } => {
            let reason = place::reason(customer, reason);
            context.remark(&format!("{customer} is paused: {reason}"));
            tally.failed(customer, reason, 3);
        }
        Tick::Held { owner } => tally.failed(customer, format!("another worker is at it: {owner}"), 1),
        _ => {}
    }
}

fn note(whose: &str, read: &Read, context: &Context, tally: &mut Tally) {
    let Read { feed, rows, events, rejected, error, .. } = read;
    // Of these nothing came that could be kept: each is asked for again.
    let fetched = [store::wanted::FEED, store::documents::FEED].contains(feed);
    let lost = match rejected {
        0 => None,
        _ if fetched => Some(format!("{rejected} could not be fetched")),
        _ => Some(format!("{rejected} kept that cannot be read")),
    };
    let incomplete = read.incomplete();
    match incomplete.as_ref().or(lost.as_ref().filter(|_| fetched)) {
        Some(why) => tally.failed(format!("{whose}{feed}"), why, error.as_ref().map_or(1, code)),
        None => tally.done(),
    }
    let lost = lost.map(|lost| format!(", {lost}")).unwrap_or_default();
    let why = incomplete.map(|why| format!("; {why}")).unwrap_or_default();
    context.remark(&format!("{whose}{feed}: {rows} rows, {events} events{lost}{why}"));
}

pub fn code(error: &Error) -> u8 {
    match error {
        Error::Vendor(error) if error.is_network() => 6,
        Error::Vendor(error) if error.is_rate_limited() => 5,
        _ => 1,
    }
}
