//! The documents of carriers in a store: how far each is, and their bytes.

use super::place::{Whose, failure};
use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use crate::files;
use crate::global::Keeping;
use crate::ids::One;
use crate::output::view::{Column, Kind, View};
use crate::private;
use clap::Args;
use jiff::Timestamp;
use mycarrierpackets_sync::store::documents::{self, Document, Stored};
use mycarrierpackets_sync::{Documents, Error, history};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    one: One,
    /// Write what is stored of them to this folder, created if needed
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Where `sync run --documents` stores them
    #[arg(long, value_name = "DIR", default_value = "documents")]
    documents: PathBuf,
    #[command(flatten)]
    keeping: Keeping,
}

/// A document as it is listed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    carrier: &'a str,
    kind: &'a str,
    name: &'a str,
    state: &'a str,
    fetched_at: Option<Timestamp>,
    bytes: Option<i64>,
    content_type: Option<&'a str>,
    hash: Option<&'a str>,
    attempts: i64,
    error: Option<&'a str>,
}

impl<'a> Listed<'a> {
    fn of(document: &'a Document) -> Self {
        let stored = document.stored.as_ref();
        Self {
            carrier: &document.carrier,
            kind: &document.named.kind,
            name: &document.named.name,
            state: &document.state,
            fetched_at: document.fetched_at.and_then(|at| Timestamp::from_microsecond(at).ok()),
            bytes: stored.map(|stored| stored.size),
            content_type: stored.and_then(|stored| stored.content_type.as_deref()),
            hash: stored.map(|stored| stored.hash.as_str()),
            attempts: document.attempts,
            error: document.error.as_deref(),
        }
    }
}

/// The folder that documents are stored in; it is made if it is not there.
pub fn folder(path: &Path) -> Result<Documents> {
    private::folder(path).map_err(|error| {
        Failure::io(format!("{} could not be created: {error}", path.display()), "Choose another folder.")
    })?;
    Documents::in_folder(path).map_err(failure)
}

impl List {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let id = self.one.if_any()?;
        let store = self.whose.open().await?;
        let read = async |tx| {
            let carrier = match &id {
                Some(id) => Some(history::find(&tx, self.whose.customer(), id).await?),
                None => None,
            };
            Ok::<_, Error>(documents::list(&tx, self.whose.customer(), carrier.as_deref()).await?)
        };
        let found = store.read(read).await.map_err(failure)?;
        if let (true, Some(id)) = (found.is_empty(), &id) {
            let hint = "See `mycarrierpackets sync documents`; `sync run --documents DIR` fetches them.";
            return Err(Failure::unknown(format!("no document of {id} is known"), hint));
        }
        if let Some(to) = &self.save {
            return self.save(to, &found, context).await;
        }
        let mut rows = context.output.rows(&DOCUMENTS);
        found.iter().try_for_each(|document| rows.push(&Listed::of(document)))?;
        rows.end()?;
        context.none_of("documents", found.len() as u64);
        Ok(())
    }

    async fn save(&self, to: &Path, found: &[Document], context: &mut Context) -> Result<()> {
        let from = Documents::in_folder(&self.documents).map_err(|error| {
            Failure::usage(error.to_string(), "Name the folder of `sync run --documents` with --documents.")
        })?;
        private::folder(to).map_err(|error| {
            Failure::io(format!("{} could not be created: {error}", to.display()), "Choose another folder with --save.")
        })?;
        let mut tally = Tally::default();
        for document in found {
            let name = &document.named.name;
            let Some(stored) = &document.stored else {
                tally.failed(name, document.error.as_deref().unwrap_or("it was not fetched yet"), 4);
                continue;
            };
            let path = to.join(file_name(document, stored));
            match from.get(&stored.hash).await {
                Ok(bytes) => {
                    files::write(context, &path, &bytes, self.keeping.existing())?;
                    context.output.text(&path.display().to_string())?;
                    tally.done();
                }
                Err(error) => tally.failed(name, error.to_string(), 1),
            }
        }
        tally.finish("`mycarrierpackets sync documents` shows how far each is.")
    }
}

/// The carrier, the kind and what the document is known by: no two documents have the same.
fn file_name(document: &Document, stored: &Stored) -> String {
    let extension = match stored.content_type.as_deref() {
        Some("application/pdf") => "pdf",
        Some("image/png") => "png",
        Some("image/jpeg" | "image/jpg") => "jpg",
        Some("image/tiff") => "tiff",
        _ => "bin",
    };
    let carrier = document.carrier.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let hash = stored.hash.get(..16).unwrap_or(&stored.hash);
    format!("{carrier}-{}-{hash}.{extension}", document.named.kind)
}

static DOCUMENTS: View = View {
    columns: &[
        Column::text("Carrier", "carrier"),
        Column::text("Kind", "kind"),
        Column::text("State", "state"),
        Column::new("Fetched", "fetchedAt", Kind::Time),
        Column::new("Bytes", "bytes", Kind::Number),
        Column::text("Name", "name"),
        Column::text("Error", "error"),
        Column::csv_only("hash", Kind::Text),
        Column::csv_only("contentType", Kind::Text),
        Column::csv_only("attempts", Kind::Number),
    ],
};
