//! What several tests need.

#[path = "../../../build/document.rs"]
pub mod contract;
pub mod schema;
