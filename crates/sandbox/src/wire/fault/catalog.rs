//! The table of the kinds of misbehaviour: their names, what each does, an example, and what each takes.

use crate::wire::fault::no::{Later, No};
use crate::wire::members::{Accepts, Member, needed, optional};

use Accepts::{Flag, Number, OneOf, Text};

/// A kind, for people and for the check of rules.
pub(crate) struct About {
    pub(crate) about: &'static str,
    /// A rule of this kind, as JSON.
    pub(crate) example: &'static str,
    pub(super) members: &'static [Member],
}

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 31_536_000;
const CODE: Member = needed("code", Number(200, 599));
const AFTER: Member = needed("after", Number(0, 1 << 30));
const MS: Member = needed("ms", Number(0, HOUR));

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
    kind(
        "A 200 that refuses, in one of the vendor's forms; nothing is done.",
        r#"{"kind":"saysNo","form":"result"}"#,
        &[needed("form", OneOf(No::NAMES))],
    ),
    kind("A 400 with ModelState, ASP.NET's list of what is wrong; nothing is done.", r#"{"kind":"modelState"}"#, &[]),
    kind(
        "The server's own 404, for an address it does not have: IIS's page, or ASP.NET's JSON; nothing is done.",
        r#"{"kind":"serverNotFound","by":"iis"}"#,
        &[needed("by", OneOf(&["iis", "aspNet"]))],
    ),
    kind(
        "The 403 of Azure's storage, in XML, as if the link to a document had expired.",
        r#"{"kind":"blobForbidden","operation":"GetDocument"}"#,
        &[],
    ),
    kind(
        "An error with a Retry-After in an odd form: two seconds as 2.0, as a date of RFC 850 or asctime, an enormous number, a negative one, a past date, words.",
        r#"{"kind":"oddRetryAfter","code":429,"form":"decimal"}"#,
        &[CODE, needed("form", OneOf(Later::NAMES))],
    ),
    kind("The connection is reset before anything is done.", r#"{"kind":"resetBefore"}"#, &[]),
    kind("The access token of the call is no longer valid.", r#"{"kind":"expiredToken"}"#, &[]),
    kind(
        "All tokens of the call's customer are no longer valid, refresh tokens included.",
        r#"{"kind":"revokedTokens"}"#,
        &[],
    ),
    kind("A refresh token is refused.", r#"{"kind":"refusedRefresh"}"#, &[]),
    kind(
        "A token is renewed, and the connection closes before the new one is sent.",
        r#"{"kind":"lostRotation"}"#,
        &[],
    ),
    kind(
        "Some carriers leave the front of a list and as many join its end before a page of it is read.",
        r#"{"kind":"pageDrift","items":1,"operation":"MonitoredCarriers"}"#,
        &[needed("items", Number(1, 1_000_000))],
    ),
    kind(
        "Half of the rows of a window show up only some seconds after they happened.",
        r#"{"kind":"lateRows","seconds":300,"operation":"CarriersChanges"}"#,
        &[needed("seconds", Number(0, YEAR))],
    ),
    kind("Every row of a window comes twice.", r#"{"kind":"duplicateRows","operation":"CarriersChanges"}"#, &[]),
    kind(
        "The server's clock is some seconds ahead, or behind.",
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
    kind("An empty object in place of the answer; the work was done.", r#"{"kind":"emptyObject"}"#, &[]),
    kind("Half of the body, as if it were complete.", r#"{"kind":"brokenJson"}"#, &[]),
    kind(
        "Half of the body with the Content-Length of that half: half a file that ends cleanly.",
        r#"{"kind":"cutBody","operation":"GetDocument"}"#,
        &[],
    ),
    kind("An unknown field in every object.", r#"{"kind":"unknownFields"}"#, &[]),
    kind("A third of the fields is missing.", r#"{"kind":"missingFields"}"#, &[]),
    kind("An unknown value wherever the documents list the possible ones.", r#"{"kind":"unknownValues"}"#, &[]),
    kind("Null for every text, number and yes or no.", r#"{"kind":"nulls"}"#, &[]),
    kind("Every number as text.", r#"{"kind":"numbersAsText"}"#, &[]),
    kind("An object in place of a list of objects: its first.", r#"{"kind":"objectForList"}"#, &[]),
    kind("Lists as Json.NET can also write them, with $id and $values.", r#"{"kind":"wrappedLists"}"#, &[]),
    kind("A $ref to an object that does not exist.", r#"{"kind":"danglingReference"}"#, &[]),
    kind("A byte that is not UTF-8 in the first text of every object.", r#"{"kind":"invalidUtf8"}"#, &[]),
    kind("The first field of every object twice, with the same value.", r#"{"kind":"duplicateKeys"}"#, &[]),
    kind("A number that no type can hold, 1e999, for every number.", r#"{"kind":"hugeNumbers"}"#, &[]),
    kind("Words for every number, and an object for every list within a list.", r#"{"kind":"wrongTypes"}"#, &[]),
    kind(
        "The right body under another content type.",
        r#"{"kind":"contentType","value":"text/html"}"#,
        &[needed("value", Text)],
    ),
    kind("No Content-Type.", r#"{"kind":"noContentType"}"#, &[]),
    kind("Content-Type twice.", r#"{"kind":"doubleContentType"}"#, &[]),
    kind("A list without its X-Pagination header.", r#"{"kind":"noPagination","operation":"MonitoredCarriers"}"#, &[]),
    kind(
        "An X-Pagination header that is not JSON.",
        r#"{"kind":"brokenPagination","operation":"MonitoredCarriers"}"#,
        &[],
    ),
    kind("The X-Pagination header twice.", r#"{"kind":"doublePagination","operation":"MonitoredCarriers"}"#, &[]),
    kind("Content-Encoding gzip over bytes that are not gzip.", r#"{"kind":"brokenGzip"}"#, &[]),
    kind(
        "The Date header alone is some seconds ahead, or behind.",
        r#"{"kind":"dateSkew","seconds":-1200}"#,
        &[needed("seconds", Number(-10 * YEAR, 10 * YEAR))],
    ),
    kind(
        "The answer comes some milliseconds later. Another rule can say what the answer is.",
        r#"{"kind":"delay","ms":2000}"#,
        &[MS],
    ),
    kind(
        "The body comes in small pieces with a pause between them.",
        r#"{"kind":"drip","bytes":100,"ms":50}"#,
        &[needed("bytes", Number(1, 1 << 20)), MS],
    ),
    kind(
        "The body stops after a number of bytes (0: after the head), and the connection stays open. Another rule can say what the answer is, such as a 429.",
        r#"{"kind":"stall","after":100}"#,
        &[AFTER],
    ),
    kind(
        "The connection is reset after a number of bytes of the body; the work was done.",
        r#"{"kind":"resetDuring","after":100}"#,
        &[AFTER],
    ),
    kind("The connection is reset without an answer after the work was done.", r#"{"kind":"resetAfterWork"}"#, &[]),
    kind("A Content-Length larger than the body.", r#"{"kind":"shortBody"}"#, &[]),
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

    use super::{KINDS, OneOf};
    use crate::wire::fault::{Fault, Kind};

    #[test]
    fn every_kind_is_listed_once_with_an_example_that_reads() {
        let listed: BTreeSet<&str> = KINDS.iter().map(super::About::name).collect();
        assert_eq!(listed.len(), KINDS.len());
        for kind in KINDS {
            let read = kind.example.parse::<Fault>().unwrap_or_else(|mistake| panic!("{}: {mistake}", kind.example));
            assert_eq!(read.kind.name(), kind.name());
        }
        // Every word that a member can be is one that is read.
        for (kind, member) in KINDS.iter().flat_map(|kind| kind.members.iter().map(move |member| (kind, member))) {
            let OneOf(words) = member.accepts else { continue };
            for word in words {
                let mut rule: serde_json::Value = serde_json::from_str(kind.example).unwrap();
                rule[member.name] = (*word).into();
                assert!(rule.to_string().parse::<Fault>().is_ok(), "{rule}");
            }
        }
        // The error of a wrong kind names all that can be read.
        let all = serde_json::from_str::<Kind>(r#"{"kind":"none"}"#).unwrap_err().to_string();
        let all: BTreeSet<&str> = all.split('`').skip(3).step_by(2).collect();
        assert_eq!(listed, all);
    }
}
