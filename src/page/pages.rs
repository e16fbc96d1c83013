//! A list as a stream of its pages: one after the other, or several side by side, in order either way.

use super::listing::{Page, Report};
use super::progress::Progress;
use crate::exec::turn::in_turn;
use crate::task::spawned;
use crate::{Error, ErrorKind, Result};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::{FuturesOrdered, Stream};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::sync::Semaphore;

/// Pages of one item in which that item may come.
const SAME_ITEM: u32 = 3;

pub(crate) type Fetch<T> = Arc<dyn Fn(u32, Option<u32>) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync>;

/// A list of the API as a [`Stream`] of its pages. See [`Pager::pages`](crate::Pager::pages).
///
/// ```
/// use futures::TryStreamExt as _;
///
/// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
/// let mut pages = client.monitoring().data().pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} carriers", page.items.len());
/// }
/// println!("{} pages", pages.report().pages);
/// # Ok(()) }
/// ```
#[must_use = "a stream does nothing unless polled"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    pub(super) concurrency: usize,
    pub(super) next: u32,
    /// As many as there may be pages on their way. The others in the queue wait, are decoded, or are ready.
    turns: Option<Arc<Semaphore>>,
    queue: FuturesOrdered<BoxFuture<'static, Result<Page<T>>>>,
    seen: HashMap<u64, u32>,
    pub(super) progress: Progress,
    done: bool,
}

impl<T> Pages<T> {
    pub(super) fn new(fetch: Fetch<T>) -> Self {
        Self {
            fetch,
            concurrency: 1,
            next: 1,
            turns: None,
            queue: FuturesOrdered::new(),
            seen: HashMap::new(),
            progress: Progress::from(1),
            done: false,
        }
    }

    /// A list that is read as this one would be, from page `next` on.
    pub(super) fn map<U>(self, next: u32, fetch: impl FnOnce(Fetch<T>) -> Fetch<U>) -> Pages<U> {
        let mut pages = Pages::new(fetch(self.fetch));
        (pages.concurrency, pages.next, pages.progress.size) = (self.concurrency, next, self.progress.size);
        pages.progress.begin_at(next);
        pages
    }

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
        // Until a page has reported how many there are, the next may not exist.
        let last = self.progress.last_page();
        // As they are decoded at the same time, half as many again keep the wire busy, and memory bounded.
        let side_by_side = last.is_some() && self.concurrency > 1;
        let most = if side_by_side { self.concurrency + self.concurrency.div_ceil(2) } else { 1 };
        while self.queue.len() < most && last.is_none_or(|last| self.next <= last) {
            let page = (self.fetch)(self.next, self.progress.size);
            // In tasks of their own they are decoded side by side, too, and go on while the caller is busy with an
            // item: left alone they would time out, and hold the slots that its other calls wait for.
            self.queue.push_back(if self.concurrency > 1 {
                let turns = self.turns.get_or_insert_with(|| Arc::new(Semaphore::new(self.concurrency)));
                spawned(in_turn(Arc::clone(turns), page)).boxed()
            } else {
                page
            });
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

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("report", &self.report()).finish_non_exhaustive()
    }
}
