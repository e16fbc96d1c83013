//! What the server answers about a carrier whose numbers leave it open who it is.

use super::listed::docket;
use crate::failure::Result;
use crate::roster::Identity;
use mycarrierpackets::types::{CarrierId, Sameness};
use mycarrierpackets::{Client, ErrorKind};
use mycarrierpackets_sync::reconcile::Known;

/// What the server knows of a carrier by each number that a call can be made with, and another carrier that one of the
/// numbers is of, if there is one.
pub async fn known(client: &Client, carrier: &Identity) -> Result<(Option<Known>, Option<Identity>)> {
    let mut known: Option<Known> = None;
    let dockets = carrier.more().iter().filter(|number| number.intrastate_number().is_none());
    for id in std::iter::once(carrier.id()).chain(dockets) {
        let Some(found) = preview(client, id).await? else { continue };
        let before = known.as_ref().map_or(carrier, |known| &known.carrier);
        match answered(id, before, &found.carrier) {
            Answer::Nothing => {}
            Answer::Other => return Ok((None, Some(found.carrier))),
            Answer::More => {
                let interstate = known.is_some_and(|known| known.interstate) || found.interstate;
                known = Some(Known { carrier: found.carrier.merged(carrier), interstate });
            }
        }
    }
    Ok((known, None))
}

/// What an answer says of a carrier.
#[derive(Debug, PartialEq)]
enum Answer {
    /// It is the carrier, with all of its numbers.
    More,
    /// One of the numbers is of another carrier.
    Other,
    /// It is about somebody else, or does not show about whom.
    Nothing,
}

/// What `found`, the answer about one number of a carrier, says of it as far as it is known.
fn answered(asked: &CarrierId, known: &Identity, found: &Identity) -> Answer {
    match (found.compare(&asked.clone().into()), found.compare(known)) {
        (Sameness::Different, _) => Answer::Nothing,
        (_, Sameness::Same) => Answer::More,
        (_, Sameness::Different) | (Sameness::Same, _) => Answer::Other,
        _ => Answer::Nothing,
    }
}

async fn preview(client: &Client, id: &CarrierId) -> Result<Option<Known>> {
    let preview = match client.carriers().preview(id).await {
        Ok(preview) => preview,
        // A carrier that the server does not know, or does not tell from another, stays in doubt.
        Err(error) if error.is_not_found() || error.is_declined() => return Ok(None),
        Err(error) if error.kind() == ErrorKind::UnexpectedAnswer => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let docket = docket(preview.docket_number.as_deref());
    let whole = CarrierId::from_parts(preview.dot_number, docket, None).ok();
    let interstate = preview.is_intrastate_carrier == Some(false);
    Ok(whole.map(|whole| Known { carrier: whole.into(), interstate }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::identity;

    #[test]
    fn an_answer_about_one_number_is_held_against_all() {
        use Answer::{More, Nothing, Other};
        for (asked, known, found, expected) in [
            ("MC5", "MC5", "DOT 1 MC5", More),
            ("MC5", "MC5", "DOT 1 MC6", Nothing),
            ("MC5", "MC5", "DOT 1", Nothing),
            ("DOT 1 MC5", "DOT 1 MC5", "DOT 1 MC6", Nothing),
            ("FF7", "DOT 1 MC5, FF7", "DOT 1 MC5", More),
            ("FF7", "DOT 1 MC5, FF7", "DOT 1 FF7", More),
            ("FF7", "DOT 1 MC5, FF7", "DOT 2 FF7", Other),
            ("FF7", "DOT 1 MC5, FF7", "DOT 2 MC6", Other),
            ("FF7", "MC5, FF7", "DOT 2 FF7", More),
            ("FF7", "MC5, FF7", "DOT 2 MC6", Other),
            ("FF7", "MC5, FF7", "DOT 2", Nothing),
            ("FF7", "DOT 1 MC5, FF7", "DOT 2 FF8", Nothing),
        ] {
            let said = answered(identity(asked).id(), &identity(known), &identity(found));
            assert_eq!(said, expected, "{asked} of {known}: {found}");
        }
    }
}
