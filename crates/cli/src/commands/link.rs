//! `link`: addresses of the portal's pages. Nothing is sent.

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::ids::One;
use crate::output::view::{Column, View};
use clap::Subcommand;
use serde_json::json;
use url::Url;

/// Addresses of the portal's pages.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The page of a carrier
    #[command(after_help = "Example:\n  mycarrierpackets link view --dot 23868 --docket MC113843")]
    View(One),
    /// The page on which to ask for a certificate of insurance
    #[command(after_help = "Example:\n  mycarrierpackets link insurance 23868")]
    Insurance(One),
    /// The completed packet as a PDF
    #[command(after_help = "Example:\n  mycarrierpackets link packet --dot 23868")]
    Packet(One),
    /// The page from which to send an invitation
    #[command(after_help = "Example:\n  mycarrierpackets link invite \"DOT 23868 MC113843\"")]
    Invite(One),
}

pub fn run(command: &Command, context: &mut Context) -> Result<()> {
    let links = context.links()?;
    let url = match command {
        Command::View(one) => links.carrier_information(&one.carrier()?)?,
        Command::Insurance(one) => links.request_insurance(&one.carrier()?)?,
        Command::Invite(one) => links.send_carrier_packet(&one.carrier()?)?,
        Command::Packet(one) => {
            let dot = one.carrier()?.dot_number();
            let needed = || Failure::usage("a packet is found by its DOT number", "Add --dot N.");
            links.packet(dot.ok_or_else(needed)?)?
        }
    };
    show(context, &url)
}

pub fn show(context: &mut Context, url: &Url) -> Result<()> {
    context.output.record_or(&json!({ "url": url.as_str() }), &LINK, url.as_str())
}

static LINK: View = View { columns: &[Column::text("Address", "url")] };
