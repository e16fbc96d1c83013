//! What a client is set up with before its first call, as plain data.

mod clock_and_dice;
mod environment;
mod limits;
mod retry_policy;
mod tokens;
mod transport;

pub(crate) use clock_and_dice::ClockAndDice;
pub use environment::Environment;
pub use limits::{Limits, Timeouts};
pub use retry_policy::RetryPolicy;
pub use tokens::{KeptToken, PortalTokenRequest, TokenStore};
pub(crate) use transport::{Proxy, Transport};
