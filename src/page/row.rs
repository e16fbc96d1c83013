//! Records beside the JSON that they were read from.

use super::listing::Page;
use super::pager::Pager;
use crate::exec::decode;
use bytes::Bytes;
use futures::FutureExt as _;
use std::sync::Arc;

/// A record, and the JSON that it was read from. See [`Pager::with_json`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row<T> {
    /// The record.
    pub record: T,
    /// Its JSON, with the fields that the type does not know: references are resolved, and keys are in the order of the
    /// alphabet.
    pub json: Bytes,
}

impl<T: Send + 'static> Pager<T> {
    /// The same list with the JSON of each record beside it, for whoever keeps what came and not only what this version
    /// of the types knows. Of a list of which some was read already, it is the rest.
    ///
    /// Decoding takes about three times as long: it is for feeds and archives, not for a list of 100,000 carriers of which
    /// two fields are looked at. The JSON of what could not be read is in [`Error::body`](crate::Error::body) of
    /// [`rejected`](Pager::rejected) either way.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// let mut carriers = client.monitoring().data().with_json();
    /// while let Some(row) = carriers.read_next().await? {
    ///     println!("{:?}: {} bytes", row.record.dot_number, row.json.len());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn with_json(self) -> Pager<Row<T>> {
        self.map(|fetch| {
            Arc::new(move |number, size| {
                let page = decode::keeping_body(fetch(number, size));
                async move { page.await.map(rows) }.boxed()
            })
        })
    }
}

fn rows<T>(page: Page<T>) -> Page<Row<T>> {
    let items = page.items.into_iter().zip(page.json).map(|(record, json)| Row { record, json }).collect();
    Page {
        items,
        json: Vec::new(),
        number: page.number,
        rejected: page.rejected,
        unreadable: page.unreadable,
        size: page.size,
        total_pages: page.total_pages,
        total_count: page.total_count,
        operation: page.operation,
        fingerprint: page.fingerprint,
        keys: page.keys,
    }
}
