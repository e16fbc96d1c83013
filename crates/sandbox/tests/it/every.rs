//! All 26 operations, each with a good request.

use crate::Caller;

#[tokio::test]
async fn every_operation_answers_a_good_request() {
    let caller = Caller::small().await;
    let carrier = [("DOTNumber", "23868"), ("docketNumber", "MC113843")];
    let window = [("fromDate", "2026-01-01T00:00:00"), ("toDate", "2026-01-02T00:00:00")];
    let data = caller.json("GetCarrierData", &carrier).await;
    let blob = data["CarrierW9Forms"][0]["CarrierW9FormImages"][0]["BlobName"].as_str().unwrap();
    let cases: &[(&str, crate::Query<'_>)] = &[
        ("BlockCarrier", &carrier),
        ("BlockedCarriers", &[]),
        ("CancelMonitoring", &carrier),
        ("CarriersChanges", &window),
        ("CompletedPackets", &window),
        ("EmailPacketInvitation", &[("carrierEmail", "a@b.example"), ("dotNumber", "23868")]),
        ("FindAssociatedCarriers", &[("phone", "(312) 555-0142")]),
        ("GetCarrierContacts", &carrier),
        ("GetCarrierData", &carrier),
        ("GetCarrierIncidentReports", &carrier),
        ("GetCarrierRiskAssessment", &carrier),
        ("GetCarrierVINVerifications", &carrier),
        ("GetDocument", &[("name", blob)]),
        ("GetMonitoredCarrierContactsData", &[]),
        ("GetMonitoredCarriersRiskAssessment", &[]),
        ("GetUpdatedFactoringCompanies", &window),
        ("MonitoredCarrierData", &[]),
        ("MonitoredCarriers", &[]),
        ("PreviewCarrier", &carrier),
        ("RequestMonitoring", &carrier),
        ("RequestUserVerification", &[("userVerificationEmail", "a@b.example")]),
        (
            "RequestVINVerification",
            &[("deliveryOption", "2"), ("vinVerificationPhoneNumber", "555-0100"), ("dotNumber", "23868")],
        ),
        ("UnblockCarrier", &carrier),
    ];
    assert_eq!(cases.len(), 23);
    for (operation, query) in cases {
        let answer = caller.send(operation, query).await;
        assert_eq!(answer.status(), 200, "{operation}");
        if *operation != "GetDocument" {
            let body = answer.bytes().await.unwrap();
            assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok(), "{operation}");
        }
    }
    let portal = caller.sandbox.portal_url();
    let query = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
    let answer = caller.client.get(format!("{portal}/api/token")).query(&query).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let answer: serde_json::Value = answer.json().await.unwrap();
    let packet = caller.client.get(format!("{portal}/api/Download/CarrierPacket/23868"));
    let packet = packet.bearer_auth(answer["access_token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(packet.status(), 200);
    assert_eq!(caller.sandbox.count("token"), 1);
    assert!(caller.sandbox.requests().iter().all(|request| request.status == Some(200)));
}
