//! Power loss. A store works on files in memory, which note in order what is written, cut off and flushed. From these notes
//! the disk is made as it may be when the power goes at any moment: what was flushed is there, and of the rest any part.
#![forbid(unsafe_code)]

pub mod change;
pub mod disk;
pub mod image;
pub mod life;
mod locks;
mod memory;
pub mod recorder;
