//! Webhooks: what is refused, what is understood, and what reaches a handler.

mod refused;
mod vectors;
