//! The name of a carrier in the store.

use mycarrierpackets::types::{CarrierId, DocketNumber, DotNumber};

/// The name that a carrier has in the store: by its DOT number where it has one, or by its docket number, or by that of
/// its state: `DOT:23868`, `MC:113843`, `STATE:TX 006543210C`.
///
/// ```
/// use mycarrierpackets_sync::carrier_key;
///
/// assert_eq!(carrier_key(&"DOT 23868 MC113843".parse()?), "DOT:23868");
/// assert_eq!(carrier_key(&"MC000123".parse()?), "MC:123");
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
pub fn carrier_key(id: &CarrierId) -> String {
    match (id.dot_number(), id.docket_number(), id.intrastate_number()) {
        (Some(dot), _, _) => of_dot(dot),
        (None, Some(docket), _) => of_docket(docket),
        (None, None, state) => format!("STATE:{}", state.unwrap_or_default().trim().to_uppercase()),
    }
}

/// The names of the same carrier that are not the one in the store.
pub(crate) fn other_keys(id: &CarrierId) -> Vec<String> {
    let docket = id.docket_number().map(of_docket);
    docket.into_iter().filter(|key| *key != carrier_key(id)).collect()
}

/// The carrier that has this name in the store; `None` for what is not such a name.
pub(crate) fn carrier_of(key: &str) -> Option<CarrierId> {
    let (kind, number) = key.split_once(':')?;
    match kind {
        "DOT" => CarrierId::dot(number.parse().ok()?).ok(),
        "STATE" => CarrierId::intrastate(number).ok(),
        kind => CarrierId::docket(&format!("{kind}{number}")).ok(),
    }
}

fn of_dot(dot: DotNumber) -> String {
    format!("DOT:{dot}")
}

fn of_docket(docket: &DocketNumber) -> String {
    let kind = docket.as_str().trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{kind}:{}", docket.digits().trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_store_is_the_carrier_that_it_was_made_of() {
        for text in ["DOT 23868", "MC113843", "FF000123", "MX7", "TX 006543210C"] {
            let id: CarrierId = text.parse().unwrap();
            let again = carrier_of(&carrier_key(&id)).unwrap();
            assert_eq!(carrier_key(&again), carrier_key(&id), "{text}");
            assert_eq!(again.compare(&id), mycarrierpackets::types::Sameness::Same, "{text}");
        }
        for key in ["", "DOT", "DOT:", "DOT:x", "DOT:0", "MC:", "XX:5", "STATE:"] {
            assert_eq!(carrier_of(key), None, "{key}");
        }
    }
}
