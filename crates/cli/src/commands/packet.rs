//! `packet`: completed packets.

use super::export::Export;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::files;
use crate::global::Keeping;
use crate::ids::One;
use crate::output::view::{Column, Kind, View};
use clap::Subcommand;
use std::path::PathBuf;

/// Completed packets.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Packets that carriers completed in a window of time
    #[command(after_help = "Example:\n  mycarrierpackets packet completed --from yesterday")]
    Completed {
        #[command(flatten)]
        span: super::monitor::Span,
    },
    /// Payables: remit-to address, factoring company, terms and currency of each carrier
    #[command(after_help = "Example:\n  mycarrierpackets packet export 23868 --output csv", long_about = EXPORT)]
    Export(Export),
    /// The whole packet of a carrier as a PDF file, from the portal
    #[command(after_help = "Example:\n  mycarrierpackets packet download --dot 23868 -o packet.pdf")]
    Download {
        #[command(flatten)]
        carrier: One,
        /// The file, or a folder; `-` is standard output [default: carrier-packet-N.pdf in this folder]
        #[arg(short, value_name = "FILE")]
        o: Option<PathBuf>,
        #[command(flatten)]
        keeping: Keeping,
    },
}

const EXPORT: &str = "\
Payables: remit-to address, factoring company, terms and currency of each carrier.

Name the carriers, or give a file or --all-monitored. A carrier with a factoring company is paid there; where two are \
named, or no address is on file, `pay_to` is `unknown` and the note says why.

Bank data is never exported, tax ids only with --include-tax-ids. In CSV a text that a spreadsheet would run as a \
formula begins with an apostrophe.";

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::Completed { span } => {
            let window = span.window(context)?;
            let packets = context.client()?.packets().completed(window).await?;
            context.listing(packets, &COMPLETED, "packets completed in that time")
        }
        Command::Export(export) => export.run(context).await,
        Command::Download { carrier, o, keeping } => {
            let client = context.client()?;
            let carrier = carrier.carrier()?;
            // A packet is found by its DOT number alone.
            let dot =
                match carrier.dot_number() {
                    Some(dot) => dot,
                    None => client.carriers().preview(&carrier).await?.dot_number.ok_or_else(|| {
                        Failure::usage(format!("no DOT number of {carrier} is known"), "Add --dot N.")
                    })?,
                };
            let download = client.packets().download(dot).await?;
            files::put(context, download, o.as_deref(), keeping.existing()).await
        }
    }
}

static COMPLETED: View = View {
    columns: &[
        Column::new("Completed", "CompletedDate", Kind::Time),
        Column::new("DOT", "DOTNumber", Kind::Number),
        Column::text("Docket", "DocketNumber"),
        Column::text("Name", "LegalName"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_a_field() {
        let unknown = crate::output::view_paths::strangers::<mycarrierpackets::models::CompletedPacket>(&COMPLETED);
        assert_eq!(unknown, [""; 0]);
    }
}
