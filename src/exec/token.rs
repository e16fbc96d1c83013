//! Access tokens: what they are, how they are asked for, and how all calls of a client share one.

mod access;
mod grant;
mod tokens;

pub(crate) use access::Token;
pub(crate) use grant::portal_query;
pub(crate) use tokens::Tokens;
