//! Where the store is, whose carriers are in it, and what can go wrong with it.

use crate::failure::{Failure, Result};
use clap::Args;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::store::Store;
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

pub fn failure(error: Error) -> Failure {
    match error {
        Error::Vendor(error) => error.into(),
        Error::Usage(what) => Failure::usage(what, "See --help for what can be asked."),
        Error::Store(error) => Failure::io(error.message(), error.advice()),
        error => Failure::io(error.to_string(), "See `mycarrierpackets sync status`."),
    }
}
