//! Memory that the connections to a file share, in place of its `-shm` file: the index of its write-ahead log.

use std::ptr::NonNull;
use std::sync::atomic::AtomicU64;

#[derive(Default)]
pub struct Memory {
    /// Never given back: SQLite holds pointers to them, and a process makes few.
    regions: Vec<&'static [AtomicU64]>,
    mapped: usize,
}

impl Memory {
    pub fn join(&mut self) {
        self.mapped += 1;
    }

    /// The next who joins finds it empty, as one does who is the first to open the file.
    pub fn leave(&mut self) {
        self.mapped -= 1;
        if self.mapped == 0 {
            self.regions.clear();
        }
    }

    pub fn region(&mut self, index: usize, size: usize, extend: bool) -> Option<NonNull<u8>> {
        while self.regions.len() <= index && extend {
            let region: Vec<AtomicU64> = (0..size.div_ceil(8)).map(|_| AtomicU64::new(0)).collect();
            self.regions.push(region.leak());
        }
        self.regions.get(index).and_then(|region| NonNull::new(region.as_ptr().cast_mut().cast()))
    }
}
