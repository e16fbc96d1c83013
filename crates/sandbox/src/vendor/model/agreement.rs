//! The agreements that a carrier signed with a customer, as its record and the papers both show them.

use crate::customers::state::Standing;
use crate::vendor::model::signer::Signer;
use crate::world::World;
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::{DAY, Ticks};
use crate::world::places::State;

/// Everybody signs from here, an address that is kept for documentation.
pub(crate) const ADDRESS: &str = "203.0.113.7";

pub(crate) struct Agreement {
    pub(crate) name: &'static str,
    pub(crate) signed: Ticks,
    pub(crate) signer: Signer,
    /// Where the signature came from in the network.
    pub(crate) address: &'static str,
    /// Where the signer was, if that is known.
    pub(crate) position: Option<Position>,
}

/// A place on earth, in hundredths of a degree.
pub(crate) struct Position {
    pub(crate) latitude: i64,
    pub(crate) longitude: i64,
    pub(crate) method: &'static str,
}

/// The present agreement, then the older one of those who have signed two.
pub(crate) fn all(c: &Carrier<'_>, standing: &Standing) -> Vec<Agreement> {
    let mut draw = c.draw(Salt::Agreement);
    let mut found = Vec::with_capacity(2);
    for n in 0..1 + u8::from(draw.hit(60)) {
        // An older agreement was signed before the newer one, and no carrier signs before it exists.
        let last = standing.signed.unwrap_or_else(|| c.past(&mut draw, 700));
        let earlier = |days: u32| last.plus(-i64::from(30 + days) * DAY).max(c.founded.plus(DAY));
        found.push(Agreement {
            name: name(n),
            signed: if n == 0 { last } else { earlier(draw.below(300)) },
            signer: Signer::of(c, standing.signature.as_deref().filter(|_| n == 0)),
            address: ADDRESS,
            position: draw.hit(128).then(|| {
                let state = State::of(c.state);
                let method = draw.pick(&["DeviceOrBrowser", "IPAddress"]);
                Position { latitude: state.latitude, longitude: state.longitude, method }
            }),
        });
    }
    found
}

/// What the customer calls its agreement of a number.
pub(crate) fn name(n: u8) -> &'static str {
    if n == 0 { "Broker-Carrier Agreement" } else { "Broker-Carrier Agreement (old)" }
}

/// When the customer wrote it.
pub(crate) fn created(world: &World) -> Ticks {
    world.today.plus(-900 * DAY)
}
