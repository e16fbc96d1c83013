//! Calls that make the vendor send something: an invitation, a verification.

use crate::customers::state::Invitation;
use crate::lock;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::call::Call;
use crate::vendor::json::{Json, k};
use crate::vendor::messages;

pub(super) fn invite(call: &Call<'_>) -> Result<Answer, Failure> {
    let email = email_address(call, "carrierEmail")?;
    let confirm = call.params.flag("sendConfirmationEmail")?;
    let index = call.maybe_carrier()?;
    let carrier = index.map(|index| call.load(&call.standing(index)));
    let invitation = Invitation { recipient: email.to_owned(), user: user(call), at: call.now };
    let copies = call.params.get("notificationEmails");
    messages::invitation(call.customer, carrier.as_ref(), &invitation, (confirm, copies));
    if let Some(index) = index {
        lock(&call.customer.state).invite(call.world, index, invitation);
    }
    Ok(Answer::text(&format!("Invitation has been sent to {email}.")))
}

pub(super) fn verify_user(call: &Call<'_>) -> Result<Answer, Failure> {
    let email = email_address(call, "userVerificationEmail")?;
    let index = call.maybe_carrier()?;
    let carrier = index.map(|index| call.load(&call.standing(index)));
    messages::user_verification(call.customer, carrier.as_ref(), email, call.now);
    lock(&call.customer.state).request_user(call.world, index, email.to_ascii_lowercase(), call.now);
    let mut w = Json::new(128);
    w.open();
    w.text(k!("Message"), &format!("User verification request has been sent to {email}."));
    w.close();
    Ok(Answer::api("RequestUserVerificationOutput", w.finish()))
}

pub(super) fn verify_vin(call: &Call<'_>) -> Result<Answer, Failure> {
    match call.params.int("deliveryOption")? {
        None => return Err(Failure::bad("deliveryOption is required.")),
        Some(1) => {
            return Err(Failure::bad("The Email delivery option is no longer supported."));
        }
        Some(2) => {}
        Some(_) => return Err(Failure::bad("deliveryOption is not valid.")),
    }
    let phone = call.params.required("vinVerificationPhoneNumber")?;
    let as_object = call.params.flag("outputVINVerificationRequestID")?;
    let index = call.carrier()?;
    let mut state = lock(&call.customer.state);
    let id = state.request_vin(call.world, index, phone.to_owned(), user(call), call.now);
    drop(state);
    messages::vin_verification(call.customer, &call.load(&call.standing(index)), phone, (id, call.now));
    let message = format!("VIN verification request has been sent to {phone}.");
    if !as_object {
        return Ok(Answer::text(&message));
    }
    let mut w = Json::new(128);
    w.open();
    w.int(k!("VinVerificationRequestID"), id);
    w.text(k!("Message"), &message);
    w.close();
    Ok(Answer::api("RequestVINVerificationOutput", w.finish()))
}

fn email_address<'c>(call: &Call<'c>, name: &'static str) -> Result<&'c str, Failure> {
    let address = call.params.required(name)?.trim();
    match address.split_once('@') {
        Some((before, after)) if !before.is_empty() && !after.is_empty() => Ok(address),
        _ => Err(Failure::bad(format!("{name} is not a valid email address."))),
    }
}

fn user(call: &Call<'_>) -> String {
    call.params.get("userName").unwrap_or(&call.customer.name).to_owned()
}
