//! Everything that is due of all customers, once.

use super::cut::{Cut, is_lost};
use super::turn::{code, noted};
use crate::context::Context;
use crate::failure::{Failure, Tally};
use futures::FutureExt as _;
use mycarrierpackets_sync::engine::Tick;
use mycarrierpackets_sync::store::{self, Store, Tx, customers};
use mycarrierpackets_sync::{Engine, Error};
use std::collections::BTreeSet;

/// Reads what is due of all customers, and notes what came of it, and of whom nothing was read.
pub async fn read(
    engine: &Engine,
    context: &Context,
    tally: &mut Tally,
    stopped: &(impl Future<Output = u8> + Clone),
) -> Result<(), Cut> {
    let (mut paused, mut last) = (BTreeSet::new(), None);
    loop {
        if let Some(code) = stopped.clone().now_or_never() {
            return Err(Cut::Stopped(code));
        }
        match engine.tick_next().await {
            Ok(None) => break,
            Ok(Some((customer, tick))) => {
                noted(&customer, &tick, context, tally);
                if matches!(tick, Tick::Paused { .. }) {
                    paused.insert(customer);
                }
            }
            Err(error) => {
                let why = error.to_string();
                // The engine lets one that failed wait. The same failure at once is everybody's.
                if last.as_ref() == Some(&why) || matches!(error, Error::Store(_)) && !is_lost(&error) {
                    return Err(error.into());
                }
                context.remark(&why);
                tally.failed("a customer", &why, code(&error));
                last = Some(why);
            }
        }
    }
    left_out(engine.store(), &paused, context, tally).await
}

/// Notes the customers who were not read: nothing due is another matter than nobody asking.
async fn left_out(store: &Store, known: &BTreeSet<String>, context: &Context, tally: &mut Tally) -> Result<(), Cut> {
    let list = async |tx: Tx| Ok::<_, store::Error>((tx.now().await?, customers::list(&tx).await?));
    let (now, mut all) = store.read(list).await?;
    // One whose credentials were taken out is not to be read.
    all.retain(|customer| customer.paused.is_none() || customer.has_credentials);
    if all.is_empty() {
        let hint = "Add one: `mycarrierpackets sync customers add`.";
        return Err(Failure::usage("no customer in the store has credentials", hint).into());
    }
    for customer in all.iter().filter(|customer| !known.contains(&customer.id)) {
        if let Some(reason) = &customer.paused {
            noted(&customer.id, &Tick::Paused { reason: reason.clone() }, context, tally);
        } else if let Some((owner, _)) = customer.lease.as_ref().filter(|(_, until)| *until > now) {
            noted(&customer.id, &Tick::Held { owner: owner.clone() }, context, tally);
        }
    }
    Ok(())
}
