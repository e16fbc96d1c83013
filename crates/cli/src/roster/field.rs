//! What a column or a JSON field holds, by its name, and what a cell says.

use mycarrierpackets::types::{CarrierId, DocketKind, DocketNumber, DotNumber};

/// A kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    Dot,
    Docket,
    /// A column of one series, where digits alone are a number of it.
    Series(DocketKind),
    Intrastate,
    /// Any number with what it is before it; digits alone may be an id of the file's own system.
    Any,
}

impl Field {
    /// What the name of a column means. Of a path such as `CarrierDetails.dotNumber.Value` the last name counts.
    pub fn named(name: &str) -> Option<Self> {
        // What Json.NET adds, such as `$id`, is about the text and not about a carrier.
        let name = name.trim().trim_end_matches('.');
        if name.starts_with('$') {
            return None;
        }
        // "DOT Number (USDOT)": what stands in brackets explains the name.
        let name =
            name.split_once('(').map(|(name, _)| name.trim_end()).filter(|name| !name.is_empty()).unwrap_or(name);
        let path = !name.contains(char::is_whitespace);
        let mut parts = name.rsplit(|c| path && c == '.').skip_while(|part| part.eq_ignore_ascii_case("value"));
        let letters: String = parts.next()?.chars().filter(char::is_ascii_alphanumeric).collect();
        let letters = letters.to_ascii_lowercase();
        // "DOT #", "MC No.", "carrier_dot_number": who and what around the word does not matter.
        let word = letters.strip_prefix("carrier").filter(|rest| !rest.is_empty()).unwrap_or(&letters);
        let plain = ["number", "numbers", "num", "nbr", "no", "nr", "id"];
        let word = plain.iter().find_map(|end| word.strip_suffix(end)).filter(|rest| !rest.is_empty()).unwrap_or(word);
        match word {
            "dot" | "usdot" => Some(Self::Dot),
            "docket" | "mcff" | "mcffmx" | "mcmxff" | "mcmx" | "ffmcmx" | "iccmc" | "mcdocket" | "docketmc" => {
                Some(Self::Docket)
            }
            "mc" | "icc" | "motorcarrier" => Some(Self::Series(DocketKind::Mc)),
            "ff" => Some(Self::Series(DocketKind::Ff)),
            "mx" => Some(Self::Series(DocketKind::Mx)),
            "intrastate" | "stateintrastate" => Some(Self::Intrastate),
            "dotmc" | "mcdot" | "usdotmc" | "mcusdot" | "dotdocket" | "docketdot" => Some(Self::Any),
            _ if matches!(letters.as_str(), "carrier" | "carrierid" | "carriernumber" | "id" | "number") => {
                Some(Self::Any)
            }
            _ => None,
        }
    }

    /// For a person: what the column is taken for.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Dot => "DOT number",
            Self::Docket => "docket number",
            Self::Series(DocketKind::Ff) => "FF number",
            Self::Series(DocketKind::Mx) => "MX number",
            Self::Series(_) => "MC number",
            Self::Intrastate => "intrastate number",
            Self::Any => "carrier",
        }
    }
}

/// What a cell says, without what spreadsheets put around it; `None` for the ways to say nothing.
pub fn cell(text: &str) -> Option<&str> {
    let outer = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
    // `="023868"` and `'023868` keep the zeros of a number in a spreadsheet.
    let formula = outer.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let plain = formula.unwrap_or_else(|| outer.strip_prefix('\'').unwrap_or(outer)).trim();
    const NOTHING: [&str; 14] = [
        "na",
        "n/a",
        "n.a.",
        "n.a",
        "#n/a",
        "none",
        "null",
        "nil",
        "nan",
        "unknown",
        "tbd",
        "not available",
        "blank",
        "?",
    ];
    let said = |word: &str| plain.eq_ignore_ascii_case(word);
    let zero = || plain.chars().any(|c| c == '0') && plain.chars().all(|c| matches!(c, '0' | '.'));
    let dashes = plain.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '_' | '*' | '/'));
    (!dashes && !NOTHING.iter().any(|word| said(word)) && !zero()).then_some(plain)
}

/// The carrier that a cell of this kind names.
pub fn read(field: Field, text: &str) -> Result<CarrierId, String> {
    let as_text = |error: mycarrierpackets::types::ParseError| error.to_string();
    let bare = || !text.contains(char::is_alphabetic) && text.parse::<DotNumber>().is_ok();
    match field {
        Field::Dot => DotNumber::from_field(text).map(CarrierId::from).map_err(as_text),
        Field::Docket => DocketNumber::from_field(text).map(CarrierId::from).map_err(as_text),
        Field::Series(kind) => DocketNumber::in_series(kind, text).map(CarrierId::from).map_err(as_text),
        Field::Intrastate => CarrierId::intrastate(text).map_err(as_text),
        Field::Any if bare() => Err(format!(
            "\"{text}\" may be a DOT number, an MC number or an id of your own: name the column DOT or MC, or write \
             DOT {text}"
        )),
        Field::Any => text.parse().map_err(as_text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_the_names_people_give_them() {
        use Field::*;
        let mc = Series(DocketKind::Mc);
        let cases = [
            (
                Dot,
                &[
                    "DOT",
                    "dot #",
                    "USDOT",
                    "USDOT Number",
                    "US DOT No.",
                    "DOTNumber",
                    "dot_number",
                    "Carrier DOT",
                    "carrierDotNumber",
                    "DOT ID",
                    "dotNumber.Value",
                    "CarrierDetails.dotNumber.Value",
                    "DOT Number (USDOT)",
                ][..],
            ),
            (
                Docket,
                &["Docket", "DocketNumber", "docket_no", "MC/FF", "MC/FF/MX", "ICC MC", "CarrierDetails.docketNumber"],
            ),
            (
                mc,
                &[
                    "MC",
                    "MC#",
                    "MC Number",
                    "mc_num",
                    "Carrier MC",
                    "MCNumber",
                    "ICC",
                    "Motor Carrier Number",
                    "MC# (if any)",
                ],
            ),
            (Series(DocketKind::Ff), &["FF", "FF Number"]),
            (Intrastate, &["Intrastate", "IntrastateNumber", "intrastate no", "Intrastate ID"]),
            (Any, &["id", "Carrier", "carrier_id", "Number", "DOT/MC", "MC / DOT #"]),
        ];
        for (field, names) in cases {
            for name in names {
                assert_eq!(Field::named(name), Some(field), "{name}");
            }
        }
        for name in [
            "",
            "Name",
            "Carrier Name",
            "Phone",
            "dotNumber.status",
            "MonitoringID",
            "Zip",
            "EIN",
            "$id",
            "Status",
            "Mcdonough",
        ] {
            assert_eq!(Field::named(name), None, "{name}");
        }
    }

    #[test]
    fn the_ways_to_say_nothing_are_nothing() {
        for text in [
            "", " ", "-", "--", "—", "N/A", "n/a", "NA", "None", "null", "0", "000", "0.0", "#N/A", "TBD", "\u{a0}",
            "'",
        ] {
            assert_eq!(cell(text), None, "{text:?}");
        }
        for (text, said) in
            [(" 23868 ", "23868"), ("=\"023868\"", "023868"), ("'23868", "23868"), ("\u{a0}5\u{a0}", "5")]
        {
            assert_eq!(cell(text), Some(said), "{text:?}");
        }
    }

    #[test]
    fn a_cell_is_read_by_what_its_column_holds() {
        let id = |text: &str| text.parse::<CarrierId>().unwrap();
        let mc = Field::Series(DocketKind::Mc);
        let good = [
            (Field::Dot, "23868", "DOT 23868"),
            (Field::Dot, "23868.0", "DOT 23868"),
            (Field::Dot, "23,868", "DOT 23868"),
            (Field::Dot, "USDOT 00023868", "DOT 23868"),
            (Field::Docket, "113843", "MC113843"),
            (Field::Docket, "113,843", "MC113843"),
            (Field::Any, "23868 / MC113843", "DOT 23868 MC113843"),
            (Field::Docket, "FF113843", "FF113843"),
            (mc, "113843", "MC113843"),
            (mc, "113843.0", "MC113843"),
            (mc, "MC-0113843", "MC113843"),
            (Field::Series(DocketKind::Ff), "42", "FF42"),
            (Field::Intrastate, "23868", "intrastate 23868"),
            (Field::Any, "DOT 23868", "DOT 23868"),
            (Field::Any, "MC113843", "MC113843"),
        ];
        for (field, text, carrier) in good {
            assert_eq!(read(field, text), Ok(id(carrier)), "{field:?} {text}");
        }
        let bad = [
            (Field::Dot, "MC113843"),
            (Field::Dot, "2.3868E+4"),
            (Field::Dot, "23868.5"),
            (Field::Dot, "23,68"),
            (Field::Docket, "DOT 23868"),
            (Field::Docket, "MC1, FF2"),
            (Field::Any, "113843"),
            (Field::Any, "1001.0"),
            (Field::Any, "\u{ff11}\u{ff10}"),
            (Field::Any, "Alder Trucking"),
        ];
        for (field, text) in bad {
            assert!(read(field, text).is_err(), "{field:?} {text}");
        }
    }

    #[test]
    fn every_name_on_the_lists_is_known() {
        use Field::*;
        for (field, names) in [
            (Docket, "docket,mcff,mcffmx,mcmxff,mcmx,ffmcmx,iccmc,mcdocket,docketmc"),
            (Dot, "dot,usdot"),
            (Series(DocketKind::Mc), "mc,icc,motorcarrier"),
            (Series(DocketKind::Ff), "ff"),
            (Series(DocketKind::Mx), "mx"),
            (Intrastate, "intrastate,stateintrastate"),
            (Any, "dotmc,mcdot,usdotmc,mcusdot,dotdocket,docketdot"),
        ] {
            for name in names.split(',') {
                for (before, after) in ["", "carrier_"].iter().flat_map(|before| {
                    ["", " number", " Numbers", " num", " NBR", " no", " nr", " id", ".value", ".Value", "."]
                        .map(|after| (before, after))
                }) {
                    let name = format!("{before}{name}{after}");
                    assert_eq!(Field::named(&name), Some(field), "{name}");
                }
                assert_eq!(Field::named(&format!("my{name}")), None, "{name}");
                assert_eq!(Field::named(&format!("${name}")), None, "{name}");
            }
        }
        for name in ["carrier", "carrier id", "CarrierNumber", "id", "number"] {
            assert_eq!(Field::named(name), Some(Any), "{name}");
        }
        for name in ["value", "carrierno", "no", "numbers", "()", "DOT.status", "a b.dot"] {
            assert_eq!(Field::named(name), None, "{name}");
        }
        assert_eq!(Field::named("(DOT)"), Some(Dot));
    }

    #[test]
    fn what_a_column_is_taken_for_is_said() {
        for (name, meaning) in [
            ("DOT", "DOT number"),
            ("Docket", "docket number"),
            ("MC", "MC number"),
            ("FF", "FF number"),
            ("MX", "MX number"),
            ("Intrastate", "intrastate number"),
            ("Carrier", "carrier"),
        ] {
            assert_eq!(Field::named(name).map(Field::meaning), Some(meaning));
        }
    }

    #[test]
    fn each_way_to_say_nothing_is_nothing_and_no_more() {
        let words =
            "na,n/a,n.a.,n.a,#n/a,none,null,nil,nan,unknown,tbd,not available,blank,?,-,–,—,.,_,*,/,--/--,0,0.00,.0";
        for word in words.split(',') {
            for text in
                [word.to_owned(), word.to_uppercase(), format!(" {word}\t"), format!("=\"{word}\""), format!("'{word}")]
            {
                assert_eq!(cell(&text), None, "{text:?}");
            }
            let more = format!("{word}1");
            assert_eq!(cell(&more), Some(more.as_str()));
        }
        for (text, expected) in
            [("=\"1", "=\"1"), ("10", "10"), ("0a", "0a"), ("''1", "'1"), ("\u{feff}1\u{200b}", "1")]
        {
            assert_eq!(cell(text), Some(expected), "{text:?}");
        }
    }
}
