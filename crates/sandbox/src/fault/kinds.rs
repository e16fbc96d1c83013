//! The table of the kinds of misbehaviour: their names, what each does, an example, and what each takes.

use crate::fault::check::Accepts::{self, Flag, Number, Text};

/// A kind, for people and for the check of rules.
pub(crate) struct About {
    pub(crate) about: &'static str,
    /// A rule of this kind, as JSON.
    pub(crate) example: &'static str,
    pub(super) members: &'static [Member],
}

/// What a kind has beside its name.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) accepts: Accepts,
    pub(super) required: bool,
}

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 31_536_000;
const CODE: Member = needed("code", Number(200, 599));
const AFTER: Member = needed("after", Number(0, 1 << 30));
const MS: Member = needed("ms", Number(0, HOUR));

const fn needed(name: &'static str, accepts: Accepts) -> Member {
    Member { name, accepts, required: true }
}

const fn optional(name: &'static str, accepts: Accepts) -> Member {
    Member { name, accepts, required: false }
}

const fn kind(about: &'static str, example: &'static str, members: &'static [Member]) -> About {
    About { about, example, members }
}

pub(crate) const KINDS: &[About] = &[
    kind(
        "An error with the vendor's body; nothing is done. With retryAfter, in seconds, or as a date with retryAfterAsDate.",
        r#"{"kind":"status","code":503,"retryAfter":30}"#,
        &[CODE, optional("retryAfter", Number(0, YEAR)), optional("retryAfterAsDate", Flag)],
    ),
    kind("A gateway's web page in place of the answer; nothing is done.", r#"{"kind":"page","code":502}"#, &[CODE]),
    kind("A redirect to a page to sign in; nothing is done.", r#"{"kind":"login"}"#, &[]),
    kind("The connection is reset before anything is done.", r#"{"kind":"resetBefore"}"#, &[]),
    kind("The access token of the call is good no longer.", r#"{"kind":"expiredToken"}"#, &[]),
    kind(
        "All tokens of the call's customer are good no longer, those for renewal among them.",
        r#"{"kind":"revokedTokens"}"#,
        &[],
    ),
    kind("A refresh token is refused.", r#"{"kind":"refusedRefresh"}"#, &[]),
    kind(
        "A token is renewed, and the connection closes before the new one is told.",
        r#"{"kind":"lostRotation"}"#,
        &[],
    ),
    kind(
        "So many carriers leave the front of a list and as many join its end before a page of it is read.",
        r#"{"kind":"pageDrift","items":1,"operation":"MonitoredCarriers"}"#,
        &[needed("items", Number(1, 1_000_000))],
    ),
    kind(
        "Half of the rows of a window show so many seconds after they happened.",
        r#"{"kind":"lateRows","seconds":300,"operation":"CarriersChanges"}"#,
        &[needed("seconds", Number(0, YEAR))],
    ),
    kind("Every row of a window comes twice.", r#"{"kind":"duplicateRows","operation":"CarriersChanges"}"#, &[]),
    kind(
        "The server's clock is so many seconds ahead, or behind.",
        r#"{"kind":"clockSkew","seconds":-90}"#,
        &[needed("seconds", Number(-10 * YEAR, 10 * YEAR))],
    ),
    kind("An error although the work was done.", r#"{"kind":"afterWork","code":500}"#, &[CODE]),
    kind(
        "A 200 with an error's message in place of the answer; the work was done.",
        r#"{"kind":"messageInstead"}"#,
        &[],
    ),
    kind("A 200 without a body.", r#"{"kind":"emptyBody"}"#, &[]),
    kind("Half of the body, as if it were the whole.", r#"{"kind":"brokenJson"}"#, &[]),
    kind("A field that nobody knows in every object.", r#"{"kind":"unknownFields"}"#, &[]),
    kind("A third of the fields is not there.", r#"{"kind":"missingFields"}"#, &[]),
    kind(
        "A value that nobody knows wherever the documents list the values there can be.",
        r#"{"kind":"unknownValues"}"#,
        &[],
    ),
    kind("Null for every text, number and yes or no.", r#"{"kind":"nulls"}"#, &[]),
    kind("Every number is a text.", r#"{"kind":"numbersAsText"}"#, &[]),
    kind("An object in place of a list of objects: its first.", r#"{"kind":"objectForList"}"#, &[]),
    kind("Lists as Json.NET can also write them, with $id and $values.", r#"{"kind":"wrappedLists"}"#, &[]),
    kind("A $ref to an object that is nowhere.", r#"{"kind":"danglingReference"}"#, &[]),
    kind(
        "The right body under another content type.",
        r#"{"kind":"contentType","value":"text/html"}"#,
        &[needed("value", Text)],
    ),
    kind("No Content-Type.", r#"{"kind":"noContentType"}"#, &[]),
    kind("Content-Type twice.", r#"{"kind":"doubleContentType"}"#, &[]),
    kind("A list without its X-Pagination header.", r#"{"kind":"noPagination","operation":"MonitoredCarriers"}"#, &[]),
    kind(
        "An X-Pagination header that is no JSON.",
        r#"{"kind":"brokenPagination","operation":"MonitoredCarriers"}"#,
        &[],
    ),
    kind("The X-Pagination header twice.", r#"{"kind":"doublePagination","operation":"MonitoredCarriers"}"#, &[]),
    kind("Content-Encoding gzip over bytes that are none.", r#"{"kind":"brokenGzip"}"#, &[]),
    kind(
        "The answer comes so many milliseconds later. Another rule can say what the answer is.",
        r#"{"kind":"delay","ms":2000}"#,
        &[MS],
    ),
    kind(
        "The body comes in pieces of so many bytes, so many milliseconds apart.",
        r#"{"kind":"drip","bytes":100,"ms":50}"#,
        &[needed("bytes", Number(1, 1 << 20)), MS],
    ),
    kind(
        "The body stops after so many bytes, after its head with 0, and the connection stays open. Another rule can say what the answer is, such as a 429.",
        r#"{"kind":"stall","after":100}"#,
        &[AFTER],
    ),
    kind(
        "The connection is reset after so many bytes of the body; the work was done.",
        r#"{"kind":"resetDuring","after":100}"#,
        &[AFTER],
    ),
    kind("The connection is reset without an answer after the work was done.", r#"{"kind":"resetAfterWork"}"#, &[]),
    kind("A Content-Length that is more than comes.", r#"{"kind":"shortBody"}"#, &[]),
];

impl About {
    /// Its name in a file.
    pub(crate) fn name(&self) -> &'static str {
        // Every example begins alike, as a test makes sure.
        self.example.split('"').nth(3).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::KINDS;
    use crate::fault::{Fault, Kind};

    #[test]
    fn every_kind_is_listed_once_with_an_example_that_reads() {
        let listed: BTreeSet<&str> = KINDS.iter().map(super::About::name).collect();
        assert_eq!(listed.len(), KINDS.len());
        for kind in KINDS {
            let read = kind.example.parse::<Fault>().unwrap_or_else(|mistake| panic!("{}: {mistake}", kind.example));
            assert_eq!(read.kind.name(), kind.name());
        }
        // The error of a wrong kind names all that can be read.
        let all = serde_json::from_str::<Kind>(r#"{"kind":"none"}"#).unwrap_err().to_string();
        let all: BTreeSet<&str> = all.split('`').skip(3).step_by(2).collect();
        assert_eq!(listed, all);
    }

    #[test]
    fn the_number_of_kinds_in_the_documents_is_right() {
        let count = format!("{} kinds", KINDS.len());
        for text in [include_str!("../../README.md"), include_str!("../../../../README.md")] {
            assert!(text.contains(&count), "the README does not say that there are {count} of faults");
        }
    }
}
