//! The kinds of misbehaviour, as they stand in a file and in the control API.

use serde::{Deserialize, Serialize};

use crate::vendor::call::Quirk;
use crate::wire::fault::no::{Later, No};

/// What happens to a call. Times are in milliseconds or seconds, as the names say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum Kind {
    // Answered before any work.
    Status {
        code: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        retry_after_as_date: bool,
    },
    Page {
        code: u16,
    },
    Login {},
    SaysNo {
        form: No,
    },
    ModelState {},
    ServerNotFound {
        by: Nowhere,
    },
    BlobForbidden {},
    OddRetryAfter {
        code: u16,
        form: Later,
    },
    ResetBefore {},
    // What happens to tokens.
    ExpiredToken {},
    RevokedTokens {},
    RefusedRefresh {},
    LostRotation {},
    // The work is done, and differently.
    PageDrift {
        items: u32,
    },
    LateRows {
        seconds: u32,
    },
    DuplicateRows {},
    ClockSkew {
        seconds: i64,
    },
    // The work is done, and the answer is another.
    AfterWork {
        code: u16,
    },
    MessageInstead {},
    EmptyBody {},
    EmptyObject {},
    BrokenJson {},
    CutBody {},
    UnknownFields {},
    MissingFields {},
    UnknownValues {},
    Nulls {},
    NumbersAsText {},
    ObjectForList {},
    WrappedLists {},
    DanglingReference {},
    InvalidUtf8 {},
    DuplicateKeys {},
    HugeNumbers {},
    WrongTypes {},
    // The work is done, and the headers are others.
    ContentType {
        value: String,
    },
    NoContentType {},
    DoubleContentType {},
    NoPagination {},
    BrokenPagination {},
    DoublePagination {},
    BrokenGzip {},
    DateSkew {
        seconds: i64,
    },
    // The work is done, and the bytes come otherwise.
    Delay {
        ms: u64,
    },
    Drip {
        bytes: usize,
        ms: u64,
    },
    Stall {
        after: usize,
    },
    ResetDuring {
        after: usize,
    },
    ResetAfterWork {},
    ShortBody {},
}

impl Kind {
    /// Its name in a file.
    pub(crate) fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(members)) => members["kind"].as_str().unwrap_or_default().to_owned(),
            _ => String::new(),
        }
    }

    /// What it does to a list or a feed.
    pub(crate) fn quirk(&self) -> Option<Quirk> {
        match *self {
            Self::PageDrift { items } => Some(Quirk::Drift(items)),
            Self::LateRows { seconds } => Some(Quirk::Late(seconds)),
            Self::DuplicateRows {} => Some(Quirk::Twice),
            _ => None,
        }
    }

    /// Whether it applies to nothing but the renewal of a token.
    pub(super) fn is_of_renewals(&self) -> bool {
        matches!(self, Self::RefusedRefresh {} | Self::LostRotation {})
    }

    pub(super) fn part(&self) -> Part {
        match self {
            Self::Delay { .. } => Part::Time,
            Self::Drip { .. } | Self::Stall { .. } | Self::ResetDuring { .. } | Self::ShortBody {} => Part::Bytes,
            _ => Part::Answer,
        }
    }
}

/// What of a call a kind concerns. Kinds of different parts can apply to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// When the answer comes.
    Time,
    /// What is done and answered.
    Answer,
    /// How the bytes of the body come.
    Bytes,
}

/// What has nothing at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Nowhere {
    Iis,
    AspNet,
}
