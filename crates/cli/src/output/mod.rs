//! What goes to standard output, in the form that was asked for.

pub mod card;
mod rows;
pub mod table;
pub mod view;
#[cfg(test)]
pub mod view_paths;
mod writer;

pub use rows::{Rows, csv_line, unarmed};
pub use writer::{Form, Output, reader_closed};
