//! `token`: whether the credentials work.

use crate::context::Context;
use crate::failure::Result;
use crate::output::view::{Column, Kind, View};
use clap::Subcommand;
use serde_json::json;

/// Whether the credentials work.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Request a token, print until when it is valid, and discard it
    #[command(after_help = "Example:\n  mycarrierpackets token check")]
    Check,
}

pub async fn run(_: &Command, context: &mut Context) -> Result<()> {
    let status = context.fresh_client()?.check_token().await?;
    let seconds = status.expires_in.as_secs();
    let expires = jiff::Timestamp::now().checked_add(status.expires_in).ok();
    let expires = expires.map(|at| at.to_string());
    let local = expires.as_deref().map(|at| crate::output::view::local(at, &context.output.zone)).unwrap_or_default();
    let line = format!("valid; expires in {} min, at {local}", seconds / 60);
    let record = json!({ "valid": true, "expires_in_seconds": seconds, "expires_at": expires });
    context.output.record_or(&record, &TOKEN, &line)
}

static TOKEN: View = View {
    columns: &[
        Column::new("Valid", "valid", Kind::YesNo),
        Column::new("Expires in", "expires_in_seconds", Kind::Number),
        Column::new("Expires at", "expires_at", Kind::Time),
    ],
};
