//! Where documents are stored, and which.

use crate::blobs::Blobs;
use crate::error::Error;
use bytes::Bytes;
use mycarrierpackets::models::{CarrierData, DocumentKind};
use object_store::ObjectStore;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Where the documents of carriers are stored, by the SHA-256 of what they hold: the certificates of insurance, the W-9
/// forms and the signed agreements that carriers' data names.
///
/// A document is on the disk, or acknowledged by the object store, before the store says so. A page or a message that comes
/// in place of a document is not stored. What cannot be fetched is tried again after 5 minutes, and with growing pauses ten
/// times in all; then it is parked until the carrier's data is read again, and `sync status` counts it.
///
/// **They hold what is left out elsewhere**: a W-9 has a tax number in it. [`kinds`](Self::kinds) leaves it out.
///
/// ```
/// use mycarrierpackets::models::DocumentKind;
/// use mycarrierpackets_sync::Documents;
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let documents = Documents::in_folder(folder)?.kinds([DocumentKind::Coi]).most_bytes(8 * 1024 * 1024);
/// // engine.keep_documents(documents)
/// # let _ = documents;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Documents {
    blobs: Blobs,
    kinds: Vec<DocumentKind>,
    pub(crate) most_bytes: u64,
    pub(crate) at_once: u32,
    again_after: Duration,
}

impl Documents {
    /// In a folder of this machine, which must exist. What is written is flushed to the disk.
    ///
    /// # Errors
    /// [`Error::Documents`]: the folder does not exist or cannot be read.
    pub fn in_folder(folder: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self::of(Blobs::in_folder(folder.as_ref())?))
    }

    /// In an object store of the crate `object_store`, such as a bucket of S3, Azure or Google Cloud. It must keep what it
    /// acknowledges.
    pub fn in_store(store: Arc<dyn ObjectStore>) -> Self {
        Self::of(Blobs::in_store(store))
    }

    fn of(blobs: Blobs) -> Self {
        let (most_bytes, again_after) = (32 * 1024 * 1024, Duration::from_secs(24 * 3600));
        Self { blobs, kinds: DocumentKind::ALL.to_vec(), most_bytes, at_once: 50, again_after }
    }

    /// Only documents of these kinds. Default all.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = DocumentKind>) -> Self {
        self.kinds = kinds.into_iter().collect();
        self
    }

    /// Larger documents are not stored. Default 32 MiB.
    #[must_use]
    pub fn most_bytes(mut self, bytes: u64) -> Self {
        self.most_bytes = bytes;
        self
    }

    /// Documents of a customer that are fetched in one turn; the rest comes with the next turn, 15 seconds later or more, so
    /// that a customer's first thousands starve nobody. Default 50, and at least 1.
    #[must_use]
    pub fn at_once(mut self, count: u32) -> Self {
        self.at_once = count.max(1);
        self
    }

    /// When a carrier's data is read and still names a document that was fetched longer ago than this, it is fetched again:
    /// the vendor may have put another under the same name. Default a day.
    #[must_use]
    pub fn again(mut self, after: Duration) -> Self {
        self.again_after = after;
        self
    }

    /// The bytes of a hash, as the store or an event names it.
    ///
    /// # Errors
    /// [`Error::Documents`]: it is not there, cannot be read, or is not what was stored.
    pub async fn get(&self, hash: &str) -> Result<Bytes, Error> {
        self.blobs.get(hash).await
    }

    pub(crate) async fn put(&self, bytes: Bytes) -> Result<String, Error> {
        self.blobs.put(bytes).await
    }

    pub(crate) fn again_after(&self) -> Duration {
        self.again_after
    }

    /// The kind and the name of each document in a carrier's data.
    pub(crate) fn named(&self, data: &CarrierData) -> Vec<(DocumentKind, String)> {
        let of_kind = |kind: &DocumentKind| {
            let kind = *kind;
            data.documents(kind).into_iter().map(move |document| (kind, document.name.as_str().to_owned()))
        };
        self.kinds.iter().flat_map(of_kind).collect()
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").field("blobs", &self.blobs).field("kinds", &self.kinds).finish_non_exhaustive()
    }
}
