//! What several tests need.

pub mod client;
#[path = "../../../build/document.rs"]
pub mod contract;
pub mod schema;
pub mod server;
