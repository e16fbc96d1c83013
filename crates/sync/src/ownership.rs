//! Which fields of a carrier the vendor owns: those of a monitored carrier, which a TMS shows and does not let anybody
//! change. The view `carrier_fields` of the store has the same for all carriers.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use mycarrierpackets::{Client, Environment};
//! use mycarrierpackets_sync::ownership::{self, Owned};
//! use mycarrierpackets_sync::{Engine, Settings, store::Store};
//!
//! # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
//! # let environment = Environment::custom(sandbox.base_url().parse()?);
//! let client = Client::builder().environment(environment).credentials("demo", "demo").build()?;
//! let monitored = client.monitoring().list().read_next().await?.and_then(|first| first.dot_number);
//! let carrier = format!("DOT:{}", monitored.expect("a number"));
//! let engine = Engine::new(Store::open("sqlite::memory:").await?, move |_customer| Ok(client.clone()));
//! engine.add_customer("acme", "Acme Freight").await?;
//! engine.tick("acme").await?;
//!
//! let settings = Settings::default();
//! let read = async |tx| ownership::fields(&tx, "acme", &carrier, &settings).await;
//! let known = engine.store().read(read).await?;
//! assert_eq!(known.owned, Owned::Yes);
//! for field in &known.fields {
//!     match &field.value {
//!         Some(value) => println!("lock {} at {value}", field.path),
//!         None => println!("lock {}, and blank it", field.path),
//!     }
//! }
//! # assert!(known.fields.iter().any(|field| field.value.is_some()));
//! # Ok(()) }
//! ```

use crate::engine::Settings;
use crate::error::Error;
use crate::store::{Tx, ownership};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// The fields of a carrier, and whether the vendor owns them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Ownership {
    /// The carrier, as the store names it.
    pub carrier: String,
    /// Whether the vendor owns them.
    pub owned: Owned,
    /// Why that is unknown.
    pub why: Option<String>,
    /// The last complete read of the monitored list, which this is by.
    pub list_read_at: Option<Timestamp>,
    /// Every field that the vendor has, or had.
    pub fields: Vec<Field>,
}

/// Whether the vendor owns the fields of a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Owned {
    /// The carrier is monitored: lock them.
    Yes,
    /// It is not: they are whoever's they were.
    No,
    /// Nobody can know. Neither lock nor unlock them.
    Unknown,
}

/// A field of a carrier.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Field {
    /// The part of the carrier. What different operations say is never compared.
    pub section: String,
    /// Where it stands, as in [`FieldChange::path`](crate::FieldChange::path).
    pub path: String,
    /// What it is; nothing: the vendor has it blank.
    pub value: Option<Value>,
    /// What it was before; nothing: it was blank, or never changed.
    pub previous: Option<Value>,
    /// When it was first read so.
    pub since: Timestamp,
}

/// The fields of `carrier`, a name that [`find`](crate::history::find) gave. `settings` say how often the monitored list is
/// read: from one that was last read more than 2.2 times that ago, nothing follows.
///
/// # Errors
/// Those of the store.
pub async fn fields(tx: &Tx, customer: &str, carrier: &str, settings: &Settings) -> Result<Ownership, Error> {
    let now = tx.now().await?;
    let (read_at, absences) = ownership::standing(tx, customer, carrier).await?;
    let longest = i64::try_from(settings.lists.mul_f64(2.2).as_micros()).unwrap_or(i64::MAX);
    let unknown = |why: &str| (Owned::Unknown, Some(why.to_owned()));
    let (owned, why) = match (read_at, absences) {
        (None, _) => unknown("the monitored list has not been read whole yet"),
        (Some(read_at), _) if now.saturating_sub(read_at) > longest => {
            unknown("the monitored list was last read whole too long ago")
        }
        (_, Some(0)) => (Owned::Yes, None),
        (_, Some(_)) => unknown("the last read of the monitored list was without it, and one may be wrong"),
        (_, None) => (Owned::No, None),
    };
    let fields = ownership::list(tx, customer, carrier).await?.into_iter().map(|field| Field {
        section: field.section,
        path: field.path,
        value: field.value,
        previous: field.previous,
        since: time(field.since),
    });
    let fields = fields.collect();
    Ok(Ownership { carrier: carrier.to_owned(), owned, why, list_read_at: read_at.map(time), fields })
}

fn time(at: i64) -> Timestamp {
    Timestamp::from_microsecond(at).unwrap_or_default()
}
