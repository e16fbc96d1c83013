//! Memory for large answers, used again.
//!
//! A page of a list is megabytes, held twice while its references are resolved. Fresh memory of that size costs more
//! than the copying: the system hands it out, cleared, a few kilobytes at a time.

use bytes::Bytes;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Smaller answers are not worth it.
pub(super) const LARGE: usize = 64 * 1024;

/// The most that is kept while nobody uses it, in bytes.
const KEPT: usize = 16 * 1024 * 1024;

// Of the process and not of a client, so that a program with many clients keeps no more.
static IDLE: Mutex<Idle> = Mutex::new(Idle(Vec::new()));

fn is_large(bytes: usize) -> bool {
    bytes >= LARGE
}

fn idle() -> MutexGuard<'static, Idle> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Memory that waits for its next use, by size.
struct Idle(Vec<Vec<u8>>);

impl Idle {
    /// The smallest that has room for `bytes`.
    fn take(&mut self, bytes: usize) -> Option<Vec<u8>> {
        let place = self.0.partition_point(|kept| kept.capacity() < bytes);
        (place < self.0.len()).then(|| self.0.remove(place))
    }

    /// Keeps `bytes`, and lets the smallest go where that is too much.
    fn keep(&mut self, bytes: Vec<u8>) {
        let place = self.0.partition_point(|kept| kept.capacity() < bytes.capacity());
        self.0.insert(place, bytes);
        while self.0.iter().map(Vec::capacity).sum::<usize>() > KEPT {
            self.0.remove(0);
        }
    }
}

/// Bytes that are written once and then read, as [`Bytes`].
pub(crate) struct Buffer(Vec<u8>);

impl Buffer {
    /// With room for `bytes`.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        let kept = if is_large(bytes) { idle().take(bytes) } else { None };
        Self(kept.unwrap_or_else(|| Vec::with_capacity(bytes)))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn freeze(mut self) -> Bytes {
        if is_large(self.0.capacity()) { Bytes::from_owner(self) } else { Bytes::from(std::mem::take(&mut self.0)) }
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0);
        if is_large(bytes.capacity()) {
            bytes.clear();
            idle().keep(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(idle: &Idle) -> Vec<usize> {
        idle.0.iter().map(Vec::capacity).collect()
    }

    #[test]
    fn the_smallest_that_is_large_enough_is_used_again() {
        let mut idle = Idle(Vec::new());
        assert_eq!(idle.take(LARGE), None);
        for size in [300_000, 100_000, 200_000] {
            idle.keep(Vec::with_capacity(size));
        }
        assert_eq!(sizes(&idle), [100_000, 200_000, 300_000]);
        assert_eq!(idle.take(200_000).map(|bytes| bytes.capacity()), Some(200_000));
        assert_eq!(idle.take(200_000).map(|bytes| bytes.capacity()), Some(300_000));
        assert_eq!(idle.take(200_000), None);
        assert_eq!(sizes(&idle), [100_000]);
    }

    #[test]
    fn no_more_is_kept_than_allowed_and_the_smallest_goes() {
        let mut idle = Idle(Vec::new());
        for size in [KEPT / 2, 1_000_000, KEPT / 2] {
            idle.keep(Vec::with_capacity(size));
        }
        assert_eq!(sizes(&idle), [KEPT / 2, KEPT / 2]);
        idle.keep(Vec::with_capacity(KEPT + 1));
        assert_eq!(sizes(&idle), [0; 0], "larger than all that may be kept");
    }

    #[test]
    fn only_large_answers_are_worth_it() {
        assert_eq!([0, LARGE - 1, LARGE, LARGE + 1].map(is_large), [false, false, true, true]);
    }

    #[test]
    fn what_was_written_is_read_and_nothing_of_what_the_memory_held_before() {
        for size in [10, LARGE, 3 * LARGE] {
            for text in [&b"before"[..], b"now"] {
                let mut buffer = Buffer::with_capacity(size);
                assert_eq!(buffer.len(), 0);
                buffer.extend(text);
                assert_eq!(buffer.len(), text.len());
                assert_eq!(buffer.freeze(), text);
            }
        }
    }
}
