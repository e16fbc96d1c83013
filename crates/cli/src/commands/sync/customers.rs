//! `sync customers`: whose carriers are kept, each with credentials of its own.

use super::key::Key;
use super::place::{Place, failure, reason};
use crate::ask;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::view::{Column, Kind, View};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use mycarrierpackets_sync::engine::Credentials;
use mycarrierpackets_sync::store::{self, Store, Tx, customers};
use mycarrierpackets_sync::vault::{MasterKey, Vault};
use mycarrierpackets_sync::{Engine, Error};
use serde::Serialize;

/// Whose carriers are kept, each with credentials of its own
#[derive(Debug, Subcommand)]
pub enum Customers {
    /// Add a customer, or replace its credentials; the password is asked for, or read from standard input
    #[command(after_help = ADD)]
    Add(Add),
    /// List the customers; never their credentials
    #[command(after_help = "Example:\n  mycarrierpackets sync customers list --output json")]
    List(Place),
    /// Read nothing for a customer until it is resumed
    #[command(after_help = "Example:\n  mycarrierpackets sync customers pause acme --reason 'contract ended'")]
    Pause {
        #[command(flatten)]
        one: OneCustomer,
        /// Why, for whoever looks at the status
        #[arg(long, value_name = "TEXT", default_value = "paused by hand")]
        reason: String,
    },
    /// Go on with a customer that was paused, from where its feeds were
    #[command(after_help = "Example:\n  mycarrierpackets sync customers resume acme")]
    Resume(OneCustomer),
    /// Forget a customer's credentials and read nothing for it; what was known stays
    #[command(after_help = "Example:\n  mycarrierpackets sync customers remove acme")]
    Remove {
        #[command(flatten)]
        one: OneCustomer,
        /// Forget what was known of its carriers, too: there is no way back
        #[arg(long)]
        erase: bool,
    },
    /// Seal the credentials of all customers with another master key
    #[command(
        after_help = "Example:\n  mycarrierpackets sync customers rekey --master-key-file new.key --earlier-key-file master.key"
    )]
    Rekey {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
    },
    /// Print a new master key
    #[command(name = "new-key", after_help = "Example:\n  mycarrierpackets sync customers new-key > master.key")]
    NewKey,
}

const ADD: &str = "\
The credentials are sealed with the master key, which is never in the store.

Example:
  mycarrierpackets sync customers add acme --name 'Acme Freight' --username broker@acme.example --master-key-file master.key < password.txt";

#[derive(Args, Debug)]
pub struct OneCustomer {
    #[command(flatten)]
    place: Place,
    /// The customer
    #[arg(value_name = "CUSTOMER")]
    id: String,
}

#[derive(Args, Debug)]
pub struct Add {
    #[command(flatten)]
    one: OneCustomer,
    #[command(flatten)]
    key: Key,
    /// Its name for people
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The user name that it calls the vendor with
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
}

impl Customers {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        match self {
            Self::Add(add) => add.run(context).await,
            Self::List(place) => list(&place.open().await?, context).await,
            Self::Pause { one, reason } => {
                one.change(async |tx, id| customers::pause(&tx, &id, reason).await).await?;
                context.remark(&format!("{} is paused", one.id));
                Ok(())
            }
            Self::Resume(one) => {
                one.change(async |tx, id| customers::resume(&tx, &id).await).await?;
                context.remark(&format!("{} goes on", one.id));
                Ok(())
            }
            Self::Remove { one, erase: false } => {
                one.change(async |tx, id| customers::retire(&tx, &id, "removed").await).await?;
                context.remark(&format!(
                    "the credentials of {} are forgotten; what was known of its carriers stays",
                    one.id
                ));
                Ok(())
            }
            Self::Remove { one, erase: true } => {
                one.change(async |tx, id| customers::erase(&tx, &id).await).await?;
                context.remark(&format!("{} and what was known of its carriers are forgotten", one.id));
                Ok(())
            }
            Self::Rekey { place, key } => {
                let sealed = rekey(&place.open().await?, &key.needed()?).await?;
                context.remark(&format!("{sealed} customers are sealed anew"));
                Ok(())
            }
            Self::NewKey => {
                println!("{}", *MasterKey::generate().to_text());
                Ok(())
            }
        }
    }
}

impl OneCustomer {
    async fn change<F>(&self, change: impl Fn(Tx, String) -> F) -> Result<()>
    where
        F: Future<Output = std::result::Result<(), store::Error>>,
    {
        let store = self.place.open().await?;
        store.repeatable(|tx| change(tx, self.id.clone())).await.map_err(Error::from).map_err(failure)
    }
}

impl Add {
    async fn run(&self, context: &Context) -> Result<()> {
        let id = self.one.id.trim();
        if id.is_empty() || id.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            return Err(Failure::usage("a customer's id is one word", "Give the name for people with --name."));
        }
        let vault = self.key.needed()?;
        let (username, password) = ask::credentials(self.username.as_deref())?;
        let mut credentials = Credentials::new(&username, &password);
        credentials.api = context.api()?;
        // Refuses an address that no call could use.
        credentials.builder().build()?;
        let engine = Engine::sealed(self.one.place.make().await?, vault, Credentials::builder);
        engine.add_customer(id, self.name.as_deref().unwrap_or(id)).await.map_err(failure)?;
        engine.set_credentials(id, &credentials).await.map_err(failure)?;
        // Whoever calls it has seen to the credentials.
        let resume = async |tx: Tx| customers::resume(&tx, id).await;
        engine.store().repeatable(resume).await.map_err(Error::from).map_err(failure)?;
        context.remark(&format!("{id} is kept in {}", self.one.place.shown()));
        Ok(())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    customer: String,
    name: String,
    paused: Option<String>,
    worker: Option<String>,
    events: i64,
    added: Option<Timestamp>,
}

async fn list(store: &Store, context: &mut Context) -> Result<()> {
    let read = async |tx: Tx| Ok::<_, store::Error>((tx.now().await?, customers::list(&tx).await?));
    let (now, found) = store.read(read).await.map_err(Error::from).map_err(failure)?;
    let mut rows = context.output.rows(&LISTED);
    for customer in found {
        rows.push(&Listed {
            worker: customer.lease.filter(|(_, until)| *until > now).map(|(owner, _)| owner),
            added: Timestamp::from_microsecond(customer.created_at).ok(),
            events: customer.sequence,
            paused: customer.paused.map(|why| reason(&customer.id, &why)),
            name: customer.name,
            customer: customer.id,
        })?;
    }
    rows.end()
}

async fn rekey(store: &Store, vault: &Vault) -> Result<usize> {
    let all = store.read(async |tx: Tx| customers::list(&tx).await).await.map_err(Error::from).map_err(failure)?;
    let mut sealed = 0;
    for customer in all {
        let id = &customer.id;
        let secrets = store.read(async |tx: Tx| customers::secrets(&tx, id).await).await;
        let Some(before) = secrets.map_err(Error::from).map_err(failure)?.data_key else { continue };
        let Some(after) = vault.reseal(id, &before).map_err(Error::from).map_err(failure)? else { continue };
        let replace = async |tx: Tx| customers::replace_data_key(&tx, id, &before, &after).await;
        store.repeatable(replace).await.map_err(Error::from).map_err(failure)?;
        sealed += 1;
    }
    Ok(sealed)
}

static LISTED: View = View {
    columns: &[
        Column::text("Customer", "customer"),
        Column::text("Name", "name"),
        Column::text("Paused", "paused"),
        Column::text("Worker", "worker"),
        Column::new("Events", "events", Kind::Number),
        Column::new("Added", "added", Kind::Time),
    ],
};
