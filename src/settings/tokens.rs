//! How the portal's token is asked for, and where tokens are kept that outlive the process.

use crate::operation::Server;
use crate::types::Redacted;
use jiff::Timestamp;
use std::sync::Arc;
use url::Url;

/// Builds the portal's token request from the HTTP client, the portal's address, user name and password.
///
/// How that request carries its values is undocumented; query parameters are assumed. Replace it with
/// [`ClientBuilder::portal_token_request`](crate::ClientBuilder::portal_token_request) if your portal wants another form.
pub type PortalTokenRequest = Arc<dyn Fn(&reqwest::Client, &Url, &str, &str) -> reqwest::RequestBuilder + Send + Sync>;

/// Keeps tokens between runs of a program, such as in a file that only its owner can read.
///
/// A store must belong to one user name, password and pair of hosts: whoever loads a token calls as that user. It is
/// asked once, before the first call of each server, and must not fail: what cannot be read is `None`. Its methods may
/// take their time with files: they run on the threads that Tokio keeps for that.
pub trait TokenStore: Send + Sync {
    /// The token that was kept for a server.
    fn load(&self, server: Server) -> Option<KeptToken>;
    /// Keeps a token that was just issued, in place of the one before.
    fn keep(&self, server: Server, token: &KeptToken);
    /// Forgets a token that was refused, unless another one has been kept since: another process may share the store.
    fn forget(&self, server: Server, refused: &KeptToken);
}

/// A token in a [`TokenStore`].
#[derive(Clone, Debug)]
pub struct KeptToken {
    /// The token itself.
    pub access_token: Redacted,
    /// What renews it once. It is used up by the first program that renews.
    pub refresh_token: Option<Redacted>,
    /// When it ends.
    pub expires_at: Timestamp,
}
