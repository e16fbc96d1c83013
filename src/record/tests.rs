//! What is recorded, and what of it can be read afterwards.

use super::{Exchange, Recorder, redact};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Nothing of these may be in a file.
const CANARIES: [&str; 9] = ["Quill", "quill", "555-01", "987-65", "98-76", "9876543", "9900123", "s3cret", "Lantern"];

fn recorder(folder: &Path) -> Arc<Recorder> {
    Recorder::new(folder.to_owned(), jiff::Timestamp::UNIX_EPOCH)
}

fn begun(recorder: &Arc<Recorder>, url: &str) -> Exchange {
    let info = crate::Operation::PreviewCarrier.info();
    let mut request = reqwest::Request::new(http::Method::POST, url.parse().unwrap());
    request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_static("bearer s3cret"));
    *request.body_mut() = Some(r#"{"DOTNumber": 9900123, "Name": "Ada Quill"}"#.into());
    let mut exchange = recorder.begin(info, &request);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::SET_COOKIE, HeaderValue::from_static("s3cret=1"));
    exchange.answered(StatusCode::OK, &headers);
    exchange
}

fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn a_body_keeps_its_shape_and_nothing_else() {
    let answer = json!({
        "$id": "1", "CompanyName": "Prairie Lantern Freight LLC", "Phone": "(785) 555-0142", "Email": "ada.quill@carrier.example",
        "EIN": "98-7654321", "BankAccountNumber": "9876543210123", "DotNumber": 9_900_123, "CarrierID": 99_001_234_567_u64,
        "DocketNumber": "MC990123", "StatusDate": "2025-05-05T08:33:32.5971191", "Overall": "Acceptable", "Points": 0, "Rate": 2.5,
        "IsMonitored": true, "Other": null, "Authority": "Moderate", "Ada Quill": 1, "MC9900123": {"x": "Élan Quill"}, "None": "NA", "Empty": "", "When": "2026-03-18T08:30:00Z"
    });
    let shaped = redact::body(&answer);
    let expected = json!({
        "$id": "1", "CompanyName": "Xxxxxxx Xxxxxxx Xxxxxxx XXX", "Phone": "(111) 111-1111", "Email": "xxx.xxxxx@xxxxxxx.xxxxxxx",
        "EIN": "11-1111111", "BankAccountNumber": "1111111111111", "DotNumber": 1_111_111, "CarrierID": 4_000_000_000_u64,
        "DocketNumber": "MC111111", "StatusDate": "2025-05-05T08:33:32.5971191", "Overall": "Acceptable", "Points": 0, "Rate": 1.5,
        "IsMonitored": true, "Other": null, "Authority": "Moderate", "None": "NA", "Empty": "", "When": "1111-11-11T11:11:11Z"
    });
    let mut rest = shaped.as_object().unwrap().clone();
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(rest.remove(name).as_ref(), Some(value), "{name}");
    }
    assert_eq!(rest.len(), 2, "the two names that are data: {rest:?}");
    assert!(rest.keys().all(|name| name.starts_with("(name ")), "{rest:?}");
    let text = shaped.to_string();
    assert!(CANARIES.iter().all(|canary| !text.contains(canary)), "{text}");
}

#[test]
fn every_name_of_the_document_is_kept() {
    let answer: Vec<Value> =
        crate::Operation::all().iter().flat_map(|info| info.fields).map(|name| json!({ *name: 1 })).collect();
    assert!(answer.len() > 100);
    for one in answer {
        assert_eq!(redact::body(&one).as_object().unwrap().keys().next(), one.as_object().unwrap().keys().next());
    }
}

#[test]
fn an_address_keeps_its_names() {
    let cases = [
        (
            "https://api.example/api/v1/Carrier/PreviewCarrier?DOTNumber=9900123&docketNumber=MC990123",
            "/api/v1/Carrier/PreviewCarrier",
            "/api/v1/Carrier/PreviewCarrier?DOTNumber=1111111&docketNumber=MC111111",
        ),
        (
            "https://quill.example/base/api/x?pageNumber=2&fromDate=2026-03-18T08%3A30%3A00",
            "/api/x",
            "/api/x?pageNumber=2&fromDate=2026-03-18T08%3A30%3A00",
        ),
        (
            "https://portal.example/api/Download/CarrierPacket/9900123",
            "/api/Download/CarrierPacket/{DOTNumber}",
            "/api/Download/CarrierPacket/1111111",
        ),
        (
            "https://api.example/api/Other/9900123?api_key=s3cret&password=s3cret&9900123=1",
            "",
            "/api/Other/1111111?api_key=%28left+out%29&password=%28left+out%29&%28left+out%29=1",
        ),
    ];
    for (url, template, expected) in cases {
        assert_eq!(redact::url(&url.parse().unwrap(), template), expected);
    }
}

#[tokio::test]
async fn an_exchange_is_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("a/b");
    let recorder = recorder(&inner);
    let address = "https://api.example/api/v1/Carrier/PreviewCarrier?DOTNumber=9900123";
    let mut good = begun(&recorder, address);
    good.body(Bytes::from_static(br#"[{"CompanyName": "Prairie Lantern"}]"#));
    good.keep(None).await;
    begun(&recorder, address).keep(Some(br#"{"Message": "No Quill."}"#)).await;
    let mut damaged = begun(&recorder, address);
    damaged.body(Bytes::from_static(br#"[{"CompanyName": "Quill"#));
    damaged.keep(None).await;
    begun(&recorder, address).keep(None).await;

    let files = files(&inner);
    let lines: Vec<Value> = files.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let responses: Vec<_> = lines.iter().map(|line| &line["response"]).collect();
    assert_eq!(responses[0]["body"], json!([{"CompanyName": "Xxxxxxx Xxxxxxx"}]));
    assert_eq!(responses[1]["body"], json!({"Message": "Xx Xxxxx."}));
    assert_eq!(responses[2]["text"], "(not JSON)");
    assert!(responses[3].get("body").is_none() && responses[3].get("text").is_none());
    for (line, text) in lines.iter().zip(&files) {
        assert_eq!(line["request"]["body"], json!({"DOTNumber": 1_111_111, "Name": "Xxx Xxxxx"}));
        assert_eq!(line["response"]["status"], 200);
        assert!(text.ends_with("}\n") && text.matches('\n').count() == 1);
        assert!(CANARIES.iter().all(|canary| !text.contains(canary)), "{text}");
    }
    let names: Vec<_> =
        fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| name.ends_with(".json")), "{names:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_fails_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let recorder = recorder(&file);
    begun(&recorder, "https://api.example/").keep(None).await;
    assert!(recorder.warned.load(std::sync::atomic::Ordering::Relaxed));
}

#[tokio::test]
async fn no_more_is_recorded_than_allowed() {
    let folder = tempfile::tempdir().unwrap();
    for (files_so_far, bytes, expected) in
        [(super::MOST_FILES, 0, 0), (0, super::MOST_BYTES, 0), (super::MOST_FILES - 1, 0, 1)]
    {
        let recorder = recorder(folder.path());
        recorder.files.store(files_so_far, std::sync::atomic::Ordering::Relaxed);
        recorder.bytes.store(bytes, std::sync::atomic::Ordering::Relaxed);
        begun(&recorder, "https://api.example/").keep(None).await;
        assert_eq!(files(folder.path()).len(), expected, "{files_so_far} {bytes}");
    }
    let large = recorder(folder.path());
    let mut exchange = begun(&large, "https://api.example/");
    exchange.body(Bytes::from(format!("\"{}\"", "q".repeat(super::LARGEST_BODY))));
    exchange.keep(None).await;
    let last = files(folder.path()).pop().unwrap();
    assert!(last.len() < 1000 && !last.contains("\"body\":\""), "{} bytes", last.len());
}
