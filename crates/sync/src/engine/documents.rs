//! Documents: fetched when a carrier's data names them, and stored by what they hold.

use super::again::{PAUSE, Row, next_try, soon};
use super::read::Read;
use super::tick::Turn;
use crate::documents::Documents;
use crate::error::Error;
use crate::event::{EventKind, event_id};
use crate::store::documents::{self, Download, FEED, Kept, Stored};
use crate::store::events::Event;
use crate::store::{self, Tx, events, leases, wanted};
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt as _;
use mycarrierpackets::types::BlobName;
use serde_json::json;

impl Turn<'_> {
    /// Fetches the documents that are due, up to a number.
    pub(super) async fn fetch(&self, documents: &Documents) -> Result<Option<Read>, Error> {
        let Some(began_at) = self.attempt(FEED, PAUSE).await? else { return Ok(None) };
        let (mut read, mut row) = (Read::of(FEED, began_at), Row::default());
        let due = async |tx: Tx| documents::due(&tx, self.claim.customer(), tx.now().await?, documents.at_once).await;
        for download in self.engine.store().read(due).await? {
            match self.fetch_one(documents, &download).await {
                Ok(events) => {
                    row.succeeded();
                    (read.rows, read.events) = (read.rows + 1, read.events + events);
                }
                Err(Error::Vendor(error)) => {
                    let failed = row.failed(&error);
                    // Last in the row: one that alone brings such an answer holds up no other.
                    self.note_failed(&download, &error.to_string(), error.is_not_found(), failed.counts).await?;
                    read.rejected += u64::from(failed.counts);
                    if failed.with_all {
                        read.error = Some(error.into());
                        return Ok(Some(read));
                    }
                }
                Err(Error::Usage(what)) => {
                    self.note_failed(&download, &what, false, true).await?;
                    read.rejected += 1;
                }
                // The disk is full, or the bucket cannot be reached: nothing more is fetched for now.
                Err(error @ Error::Documents(_)) => {
                    read.error = Some(error);
                    return Ok(Some(read));
                }
                Err(error) => return Err(error),
            }
        }
        self.rest(&read, async |tx| documents::next_due(tx, self.claim.customer()).await).await?;
        Ok(Some(read))
    }

    /// Fetches one document; how many events came of it.
    async fn fetch_one(&self, documents: &Documents, download: &Download) -> Result<u64, Error> {
        let (bytes, content_type) = self.bytes_of(documents, &download.named.name).await?;
        // On the disk before anything says so.
        let hash = documents.put(bytes.clone()).await?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let stored = Stored { hash, size, content_type };
        let work = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            let renamed = documents::is_renamed(&held, download, &stored.hash).await?;
            let kept = documents::keep(&held, download, &stored, at).await?;
            if !kept.changed || (kept.previous.is_none() && (renamed || !download.is_new)) {
                return Ok(0);
            }
            let event = changed(held.customer(), download, &stored, &kept, at);
            let numbers = events::append(&held, &[event]).await?;
            Ok::<_, store::Error>(numbers.iter().flatten().count() as u64)
        };
        Ok(self.engine.store().transaction(work).await?)
    }

    /// The bytes of a document, and what the vendor calls them. What is not a document is an error of the client's.
    async fn bytes_of(&self, documents: &Documents, name: &str) -> Result<(Bytes, Option<String>), Error> {
        let most = documents.most_bytes;
        let too_large = || Error::Usage(format!("the document is larger than {most} bytes"));
        let name = BlobName::new(name).map_err(|error| Error::Usage(error.to_string()))?;
        let download = self.client.documents().get(&name).await?;
        if download.content_length().is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let content_type = download.content_type().map(str::to_owned);
        let mut chunks = download.into_stream();
        let mut whole = BytesMut::new();
        while let Some(chunk) = chunks.try_next().await? {
            if (whole.len() + chunk.len()) as u64 > most {
                return Err(too_large());
            }
            whole.extend_from_slice(&chunk);
        }
        Ok((whole.freeze(), content_type))
    }

    /// Notes why a document was not fetched. A name that the vendor does not know may have expired: the carrier is read
    /// again for the one that it has now. `counts`: this was a try of it.
    async fn note_failed(&self, download: &Download, error: &str, expired: bool, counts: bool) -> Result<(), Error> {
        let note = async |tx: Tx| {
            let now = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            if !counts {
                return documents::postpone(&held, download, error, soon(now)).await;
            }
            documents::failed(&held, download, error, next_try(now, download.attempts + 1)).await?;
            if expired { wanted::want(&held, &download.carrier).await } else { Ok(()) }
        };
        Ok(self.engine.store().transaction(note).await?)
    }
}

fn changed(customer: &str, download: &Download, stored: &Stored, kept: &Kept, at: i64) -> Event {
    let (carrier, kind, name) = (&download.carrier, &download.named.kind, &download.named.name);
    let Stored { hash, size, content_type } = stored;
    Event {
        id: event_id(customer, FEED, &format!("{carrier} {kind} {name} {}", kept.times)),
        kind: EventKind::DocumentChanged.name(),
        carrier: Some(carrier.clone()),
        happened_at: None,
        observed_at: at,
        data: json!({
            "kind": kind, "name": name, "hash": hash, "size": size, "contentType": content_type,
            "previous": kept.previous,
        })
        .to_string(),
    }
}
