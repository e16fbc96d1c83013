//! A request that came, as it is kept.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::wire::given::Given;

/// The operation of which a parameter is a part of the path.
const PACKET: &str = "CarrierPacket";

/// One request the sandbox received.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Counts from 1 and goes on when the log is cleared.
    pub number: u64,
    /// When it came, in the sandbox's time.
    pub at: SystemTime,
    /// The customer whose token it bore, if that was good.
    pub customer: Option<String>,
    /// `"POST"`, as sent.
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// The operation's documented name (`"PreviewCarrier"`, `"token"`, `"portal token"`, `"CarrierPacket"`),
    /// or empty if the path leads nowhere.
    pub operation: &'static str,
    /// The query, decoded, names as sent, in order.
    pub query: Vec<(String, String)>,
    /// The request headers, names in lower case, in the order received. Authorization is among them.
    pub headers: Vec<(String, String)>,
    /// The body as received; empty if [`bodies_dropped`](Self::bodies_dropped).
    pub body: Vec<u8>,
    /// The status that was answered; `None` while there is no answer yet, or if the client went away first.
    pub status: Option<u16>,
    /// What was answered; `None` while there is no answer, or if the connection was closed without one.
    pub answer: Option<RecordedAnswer>,
    /// The kinds of misbehaviour that applied to it, by their names in a file of faults: `"status"`, `"delay, status"`.
    pub fault: Option<String>,
    /// Whether the bodies, its own and the answer's, were dropped to make room for those of later requests.
    ///
    /// Bodies are kept up to 64 MiB in all.
    pub bodies_dropped: bool,
    /// Whether it is over: answered, or ended without an answer.
    pub(crate) over: bool,
    /// When it came, in the machine's time.
    pub(crate) came: SystemTime,
    /// How long it took until its answer began, once that is known.
    pub(crate) took: Option<Duration>,
}

/// What the sandbox answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedAnswer {
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body before compression; of more than 256 KiB only the beginning, and nothing once it was dropped
    /// ([`RecordedRequest::bodies_dropped`]).
    pub body: Bytes,
    /// The size of the whole body before compression.
    pub size: usize,
}

impl RecordedRequest {
    /// The value of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of a query parameter, by its name exactly as sent.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

impl RecordedRequest {
    /// Whether it had a parameter with this value, in the address, a form or a JSON body.
    pub(crate) fn gave(&self, name: &str, value: &str) -> bool {
        let packet = (self.operation == PACKET).then(|| self.path.trim_end_matches('/').rsplit('/').next());
        Given::new(packet.flatten(), self.query.clone(), &self.body).has(name, value)
    }

    pub(super) fn body_size(&self) -> usize {
        self.body.len() + self.answer.as_ref().map_or(0, |answer| answer.body.len())
    }

    /// Of what came; the headers of answers are the sandbox's own and few.
    pub(super) fn head_size(&self) -> usize {
        let pairs = self.query.iter().chain(&self.headers);
        self.path.len() + pairs.map(|(name, value)| name.len() + value.len()).sum::<usize>()
    }

    pub(super) fn drop_bodies(&mut self) {
        self.bodies_dropped = true;
        self.body = Vec::new();
        if let Some(answer) = &mut self.answer {
            answer.body = Bytes::new();
        }
    }
}
