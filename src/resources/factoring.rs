//! Factoring companies and where they want to be paid.

use super::call::value;
use crate::raw::types::UpdatedFactoringCompanies;
use crate::types::Timestamp;
use crate::window::Window;
use crate::{Error, ErrorKind, Operation, Result, raw};

const OP: Operation = Operation::GetUpdatedFactoringCompanies;

/// Calls on factoring companies. See [`Client::factoring`](crate::Client::factoring).
///
/// ```
/// use mycarrierpackets::Window;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// let now = client.server_time();
/// let day = Window::ending(now, Duration::from_secs(24 * 3600))?;
/// let updated = client.factoring().updated(day).await?;
/// for company in updated.factoring_companies.iter().flatten() {
///     println!("{:?}", company.factoring_company_name);
/// }
/// // Until now, without a window.
/// let since = client.factoring().updated_since(now - Duration::from_secs(24 * 3600)).await?;
/// # drop(since);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Factoring<'a> {
    raw: &'a raw::Client,
}

impl<'a> Factoring<'a> {
    pub(crate) fn new(raw: &'a raw::Client) -> Self {
        Self { raw }
    }

    /// The factoring companies whose details changed within `window`.
    ///
    /// # Errors
    /// Those of every call. An answer without its list is one, unless it says that no company changed.
    pub async fn updated(self, window: Window) -> Result<UpdatedFactoringCompanies> {
        let (from, to) = window.edges();
        let called = self.raw.get_updated_factoring_companies(&from, Some(&to)).await;
        known(value(OP, called)?)
    }

    /// The same as the one page of a list.
    #[cfg(feature = "feed")]
    pub(crate) async fn updated_page(
        self,
        window: Window,
    ) -> Result<crate::page::Page<crate::models::FactoringCompany>> {
        let companies = self.updated(window).await?.factoring_companies.unwrap_or_default();
        crate::page::only_page::<UpdatedFactoringCompanies, _>(OP, "FactoringCompanies", companies)
    }

    /// The factoring companies whose details changed since `from`, until now by the server's clock.
    ///
    /// # Errors
    /// Those of every call. An answer without its list is one, unless it says that no company changed.
    pub async fn updated_since(self, from: jiff::Timestamp) -> Result<UpdatedFactoringCompanies> {
        let from = Timestamp::from(Timestamp::window_text(from));
        let called = self.raw.get_updated_factoring_companies(&from, None).await;
        known(value(OP, called)?)
    }
}

// A list that is not there is not empty: a cursor would move past companies that nobody has seen.
fn known(mut answer: UpdatedFactoringCompanies) -> Result<UpdatedFactoringCompanies> {
    let none = answer.factoring_companies_count == Some(0);
    match &answer.factoring_companies {
        Some(list) if !list.is_empty() || none || answer.factoring_companies_count.is_none() => {}
        None if none => answer.factoring_companies = Some(Vec::new()),
        _ => {
            let error = Error::new(ErrorKind::UnexpectedAnswer, "the answer does not hold the list that was asked for");
            return Err(error.with_transient(true).at(OP));
        }
    }
    Ok(answer)
}
