//! HTTP: a request an event, signed.

use super::{NotTaken, Signer, Sink};
use crate::error::Error;
use crate::event::Event;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use mycarrierpackets::reqwest::{self, Client, Response, StatusCode, header};
use mycarrierpackets::url::{Host, Url};
use std::time::Duration;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// As much of an answer is read as says why.
const ANSWER: usize = 4096;

/// Posts each event to an address, as a CloudEvent (`application/cloudevents+json`) that is signed as
/// [Standard Webhooks](https://www.standardwebhooks.com) says: `webhook-id` is the id of the event, the same whenever it
/// comes again.
///
/// | answer | what follows |
/// |---|---|
/// | 2xx | taken |
/// | 429, 5xx, 408, 425, none within the time, no connection | the sink is down, for as long as `Retry-After` says |
/// | 401, 403, 407, or a redirect, which is not followed: secrets and data stay with the host | the sink is down |
/// | any other 4xx, 410 too | this event is refused |
///
/// ```
/// use mycarrierpackets_sync::sink::{Http, Signer};
/// use std::time::Duration;
///
/// let signer = Signer::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
/// let sink = Http::new("https://tms.example/events", signer)?.timeout(Duration::from_secs(10));
/// # Ok::<(), mycarrierpackets_sync::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    url: Url,
    signer: Signer,
    timeout: Duration,
}

impl Http {
    /// A sink at an address, which begins with `https:` unless it is on this machine.
    ///
    /// # Errors
    /// [`Error::Sink`]: the address cannot be read, or is not encrypted.
    pub fn new(url: &str, signer: Signer) -> Result<Self, Error> {
        Self::at(url, signer, false)
    }

    /// As [`new`](Self::new), to an address that may begin with `http:`. Whoever is on the way reads everything, so the
    /// way should be within a private network.
    ///
    /// # Errors
    /// [`Error::Sink`]: the address cannot be read.
    pub fn unencrypted(url: &str, signer: Signer) -> Result<Self, Error> {
        Self::at(url, signer, true)
    }

    /// How long an answer may take. Default 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn at(url: &str, signer: Signer, unencrypted: bool) -> Result<Self, Error> {
        // The address may hold a password, so no message has it.
        let url: Url = url.parse().map_err(|error| Error::Sink(format!("the address of a sink: {error}")))?;
        let here = is_this_machine(&url);
        match url.scheme() {
            "https" => {}
            "http" if here || unencrypted => {}
            "http" => {
                let what = "the address of a sink begins with http:, and everybody on the way could read the events";
                return Err(Error::Sink(what.to_owned()));
            }
            _ => return Err(Error::Sink("the address of a sink begins with https:".to_owned())),
        }
        let builder = Client::builder()
            .user_agent(concat!("mycarrierpackets-sync/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .gzip(false)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        // A proxy could not reach this machine.
        let builder = if here { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| Error::Sink(format!("no HTTP client can be made: {error}")))?;
        Ok(Self { client, url, signer, timeout: Duration::from_secs(30) })
    }

    fn named(&self, what: &str) -> String {
        format!("{}: {what}", self.url.origin().ascii_serialization())
    }
}

impl Sink for Http {
    async fn take(&mut self, event: &Event) -> Result<(), NotTaken> {
        let body = serde_json::to_vec(event)
            .map_err(|error| NotTaken::refused(format!("an event cannot be written as JSON: {error}")))?;
        // Of each try: a receiver refuses what was signed long ago.
        let now = Timestamp::now();
        let request = self
            .client
            .post(self.url.clone())
            .timeout(self.timeout)
            .header(header::CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", now.as_second())
            .header("webhook-signature", self.signer.sign(&event.id, now.as_second(), &body))
            .body(body);
        let response = request.send().await.map_err(|error| {
            let (is_events, why) = (error.is_builder(), self.named(&chain(&error.without_url())));
            // An id that no header can have, and nothing was sent.
            if is_events { NotTaken::Refused(why) } else { NotTaken::down(why) }
        })?;
        let status = response.status();
        if status.is_success() {
            // A connection whose answer was read to its end serves the next event.
            let _ = beginning(response).await;
            return Ok(());
        }
        let retry_after = retry_after(&response, now);
        let said = beginning(response).await;
        let why = self.named(format!("{status} {said}").trim_end());
        Err(if is_refusal(status) { NotTaken::Refused(why) } else { NotTaken::Down { why, retry_after } })
    }
}

/// Whether a status is about the event, and not about the sink or who sends.
fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 407 | 408 | 425 | 429)
}

/// In seconds, or until a time.
fn retry_after(response: &Response, now: Timestamp) -> Option<Duration> {
    let value = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = rfc2822::parse(value).ok()?.timestamp();
    Duration::try_from(until.duration_since(now)).ok()
}

/// The beginning of an answer, in one line.
async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    let text: String = String::from_utf8_lossy(&bytes).chars().take(200).collect();
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn chain(error: &dyn std::error::Error) -> String {
    let source = error.source().map(|source| format!(": {}", chain(source)));
    format!("{error}{}", source.unwrap_or_default())
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
