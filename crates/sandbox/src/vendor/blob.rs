//! Blob names: each says, in an encrypted way, what it names, so that no table of names is needed.

use std::fmt::Write as _;

use crate::world::hash::{mix, pair, unmix};
use crate::world::{Index, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The customer's agreement, as yet unsigned.
    Template = 1,
    /// The agreement a carrier signed.
    Agreement,
    Certificate,
    W9,
    VinPhoto,
}

const KINDS: [Kind; 5] = [Kind::Template, Kind::Agreement, Kind::Certificate, Kind::W9, Kind::VinPhoto];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) index: Index,
    pub(crate) kind: Kind,
    /// Which of the carrier's blobs of this kind.
    pub(crate) ordinal: u8,
}

impl Blob {
    /// The name in the given generation of names, of a blob that is the same for all customers.
    pub(crate) fn name(&self, world: &World, generation: u32) -> String {
        self.name_for(world, generation, 0)
    }

    /// The name in the given generation of names; that of an agreement holds the number of its customer.
    pub(crate) fn name_for(&self, world: &World, generation: u32, customer: u32) -> String {
        let payload = u64::from(self.index)
            | (self.kind as u64) << 32
            | u64::from(self.ordinal) << 40
            | u64::from(generation & 0xFFFF) << 48;
        let high = mix(payload ^ key(world));
        let low = pair(high, world.seed);
        let guid = format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        );
        let mut name = String::with_capacity(64);
        // Writing to a String cannot fail.
        let _ = match self.kind {
            Kind::Template | Kind::Agreement => {
                write!(name, "company-agreement/{customer}/{guid}")
            }
            Kind::Certificate => write!(name, "certificate-image/{guid}.pdf"),
            Kind::W9 => write!(name, "carrier-w9/{}/{guid}.pdf", self.index + 1),
            Kind::VinPhoto => write!(name, "carrier-vin-photo/{}/{guid}", self.index + 1),
        };
        name
    }

    /// What a name stands for, if it was given out to this customer in this generation.
    pub(crate) fn find(world: &World, generation: u32, customer: u32, name: &str) -> Option<Self> {
        let guid = name.rsplit('/').next()?;
        let hex: String = guid.strip_suffix(".pdf").unwrap_or(guid).split('-').collect();
        let payload = unmix(u64::from_str_radix(hex.get(..16)?, 16).ok()?) ^ key(world);
        let blob = Self {
            index: payload as u32,
            kind: *KINDS.get((payload >> 32 & 0xFF).checked_sub(1)? as usize)?,
            ordinal: (payload >> 40) as u8,
        };
        (blob.index < world.total && blob.name_for(world, generation, customer) == name).then_some(blob)
    }
}

fn key(world: &World) -> u64 {
    pair(world.seed, 0xB10B)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::clock::Ticks;

    #[test]
    fn names_lead_back_until_they_expire() {
        let world = World::new(7, 100, 1, Ticks(0));
        for kind in KINDS {
            let blob = Blob { index: 42, kind, ordinal: 1 };
            let name = blob.name_for(&world, 3, 12);
            assert_eq!(Blob::find(&world, 3, 12, &name), Some(blob), "{name}");
            assert_eq!(Blob::find(&world, 4, 12, &name), None);
            let private = matches!(kind, Kind::Template | Kind::Agreement);
            assert_eq!(Blob::find(&world, 3, 13, &name).is_none(), private, "{name} is of one customer");
        }
        for name in ["", "/", "company-agreement/12/guid-abc123", "é", "certificate-image/ffffffffffffffff.pdf"] {
            assert_eq!(Blob::find(&world, 3, 12, name), None, "{name}");
        }
    }
}
