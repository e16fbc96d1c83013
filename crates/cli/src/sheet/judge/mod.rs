//! How answers become findings: one rule for each kind of answer.

mod insurance;
mod packet;
mod reads;
mod signs;
