//! `block`: carriers that you do not work with.

use crate::acts::{self, Change};
use crate::context::Context;
use crate::failure::Result;
use clap::Subcommand;

/// Carriers that you do not work with.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The blocked carriers
    #[command(after_help = "Example:\n  mycarrierpackets block list --output csv")]
    List,
    /// Block carriers
    #[command(after_help = "Example:\n  mycarrierpackets block add MC113843")]
    Add(Change),
    /// Unblock carriers
    #[command(after_help = "Example:\n  mycarrierpackets block remove MC113843 --dry-run")]
    Remove(Change),
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::List => {
            let pager = context.client()?.blocking().list();
            context.list(pager, &super::monitor::LISTED, "carriers").await
        }
        Command::Add(change) => {
            let client = context.acting_client(&change.acting)?;
            let call = |client: mycarrierpackets::Client, id| async move { client.blocking().add(id).await };
            let say = |id: &_, answer: &mycarrierpackets::models::BlockResult| {
                format!("{id}: blocked{}", acts::quoted(answer.message.as_deref()))
            };
            acts::each(context, &client, change.carriers.carriers()?, call, say).await
        }
        Command::Remove(change) => {
            let client = context.acting_client(&change.acting)?;
            let call = |client: mycarrierpackets::Client, id| async move { client.blocking().remove(id).await };
            let say = |id: &_, answer: &mycarrierpackets::models::UnblockResult| {
                format!("{id}: unblocked{}", acts::quoted(answer.message.as_deref()))
            };
            acts::each(context, &client, change.carriers.carriers()?, call, say).await
        }
    }
}
