//! Bytes by their hash, in a folder or in an object store.

use crate::error::Error;
use crate::hash;
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

#[derive(Clone)]
pub(crate) struct Blobs(Arc<dyn ObjectStore>);

impl Blobs {
    pub fn in_folder(folder: &Path) -> Result<Self, Error> {
        let files = LocalFileSystem::new_with_prefix(folder)
            .map_err(|error| Error::Documents(format!("the folder {} cannot be used: {error}", folder.display())))?;
        // Off by default: a file that was acknowledged would be lost with the power.
        Ok(Self(Arc::new(files.with_fsync(true))))
    }

    pub fn in_store(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }

    /// Stores bytes and returns their hash. Those that are there stay as they are.
    pub async fn put(&self, bytes: Bytes) -> Result<String, Error> {
        let hash = hash::of_bytes(&bytes);
        let place = place(&hash);
        let failed = |error: object_store::Error| Error::Documents(format!("a document cannot be stored: {error}"));
        match self.0.put_opts(&place, bytes.clone().into(), PutMode::Create.into()).await {
            Ok(_) => Ok(hash),
            // What a crash of another program or a person left there is no reason to lose the document.
            Err(object_store::Error::AlreadyExists { .. }) => {
                let size = self.0.head(&place).await.map_err(failed)?.size;
                if size != bytes.len() as u64 {
                    self.0.put(&place, bytes.into()).await.map_err(failed)?;
                }
                Ok(hash)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// The bytes of a hash.
    pub async fn get(&self, hash: &str) -> Result<Bytes, Error> {
        let read = async { self.0.get(&place(hash)).await?.bytes().await };
        let bytes = read.await.map_err(|error| Error::Documents(format!("the document {hash}: {error}")))?;
        if hash::of_bytes(&bytes) != hash {
            return Err(Error::Documents(format!("the document {hash} is not what was stored")));
        }
        Ok(bytes)
    }
}

/// In folders by its first digits: some file systems are slow with a million files in one.
fn place(hash: &str) -> Place {
    let first = hash.get(..2).unwrap_or("00");
    Place::from_iter(["sha256", first, hash])
}

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
