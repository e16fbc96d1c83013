//! The lines of a profile, by what the packet says.

use super::*;
use crate::sheet::parts::Content;
use jiff::civil::date;
use serde_json::json;

#[test]
fn names_of_fields_become_words() {
    for (name, expected) in [
        ("NorthCarolina", "North Carolina"),
        ("Van", "Van"),
        ("FAST", "FAST"),
        ("WashingtonDC", "Washington DC"),
        ("StretchRGN", "Stretch RGN"),
        ("USMail", "US Mail"),
        ("ReeferStandard48Foot", "Reefer Standard 48 Foot"),
    ] {
        assert_eq!(words(name), expected);
    }
}

/// Label, value and tone of each line of a section.
fn shown(data: &Value, title: &str) -> Vec<(String, String, Tone)> {
    let data: CarrierData = serde_json::from_value(data.clone()).unwrap();
    let sections = profile(&data, date(2026, 11, 30));
    let section = sections.into_iter().find(|section| section.title == title).unwrap();
    let Content::Known(lines) = section.content else { panic!("{title} is not known") };
    lines.into_iter().map(|line| (line.label, line.value, line.tone)).collect()
}

fn of_entry(details: &Value, title: &str, label: &str) -> (String, Tone) {
    let lines = shown(&json!({"AssureAdvantage": [{"CarrierDetails": details}]}), title);
    let line = lines.iter().find(|(own, ..)| own == label).unwrap_or_else(|| panic!("{label}: {lines:?}"));
    (line.1.clone(), line.2)
}

#[test]
fn authority_is_shown_as_it_is_judged() {
    for (status, tone, words) in [
        (json!("ACTIVE"), Tone::Plain, "ACTIVE"),
        (json!("INACTIVE"), Tone::Bad, "INACTIVE"),
        (json!(""), Tone::Doubt, "not known"),
        (json!(null), Tone::Doubt, "not known"),
    ] {
        let found = of_entry(&json!({"dotNumber": {"status": status}}), "Authority", "DOT status");
        assert_eq!(found, (words.to_owned(), tone));
    }
    for (status, tone) in [
        ("AUTHORIZED FOR Property", Tone::Plain),
        ("Authorized for property", Tone::Plain),
        ("AUTHORIZED FOR HHG, Property", Tone::Plain),
        ("AUTHORIZED FOR Property/Passenger", Tone::Plain),
        ("AUTHORIZED FOR BROKER Property, COMMON", Tone::Plain),
        ("AUTHORIZED FOR { CONTRACT }", Tone::Plain),
        ("AUTHORIZED FOR BROKER Property", Tone::Bad),
        ("AUTHORIZED FOR Broker", Tone::Bad),
        ("AUTHORIZED FOR Passenger", Tone::Bad),
        ("AUTHORIZED FOR Passenger, HHG", Tone::Bad),
        ("AUTHORIZED FOR Freight Forwarder Property", Tone::Bad),
        ("AUTHORIZED", Tone::Doubt),
        ("AUTHORIZED FOR", Tone::Doubt),
        ("AUTHORIZED FOR ,", Tone::Doubt),
        ("AUTHORIZED FOR Hire", Tone::Doubt),
        ("AUTHORIZED FOR Passenger, Hire", Tone::Doubt),
        ("AUTHORIZED Property", Tone::Doubt),
        ("AUTHORIZEDISH FOR Property", Tone::Bad),
        ("NOT AUTHORIZED", Tone::Bad),
        ("NOT AUTHORIZED FOR Property", Tone::Bad),
        ("OUT-OF-SERVICE", Tone::Bad),
    ] {
        let found = of_entry(&json!({"Operation": {"operatingStatus": status}}), "Authority", "Operating status");
        assert_eq!(found, (status.to_owned(), tone));
    }
    for (label, name) in
        [("Common", "commonAuthority"), ("Contract", "contractAuthority"), ("Broker", "brokerAuthority")]
    {
        for (status, pending, revocation, words, tone) in [
            ("Active", "No", "No", "Active", Tone::Plain),
            ("Active", "", "NA", "Active", Tone::Plain),
            ("Active", "No", "Yes", "Active, revocation under way", Tone::Bad),
            ("", "No", "Since May", "revocation under way", Tone::Bad),
            ("None", "Yes", "No", "None, application pending", Tone::Plain),
            ("", "", "", "not known", Tone::Doubt),
        ] {
            let authority =
                json!({name: status, format!("{name}Pending"): pending, format!("{name}Revocation"): revocation});
            let found = of_entry(&json!({"Authority": authority}), "Authority", label);
            assert_eq!(found, (words.to_owned(), tone), "{label} {status} {pending} {revocation}");
        }
    }
}

#[test]
fn policies_are_shown_with_what_is_not_known_of_them() {
    for (limit, expires, cancelled, words, tone) in [
        ("1,000,000", "2027-06-23", "", "$1,000,000.00  until 2027-06-23", Tone::Plain),
        ("a million", "2027-06-23", "NA", "a million  until 2027-06-23", Tone::Plain),
        ("", "2026-12-01", "", "limit not known  until 2026-12-01", Tone::Plain),
        ("", "2026-11-30", "", "limit not known  ended 2026-11-30", Tone::Bad),
        ("", "2027-06-23", "2026-05-01", "limit not known  ended 2026-05-01", Tone::Bad),
        ("", "soon", "", "limit not known  end not known (\"soon\")", Tone::Doubt),
        ("", "", "", "limit not known  end not known", Tone::Doubt),
    ] {
        let policy =
            json!({"type": "Auto", "coverageLimit": limit, "expirationDate": expires, "cancellationDate": cancelled});
        let details = json!({"CertData": {"status": "OK", "Certificate": [{"Coverage": [policy]}]}});
        assert_eq!(of_entry(&details, "Insurance", "Auto"), (words.to_owned(), tone), "{expires} {cancelled}");
    }
    let status = |status: Value| of_entry(&json!({"CertData": {"status": status}}), "Insurance", "Certificates");
    assert_eq!(status(json!("OK")), ("OK".to_owned(), Tone::Plain));
    assert_eq!(status(json!("Lapsed")), ("Lapsed".to_owned(), Tone::Doubt));
    assert_eq!(status(json!("")), ("not known".to_owned(), Tone::Doubt));
    let none = ("no policy is on file".to_owned(), Tone::Doubt);
    assert_eq!(of_entry(&json!({"CertData": {}}), "Insurance", "Coverage"), none);
    assert_eq!(of_entry(&json!({}), "Insurance", "Certificates"), ("not known".to_owned(), Tone::Doubt));
    let filing = json!({"insuranceType": "BIPD", "effectiveDate": "2020-01-01", "cancelationDate": "2025-01-01"});
    let details = json!({"FMCSAInsurance": {"PolicyList": [filing]}});
    let words = "BIPD  from 2020-01-01  cancelled 2025-01-01";
    assert_eq!(of_entry(&details, "Insurance", "On file with FMCSA"), (words.to_owned(), Tone::Plain));
}

#[test]
fn what_is_on_file_with_fmcsa_is_shown_beside_what_it_requires() {
    for (required, on_file, words, tone) in [
        ("750,000", "1,000,000", "1,000,000 on file, 750,000 required", Tone::Plain),
        ("750,000", "0", "0 on file, 750,000 required", Tone::Bad),
        ("750,000", "", "not known on file, 750,000 required", Tone::Doubt),
        ("", "1,000,000", "1,000,000 on file, not known required", Tone::Doubt),
        ("some", "1,000,000", "1,000,000 on file, some required", Tone::Doubt),
    ] {
        let details = json!({"FMCSAInsurance": {"bipdRequired": required, "bipdOnFile": on_file}});
        assert_eq!(of_entry(&details, "Insurance", "BIPD with FMCSA"), (words.to_owned(), tone));
    }
    let none = ("not known on file, not known required".to_owned(), Tone::Doubt);
    assert_eq!(of_entry(&json!({}), "Insurance", "BIPD with FMCSA"), none);
}

#[test]
fn each_entry_is_shown_under_its_name() {
    let entry = |docket: &str, status: &str, power: &str| {
        json!({"CarrierDetails": {"docketNumber": docket, "dotNumber": {"status": status},
            "Equipment": {"totalPower": power}, "Identity": {"legalName": format!("Alder {docket}")}}})
    };
    let data = json!({"AssureAdvantage": [entry("MC990001", "ACTIVE", "3"), entry("MC990002", "INACTIVE", "5"), {}]});
    let values = |title: &str, wanted: &[&str]| -> Vec<String> {
        let lines = shown(&data, title).into_iter().filter(|(label, ..)| wanted.contains(&label.as_str()));
        lines.map(|(_, value, _)| value).collect()
    };
    let names = ["entry 1 of 3, MC990001", "entry 2 of 3, MC990002", "entry 3 of 3"];
    let expected = [names[0], "ACTIVE", names[1], "INACTIVE", names[2], "not known"];
    assert_eq!(values("Authority", &["Of", "DOT status", "Record"]), expected);
    assert_eq!(values("Equipment", &["Of", "Power units"]), [names[0], "3", names[1], "5", names[2]]);
    assert_eq!(values("Identity", &["Legal name"]), ["Alder MC990001 / Alder MC990002"]);
    let none = shown(&json!({}), "Authority");
    assert_eq!(none, [("Record".to_owned(), "not known".to_owned(), Tone::Doubt)]);
}

#[test]
fn a_document_without_a_name_is_not_missing() {
    let of_kind = |data: Value, label: &str| {
        let lines = shown(&data, "Documents");
        lines.into_iter().find(|(own, ..)| own == label).map(|(_, value, tone)| (value, tone)).unwrap()
    };
    let certificate = json!({"CertData": {"Certificate": [{}]}});
    for (label, nameless, named) in [
        (
            "W-9 form",
            json!({"CarrierW9Forms": [{}]}),
            json!({"CarrierW9Forms": [{"CarrierW9FormImages": [{"BlobName": "w9/1"}]}]}),
        ),
        (
            "Signed agreement",
            json!({"CarrierCustomerAgreements": [{}]}),
            json!({"CarrierCustomerAgreements": [{"CarrierCustomerAgreementImages": [{"BlobName": "a/1"}]}]}),
        ),
        (
            "Certificate of insurance",
            json!({"AssureAdvantage": [{"CarrierDetails": certificate}]}),
            json!({"AssureAdvantage": [{"CarrierDetails": {"CertData": {"Certificate": [{"BlobName": "c/1"}]}}}]}),
        ),
    ] {
        assert_eq!(of_kind(json!({}), label), ("none on file".to_owned(), Tone::Doubt));
        assert_eq!(of_kind(nameless, label), ("on file, but cannot be downloaded".to_owned(), Tone::Doubt));
        assert_eq!(of_kind(named, label), ("no date, can be downloaded".to_owned(), Tone::Plain));
    }
}
