//! How far a list was read, and whether what the server reports of it can be true.

use super::listing::{Listing, Page, Report};
use std::collections::HashSet;

/// Empty pages in a row after which a list ends, whatever its totals promise.
const EMPTY_PAGES: u32 = 3;

pub(super) struct Progress {
    /// Items a page to ask for.
    pub size: Option<u32>,
    pub report: Report,
    first: u32,
    empty_in_a_row: u32,
    totals_are_wrong: bool,
    /// Keys of the items so far.
    keys: HashSet<u64>,
}

/// Keys that are kept; past it repeated items go unnoticed. 16 MB or so.
const MOST_KEYS: usize = 1_000_000;

impl Progress {
    pub(super) fn from(first: u32) -> Self {
        let report = Report { next_page: first, ..Report::default() };
        Self { size: None, report, first, empty_in_a_row: 0, totals_are_wrong: false, keys: HashSet::new() }
    }

    pub(super) fn begin_at(&mut self, first: u32) {
        *self = Self { size: self.size, ..Self::from(first) };
    }

    /// The last page of the list; `None` while it is not known.
    pub(super) fn last_page(&self) -> Option<u32> {
        self.report.total_pages.filter(|_| !self.totals_are_wrong)
    }

    pub(super) fn add<T>(&mut self, page: &Page<T>) {
        let report = &mut self.report;
        let length = page.items.len() + page.rejected.len();
        report.pages += 1;
        report.items += page.items.len() as u64;
        report.rejected += page.rejected.len() as u64;
        report.unreadable += page.unreadable.len() as u64;
        let full = self.keys.len() >= MOST_KEYS;
        let again =
            page.keys.iter().filter(|key| if full { self.keys.contains(key) } else { !self.keys.insert(**key) });
        let again = again.count() as u64;
        report.repeated += again;
        report.changed |= again > 0;
        report.next_page = page.number.saturating_add(1);
        let read = report.items + report.rejected;

        // Totals of zero beside items are no totals.
        let pages = page.total_pages.filter(|pages| *pages > 0 || read == 0);
        let count = page.total_count.filter(|count| *count > 0 || read == 0);
        report.changed |= differ(report.total_pages, pages) || differ(report.total_count, count);
        report.total_pages = pages.or(report.total_pages);
        report.total_count = count.or(report.total_count);
        // Later pages must be cut as the first was. A size that its own page contradicts is not the one used.
        if report.pages == 1 && length > 0 {
            self.size = page.size.filter(|size| *size as usize == length).or(self.size);
        }

        let (empty, number) = (length == 0, page.number);
        self.empty_in_a_row = if empty { self.empty_in_a_row + 1 } else { 0 };
        report.changed |= empty && number > 1 && report.total_pages.is_some_and(|pages| number <= pages);
        let adds_up = self.first > 1 || report.total_count.is_none_or(|count| count == read);
        let at_last = report.total_pages.is_some_and(|pages| number >= pages);
        self.totals_are_wrong |= at_last && !adds_up && !empty;
        report.complete = match report.total_pages {
            Some(_) if !self.totals_are_wrong => at_last || self.empty_in_a_row >= EMPTY_PAGES,
            _ => empty,
        };
        report.changed |= report.complete && !adds_up;
    }
}

fn differ<T: PartialEq>(before: Option<T>, now: Option<T>) -> bool {
    matches!((before, now), (Some(before), Some(now)) if before != now)
}

impl<T> Listing<T> {
    /// A list that comes on one page.
    pub(crate) fn of_page(page: Page<T>) -> Self {
        let mut progress = Progress::from(1);
        progress.add(&page);
        let report = Report { complete: true, ..progress.report };
        let rejected = page.rejected.into_iter().map(|(_, error)| error).collect();
        Self { items: page.items, rejected, unreadable: page.unreadable, report }
    }
}
