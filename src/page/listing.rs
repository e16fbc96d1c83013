//! What is read of a list: a page, the whole of it, and the report of how far it got.

use crate::Error;
use crate::operation::Operation;
use bytes::Bytes;

/// One page of a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its number, from 1.
    pub number: u32,
    /// Its items, without those that could not be decoded.
    pub items: Vec<T>,
    /// What could not be decoded: the place in the page, and why. The rest of the page is not lost.
    pub rejected: Vec<(usize, Error)>,
    /// Paths of fields that could not be read, such as `data[3].dotNumber`. Each is left out, and its record is whole but
    /// for it.
    pub unreadable: Vec<String>,
    /// Items a page, as the server used it; `None` if it did not say.
    pub size: Option<u32>,
    /// Pages of the list; `None` if the server did not say.
    pub total_pages: Option<u32>,
    /// Items of the list; `None` if the server did not say.
    pub total_count: Option<u64>,
    pub(super) operation: Operation,
    pub(super) fingerprint: u64,
    /// One for each item that no other may be like.
    pub(super) keys: Vec<u64>,
    /// That of each item, where it is kept.
    pub(super) json: Vec<Bytes>,
}

/// What was read of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Pages handed out.
    pub pages: u32,
    /// Items handed out.
    pub items: u64,
    /// Items that could not be decoded.
    pub rejected: u64,
    /// Fields that could not be read and are left out of their records; [`Page::unreadable`] names them.
    pub unreadable: u64,
    /// Items that came more than once: the list moved while it was read, and others may be missing for each.
    pub repeated: u64,
    /// Items of the list, as the last page has it.
    pub total_count: Option<u64>,
    /// Pages of the list, as the last page has it.
    pub total_pages: Option<u32>,
    /// The number of the page to resume from, with [`Pager::from_page`](crate::Pager::from_page) and the same page size.
    /// A page whose items were not all handed out is read again.
    pub next_page: u32,
    /// The list changed while it was read, or its totals contradict its items, or an item came twice: items may be
    /// missing or come twice. Read it again if that matters.
    ///
    /// A list that loses items at its front and gains as many at its end between two pages is seen by nobody: those that
    /// moved from one page to the page before are missing. Where something is removed because it is not in the list, read
    /// it twice, and act on what both readings have.
    pub changed: bool,
    /// The list was read to its end.
    pub complete: bool,
}

/// A whole list, read into memory.
#[derive(Debug)]
#[non_exhaustive]
pub struct Listing<T> {
    /// Its items.
    pub items: Vec<T>,
    /// What could not be decoded.
    pub rejected: Vec<Error>,
    /// Paths of fields that could not be read, as in [`Page::unreadable`]; those of one page after those of another.
    pub unreadable: Vec<String>,
    /// What was read.
    pub report: Report,
}
