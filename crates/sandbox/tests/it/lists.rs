//! What calls change.

use mycarrierpackets_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::Caller;

async fn dots(caller: &Caller, operation: &str) -> Vec<u64> {
    let rows = caller.json(operation, &[]).await;
    rows.as_array().unwrap().iter().map(|row| row["DOTNumber"].as_u64().unwrap()).collect()
}

async fn preview(caller: &Caller, dot: u32) -> Value {
    caller.json("PreviewCarrier", &[("DOTNumber", &dot.to_string())]).await[0].clone()
}

#[tokio::test]
async fn carriers_join_and_leave_the_monitored_list() {
    let caller = Caller::small().await;
    let all = caller.sandbox.dot_numbers();
    assert_eq!((all.len(), dots(&caller, "MonitoredCarriers").await.len()), (70, 60));
    let stranger = all[65];
    assert_eq!(preview(&caller, stranger).await["IsMonitored"], false);

    // In the body, as the guide has it.
    let request = caller.client.post(format!("{}/api/v1/Carrier/RequestMonitoring", caller.sandbox.base_url()));
    let request = request.bearer_auth(&caller.token).json(&json!({"DOTNumber": stranger, "DocketNumber": null}));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert!(answer["MonitoringID"].as_i64().unwrap() > i64::from(i32::MAX));
    assert_eq!(dots(&caller, "MonitoredCarriers").await.last(), Some(&stranger.into()));
    assert_eq!(preview(&caller, stranger).await["IsMonitored"], true);
    let again = caller.json("RequestMonitoring", &[("dotnumber", &stranger.to_string())]).await;
    assert_eq!(again["MonitoringID"], answer["MonitoringID"]);
    assert_eq!(dots(&caller, "MonitoredCarriers").await.len(), 61, "once is enough");

    let answer = caller.json("CancelMonitoring", &[("DOTNumber", &stranger.to_string())]).await;
    assert!(answer["CancelDate"].is_string());
    assert_eq!(dots(&caller, "MonitoredCarriers").await.len(), 60);
    assert_eq!(preview(&caller, stranger).await["IsMonitored"], false);
}

#[tokio::test]
async fn the_query_wins_over_the_body() {
    let caller = Caller::small().await;
    let all = caller.sandbox.dot_numbers();
    let url = format!("{}/api/v1/Carrier/BlockCarrier?DOTNumber={}", caller.sandbox.base_url(), all[3]);
    let request = caller.client.post(&url).bearer_auth(&caller.token);
    let sent = request.json(&json!({"dotNumber": all[4]})).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    assert_eq!(preview(&caller, all[3]).await["IsBlocked"], true);
    assert_eq!(preview(&caller, all[4]).await["IsBlocked"], false);
    for bad in ["[1]", "{", "{\"DOTNumber\":{}}", "\"x\""] {
        let request = caller.client.post(&url).bearer_auth(&caller.token);
        assert_eq!(request.body(bad).send().await.unwrap().status(), 400, "{bad}");
    }
}

#[tokio::test]
async fn carriers_are_blocked_and_unblocked() {
    let caller = Caller::start(Sandbox::builder().carriers(500)).await;
    assert_eq!(dots(&caller, "BlockedCarriers").await.len(), 10, "two of a hundred");
    let query = [("DOTNumber", "23868"), ("DocketNumber", "mc-113843")];
    for (operation, done) in
        [("BlockCarrier", true), ("BlockCarrier", false), ("UnblockCarrier", true), ("UnblockCarrier", false)]
    {
        let answer = caller.json(operation, &query).await;
        assert_eq!(answer["Result"], done, "{operation}");
        assert!(answer["Message"].is_string());
        let blocked = dots(&caller, "BlockedCarriers").await.contains(&23868);
        assert_eq!(blocked, operation == "BlockCarrier");
        assert_eq!(preview(&caller, 23868).await["IsBlocked"], blocked);
    }
}

#[tokio::test]
async fn intrastate_carriers_are_found_by_the_number_of_their_state() {
    let caller = Caller::start(Sandbox::builder().carriers(500)).await;
    let rows = caller.json("MonitoredCarriers", &[]).await;
    let row = rows.as_array().unwrap().iter().find(|row| row["IntrastateNumber"].is_string()).unwrap();
    assert_eq!(row["DocketNumber"], Value::Null);
    let number = row["IntrastateNumber"].as_str().unwrap();
    caller.json("CancelMonitoring", &[("IntrastateNumber", number)]).await;
    assert!(!dots(&caller, "MonitoredCarriers").await.contains(&row["DOTNumber"].as_u64().unwrap()));
}

#[tokio::test]
async fn an_invitation_leaves_a_trace() {
    let caller = Caller::start(Sandbox::builder().carriers(60).fixed_time(crate::noon())).await;
    let mut newcomer = None;
    for dot in caller.sandbox.dot_numbers() {
        if preview(&caller, dot).await["InProcessState"].is_null() {
            newcomer = Some(dot);
            break;
        }
    }
    let dot = newcomer.unwrap();
    let email = "a \"b\"@carrier.example";
    let query = [("dotNumber", &*dot.to_string()), ("carrierEmail", email), ("username", "brenda")];
    assert!(caller.json("EmailPacketInvitation", &query).await.as_str().unwrap().contains(email));
    assert_eq!(preview(&caller, dot).await["InProcessState"], "Invited");
    let data = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
    let members: Vec<_> = data.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["$id", "AssureAdvantage", "Message"], "no packet yet");
    let invitation = &data["AssureAdvantage"][0]["CarrierDetails"]["LatestInvitation"];
    assert_eq!(invitation["InvitationRecipient"], email);
    assert_eq!(invitation["InvitedByUserName"], "brenda");
    assert_eq!(invitation["InvitationSentDate"], "2026-03-18T12:00:00");

    assert!(caller.sandbox.complete_packet(dot));
    assert_eq!(preview(&caller, dot).await["InProcessState"], "Completed");
    let data = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
    assert_eq!(data["DOTNumber"], dot);
    let window = [("fromDate", "2026-03-18T12:00:00"), ("toDate", "2026-03-18T12:00:00")];
    assert_eq!(caller.json("CompletedPackets", &window).await[0]["DOTNumber"], dot);

    caller.failure(400, "EmailPacketInvitation", &[("carrierEmail", "nonsense")]).await;
    caller.failure(400, "EmailPacketInvitation", &[]).await;
    caller.failure(404, "EmailPacketInvitation", &[("carrierEmail", "a@b.example"), ("dotNumber", "1")]).await;
}

#[tokio::test]
async fn a_vin_request_goes_to_a_phone_only() {
    let caller = Caller::small().await;
    let to_phone = [("deliveryOption", "2"), ("vinVerificationPhoneNumber", "555-0100"), ("dotNumber", "23868")];
    let answer = caller.send("RequestVINVerification", &to_phone).await;
    assert_eq!(answer.headers()["content-type"], "application/json; charset=utf-8");
    assert!(answer.text().await.unwrap().starts_with('"'));
    let with_id = [&to_phone[..], &[("outputVINVerificationRequestID", "true")]].concat();
    assert!(caller.json("RequestVINVerification", &with_id).await["VinVerificationRequestID"].is_i64());
    let vins = caller.json("GetCarrierVINVerifications", &[("DOTNumber", "23868")]).await;
    let requests = &vins["VINVerifications"].as_array().unwrap().last().unwrap()["Requests"];
    assert_eq!(requests.as_array().unwrap().len(), 2);

    let mail = [("deliveryOption", "1"), ("vinVerificationEmail", "a@b.example"), ("dotNumber", "23868")];
    assert!(caller.failure(400, "RequestVINVerification", &mail).await.contains("no longer supported"));
    caller.failure(400, "RequestVINVerification", &[("dotNumber", "23868")]).await;
    caller.failure(400, "RequestVINVerification", &to_phone[..1]).await;
}

#[tokio::test]
async fn relatives_share_a_phone() {
    let caller = Caller::small().await;
    let all = caller.sandbox.dot_numbers();
    let elder = preview(&caller, all[4]).await;
    let phone = elder["Phone"].as_str().unwrap();
    let found = caller.json("FindAssociatedCarriers", &[("phone", &format!("1{phone}"))]).await;
    assert_eq!(found["Success"], true);
    let list = found["AssociatedCarriers"].as_array().unwrap();
    assert_eq!(found["AssociatedCarriersCount"], list.len());
    let dots: Vec<_> = list.iter().map(|carrier| carrier["DOTNumber"].as_u64().unwrap()).collect();
    assert!(dots.contains(&all[4].into()) && dots.contains(&all[5].into()), "{dots:?}");

    let email = &preview(&caller, all[0]).await["Emails"][0]["Email"];
    let found = caller.json("FindAssociatedCarriers", &[("email", email.as_str().unwrap())]).await;
    assert_eq!(found["AssociatedCarriers"][0]["DOTNumber"], 23868);
    let none = caller.json("FindAssociatedCarriers", &[("email", "é@é-99999999999.example")]).await;
    assert_eq!(none["AssociatedCarriersCount"], 0);
    caller.failure(400, "FindAssociatedCarriers", &[]).await;
}
