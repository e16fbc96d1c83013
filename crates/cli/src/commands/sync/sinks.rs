//! The sinks of a store.

use jiff::Timestamp;
use mycarrierpackets_sync::store::routes::Route;
use serde::Serialize;

/// A sink, as `sync status` shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    sink: String,
    waiting: i64,
    parked: i64,
    failures: i64,
    last_success: Option<Timestamp>,
    /// When one that is down is tried again.
    due: Option<Timestamp>,
    error: Option<String>,
}

impl Status {
    pub fn of(route: Route) -> Self {
        let time = |at| Timestamp::from_microsecond(at).ok();
        Self {
            sink: route.sink,
            waiting: route.waiting,
            parked: route.parked,
            failures: route.failures,
            last_success: route.last_success.and_then(time),
            due: Some(route.due_at).filter(|_| route.failures > 0).and_then(time),
            error: route.error,
        }
    }

    pub fn shown(&self) -> String {
        let Self { sink, waiting, parked, failures, error, .. } = self;
        let down = if *failures > 0 { format!(", down for {failures} tries") } else { String::new() };
        let error = error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
        format!("{sink}: {waiting} wait, {parked} parked{down}{error}")
    }
}
