//! `invite`: ask a carrier to complete its packet.

use crate::acts;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::global::Acting;
use crate::ids::One;
use clap::{Args, Subcommand};
use mycarrierpackets::resources::{Arrival, Invitation, Sent};

/// Ask a carrier to complete its packet.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Email an invitation; it is sent at most once
    #[command(
        after_help = "Example:\n  mycarrierpackets invite send MC113843 --email dispatch@carrier.example --dry-run"
    )]
    Send(Send),
    /// Print a link that invites whoever opens it
    #[command(after_help = "Example:\n  mycarrierpackets invite link --intellivite-id 1f2e3d4c --user brenda 23868")]
    Link(Link),
}

#[derive(Args, Debug)]
pub struct Send {
    #[command(flatten)]
    carrier: One,
    /// The email address it goes to
    #[arg(long, value_name = "E")]
    email: String,
    /// Your user in whose name it is sent
    #[arg(long, value_name = "U")]
    username: Option<String>,
    /// Email that user a confirmation
    #[arg(long)]
    confirm: bool,
    /// Addresses to notify when the packet is complete
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    notify: Vec<String>,
    #[command(flatten)]
    acting: Acting,
}

#[derive(Args, Debug)]
pub struct Link {
    /// Your Intellivite id, from the portal
    #[arg(long, value_name = "X")]
    intellivite_id: String,
    /// Your user who invites
    #[arg(long, value_name = "U")]
    user: Option<String>,
    #[command(flatten)]
    carrier: One,
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::Send(send) => send.run(context).await,
        Command::Link(link) => link.run(context),
    }
}

impl Send {
    async fn run(&self, context: &mut Context) -> Result<()> {
        let client = context.acting_client(&self.acting)?;
        let mut invitation = Invitation::to(&self.email);
        let carrier = self.carrier.if_any()?;
        if let Some(carrier) = &carrier {
            invitation = invitation.carrier(carrier.clone());
        }
        if let Some(user) = &self.username {
            invitation = invitation.user(user);
        }
        if self.confirm {
            invitation = invitation.confirm(true);
        }
        let invitation = self.notify.iter().fold(invitation, |invitation, address| invitation.notify(address));
        let name = carrier.as_ref().map(ToString::to_string);
        let whom = name.as_deref().map(|name| format!("{name}: ")).unwrap_or_default();
        let begun = client.server_time();
        let call = async { client.invitations().send(&invitation).await.map(|sent| sent.answer().clone()) };
        let sent = acts::one(context, name.unwrap_or_default(), call, |answer| {
            format!("{whom}{}", acts::sent("invitation", &self.email, Sent::from(answer.clone()).message()))
        });
        match sent.await {
            Err(Failure::Api(error, None)) if error.may_have_acted() && carrier.is_some() => {
                let hint = match client.invitations().arrived(&invitation, begun).await {
                    Ok(Arrival::Seen) => Some("It was sent anyway: the carrier's newest invitation is this one."),
                    Ok(_) => Some(
                        "It is not among the carrier's invitations yet: look in the portal in a few minutes before you \
                     send it again.",
                    ),
                    Err(_) => None,
                };
                Err(Failure::Api(error, hint.map(str::to_owned)))
            }
            sent => sent,
        }
    }
}

impl Link {
    fn run(&self, context: &mut Context) -> Result<()> {
        let links = context.links()?;
        let carrier = self.carrier.if_any()?;
        let url = match (&self.user, &carrier) {
            (None, None) => links.intellivite(&self.intellivite_id)?,
            (Some(user), None) => links.intellivite_user(&self.intellivite_id, user)?,
            (Some(user), Some(carrier)) => links.intellivite_for(&self.intellivite_id, user, carrier)?,
            (None, Some(_)) => {
                let what = "a link for one carrier needs the user who invites";
                return Err(Failure::usage(what, "Add --user U."));
            }
        };
        super::link::show(context, &url)
    }
}
