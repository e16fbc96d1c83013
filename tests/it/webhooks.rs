//! Webhooks: what is refused, what is understood, and what reaches a handler.

mod events;
mod refused;
mod sandbox;
mod server;
pub mod vectors;
