//! The papers of a carrier, made from its facts: certificates, the form W-9, agreements, the packet of all, photos.

mod agreement;
mod certificate;
mod clauses;
mod flow;
mod letters;
mod pack;
mod packet;
mod paper;
mod photo;
mod picture;
mod png;
mod profile;
mod sheet;
mod w9;
mod widths;
mod wording;

#[cfg(test)]
mod tests;

pub(crate) use agreement::{signed, template};
pub(crate) use certificate::certificate;
pub(crate) use packet::packet;
pub(crate) use photo::photo;
pub(crate) use w9::w9;
