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
    /// A list that comes on one page: it is whole unless its own totals say that there is more.
    pub(crate) fn of_page(page: Page<T>) -> Self {
        let mut progress = Progress::from(1);
        progress.add(&page);
        let Report { total_pages, total_count, items, rejected, .. } = progress.report;
        let whole =
            total_pages.is_none_or(|pages| pages <= 1) && total_count.is_none_or(|count| count == items + rejected);
        let report = Report { complete: whole, ..progress.report };
        let rejected = page.rejected.into_iter().map(|(_, error)| error).collect();
        Self { items: page.items, rejected, unreadable: page.unreadable, report }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Operation;
    use crate::{Error, ErrorKind};

    struct Given {
        number: u32,
        items: usize,
        pages: Option<u32>,
        count: Option<u64>,
    }

    fn page(given: &Given) -> Page<u64> {
        let first = u64::from(given.number) * 1000;
        let items: Vec<u64> = (first..).take(given.items).collect();
        Page {
            number: given.number,
            keys: items.clone(),
            items,
            rejected: Vec::new(),
            unreadable: Vec::new(),
            size: None,
            total_pages: given.pages,
            total_count: given.count,
            operation: Operation::MonitoredCarriers,
            fingerprint: 0,
            json: Vec::new(),
        }
    }

    /// Pages as `items/pages/count`, `-` for what the server does not say.
    fn pages(text: &str) -> Vec<Given> {
        let page = |(index, text): (usize, &str)| {
            let mut parts = text.split('/');
            let items = parts.next().and_then(|items| items.parse().ok()).expect("a number of items");
            let pages = parts.next().and_then(|pages| pages.parse().ok());
            let count = parts.next().and_then(|count| count.parse().ok());
            Given { number: index as u32 + 1, items, pages, count }
        };
        text.split_whitespace().enumerate().map(page).collect()
    }

    fn progress(text: &str) -> Progress {
        let mut progress = Progress::from(1);
        for given in pages(text) {
            assert!(!progress.report.complete, "{text}: it had ended before page {}", given.number);
            progress.add(&page(&given));
        }
        progress
    }

    #[test]
    fn a_list_ends_where_its_totals_and_its_items_say() {
        // Pages, whether the list has ended, whether it changed, the last page.
        let cases = [
            ("2/3/5", false, false, Some(3)),
            ("2/3/5 2/3/5", false, false, Some(3)),
            ("2/3/5 2/3/5 1/3/5", true, false, Some(3)),
            ("2/1/2", true, false, Some(1)),
            ("0/0/0", true, false, Some(0)),
            // Without totals it ends with the first empty page.
            ("2/-/-", false, false, None),
            ("2/-/- 1/-/- 0/-/-", true, false, None),
            // Totals of nothing beside items are not believed, nor is their absence later a change.
            ("2/0/0", false, false, None),
            ("2/2/3 1/-/-", true, false, Some(2)),
            // The totals change.
            ("2/2/4 2/3/6", false, true, Some(3)),
            ("2/3/6 2/3/5", false, true, Some(3)),
            // More items than pages: it goes on until a page is empty.
            ("2/2/6 2/2/6", false, false, None),
            ("2/2/6 2/2/6 2/2/6 0/2/6", true, false, None),
            ("2/2/6 2/2/6 1/2/6 0/2/6", true, true, None),
            // An empty page among others, and three in a row.
            ("2/4/8 0/4/8", false, true, Some(4)),
            ("2/5/- 0/5/- 0/5/-", false, true, Some(5)),
            ("2/9/- 0/9/- 0/9/- 0/9/-", true, true, Some(9)),
            ("2/9/- 0/9/- 0/9/- 1/9/- 0/9/-", false, true, Some(9)),
            // Empty from the start is empty, whatever else is said.
            ("0/3/-", false, false, Some(3)),
        ];
        for (text, complete, changed, last) in cases {
            let progress = progress(text);
            let report = progress.report;
            assert_eq!((report.complete, report.changed, progress.last_page()), (complete, changed, last), "{text}");
        }
    }

    #[test]
    fn a_list_on_one_page_is_whole_unless_it_says_that_there_is_more() {
        let cases =
            [("2/-/-", true), ("2/1/2", true), ("0/0/0", true), ("2/2/-", false), ("2/-/3", false), ("2/1/3", false)];
        for (text, whole) in cases {
            let report = Listing::of_page(page(&pages(text)[0])).report;
            assert_eq!((report.complete, report.items > 0), (whole, !text.starts_with('0')), "{text}");
        }
    }

    #[test]
    fn everything_that_came_is_counted() {
        let mut first = page(&Given { number: 1, items: 2, pages: Some(2), count: Some(7) });
        first.rejected = vec![(2, Error::new(ErrorKind::Decode, "no record"))];
        first.unreadable = vec!["[0].a".to_owned(), "[1].b".to_owned()];
        let mut second = page(&Given { number: 2, items: 3, pages: Some(2), count: Some(7) });
        second.keys[0] = first.keys[1];
        second.rejected = vec![(3, Error::new(ErrorKind::Decode, "no record"))];
        second.unreadable = vec!["[0].a".to_owned()];
        let mut progress = Progress::from(1);
        progress.add(&first);
        assert!(!progress.report.changed);
        progress.add(&second);
        let expected = Report {
            pages: 2,
            items: 5,
            rejected: 2,
            unreadable: 3,
            repeated: 1,
            total_count: Some(7),
            total_pages: Some(2),
            next_page: 3,
            changed: true,
            complete: true,
        };
        assert_eq!(progress.report, expected);
    }

    #[test]
    fn the_first_page_says_how_the_others_are_cut_unless_its_items_contradict_it() {
        // Items and size of two pages, and the size to ask for.
        let cases = [
            ((2, Some(2)), (2, Some(3)), Some(2)),
            ((2, Some(500)), (2, Some(2)), None),
            ((2, None), (2, Some(2)), None),
            ((0, Some(0)), (2, Some(2)), None),
        ];
        for ((items, size), (more, other), expected) in cases {
            let mut progress = Progress::from(1);
            for (number, items, size) in [(1, items, size), (2, more, other)] {
                let mut page = page(&Given { number, items, pages: Some(9), count: None });
                page.size = size;
                progress.add(&page);
            }
            assert_eq!(progress.size, expected, "{items} of {size:?}, {more} of {other:?}");
        }
        let mut progress = Progress::from(1);
        progress.size = Some(50);
        progress.add(&page(&Given { number: 1, items: 2, pages: None, count: None }));
        assert_eq!(progress.size, Some(50), "what was asked for stays");
    }

    #[test]
    fn a_reading_that_begins_later_cannot_add_up_and_is_no_change() {
        let mut progress = Progress::from(1);
        progress.size = Some(2);
        progress.begin_at(2);
        assert_eq!((progress.report.next_page, progress.size), (2, Some(2)));
        progress.add(&page(&Given { number: 2, items: 2, pages: Some(2), count: Some(4) }));
        assert_eq!((progress.report.complete, progress.report.changed), (true, false));
    }
}
