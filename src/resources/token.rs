//! Whether the credentials work.

use crate::Result;
use crate::exec::Funnel;
use crate::operation::Server;
use std::time::Duration;

/// How the client stands with its token. The token itself is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenStatus {
    /// How long the token still works. The client renews it before that by itself.
    pub expires_in: Duration,
}

impl TokenStatus {
    pub(crate) async fn of(funnel: &Funnel) -> Result<Self> {
        let token = funnel.tokens(Server::Api)?.current().await?;
        Ok(Self { expires_in: token.expires_in() })
    }
}
