//! What a body says.

use super::WebhookError;
use crate::exec::tolerant;
use crate::models::{
    WebhookAgreement, WebhookBody, WebhookCarrier, WebhookCustomer, WebhookData, WebhookIncidentReport,
    WebhookUserVerification, WebhookVinVerification,
};
use crate::types::{CarrierId, Timestamp, WebhookEventType};
use serde::Serialize;
use serde_json::{Map, Value};

/// What happened, when, and whom it is about.
///
/// Any part can be missing. Words of vocabularies that this version does not know are kept, and never equal a good one:
/// ask `== Some(VerificationStatus::Verified)`, not whether it is something else than `Denied`.
///
/// ```
/// use mycarrierpackets::types::{VerificationStatus, VinVerificationOutcome, WebhookEventType};
/// use mycarrierpackets::webhook::{Event, EventDetail};
///
/// fn handle(event: &Event) {
///     match &event.detail {
///         EventDetail::PacketCompleted(_) => println!("read the carrier again: {:?}", event.carrier_id()),
///         EventDetail::IncidentReportCreated(report) => println!("{:?}", report.incident_types),
///         EventDetail::VinVerificationCompleted(vin) => {
///             let own = vin.vin_verification_status == Some(VinVerificationOutcome::VinBelongsToCarrier);
///             println!("the vehicle is {}", if own { "the carrier's" } else { "not known to be the carrier's" });
///         }
///         EventDetail::UserVerificationCompleted(user) => {
///             println!("verified: {}", user.verification_status == Some(VerificationStatus::Verified));
///         }
///         _ => println!("{}", event.event_type),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// What happened, by the signed body. An empty [`Other`](WebhookEventType::Other) if it does not say.
    pub event_type: WebhookEventType,
    /// When it happened. Not when it was sent: a delivery can be repeated, and be late.
    pub occurred_at: Option<Timestamp>,
    /// The carrier that it is about.
    pub carrier: Option<WebhookCarrier>,
    /// The customer whose webhook it is.
    pub customer: Option<WebhookCustomer>,
    /// The part that belongs to the type.
    pub detail: EventDetail,
    /// What the header `MCP-Event` says, where that is not what the body says. It is not signed: somebody on the way may
    /// have written it, so log it and go by [`event_type`](Self::event_type).
    pub contradicting_header: Option<String>,
    /// The paths of fields that could not be read, such as `eventData.carrier.dotNumber`. They are missing here, and in
    /// the body they are not.
    pub unreadable: Vec<String>,
    /// Fields beside `eventType` that this version does not know.
    pub extra: Map<String, Value>,
    /// Fields beside `carrier` that this version does not know, or that belong to another type.
    pub data_extra: Map<String, Value>,
}

/// The part of an [`Event`] that belongs to its type. A part that the body does not have is one with nothing in it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventDetail {
    /// A carrier completed its packet: `carrier.packet.completed`.
    PacketCompleted(Box<WebhookAgreement>),
    /// An incident with a carrier was reported: `carrier.incident_report.created`.
    IncidentReportCreated(Box<WebhookIncidentReport>),
    /// A report was changed: `carrier.incident_report.updated`.
    IncidentReportUpdated(Box<WebhookIncidentReport>),
    /// A report was withdrawn: `carrier.incident_report.retracted`.
    IncidentReportRetracted(Box<WebhookIncidentReport>),
    /// A carrier answered a request to verify a vehicle: `carrier.vin_verification.completed`.
    VinVerificationCompleted(Box<WebhookVinVerification>),
    /// A user of a carrier answered a request to verify who they are: `carrier.user_verification.completed`.
    UserVerificationCompleted(Box<WebhookUserVerification>),
    /// A type that this version does not know, or none: the whole body.
    Unknown(Value),
}

impl Event {
    pub(super) fn read(body: &[u8], header: Option<&str>) -> Result<Self, WebhookError> {
        let (read, unreadable) = match serde_json::from_slice::<WebhookBody>(body) {
            Ok(read) if body.trim_ascii_start().starts_with(b"{") => (read, Vec::new()),
            _ => {
                let parsed = tolerant::parse(body).map_err(|_| WebhookError::NotUnderstood)?;
                if !parsed.value.is_object() {
                    return Err(WebhookError::NotUnderstood);
                }
                let read = tolerant::record::<WebhookBody>(parsed.value, body.len());
                let read = read.map_err(|_| WebhookError::NotUnderstood)?;
                (read.value, [parsed.unreadable, read.unreadable].concat())
            }
        };
        let WebhookBody { event_type, event_date_time, event_data, extra } = read;
        let event_type = event_type.unwrap_or_else(|| WebhookEventType::from(""));
        let mut data = event_data.unwrap_or_default();
        let detail = EventDetail::take(&event_type, &mut data, body)?;
        Ok(Self {
            contradicting_header: header
                .filter(|header| WebhookEventType::from(header.trim()) != event_type)
                .map(str::to_owned),
            event_type,
            occurred_at: event_date_time,
            carrier: data.carrier.take(),
            customer: data.customer.take(),
            detail,
            unreadable,
            extra,
            data_extra: rest(data),
        })
    }

    /// The carrier by its numbers; `None` if the body names it by none that can be read.
    pub fn carrier_id(&self) -> Option<CarrierId> {
        let carrier = self.carrier.as_ref()?;
        let docket = carrier.docket_number.as_ref().and_then(|docket| docket.docket());
        CarrierId::from_parts(carrier.dot_number, docket, None).ok()
    }
}

impl EventDetail {
    fn take(event_type: &WebhookEventType, data: &mut WebhookData, body: &[u8]) -> Result<Self, WebhookError> {
        fn part<T: Default>(part: &mut Option<T>) -> Box<T> {
            Box::new(part.take().unwrap_or_default())
        }
        Ok(match event_type {
            WebhookEventType::CarrierPacketCompleted => Self::PacketCompleted(part(&mut data.agreement)),
            WebhookEventType::CarrierIncidentReportCreated => {
                Self::IncidentReportCreated(part(&mut data.incident_report))
            }
            WebhookEventType::CarrierIncidentReportUpdated => {
                Self::IncidentReportUpdated(part(&mut data.incident_report))
            }
            WebhookEventType::CarrierIncidentReportRetracted => {
                Self::IncidentReportRetracted(part(&mut data.incident_report))
            }
            WebhookEventType::CarrierVinVerificationCompleted => {
                Self::VinVerificationCompleted(part(&mut data.vin_verification_detail))
            }
            WebhookEventType::CarrierUserVerificationCompleted => {
                Self::UserVerificationCompleted(part(&mut data.user_verification_detail))
            }
            WebhookEventType::Other(_) => {
                let parsed = tolerant::parse(body).map_err(|_| WebhookError::NotUnderstood)?;
                Self::Unknown(parsed.value)
            }
        })
    }
}

/// What nothing else of the event holds.
fn rest(data: WebhookData) -> Map<String, Value> {
    fn put<T: Serialize>(into: &mut Map<String, Value>, name: &str, part: Option<T>) {
        if let Some(value) = part.and_then(|part| serde_json::to_value(part).ok()) {
            into.insert(name.to_owned(), value);
        }
    }
    let mut extra = data.extra;
    put(&mut extra, "agreement", data.agreement);
    put(&mut extra, "incidentReport", data.incident_report);
    put(&mut extra, "vinVerificationDetail", data.vin_verification_detail);
    put(&mut extra, "userVerificationDetail", data.user_verification_detail);
    extra
}
