//! The operations: what each reads, changes and answers.

pub(crate) mod answer;
pub(crate) mod blob;
mod carriers;
pub(crate) mod documents;
mod feeds;
pub(crate) mod json;
mod lists;
pub(crate) mod messages;
pub(crate) mod model;
mod monitoring;
mod paging;
mod pdf;
mod png;
pub(crate) mod request;
mod requests;
mod signed;

use std::sync::Mutex;

use crate::customers::Customer;
use crate::customers::state::{Standing, Verifications};
use crate::lock;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::request::Params;
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;
use crate::world::history::History;
use crate::world::{Index, World};

pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// Whether parameters may come in a JSON body, too.
    pub(crate) takes_body: bool,
    pub(crate) run: fn(&Call<'_>) -> Result<Answer, Failure>,
}

const fn query(name: &'static str, run: fn(&Call<'_>) -> Result<Answer, Failure>) -> Operation {
    Operation { name, takes_body: false, run }
}

const fn body(name: &'static str, run: fn(&Call<'_>) -> Result<Answer, Failure>) -> Operation {
    Operation { name, takes_body: true, run }
}

pub(crate) const OPERATIONS: &[Operation] = &[
    body("BlockCarrier", monitoring::block),
    query("BlockedCarriers", lists::blocked),
    body("CancelMonitoring", monitoring::cancel),
    query("CarriersChanges", feeds::changes),
    query("CompletedPackets", feeds::completed_packets),
    query("EmailPacketInvitation", requests::invite),
    query("FindAssociatedCarriers", carriers::associated),
    query("GetCarrierContacts", carriers::contacts),
    query("GetCarrierData", carriers::data),
    query("GetCarrierIncidentReports", carriers::incidents),
    query("GetCarrierRiskAssessment", carriers::risk),
    query("GetCarrierVINVerifications", carriers::vins),
    query("GetDocument", documents::get),
    query("GetMonitoredCarrierContactsData", lists::contacts),
    query("GetMonitoredCarriersRiskAssessment", lists::risk),
    query("GetUpdatedFactoringCompanies", feeds::factoring),
    query("MonitoredCarrierData", lists::data),
    query("MonitoredCarriers", lists::monitored),
    query("PreviewCarrier", carriers::preview),
    body("RequestMonitoring", monitoring::request),
    query("RequestUserVerification", requests::verify_user),
    body("RequestVINVerification", requests::verify_vin),
    body("UnblockCarrier", monitoring::unblock),
];

/// How a list or a feed misbehaves in one call.
#[derive(Clone, Copy)]
pub(crate) enum Quirk {
    /// So many carriers leave the front of the list, and as many join its end.
    Drift(u32),
    /// Half of the rows show so many seconds late.
    Late(u32),
    /// Every row comes twice.
    Twice,
}

/// One call of an operation.
pub(crate) struct Call<'c> {
    pub(crate) world: &'c World,
    /// Locked before the customer's state where both are.
    pub(crate) history: &'c Mutex<History>,
    pub(crate) customer: &'c Customer,
    pub(crate) params: &'c Params,
    /// One call has one time.
    pub(crate) now: Ticks,
    pub(crate) quirk: Option<Quirk>,
}

impl<'c> Call<'c> {
    /// The carrier that the call names.
    fn carrier(&self) -> Result<Index, Failure> {
        self.maybe_carrier()?.ok_or_else(|| Failure::bad("DOTNumber or DocketNumber is required."))
    }

    /// The carrier that the call names, if it names one: by DOT number, docket or intrastate number. Several
    /// numbers must agree.
    fn maybe_carrier(&self) -> Result<Option<Index>, Failure> {
        let world = self.world;
        let mut named = None;
        let mut agree = |what: &str, number: &str, found: Option<Index>| match found {
            Some(index) if named.is_none_or(|other| other == index) => {
                named = Some(index);
                Ok(())
            }
            _ => {
                let number: String = number.chars().take(100).collect();
                Err(Failure::not_found(format!("No carrier was found with {what} {number}.")))
            }
        };
        if let Some(dot) = self.params.int("DOTNumber")? {
            agree("DOT number", &dot.to_string(), world.by_dot(dot))?;
        }
        if let Some(docket) = self.params.get("DocketNumber") {
            agree("docket number", docket, world.by_docket(docket))?;
        }
        if let Some(number) = self.params.get("IntrastateNumber") {
            agree("intrastate number", number, world.by_intrastate(number))?;
        }
        Ok(named)
    }

    fn standing(&self, index: Index) -> Standing {
        self.customer.standing(self.world, &lock(self.history), index, self.now)
    }

    fn standings(&self, indexes: &[Index]) -> Vec<Standing> {
        let history = lock(self.history);
        let state = lock(&self.customer.state);
        let broker = &self.customer.broker;
        indexes.iter().map(|&index| state.standing(self.world, &history, broker, (index, self.now))).collect()
    }

    fn verifications(&self) -> Verifications {
        lock(&self.customer.state).verifications(self.world)
    }

    fn load(&self, standing: &Standing) -> Carrier<'c> {
        Carrier::new(self.world, standing.index, standing.facts.clone(), standing.now)
    }
}
