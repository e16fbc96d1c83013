//! Whether the credentials work.

use crate::operation::Server;
use crate::{Client, Result};
use std::time::Duration;

/// How the client stands with its token. The token itself is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenStatus {
    /// How long the token still works. The client renews it before that by itself.
    pub expires_in: Duration,
}

pub(crate) async fn check(client: &Client) -> Result<TokenStatus> {
    let funnel = client.funnel();
    let token = funnel.tokens(Server::Api)?.current(funnel).await?;
    Ok(TokenStatus { expires_in: token.expires_in() })
}
