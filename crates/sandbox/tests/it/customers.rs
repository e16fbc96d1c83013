//! Customers: each user name has lists, invitations and polls of its own, and all have the same vendor.

use std::time::Duration;

use mycarrierpackets_sandbox::Sandbox;
use serde_json::Value;

use crate::Caller;

async fn sign_in(caller: &mut Caller, username: &str) {
    let form = [("grant_type", "password"), ("username", username), ("password", "demo")];
    let url = format!("{}/token", caller.sandbox.base_url());
    let answer: Value = caller.client.post(url).form(&form).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["userName"], username);
    caller.token = answer["access_token"].as_str().unwrap().to_owned();
}

async fn sees(caller: &Caller) -> (usize, usize, String, String) {
    let monitored = caller.json("MonitoredCarriers", &[]).await.as_array().unwrap().len();
    let blocked = caller.json("BlockedCarriers", &[]).await.as_array().unwrap().len();
    let preview = caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    let recipient = caller.json("MonitoredCarrierData", &[("pageSize", "1")]).await;
    let invitation = recipient["data"][0]["LatestInvitation"]["InvitationRecipient"].to_string();
    (monitored, blocked, preview[0]["IsBlocked"].to_string(), invitation)
}

#[tokio::test]
async fn what_one_does_no_other_sees() {
    let mut caller = Caller::small().await;
    sign_in(&mut caller, "alder").await;
    let untouched = sees(&caller).await;
    let dot = [("DOTNumber", "23868")];
    caller.json("BlockCarrier", &dot).await;
    let other = caller.sandbox.dot_numbers()[59].to_string();
    caller.json("CancelMonitoring", &[("DOTNumber", &other)]).await;
    caller.json("EmailPacketInvitation", &[("DOTNumber", "23868"), ("carrierEmail", "ada@carrier.example")]).await;
    let changed = sees(&caller).await;
    assert_eq!((changed.0, changed.1), (untouched.0 - 1, untouched.1 + 1));
    assert_eq!((changed.2.as_str(), changed.3.as_str()), ("true", "\"ada@carrier.example\""));

    sign_in(&mut caller, "birke").await;
    assert_eq!(sees(&caller).await, untouched);
    sign_in(&mut caller, "alder").await;
    assert_eq!(sees(&caller).await, changed, "a name is the same customer at every sign-in");
}

#[tokio::test]
async fn what_happens_at_the_vendor_happens_to_all_also_to_those_who_come_later() {
    let mut caller = Caller::start(Sandbox::builder().carriers(60).changes_interval(Duration::ZERO)).await;
    let window = [("fromDate", "2000-01-01"), ("toDate", "2100-01-01"), ("pageSize", "1")];
    sign_in(&mut caller, "alder").await;
    let before = caller.json("CarriersChanges", &window).await["FMCSAChangeCount"].as_u64().unwrap();
    assert!(caller.sandbox.change_carrier(23868));
    let count = caller.json("CarriersChanges", &window).await["FMCSAChangeCount"].as_u64().unwrap();
    assert!(count > before);
    sign_in(&mut caller, "late").await;
    assert_eq!(caller.json("CarriersChanges", &window).await["FMCSAChangeCount"], count);
}

#[tokio::test]
async fn each_waits_for_its_own_polls() {
    let mut caller = Caller::small().await;
    let window = [("fromDate", "2026-03-18T08:00:00"), ("toDate", "2026-03-18T09:00:00")];
    sign_in(&mut caller, "alder").await;
    caller.json("CarriersChanges", &window).await;
    caller.failure(429, "CarriersChanges", &window).await;
    sign_in(&mut caller, "birke").await;
    caller.json("CarriersChanges", &window).await;
}
