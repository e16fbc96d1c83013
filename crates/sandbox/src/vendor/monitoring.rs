//! Calls that put a carrier into a list or take it out.

use crate::customers::state::Joined;
use crate::lock;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::call::Call;
use crate::vendor::json::{Json, k};
use crate::world::Index;

/// Beyond 32 bits, where the document says the number may be.
const MONITORING_ID_BASE: i64 = 5_000_000_000;

pub(super) fn request(call: &Call<'_>) -> Result<Answer, Failure> {
    let index = call.carrier()?;
    lock(&call.customer.state).monitored.add(index, joined(call));
    let mut w = monitoring(index);
    w.time(k!("RequestDate"), call.now);
    w.close();
    Ok(Answer::api("RequestMonitoringOutput", w.finish()))
}

pub(super) fn cancel(call: &Call<'_>) -> Result<Answer, Failure> {
    let index = call.carrier()?;
    lock(&call.customer.state).monitored.remove(index);
    let mut w = monitoring(index);
    w.time(k!("CancelDate"), call.now);
    w.close();
    Ok(Answer::api("CancelMonitoringOutput", w.finish()))
}

pub(super) fn block(call: &Call<'_>) -> Result<Answer, Failure> {
    let index = call.carrier()?;
    let new = lock(&call.customer.state).blocked.add(index, joined(call));
    let message = if new { "Carrier has been blocked." } else { "Carrier is already blocked." };
    Ok(result("BlockCarrierOutput", new, message))
}

pub(super) fn unblock(call: &Call<'_>) -> Result<Answer, Failure> {
    let index = call.carrier()?;
    let was = lock(&call.customer.state).blocked.remove(index);
    let message = if was { "Carrier has been unblocked." } else { "Carrier is not blocked." };
    Ok(result("UnblockCarrierOutput", was, message))
}

fn joined(call: &Call<'_>) -> Joined {
    Joined { at: call.now, by: call.customer.name.as_ref().to_owned() }
}

fn monitoring(index: Index) -> Json {
    let mut w = Json::new(128);
    w.open();
    w.int(k!("MonitoringID"), MONITORING_ID_BASE + i64::from(index));
    w
}

fn result(root: &'static str, success: bool, message: &str) -> Answer {
    let mut w = Json::new(128);
    w.open();
    w.flag(k!("Result"), success);
    w.plain(k!("Message"), message);
    w.close();
    Answer::api(root, w.finish())
}
