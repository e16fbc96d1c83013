//! NATS JetStream: a message an event, acknowledged by the server.

use super::{NotTaken, Sink};
use crate::error::Error;
use crate::event::Event;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::{self, Context};
use async_nats::{Client, HeaderMap};
use std::time::Duration;

/// How long the first connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// Publishes each event to the subject `PREFIX.TYPE`, such as `tms.mycarrierpackets.carrier.changed`, and counts it as
/// taken once the server acknowledged that a stream keeps it.
///
/// The header `Nats-Msg-Id` is the id of the event: a copy that comes within the stream's duplicate window, two minutes
/// unless it is set otherwise, is dropped by the server. Without a stream for the subject, the sink is down.
///
/// ```no_run
/// # async fn connected() -> Result<(), mycarrierpackets_sync::Error> {
/// use mycarrierpackets_sync::sink::Nats;
///
/// let sink = Nats::connect("nats://nats.internal.example:4222", "tms").await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Nats {
    client: Client,
    context: Context,
    prefix: String,
}

impl Nats {
    /// Connects to a server, or to one of several with commas between. A connection that is lost is made again.
    ///
    /// # Errors
    /// [`Error::Sink`]: no server can be reached, or the prefix is not the beginning of a subject.
    pub async fn connect(address: &str, prefix: &str) -> Result<Self, Error> {
        // The address may hold a password, so no message has it.
        let wrong = |error: &dyn std::fmt::Display| Error::Sink(format!("no connection to NATS: {error}"));
        let addresses = address.split(',').map(|address| address.trim().parse::<async_nats::ServerAddr>());
        let addresses = addresses.collect::<Result<Vec<_>, _>>().map_err(|_| wrong(&"an address cannot be read"))?;
        let options = async_nats::ConnectOptions::new().connection_timeout(CONNECT).name("mycarrierpackets-sync");
        let client = options.connect(addresses).await.map_err(|error| wrong(&error))?;
        Self::new(client, prefix)
    }

    /// Uses a connection of the caller's own.
    ///
    /// # Errors
    /// [`Error::Sink`]: the prefix is not the beginning of a subject.
    pub fn new(client: Client, prefix: &str) -> Result<Self, Error> {
        if !is_subject(prefix) {
            return Err(Error::Sink(format!("{prefix:?} is not the beginning of a subject, such as tms.events")));
        }
        Ok(Self { context: jetstream::new(client.clone()), client, prefix: prefix.to_owned() })
    }
}

/// Words with dots between, none of them a wildcard.
fn is_subject(text: &str) -> bool {
    text.split('.').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_graphic() && c != '*' && c != '>'))
}

impl Sink for Nats {
    async fn take(&mut self, event: &Event) -> Result<(), NotTaken> {
        let body = serde_json::to_vec(event)
            .map_err(|error| NotTaken::refused(format!("an event cannot be written as JSON: {error}")))?;
        let most = self.client.server_info().max_payload;
        if body.len() > most {
            return Err(NotTaken::refused(format!("its {} bytes are more than the server takes, {most}", body.len())));
        }
        let subject = format!("{}.{}", self.prefix, event.kind);
        if !is_subject(&subject) {
            return Err(NotTaken::refused(format!("{subject:?} is not a subject")));
        }
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", event.id.as_str());
        headers.insert("Content-Type", "application/cloudevents+json");
        let sent = self.context.publish_with_headers(subject.clone(), headers, body.into()).await;
        let acknowledged = match sent {
            Ok(acknowledged) => acknowledged.await,
            Err(error) => Err(error),
        };
        acknowledged.map(drop).map_err(|error| match error.kind() {
            PublishErrorKind::StreamNotFound => NotTaken::down(format!("no stream keeps {subject}")),
            _ => NotTaken::down(format!("NATS: {error}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_subject;

    #[test]
    fn a_subject_is_words_with_dots_between() {
        for subject in ["tms", "tms.events", "tms.mycarrierpackets.carrier.changed"] {
            assert!(is_subject(subject), "{subject}");
        }
        for subject in ["", ".", "tms.", ".tms", "a..b", "tms.*", "tms.>", "two words", "tms\r\n"] {
            assert!(!is_subject(subject), "{subject}");
        }
    }
}
