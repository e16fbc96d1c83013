//! Where the store is, whose carriers are in it, and what can go wrong with it.

use crate::failure::{Failure, Result};
use clap::Args;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::store::{Store, Tx, customers};
use std::path::Path;

/// The customer of a store that has one: whoever's credentials are in force.
pub const CUSTOMER: &str = "default";

#[derive(Args, Debug)]
pub struct Place {
    /// The store
    #[arg(long, value_name = "ADDRESS", default_value = "sqlite:carriers.db")]
    store: String,
}

impl Place {
    /// The store, which must exist: whoever asks in the wrong folder is to hear that, and not that nothing is known.
    pub async fn open(&self) -> Result<Store> {
        if let Some(path) = self.store.strip_prefix("sqlite:").filter(|path| *path != ":memory:")
            && !Path::new(path).exists()
        {
            let hint = "Name it with --store, or make it: `mycarrierpackets sync init`.";
            return Err(Failure::usage(format!("there is no store {path}"), hint));
        }
        self.make().await
    }

    pub async fn make(&self) -> Result<Store> {
        Store::open(&self.store).await.map_err(Error::from).map_err(failure)
    }

    // What stands before the host may hold a password.
    pub fn shown(&self) -> &str {
        self.store.rsplit('@').next().unwrap_or_default()
    }
}

/// A store, and one customer of it.
#[derive(Args, Debug)]
pub struct Whose {
    #[command(flatten)]
    place: Place,
    /// Whose carriers, in a store of several customers
    #[arg(long, value_name = "ID", default_value = CUSTOMER)]
    customer: String,
}

impl Whose {
    pub fn customer(&self) -> &str {
        &self.customer
    }

    /// The store, which must exist and have the customer.
    pub async fn open(&self) -> Result<Store> {
        let store = self.place.open().await?;
        let list = async |tx: Tx| {
            let found = customers::find(&tx, &self.customer).await?.is_some();
            Ok::<_, mycarrierpackets_sync::store::Error>(if found { None } else { Some(customers::list(&tx).await?) })
        };
        let Some(others) = store.read(list).await.map_err(Error::from).map_err(failure)? else { return Ok(store) };
        let others: Vec<&str> = others.iter().take(5).map(|customer| customer.id.as_str()).collect();
        let hint = match others.as_slice() {
            [] => "Add one: `mycarrierpackets sync init`, or `mycarrierpackets sync customers add`.".to_owned(),
            some => format!("Name one with --customer, such as {}.", some.join(", ")),
        };
        Err(Failure::usage(format!("there is no customer {:?} in {}", self.customer, self.place.shown()), hint))
    }
}

pub fn failure(error: Error) -> Failure {
    match error {
        Error::Vendor(error) => error.into(),
        Error::Usage(what) => Failure::usage(what, "See --help for what can be asked."),
        Error::Store(error) => Failure::io(error.message(), error.advice()),
        error => Failure::io(error.to_string(), "See `mycarrierpackets sync status`."),
    }
}

/// The advice about refused credentials is for whoever keeps them in variables. Those of this customer are in the store.
pub fn with_own_advice(customer: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Api(error, None) if error.kind() == mycarrierpackets::ErrorKind::Credentials => {
            Failure::Api(error, Some(own_advice(customer)))
        }
        other => other,
    }
}

fn own_advice(customer: &str) -> String {
    format!("Check its user name and password: `mycarrierpackets sync customers add {customer}` replaces them.")
}

/// Why a customer is paused, with advice about where its credentials are.
pub fn reason(customer: &str, reason: &str) -> String {
    const CALLERS: &str = "Check MCP_USERNAME and MCP_PASSWORD against the Integration Tools page of the portal.";
    if customer == CUSTOMER { reason.to_owned() } else { reason.replace(CALLERS, &own_advice(customer)) }
}
