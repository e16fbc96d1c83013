//! What files of carriers are read as, and what is refused.

use super::*;
use proptest::prelude::*;

#[path = "../../../../fuzz/bodies/rosters.rs"]
mod any_bytes;

/// A carrier by names that are separated by commas.
pub fn identity(text: &str) -> Identity {
    let names = text.split(", ").map(|name| name.parse::<CarrierId>().unwrap_or_else(|error| panic!("{error}")));
    names.map(Identity::from).reduce(|all, name| all.merged(&name)).unwrap_or_else(|| panic!("{text}"))
}

fn ids(texts: &[&str]) -> Vec<Identity> {
    texts.iter().map(|text| identity(text)).collect()
}

fn carriers(text: &str) -> Vec<Identity> {
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}")).carriers
}

fn refused(text: &str) -> String {
    match parse(text.as_bytes()) {
        Ok(roster) => panic!("{text}: {:?}", roster.carriers),
        Err(error) => error,
    }
}

#[test]
fn every_form_names_the_same_carriers() {
    let expected = ids(&["DOT 9900001 MC990001", "9900002", "MC990003"]);
    for form in [
        "DOTNumber,Name,DocketNumber\n9900001,Alder,MC990001\n9900002,\"Birke, Sons\",\n,Cedar,MC990003\n",
        "USDOT;MC\n9900001;990001\n9900002;\n;990003\n",
        "USDOT\tMC Number\r\n9900001\t990001\r\n9900002\tN/A\r\nNone\tMC-0990003\r\n",
        "Name|DOT #|MC #\nAlder|9900001.0|990001.0\nBirke|9900002|-\nCedar|0|990003\n",
        "sep=;\nDOT;Docket\n9900001;MC990001\n9900002;\n;MC990003\n",
        "Monitored carriers\nExported 2026-11-01, by brenda\n\nDOT,Docket\n9900001,MC990001\n9900002,\n,MC990003\n",
        "9900001 MC990001\nDOT 9900002\n\nMC990003\n",
        "\"9900001, MC990001\"\n9900002\nMC990003",
        "[{\"DOTNumber\":9900001,\"DocketNumber\":\"MC990001\"},9900002,\"MC990003\"]",
        "{\"dot\":\"9900001\",\"docket\":\"MC990001\"}\n{\"DOTNumber\":9900002,\"DocketNumber\":null}\n{\"id\":\"MC990003\"}\n",
        r#"{"$id":"1","pageNumber":1,"totalCount":3,"data":[{"$id":"2","dotNumber":{"$id":"3","Value":"9900001"},"docketNumber":"MC990001"},{"$id":"4","dotNumber":{"Value":"9900002"},"docketNumber":""},{"DOTNumber":0,"MCNumber":"990003"}]}"#,
        r#"{"carriers":["DOT 9900001 MC990001","9900002","MC990003"],"errors":[]}"#,
        r#"{"succeeded":true,"errors":[],"data":{"$id":"1","$values":[{"DOTNumber":9900001,"DocketNumber":"MC990001"},{"DOTNumber":9900002},{"MC":990003}]}}"#,
        r#"{"totalCount":3,"data":[{"DOTNumber":9900001,"DocketNumber":"MC990001"}]}{"totalCount":3,"data":[9900002,{"MC":990003}]}"#,
        "9900001\tMC990001\n\"9900002\",\n,\"MC990003\"\n",
        "# carriers that we work with\nDOT 9900001 MC990001\n// and\n9900002;\nMC990003,N/A\n",
        r#"[{"$id":"7","DOTNumber":9900001,"DocketNumber":"MC990001"},{"ChangeCategories":["Risk"],"CarrierDetails":{"dotNumber":{"Value":"9900002"}}},{"MCNumber":990003}]"#,
    ] {
        assert_eq!(carriers(form), expected, "{form}");
    }
}

#[test]
fn every_encoding_names_the_same_carriers() {
    let table = "DOT,Name\n9900001,Pe\u{f1}a\n";
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(table.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = table.chars().map(|c| c as u8).collect();
    for (bytes, encoding) in [(utf16, "UTF-16LE"), (windows, "windows-1252")] {
        let roster = parse(&bytes).unwrap();
        assert_eq!((roster.carriers, roster.report.encoding), (ids(&["9900001"]), Some(encoding)));
    }
}

#[test]
fn a_carrier_that_is_named_again_is_one_and_is_reported() {
    let roster = parse(b"DOT,Docket\n9900001,\n,MC990001\n9900001,MC0990001\n9900002,\n").unwrap();
    assert_eq!(roster.carriers, ids(&["DOT 9900001 MC990001", "9900002"]));
    assert_eq!(roster.report.again, ["line 4 as line 2"]);
    let shown = roster.report.to_string();
    assert!(shown.contains("4 rows, \"DOT\" is the DOT number, \"Docket\" is the docket number"), "{shown}");
    assert!(shown.contains("1 carrier named again (line 4 as line 2)"), "{shown}");
}

#[test]
fn what_is_ambiguous_is_refused_by_its_place() {
    let cases: &[(&str, &[&str])] = &[
        ("DOTNumber,DocketNumber\n9900001,MC990001\n9900002,MC990001\n", &["line 2 and line 3", "contradict"]),
        ("DOTNumber,DocketNumber\n9900001,MC990001\n9900001,MC990002\n", &["line 2 and line 3"]),
        ("DOT,Docket\n9900001,MC990001\n9900002,MC990002\n9900001,MC990002\n", &["line 4"]),
        ("DOT,USDOT Number\n9900001,9900002\n", &["line 2", "different carriers"]),
        ("DOT,Docket\n9900001,\nhello,\n", &["line 3", "column DOT"]),
        ("DOT,Docket\n9900001,\nN/A,-\n", &["line 3", "no number"]),
        ("DOT,Docket\n9900001,\n,,\nTotal: 1,\n", &["line 4"]),
        ("DOT,Docket\n9.9E+06,\n", &["line 2"]),
        ("9900001\nhello world\n", &["line 2"]),
        ("9900001,Alder\n", &["no column is named DOT or Docket", "separated by `,`"]),
        ("Name;City\nAlder;Ogden\n", &["no column is named DOT or Docket", "`;`", "\"Name\", \"City\""]),
        ("ID,Name\n1001,Alder\n", &["line 2", "id of your own"]),
        ("MC990009\nDOT,Docket\n9900001,\n", &["line 1", "above"]),
        ("[9900001, {}]", &["item 2"]),
        ("[{\"$id\":\"1\"}]", &["item 1", "no DOT"]),
        ("{\"dot\":9900001}\n{\"name\":\"Alder\"}", &["record 2"]),
        ("{\"dot\":9900001}\n{\"na", &["line 2"]),
        ("[{\"$ref\":\"9\"}]", &["item 1", "refers to record 9"]),
        ("[{\"action\":\"keep\",\"DOTNumber\":1},{\"action\":\"remove\",\"DOTNumber\":2}]", &["item 2", "plan"]),
        ("PK\u{3}\u{4}", &["xlsx"]),
        ("DOT,Name\n9900001,\"Alder\n9900002,Birke\n", &["line 2", "never closed"]),
        ("DOT,\"Name\n9900001,Alder\n", &["never closed"]),
        ("DOT,Name\n9900001,\"Alder\n9900002,Birke\n9900003,\"Cedar\n", &["line 2", "quotes"]),
        ("Name,DOT,Note\nAlder,9900001,\"a\nBirke,9900002,b\"\n", &["line 2", "quotes"]),
        ("Intrastate,Name,City\nTX 12345,\"Alder\nTX 12346,Birke,Ogden\"\n", &["line 2", "quotes"]),
        ("Name,Fleet,DOT\nBirke, Sons,12,9900001\n", &["line 2", "4 cells where the header has 3"]),
        ("DOT,Name\n9,900,001,Alder\n", &["line 2", "4 cells"]),
        ("action,DOT\nkeep,9900001\nremove,9900002\n", &["line 3", "plan"]),
        ("# MC990001\n9900001\n", &["line 1"]),
        ("9900001\n#9900002\n", &["line 2"]),
        ("9900001\n113,843\n", &["line 2"]),
        ("9900001\n,N/A\n", &["line 2", "no number"]),
        (r#"{"pageNumber":1,"totalPages":2,"totalCount":2,"data":[{"DOTNumber":9900001}]}"#, &["has 2 carriers and 1"]),
        (r#"[{"DOTNumber":["9900001"],"DocketNumber":"MC990001"}]"#, &["item 1, DOTNumber"]),
        (r#"[{"DOTNumber":true}]"#, &["item 1, DOTNumber"]),
        (r#"{"DOTNumber":1,"carriers":[{"DOTNumber":9900001},{"DOTNumber":9900002}]}"#, &["DOT 1", "other carriers"]),
        (r#"{"a":[{"DOTNumber":9900001}],"b":[{"DOTNumber":9900002}]}"#, &["no DOT"]),
        (r#"[{"CarrierDetails":{"$ref":"9"}}]"#, &["item 1", "record 9"]),
        ("[[9900001]]", &["item 1"]),
        ("[null]", &["item 1"]),
    ];
    for (text, words) in cases {
        let error = refused(text);
        assert!(words.iter().all(|word| error.contains(word)), "{text}: {error}");
    }
}

#[test]
fn a_title_of_one_word_and_an_address_in_a_cell_are_what_they_are() {
    let text = "Carrier\nName,DOT/MC,Note,Docket\n\"Alder\n1 Main St, Ogden\",x,\"first\n\nthird\",MC990001\n";
    let roster = parse(text.as_bytes()).unwrap();
    assert_eq!((roster.carriers, roster.report.title_lines), (ids(&["MC990001"]), 1));
    // A cell that says what a number is does not make its row the header.
    assert_eq!(carriers("Carrier,Type\nMC990001,MC\nDOT 9900002,DOT\n"), ids(&["MC990001", "9900002"]));
}

#[test]
fn a_reference_is_the_record_that_it_means() {
    let text = r#"{"data":[{"$id":"2","dotNumber":{"$id":"3","Value":"9900001"}},{"$ref":"2"}]}"#;
    let roster = parse(text.as_bytes()).unwrap();
    assert_eq!(roster.carriers, ids(&["9900001"]));
    assert_eq!(roster.report.again, ["item 2 as item 1"]);
    let nested = r#"[{"CarrierDetails":{"$id":"5","dotNumber":{"$id":"6","Value":"9900001"}}},
        {"CarrierDetails":{"$ref":"5"}},{"dotNumber":{"$ref":"6"}},{"CarrierDetails":{"$id":"8","MC":1,"up":{"$ref":"8"}}}]"#;
    assert_eq!(carriers(nested), ids(&["9900001", "MC1"]));
    // A ring of references ends, with the place of it.
    assert!(refused(r#"[{"$id":"1","up":{"$ref":"1"}}]"#).contains("item 1"));
}

#[test]
fn one_carrier_has_one_place_however_its_rows_come_together() {
    for text in ["DOT 9900001\nMC990002\nDOT 9900001 MC990002\n", "DOT 9900001 MC990002\nMC990002\nDOT 9900001\n"] {
        assert_eq!(carriers(text), ids(&["DOT 9900001 MC990002"]), "{text}");
    }
    let intrastate = "Intrastate,DOT\nTX-00 654,\ntx 00654,\n,9900001\n";
    assert_eq!(carriers(intrastate), ids(&["intrastate TX-00 654", "9900001"]));
}

#[test]
fn every_docket_of_a_row_is_kept() {
    let expected = ids(&["DOT 9900001 MC990001, FF880001", "MC990002, FF880002, MX3"]);
    for form in [
        "DOT,MC,FF,MX\n9900001,990001,880001,\n,990002,880002,3\n",
        "FF;DOT;Docket;MX\n880001;9900001;990001;\n880002;;MC990002;3\n",
        "FF;MC/FF;DOT\n880001;MC990001;9900001\n880002;MC990002;\n;MC990002;\n;MC990002;\n",
        r#"[{"DOT":9900001,"FF":880001,"MC":990001},{"a":{"MX":3},"b":{"MC":990002},"c":{"FF":880002}}]"#,
        "DOT,Docket,FF,MX\n9900001,MC990001,,\n9900001,FF880001,,\n,MC990002,880002,3\n",
    ] {
        let roster = parse(form.as_bytes()).unwrap();
        let mut found = roster.carriers;
        if !form.contains("MX") {
            found[1] = found[1].clone().merged(&identity("MX3"));
        }
        assert_eq!(found, expected, "{form}");
        assert_eq!(roster.report.beyond_a_call.len(), 2, "{form}");
    }
    for text in [
        "DOT,MC,FF\n9900001,990001,880001\n9900002,990002,880001\n",
        "MC,Docket\n990001,990002\n",
        "FF,Docket\n1,FF2\n",
    ] {
        assert!(refused(text).contains("line 2"), "{text}: {}", refused(text));
    }
}

#[test]
fn nothing_is_read_of_nothing() {
    for text in ["", "\n\n", "DOT,Docket\n", "[]", "{\"data\":[]}"] {
        assert_eq!(carriers(text), [], "{text:?}");
    }
}

/// The number of a carrier in one of the ways of people and spreadsheets.
fn spelt(carrier: u32, docket: bool, way: u8) -> String {
    let digits = if docket { 990_000 + carrier } else { 9_900_000 + carrier };
    let prefix = if docket { "MC" } else { "USDOT" };
    match way % 7 {
        0 => digits.to_string(),
        1 => format!("{prefix}{digits}"),
        2 => format!("{} 00{digits}", prefix.to_lowercase()),
        3 => format!("{digits}.0"),
        4 => format!("'{digits}"),
        5 => format!("\u{a0}{prefix}#{digits} "),
        _ => format!("=\"{digits}\""),
    }
}

proptest! {
    #[test]
    fn a_table_in_any_spelling_names_its_carriers(
        rows in proptest::collection::btree_map(0_u32..500, (any::<u8>(), any::<u8>(), 0_u8..3), 1..30),
        separator in 0_usize..4,
        title in any::<bool>(),
    ) {
        let separator = [b',', b';', b'\t', b'|'][separator];
        let mut table = csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(Vec::new());
        if title {
            table.write_record(["Carriers that we work with"]).unwrap();
        }
        table.write_record(["Name, and more; or less", "USDOT #", "MC No."]).unwrap();
        let mut expected = Vec::new();
        for (carrier, (dot, docket, which)) in &rows {
            let dot = if *which == 1 { "N/A".to_owned() } else { spelt(*carrier, false, *dot) };
            let docket = if *which == 2 { "-".to_owned() } else { spelt(*carrier, true, *docket) };
            table.write_record(["Alder \"A\", Sons|Daughters", &dot, &docket]).unwrap();
            let id = match which {
                1 => format!("MC{}", 990_000 + carrier),
                2 => format!("DOT {}", 9_900_000 + carrier),
                _ => format!("DOT {} MC{}", 9_900_000 + carrier, 990_000 + carrier),
            };
            expected.push(identity(&id));
        }
        let bytes = table.into_inner().unwrap();
        prop_assert_eq!(parse(&bytes).map(|roster| roster.carriers), Ok(expected));
    }

    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn no_text_is_too_odd(pieces in proptest::collection::vec(
        prop_oneof![
            Just("DOT"), Just("MC"), Just(","), Just(";"), Just("\n"), Just("\""), Just("23868"), Just("N/A"),
            Just("{"),
            Just("}"), Just("["), Just("]"), Just(":"), Just("\"$id\""), Just("\"$ref\""), Just("\"data\""),
            Just("intrastate "),
            Just("\u{feff}"), Just("é"), Just("0"), Just("."), Just("sep=;\n"), Just(" "), Just("\t"), Just("'"),
            Just("=\""),
        ],
        0..40,
    )) {
        let _ = parse(pieces.concat().as_bytes());
    }
}

const FILES: [&str; 7] = [
    "DOTNumber,Name,DocketNumber\n9900001,Alder,MC990001\n9900002,\"Birke, Sons\",\n,Cedar,MC990003\n",
    "USDOT;MC\n9900001;990001\n9900002;N/A\n",
    "9900001 MC990001\nDOT 9900002\n\nTX-00 654\n",
    "[{\"DOTNumber\":9900001,\"DocketNumber\":\"MC990001\"},9900002,\"MC990003\"]",
    "{\"dot\":\"9900001\"}\n{\"IntrastateNumber\":\"CA# 12, \\\"3\"}\n",
    "DOT;MC;FF;MX\n9900001;990001;880001;\n;990002;880002;3\n9900003;;880003;\n",
    "\u{feff}DOT\tDocket\tIntrastate\r\n\t\tNY 77\r\n9900004\tFF1\t\r\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_file_is_a_roster_or_refused(
        file in prop::sample::select(&FILES[..]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 0..4),
    ) {
        let mut bytes = file.as_bytes().to_vec();
        for (place, byte, insert) in changes {
            let at = place.index(bytes.len());
            if insert { bytes.insert(at, byte) } else { bytes[at] = byte }
        }
        let numbers = |roster: Roster| roster.carriers.iter().map(|carrier| carrier.numbers().collect()).collect();
        any_bytes::check(&bytes, |bytes| parse(bytes).map(numbers));
    }
}
