//! Where a test has its store: each has one of its own.

use crate::server::{Server, server};
use mycarrierpackets_sync::store::{Error, Store, customers, feeds};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A place for one store.
pub struct Place {
    /// The address.
    pub address: String,
    folder: tempfile::TempDir,
    /// The schema to drop.
    schema: Option<String>,
}

impl Place {
    /// A file that does not exist yet.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { address: format!("sqlite:{}", folder.path().join("store.db").display()), folder, schema: None }
    }

    /// A schema that does not exist yet, if there is a server.
    pub fn postgres() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Server { address, .. } = server()?;
        let schema = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let address = with(address, &format!("schema={schema}"));
        Some(Self { address, folder: tempfile::tempdir().unwrap(), schema: Some(schema) })
    }

    /// The file of the store.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    /// The schema of the store.
    pub fn schema(&self) -> &str {
        self.schema.as_deref().unwrap_or_default()
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.schema.is_some()
    }

    /// The store, opened.
    pub async fn store(&self) -> Store {
        Store::open(&self.address).await.unwrap()
    }

    /// What a test leaves behind on a server that goes on.
    pub async fn clean(self) {
        if let Some(schema) = &self.schema {
            let store = self.store().await;
            let drop = store.transaction(async |tx| tx.execute(&format!("DROP SCHEMA {schema} CASCADE"), &[]).await);
            drop.await.unwrap();
        }
    }
}

/// `address` with one more of what follows its `?`.
pub fn with(address: &str, more: &str) -> String {
    format!("{address}{}{more}", if address.contains('?') { '&' } else { '?' })
}

/// Adds customers, each with one feed that is due at `due_at`.
pub async fn customers(store: &Store, ids: &[&str], due_at: i64) {
    let added = store.transaction(async |tx| {
        for id in ids {
            customers::add(&tx, id, id, "{}").await?;
            feeds::add(&tx, id, "changes", due_at).await?;
        }
        Ok::<_, Error>(())
    });
    added.await.unwrap();
}

/// Each function as a test on SQLite, and as one on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let place = $crate::place::Place::sqlite();
                super::$test(&place).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let Some(place) = $crate::place::Place::postgres() else { return };
                super::$test(&place).await;
                place.clean().await;
            })*
        }
    };
}
