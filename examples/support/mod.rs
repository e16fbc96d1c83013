//! A client of a sandbox in this process. With an account use `Client::from_env()` in its place.

use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sandbox::Sandbox;
use std::error::Error;

/// The sandbox, which stops when it is dropped, and a client of it.
pub async fn sandbox() -> Result<(Sandbox, Client), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let environment = Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
    let client = Client::builder().environment(environment);
    let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
    Ok((sandbox, client))
}
