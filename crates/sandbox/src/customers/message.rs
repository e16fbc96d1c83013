//! One message of the outbox: as it is kept, and as it is read.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::world::clock::Ticks;

/// An address or a phone number is cut after this many characters, and so is a subject.
const LONGEST: usize = 320;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum MessageKind {
    /// To a carrier: complete your packet. It has the link to the page where that is done.
    Invitation,
    /// The same to those who are to get a copy (`notificationEmails`).
    InvitationCopy,
    /// To the user who invited: the invitation was sent (`sendConfirmationEmail`).
    InvitationConfirmation,
    /// To a driver, by text message: photograph the number of the vehicle.
    VinVerification,
    /// To a user of a carrier: show who you are.
    UserVerification,
    /// To the user who invited, or the customer: a carrier completed its packet.
    PacketCompleted,
    /// To an insurance agency: send a certificate.
    InsuranceRequest,
}

impl MessageKind {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Invitation,
        Self::InvitationCopy,
        Self::InvitationConfirmation,
        Self::VinVerification,
        Self::UserVerification,
        Self::PacketCompleted,
        Self::InsuranceRequest,
    ];

    /// The name in the control API: `"invitationCopy"`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::InvitationCopy => "invitationCopy",
            Self::InvitationConfirmation => "invitationConfirmation",
            Self::VinVerification => "vinVerification",
            Self::UserVerification => "userVerification",
            Self::PacketCompleted => "packetCompleted",
            Self::InsuranceRequest => "insuranceRequest",
        }
    }
}

/// How a message would have gone out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Channel {
    /// As an email.
    Email,
    /// As a text message to a phone. It has no subject.
    Text,
}

/// An email or a text message that would have gone out.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use mycarrierpackets_sandbox::{MessageKind, Sandbox};
///
/// let sandbox = Sandbox::builder().carriers(10).start().await?;
/// sandbox.complete_packet(23868);
/// let messages = sandbox.customer("demo").outbox();
/// assert_eq!((messages[0].kind, messages[0].to.as_str()), (MessageKind::PacketCompleted, "demo@broker.example"));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Message {
    /// Counts from 1, through the messages of all customers, and goes on when the outbox is cleared.
    pub number: u64,
    /// The customer whose call or carrier brought it about, by user name.
    pub customer: String,
    /// What it is about.
    pub kind: MessageKind,
    /// How it would have gone out.
    pub channel: Channel,
    /// The email address or phone number, as it was given.
    pub to: String,
    /// Empty for a text message.
    pub subject: String,
    /// What it says, links included.
    pub text: String,
    /// The links in the text, in order. They lead to the pages of this sandbox's portal.
    pub links: Vec<String>,
    /// When it went out, in the sandbox's time.
    pub at: SystemTime,
}

/// A message as it is kept: links without the address of the portal, which differs from start to start.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) number: u64,
    pub(crate) kind: MessageKind,
    pub(crate) to: String,
    channel: Channel,
    subject: String,
    body: Vec<Part>,
    at: Ticks,
}

#[derive(Clone, Serialize, Deserialize)]
enum Part {
    Text(String),
    /// A path and query of the portal.
    Link(String),
}

impl Letter {
    /// An email.
    pub(crate) fn to(to: &str, kind: MessageKind, at: Ticks) -> Self {
        let (subject, body) = (String::new(), Vec::new());
        Self { number: 0, kind, to: cut(to), channel: Channel::Email, subject, body, at }
    }

    pub(crate) fn by_text_message(mut self) -> Self {
        self.channel = Channel::Text;
        self
    }

    pub(crate) fn subject(mut self, subject: &str) -> Self {
        self.subject = cut(subject);
        self
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.body.push(Part::Text(text.to_owned()));
        self
    }

    /// A page of the portal, by its path and query.
    pub(crate) fn link(mut self, path: String) -> Self {
        self.body.push(Part::Link(path));
        self
    }

    /// About how much memory it takes.
    pub(crate) fn size(&self) -> usize {
        let part = |part: &Part| match part {
            Part::Text(text) | Part::Link(text) => text.len(),
        };
        100 + self.to.len() + self.subject.len() + self.body.iter().map(part).sum::<usize>()
    }

    /// The message that a customer sees, at this address of the portal.
    pub(crate) fn read(&self, customer: &str, portal: &str) -> Message {
        let (mut text, mut links) = (String::new(), Vec::new());
        for part in &self.body {
            match part {
                Part::Text(own) => text.push_str(own),
                Part::Link(path) => {
                    let link = format!("{portal}{path}");
                    text.push_str(&link);
                    links.push(link);
                }
            }
        }
        Message {
            number: self.number,
            customer: customer.to_owned(),
            kind: self.kind,
            channel: self.channel,
            to: self.to.clone(),
            subject: self.subject.clone(),
            text,
            links,
            at: self.at.into_system(),
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
