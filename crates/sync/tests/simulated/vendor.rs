//! The sandbox as a user of the vendor sees it.

use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sandbox::Sandbox;
use std::sync::Arc;
use std::time::Duration;

pub fn now(sandbox: &Sandbox) -> Timestamp {
    sandbox.now().try_into().expect("a time")
}

/// A client in the sandbox's time, which waits for nothing in real time.
pub fn client(sandbox: &Arc<Sandbox>) -> mycarrierpackets::Result<Client> {
    let clock = Arc::clone(sandbox);
    Client::builder()
        .environment(Environment::custom(sandbox.base_url().parse().expect("an address")))
        .credentials(sandbox.username(), sandbox.password())
        .retry(|retry| (retry.base_delay, retry.max_retry_after) = (Duration::from_millis(1), Duration::ZERO))
        .clock(move || now(&clock))
        .dice(|| 0.5)
        .build()
}
