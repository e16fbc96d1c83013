//! Misbehaviour on demand: which calls it applies to, and what becomes of them.

mod answer;
mod catalog;
mod check;
mod choice;
mod kind;
mod no;
mod odd;
mod rule;
mod rules;
mod written;

pub(crate) use catalog::{About, KINDS};
pub(crate) use choice::Seen;
pub(crate) use kind::Kind;
pub use rule::Fault;
pub(crate) use rules::{Applied, Faults};
