//! Every operation and every way to say no with a good status.

use super::*;
use crate::Operation;
use crate::exec::failure::Reached;

fn judged(operation: Operation, body: &str) -> Result<(), Failure> {
    judged_with(operation, body, None)
}

fn judged_with(operation: Operation, body: &str, paging: Option<&str>) -> Result<(), Failure> {
    let mut headers = http::HeaderMap::new();
    if let Some(paging) = paging {
        headers.insert("X-Pagination", paging.parse().unwrap());
    }
    let head = Head { status: http::StatusCode::OK, headers };
    judge(operation.info(), &head, &Bytes::copy_from_slice(body.as_bytes()))
}

fn kind(operation: Operation, body: &str) -> Option<ErrorKind> {
    judged(operation, body).err().map(|failure| failure.error.kind())
}

/// Every operation of the API's host but the token and the document.
fn operations() -> Vec<Operation> {
    let json = |info: &&OperationInfo| info.answer != Answer::Document && info.tag != "token";
    let found: Vec<_> = Operation::all().iter().filter(json).map(|info| info.operation).collect();
    assert_eq!(found.len(), 22);
    found
}

#[test]
fn a_flag_that_says_no_is_believed_everywhere() {
    for operation in operations() {
        for body in [
            r#"{"Result":false,"Message":"Carrier could not be changed."}"#,
            r#"{"$id":"1","Success":false}"#,
            r#"{"succeeded":"False","message":"Try later."}"#,
            r#"{"IsSuccess":0}"#,
            r#"{"error":"server_error"}"#,
            r#"{"Errors":["No."]}"#,
            r#"{"ExceptionMessage":"Boom."}"#,
            r#"[{"Success":false,"Message":"Try later."}]"#,
            "false",
        ] {
            // A list of rows is one that the page's own reader looks at row by row.
            let rows =
                body.starts_with('[') && operation.info().pagination.is_some_and(|paging| paging.items.is_some());
            if rows {
                continue;
            }
            assert_eq!(kind(operation, body), Some(ErrorKind::Declined), "{operation} {body}");
        }
    }
}

#[test]
fn a_message_alone_is_no_answer() {
    for operation in operations() {
        for body in [
            r#"{"$id":"1","Message":"Carrier Agreement does not exist."}"#,
            r#"{"Message":"You cannot do this."}"#,
            r#"[{"Message":"You cannot do this."}]"#,
            "\"You cannot do this.\"",
            "You cannot do this.",
        ] {
            let rows =
                body.starts_with('[') && operation.info().pagination.is_some_and(|paging| paging.items.is_some());
            if rows {
                continue;
            }
            let failure = judged(operation, body).expect_err(&format!("{operation} {body}"));
            assert_eq!(failure.error.kind(), ErrorKind::Declined, "{operation} {body}");
            assert!(failure.error.vendor_message().is_some(), "{operation} {body}");
            let list = operation.info().pagination.is_some() || operation.info().windowed;
            assert_eq!(failure.error.is_transient(), list, "{operation} {body}");
            assert!(list || !failure.may_have_acted(operation.info().idempotency), "{operation}: it said no");
        }
    }
}

#[test]
fn an_answer_of_nothing_known_is_an_error_wherever_something_is_asked_for() {
    for operation in operations() {
        let info = operation.info();
        let free = info.answer == Answer::Any || info.idempotency == Idempotency::Once;
        for body in ["{}", r#"{"$id":"1"}"#, r#"{"foo":1}"#, "null", ""] {
            let verdict = judged(operation, body);
            assert_eq!(verdict.is_ok(), free, "{operation} {body:?}");
            if let Err(failure) = verdict {
                assert_eq!(failure.reached, Reached::Misunderstood, "{operation} {body:?}");
                assert!(failure.error.is_transient(), "{operation} {body:?}");
            }
        }
        let cut = judged(operation, r#"{"Message":"half of a"#).unwrap_err();
        assert_eq!((cut.error.kind(), cut.error.is_transient()), (ErrorKind::Decode, true), "{operation}");
    }
}

#[test]
fn only_the_vendors_word_about_the_carrier_is_not_found() {
    use Operation::*;
    for operation in [PreviewCarrier, GetCarrierData, GetCarrierContacts, GetCarrierIncidentReports] {
        for body in [r#"{"Message":"No carrier was found."}"#, r#"{"Success":false,"Message":"Carrier not found."}"#] {
            assert_eq!(kind(operation, body), Some(ErrorKind::NotFound), "{operation} {body}");
        }
        assert_eq!(kind(operation, r#"{"Message":"Try later."}"#), Some(ErrorKind::Declined), "{operation}");
    }
    // A list does not end, and a change is not done, because somebody knows of no carrier.
    for operation in [MonitoredCarriers, CarriersChanges, BlockCarrier, EmailPacketInvitation] {
        assert_eq!(kind(operation, r#"{"Message":"No carrier was found."}"#), Some(ErrorKind::Declined), "{operation}");
    }
}

#[test]
fn what_was_so_already_is_done() {
    use Operation::*;
    let cases = [
        (BlockCarrier, r#"{"Result":false,"Message":"Carrier is already blocked."}"#, true),
        (BlockCarrier, r#"{"Result":false,"Message":"Carrier could not be blocked."}"#, false),
        (BlockCarrier, r#"{"Message":"Carrier has been blocked."}"#, true),
        (BlockCarrier, r#"{"Message":"Carrier could not be blocked."}"#, false),
        (BlockCarrier, r#"{"Message":"Hello."}"#, false),
        (BlockCarrier, r#"{"Result":true}"#, true),
        (BlockCarrier, "Carrier has been blocked.", true),
        (BlockCarrier, "true", true),
        (UnblockCarrier, r#"{"Result":false,"Message":"Carrier is not blocked."}"#, true),
        (UnblockCarrier, r#"{"Result":false,"Message":"Carrier is already blocked."}"#, false),
        (UnblockCarrier, r#"{"Result":false,"Message":"Carrier is not allowed to be unblocked."}"#, false),
        (RequestMonitoring, r#"{"Message":"Carrier is already monitored."}"#, true),
        (RequestMonitoring, r#"{"Message":"Carrier is not monitored."}"#, false),
        (RequestMonitoring, r#"{"Success":false,"Message":"Carrier is already being monitored."}"#, true),
        (RequestMonitoring, r#"{"MonitoringID":5,"RequestDate":null}"#, true),
        (RequestMonitoring, r#"{"MonitoringID":null,"RequestDate":null}"#, false),
        (CancelMonitoring, r#"{"Message":"Carrier is not monitored."}"#, true),
        (CancelMonitoring, r#"{"Message":"Monitoring could not be cancelled."}"#, false),
        (CancelMonitoring, r#"{"Success":false,"Message":"Carrier is already monitored."}"#, false),
        (EmailPacketInvitation, r#"{"Success":false,"Message":"An invitation was already sent."}"#, false),
    ];
    for (operation, body, done) in cases {
        assert_eq!(judged(operation, body).is_ok(), done, "{operation} {body}");
    }
}

#[test]
fn good_answers_pass() {
    use Operation::*;
    let long = "x".repeat(5000);
    let cases = [
        (PreviewCarrier, r#"[{"$id":"1","DotNumber":{"Value":"1"},"Message":null}]"#.to_owned()),
        (PreviewCarrier, "[]".to_owned()),
        (GetCarrierData, r#"{"Message":"The carrier has not completed a packet.","AssureAdvantage":[{}]}"#.to_owned()),
        (GetCarrierData, format!(r#"{{"$id":"1","Address1":"{long}","Message":"Hello."}}"#)),
        (GetCarrierIncidentReports, r#"{"IncidentReports":null}"#.to_owned()),
        (GetCarrierIncidentReports, r#"{"Message":"There are none.","IncidentReports":[]}"#.to_owned()),
        (GetCarrierIncidentReports, r#"{"DOTNumber":9900001,"DocketNumber":null}"#.to_owned()),
        (FindAssociatedCarriers, r#"{"Success":true,"Message":"None.","AssociatedCarriersCount":0}"#.to_owned()),
        (GetCarrierContacts, r#"{"Success":true,"Message":"","Carrier":null}"#.to_owned()),
        (MonitoredCarrierData, r#"{"pageNumber":1,"succeeded":true,"data":[]}"#.to_owned()),
        (MonitoredCarrierData, format!(r#"{{"data":[{{"x":"{long}"}}],"succeeded":true}}"#)),
        (MonitoredCarrierData, r#"[{"DOTNumber":9900001}]"#.to_owned()),
        (CompletedPackets, "[]".to_owned()),
        (CompletedPackets, r#"[{"DOTNumber":9900001,"CompletedDate":null}]"#.to_owned()),
        (EmailPacketInvitation, r#"{"$id":"1","Message":"Invitation has been sent."}"#.to_owned()),
        (EmailPacketInvitation, "Pending approval by a manager.".to_owned()),
        (EmailPacketInvitation, String::new()),
        (RequestVinVerification, r#"{"VinVerificationRequestID":7,"Message":"Sent."}"#.to_owned()),
        (RequestVinVerification, "VIN verification request has been sent to (785) 555-0144.".to_owned()),
    ];
    for (operation, body) in cases {
        assert!(judged(operation, &body).is_ok(), "{operation} {}", &body[..body.len().min(90)]);
    }
}

#[test]
fn a_large_page_that_failed_is_no_page() {
    let row = format!(r#"{{"x":"{}"}}"#, "x".repeat(9000));
    for body in [
        format!(r#"{{"succeeded":false,"message":"Try later.","data":[{row}]}}"#),
        format!(r#"{{"data":[{row}],"succeeded": false,"message":"Try later."}}"#),
        format!(r#"{{"message":"Try later.","rows":[{row}]}}"#),
        format!(r#"{{"error":"Try later.","rows":[{row}]}}"#),
    ] {
        assert_eq!(kind(Operation::MonitoredCarrierData, &body), Some(ErrorKind::Declined), "{}", &body[..60]);
    }
    let other = format!(r#"{{"rows":[{row}]}}"#);
    assert_eq!(kind(Operation::MonitoredCarrierData, &other), Some(ErrorKind::UnexpectedAnswer));
    assert_eq!(kind(Operation::PreviewCarrier, &other), Some(ErrorKind::UnexpectedAnswer));
    let refused = format!(r#"{{"Carrier":{row},"Success":false}}"#);
    assert_eq!(kind(Operation::GetCarrierContacts, &refused), Some(ErrorKind::Declined));
}

#[test]
fn a_list_that_is_null_is_empty_only_if_the_server_counts_none() {
    let list = Operation::MonitoredCarriers;
    assert!(judged_with(list, "null", Some(r#"{"totalCount":0,"totalPages":0}"#)).is_ok());
    assert!(judged_with(list, "null", Some(r#"{"totalCount":7}"#)).is_err());
    assert!(judged_with(list, "null", None).is_err());
    assert!(judged_with(list, "", Some(r#"{"totalCount":0}"#)).is_err(), "an empty body is no list");
}

#[test]
fn true_is_an_answer_only_to_a_change_or_where_anything_may_come() {
    for operation in operations() {
        let info = operation.info();
        let good = info.idempotency != Idempotency::Read || info.answer == Answer::Any;
        let expected = if good { None } else { Some(ErrorKind::UnexpectedAnswer) };
        assert_eq!(kind(operation, "true"), expected, "{operation}");
    }
}

#[test]
fn a_message_in_place_of_what_was_asked_for_declines_however_good_it_sounds() {
    for operation in operations() {
        let info = operation.info();
        let text_may_come = matches!(info.answer, Answer::Any | Answer::Object { text_as: Some(_) });
        if info.idempotency == Idempotency::Read {
            let body = r#"{"Message":"The invitation has been sent."}"#;
            assert_eq!(kind(operation, body), Some(ErrorKind::Declined), "{operation}");
        } else if !text_may_come {
            assert_eq!(kind(operation, r#"{"Message":"Hello."}"#), Some(ErrorKind::Declined), "{operation}");
        }
        if !text_may_come {
            assert_eq!(kind(operation, "Hello."), Some(ErrorKind::UnexpectedAnswer), "{operation}");
        }
    }
}

#[test]
fn that_there_is_no_such_carrier_is_said_by_the_vendor_or_by_nobody() {
    let absent = |body| judged(Operation::PreviewCarrier, body).expect_err(body).error.says_absent();
    assert!(absent("\"No carrier was found.\""));
    assert!(absent(r#"{"Message":"No carrier was found."}"#));
    assert!(!absent("No carrier was found."), "anything could have sent this");
}

fn is_plainly_good(operation: Operation, body: &str) -> bool {
    let head = Head { status: http::StatusCode::OK, headers: http::HeaderMap::new() };
    let body = Bytes::copy_from_slice(body.as_bytes());
    Case { info: operation.info(), head: &head, body: &body }.is_plainly_good(&body)
}

#[test]
fn an_object_is_plainly_good_if_it_begins_with_its_own_and_says_no_nowhere() {
    use Operation::*;
    let filler = "x".repeat(3 * EDGE);
    let good = [
        (GetCarrierData, r#"{"Address1":"x"}"#.to_owned()),
        (GetCarrierData, r#"{"$id":"1","Address1":"x"}"#.to_owned()),
        // What a record inside says of itself, away from the edges.
        (GetCarrierData, format!(r#"{{"Address1":"{filler}","Other":{{"Result":false}},"City":"{filler}"}}"#)),
        (MonitoredCarrierData, r#"{"data":[]}"#.to_owned()),
        (MonitoredCarrierData, format!(r#"{{"x":"{filler}","data":[]}}"#)),
        (ByPath, r#"{"Anything":1}"#.to_owned()),
    ];
    for (operation, body) in &good {
        assert!(is_plainly_good(*operation, body), "{operation} {}", &body[..body.len().min(60)]);
    }
    let bad = [
        (GetCarrierData, r#"{"Message":"Hello.","Address1":"x"}"#.to_owned()),
        (GetCarrierData, r#"{"Result":true,"Address1":"x"}"#.to_owned()),
        (GetCarrierData, r#"{"Unknown":1,"Address1":"x"}"#.to_owned()),
        (GetCarrierData, r#"{"Address1":null,"Message":"x"}"#.to_owned()),
        (GetCarrierData, format!(r#"{{"Address1":"x","Result":false,"City":"{filler}"}}"#)),
        (GetCarrierData, format!(r#"{{"Address1":"{filler}","Result": false}}"#)),
        // It has a flag of its own, which must be read.
        (FindAssociatedCarriers, r#"{"AssociatedCarriersCount":1}"#.to_owned()),
        (MonitoredCarrierData, r#"{"rows":[]}"#.to_owned()),
        (MonitoredCarrierData, r#"{"data":[],"succeeded":false}"#.to_owned()),
        (ByPath, r#"{"Anything":1,"Success" : false}"#.to_owned()),
    ];
    for (operation, body) in &bad {
        assert!(!is_plainly_good(*operation, body), "{operation} {}", &body[..body.len().min(60)]);
    }
}

#[test]
fn the_first_key_counts_if_it_has_a_value() {
    let cases = [
        (r#"{"a":1}"#, Some("a")),
        (r#"{ "a" : 1}"#, Some("a")),
        (r#"{"$id":"1","a":1}"#, Some("a")),
        (r#"{ "$id" : "12" , "bc" : "x"}"#, Some("bc")),
        (r#"{"$id":"1","$id":"2","a":1}"#, Some("a")),
        (r#"{"a":null}"#, None),
        (r#"{"$id":"1","a": null}"#, None),
        (r#"{"$id":"1"}"#, None),
        ("{}", None),
        ("[]", None),
        (r#"{"a"}"#, None),
    ];
    for (body, key) in cases {
        assert_eq!(first_key(body.as_bytes()), key.map(str::as_bytes), "{body}");
    }
}

#[test]
fn a_flag_is_false_where_its_value_is() {
    for (body, expected) in [
        (r#"{"Result":false}"#, true),
        (r#"{"Result" : false}"#, true),
        (r#"{"Result":true,"x":{"Result":false}}"#, true),
        (r#"{"Result":true}"#, false),
        (r#"{"Result":"false"}"#, false),
        (r#"{"Results":false}"#, false),
        (r#"["Result",false]"#, false),
        ("{}", false),
    ] {
        assert_eq!(says_false(body.as_bytes(), "Result"), expected, "{body}");
    }
}
