//! Certificates of insurance, W-9 forms, agreements and photos, by blob name or by kind.

use super::call::optional;
use super::carriers::Carriers;
use super::into_carrier_id::IntoCarrierId;
use crate::models::DocumentKind;
use crate::task::spawned;
use crate::types::{BlobName, CarrierId};
use crate::{Error, ErrorKind, Operation, Result, raw};
use futures::stream::{self, BoxStream, StreamExt as _};
use std::collections::HashSet;
use std::path::PathBuf;

mod body;
mod download;
mod file;
mod judge;

pub use download::Download;
pub use file::Saved;

/// Calls on documents. See [`Client::documents`](crate::Client::documents).
///
/// ```
/// use mycarrierpackets::models::DocumentKind;
/// use mycarrierpackets::types::BlobName;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// let documents = client.documents();
/// let folder = tempfile::tempdir()?;
///
/// // By kind: the carrier is asked for the name.
/// let saved = documents.current("MC113843", DocumentKind::Coi).await?.save_in(folder.path()).await?;
/// assert!(saved.path.exists() && !saved.replaced);
/// assert!(documents.current_opt("DOT 99999999", DocumentKind::W9).await?.is_none());
///
/// // By a name that an earlier answer had, which can expire.
/// let carrier = client.carriers().get("MC113843").await?;
/// let names: Vec<BlobName> = carrier.documents(DocumentKind::Coi).into_iter().map(|found| found.name).collect();
/// let bytes = documents.get(&names[0]).await?.bytes().await?;
/// let again = documents.current_from(&names[0], "MC113843", DocumentKind::Coi).await?.bytes().await?;
/// assert_eq!(bytes, again);
/// let gone = BlobName::new("certificate-image/gone.pdf")?;
/// assert!(documents.get_opt(&gone).await?.is_none());
///
/// // Many at once, at most four at a time.
/// use futures::StreamExt as _;
/// let mut saving = documents.save_many(names, folder.path(), 4);
/// while let Some((name, saved)) = saving.next().await {
///     println!("{}: {} bytes", name.as_str(), saved?.bytes);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    raw: &'a raw::Client,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(raw: &'a raw::Client) -> Self {
        Self { raw }
    }

    /// The document of this name, as found in the answers of other calls. Its bytes are not read yet.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// use mycarrierpackets::types::BlobName;
    ///
    /// let blob = BlobName::new("certificate-image/0a1b.pdf")?;
    /// let saved = client.documents().get(&blob).await?.save("coi.pdf").await?;
    /// println!("{} bytes in {}", saved.bytes, saved.path.display());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] where the name is unknown or has expired; [`ErrorKind::UnexpectedAnswer`] where a
    /// page or a message came in place of a document; and those of every call.
    pub async fn get(self, blob: &BlobName) -> Result<Download> {
        const OP: Operation = Operation::GetDocument;
        let called = self.raw.get_document(blob.as_str()).await;
        let answer = called.map_err(|error| Error::from(error).at(OP))?;
        Download::open(self.raw.funnel().setup(), OP, blob.file_stem(), answer).await
    }

    /// As [`get`](Self::get), and `None` where the vendor says that there is no such document. A 404 that is not the
    /// vendor's own, such as a gateway's, stays an error.
    ///
    /// # Errors
    /// Those of [`get`](Self::get), but for that one.
    pub async fn get_opt(self, blob: &BlobName) -> Result<Option<Download>> {
        optional(self.get(blob).await)
    }

    /// The newest document of a kind that a carrier has on file.
    ///
    /// The carrier is fetched for the document's name; if that name expired meanwhile, once more.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] where the carrier or such a document is unknown, and those of every call.
    pub async fn current(self, carrier: impl IntoCarrierId, kind: DocumentKind) -> Result<Download> {
        let carrier = carrier.into_carrier_id()?;
        let blob = self.newest(&carrier, kind).await?;
        self.get_or_renew(&blob, &carrier, kind).await
    }

    /// As [`current`](Self::current), and `None` where the vendor has no such carrier, or the carrier no such document.
    /// A 404 that is not the vendor's own, such as a gateway's, stays an error.
    ///
    /// # Errors
    /// Those of [`current`](Self::current), but for that one.
    pub async fn current_opt(self, carrier: impl IntoCarrierId, kind: DocumentKind) -> Result<Option<Download>> {
        optional(self.current(carrier, kind).await)
    }

    /// The document of a name that you kept; if the name has expired, the carrier is fetched again for a new one.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    pub async fn current_from(
        self,
        kept: &BlobName,
        carrier: impl IntoCarrierId,
        kind: DocumentKind,
    ) -> Result<Download> {
        let carrier = carrier.into_carrier_id()?;
        self.get_or_renew(kept, &carrier, kind).await
    }

    async fn get_or_renew(self, blob: &BlobName, carrier: &CarrierId, kind: DocumentKind) -> Result<Download> {
        use ErrorKind::{Declined, NotFound, Refused, UnexpectedAnswer};
        match self.get(blob).await {
            // How the vendor reports an expired name is not known; a second look at the carrier does no harm.
            Err(error) if matches!(error.kind(), Declined | NotFound | Refused | UnexpectedAnswer) => {
                let renewed = self.newest(carrier, kind).await?;
                if renewed == *blob { Err(error) } else { self.get(&renewed).await }
            }
            other => other,
        }
    }

    async fn newest(self, carrier: &CarrierId, kind: DocumentKind) -> Result<BlobName> {
        let data = Carriers::new(self.raw).get(carrier).await?;
        let documents = data.documents(kind).into_iter();
        documents
            .map(|document| document.name)
            .next()
            .ok_or_else(|| Error::absent(format!("the carrier has no {kind} on file")).at(Operation::GetCarrierData))
    }

    /// Saves many documents to a folder, at most `concurrency` at a time, in the order in which they finish.
    ///
    /// One that fails does not stop the others. Files are named after the documents, with a number behind it where
    /// two names would make one file; each is written beside and renamed when it is whole, and replaces a file of
    /// its name.
    pub fn save_many(
        self,
        blobs: impl IntoIterator<Item = BlobName>,
        folder: impl Into<PathBuf>,
        concurrency: usize,
    ) -> BoxStream<'static, (BlobName, Result<Saved>)> {
        let (raw, folder) = (self.raw.clone(), folder.into());
        let named = distinct(blobs);
        let saved = stream::iter(named).map(move |(blob, stem)| {
            // A task of its own goes on while the caller is busy with one that is saved.
            let saved = spawned(save(raw.clone(), blob.clone(), folder.clone(), stem));
            async move { (blob, saved.await) }
        });
        saved.buffer_unordered(concurrency.clamp(1, 64)).boxed()
    }
}

async fn save(raw: raw::Client, blob: BlobName, folder: PathBuf, stem: String) -> Result<Saved> {
    let download = Documents::new(&raw).get(&blob).await?;
    download.named(stem).save_in(folder).await
}

// Compared without case, as some file systems do.
fn distinct(blobs: impl IntoIterator<Item = BlobName>) -> Vec<(BlobName, String)> {
    let mut taken = HashSet::new();
    let with_name = |blob: BlobName| {
        let stem = blob.file_stem();
        let numbered = (2_u32..).map(|n| format!("{stem}-{n}"));
        let free = std::iter::once(stem.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
        (blob, free.unwrap_or(stem))
    };
    blobs.into_iter().map(with_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_documents_share_a_file() {
        let blobs = ["a/x.pdf", "b/X.pdf", "c/x-2.pdf", "x.png", "../x"];
        let named = distinct(blobs.map(|name| BlobName::new(name).unwrap()));
        let names: Vec<_> = named.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["x", "X-2", "x-2-2", "x-3", "x-4"]);
    }
}
