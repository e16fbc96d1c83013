//! Files of carriers: reading them, and finding a carrier among others.

use crate::failure::{Failure, Result};
use mycarrierpackets::types::CarrierId;
use serde_json::Value;
use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

/// A roster of a million carriers has some 40 MB.
const MOST_BYTES: u64 = 256 << 20;

/// The carriers of a file, each once: CSV with a header line or a column of ids, a JSON list, or JSON lines.
pub fn read(path: &Path) -> Result<Vec<CarrierId>> {
    let name = path.display();
    let unreadable =
        |error: std::io::Error| Failure::usage(format!("{name} could not be read: {error}"), "Check the file.");
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(MOST_BYTES + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text))
    };
    if read.map_err(unreadable)? as u64 > MOST_BYTES {
        return Err(Failure::usage(format!("{name} is larger than {} MB", MOST_BYTES >> 20), "Split the file."));
    }
    let found = parse(text.trim_start_matches('\u{feff}')).map_err(|what| {
        Failure::usage(
            format!("{name}: {what}"),
            "Each carrier needs a DOT number, a docket number or an intrastate number.",
        )
    })?;
    let mut carriers: Vec<CarrierId> = Vec::new();
    let mut index = Index::default();
    for carrier in found {
        if index.find(&carrier)?.is_none() {
            index.insert(&carrier, carriers.len());
            carriers.push(carrier);
        }
    }
    if carriers.is_empty() {
        return Err(Failure::usage(
            format!("{name} names no carrier"),
            "Check the file: an empty one would remove everybody.",
        ));
    }
    Ok(carriers)
}

fn parse(text: &str) -> Result<Vec<CarrierId>, String> {
    match text.trim_start().chars().next() {
        Some('[') => {
            let list: Vec<Value> = serde_json::from_str(text).map_err(|error| not_json(&error))?;
            list.iter()
                .enumerate()
                .map(|(i, value)| json_id(value).map_err(|e| format!("item {}: {e}", i + 1)))
                .collect()
        }
        Some('{') => {
            let values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
            let numbered = values.enumerate();
            let id = |(i, value): (usize, serde_json::Result<Value>)| {
                let value = value.map_err(|error| not_json(&error))?;
                json_id(&value).map_err(|e| format!("record {}: {e}", i + 1))
            };
            numbered.map(id).collect()
        }
        _ => csv_ids(text),
    }
}

fn not_json(error: &serde_json::Error) -> String {
    format!("not JSON at line {}, column {}", error.line(), error.column())
}

fn json_id(value: &Value) -> Result<CarrierId, String> {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let Value::Object(fields) = value else {
        return plain(value).parse().map_err(|error: mycarrierpackets::types::ParseError| error.to_string());
    };
    let field = |kind: Field| {
        let mut fields = fields.iter().filter(|(name, _)| Field::named(name) == Some(kind));
        fields.find_map(|(_, value)| Some(plain(value)).filter(|text| !text.is_empty())).unwrap_or_default()
    };
    Parts {
        dot: field(Field::Dot),
        docket: field(Field::Docket),
        other: field(Field::Intrastate),
        id: field(Field::Any),
    }
    .id()
}

fn csv_ids(text: &str) -> Result<Vec<CarrierId>, String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut columns: Option<Vec<Option<Field>>> = None;
    let mut carriers = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("not CSV: {error}"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let columns = match &columns {
            Some(columns) => columns,
            None => {
                let named: Vec<_> = record.iter().map(Field::named).collect();
                let header = named.iter().any(Option::is_some);
                let columns = columns.insert(if header { named } else { vec![Some(Field::Any)] });
                if header {
                    continue;
                }
                columns
            }
        };
        let cell = |kind: Field| {
            let cells = columns.iter().zip(&record).filter(|(field, _)| **field == Some(kind));
            cells.map(|(_, cell)| cell.to_owned()).find(|cell| !cell.is_empty()).unwrap_or_default()
        };
        let parts = Parts {
            dot: cell(Field::Dot),
            docket: cell(Field::Docket),
            other: cell(Field::Intrastate),
            id: cell(Field::Any),
        };
        carriers.push(parts.id().map_err(|error| format!("line {line}: {error}"))?);
    }
    Ok(carriers)
}

/// What a column or a field holds.
#[derive(Clone, Copy, PartialEq)]
enum Field {
    Dot,
    Docket,
    Intrastate,
    Any,
}

impl Field {
    fn named(name: &str) -> Option<Self> {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match letters.to_ascii_lowercase().as_str() {
            "dot" | "dotnumber" | "usdot" | "usdotnumber" => Some(Self::Dot),
            "docket" | "docketnumber" | "mc" | "mcnumber" => Some(Self::Docket),
            "intrastate" | "intrastatenumber" => Some(Self::Intrastate),
            "id" | "carrier" | "carrierid" => Some(Self::Any),
            _ => None,
        }
    }
}

struct Parts {
    dot: String,
    docket: String,
    other: String,
    id: String,
}

impl Parts {
    fn id(&self) -> Result<CarrierId, String> {
        let Self { dot, docket, other, id } = self;
        let words = match (dot.is_empty(), docket.is_empty()) {
            (false, false) => format!("DOT {} {docket}", dot.trim_start_matches(|c: char| !c.is_ascii_digit())),
            (false, true) => dot.clone(),
            (true, false) => docket.clone(),
            (true, true) if !other.is_empty() => {
                return CarrierId::intrastate(other).map_err(|error| error.to_string());
            }
            (true, true) => id.clone(),
        };
        words.parse().map_err(|error: mycarrierpackets::types::ParseError| error.to_string())
    }
}

/// Carriers by each of their numbers.
#[derive(Default)]
pub struct Index(HashMap<String, usize>);

impl Index {
    pub fn of(carriers: &[CarrierId]) -> Self {
        let mut index = Self::default();
        for (place, carrier) in carriers.iter().enumerate() {
            index.insert(carrier, place);
        }
        index
    }

    fn insert(&mut self, carrier: &CarrierId, place: usize) {
        for number in numbers(carrier) {
            self.0.entry(number).or_insert(place);
        }
    }

    /// The place of the carrier that shares a number with this one.
    ///
    /// # Errors
    /// When its numbers belong to two carriers.
    pub fn find(&self, carrier: &CarrierId) -> Result<Option<usize>> {
        let mut places = numbers(carrier).into_iter().filter_map(|number| self.0.get(&number).copied());
        let first = places.next();
        match places.find(|place| Some(*place) != first) {
            Some(_) => Err(Failure::usage(
                format!("{carrier}: its two numbers belong to two carriers"),
                "Mend it in the file. Nothing was changed.",
            )),
            None => Ok(first),
        }
    }
}

fn numbers(carrier: &CarrierId) -> Vec<String> {
    let dot = carrier.dot_number().map(|dot| format!("DOT{dot}"));
    let docket = carrier.docket_number().map(|docket| docket.as_str().to_owned());
    let other = carrier.intrastate_number().map(|number| format!("intrastate {number}"));
    [dot, docket, other].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_names_the_same_carriers() {
        let forms = [
            "DOTNumber,Name,DocketNumber\n9900001,Alder,MC990001\n9900002,\"Birke, Sons\",\n,Cedar,MC990003\n",
            "USDOT;MC\n9900001;MC990001\n",
            "9900001 MC990001\nDOT 9900002\n\nMC990003\n",
            "[{\"DOTNumber\":9900001,\"DocketNumber\":\"MC990001\"},9900002,\"MC990003\"]",
            "{\"dot\":\"9900001\",\"docket\":\"MC990001\"}\n{\"DOTNumber\":9900002,\"DocketNumber\":null}\n{\"id\":\"MC990003\"}\n",
        ];
        let expected = ["DOT 9900001 MC990001", "9900002", "MC990003"].map(|text| text.parse::<CarrierId>().unwrap());
        for (place, form) in forms.iter().enumerate() {
            if place == 1 {
                assert!(parse(form).is_err(), "a separator that is no comma is refused, not guessed");
            } else {
                assert_eq!(parse(form).unwrap(), expected, "{form}");
            }
        }
    }

    #[test]
    fn a_bad_carrier_is_named_by_its_place() {
        for (text, place) in [
            ("DOT,Docket\n9900001,\nhello,\n", "line 3"),
            ("9900001\nhello world\n", "line 2"),
            ("[9900001, {}]", "item 2"),
            ("{\"dot\":9900001}\n{\"name\":\"Alder\"}", "record 2"),
            ("{\"dot\":9900001}\n{\"na", "line 2"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(place), "{text}: {error}");
        }
    }
}
