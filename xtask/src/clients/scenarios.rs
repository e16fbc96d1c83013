//! The sandbox's kinds of misbehaviour: which concern data, and what a client that loses nothing makes of each.

/// What the rows of a list must be once a fault was applied to the answers that they came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// All rows, as without the fault.
    Whole,
    /// All rows, each twice.
    Twice,
    /// The first row of each page: the fault takes the others out of the answer.
    First,
    /// As many rows as without the fault, but not by what they are known by: the fault takes that out of them.
    Counted,
    /// As `Counted`, or an error where the fault took the list itself out of the answer.
    CountedOrRefused,
    /// An error: the answer has no rows any more.
    Refused,
}

/// A fault of data, and what it does. The name of its scenario is that of its kind.
pub struct Scenario {
    pub kind: &'static str,
    /// The members of its rule beside the kind, as JSON.
    pub members: &'static str,
    pub rows: Expect,
    pub document: Expect,
}

const fn data(kind: &'static str, rows: Expect) -> Scenario {
    Scenario { kind, members: "", rows, document: Expect::Whole }
}

const fn unusable(kind: &'static str, members: &'static str) -> Scenario {
    Scenario { kind, members, rows: Expect::Refused, document: Expect::Refused }
}

/// Every fault of data.
pub const SCENARIOS: &[Scenario] = &[
    data("unknownFields", Expect::Whole),
    data("unknownValues", Expect::Whole),
    data("missingFields", Expect::CountedOrRefused),
    data("nulls", Expect::Counted),
    data("numbersAsText", Expect::Whole),
    data("objectForList", Expect::First),
    data("wrappedLists", Expect::Whole),
    data("danglingReference", Expect::Counted),
    data("invalidUtf8", Expect::Counted),
    data("duplicateKeys", Expect::Whole),
    data("hugeNumbers", Expect::Counted),
    data("wrongTypes", Expect::Counted),
    data("duplicateRows", Expect::Twice),
    Scenario { members: r#","value":"text/html""#, ..data("contentType", Expect::Whole) },
    data("noContentType", Expect::Whole),
    data("doubleContentType", Expect::Whole),
    data("noPagination", Expect::Whole),
    data("brokenPagination", Expect::Whole),
    data("doublePagination", Expect::Whole),
    unusable("page", r#","code":502"#),
    unusable("saysNo", r#","form":"result""#),
    unusable("messageInstead", ""),
    unusable("emptyBody", ""),
    unusable("emptyObject", ""),
    unusable("brokenJson", ""),
    unusable("cutBody", ""),
    unusable("brokenGzip", ""),
];

/// The kinds that leave the data of an answer alone, or change what the server has. Most of them are part of `storm`.
pub const OTHERS: &[&str] = &[
    "status",
    "login",
    "modelState",
    "serverNotFound",
    "blobForbidden",
    "oddRetryAfter",
    "resetBefore",
    "expiredToken",
    "revokedTokens",
    "refusedRefresh",
    "lostRotation",
    "pageDrift",
    "lateRows",
    "clockSkew",
    "afterWork",
    "dateSkew",
    "delay",
    "drip",
    "stall",
    "resetDuring",
    "resetAfterWork",
    "shortBody",
];

/// The faults that destroy values, which the normaliser must report.
pub const DESTROYING: &[&str] = &["danglingReference", "invalidUtf8", "hugeNumbers", "wrongTypes"];

/// The operations that the steps call, but for the token: without one there would be no other step.
const OPERATIONS: [&str; 5] =
    ["PreviewCarrier", "MonitoredCarriers", "MonitoredCarrierData", "CarriersChanges", "GetDocument"];

/// The rules of a sandbox in which each fault applies to the customer of its name.
pub fn rules() -> String {
    let rule = |each: &Scenario, operation: &str| {
        format!(r#"{{"kind":"{0}"{1},"customer":"{0}","operation":"{operation}"}}"#, each.kind, each.members)
    };
    let rules = SCENARIOS.iter().flat_map(|each| OPERATIONS.map(|operation| rule(each, operation)));
    format!("[{}]", rules.collect::<Vec<_>>().join(",\n"))
}

/// The kinds that the sandbox has and nobody has sorted, and those that it does not have any more.
pub fn unsorted(kinds: &[String]) -> Vec<String> {
    let known = SCENARIOS.iter().map(|each| each.kind).chain(OTHERS.iter().copied()).collect::<Vec<_>>();
    let new = kinds.iter().filter(|kind| !known.contains(&kind.as_str())).cloned();
    let old = known.iter().filter(|kind| !kinds.iter().any(|own| own == *kind)).map(|kind| (*kind).to_owned());
    new.chain(old).collect()
}
