//! How long a call may take, and how much it may read.

use std::time::Duration;

/// Times that a call must keep. Set with [`ClientBuilder::timeouts`](crate::ClientBuilder::timeouts).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Time to connect. Default 5 s. Not applied to a `reqwest::Client` of your own.
    pub connect: Duration,
    /// Time for one request and its answer. Default 30 s.
    pub attempt: Duration,
    /// Time for one request of the operations that read carriers in bulk. Default 120 s.
    pub bulk_attempt: Duration,
    /// Time for a call with all its retries. Default 3 min.
    pub total: Duration,
    /// Time for a token request with its retries, apart from the calls that wait for it. Default 60 s.
    pub token: Duration,
    /// Time a download may stand still. Default 20 s.
    pub stall: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            bulk_attempt: Duration::from_secs(120),
            total: Duration::from_secs(180),
            token: Duration::from_secs(60),
            stall: Duration::from_secs(20),
        }
    }
}

/// Sizes that a call must keep. Set with [`ClientBuilder::limits`](crate::ClientBuilder::limits).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Largest JSON answer, in bytes after decompression. Default 64 MiB.
    pub json_bytes: usize,
    /// Largest document that is read to memory, in bytes. Default 64 MiB.
    pub document_bytes: usize,
    /// Most requests at one time. Default 32.
    pub in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { json_bytes: 64 << 20, document_bytes: 64 << 20, in_flight: 32 }
    }
}
