//! Under which names a carrier is looked for, and with which settings its customer's feeds were read.

use super::time;
use crate::engine::Settings;
use crate::error::Error;
use crate::schedule::Schedule;
use crate::store::{Tx, aliases, terms};
use jiff::Timestamp;
use serde::Serialize;

/// Another number of a carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Name {
    /// The number, as a name in the store.
    pub number: String,
    /// Since when it is known to be a number of the carrier.
    pub since: Timestamp,
    /// Whether another carrier has it, too: then it is a name of neither.
    pub shared: bool,
}

impl Name {
    pub(super) async fn all(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<Self>, Error> {
        let names = aliases::of_carrier(tx, customer, carrier).await?;
        let name = |name: aliases::Alias| Self { number: name.alias, since: time(name.since), shared: name.shared };
        Ok(names.into_iter().map(name).collect())
    }
}

/// A time in which a customer was paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Paused {
    /// When it began.
    pub since: Timestamp,
    /// When it ended; nothing if it has not.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

impl Paused {
    pub(super) async fn at(tx: &Tx, customer: &str, at: i64) -> Result<Option<Self>, Error> {
        let pause = terms::pause_at(tx, customer, at).await?;
        let paused =
            |pause: terms::Pause| Self { since: time(pause.since), until: pause.until.map(time), reason: pause.reason };
        Ok(pause.map(paused))
    }
}

/// The settings in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Under {
    /// When a worker first had them; nothing if none noted its settings yet, and these are the defaults.
    pub since: Option<Timestamp>,
    /// The settings.
    #[serde(flatten)]
    pub schedule: Schedule,
}

impl Under {
    pub(super) async fn at(tx: &Tx, customer: &str, at: i64) -> Result<Self, Error> {
        let noted = terms::settings_at(tx, customer, at).await?;
        let read = noted.and_then(|(since, text)| Some((since, serde_json::from_str(&text).ok()?)));
        Ok(match read {
            Some((since, schedule)) => Self { since: Some(time(since)), schedule },
            None => Self { since: None, schedule: Settings::default().schedule() },
        })
    }
}
