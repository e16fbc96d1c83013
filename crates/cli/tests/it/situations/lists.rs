//! Lists that come without their items: a poller that took them for the end would lose what they hold.

use super::{check, json, row};

const LONE: &str = r#"{"$id":"1","Message":"Carrier Agreement does not exist."}"#;

#[test]
fn a_list_without_its_items_is_no_empty_list() {
    check(vec![
        row(
            "a message",
            json(200, LONE),
            "monitor list",
            1,
            r#"error: monitored_carriers: the server declined (200 OK): "Carrier Agreement does not exist", 3 attempts"#,
        ),
        row(
            "a message",
            json(200, LONE),
            "monitor data",
            1,
            r#"error: monitored_carrier_data: the server declined (200 OK): "Carrier Agreement does not exist", 3 attempts"#,
        ),
        row(
            "a message",
            json(200, LONE),
            "monitor changes --from 2090-03-17 --to 2090-03-18",
            1,
            r#"error: carriers_changes: the server declined (200 OK): "Carrier Agreement does not exist", 3 attempts"#,
        ),
        row(
            "a message",
            json(200, LONE),
            "factoring updated --from 2090-03-17 --to 2090-03-18",
            1,
            r#"error: get_updated_factoring_companies: the server declined (200 OK): "Carrier Agreement does not exist", 3 attempts"#,
        ),
        row(
            "a message",
            json(200, LONE),
            "packet completed --from 2090-03-17 --to 2090-03-18",
            1,
            r#"error: completed_packets: the server declined (200 OK): "Carrier Agreement does not exist", 3 attempts"#,
        ),
        row(
            "{}",
            json(200, "{}"),
            "monitor list",
            1,
            "error: monitored_carriers: the answer does not hold the list that was asked for (200 OK), 3 attempts",
        ),
        row(
            "{}",
            json(200, "{}"),
            "monitor data",
            1,
            "error: monitored_carrier_data: the answer does not hold the list that was asked for (200 OK), 3 attempts",
        ),
        row(
            "{}",
            json(200, "{}"),
            "monitor contacts",
            1,
            "error: get_monitored_carrier_contacts_data: the answer does not hold the list that was asked for (200 OK), 3 attempts",
        ),
        row(
            "{}",
            json(200, "{}"),
            "monitor risk",
            1,
            "error: get_monitored_carriers_risk_assessment: the answer does not hold the list that was asked for (200 OK), 3 attempts",
        ),
        row(
            "{}",
            json(200, "{}"),
            "block list",
            1,
            "error: blocked_carriers: the answer does not hold the list that was asked for (200 OK), 3 attempts",
        ),
        row(
            "{}",
            json(200, "{}"),
            "monitor changes --from 2090-03-17 --to 2090-03-18",
            1,
            "error: carriers_changes: the answer does not hold the list that was asked for (200 OK), 3 attempts",
        ),
        row(
            "null",
            json(200, "null"),
            "monitor list",
            1,
            "error: monitored_carriers: the server answered null (200 OK), 3 attempts",
        ),
        row(
            "null",
            json(200, "null"),
            "monitor risk",
            1,
            "error: get_monitored_carriers_risk_assessment: the server answered null (200 OK), 3 attempts",
        ),
        row(
            "null",
            json(200, "null"),
            "packet completed --from 2090-03-17 --to 2090-03-18",
            1,
            "error: completed_packets: the server answered null (200 OK), 3 attempts",
        ),
        row(
            "items that are null",
            json(200, r#"{"data":null,"totalCount":5,"totalPages":1,"pageNumber":1}"#),
            "monitor data",
            1,
            "error: monitored_carrier_data: the page does not hold the list that was asked for",
        ),
        row(
            "no items of five",
            json(200, r#"{"data":[],"totalCount":5,"totalPages":1,"pageNumber":1,"pageSize":5}"#),
            "monitor data",
            7,
            "error: the list changed while it was read: carriers may be missing or come twice",
        ),
        row(
            "a flag",
            json(200, r#"{"succeeded":false,"message":"Try again.","data":[]}"#),
            "monitor data",
            1,
            r#"error: monitored_carrier_data: the server declined (200 OK): "Try again", 3 attempts"#,
        ),
        row(
            "an error",
            json(200, r#"{"error":"timeout"}"#),
            "packet completed --from 2090-03-17 --to 2090-03-18",
            1,
            r#"error: completed_packets: the server declined (200 OK): "timeout", 3 attempts"#,
        ),
        row(
            "a text",
            json(200, r#""Busy""#),
            "monitor list",
            1,
            r#"error: monitored_carriers: the server sent a text in place of an answer (200 OK): "Busy", 3 attempts"#,
        ),
        row(
            "nothing",
            json(200, ""),
            "block list",
            1,
            "error: blocked_carriers: the answer is empty (200 OK), 3 attempts",
        ),
        row(
            "half",
            json(200, r#"[{"DOTNumber":9900001},{"DOTN"#),
            "monitor list",
            1,
            "error: monitored_carriers: the answer is cut off (200 OK), 3 attempts",
        ),
        row("a truly empty list", json(200, "[]"), "monitor list", 0, "[]"),
        row(
            "a truly empty list",
            json(200, r#"{"data":[],"totalCount":0,"totalPages":0,"pageNumber":1,"pageSize":5}"#),
            "monitor data",
            0,
            "[]",
        ),
        row(
            "a message as the roster's list",
            json(200, LONE),
            "monitor reconcile - --apply",
            2,
            "error: standard input names no carrier",
        ),
    ]);
}
