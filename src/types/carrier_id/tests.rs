//! Every way to name a carrier, and every pair of names.

use super::*;
use Sameness::{Different, Same, Unclear};

type Parts = (Option<u32>, Option<&'static str>, Option<&'static str>);

fn parts(carrier: &CarrierId) -> (Option<u32>, Option<&str>, Option<&str>) {
    let docket = carrier.docket_number().map(DocketNumber::as_str);
    (carrier.dot_number().map(DotNumber::get), docket, carrier.intrastate_number())
}

#[test]
fn reads_the_ways_people_name_a_carrier() {
    const BOTH: Parts = (Some(23868), Some("MC113843"), None);
    let cases: [(&str, Parts); 33] = [
        ("23868", (Some(23868), None, None)),
        (" DOT 23868 ", (Some(23868), None, None)),
        ("usdot#23868", (Some(23868), None, None)),
        ("MC113843", (None, Some("MC113843"), None)),
        ("mc-113843", (None, Some("MC113843"), None)),
        ("FF 42", (None, Some("FF42"), None)),
        ("MX0042", (None, Some("MX0042"), None)),
        ("DOT 23868 MC113843", BOTH),
        ("DOT 23868 MC 113843", BOTH),
        ("MC 113843 DOT 23868", BOTH),
        ("MC113843 23868", BOTH),
        ("23868/MC113843", BOTH),
        ("23868, MC113843", BOTH),
        ("23868 , MC-113843", BOTH),
        ("MC113843+23868", BOTH),
        ("MC# 113843 / USDOT# 23868", BOTH),
        ("  23868   MC113843", BOTH),
        ("00023868 MC113843", BOTH),
        ("TX 006543210C", (None, None, Some("TX 006543210C"))),
        ("tx006543210C", (None, None, Some("tx006543210C"))),
        ("CA-0123456", (None, None, Some("CA-0123456"))),
        ("CA0123456", (None, None, Some("CA0123456"))),
        ("NC 12-3456", (None, None, Some("NC 12-3456"))),
        ("IN 1234", (None, None, Some("IN 1234"))),
        ("intrastate 0123456", (None, None, Some("0123456"))),
        ("intrastate:0123456", (None, None, Some("0123456"))),
        ("INTRASTATE : 0123456", (None, None, Some("0123456"))),
        ("Intrastate: 0123456", (None, None, Some("0123456"))),
        ("intrastate TX 006543210C", (None, None, Some("TX 006543210C"))),
        ("intrastate 23868", (None, None, Some("23868"))),
        ("intrastate MC113843", (None, None, Some("MC113843"))),
        ("intrastate 5", (None, None, Some("5"))),
        ("intrastate:TX-5", (None, None, Some("TX-5"))),
    ];
    for (text, expected) in cases {
        let carrier = text.parse::<CarrierId>().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(parts(&carrier), expected, "{text:?}");
    }
}

#[test]
fn refuses_nonsense_and_says_what_it_takes() {
    let long = format!("DOT {}5", "0".repeat(160));
    let bad = [
        "",
        " ",
        "hello",
        "MC",
        "DOT",
        "12 34",
        "DOT 0",
        "0",
        "-5",
        "DOT 1 DOT 2",
        "MC1 MC2",
        "23868,",
        "/MC5",
        "23868,,MC5",
        "23868 MC5 FF6",
        "23868&MC5",
        "DOT 0 MC5",
        "TX",
        "TX ",
        "TX abc",
        "TX 12",
        "OK 7",
        "ZZ 006543210",
        "TX 123 MC55",
        "TX_0065432",
        "invoice5",
        "mode-l5",
        "intrastate0123456",
        "23868\n",
        "23868\0",
        "\u{1b}23868",
        "100000000",
        "MC0",
        "MC 12 34",
        "MC 113 843",
        "MC 113  843",
        "٢٣٨٦٨",
        "TX ٢٣٨٦٨",
        "ÄÖ 12345",
        "€ 12345",
        &long,
    ];
    for text in bad {
        let error = text.parse::<CarrierId>().unwrap_err().to_string();
        assert!(error.contains("expected") && error.contains("MC113843"), "{text:?}: {error}");
    }
    let error = "MC12345678901".parse::<CarrierId>().unwrap_err().to_string();
    assert!(error.contains("too many digits"), "{error}");
    for text in ["intrastate", "intrastate ", "intrastate:", "intrastate abc", "intrastate0123456"] {
        assert!(text.parse::<CarrierId>().is_err(), "{text:?}");
    }
    assert!(CarrierId::intrastate(&"1".repeat(65)).is_err());
    assert!(CarrierId::intrastate("1\n2").is_err());
}

// Every text made of these pieces that parses must be written so that it parses to the same carrier.
#[test]
fn writes_what_it_reads() {
    let pieces = [
        "",
        " ",
        ",",
        "/",
        "-",
        "#",
        "DOT",
        "MC",
        "FF",
        "TX",
        "CA",
        "intrastate",
        ":",
        "5",
        "0123456",
        "23868",
        "a",
        "C",
    ];
    let mut read = 0;
    for a in pieces {
        for b in pieces {
            for c in pieces {
                for d in pieces {
                    let Ok(carrier) = format!("{a}{b}{c}{d}").parse::<CarrierId>() else { continue };
                    read += 1;
                    assert_eq!(carrier.to_string().parse(), Ok(carrier.clone()), "{a}{b}{c}{d}");
                    let json = serde_json::to_string(&carrier).unwrap();
                    assert_eq!(serde_json::from_str::<CarrierId>(&json).unwrap(), carrier, "{json}");
                }
            }
        }
    }
    assert!(read > 1000, "{read}");
}

#[test]
fn is_made_of_its_parts() {
    let (dot, docket) = (DotNumber::new(5).unwrap(), "MC6".parse::<DocketNumber>().unwrap());
    assert_eq!(parts(&CarrierId::from((dot, docket.clone()))), (Some(5), Some("MC6"), None));
    assert_eq!(CarrierId::from(dot), CarrierId::dot(5).unwrap());
    assert_eq!(CarrierId::from(docket), CarrierId::docket("mc 6").unwrap());
    assert_eq!(CarrierId::try_from(5_u32), CarrierId::try_from("DOT 5"));
    assert_eq!(CarrierId::new(5, "MC6"), "5/MC6".to_owned().try_into());
    assert!(CarrierId::new(0, "MC6").is_err() && CarrierId::new(5, "0").is_err() && CarrierId::dot(0).is_err());
    assert_eq!(serde_json::from_str::<CarrierId>("5").unwrap(), CarrierId::from(dot));
    assert!(serde_json::from_str::<CarrierId>("0").is_err());
    assert_eq!(format!("{:?}", CarrierId::from(dot)), "CarrierId(DOT 5)");
}

fn id(text: &str) -> CarrierId {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_pair_of_names_is_compared_as_the_vendor_would() {
    let cases = [
        ("DOT 1", "DOT 1", Same),
        ("DOT 1", "USDOT 00000001", Same),
        ("DOT 1", "DOT 2", Different),
        ("MC1", "MC1", Same),
        ("MC1", "MC0001", Same),
        ("MC1", "MC2", Different),
        ("MC1", "FF1", Unclear),
        ("DOT 1", "MC1", Unclear),
        ("DOT 1", "TX 12345", Unclear),
        ("MC1", "TX 12345", Unclear),
        ("DOT 1 MC1", "DOT 1", Same),
        ("DOT 1 MC1", "MC01", Same),
        ("DOT 1 MC1", "DOT 1 MC01", Same),
        ("DOT 1 MC1", "DOT 1 FF7", Same),
        ("DOT 1 MC1", "DOT 1 MC2", Unclear),
        ("DOT 1 MC1", "DOT 2 MC1", Unclear),
        ("DOT 1 MC1", "DOT 2 MC2", Different),
        ("DOT 1 MC1", "DOT 2", Different),
        ("DOT 1 MC1", "MC2", Different),
        ("DOT 1 MC1", "FF2", Unclear),
        ("DOT 1 MC1", "TX 12345", Unclear),
        ("TX 12345", "tx-123 45", Same),
        ("TX 12345", "TX 12346", Different),
        ("TX 12345", "OK 12346", Different),
        ("TX 12345", "intrastate 12345", Unclear),
        ("TX 012345", "TX 12345", Unclear),
        ("TX 12345", "OK 12345", Different),
        ("DOT 1 intrastate TX 12345", "TX-12345", Same),
        ("DOT 1 intrastate TX 12345", "DOT 1", Same),
        ("DOT 1 intrastate TX 12345", "DOT 2 intrastate TX 12345", Different),
        ("MC1 intrastate TX 12345", "DOT 2 intrastate TX 12345", Same),
    ];
    for (a, b, expected) in cases {
        assert_eq!(id(a).compare(&id(b)), expected, "{a} / {b}");
        assert_eq!(id(b).compare(&id(a)), expected, "{b} / {a}");
    }
}

#[test]
fn names_of_three_numbers_are_written_and_read() {
    let whole = CarrierId::from_parts(DotNumber::new(5).ok(), "MC006".parse().ok(), Some("TX-00 654")).unwrap();
    assert_eq!(whole.to_string(), "DOT 5 MC006 intrastate TX-00 654");
    assert_eq!(whole.to_string().parse(), Ok(whole.clone()));
    assert_eq!(id("DOT 5").merged(&whole), whole);
    assert_eq!(whole.intrastate_number(), Some("TX-00 654"), "as it was given");
    assert!(CarrierId::from_parts(None, None, Some(" ")).is_err() && CarrierId::from_parts(None, None, None).is_err());
    assert_eq!(CarrierId::from_parts(DotNumber::new(5).ok(), None, Some(" ")), Ok(id("5")));
}

#[test]
fn what_is_copied_from_a_page_or_a_spreadsheet_is_read() {
    for text in ["\u{a0}23868\u{a0}", "DOT\u{a0}23868", "\u{feff}23868", "23868.0", "USDOT23868", "DOT Number 23868"] {
        assert_eq!(id(text), CarrierId::dot(23868).unwrap(), "{text:?}");
    }
    assert_eq!(id("DOT 23868;\u{a0}MC113843"), CarrierId::new(23868, "113843").unwrap());
    for text in ["TX-00 654", "CA# 123456"] {
        assert_eq!(id(text).intrastate_number(), Some(text));
    }
}
