//! How the vendor misbehaves for some hours.

use crate::polls::OPERATIONS;
use mycarrierpackets_sandbox::{Fault, Sandbox};

const FEEDS: [&str; 2] = ["CarriersChanges", "CompletedPackets"];

/// Some kinds of misbehaviour at once. The calls of a user who changes something are not among the victims.
pub fn storm(sandbox: &Sandbox, late: bool, random: &mut fastrand::Rng) {
    let on = |operations: &[&str], fault: &dyn Fn() -> Fault| {
        for operation in operations {
            sandbox.fault(fault().on(operation));
        }
    };
    for _ in 0..random.u8(1..=4) {
        match random.u8(0..11) {
            0 | 1 if late => {
                let seconds = if random.u8(0..4) == 0 { random.u32(7200..72_000) } else { random.u32(60..7200) };
                on(&FEEDS, &|| Fault::late_rows(seconds));
            }
            2 => on(&FEEDS, &Fault::duplicate_rows),
            // It really changes the list.
            3 => on(&["BlockedCarriers"], &|| Fault::page_drift(1).share(300)),
            4 => on(&OPERATIONS, &|| Fault::status(500).share(300)),
            5 => {
                sandbox.fault(Fault::lost_rotation().share(500));
            }
            6 => on(&OPERATIONS, &|| Fault::unknown_fields().every(2)),
            7 => on(&OPERATIONS, &|| Fault::page(503)),
            8 => on(&OPERATIONS, &|| Fault::retry_after_seconds(429, 600).share(200)),
            9 => {
                on(&OPERATIONS, &|| Fault::reset_before().share(100));
                on(&OPERATIONS, &|| Fault::broken_json().share(100));
                on(&OPERATIONS, &|| Fault::short_body().share(100));
            }
            _ => on(&OPERATIONS, &|| Fault::expired_token().share(100)),
        }
    }
}
