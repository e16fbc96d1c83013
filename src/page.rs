//! Lists as streams: one page after the other, or several side by side, in order either way.

use crate::{Error, ErrorKind, Operation, Result};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::{FuturesOrdered, Stream};
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

mod fetch;
mod progress;
mod record;
mod spawned;

pub(crate) use fetch::{Paging, body_page, header_page};
use progress::Progress;
pub(crate) use spawned::spawned;

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
    operation: Operation,
    fingerprint: u64,
    /// One for each item that no other may be like.
    keys: Vec<u64>,
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
    /// Items of the list, as the last page told.
    pub total_count: Option<u64>,
    /// Pages of the list, as the last page told.
    pub total_pages: Option<u32>,
    /// The number of the page to resume from, with [`Pager::from_page`] and the same page size. A page whose items
    /// were not all handed out is read again.
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

/// Pages of one item in which that item may come.
const SAME_ITEM: u32 = 3;

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
    concurrency: usize,
    next: u32,
    queue: FuturesOrdered<BoxFuture<'static, Result<Page<T>>>>,
    seen: HashMap<u64, u32>,
    progress: Progress,
    done: bool,
}

impl<T> Pager<T> {
    pub(crate) fn new(fetch: Fetch<T>) -> Self {
        let pages = Pages {
            fetch,
            concurrency: 1,
            next: 1,
            queue: FuturesOrdered::new(),
            seen: HashMap::new(),
            progress: Progress::from(1),
            done: false,
        };
        Self { pages, ready: VecDeque::new() }
    }

    /// Items a page to ask for. The server replaces a size it does not allow by its default.
    pub fn page_size(mut self, size: u32) -> Self {
        self.pages.progress.size = Some(size);
        self
    }

    /// Page to begin with, from 1. Default 1.
    pub fn from_page(mut self, number: u32) -> Self {
        self.pages.next = number.max(1);
        self.pages.progress.begin_at(self.pages.next);
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

    /// What was handed out so far.
    pub fn report(&self) -> Report {
        let mut report = self.pages.report();
        if !self.ready.is_empty() {
            let items = self.ready.iter().filter(|item| item.is_ok()).count();
            report.items -= items as u64;
            report.rejected -= (self.ready.len() - items) as u64;
            report.pages -= 1;
            report.next_page -= 1;
            report.complete = false;
        }
        report
    }

    /// Reads the whole list into memory, at most `most` items.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] when there are more, as soon as that is known, and the errors of the calls. Items that
    /// could not be decoded are in [`Listing::rejected`], and count.
    pub async fn collect(self, most: usize) -> Result<Listing<T>>
    where
        T: Send + 'static,
    {
        use futures::StreamExt as _;
        let mut pages = self.pages;
        let whole = pages.next == 1;
        let (mut items, mut rejected, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(page) = pages.next().await {
            let page = page?;
            let so_far = items.len() + rejected.len() + page.items.len() + page.rejected.len();
            let to_come = page.total_count.filter(|_| whole).unwrap_or(0);
            if so_far > most || to_come > most as u64 {
                let what = format!("the list has more than {most} items");
                return Err(Error::new(ErrorKind::TooLarge, what).at(page.operation));
            }
            items.extend(page.items);
            rejected.extend(page.rejected.into_iter().map(|(_, error)| error));
            unreadable.extend(page.unreadable);
        }
        Ok(Listing { items, rejected, unreadable, report: pages.report() })
    }
}

impl<T: Unpin + Send + 'static> Stream for Pager<T> {
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
        self.progress.report
    }

    fn settle(&mut self, page: &Page<T>) -> Result<()> {
        let length = page.items.len() + page.rejected.len();
        // One item can stand in a list twice; a page of several that comes again is a server that does not turn pages.
        let times = self.seen.entry(page.fingerprint).or_default();
        *times += 1;
        if length > 0 && *times > if length == 1 { SAME_ITEM } else { 1 } {
            let what = format!("page {} holds the same items as an earlier page", page.number);
            return Err(Error::new(ErrorKind::Paging, what).at(page.operation));
        }
        self.progress.add(page);
        let report = self.report();
        if report.complete {
            self.end();
            if report.changed {
                tracing::warn!(operation = page.operation.id(), pages = report.pages, "the list changed while read");
            }
        }
        Ok(())
    }

    fn end(&mut self) {
        self.done = true;
        self.queue = FuturesOrdered::new();
    }
}

impl<T: Send + 'static> Pages<T> {
    fn request_ahead(&mut self) {
        // Until a page has told how many there are, the next may not exist.
        let last = self.progress.last_page();
        let side_by_side = if last.is_some() { self.concurrency } else { 1 };
        while self.queue.len() < side_by_side && last.is_none_or(|last| self.next <= last) {
            let page = (self.fetch)(self.next, self.progress.size);
            // In tasks of their own they are decoded side by side, too, and go on while the caller is busy with an
            // item: left alone they would time out, and hold the slots that its other calls wait for.
            self.queue.push_back(if self.concurrency > 1 { spawned(page).boxed() } else { page });
            self.next = self.next.saturating_add(1);
        }
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.done {
            return Poll::Ready(None);
        }
        this.request_ahead();
        let Some(read) = ready!(Pin::new(&mut this.queue).poll_next(cx)) else {
            this.end();
            return Poll::Ready(None);
        };
        let settled = read.and_then(|page| this.settle(&page).map(|()| page));
        if settled.is_err() {
            this.end();
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
