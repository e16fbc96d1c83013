//! Lists as streams: one page after the other, or several side by side, in order either way.

use crate::{Error, ErrorKind, Result};
use futures::future::BoxFuture;
use futures::stream::{FuturesOrdered, Stream};
use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

mod fetch;

pub(crate) use fetch::{Paging, body_page, header_page};

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
    /// Items a page, as the server used it; `None` if it did not say.
    pub size: Option<u32>,
    /// Pages of the list; `None` if the server did not say.
    pub total_pages: Option<u32>,
    /// Items of the list; `None` if the server did not say.
    pub total_count: Option<u64>,
    pub(crate) fingerprint: u64,
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
    /// Items of the list, as the last page told.
    pub total_count: Option<u64>,
    /// Pages of the list, as the last page told.
    pub total_pages: Option<u32>,
    /// The number of the page to resume from, with [`Pager::from_page`], after an error.
    pub next_page: u32,
    /// The list changed while it was read: items may be missing or come twice. Read it again if that matters.
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
    /// What was read.
    pub report: Report,
}

type Fetch<T> = Arc<dyn Fn(u32, Option<u32>) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync>;

/// A list of the API as a [`Stream`] of its items.
///
/// An item that could not be decoded is an `Err` in its place, and the stream goes on; after any other error it
/// ends, and [`report`](Pager::report) says from which page to resume. Nothing is sent before it is polled.
///
/// ```
/// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
/// use futures::TryStreamExt;
///
/// let mut carriers = client.monitoring().list();
/// while let Some(carrier) = carriers.try_next().await? {
///     println!("{:?}", carrier.docket_number);
/// }
/// assert!(carriers.report().complete);
/// # Ok(()) }
/// ```
#[must_use = "a stream does nothing unless polled"]
pub struct Pager<T> {
    pages: Pages<T>,
    ready: VecDeque<Result<T>>,
}

/// A list of the API as a [`Stream`] of its pages. See [`Pager::pages`].
#[must_use = "a stream does nothing unless polled"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    size: Option<u32>,
    concurrency: usize,
    next: u32,
    queue: FuturesOrdered<BoxFuture<'static, Result<Page<T>>>>,
    total_pages: Option<u32>,
    seen: HashSet<u64>,
    report: Report,
    done: bool,
}

impl<T> Pager<T> {
    pub(crate) fn new(fetch: Fetch<T>) -> Self {
        let pages = Pages {
            fetch,
            size: None,
            concurrency: 1,
            next: 1,
            queue: FuturesOrdered::new(),
            total_pages: None,
            seen: HashSet::new(),
            report: Report { next_page: 1, ..Report::default() },
            done: false,
        };
        Self { pages, ready: VecDeque::new() }
    }

    /// Items a page to ask for. The server replaces a size it does not allow by its default.
    pub fn page_size(mut self, size: u32) -> Self {
        self.pages.size = Some(size);
        self
    }

    /// Page to begin with, from 1. Default 1.
    pub fn from_page(mut self, number: u32) -> Self {
        self.pages.next = number.max(1);
        self.pages.report.next_page = self.pages.next;
        self
    }

    /// Pages to read side by side, once the first has told how many there are. Default 1, which is polite.
    ///
    /// Items still come in order. Memory grows with the number of pages read ahead.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages.concurrency = pages.clamp(1, 64);
        self
    }

    /// The pages themselves, with their totals.
    pub fn pages(self) -> Pages<T> {
        self.pages
    }

    /// What was read so far.
    pub fn report(&self) -> Report {
        self.pages.report
    }

    /// Reads the whole list into memory, at most `most` items.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] when there are more, and the errors of the calls. Items that could not be decoded
    /// are in [`Listing::rejected`].
    pub async fn collect(self, most: usize) -> Result<Listing<T>> {
        use futures::StreamExt as _;
        let mut pages = self.pages;
        let mut listing = Listing { items: Vec::new(), rejected: Vec::new(), report: pages.report };
        while let Some(page) = pages.next().await {
            let page = page?;
            if listing.items.len() + page.items.len() > most {
                return Err(Error::new(ErrorKind::TooLarge, format!("the list has more than {most} items")));
            }
            listing.items.extend(page.items);
            listing.rejected.extend(page.rejected.into_iter().map(|(_, error)| error));
        }
        listing.report = pages.report;
        Ok(listing)
    }
}

impl<T: Unpin> Stream for Pager<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Poll::Ready(Some(item));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => self.ready = in_order(page),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Rejected items go back to where they were in the page.
fn in_order<T>(page: Page<T>) -> VecDeque<Result<T>> {
    let mut items: VecDeque<_> = page.items.into_iter().map(Ok).collect();
    for (place, error) in page.rejected {
        items.insert(place.min(items.len()), Err(error));
    }
    items
}

impl<T> Pages<T> {
    /// What was read so far.
    pub fn report(&self) -> Report {
        self.report
    }

    fn request_ahead(&mut self) {
        // Until a page has told how many there are, the next may not exist.
        let side_by_side = if self.total_pages.is_some() { self.concurrency } else { 1 };
        while self.queue.len() < side_by_side && self.total_pages.is_none_or(|total| self.next <= total) {
            self.queue.push_back((self.fetch)(self.next, self.size));
            self.next = self.next.saturating_add(1);
        }
    }

    fn settle(&mut self, page: &Page<T>) -> Result<()> {
        let empty = page.items.is_empty() && page.rejected.is_empty();
        if !empty && !self.seen.insert(page.fingerprint) {
            let what = format!("page {} holds the same items as an earlier page", page.number);
            return Err(Error::new(ErrorKind::Paging, what));
        }
        let report = &mut self.report;
        if let (Some(before), Some(now)) = (report.total_count, page.total_count) {
            report.changed |= before != now;
        }
        report.total_count = page.total_count.or(report.total_count);
        // A server that tells of no pages beside items tells nothing.
        let told = page.total_pages.filter(|total| *total > 0 || empty);
        self.total_pages = told.or(self.total_pages);
        // The size the server used, so that later pages are cut the same way.
        self.size = page.size.filter(|size| *size > 0).or(self.size);
        report.total_pages = self.total_pages;
        report.pages += 1;
        report.items += page.items.len() as u64;
        report.rejected += page.rejected.len() as u64;
        report.next_page = page.number.saturating_add(1);
        // Items that went away while reading leave the last pages empty.
        report.changed |= empty && self.total_pages.is_some_and(|total| page.number <= total && page.number > 1);
        let end = match self.total_pages {
            Some(total) => page.number >= total,
            None => empty,
        };
        if end {
            report.complete = true;
            self.done = true;
            self.queue = FuturesOrdered::new();
            if report.changed {
                tracing::warn!(pages = report.pages, "the list changed while it was read");
            }
        }
        Ok(())
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.done {
            return Poll::Ready(None);
        }
        this.request_ahead();
        let read = ready!(Pin::new(&mut this.queue).poll_next(cx));
        let settled = match read {
            Some(Ok(page)) => this.settle(&page).map(|()| page),
            Some(Err(error)) => Err(error),
            None => {
                this.done = true;
                return Poll::Ready(None);
            }
        };
        if settled.is_err() {
            this.done = true;
            this.queue = FuturesOrdered::new();
        }
        Poll::Ready(Some(settled))
    }
}

impl<T> std::fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pager").field("report", &self.report()).finish_non_exhaustive()
    }
}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("report", &self.report()).finish_non_exhaustive()
    }
}
