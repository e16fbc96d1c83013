//! The kinds of misbehaviour, told to people.

/// What each does, and an example.
pub(crate) const KINDS: &[(&str, &str)] = &[
    (
        "An error with the vendor's body; nothing is done. With retryAfter, in seconds, or as a date with retryAfterAsDate.",
        r#"{"kind":"status","code":503,"retryAfter":30}"#,
    ),
    ("A gateway's web page in place of the answer; nothing is done.", r#"{"kind":"page","code":502}"#),
    ("A redirect to a page to sign in; nothing is done.", r#"{"kind":"login"}"#),
    ("The connection closes before anything is done.", r#"{"kind":"resetBefore"}"#),
    ("The access token of the call is good no longer.", r#"{"kind":"expiredToken"}"#),
    (
        "All tokens of the call's customer are good no longer, those for renewal among them.",
        r#"{"kind":"revokedTokens"}"#,
    ),
    ("A refresh token is refused.", r#"{"kind":"refusedRefresh"}"#),
    ("A token is renewed, and the connection closes before the new one is told.", r#"{"kind":"lostRotation"}"#),
    (
        "So many carriers leave the front of a list and as many join its end before a page of it is read.",
        r#"{"kind":"pageDrift","items":1,"operation":"MonitoredCarriers"}"#,
    ),
    (
        "Half of the rows of a window show so many seconds after they happened.",
        r#"{"kind":"lateRows","seconds":300,"operation":"CarriersChanges"}"#,
    ),
    ("Every row of a window comes twice.", r#"{"kind":"duplicateRows","operation":"CarriersChanges"}"#),
    ("The server's clock is so many seconds ahead, or behind.", r#"{"kind":"clockSkew","seconds":-90}"#),
    ("An error although the work was done.", r#"{"kind":"afterWork","code":500}"#),
    ("A 200 with an error's message in place of the answer; the work was done.", r#"{"kind":"messageInstead"}"#),
    ("A 200 without a body.", r#"{"kind":"emptyBody"}"#),
    ("Half of the body, as if it were the whole.", r#"{"kind":"brokenJson"}"#),
    ("A field that nobody knows in every object.", r#"{"kind":"unknownFields"}"#),
    ("A third of the fields is not there.", r#"{"kind":"missingFields"}"#),
    ("A value that nobody knows wherever the documents list the values there can be.", r#"{"kind":"unknownValues"}"#),
    ("Null for every text, number and yes or no.", r#"{"kind":"nulls"}"#),
    ("Every number is a text.", r#"{"kind":"numbersAsText"}"#),
    ("An object in place of a list of objects: its first.", r#"{"kind":"objectForList"}"#),
    ("Lists as Json.NET can also write them, with $id and $values.", r#"{"kind":"wrappedLists"}"#),
    ("A $ref to an object that is nowhere.", r#"{"kind":"danglingReference"}"#),
    ("The right body under another content type.", r#"{"kind":"contentType","value":"text/html"}"#),
    ("No Content-Type.", r#"{"kind":"noContentType"}"#),
    ("Content-Type twice.", r#"{"kind":"doubleContentType"}"#),
    ("A list without its X-Pagination header.", r#"{"kind":"noPagination","operation":"MonitoredCarriers"}"#),
    ("An X-Pagination header that is no JSON.", r#"{"kind":"brokenPagination","operation":"MonitoredCarriers"}"#),
    ("The X-Pagination header twice.", r#"{"kind":"doublePagination","operation":"MonitoredCarriers"}"#),
    ("Content-Encoding gzip over bytes that are none.", r#"{"kind":"brokenGzip"}"#),
    ("The answer comes so many milliseconds later.", r#"{"kind":"delay","ms":2000}"#),
    (
        "The body comes in pieces of so many bytes, so many milliseconds apart.",
        r#"{"kind":"drip","bytes":100,"ms":50}"#,
    ),
    ("The body stops after so many bytes, and the connection stays open.", r#"{"kind":"stall","after":100}"#),
    (
        "The connection closes after so many bytes of the body; the work was done.",
        r#"{"kind":"resetDuring","after":100}"#,
    ),
    ("The connection closes without an answer after the work was done.", r#"{"kind":"resetAfterWork"}"#),
    ("A Content-Length that is more than comes.", r#"{"kind":"shortBody"}"#),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::KINDS;
    use crate::fault::Fault;

    #[test]
    fn every_kind_is_told_once_with_an_example_that_reads() {
        let told: BTreeSet<String> =
            KINDS.iter().map(|(_, example)| example.parse::<Fault>().unwrap().kind.name()).collect();
        assert_eq!(told.len(), KINDS.len());
        // The error of a wrong kind names them all.
        let all = "kind=none".parse::<Fault>().unwrap_err();
        let all: BTreeSet<String> = all.split('`').skip(3).step_by(2).map(str::to_owned).collect();
        assert_eq!(told, all);
    }
}
