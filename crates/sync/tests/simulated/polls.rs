//! The vendor's rule: nobody asks for the first page of an operation twice within four minutes.

use mycarrierpackets_sandbox::{RecordedRequest, Sandbox};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// What a sync asks for.
pub const OPERATIONS: [&str; 6] = [
    "CarriersChanges",
    "CompletedPackets",
    "GetUpdatedFactoringCompanies",
    "MonitoredCarriers",
    "BlockedCarriers",
    "MonitoredCarrierData",
];

const INTERVAL: Duration = Duration::from_secs(240);

/// The polls that the sandbox saw.
#[derive(Default)]
pub struct Polls {
    last: BTreeMap<(String, &'static str), Poll>,
    /// How many there were.
    pub count: u64,
}

#[derive(Clone, Copy)]
struct Poll {
    at: SystemTime,
    failed: bool,
}

impl Polls {
    /// Takes what the sandbox recorded since the last time, and says what came too soon.
    pub fn take(&mut self, sandbox: &Sandbox) -> Vec<String> {
        let requests = sandbox.requests();
        sandbox.clear_requests();
        requests.iter().filter_map(|request| self.poll(request)).collect()
    }

    fn poll(&mut self, request: &RecordedRequest) -> Option<String> {
        let first = request.param("pageNumber").is_none_or(|page| page == "1");
        // Without a valid token it is not a poll of anybody.
        let customer = request.customer.clone().filter(|_| first && OPERATIONS.contains(&request.operation))?;
        let poll = Poll { at: request.at, failed: request.status != Some(200) || request.fault.is_some() };
        self.count += 1;
        let last = self.last.insert((customer.clone(), request.operation), poll)?;
        let apart = poll.at.duration_since(last.at).unwrap_or_default();
        // The same call again, at the same instant, after the vendor failed to answer it.
        let again = apart.is_zero() && last.failed;
        let what = || format!("{} for {customer} twice within {} s", request.operation, apart.as_secs());
        (apart < INTERVAL && !again).then(what)
    }
}
