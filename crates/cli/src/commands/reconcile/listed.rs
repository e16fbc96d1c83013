//! The monitored list, as the server has it now.

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::roster::{self, Identity};
use mycarrierpackets::models::MonitoredCarrier;
use mycarrierpackets::types::{CarrierId, DocketNumber};
use mycarrierpackets::{Client, Listing};
use mycarrierpackets_sync::reconcile::distinct;

/// More carriers than anybody monitors; past it the list is not read into memory.
const MOST: usize = 1_000_000;

/// The monitored list, read whole, each carrier once.
pub async fn monitored(context: &Context, client: &Client) -> Result<Vec<Identity>> {
    let pager = client.monitoring().list().concurrency(context.global.pages_ahead());
    Ok(distinct(whole(pager.read_all(MOST).await?)?))
}

// A plan made from half a list would remove or add the wrong carriers.
fn whole(listing: Listing<MonitoredCarrier>) -> Result<Vec<Identity>> {
    let unfit = |what: &str| Failure::io(what, "Nothing was changed. Run it again.");
    if !listing.rejected.is_empty() {
        return Err(unfit("a carrier of the monitored list could not be read"));
    }
    if listing.report.changed || !listing.report.complete {
        return Err(unfit("the monitored list changed while it was read"));
    }
    listing.items.iter().map(|item| identity(item).ok_or_else(|| unfit("a monitored carrier has no number"))).collect()
}

fn identity(item: &MonitoredCarrier) -> Option<Identity> {
    let intrastate = item.intrastate_number.as_deref().and_then(roster::cell);
    let known = |intrastate| CarrierId::from_parts(item.dot_number, docket(item.docket_number.as_deref()), intrastate);
    // Something that is not an intrastate number does not hide the others.
    known(intrastate).or_else(|_| known(None)).ok().map(Identity::from)
}

/// The docket number of a record, if it has one that can be read.
pub fn docket(text: Option<&str>) -> Option<DocketNumber> {
    text.and_then(roster::cell).and_then(|text| DocketNumber::from_field(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carrier_is_known_by_each_number_that_can_be_read() {
        let of = |json: &str| identity(&serde_json::from_str(json).unwrap()).map(|id| id.to_string());
        let cases = [
            (
                r#"{"DOTNumber":5,"DocketNumber":"MC006","IntrastateNumber":"TX-00 654"}"#,
                Some("DOT 5 MC006 intrastate TX-00 654"),
            ),
            (r#"{"DOTNumber":5,"DocketNumber":"?","IntrastateNumber":"pending"}"#, Some("DOT 5")),
            (r#"{"DOTNumber":0,"DocketNumber":"113843","IntrastateNumber":""}"#, Some("MC113843")),
            (r#"{"DOTNumber":null,"DocketNumber":"N/A","IntrastateNumber":"pending"}"#, None),
        ];
        for (json, expected) in cases {
            assert_eq!(of(json).as_deref(), expected, "{json}");
        }
    }
}
