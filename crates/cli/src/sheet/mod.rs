//! Sheets: what is known of one carrier, in sections, for a terminal or as a page.

mod entries;
mod findings;
pub mod html;
mod judge;
mod parts;
mod profile;
mod sections;
mod text;
mod whole;

pub use findings::Findings;
pub use parts::{Content, Line, Section};
pub use profile::profile;
pub use sections::{associated, contacts, incidents, preview, risk, vins};
pub use text::lines;
pub use whole::Sheet;
