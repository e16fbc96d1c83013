//! The short rows: monitored and blocked carriers, completed packets.

use crate::customers::state::Joined;
use crate::vendor::json::{Json, k};
use crate::vendor::model::numbers;
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::{DAY, Ticks};
use crate::world::{Index, World};

/// `MonitoredCarrierDTO` and `CustomerBlockedCarrierDTO`, which have the same fields.
pub(crate) fn row(w: &mut Json, world: &World, index: Index, joined: &Joined, salt: Salt) {
    w.open();
    w.int(k!("DOTNumber"), world.dot(index));
    match world.docket(index) {
        Some(docket) => {
            w.raw(",\"DocketNumber\":\"");
            w.raw(docket.prefix);
            w.number(docket.number.into());
            w.raw("\"");
        }
        None => w.null(k!("DocketNumber")),
    }
    match world.intrastate(index) {
        Some(number) => w.plain(k!("IntrastateNumber"), &number),
        None => w.null(k!("IntrastateNumber")),
    }
    let mut draw = world.draw(index, salt as u64 + 0x100);
    w.time(k!("CreatedDate"), joined.at);
    w.text(k!("CreatedBy"), &joined.by);
    if draw.hit(100) {
        let modified = joined.at.plus(i64::from(draw.below(90)) * DAY);
        w.time_z(k!("LastModifiedDate"), modified.min(world.today.max(joined.at)));
        w.plain(k!("LastModifiedBy"), "system");
    } else {
        w.null(k!("LastModifiedDate"));
        w.null(k!("LastModifiedBy"));
    }
    w.close();
}

/// `CompletedPacketDTO`.
pub(crate) fn completed_packet(w: &mut Json, c: &Carrier<'_>, at: Ticks) {
    w.open();
    numbers(w, c);
    w.text(k!("LegalName"), &c.name);
    if c.index.is_multiple_of(4) {
        w.time_z(k!("CompletedDate"), at);
    } else {
        w.time(k!("CompletedDate"), at);
    }
    w.close();
}
