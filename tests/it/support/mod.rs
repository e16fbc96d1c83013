//! What several tests need.

pub mod client;
#[path = "../../../build/document.rs"]
pub mod contract;
pub mod schema;
#[path = "../../../build/schema.rs"]
pub mod schemas;
pub mod server;

// As the modules of the build know it.
use contract as document;
