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

/// The carrier of a name in the store; `None` for a name that is not one.
pub(crate) fn id_of(key: &str) -> Option<CarrierId> {
    match key.split_once(':')? {
        ("DOT", dot) => CarrierId::dot(dot.parse().ok()?).ok(),
        ("STATE", number) => CarrierId::intrastate(number).ok(),
        (kind, digits) => CarrierId::docket(&format!("{kind}{digits}")).ok(),
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
    fn a_name_leads_back_to_its_carrier() {
        for key in ["DOT:23868", "MC:113843", "FF:12", "STATE:TX 006543210C"] {
            assert_eq!(id_of(key).as_ref().map(carrier_key).as_deref(), Some(key));
        }
        for other in ["", "DOT", "DOT:", "DOT:x", "DOT:0", "XY:12", "STATE:"] {
            assert_eq!(id_of(other), None, "{other}");
        }
    }
}
