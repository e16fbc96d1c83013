//! Polls what changed at the monitored carriers, and loses nothing: windows that overlap, a cursor that moves only past
//! what was understood and handed on, each change once.
//!
//! It runs three rounds against the sandbox in this process, whose clock it skips between them. A real poller keeps the
//! cursor and what was seen where they survive it, together with what it made of the changes, and waits 5 to 15 minutes.

use mycarrierpackets::jiff::{SignedDuration, Timestamp};
use mycarrierpackets::models::CarrierChange;
use mycarrierpackets::{Client, Environment, Result, Window};
use mycarrierpackets_sandbox::Sandbox;
use std::collections::BTreeMap;
use std::time::Duration;

/// Rows can become visible late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(30);
/// More in one window is a mistake, or the poller was away for long and should read shorter ones.
const MOST: usize = 100_000;

struct Poller {
    cursor: Timestamp,
    /// What was handed on, and when: until no window reaches back to it.
    seen: BTreeMap<String, Timestamp>,
}

impl Poller {
    /// Hands on what is new; how much it was. `None` where the feed was not understood to its end: the cursor stays, and
    /// the next round reads the same again.
    async fn round(&mut self, client: &Client, handle: impl Fn(&CarrierChange)) -> Result<Option<usize>> {
        let now = client.server_time();
        let window = Window::new(self.cursor - OVERLAP, now)?;
        let listing = client.monitoring().changes(window).read_all(MOST).await?;
        let mut new = 0;
        for change in &listing.items {
            if self.seen.insert(key(change), now).is_none() {
                handle(change);
                new += 1;
            }
        }
        if !listing.report.complete || listing.report.changed || !listing.rejected.is_empty() {
            return Ok(None);
        }
        self.cursor = now;
        self.seen.retain(|_, last| *last >= now - OVERLAP - OVERLAP);
        Ok(Some(new))
    }
}

/// A row has no number of its own, so it is the same as another only if all of it is.
fn key(change: &CarrierChange) -> String {
    serde_json::to_string(change).unwrap_or_default()
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let at = Environment::Custom { api: sandbox.base_url().parse()?, portal: None };
    let client = Client::builder().environment(at).credentials(sandbox.username(), sandbox.password()).build()?;
    // The first answer shows the server's time.
    client.check_token().await?;
    let mut poller = Poller { cursor: client.server_time() - SignedDuration::from_hours(24), seen: BTreeMap::new() };
    for _ in 0..3 {
        let new = poller.round(&client, |change| println!("  {}", line(change))).await?;
        match new {
            Some(new) => println!("{new} new, read until {}", poller.cursor),
            None => println!("not all was understood; read again from {}", poller.cursor),
        }
        sandbox.advance(Duration::from_secs(15 * 60));
        // A clock that was skipped shows in the next answer.
        client.carriers().preview(23868).await?;
    }
    Ok(())
}

fn line(change: &CarrierChange) -> String {
    let carrier = change.carrier_details.as_ref();
    let dot = carrier.and_then(|carrier| carrier.dot_number.as_ref()).and_then(|dot| dot.value.clone());
    let kinds = change.change_categories.as_deref().unwrap_or_default().join(", ");
    format!("DOT {}: {kinds}", dot.map_or_else(|| "unknown".into(), |dot| dot.to_string()))
}
