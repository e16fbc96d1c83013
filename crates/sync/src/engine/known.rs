//! What a turn begins with: read together with the claim where that is possible.

use crate::store::{Error, Tx, feeds, terms};
use std::collections::VecDeque;

/// What is known of a customer when a turn begins.
pub(super) struct Known {
    pub due: VecDeque<feeds::Feed>,
    /// When the customer was added.
    pub added_at: i64,
    /// The settings that were noted last.
    pub noted: Option<String>,
}

impl Known {
    pub async fn read(tx: &Tx, customer: &str) -> Result<Self, Error> {
        let due = Self::due(tx, customer).await?;
        let (added_at, noted) = terms::latest(tx, customer).await?.unwrap_or_default();
        Ok(Self { due, added_at, noted })
    }

    pub async fn due(tx: &Tx, customer: &str) -> Result<VecDeque<feeds::Feed>, Error> {
        Ok(feeds::due(tx, customer, tx.now().await?).await?.into())
    }
}
