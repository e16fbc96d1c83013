//! The shapes on which the sources disagree: whichever of them comes, the call returns the same.

use super::*;
use Operation as Op;

const RISK: &str = r#"{"DOTNumber":23868,"DocketNumber":"MC113843","RiskAssessmentDetails":{"TotalPoints":5}}"#;
const CONTACTS: &str = r#"{"Success":true,"Carrier":{"DOTNumber":23868,"Contacts":[{"FirstName":"John"}]}}"#;
const PREVIEW: &str = r#"{"CarrierID":12345,"DotNumber":23868,"CertData":{"Status":"Current","Certificates":[]}}"#;
const CHANGE: &str = r#"{"ChangeCategories":["Insurance"],"CarrierDetails":{"docketNumber":"MC113843"}}"#;

fn array(object: &str) -> String {
    format!("[{object}]")
}

fn values(object: &str) -> String {
    format!(r#"{{"$id":"1","$values":[{object}]}}"#)
}

#[tokio::test]
async fn an_object_or_an_array_of_it() {
    let object = |json: &str| -> Value { serde_json::from_str(json).unwrap() };
    let (preview, risk, change) = (object(PREVIEW), object(RISK), object(CHANGE));
    let carrier = object(CONTACTS)["Carrier"].clone();
    let data = json!({"DOTNumber": 23868, "LegalName": "Sample Trucking LLC"});
    let bare_risk = json!({"RiskAssessmentDetails": {"TotalPoints": 5}});
    let wrapped =
        format!(r#"{{"$id":"1","FromDate":"2026-03-18T08:00:00","CarrierCount":1,"CarrierList":[{CHANGE}]}}"#);
    let page = format!(r#"{{"pageNumber":1,"totalPages":1,"succeeded":true,"data":[{RISK}]}}"#);
    let cases = [
        (Op::PreviewCarrier, "seed: an object", PREVIEW.to_owned(), &preview),
        (Op::PreviewCarrier, "observed: an array", array(PREVIEW), &preview),
        (Op::PreviewCarrier, "Json.NET: an array under $values", values(PREVIEW), &preview),
        (Op::PreviewCarrier, "a byte order mark before it", format!("\u{feff}\r\n{}", array(PREVIEW)), &preview),
        (Op::GetCarrierContacts, "seed, observed: an object", CONTACTS.to_owned(), &carrier),
        (Op::GetCarrierContacts, "published: an array", array(CONTACTS), &carrier),
        (Op::GetCarrierRiskAssessment, "seed: an object", bare_risk.to_string(), &bare_risk),
        (Op::GetCarrierRiskAssessment, "published: an array", array(RISK), &risk),
        (Op::GetCarrierRiskAssessment, "Json.NET: an array under $values", values(RISK), &risk),
        (Op::GetCarrierData, "an object", data.to_string(), &data),
        (Op::GetCarrierData, "an array of one", array(&data.to_string()), &data),
        (Op::CompletedPackets, "a single one", data.to_string(), &data),
        (Op::CarriersChanges, "published: a wrapper", wrapped.clone(), &change),
        (Op::CarriersChanges, "seed: the items alone", array(CHANGE), &change),
        (Op::CarriersChanges, "a wrapper in an array", array(&wrapped), &change),
        (Op::GetMonitoredCarriersRiskAssessment, "published: a page", page.clone(), &risk),
        (Op::GetMonitoredCarriersRiskAssessment, "a page in an array", array(&page), &risk),
        (Op::GetMonitoredCarriersRiskAssessment, "the items alone", array(RISK), &risk),
    ];
    let bench = Bench::new().await;
    for (operation, shape, body, expected) in cases {
        let read = bench.served(operation, &body).await.unwrap_or_else(|error| panic!("{operation}, {shape}: {error}"));
        let (read, expected) = (plain_records(operation.info(), &read), std::slice::from_ref(expected));
        // A list of completed packets knows fewer fields than a carrier.
        assert_eq!(read, plain_records(operation.info(), expected), "{operation}, {shape}");
    }
}

#[tokio::test]
async fn several_where_one_is_expected_or_none() {
    let two = format!("[{PREVIEW},{PREVIEW}]");
    use mycarrierpackets::ErrorKind::{NotFound, UnexpectedAnswer};
    let cases = [
        (Op::PreviewCarrier, "[]", NotFound),
        (Op::PreviewCarrier, "null", UnexpectedAnswer),
        (Op::PreviewCarrier, two.as_str(), UnexpectedAnswer),
        (Op::GetCarrierRiskAssessment, "[]", NotFound),
        (Op::GetCarrierContacts, "[]", NotFound),
        (Op::GetCarrierContacts, r#"{"Success":false,"Message":"No such carrier."}"#, NotFound),
        (Op::GetCarrierData, "[]", NotFound),
        (Op::GetCarrierData, "null", UnexpectedAnswer),
        (Op::GetCarrierData, "[{},{}]", UnexpectedAnswer),
    ];
    let bench = Bench::new().await;
    for (operation, body, kind) in cases {
        let error = bench.served(operation, body).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, Some(operation)), "{body}: {error}");
    }
    for operation in [Op::MonitoredCarriers, Op::BlockedCarriers, Op::CompletedPackets, Op::CarriersChanges] {
        let read = bench.served(operation, "[]").await;
        assert_eq!(read.unwrap_or_else(|e| panic!("{operation}: {e}")), Vec::<Value>::new(), "{operation}");
        for body in ["null", "{}", "", r#"{"Message":"Try later."}"#] {
            let error = bench.served(operation, body).await.unwrap_err();
            assert!(error.is_transient(), "{operation}, {body:?}: nobody knows whether the list is empty: {error}");
        }
    }
}

#[tokio::test]
async fn infractions_are_texts_or_objects_wherever_they_occur() {
    let texts = r#"{"OverallRating":"Warning","Infractions":["Recent inspection violation"]}"#;
    let objects = r#"{"$id":"9","OverallRating":"Warning","Infractions":[{"$id":"10","RuleText":"Recent inspection violation"}]}"#;
    let places = [
        (Op::PreviewCarrier, r#"[{"RiskAssessmentDetails":{"Safety":HERE}}]"#, "/RiskAssessmentDetails/Safety"),
        (
            Op::GetCarrierRiskAssessment,
            r#"[{"RiskAssessmentDetails":{"Safety":HERE}}]"#,
            "/RiskAssessmentDetails/Safety",
        ),
        (Op::GetCarrierData, r#"{"RiskAssessmentDetails":{"Other":HERE}}"#, "/RiskAssessmentDetails/Other"),
        (
            Op::GetCarrierData,
            r#"{"AssureAdvantage":[{"CarrierDetails":{"RiskAssessmentDetails":{"Insurance":HERE}}}]}"#,
            "/AssureAdvantage/0/CarrierDetails/RiskAssessmentDetails/Insurance",
        ),
        (
            Op::MonitoredCarrierData,
            r#"{"data":[{"RiskAssessmentDetails":{"Authority":HERE}}]}"#,
            "/RiskAssessmentDetails/Authority",
        ),
        (
            Op::GetMonitoredCarriersRiskAssessment,
            r#"{"data":[{"RiskAssessmentDetails":{"Operation":HERE}}]}"#,
            "/RiskAssessmentDetails/Operation",
        ),
        (
            Op::CarriersChanges,
            r#"{"CarrierList":[{"CarrierDetails":{"RiskAssessmentDetails":{"Safety":HERE}}}]}"#,
            "/CarrierDetails/RiskAssessmentDetails/Safety",
        ),
    ];
    let expected = json!({"OverallRating": "Warning", "Infractions": [{"RuleText": "Recent inspection violation"}]});
    let bench = Bench::new().await;
    for (operation, body, place) in places {
        for shape in [texts, objects] {
            let read = bench.served(operation, body.replace("HERE", shape)).await.unwrap();
            assert_eq!(read[0].pointer(place), Some(&expected), "{operation}: {shape}");
        }
    }
}

#[tokio::test]
async fn carrier_data_has_the_guides_fields_or_the_published_ones() {
    let seed = json!({
        "DocketNumber": "MC113843", "Street": "1 Sample Street", "ZipCode": "67401", "Status": "Active",
        "RiskAssessmentDetails": {"Overall": "Low", "Authority": "Pass"},
    });
    let published = json!({
        "MCNumber": "MC113843", "Address1": "1 Sample Street", "Zipcode": "67401",
        "AssureAdvantage": [{"CarrierDetails": {"RiskAssessmentDetails": {"OverallRating": "Acceptable"}}}],
    });
    let without_packet =
        json!({"Message": "No packet.", "AssureAdvantage": [{"CarrierDetails": {"isMonitored": false}}]});
    let bench = Bench::new().await;
    for body in [seed, published, without_packet] {
        let read = bench.served(Op::GetCarrierData, &body).await.unwrap();
        assert_eq!(plain_records(Op::GetCarrierData.info(), &read), plain_records(Op::GetCarrierData.info(), &[body]));
    }
}

#[tokio::test]
async fn a_text_an_object_or_nothing() {
    let text = |kind: &str, body: &str| Reply::new(200, kind, body);
    let sent = |message: &str| json!({"Message": message});
    let both = [Op::EmailPacketInvitation, Op::RequestUserVerification];
    let undocumented = [
        ("a JSON text", Reply::json("\"Sent.\""), json!("Sent.")),
        ("plain text", text("text/plain", "Sent."), json!("Sent.")),
        ("plain text of no type", text("", "Sent."), json!("Sent.")),
        ("an object", Reply::json(r#"{"$id":"1","Message":"Sent."}"#), json!({"$id": "1", "Message": "Sent."})),
        ("no body", Reply::json(""), Value::Null),
        ("no body and no type", text("", ""), Value::Null),
        ("204", Reply::new(204, "", ""), Value::Null),
        ("null", Reply::json("null"), Value::Null),
        ("true", Reply::json("true"), json!(true)),
        ("an empty array", Reply::json("[]"), json!([])),
    ];
    let bench = Bench::new().await;
    for (shape, reply, expected) in undocumented {
        for operation in both {
            let read = bench.replied(operation, reply.clone()).await;
            let read = read.unwrap_or_else(|error| panic!("{operation}, {shape}: {error}"));
            assert_eq!(read, std::slice::from_ref(&expected), "{operation}, {shape}");
        }
    }
    let documented = [
        ("a JSON text", Reply::json("\"Sent.\""), sent("Sent.")),
        ("plain text", text("text/plain", "Sent to (785) 555-0144."), sent("Sent to (785) 555-0144.")),
        ("an object", Reply::json(r#"{"$id":"1","Message":"Sent."}"#), sent("Sent.")),
        ("an array of it", Reply::json(r#"[{"Message":"Sent."}]"#), sent("Sent.")),
        ("no body", text("", ""), json!({})),
        ("null", Reply::json("null"), json!({})),
    ];
    for (shape, reply, expected) in documented {
        for operation in [Op::RequestVinVerification, Op::BlockCarrier, Op::UnblockCarrier] {
            let read = bench.replied(operation, reply.clone()).await;
            // Nothing does not say that a carrier is blocked; that a message was sent is what its status says.
            if expected == json!({}) && operation != Op::RequestVinVerification {
                assert!(read.unwrap_err().is_transient(), "{operation}, {shape}");
                continue;
            }
            let read = read.unwrap_or_else(|error| panic!("{operation}, {shape}: {error}"));
            assert_eq!(read, std::slice::from_ref(&expected), "{operation}, {shape}");
        }
    }
    let numbered = bench.served(Op::RequestVinVerification, r#"{"VinVerificationRequestID":40172}"#).await.unwrap();
    assert_eq!(numbered, [json!({"VinVerificationRequestID": 40172})]);
}

#[tokio::test]
async fn the_words_of_an_undocumented_answer() {
    let bench = Bench::new().await;
    for (body, words) in
        [("\"Sent.\"", Some("Sent.")), (r#"{"Message":"Sent."}"#, Some("Sent.")), ("", None), ("\"\"", None)]
    {
        *bench.reply.lock().unwrap() = Reply::json(body);
        let sent = bench.client.invitations().send(&Invitation::to("ada@carrier.example")).await.unwrap();
        assert_eq!(sent.message(), words, "{body}");
    }
}

#[tokio::test]
async fn a_document_is_its_bytes() {
    let bench = Bench::new().await;
    let blob = mycarrierpackets::types::BlobName::new("certificate-image/7d1c0a44.pdf").unwrap();
    for kind in ["application/pdf", "image/png", "application/octet-stream", ""] {
        let bytes = b"%PDF-1.4 \xff\x00 {\"$ref\":\"1\"} %%EOF";
        *bench.reply.lock().unwrap() = Reply::new(200, kind, &bytes[..]);
        let download = bench.client.documents().get(&blob).await.unwrap();
        assert_eq!(&download.bytes().await.unwrap()[..], bytes, "{kind}");
    }
}
