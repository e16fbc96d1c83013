//! `sync export`: everything in the store, row by row.

use super::place::{Whose, failure};
use super::times::read_time;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::{csv_line, unarmed};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::export::{What, export};
use mycarrierpackets_sync::store;
use serde_json::Value;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub struct Export {
    #[command(flatten)]
    whose: Whose,
    /// The form of the rows
    form: Form,
    /// What is exported
    #[arg(long, value_name = "WHAT", default_value = "carriers")]
    what: Table,
    /// Only what was observed, or changed, at this time or later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// Write to this file, which is replaced once all is written; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Form {
    /// Comma-separated, with a header line; texts that a spreadsheet would run are disarmed with a `'`
    Csv,
    /// One JSON object a line
    Jsonl,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Table {
    /// Each part of each carrier as it is now
    Carriers,
    /// What happened
    Events,
    /// Each field that changed
    Changes,
    /// Each field as it is and was, and who owns it
    Fields,
    /// Each read of a window of a feed
    Coverage,
}

impl Table {
    fn what(self) -> What {
        match self {
            Self::Carriers => What::Carriers,
            Self::Events => What::Events,
            Self::Changes => What::Changes,
            Self::Fields => What::Fields,
            Self::Coverage => What::Coverage,
        }
    }
}

/// Why an export ended.
enum Ended {
    Store(store::Error),
    Output(Failure),
}

impl From<store::Error> for Ended {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl Export {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let since = self.since.as_deref().map(|text| read_time("since", text)).transpose()?;
        let store = self.whose.open().await?;
        let rows = if self.out == Path::new("-") {
            self.write(&store, since, std::io::stdout().lock()).await?
        } else {
            let unwritable = |error: std::io::Error| {
                let hint = "Check the folder, and the space left in it. Nothing was replaced.";
                Failure::io(format!("{} could not be written: {error}", self.out.display()), hint)
            };
            let folder = self.out.parent().filter(|folder| !folder.as_os_str().is_empty());
            let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(unwritable)?;
            let rows = self.write(&store, since, file.as_file()).await?;
            file.as_file().sync_all().map_err(unwritable)?;
            file.persist(&self.out).map_err(|error| unwritable(error.error))?;
            rows
        };
        context.remark(&format!("{rows} rows"));
        Ok(())
    }

    async fn write(&self, store: &store::Store, since: Option<Timestamp>, out: impl Write) -> Result<u64> {
        let since = since.map_or(i64::MIN, Timestamp::as_microsecond);
        let (what, form) = (self.what.what(), self.form);
        let columns = what.columns();
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        if form == Form::Csv {
            out.write_all(&csv_line(columns.iter().map(|name| (*name).to_owned()))?)?;
        }
        let written = store.read(async |tx| {
            let each = |row: &[Value]| line(form, &columns, row, &mut out).map_err(Ended::Output);
            export(&tx, self.whose.customer(), what, since, each).await
        });
        let rows = written.await.map_err(|ended| match ended {
            Ended::Store(error) => failure(Error::Store(error)),
            Ended::Output(error) => error,
        })?;
        out.flush()?;
        Ok(rows)
    }
}

fn line(form: Form, columns: &[&str], row: &[Value], out: &mut impl Write) -> Result<()> {
    if form == Form::Csv {
        let cells = row.iter().map(|value| match value {
            Value::Null => String::new(),
            Value::String(text) => unarmed(text.clone()),
            value => unarmed(value.to_string()),
        });
        return Ok(out.write_all(&csv_line(cells)?)?);
    }
    // By hand: a map would sort the columns.
    let mut before = "{";
    for (name, value) in columns.iter().zip(row) {
        write!(out, "{before}{}:{value}", Value::from(*name))?;
        before = ",";
    }
    Ok(out.write_all(b"}\n")?)
}
