//! What must hold for any bytes: one function a target, called by the fuzzer and by the property tests.

pub mod carrier_id;
pub mod decode;
pub mod normalize;
pub mod references;
pub mod retry_after;
pub mod webhook;
