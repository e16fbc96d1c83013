//! The records of lists, and how one is known from another.

use crate::raw::types::{
    BlockedCarrier, CarrierChange, CarrierDetails, CarrierRiskAssessment, CompletedPacket, FactoringCompany,
    MonitoredCarrier, MonitoredCarrierContacts,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A record of a list.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// What no other record of the list has; `None` where several may be alike.
    fn key(&self) -> Option<u64>;
}

fn hashed(dot: Option<impl Hash>, others: [Option<&str>; 2]) -> Option<u64> {
    if dot.is_none() && others.iter().all(|number| number.is_none()) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    (dot, others).hash(&mut hasher);
    Some(hasher.finish())
}

macro_rules! by_numbers {
    ($($type:ty: |$record:ident| $dot:expr, $others:expr;)+) => {$(
        impl Record for $type {
            fn key(&self) -> Option<u64> {
                let $record = self;
                hashed($dot, $others)
            }
        }
    )+};
}

by_numbers! {
    MonitoredCarrier: |it| it.dot_number, [it.docket_number.as_deref(), it.intrastate_number.as_deref()];
    BlockedCarrier: |it| it.dot_number, [it.docket_number.as_deref(), it.intrastate_number.as_deref()];
    MonitoredCarrierContacts: |it| it.dot_number, [it.docket_number.as_deref(), None];
    CarrierRiskAssessment: |it| it.dot_number, [it.docket_number.as_deref(), None];
    CarrierDetails: |it| it.dot_number.as_ref().and_then(|dot| dot.value.as_ref()), [it.docket_number.as_deref(), None];
}

// A carrier can change, and complete its packet, more than once in a window.
impl Record for CarrierChange {
    fn key(&self) -> Option<u64> {
        None
    }
}

impl Record for FactoringCompany {
    fn key(&self) -> Option<u64> {
        None
    }
}

impl Record for CompletedPacket {
    fn key(&self) -> Option<u64> {
        None
    }
}
