//! The operations: what each reads, changes and answers.

pub(crate) mod answer;
pub(crate) mod blob;
pub(crate) mod call;
mod carriers;
pub(crate) mod documents;
mod feeds;
pub(crate) mod json;
mod lists;
pub(crate) mod messages;
pub(crate) mod model;
mod monitoring;
mod paging;
mod papers;
pub(crate) mod request;
mod requests;

use crate::vendor::answer::{Answer, Failure};
use crate::vendor::call::Call;

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
