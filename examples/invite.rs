//! An invitation that is sent once: when the outcome is unknown, look before you send it again.

use mycarrierpackets::resources::{Arrival, Invitation};
use mycarrierpackets_sandbox::Fault;
use std::error::Error;

mod support;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (sandbox, client) = support::sandbox().await?;
    // The server acts, and its answer is lost.
    sandbox.fault(Fault::reset_after_work().on("EmailPacketInvitation").first(1));

    let invitation = Invitation::new("DOT 23868 MC113843", "dispatch@carrier.example");
    let begun = client.server_time();
    match client.invitations().send(&invitation).await {
        Ok(sent) => println!("{}", sent.message().unwrap_or("sent")),
        Err(error) if error.may_have_acted() => {
            println!("unknown: {error}");
            match client.invitations().arrived(&invitation, begun).await? {
                Arrival::Seen => println!("it was sent all the same: not sent again"),
                _ => println!("not to be seen yet: ask again later, and do not send it again before"),
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
