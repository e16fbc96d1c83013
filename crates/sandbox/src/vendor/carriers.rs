//! What is known about one carrier, and the search for carriers that share a phone or an email address.

use crate::lock;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::call::Call;
use crate::vendor::json::Json;
use crate::vendor::model;

pub(super) fn preview(call: &Call<'_>) -> Result<Answer, Failure> {
    let standing = call.standing(call.carrier()?);
    let mut w = Json::new(6000);
    w.array();
    model::preview::write(&mut w, &call.load(&standing), &standing);
    w.end_array();
    Ok(Answer::api("ArrayOfPreviewCarrier", w.finish()))
}

pub(super) fn data(call: &Call<'_>) -> Result<Answer, Failure> {
    let standing = call.standing(call.carrier()?);
    let mut w = Json::new(40_000);
    model::packet::write(&mut w, &call.load(&standing), &standing);
    Ok(Answer::api("CarrierAADTO", w.finish()))
}

pub(super) fn contacts(call: &Call<'_>) -> Result<Answer, Failure> {
    let standing = call.standing(call.carrier()?);
    let mut w = Json::new(2000);
    model::contacts::single(&mut w, &call.load(&standing), &call.verifications());
    Ok(Answer::api("GetCarrierContactsResponse", w.finish()))
}

pub(super) fn risk(call: &Call<'_>) -> Result<Answer, Failure> {
    let standing = call.standing(call.carrier()?);
    let mut w = Json::new(4000);
    w.array();
    model::risk::carrier(&mut w, &call.load(&standing));
    w.end_array();
    Ok(Answer::api("ArrayOfCarrierRiskAssessmentDTO", w.finish()))
}

pub(super) fn incidents(call: &Call<'_>) -> Result<Answer, Failure> {
    let standing = call.standing(call.carrier()?);
    let mut w = Json::new(4000);
    model::incidents::write(&mut w, &call.load(&standing));
    Ok(Answer::api("CarrierIncidentReportDTO", w.finish()))
}

pub(super) fn vins(call: &Call<'_>) -> Result<Answer, Failure> {
    let index = call.carrier()?;
    let standing = call.standing(index);
    let requests = lock(&call.customer.state).vin_requests.get(&index).cloned().unwrap_or_default();
    let mut w = Json::new(6000);
    model::vins::write(&mut w, &call.load(&standing), &standing, &requests);
    Ok(Answer::api("CarrierVINVerificationDTO", w.finish()))
}

pub(super) fn associated(call: &Call<'_>) -> Result<Answer, Failure> {
    let (phone, email) = (call.params.get("phone"), call.params.get("email"));
    if phone.is_none() && email.is_none() {
        return Err(Failure::bad("phone or email is required."));
    }
    let mut w = Json::new(4000);
    model::associated::write(&mut w, call.world, call.now, phone, email, &call.verifications());
    Ok(Answer::api("FindAssociatedCarriersDTO", w.finish()))
}
