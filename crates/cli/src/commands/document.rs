//! `document`: certificates of insurance, W-9 forms, signed agreements.

use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use crate::files;
use crate::global::Keeping;
use crate::ids::One;
use crate::output::Form;
use crate::progress::Progress;
use clap::{Args, Subcommand, ValueEnum};
use futures::{StreamExt as _, stream};
use mycarrierpackets::Client;
use mycarrierpackets::models::DocumentKind;
use mycarrierpackets::types::{BlobName, CarrierId};
use std::path::PathBuf;

/// Bytes that every file system takes, with room for an extension.
const LONGEST_NAME: usize = 110;

/// Certificates of insurance, W-9 forms, signed agreements.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Save the document of a blob name
    #[command(after_help = "Example:\n  mycarrierpackets document get certificate-image/0b1d.pdf -o coi.pdf")]
    Get {
        /// The name, as the carrier's record gives it; names expire
        blob: String,
        /// The file, or a folder; `-` is standard output [default: its whole name with `-` for `/`, in this folder]
        #[arg(short, value_name = "FILE")]
        o: Option<PathBuf>,
        #[command(flatten)]
        keeping: Keeping,
    },
    /// Save a carrier's current documents
    #[command(after_help = "Example:\n  mycarrierpackets document pull 23868 --kind coi,w9 -d papers")]
    Pull(Pull),
}

#[derive(Args, Debug)]
pub struct Pull {
    #[command(flatten)]
    carrier: One,
    /// Which documents [default: all that exist]
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_enum)]
    kind: Vec<Kind>,
    /// The folder, created if needed
    #[arg(short, value_name = "DIR", default_value = ".")]
    d: PathBuf,
    #[command(flatten)]
    keeping: Keeping,
}

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Certificate of insurance
    Coi,
    /// W-9 form
    W9,
    /// Signed agreement
    Agreement,
}

impl From<Kind> for DocumentKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Coi => Self::Coi,
            Kind::W9 => Self::W9,
            Kind::Agreement => Self::Agreement,
        }
    }
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::Get { blob, o, keeping } => {
            let blob = BlobName::new(blob)?;
            let download = context.client()?.documents().get(&blob).await?.named(whole_stem(&blob));
            files::put(context, download, o.as_deref(), keeping.existing()).await
        }
        Command::Pull(pull) => pull.run(context).await,
    }
}

/// A file name without its extension that no other document has: the last part of two names is often the same.
pub fn whole_stem(blob: &BlobName) -> String {
    let joined = blob.as_str().replace(['/', '\\'], "-");
    let joined = joined.trim_start_matches(['-', '.']);
    // One that would be cut off is no longer unique, and its beginning says less than its end.
    let whole = BlobName::new(joined).ok().filter(|joined| joined.as_str().len() <= LONGEST_NAME);
    whole.map_or_else(|| blob.file_stem(), |joined| joined.file_stem())
}

impl Pull {
    async fn run(&self, context: &mut Context) -> Result<()> {
        let carrier = self.carrier.carrier()?;
        let client = context.client()?;
        let data = client.carriers().get(&carrier).await?;
        let kinds: Vec<DocumentKind> = match self.kind.as_slice() {
            [] => DocumentKind::ALL.into(),
            kinds => kinds.iter().map(|kind| (*kind).into()).collect(),
        };
        // Files are named by the number that everybody knows, whatever the carrier was asked for by.
        let named = data.dot_number.map_or_else(|| carrier.clone(), CarrierId::from);
        let mut tally = Tally::default();
        let mut wanted = Vec::new();
        for kind in kinds {
            match data.documents(kind).into_iter().next() {
                Some(found) => wanted.push((kind, found.name, kind.file_stem(&named, found.date))),
                None if self.kind.is_empty() => context.remark(&format!("{carrier} has no {kind} on file")),
                None => tally.failed(kind, "none on file", 4),
            }
        }
        if wanted.is_empty() {
            if self.kind.is_empty() {
                tally.failed("any document", "none on file", 4);
            }
            return tally.finish("Invite the carrier to complete its packet.");
        }
        std::fs::create_dir_all(&self.d).map_err(|error| {
            Failure::io(format!("{} could not be created: {error}", self.d.display()), "Choose another folder with -d.")
        })?;
        self.save(context, client, &carrier, wanted, &mut tally).await?;
        tally.finish("Run it again for these only, with --kind.")
    }

    async fn save(
        &self,
        context: &mut Context,
        client: Client,
        carrier: &CarrierId,
        wanted: Vec<(DocumentKind, BlobName, String)>,
        tally: &mut Tally,
    ) -> Result<()> {
        let total = wanted.len() as u64;
        let mut progress = Progress::beside_lines("documents", context.global.quiet);
        let existing = self.keeping.existing();
        let saves = stream::iter(wanted).map(|(kind, blob, stem)| {
            let (client, carrier, folder) = (client.clone(), carrier.clone(), self.d.clone());
            async move {
                let download = client.documents().current_from(&blob, carrier, kind).await;
                let saved = match download.map(|download| download.named(stem)) {
                    Ok(download) => {
                        let path = folder.join(download.file_name());
                        let saved = download.save_if(&path, existing).await;
                        saved.map(|saved| saved.ok_or(path))
                    }
                    Err(error) => Err(error),
                };
                (kind, saved)
            }
        });
        let mut saves = std::pin::pin!(saves.buffer_unordered(context.global.pages_ahead()));
        let mut records = Vec::new();
        while let Some((kind, saved)) = saves.next().await {
            match saved {
                Ok(Err(path)) => {
                    progress.aside(|| context.remark(&files::kept(&path)));
                    tally.done();
                }
                Ok(Ok(saved)) if context.output.form == Form::Table => {
                    progress.aside(|| context.output.text(&files::line(&saved)))?;
                    tally.done();
                }
                Ok(Ok(saved)) => {
                    records.push(files::record(&saved));
                    tally.done();
                }
                Err(error) => {
                    let reason = format!("{}. {}", error.message(), error.advice());
                    tally.failed(kind, reason, Failure::from(error).exit_code());
                }
            }
            progress.advance(1, Some(total));
        }
        if context.output.form == Form::Table {
            return Ok(());
        }
        let mut rows = context.output.rows(&files::SAVED);
        records.iter().try_for_each(|record| rows.push(record))?;
        rows.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_with_one_last_name_have_two_file_names() {
        let long = format!("a/{}/{}", "x".repeat(120), "0b1d.pdf");
        let cases = [
            ("certificate-image/0b1d.pdf", "certificate-image-0b1d"),
            ("company-agreement/12/doc.pdf", "company-agreement-12-doc"),
            ("company-agreement/13/doc.pdf", "company-agreement-13-doc"),
            ("/doc", "doc"),
            ("../../etc/passwd", "etc-passwd"),
            (long.as_str(), "0b1d"),
        ];
        for (blob, stem) in cases {
            assert_eq!(whole_stem(&BlobName::new(blob).unwrap()), stem, "{blob}");
        }
    }
}
