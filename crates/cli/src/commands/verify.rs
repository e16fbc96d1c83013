//! `verify`: have a carrier's person or vehicle verified. Each sends a message, once.

use crate::acts;
use crate::context::Context;
use crate::failure::Result;
use crate::global::Acting;
use crate::ids::One;
use clap::Subcommand;
use mycarrierpackets::resources::{Sent, UserVerification, VinVerification};

/// Have a carrier's person or vehicle verified.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Email a person a request to verify who they are
    #[command(after_help = "Example:\n  mycarrierpackets verify user 23868 --email ada@carrier.example --dry-run")]
    User {
        #[command(flatten)]
        carrier: One,
        /// The person's email address
        #[arg(long, value_name = "E")]
        email: String,
        /// Your user who asks
        #[arg(long, value_name = "U")]
        username: Option<String>,
        #[command(flatten)]
        acting: Acting,
    },
    /// Text a driver a request to verify the vehicle
    #[command(after_help = "Example:\n  mycarrierpackets verify vin 23868 --phone 214-555-0100 --dry-run")]
    Vin {
        #[command(flatten)]
        carrier: One,
        /// The driver's phone number
        #[arg(long, value_name = "P")]
        phone: String,
        /// Your user who asks
        #[arg(long, value_name = "U")]
        username: Option<String>,
        #[command(flatten)]
        acting: Acting,
    },
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::User { carrier, email, username, acting } => {
            let client = context.acting_client(acting)?;
            let id = carrier.carrier()?;
            let request = UserVerification::new(&id, email);
            let request = username.iter().fold(request, |request, user| request.user(user));
            let call = async { client.verification().user(&request).await.map(|sent| sent.answer().clone()) };
            acts::one(context, id.to_string(), call, |answer| {
                format!("{id}: {}", acts::sent("verification", email, Sent::from(answer.clone()).message()))
            })
            .await
        }
        Command::Vin { carrier, phone, username, acting } => {
            let client = context.acting_client(acting)?;
            let id = carrier.carrier()?;
            let request = VinVerification::new(&id, phone);
            let request = username.iter().fold(request, |request, user| request.user(user));
            let call = client.verification().vin(&request);
            acts::one(context, id.to_string(), call, |sent| {
                let number = sent.vin_verification_request_id.map(|id| format!(", request {id}")).unwrap_or_default();
                format!("{id}: {}{number}", acts::sent("verification", phone, sent.message.as_deref()))
            })
            .await
        }
    }
}
