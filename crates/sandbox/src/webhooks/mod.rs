//! Webhooks: who is notified of what, and what was sent to whom.

pub(crate) mod body;
pub(crate) mod delivery;
mod places;
pub(crate) mod queue;

pub use delivery::{Attempt, Delivery, DeliveryState};
pub(crate) use places::{Kept, Whose};
pub(crate) use queue::Webhooks;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::world::facts::Report;

/// What a webhook can be notified of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WebhookEvent {
    /// A carrier completed its packet.
    #[serde(rename = "carrier.packet.completed")]
    PacketCompleted,
    /// An incident with a monitored carrier was reported.
    #[serde(rename = "carrier.incident_report.created")]
    IncidentReportCreated,
    /// A report was corrected.
    #[serde(rename = "carrier.incident_report.updated")]
    IncidentReportUpdated,
    /// A report was withdrawn.
    #[serde(rename = "carrier.incident_report.retracted")]
    IncidentReportRetracted,
    /// A carrier photographed the number of its vehicle, as the customer had asked.
    #[serde(rename = "carrier.vin_verification.completed")]
    VinVerificationCompleted,
    /// A user of a carrier showed who they are, as the customer had asked.
    #[serde(rename = "carrier.user_verification.completed")]
    UserVerificationCompleted,
}

impl WebhookEvent {
    /// The name in the body and in the `MCP-Event` header: `"carrier.packet.completed"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PacketCompleted => "carrier.packet.completed",
            Self::IncidentReportCreated => "carrier.incident_report.created",
            Self::IncidentReportUpdated => "carrier.incident_report.updated",
            Self::IncidentReportRetracted => "carrier.incident_report.retracted",
            Self::VinVerificationCompleted => "carrier.vin_verification.completed",
            Self::UserVerificationCompleted => "carrier.user_verification.completed",
        }
    }

    pub(crate) fn of(report: Report) -> Self {
        match report {
            Report::Created => Self::IncidentReportCreated,
            Report::Updated => Self::IncidentReportUpdated,
            Report::Retracted => Self::IncidentReportRetracted,
        }
    }
}

/// A subscription to the events of one customer.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use mycarrierpackets_sandbox::{Sandbox, Webhook, WebhookEvent};
///
/// let sandbox = Sandbox::builder().carriers(10).start().await?;
/// let webhook = Webhook::to("http://127.0.0.1:9/mcp").secret("example").events([WebhookEvent::PacketCompleted]);
/// let id = sandbox.add_webhook(webhook).map_err(std::io::Error::other)?;
/// // Each delivery goes out twice from now on.
/// sandbox.update_webhook(id, |webhook| webhook.duplicate(true)).map_err(std::io::Error::other)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[must_use = "pass it to `Sandbox::add_webhook`"]
pub struct Webhook {
    pub(crate) url: String,
    #[serde(default = "demo")]
    pub(crate) customer: String,
    /// All if it is empty.
    #[serde(default)]
    pub(crate) events: Vec<WebhookEvent>,
    #[serde(default)]
    pub(crate) secret: String,
    #[serde(default)]
    pub(crate) push: bool,
    #[serde(default)]
    pub(crate) paused: bool,
    #[serde(default)]
    pub(crate) duplicate: bool,
    #[serde(default)]
    pub(crate) reorder: bool,
    #[serde(default)]
    pub(crate) wrong_signature: bool,
}

fn demo() -> String {
    crate::customers::USERNAME.to_owned()
}

impl Webhook {
    /// Sends all events of the customer `demo` to an address, `http` or `https`.
    pub fn to(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            customer: demo(),
            events: Vec::new(),
            secret: String::new(),
            push: false,
            paused: false,
            duplicate: false,
            reorder: false,
            wrong_signature: false,
        }
    }

    /// The key of the signatures. Without it the sandbox makes one. To rotate it, give another.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = secret.into();
        self
    }

    /// Whose events.
    pub fn customer(mut self, name: impl Into<String>) -> Self {
        self.customer = name.into();
        self
    }

    /// Only these.
    pub fn events(mut self, events: impl IntoIterator<Item = WebhookEvent>) -> Self {
        self.events = events.into_iter().collect();
        self
    }

    /// The older model: `POST {url}/{DOTNumber}/{DocketNumber}` when a packet completes, without body and signature.
    pub fn push(mut self) -> Self {
        self.push = true;
        self
    }

    /// Whether deliveries wait until it is false again.
    pub fn paused(mut self, paused: bool) -> Self {
        self.paused = paused;
        self
    }

    /// Whether each delivery goes out twice.
    pub fn duplicate(mut self, duplicate: bool) -> Self {
        self.duplicate = duplicate;
        self
    }

    /// Whether deliveries that are due together go out newest first.
    pub fn reorder(mut self, reorder: bool) -> Self {
        self.reorder = reorder;
        self
    }

    /// Whether the signature is of another secret.
    pub fn wrong_signature(mut self, wrong: bool) -> Self {
        self.wrong_signature = wrong;
        self
    }

    pub(crate) fn wants(&self, event: WebhookEvent) -> bool {
        match self.push {
            true => event == WebhookEvent::PacketCompleted,
            false => self.events.is_empty() || self.events.contains(&event),
        }
    }

    /// What is wrong with the address or the customer, if anything.
    pub(crate) fn mistake(&self, allow_remote: bool) -> Option<String> {
        if !crate::wire::auth::is_user_name(&self.customer) {
            return Some("customer must be a user name of 1 to 100 characters".to_owned());
        }
        let url = match Url::parse(&self.url) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            _ => return Some(format!("url must be an http or https address, and is {:?}", self.url)),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Some("url must not hold a user or a password".to_owned());
        }
        let local = match url.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        (!local && !allow_remote)
            .then(|| "url must be on this machine, unless --allow-remote-webhooks was given at the start".to_owned())
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("url", &self.url).field("customer", &self.customer).finish_non_exhaustive()
    }
}
