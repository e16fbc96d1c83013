//! How a carrier is named on the command line.

use crate::failure::{Failure, Result};
use crate::roster;
use clap::Args;
use mycarrierpackets::types::{CarrierId, DocketNumber, DotNumber, ParseError};

/// One carrier.
#[derive(Args, Clone, Debug)]
pub struct One {
    /// The carrier: 23868, "DOT 23868", MC113843, FF…, MX…, or both numbers
    #[arg(value_name = "ID", conflicts_with_all = ["dot", "docket", "intrastate"])]
    id: Vec<String>,
    #[command(flatten)]
    parts: Parts,
}

/// One carrier or many.
#[derive(Args, Clone, Debug)]
pub struct Many {
    /// The carriers, one argument each: 23868, MC113843, "DOT 23868 MC113843"
    #[arg(value_name = "ID", conflicts_with_all = ["dot", "docket", "intrastate"])]
    ids: Vec<String>,
    #[command(flatten)]
    parts: Parts,
}

#[derive(Args, Clone, Debug)]
struct Parts {
    /// The carrier by its DOT number
    #[arg(long, value_name = "N")]
    dot: Option<String>,
    /// The carrier by its docket number: MC…, FF… or MX…
    #[arg(long, value_name = "MC…")]
    docket: Option<String>,
    /// The carrier by its intrastate number
    #[arg(long, value_name = "X", conflicts_with_all = ["dot", "docket"])]
    intrastate: Option<String>,
}

impl One {
    /// The carrier that was named.
    pub fn carrier(&self) -> Result<CarrierId> {
        self.if_any()?.ok_or_else(nobody)
    }

    /// The carrier that was named, if one was.
    pub fn if_any(&self) -> Result<Option<CarrierId>> {
        if !self.id.is_empty() {
            let parsed = self.id.join(" ").parse();
            return parsed.map(Some).map_err(|error| no_carrier(&error, "Name one carrier. Nothing was sent."));
        }
        self.parts.carrier()
    }
}

impl Many {
    /// The carriers that were named; a second naming of the same one is dropped, however it is spelt.
    pub fn carriers(&self) -> Result<Vec<CarrierId>> {
        if self.ids.is_empty() {
            return Ok(vec![self.parts.carrier()?.ok_or_else(nobody)?]);
        }
        let each = "Each argument is one carrier: 23868 MC113843 \"DOT 23868 MC113843\". Nothing was sent.";
        let parsed = self.ids.iter().map(|id| id.parse().map_err(|error| no_carrier(&error, each)));
        let carriers = parsed.collect::<Result<Vec<CarrierId>>>()?;
        roster::each_once(carriers).map_err(|what| {
            Failure::usage(what, "Name each carrier by one of its numbers, or by numbers that belong together.")
        })
    }
}

impl Parts {
    fn carrier(&self) -> Result<Option<CarrierId>> {
        if let Some(number) = &self.intrastate {
            return Ok(Some(CarrierId::intrastate(number)?));
        }
        let dot = self.dot.as_deref().map(DotNumber::from_field).transpose()?;
        let docket = self.docket.as_deref().map(DocketNumber::from_field).transpose()?;
        if dot.is_none() && docket.is_none() {
            return Ok(None);
        }
        Ok(Some(CarrierId::from_parts(dot, docket, None)?))
    }
}

fn no_carrier(error: &ParseError, hint: &str) -> Failure {
    Failure::usage(error.to_string(), hint)
}

fn nobody() -> Failure {
    Failure::usage("no carrier is named", "Name one: 23868, MC113843, --dot N, --docket MC… or --intrastate X.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(ids: &[&str]) -> Result<Vec<String>> {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        let many = Many { ids, parts: Parts { dot: None, docket: None, intrastate: None } };
        Ok(many.carriers()?.iter().map(CarrierId::to_string).collect())
    }

    #[test]
    fn a_carrier_is_named_once_however_it_is_spelt() {
        let cases: [(&[&str], &[&str]); 5] = [
            (&["MC113843", "mc-0113843", "DOT 23868 MC113843"], &["DOT 23868 MC113843"]),
            (&["DOT 23868", "MC113843", "23868/MC113843"], &["DOT 23868 MC113843"]),
            (&["TX-00 654", "tx 00654"], &["intrastate TX-00 654"]),
            (&["23868", "MC113843"], &["DOT 23868", "MC113843"]),
            (&["MC1", "MC2", "FF1"], &["MC1", "MC2", "FF1"]),
        ];
        for (ids, expected) in cases {
            assert_eq!(named(ids).unwrap(), expected, "{ids:?}");
        }
    }

    #[test]
    fn names_that_contradict_each_other_are_refused() {
        for ids in [["DOT 1 MC5", "DOT 2 MC5"], ["DOT 1 MC5", "DOT 1 MC6"]] {
            let refused = named(&ids).unwrap_err();
            assert_eq!(refused.exit_code(), 2, "{ids:?}");
            assert!(format!("{refused:?}").contains("argument 1 and argument 2 contradict"), "{refused:?}");
        }
    }

    fn parts(dot: &str, docket: &str, intrastate: &str) -> Parts {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Parts { dot: text(dot), docket: text(docket), intrastate: text(intrastate) }
    }

    #[test]
    fn one_carrier_is_named_by_words_or_by_options() {
        for (words, dot, docket, intrastate, expected) in [
            (&["23868"][..], "", "", "", "DOT 23868"),
            (&["DOT", "23868"], "", "", "", "DOT 23868"),
            (&["DOT", "23868", "MC113843"], "", "", "", "DOT 23868 MC113843"),
            (&[], "23868", "", "", "DOT 23868"),
            (&[], "", "MC113843", "", "MC113843"),
            (&[], "23868", "FF5", "", "DOT 23868 FF5"),
            (&[], "", "", "TX-1", "intrastate TX-1"),
        ] {
            let id = words.iter().map(|word| (*word).to_owned()).collect();
            let one = One { id, parts: parts(dot, docket, intrastate) };
            assert_eq!(one.if_any().unwrap(), Some(expected.parse().unwrap()), "{one:?}");
            assert_eq!(one.carrier().unwrap().to_string(), expected, "{one:?}");
            let many = Many { ids: one.id.clone(), parts: one.parts.clone() };
            let all = many.carriers();
            // For many, each word is a carrier of its own, and "DOT" is none.
            assert_eq!(all.is_ok(), words.len() < 2, "{many:?}");
        }
    }

    #[test]
    fn what_names_no_carrier_is_a_usage_error() {
        let none = One { id: vec![], parts: parts("", "", "") };
        assert_eq!(none.if_any().unwrap(), None);
        assert_eq!(none.carrier().unwrap_err().exit_code(), 2);
        let nobody = Many { ids: vec![], parts: parts("", "", "") };
        assert_eq!(nobody.carriers().unwrap_err().exit_code(), 2);
        for (dot, docket, intrastate) in
            [("MC5", "", ""), ("0", "", ""), ("", "DOT 1", ""), ("1", "x", ""), ("", "", " ")]
        {
            let one = One { id: vec![], parts: parts(dot, docket, intrastate) };
            assert_eq!(one.carrier().unwrap_err().exit_code(), 2, "{one:?}");
        }
        let words = One { id: vec!["Alder".to_owned()], parts: parts("", "", "") };
        assert_eq!(words.if_any().unwrap_err().exit_code(), 2);
    }
}
