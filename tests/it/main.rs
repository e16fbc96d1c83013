//! The integration tests, one binary.

mod document;
mod support;
mod surface;
