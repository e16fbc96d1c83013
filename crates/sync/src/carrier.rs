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

fn of_dot(dot: DotNumber) -> String {
    format!("DOT:{dot}")
}

fn of_docket(docket: &DocketNumber) -> String {
    let kind = docket.as_str().trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{kind}:{}", docket.digits().trim_start_matches('0'))
}
