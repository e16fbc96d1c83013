//! Which exit code, and what is said of a failure.

use super::*;
use http::StatusCode;
use mycarrierpackets::Operation;
use serde_json::{Value, json};
use std::time::Duration;

fn written(failure: &Failure, as_json: bool) -> String {
    let mut out = Vec::new();
    failure.write_to(as_json, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn record(failure: &Failure) -> Value {
    let text = written(failure, true);
    assert!(text.ends_with("}\n"), "{text}");
    serde_json::from_str(&text).unwrap()
}

fn api(kind: ErrorKind) -> Failure {
    Error::builder(kind).build().into()
}

#[test]
fn each_kind_of_error_has_its_exit_code() {
    for (kind, code, name) in [
        (ErrorKind::InvalidInput, 2, "usage"),
        (ErrorKind::Config, 2, "usage"),
        (ErrorKind::Credentials, 3, "credentials"),
        (ErrorKind::Unauthorized, 3, "credentials"),
        (ErrorKind::Forbidden, 3, "credentials"),
        (ErrorKind::NotFound, 4, "not_found"),
        (ErrorKind::RateLimited, 5, "rate_limited"),
        (ErrorKind::Network, 6, "network"),
        (ErrorKind::Timeout, 6, "network"),
        (ErrorKind::DryRun, 1, "api"),
        (ErrorKind::Declined, 1, "api"),
        (ErrorKind::Refused, 1, "api"),
        (ErrorKind::Server, 1, "api"),
        (ErrorKind::UnexpectedAnswer, 1, "api"),
        (ErrorKind::Decode, 1, "api"),
        (ErrorKind::TooLarge, 1, "api"),
        (ErrorKind::Paging, 1, "api"),
        (ErrorKind::Io, 1, "api"),
    ] {
        let failure = api(kind);
        let record = record(&failure);
        assert_eq!(failure.exit_code(), code, "{kind:?}");
        assert_eq!((&record["exit_code"], &record["kind"]), (&json!(code), &json!(name)), "{kind:?}");
    }
}

#[test]
fn each_failure_of_the_program_has_its_exit_code_and_its_words() {
    for (failure, code, kind) in [
        (Failure::usage("what", "hint"), 2, "usage"),
        (Failure::credentials("what", "hint"), 3, "credentials"),
        (Failure::io("what", "hint"), 1, "io"),
        (Failure::partly("what", "hint", vec![]), 7, "partly_done"),
    ] {
        let expected = json!({"error": "what", "hint": "hint", "kind": kind, "exit_code": code});
        assert_eq!((failure.exit_code(), record(&failure)), (code, expected));
        assert_eq!(written(&failure, false), "error: what\n  try: hint\n");
    }
    assert_eq!(Failure::Closed.exit_code(), 0);
    assert_eq!((written(&Failure::Closed, true), written(&Failure::Closed, false)), (String::new(), String::new()));
}

#[test]
fn whether_something_may_have_been_done_is_said() {
    let error = Error::builder(ErrorKind::Timeout)
        .operation(Operation::EmailPacketInvitation)
        .status(StatusCode::BAD_GATEWAY)
        .retry_after(Duration::from_secs(7))
        .may_have_acted(true)
        .build();
    let full = record(&error.into());
    assert_eq!(full["operation"], "email_packet_invitation");
    assert_eq!((&full["status"], &full["retry_after_seconds"]), (&json!(502), &json!(7)));
    assert_eq!(full["may_have_acted"], true);
    let plain = record(&api(ErrorKind::Timeout));
    for field in ["operation", "status", "retry_after_seconds", "may_have_acted", "not_done"] {
        assert!(plain.get(field).is_none(), "{field}");
    }
}

#[test]
fn advice_is_in_the_words_of_the_command_line() {
    let own = record(&api(ErrorKind::Config));
    let hint = "Check the addresses in --base-url, MCP_BASE_URL or the profile. Nothing was sent.";
    assert_eq!(own["hint"], hint);
    assert_eq!(advice(&Error::builder(ErrorKind::Config).build()).as_deref(), Some(hint));
    // Where the library's own words fit, they are used.
    let error = Error::builder(ErrorKind::NotFound).build();
    assert_eq!(
        (advice(&error), record(&error.clone().into())["hint"].as_str()),
        (None, Some(error.advice()).as_deref())
    );
    let better = Failure::Api(Box::new(Error::builder(ErrorKind::Config).build()), Some("Do this.".to_owned()));
    assert_eq!(record(&better)["hint"], "Do this.");
}

#[test]
fn what_was_not_done_is_listed_and_one_failure_is_enough_to_fail() {
    let tally = |done: usize, failed: &[u8]| {
        let mut tally = Tally::default();
        (0..done).for_each(|_| tally.done());
        failed.iter().for_each(|code| tally.failed(format!("item {code}"), "\u{1b}why", *code));
        tally
    };
    for (done, failed, code, what) in [
        (0, &[][..], None, ""),
        (2, &[], None, ""),
        (0, &[6], Some(6), "1 of 1 were not done"),
        (0, &[6, 1], Some(6), "2 of 2 were not done"),
        (0, &[1, 6], Some(1), "2 of 2 were not done"),
        (1, &[6], Some(7), "1 of 2 were not done"),
        (3, &[1, 6], Some(7), "2 of 5 were not done"),
    ] {
        let own = tally(done, failed);
        assert_eq!((own.all_done(), own.nothing_done()), (failed.is_empty(), done == 0), "{done} {failed:?}");
        let failure = own.finish("Again.").err();
        assert_eq!(failure.as_ref().map(Failure::exit_code), code, "{done} {failed:?}");
        let Some(failure) = failure else { continue };
        let record = record(&failure);
        assert_eq!((&record["error"], &record["hint"]), (&json!(what), &json!("Again.")));
        assert_eq!(record["not_done"][0], json!({"item": format!("item {}", failed[0]), "reason": "\u{1b}why"}));
        let lines = written(&failure, false);
        let first = format!("error: {what}\n  try: Again.\n  not done: item {}:  why\n", failed[0]);
        assert!(lines.starts_with(&first) && lines.lines().count() == 2 + failed.len(), "{lines}");
    }
}

#[test]
fn a_reader_that_has_closed_the_pipe_is_no_failure() {
    let error = |kind: io::ErrorKind| io::Error::new(kind, "x");
    for (kind, code) in [(io::ErrorKind::BrokenPipe, 0), (io::ErrorKind::StorageFull, 1), (io::ErrorKind::Other, 1)] {
        assert_eq!(Failure::from(error(kind)).exit_code(), code, "{kind:?}");
        assert_eq!(Failure::from(serde_json::Error::io(error(kind))).exit_code(), code, "{kind:?}");
        assert_eq!(Failure::from(csv::Error::from(error(kind))).exit_code(), code, "{kind:?}");
    }
    let full = record(&Failure::from(error(io::ErrorKind::StorageFull)));
    assert_eq!((&full["error"], &full["kind"]), (&json!("the output could not be written: x"), &json!("io")));
}

#[test]
fn a_number_that_names_no_carrier_is_a_usage_error() {
    let error = "Alder Trucking".parse::<mycarrierpackets::types::CarrierId>().unwrap_err();
    assert_eq!(Failure::from(error).exit_code(), 2);
}
