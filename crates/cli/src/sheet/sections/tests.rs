//! What each read says, and how it is to be taken.

use super::*;
use serde_json::{Value, from_value, json};

/// Label, value and tone of each line.
fn shown(lines: Vec<Line>) -> Vec<(String, String, Tone)> {
    lines.into_iter().map(|line| (line.label, line.value, line.tone)).collect()
}

fn lines(expected: &[(&str, &str, Tone)]) -> Vec<(String, String, Tone)> {
    expected.iter().map(|(label, value, tone)| ((*label).to_owned(), (*value).to_owned(), *tone)).collect()
}

#[test]
fn flags_are_plain_only_where_the_answer_says_so() {
    let of = |carrier: Value| shown(preview(&from_value(carrier).unwrap()));
    let unknown = of(json!({}));
    assert_eq!(unknown.len(), 8);
    assert!(
        unknown
            .iter()
            .all(|(label, value, tone)| value == "not known" && (*tone == Tone::Doubt || label == "Monitored"))
    );
    let good = of(json!({
        "Status": "Active", "IsMonitored": true, "IsBlocked": false, "PossibleFraud": "No Reports",
        "DoubleBrokering": "No Alerts", "WatchdogReports": "NOACCOUNT", "FreightValidateStatus": "valid",
        "IncidentReports": {"TotalIncidentReportsWithFraud": 0},
    }));
    let expected = [
        ("Status", "Active", Tone::Plain),
        ("Monitored", "yes", Tone::Plain),
        ("Possible fraud", "nothing reported", Tone::Plain),
        ("Double brokering", "nothing reported", Tone::Plain),
        ("Incidents with fraud", "nothing reported", Tone::Plain),
        ("Blocked", "no", Tone::Plain),
        ("Watchdog reports", "no account with the service", Tone::Doubt),
        ("FreightValidate", "valid", Tone::Plain),
    ];
    assert_eq!(good, lines(&expected));
    let bad = of(json!({
        "IsMonitored": false, "IsBlocked": true, "PossibleFraud": "Reported", "DoubleBrokering": "Alert",
        "WatchdogReports": "3", "FreightValidateStatus": "invalid",
        "IncidentReports": {"TotalIncidentReportsWithFraud": 1},
    }));
    let expected = [
        ("Status", "not known", Tone::Doubt),
        ("Monitored", "no", Tone::Plain),
        ("Possible fraud", "reported", Tone::Bad),
        ("Double brokering", "reported", Tone::Bad),
        ("Incidents with fraud", "reported", Tone::Bad),
        ("Blocked", "yes", Tone::Bad),
        ("Watchdog reports", "reported", Tone::Bad),
        ("FreightValidate", "not valid", Tone::Bad),
    ];
    assert_eq!(bad, lines(&expected));
}

#[test]
fn a_rating_is_plain_only_if_it_is_known_to_pass() {
    for (word, tone) in [
        ("Low", Tone::Plain),
        ("Acceptable", Tone::Plain),
        ("Moderate", Tone::Bad),
        ("Unacceptable", Tone::Bad),
        ("UnacceptableReview", Tone::Bad),
        ("Splendid", Tone::Doubt),
        ("", Tone::Doubt),
    ] {
        assert_eq!(rating_tone(&Rating::from(word)), tone, "{word}");
        let words = if word.is_empty() { "not rated" } else { word };
        let answer = json!({"RiskAssessmentDetails": {"OverallRating": word, "TotalPoints": 125}});
        let expected = format!("{words}  125 points");
        assert_eq!(shown(risk(&from_value(answer).unwrap())), lines(&[("Overall", &expected, tone)]));
    }
    let answer = json!({"RiskAssessmentDetails": {"OverallRating": "Acceptable", "Safety": {"Infractions": [
        {"RuleText": "Blocked", "RuleOutput": "by 8 companies", "Points": 250, "RiskLevel": "Review"},
        {"RuleText": "Crashes", "Points": 5}]}}});
    let expected = [
        ("Overall", "Acceptable", Tone::Plain),
        ("Safety", "Blocked: by 8 companies  250 points  Review", Tone::Doubt),
        ("Safety", "Crashes  5 points", Tone::Doubt),
    ];
    assert_eq!(shown(risk(&from_value(answer).unwrap())), lines(&expected));
    assert_eq!(shown(risk(&from_value(json!({})).unwrap())), lines(&[("Overall", "not rated", Tone::Doubt)]));
}

#[test]
fn a_missing_list_is_not_an_empty_one() {
    let of = |answer: Value| {
        [
            shown(incidents(&from_value(answer.clone()).unwrap())),
            shown(vins(&from_value(answer.clone()).unwrap())),
            shown(contacts(&from_value(answer).unwrap())),
        ]
    };
    let labels = ["Reports", "Vehicles", "Contacts"];
    let missing = labels.map(|label| lines(&[(label, "the answer has no list", Tone::Doubt)]));
    assert_eq!(of(json!({})), missing);
    let none = labels.map(|label| lines(&[(label, "none", Tone::Plain)]));
    assert_eq!(of(json!({"IncidentReports": [], "VINVerifications": [], "Contacts": []})), none);
    assert_eq!(shown(associated(&[])), lines(&[("Carriers", "none", Tone::Plain)]));
}

#[test]
fn incidents_are_bad_whatever_is_known_of_them() {
    let answer = json!({"IncidentReports": [
        {"IncidentDate": "2026-03-18", "IncidentTypes": ["Fraud", "Theft"], "ReportedByCompany": "Alder Brokers",
         "Comments": [{"Comment": "The load was gone."}, {"Comment": " "}]},
        {"IncidentDate": "0000-00-00"},
    ]});
    let expected = [
        ("2026-03-18", "Fraud, Theft  reported by Alder Brokers", Tone::Bad),
        ("", "The load was gone.", Tone::Plain),
        ("no date", "kind not known", Tone::Bad),
    ];
    assert_eq!(shown(incidents(&from_value(answer).unwrap())), lines(&expected));
}

#[test]
fn a_vehicle_or_a_contact_is_plain_only_if_it_is_known_to_be_theirs() {
    let answer = json!({"VINVerifications": [
        {"VIN": "0SANDBOX1", "VINVerificationStatus": {"StatusID": 2, "Description": "Belongs To Carrier"}},
        {"VIN": "0SANDBOX2", "VINVerificationStatus": {"StatusID": 3, "Description": "Belongs To Another Carrier"},
         "OtherCarrier": {"CompanyName": "Birch LLC"}},
        {"VIN": "0SANDBOX3", "VINVerificationStatus": {"StatusID": 9}},
        {},
    ]});
    let found = shown(vins(&from_value(answer).unwrap()));
    let tones: Vec<_> = found.iter().map(|(.., tone)| *tone).collect();
    let own = mycarrierpackets::types::VinStatus::BelongsToCarrier;
    let other = mycarrierpackets::types::VinStatus::BelongsToAnotherCarrier;
    let tone = |code: i32| match VinStatus::from(code) {
        status if status == own => Tone::Plain,
        status if status == other => Tone::Bad,
        _ => Tone::Doubt,
    };
    assert_eq!(tones, [tone(2), tone(3), Tone::Doubt, Tone::Doubt]);
    assert!(tones[..2].contains(&Tone::Plain) && tones[..2].contains(&Tone::Bad));
    assert_eq!(found[1].1, "Belongs To Another Carrier: Birch LLC");
    assert_eq!((found[2].1.as_str(), found[3].0.as_str()), ("not known", "no VIN"));
    for (word, tone, words) in [
        (json!("Verified"), Tone::Plain, "verification: Verified"),
        (json!("verified"), Tone::Plain, "verification: Verified"),
        (json!("DENIED"), Tone::Bad, "verification: Denied"),
        (json!("Pending"), Tone::Doubt, "verification: Pending"),
        (json!("Soon"), Tone::Doubt, "verification: Soon"),
        (json!(""), Tone::Doubt, "verification not known"),
        (json!(null), Tone::Doubt, "verification not known"),
    ] {
        let contact = json!({"FirstName": "Ada", "LastName": "Alder", "Title": "Owner", "VerificationStatus": word});
        let found = shown(contacts(&from_value(json!({"Contacts": [contact]})).unwrap()));
        assert_eq!(found, lines(&[("Ada Alder", &format!("Owner  {words}"), tone)]), "{word}");
    }
    let nameless = shown(contacts(&from_value(json!({"Contacts": [{}]})).unwrap()));
    assert_eq!(nameless, lines(&[("no name", "verification not known", Tone::Doubt)]));
}

#[test]
fn what_two_carriers_share_is_said() {
    for (phones, emails, expected) in [
        (json!([{}]), json!([]), "DOT 9900002  MC990002  same phone"),
        (json!(null), json!([{}]), "DOT 9900002  MC990002  same email"),
        (json!([{}]), json!([{}]), "DOT 9900002  MC990002  same phone  same email"),
        (json!([]), json!(null), "DOT 9900002  MC990002"),
    ] {
        let carrier = json!({"DOTNumber": 9_900_002, "DocketNumber": "MC990002", "CompanyName": "Birch LLC",
            "PhoneAssociationTypes": phones, "EmailAssociationTypes": emails});
        let found = shown(associated(&[from_value(carrier).unwrap()]));
        assert_eq!(found, lines(&[("Birch LLC", expected, Tone::Doubt)]));
    }
}
