//! A sandbox beside the first one, as a test calls it.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::spaces::NoSpace;
use crate::sandbox::Sandbox;

/// A sandbox of its own within a [`Sandbox`], under `/namespaces/{name}`: with the same options, and a clock, customers,
/// faults and a log that no other has.
#[derive(Clone)]
pub struct Namespace {
    engine: Arc<Engine>,
}

impl Sandbox {
    /// The namespace of a name, which is new if the name is: 1 to 40 small letters, digits and dashes. There can be 64.
    ///
    /// Everything that the sandbox has is there, too, behind its addresses: the API, the portal, the control API and the
    /// console. It begins as the sandbox began, without the state of a snapshot, and is not in one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start().await?;
    /// let own = sandbox.namespace("test-of-renewals").map_err(std::io::Error::other)?;
    /// assert_eq!(own.base_url(), format!("{}/namespaces/test-of-renewals", sandbox.base_url()));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// A name of another form, or too many namespaces.
    pub fn namespace(&self, name: &str) -> Result<Namespace, String> {
        let engine = self.spaces.of(name).map_err(|error| match error {
            NoSpace::Name(error) | NoSpace::TooMany(error) => error,
        })?;
        Ok(Namespace { engine })
    }

    /// Ends a namespace; false if there is none of this name.
    pub fn end_namespace(&self, name: &str) -> bool {
        self.spaces.end(name)
    }
}

impl Namespace {
    /// The address of its API, without a slash at the end; its control API is at `/__sandbox` behind it.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.engine.addresses[0]
    }

    /// The address of its portal.
    #[must_use]
    pub fn portal_url(&self) -> &str {
        &self.engine.addresses[1]
    }
}

impl std::fmt::Debug for Namespace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Namespace").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
