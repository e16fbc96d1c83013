//! Factoring companies and where they want to be paid.

use super::value;
use crate::raw::types::UpdatedFactoringCompanies;
use crate::types::Timestamp;
use crate::{Client, Operation, Result, Window};

/// Calls on factoring companies. See [`Client::factoring`].
#[derive(Clone, Copy, Debug)]
pub struct Factoring<'a> {
    client: &'a Client,
}

impl<'a> Factoring<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// The factoring companies whose details changed within `window`.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn updated(self, window: Window) -> Result<UpdatedFactoringCompanies> {
        let (from, to) = window.edges();
        let called = self.client.raw().get_updated_factoring_companies(&from, Some(&to)).await;
        value(Operation::GetUpdatedFactoringCompanies, called)
    }

    /// The factoring companies whose details changed since `from`, until now by the server's clock.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn updated_since(self, from: jiff::Timestamp) -> Result<UpdatedFactoringCompanies> {
        let from = Timestamp::from(Timestamp::window_text(from));
        let called = self.client.raw().get_updated_factoring_companies(&from, None).await;
        value(Operation::GetUpdatedFactoringCompanies, called)
    }
}
