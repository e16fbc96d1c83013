//! Which row is the same as another.

use crate::Operation;
use crate::types::CarrierId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};

/// What distinguishes one row of a feed from every other: the same each time the vendor shows the row, whatever else the
/// row holds by then.
///
/// Its text is 64 hexadecimal digits and does not change between versions of this crate: it can be a key in a database.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowId(String);

impl RowId {
    /// The text.
    ///
    /// ```
    /// # fn f(row: mycarrierpackets::feed::RejectedRow) {
    /// assert_eq!(row.id.as_str().len(), 64);
    /// # }
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Of parts that together name one thing that happened.
    pub(super) fn of(parts: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            // The length keeps "ab" "c" and "a" "bc" apart.
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let mut text = String::with_capacity(64);
        for byte in hasher.finalize() {
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// That of a row which does not say when it happened, or to whom, or which could not be read at all: the same as
    /// another only if all of it is.
    ///
    /// ```
    /// use mycarrierpackets::{Operation, feed::RowId};
    ///
    /// let of = |row: &str| RowId::of_content(Operation::CarriersChanges, row.as_bytes());
    /// assert_eq!(of(r#"{"a": 1, "b": 2}"#), of(r#"{"b":2,"a":1}"#));
    /// assert_eq!(of(r#"{"$id": "1", "a": {"$id": "2"}}"#), of(r#"{"$id": "7", "a": {"$id": "8"}}"#));
    /// assert_ne!(of("[1, 2]"), of("[2, 1]"));
    /// ```
    pub fn of_content(feed: Operation, json: &[u8]) -> Self {
        Self::of(&[feed.id(), "content", &String::from_utf8_lossy(&canonical(json))])
    }
}

// The order of the keys says nothing, and neither does a space between two of them.
fn canonical(json: &[u8]) -> Vec<u8> {
    let read: Result<serde_json::Value, _> = serde_json::from_slice(json);
    read.and_then(|value| serde_json::to_vec(&unnumbered(value))).unwrap_or_else(|_| json.to_vec())
}

// The server numbers the objects of an answer: the same row has another `$id` in the next.
fn unnumbered(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Array(items) => items.into_iter().map(unnumbered).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| name != "$id");
            fields.map(|(name, value)| (name, unnumbered(value))).collect()
        }
        other => other,
    }
}

/// The carrier in a form that stays when it gets another docket number: by its DOT number where it has one.
pub(super) fn carrier(id: &CarrierId) -> String {
    if let Some(dot) = id.dot_number() {
        return format!("dot:{dot}");
    }
    if let Some(docket) = id.docket_number() {
        return format!("docket:{:?}:{}", docket.kind(), docket.digits().trim_start_matches('0'));
    }
    format!("intrastate:{}", id.intrastate_number().unwrap_or_default().to_lowercase())
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
