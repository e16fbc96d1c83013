//! What is done at the vendor: invitations, and who is monitored and blocked.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use mycarrierpackets::{Client, Environment};
//! use mycarrierpackets_sync::acts::{Act, Acted};
//! use mycarrierpackets_sync::store::{Store, acts};
//! use mycarrierpackets_sync::Engine;
//!
//! # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
//! # let environment = Environment::custom(sandbox.base_url().parse()?);
//! let client = Client::builder().environment(environment).credentials("demo", "demo").build()?;
//! let engine = Engine::new(Store::open("sqlite::memory:").await?, move |_customer| Ok(client.clone()));
//! engine.add_customer("acme", "Acme Freight").await?;
//!
//! match engine.act("acme", &Act::Monitor("DOT 23868".parse()?)).await? {
//!     Acted::Done { .. } => {}
//!     Acted::Refused { error, .. } => println!("nothing was done: {error}"),
//!     Acted::Unknown { id, .. } => println!("nobody knows; {id} is settled by the next reads of the list"),
//!     other => println!("nothing was sent: {other:?}"),
//! }
//! assert!(engine.store().read(async |tx| acts::open(&tx, "acme").await).await?.is_empty());
//! # Ok(()) }
//! ```

use crate::carrier::carrier_key;
use crate::engine::Engine;
use crate::error::Error;
use crate::store::acts::{self, Begun, Kind, New, Outcome};
use crate::store::leases::{self, Claim, Claimed};
use crate::store::{Tx, aliases};
use jiff::Timestamp;
use mycarrierpackets::resources::{Arrival, Invitation};
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Client, ErrorKind, Operation};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something to do at the vendor.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Act {
    /// Emails a carrier the invitation to complete its packet.
    Invite {
        /// Whom.
        carrier: CarrierId,
        /// The address.
        email: String,
    },
    /// Puts a carrier on the monitored list.
    Monitor(CarrierId),
    /// Takes a carrier off the monitored list.
    Unmonitor(CarrierId),
    /// Blocks a carrier.
    Block(CarrierId),
    /// Lifts the block of a carrier.
    Unblock(CarrierId),
}

impl Act {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Invite { .. } => Kind::Invite,
            Self::Monitor(_) => Kind::Monitor,
            Self::Unmonitor(_) => Kind::Unmonitor,
            Self::Block(_) => Kind::Block,
            Self::Unblock(_) => Kind::Unblock,
        }
    }

    /// To whom it is done.
    pub fn carrier(&self) -> &CarrierId {
        match self {
            Self::Invite { carrier, .. }
            | Self::Monitor(carrier)
            | Self::Unmonitor(carrier)
            | Self::Block(carrier)
            | Self::Unblock(carrier) => carrier,
        }
    }
}

/// What came of something to do. Only [`Done`](Self::Done), [`Refused`](Self::Refused) and [`Unknown`](Self::Unknown) were
/// written down and sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum Acted {
    /// The vendor did it.
    Done {
        /// The name of the act in the store.
        id: String,
        /// The vendor's answer.
        answer: Value,
    },
    /// The vendor did not do it.
    Refused {
        /// The name of the act in the store.
        id: String,
        /// Why.
        error: mycarrierpackets::Error,
    },
    /// The vendor may have done it. It is not sent again by itself, and further acts of the same kind, or the opposite, are
    /// refused for the carrier until a read or a person clears it.
    Unknown {
        /// The name of the act in the store.
        id: String,
        /// What went wrong.
        error: mycarrierpackets::Error,
    },
    /// Nothing was sent: of the carrier an earlier act of this kind, or the opposite, is not over.
    Open(acts::Act),
    /// Nothing was sent: another worker has the customer. Try again shortly.
    Held {
        /// Its name.
        owner: String,
    },
    /// Nothing was sent: nobody works for the customer.
    Paused {
        /// Why.
        reason: String,
    },
}

/// What an act keeps of what was asked for.
#[derive(Serialize, Deserialize)]
struct Body {
    carrier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// By the vendor's clock.
    since: Timestamp,
}

impl Engine {
    /// Does something at the vendor for a customer. It is written down and committed before it is sent, and its outcome
    /// after. If this future is dropped, or the process dies, between the two, the act is
    /// [unknown](acts::State::Unknown) and stays so: nothing sends it again.
    ///
    /// A call that the vendor may safely get twice is retried as the client's settings say; an invitation never is.
    ///
    /// # Errors
    /// Those of the store, and a client that cannot be made. With one of the store the act may have been done: it is in
    /// [`acts::open`] then.
    pub async fn act(&self, customer: &str, act: &Act) -> Result<Acted, Error> {
        let held = self.holding(customer, async |claim| {
            let client = self.client(claim.customer()).await?;
            self.perform(claim, &client, act).await
        });
        match held.await? {
            Ok(acted) => Ok(acted),
            Err(Claimed::Paused { reason }) => Ok(Acted::Paused { reason }),
            Err(Claimed::Held { owner, .. }) => Ok(Acted::Held { owner }),
            Err(Claimed::Yes(_)) => Ok(Acted::Held { owner: String::new() }),
        }
    }

    /// As [`act`](Self::act), for a customer that is held.
    pub(crate) async fn perform(&self, claim: &Claim, client: &Client, act: &Act) -> Result<Acted, Error> {
        let (customer, kind) = (claim.customer(), act.kind());
        let email = match act {
            Act::Invite { email, .. } => Some(email.clone()),
            _ => None,
        };
        let body = Body { carrier: act.carrier().to_string(), email, since: client.server_time() };
        let body = serde_json::to_string(&body).unwrap_or_default();
        let begin = async |tx: Tx| {
            let held = leases::check(&tx, claim).await?;
            let key = carrier_key(act.carrier());
            let carrier = aliases::find(&tx, customer, &key).await?.unwrap_or(key);
            acts::begin(&held, &New { kind, carrier: &carrier, body: &body }).await
        };
        let id = match self.store().repeatable(begin).await? {
            Begun::Yes(id) => id,
            Begun::Open(open) => return Ok(Acted::Open(open)),
        };
        let sent = send(client, act).await;
        let (outcome, said) = match &sent {
            Ok(answer) => (Outcome::Done, answer.get("MonitoringID").map(|entry| format!("MonitoringID {entry}"))),
            Err(error) => (outcome(kind, error), Some(error.to_string())),
        };
        let end = async |tx: Tx| acts::end(&tx, customer, &id, outcome, said.as_deref()).await;
        self.store().repeatable(end).await?;
        Ok(match sent {
            Ok(answer) => Acted::Done { id, answer },
            Err(error) if outcome == Outcome::Refused => Acted::Refused { id, error },
            Err(error) => Acted::Unknown { id, error },
        })
    }

    /// Asks the vendor about an invitation whose outcome is unknown, and clears it if it is the carrier's newest: whether it
    /// was. False says nothing: the vendor can be late to show an invitation. Other acts are settled by the reads of their
    /// list.
    ///
    /// # Errors
    /// [`Error::Usage`] when there is no unknown invitation of that name, or another worker has the customer; those of the
    /// vendor and of the store.
    pub async fn look_for(&self, customer: &str, id: &str) -> Result<bool, Error> {
        let held = self.holding(customer, async |claim| {
            let found = self.store().read(async |tx| acts::find(&tx, customer, id).await).await?;
            let open = found.filter(|act| act.kind == Kind::Invite && act.ended_at.is_none());
            let body = open.and_then(|act| serde_json::from_str::<Body>(&act.body).ok());
            let Some(Body { carrier, email: Some(email), since }) = body else {
                return Err(Error::Usage(format!("there is no unknown invitation {id}")));
            };
            let invitation = Invitation::new(carrier, email);
            let arrived = self.client(claim.customer()).await?.invitations().arrived(&invitation, since).await?;
            if arrived != Arrival::Seen {
                return Ok(false);
            }
            let why = "the vendor shows it as the carrier's newest invitation";
            Ok(self.store().repeatable(async |tx: Tx| acts::clear(&tx, customer, id, why).await).await?)
        });
        held.await?.map_err(|_| Error::Usage(format!("the customer {customer} is paused, or another worker has it")))
    }
}

async fn send(client: &Client, act: &Act) -> mycarrierpackets::Result<Value> {
    let json = |answer: serde_json::Result<Value>| answer.unwrap_or_default();
    match act {
        Act::Invite { carrier, email } => {
            let sent = client.invitations().send(Invitation::new(carrier, email.as_str())).await?;
            Ok(sent.answer().clone())
        }
        Act::Monitor(carrier) => Ok(json(serde_json::to_value(client.monitoring().add(carrier).await?))),
        Act::Unmonitor(carrier) => Ok(json(serde_json::to_value(client.monitoring().remove(carrier).await?))),
        Act::Block(carrier) => Ok(json(serde_json::to_value(client.blocking().add(carrier).await?))),
        Act::Unblock(carrier) => Ok(json(serde_json::to_value(client.blocking().remove(carrier).await?))),
    }
}

/// What an error says of whether the vendor acted.
fn outcome(kind: Kind, error: &mycarrierpackets::Error) -> Outcome {
    // Of what must not be done twice, the client itself knows.
    if kind == Kind::Invite {
        return if error.may_have_acted() { Outcome::Unknown } else { Outcome::Refused };
    }
    // The client repeats what may come twice, and then an earlier attempt may have been carried out.
    let repeated = error.attempts() > 1;
    let said_no = match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::DryRun | ErrorKind::Config | ErrorKind::Credentials => true,
        ErrorKind::Unauthorized
        | ErrorKind::Forbidden
        | ErrorKind::NotFound
        | ErrorKind::Declined
        | ErrorKind::RateLimited => !repeated,
        ErrorKind::Refused => {
            !repeated && error.status().is_some_and(|status| status.is_client_error() && status.as_u16() != 408)
        }
        // Without a token nothing was sent; without attempts, nothing before either.
        _ => error.operation() == Some(Operation::RequestToken) && error.attempts() == 0,
    };
    if said_no { Outcome::Refused } else { Outcome::Unknown }
}
