//! HTTP: the two listeners, tokens, routes, misbehaviour, the log of calls. What is answered is the vendor's affair.

pub(crate) mod auth;
pub(crate) mod body;
mod encode;
pub(crate) mod fault;
pub(crate) mod line;
pub(crate) mod log;
pub(crate) mod profile;
pub(crate) mod respond;
pub(crate) mod response_body;
pub(crate) mod router;
mod xml;
