//! Answers of a good status that say no or nothing: never reported as done, never taken for an empty list.

use super::{check, json, reply, row};

const NO: &str = r#"{"$id":"1","Result":false,"Message":"Carrier could not be blocked."}"#;
const LONE: &str = r#"{"$id":"1","Message":"Carrier Agreement does not exist."}"#;

#[test]
fn a_command_that_was_declined_is_not_reported_as_done() {
    check(vec![
        row(
            "a flag that says no",
            json(200, NO),
            "block add 9900001",
            1,
            r#"error: block_carrier: the server declined (200 OK): "Carrier could not be blocked""#,
        ),
        row(
            "a flag that says no",
            json(200, r#"{"Success":false,"Message":"Limit reached."}"#),
            "monitor add 9900001",
            1,
            r#"error: request_monitoring: the server declined (200 OK): "Limit reached""#,
        ),
        row(
            "a flag alone",
            json(200, r#"{"succeeded":false}"#),
            "monitor remove 9900001",
            1,
            "error: cancel_monitoring: the server declined (200 OK)",
        ),
        row(
            "a flag in text",
            json(200, r#"{"Result":"False","Message":"No."}"#),
            "block remove 9900001",
            1,
            r#"error: unblock_carrier: the server declined (200 OK): "No""#,
        ),
        row(
            "a flag in lower case",
            json(200, r#"{"success":false,"message":"No."}"#),
            "monitor add 9900001",
            1,
            r#"error: request_monitoring: the server declined (200 OK): "No""#,
        ),
        row(
            "false",
            json(200, "false"),
            "invite send 9900001 --email a@carrier.example",
            1,
            "error: email_packet_invitation: the server declined (200 OK)",
        ),
        row(
            "false",
            json(200, "false"),
            "verify user 9900001 --email a@carrier.example",
            1,
            "error: request_user_verification: the server declined (200 OK)",
        ),
        row(
            "a flag",
            json(200, r#"{"Success":false}"#),
            "invite send 9900001 --email a@carrier.example",
            1,
            "error: email_packet_invitation: the server declined (200 OK)",
        ),
        row(
            "a sentence",
            json(200, r#""The invitation was not sent.""#),
            "invite send 9900001 --email a@carrier.example",
            1,
            r#"error: email_packet_invitation: the server declined (200 OK): "The invitation was not sent""#,
        ),
        row(
            "a plain sentence",
            reply(200, "text/plain", "Could not send: no such user."),
            "invite send 9900001 --email a@carrier.example",
            1,
            r#"error: email_packet_invitation: the server declined (200 OK): "Could not send: no such user""#,
        ),
        row(
            "a message alone",
            json(200, LONE),
            "monitor add 9900001",
            1,
            r#"error: request_monitoring: the server declined (200 OK): "Carrier Agreement does not exist""#,
        ),
        row(
            "a message alone",
            json(200, LONE),
            "verify vin 9900001 --phone 214-555-0100",
            1,
            r#"error: request_vin_verification: the server declined (200 OK): "Carrier Agreement does not exist""#,
        ),
        row(
            "an error",
            json(200, r#"{"error":"quota"}"#),
            "block add 9900001",
            1,
            r#"error: block_carrier: the server declined (200 OK): "quota""#,
        ),
        row(
            "nothing",
            json(200, ""),
            "monitor add 9900001",
            1,
            "error: request_monitoring: the answer is empty (200 OK), 3 attempts",
        ),
        row(
            "null",
            json(200, "null"),
            "block add 9900001",
            1,
            "error: block_carrier: the server answered null (200 OK), 3 attempts",
        ),
        row(
            "{}",
            json(200, "{}"),
            "monitor add 9900001",
            1,
            "error: request_monitoring: the answer does not say that it was done (200 OK), 3 attempts",
        ),
        row(
            "{$id}",
            json(200, r#"{"$id":"1"}"#),
            "block remove 9900001",
            1,
            "error: unblock_carrier: the answer does not say that it was done (200 OK), 3 attempts",
        ),
        row(
            "a list",
            json(200, "[]"),
            "block add 9900001",
            1,
            "error: block_carrier: the answer does not say that it was done (200 OK), 3 attempts",
        ),
        row(
            "204",
            reply(204, "", ""),
            "monitor remove 9900001",
            1,
            "error: cancel_monitoring: the answer is empty (204 No Content), 3 attempts",
        ),
        row("one of two declined", json(200, NO), "block add 9900001 9900002", 1, "error: 2 of 2 were not done"),
    ]);
}

#[test]
fn what_was_done_or_was_so_already_is_done() {
    check(vec![
        row(
            "yes",
            json(200, r#"{"Result":true,"Message":null}"#),
            "block add 9900001 --output table",
            0,
            "DOT 9900001: blocked",
        ),
        row(
            "yes, in words",
            json(200, r#"{"Success":true,"Message":"Carrier blocked."}"#),
            "block add 9900001 --output table",
            0,
            r#"DOT 9900001: blocked ("Carrier blocked.")"#,
        ),
        row(
            "already",
            json(200, r#"{"Result":false,"Message":"Carrier is already blocked."}"#),
            "block add 9900001 --output table",
            0,
            r#"DOT 9900001: blocked ("Carrier is already blocked.")"#,
        ),
        row(
            "already",
            json(200, r#"{"Success":false,"Message":"Carrier is already monitored."}"#),
            "monitor add 9900001 --output table",
            0,
            "DOT 9900001: monitored",
        ),
        row(
            "not there already",
            json(200, r#"{"Success":false,"Message":"Carrier is not monitored."}"#),
            "monitor remove 9900001 --output table",
            0,
            "DOT 9900001: no longer monitored",
        ),
        row(
            "nothing",
            json(200, ""),
            "invite send 9900001 --email a@carrier.example --output table",
            0,
            "DOT 9900001: invitation sent to a@carrier.example",
        ),
        row(
            "a sentence",
            json(200, r#""Invitation sent""#),
            "invite send 9900001 --email a@carrier.example --output table",
            0,
            r#"DOT 9900001: invitation sent to a@carrier.example ("Invitation sent")"#,
        ),
        row(
            "a doubtful sentence",
            json(200, r#""Request received.""#),
            "invite send 9900001 --email a@carrier.example --output table",
            0,
            r#"DOT 9900001: invitation accepted, but not confirmed as sent, to a@carrier.example ("Request received.")"#,
        ),
    ]);
}

#[test]
fn a_record_that_does_not_come_is_no_empty_record() {
    check(vec![
        row(
            "a message",
            json(200, LONE),
            "carrier incidents 9900001",
            1,
            r#"error: get_carrier_incident_reports: the server declined (200 OK): "Carrier Agreement does not exist""#,
        ),
        row(
            "a message",
            json(200, LONE),
            "carrier vins 9900001",
            1,
            r#"error: get_carrier_vin_verifications: the server declined (200 OK): "Carrier Agreement does not exist""#,
        ),
        row(
            "a message",
            json(200, LONE),
            "carrier contacts 9900001",
            1,
            r#"error: get_carrier_contacts: the server declined (200 OK): "Carrier Agreement does not exist""#,
        ),
        row(
            "a message",
            json(200, LONE),
            "carrier get 9900001",
            1,
            r#"error: get_carrier_data: the server declined (200 OK): "Carrier Agreement does not exist""#,
        ),
        row(
            "a message in a list",
            json(200, r#"[{"Message":"Not today."}]"#),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server declined (200 OK): "Not today""#,
        ),
        row(
            "a message in a list",
            json(200, r#"[{"Message":"Not today."}]"#),
            "carrier risk 9900001",
            1,
            r#"error: get_carrier_risk_assessment: the server declined (200 OK): "Not today""#,
        ),
        row(
            "a flag",
            json(200, r#"{"Success":false,"Message":"Not today."}"#),
            "carrier preview 9900001",
            1,
            r#"error: preview_carrier: the server declined (200 OK): "Not today""#,
        ),
        row(
            "a flag",
            json(200, r#"{"Success":false,"Message":"Not today."}"#),
            "carrier risk 9900001",
            1,
            r#"error: get_carrier_risk_assessment: the server declined (200 OK): "Not today""#,
        ),
        row(
            "a flag",
            json(200, r#"{"Success":false,"Message":"Not today."}"#),
            "carrier associated --phone 214-555-0100",
            1,
            r#"error: find_associated_carriers: the server declined (200 OK): "Not today""#,
        ),
        row(
            "unknown, in words",
            json(200, r#"{"Message":"Carrier not found."}"#),
            "carrier preview 9900001",
            4,
            r#"error: preview_carrier: the server found no such carrier (200 OK): "Carrier not found""#,
        ),
        row(
            "[]",
            json(200, "[]"),
            "carrier preview 9900001",
            4,
            "error: preview_carrier: the server found no such carrier",
        ),
        row(
            "null",
            json(200, "null"),
            "carrier preview 9900001",
            1,
            "error: preview_carrier: the server answered null (200 OK), 3 attempts",
        ),
        row(
            "null",
            json(200, "null"),
            "carrier incidents 9900001",
            1,
            "error: get_carrier_incident_reports: the server answered null (200 OK), 3 attempts",
        ),
        row(
            "{}",
            json(200, "{}"),
            "carrier incidents 9900001",
            1,
            "error: get_carrier_incident_reports: the answer holds nothing of what was asked for (200 OK), 3 attempts",
        ),
        row(
            "{}",
            json(200, "{}"),
            "carrier contacts 9900001",
            1,
            "error: get_carrier_contacts: the answer holds nothing of what was asked for (200 OK), 3 attempts",
        ),
        row(
            "a text",
            json(200, r#""Service unavailable""#),
            "carrier get 9900001",
            1,
            r#"error: get_carrier_data: the server sent a text in place of an answer (200 OK): "Service unavailable", 3 attempts"#,
        ),
        row(
            "false",
            json(200, "false"),
            "carrier get 9900001",
            1,
            "error: get_carrier_data: the server declined (200 OK)",
        ),
        row(
            "nothing",
            json(200, ""),
            "carrier vins 9900001",
            1,
            "error: get_carrier_vin_verifications: the answer is empty (200 OK), 3 attempts",
        ),
        row(
            "half",
            json(200, r#"{"IncidentReports":[{"Inci"#),
            "carrier incidents 9900001",
            1,
            "error: get_carrier_incident_reports: the answer is cut off (200 OK), 3 attempts",
        ),
        row(
            "a foreign object",
            json(200, r#"{"hello":"world"}"#),
            "carrier preview 9900001",
            1,
            "error: preview_carrier: the answer holds nothing of what was asked for (200 OK), 3 attempts",
        ),
        row(
            "two carriers",
            json(200, r#"[{"DotNumber":9900001},{"DotNumber":9900002}]"#),
            "carrier preview 9900001",
            1,
            "error: preview_carrier: the server found 2 carriers: DOT 9900001, DOT 9900002",
        ),
    ]);
}
