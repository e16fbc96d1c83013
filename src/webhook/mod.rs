//! Webhooks: their signatures and events.
