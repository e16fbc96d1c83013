//! Any text is a carrier or a refusal, and what is a carrier reads the same again.

use mycarrierpackets::types::{CarrierId, Sameness};

/// Checks one text, and its two halves against each other.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(carrier) = read(text) {
        assert_eq!(carrier.compare(&carrier), Sameness::Same, "{carrier} is not itself");
    }
    let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (left, right) = text.split_at(middle);
    if let (Some(one), Some(other)) = (read(left), read(right)) {
        assert_eq!(one.compare(&other), other.compare(&one), "{one} and {other}");
        if one == other {
            assert_eq!(one.compare(&other), Sameness::Same, "{one} and {other}");
        }
    }
    // A number that others issue is sent as it was given.
    if let Ok(carrier) = CarrierId::intrastate(text) {
        assert_eq!(carrier.intrastate_number().map(str::trim), Some(text.trim()));
    }
}

fn read(text: &str) -> Option<CarrierId> {
    let carrier: CarrierId = text.parse().ok()?;
    let again: Result<CarrierId, _> = carrier.to_string().parse();
    assert_eq!(again.as_ref(), Ok(&carrier), "{text:?} is {carrier}");
    Some(carrier)
}
