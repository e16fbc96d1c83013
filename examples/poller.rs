//! Polls what changed at the monitored carriers, and loses nothing: each change once, across restarts, late rows and errors.
//!
//! It runs three rounds against the sandbox in this process, whose clock it skips between them. A real poller keeps the
//! cursor in the transaction that keeps what it made of the changes, and begins again with it.

use mycarrierpackets::feed::{CarrierChanges, Cursor};
use mycarrierpackets::jiff::SignedDuration;
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sandbox::Sandbox;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let environment = Environment::custom(sandbox.base_url().parse()?);
    let client =
        Client::builder().environment(environment).credentials(sandbox.username(), sandbox.password()).build()?;
    client.check_token().await?;
    // A later run begins with the cursor that was kept.
    let day_ago = client.server_time() - SignedDuration::from_hours(24);
    let mut feed = client.feed(CarrierChanges, Cursor::starting_at(day_ago));
    for _ in 0..3 {
        let batch = feed.poll().await?;
        for row in &batch.new {
            let details = row.record.carrier_details.as_ref();
            let dot = details.and_then(|it| it.dot_number.as_ref()?.value.as_deref()).unwrap_or("unknown");
            println!("  DOT {dot}: {}", row.record.change_categories.as_deref().unwrap_or_default().join(", "));
        }
        // Rows that were not understood, and time that the feed no longer reaches, are for a person.
        assert!(batch.rejected.is_empty() && batch.gap.is_none());
        println!("{} new, read until {}", batch.new.len(), batch.cursor.position().read_until());
        feed.accept(batch);
        sandbox.advance(Duration::from_secs(15 * 60));
        // The next answer shows the new time.
        client.carriers().preview(23868).await?;
    }
    Ok(())
}
