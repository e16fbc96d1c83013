//! Who signed a packet on the portal, for which customer.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::world::Index;
use crate::world::clock::Ticks;

/// What a person entered to sign a packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signature {
    pub(crate) person: String,
    pub(crate) title: String,
    /// The name of the file that came with it. What is in the file is not kept.
    pub(crate) file: Option<String>,
    pub(crate) at: Ticks,
}

/// The signatures of one customer's packets.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Signatures {
    by_carrier: BTreeMap<Index, Signed>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Signed {
    /// How many forms were signed: a form that was made for another number is an old one.
    forms: u32,
    /// None once the packet was completed anew without the portal.
    last: Option<Arc<Signature>>,
}

impl Signatures {
    /// How many forms of a carrier were signed so far.
    pub(crate) fn forms(&self, index: Index) -> u32 {
        self.by_carrier.get(&index).map_or(0, |signed| signed.forms)
    }

    /// Notes a signature. False if a form was signed since the one at hand was made, which was after `forms` of them.
    pub(crate) fn sign(&mut self, index: Index, forms: u32, signature: Signature) -> bool {
        let signed = self.by_carrier.entry(index).or_default();
        if signed.forms != forms {
            return false;
        }
        *signed = Signed { forms: forms.wrapping_add(1), last: Some(Arc::new(signature)) };
        true
    }

    /// The packet was completed anew, and nobody signed it on the portal.
    pub(crate) fn end(&mut self, index: Index) {
        if let Some(signed) = self.by_carrier.get_mut(&index) {
            signed.last = None;
        }
    }

    /// The signature of the packet that was completed at an instant.
    pub(crate) fn of(&self, index: Index, at: Option<Ticks>) -> Option<&Arc<Signature>> {
        self.by_carrier.get(&index)?.last.as_ref().filter(|last| Some(last.at) == at)
    }
}
