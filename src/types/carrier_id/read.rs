//! Reads the texts by which people name a carrier.

use super::super::number;
use super::{CarrierId, DocketNumber, DotNumber, EXPECTED, INTRASTATE, Intrastate, ParseError, WHAT};
use std::str::FromStr;

const MAX_CHARACTERS: usize = 128;

impl FromStr for CarrierId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refused = || ParseError::new(text, WHAT, EXPECTED);
        let plain = plain(text);
        if plain.chars().nth(MAX_CHARACTERS).is_some() || plain.chars().any(char::is_control) {
            return Err(refused());
        }
        let trimmed = plain.trim();
        if let Some((before, number)) = around_word(trimmed) {
            if before.is_empty() {
                return Self::intrastate(number);
            }
            let named: Self = before.parse()?;
            return Self::from_parts(named.dot, named.docket, Some(number));
        }
        if let Some(carrier) = one(trimmed).or_else(|| both(trimmed)) {
            return Ok(carrier);
        }
        if let Some(number) = Intrastate::speaking_for_itself(trimmed) {
            return Ok(Self { dot: None, docket: None, intrastate: Some(number) });
        }
        Err(explain(trimmed).unwrap_or_else(refused))
    }
}

// Only spaces, and what has no width: a number that a state gave stays as it was written.
fn plain(text: &str) -> String {
    let visible = text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'));
    visible.map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c }).collect()
}

fn one(text: &str) -> Option<CarrierId> {
    let dot = || text.parse::<DotNumber>().ok().map(CarrierId::from);
    dot().or_else(|| text.parse::<DocketNumber>().ok().map(CarrierId::from))
}

// Spaces both part the two numbers and stand inside them, so every place is tried.
fn both(text: &str) -> Option<CarrierId> {
    text.match_indices([' ', ',', '/', '+', ';', '|']).find_map(|(place, separator)| {
        let (left, right) = (text.get(..place)?.trim(), text.get(place + separator.len()..)?.trim());
        let ordered =
            |dot: &str, docket: &str| Some((dot.parse::<DotNumber>().ok()?, docket.parse::<DocketNumber>().ok()?));
        // "MC 113 843" is a number with a slip in it, and must not become another carrier's two.
        let slip = separator == " " && left.contains(' ') && number::digits(right);
        let reversed = || if slip { None } else { ordered(right, left) };
        ordered(left, right).or_else(reversed).map(CarrierId::from)
    })
}

// A docket number with one thing wrong deserves that thing's own message.
fn explain(text: &str) -> Option<ParseError> {
    let docket = text.bytes().all(|b| b.is_ascii_alphanumeric()) && text.bytes().any(|b| b.is_ascii_digit());
    let series = ["MC", "FF", "MX"].iter().any(|s| text.get(..2).is_some_and(|head| head.eq_ignore_ascii_case(s)));
    if docket && series { text.parse::<DocketNumber>().err() } else { None }
}

/// What stands before and behind the word "intrastate".
fn around_word(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    lower.match_indices(INTRASTATE).find_map(|(at, word)| {
        let (before, rest) = (text.get(..at)?, text.get(at + word.len()..)?);
        let parted = rest.starts_with([' ', ':']) && (before.is_empty() || before.ends_with([' ', ',', '/', ';']));
        let before = before.trim_end_matches([' ', ',', '/', ';']);
        let rest = rest.trim_start();
        parted.then(|| (before, rest.strip_prefix(':').unwrap_or(rest).trim_start()))
    })
}
