//! HTTP: the two listeners, tokens, routes, misbehaviour, the log of calls. What is answered is the vendor's affair.

pub(crate) mod auth;
pub(crate) mod body;
mod encode;
pub(crate) mod fault;
pub(crate) mod given;
pub(crate) mod hosts;
pub(crate) mod line;
pub(crate) mod log;
pub(crate) mod meant;
pub(crate) mod members;
pub(crate) mod profile;
pub(crate) mod record;
pub(crate) mod respond;
pub(crate) mod response_body;
pub(crate) mod router;
pub(crate) mod tls;
mod xml;
