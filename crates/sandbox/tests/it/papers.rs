//! What documents say is what the answers say, for every carrier, and every page is marked.

use std::collections::BTreeSet;
use std::time::Duration;

use mycarrierpackets_sandbox::Sandbox;
use serde_json::Value;

use crate::reading::{letters, pages, picture};
use crate::values::resolved;
use crate::{Caller, noon, portal};

const DAY: Duration = Duration::from_secs(86_400);

async fn still() -> Caller {
    Caller::start(Sandbox::builder().carriers(120).fixed_time(noon()).token_lifetime(4000 * DAY)).await
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// `03/18/2026`, of a date of the API.
fn day(value: &Value) -> String {
    let text = value.as_str().unwrap();
    format!("{}/{}/{}", &text[5..7], &text[8..10], &text[..4])
}

/// All that a document shows, after what holds of every page was checked.
fn read(bytes: &[u8]) -> String {
    let pages = pages(bytes);
    let mut whole = String::new();
    for (n, page) in pages.iter().enumerate() {
        let text: Vec<_> = page.iter().map(|own| own.text.as_str()).collect();
        assert!(page.iter().all(|own| (30.0..590.0).contains(&own.x) && (15.0..780.0).contains(&own.y)), "{page:?}");
        let text = text.join(" ");
        assert!(text.contains("SPECIMEN Made by a sandbox. Everything in it is invented."), "{text}");
        assert!(text.contains(&format!("Page {} of {}", n + 1, pages.len())), "{text}");
        whole.push_str(&text);
        whole.push('\n');
    }
    whole
}

#[track_caller]
fn shows(text: &str, value: &Value) {
    let Some(value) = value.as_str() else { return };
    // A line ends where the space between two words was.
    let plain = value.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(&plain), "{value:?} is not in {text}");
}

async fn document(caller: &Caller, name: &Value) -> Vec<u8> {
    let name = name.as_str().unwrap();
    let answer = caller.send("GetDocument", &[("name", name)]).await;
    assert_eq!(answer.status(), 200, "{name}");
    answer.bytes().await.unwrap().to_vec()
}

async fn record(caller: &Caller, dot: u32) -> Value {
    resolved(&caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await)
}

fn certificates(record: &Value) -> &[Value] {
    array(&record["AssureAdvantage"][0]["CarrierDetails"]["CertData"]["Certificate"])
}

/// The text of a certificate of an answer, which has what the answer says and no other policy.
fn certificate(text: &str, own: &Value, names: [&str; 6]) {
    let [coverages, number, kind, insurer, expires, limit] = names;
    let rows = array(&own[coverages]);
    for row in rows {
        shows(text, &row[kind]);
        shows(text, &row[insurer]);
        let line = format!("{} ", row[number].as_str().unwrap());
        let (_, after) = text.split_once(&line).unwrap_or_else(|| panic!("{line} is not in {text}"));
        let dates: Vec<&str> = after.split(' ').take(2).collect();
        assert_eq!(dates[1], day(&row[expires]), "{after}");
        let dollars = format!("$ {}", row[limit].as_str().unwrap());
        assert!(after[..after.len().min(120)].contains(&dollars), "{dollars} is not next to {line} in {text}");
    }
    assert_eq!(text.matches("TEST-").count(), rows.len(), "{text}");
}

const DETAILS: [&str; 6] = ["Coverage", "policyNumber", "type", "insurerName", "expirationDate", "coverageLimit"];
const PREVIEW: [&str; 6] = ["Coverages", "PolicyNumber", "Type", "InsurerName", "ExpirationDate", "CoverageLimit"];

#[tokio::test]
async fn certificates_say_what_every_operation_says() {
    let caller = still().await;
    let bulk = resolved(&caller.json("MonitoredCarrierData", &[("pageSize", "500")]).await);
    let mut compared = 0;
    for dot in &caller.sandbox.dot_numbers()[..60] {
        let record = record(&caller, *dot).await;
        let details = &record["AssureAdvantage"][0]["CarrierDetails"];
        let preview = resolved(&caller.json("PreviewCarrier", &[("DOTNumber", &*dot.to_string())]).await);
        let number = dot.to_string();
        let listed = array(&bulk["data"]).iter().find(|own| own["dotNumber"]["Value"] == *number);
        let listed = listed.unwrap_or_else(|| panic!("{dot} is monitored"));
        let own = |value: &Value, list: &str, n: usize| value["CertData"][list][n].clone();
        for (n, certified) in certificates(&record).iter().enumerate() {
            let bytes = document(&caller, &certified["BlobName"]).await;
            assert_eq!(bytes, document(&caller, &certified["BlobName"]).await, "the same bytes");
            let text = read(&bytes);
            certificate(&text, certified, DETAILS);
            certificate(&text, &own(listed, "Certificate", n), DETAILS);
            certificate(&text, &own(&preview[0], "Certificates", n), PREVIEW);
            let parts = ["Name", "Address", "City", "State", "Zip", "Phone", "Fax", "Email"];
            parts.iter().for_each(|part| shows(&text, &certified[format!("producer{part}")]));
            shows(&text, &certified["certificateID"]);
            for row in array(&certified["Coverage"]) {
                shows(&text, &row["insurerAMBestRating"]);
                let refer = row["referBreakDeduct"].as_str().filter(|own| !own.is_empty());
                assert!(refer.is_none_or(|own| text.contains(&format!("BREAKDOWN DEDUCTIBLE $ {own}"))), "{text}");
                assert!(text.contains(&format!("DEDUCTIBLE $ {}", row["deductable"].as_str().unwrap())));
                if row["cancellationDate"] != "" {
                    assert!(text.contains(&format!("cancelled as of {}", day(&row["cancellationDate"]))), "{text}");
                }
            }
            for policy in array(&details["FMCSAInsurance"]["PolicyList"]) {
                let began = [policy["policyNumber"].as_str().unwrap(), " ", &day(&policy["effectiveDate"])].concat();
                assert!(text.contains(&began) || !text.contains(&began[..10]), "{began}");
            }
            for field in ["legalName", "businessStreet", "businessCity", "businessZipCode"] {
                shows(&text, &details["Identity"][field]);
            }
            assert!(text.contains("Example Brokerage LLC 1 Placeholder Rd Chicago, IL 60606"), "the holder");
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared}");
}

#[tokio::test]
async fn agreements_forms_and_packets_say_what_the_record_says() {
    let caller = still().await;
    let portal = crate::documents::Portal::of(&caller).await;
    let (mut agreements, mut forms) = (0, 0);
    for dot in &caller.sandbox.dot_numbers()[..120] {
        let record = record(&caller, *dot).await;
        if record["CarrierW9Forms"].is_null() {
            assert_eq!(portal.packet(&dot.to_string()).await.status(), 404);
            continue;
        }
        let packet = portal.packet(&dot.to_string()).await.bytes().await.unwrap();
        assert_eq!(packet, portal.packet(&dot.to_string()).await.bytes().await.unwrap());
        let packet = read(&packet);
        let listed = resolved(&caller.json("GetCarrierContacts", &[("DOTNumber", &*dot.to_string())]).await);
        for person in array(&listed["Carrier"]["Contacts"]) {
            let name = format!("{} {}", person["FirstName"].as_str().unwrap(), person["LastName"].as_str().unwrap());
            shows(&packet, &name.into());
            shows(&packet, &person["Email"]);
        }
        let identity = &record["AssureAdvantage"][0]["CarrierDetails"]["Identity"];
        for (n, own) in array(&record["CarrierCustomerAgreements"]).iter().enumerate() {
            let text = read(&document(&caller, &own["CarrierCustomerAgreementImages"][0]["BlobName"]).await);
            for text in std::iter::once(&text).chain((n == 0).then_some(&packet)) {
                for name in ["Person", "PersonTitle", "PersonEmail", "PersonPhoneNumber"] {
                    shows(text, &own[format!("Signature{name}")]);
                }
                shows(text, &own["CustomerAgreement"]["AgreementName"]);
                shows(text, &identity["legalName"]);
                let at = own["SignatureDate"].as_str().unwrap();
                assert!(text.contains(&format!("{} {} UTC", day(&own["SignatureDate"]), &at[11..19])), "{at} {text}");
                assert!(text.contains(&format!("IP address {}", own["IPAddress"].as_str().unwrap())));
                if let (Some(lat), Some(lng)) = (own["GeoLocLat"].as_f64(), own["GeoLocLng"].as_f64()) {
                    assert!(text.contains(&format!("{lat:.2}, {lng:.2} (")), "{text}");
                }
            }
            agreements += 1;
        }
        let own = &record["CarrierW9Forms"][0];
        let form = read(&document(&caller, &own["CarrierW9FormImages"][0]["BlobName"]).await);
        for text in [&form, &packet] {
            for field in ["FullName", "BusinessName", "Address", "CityStateZipCode", "SSN", "EIN", "SignaturePerson"] {
                shows(text, &own[field]);
            }
            for (field, name) in [
                ("IndividualOrSingleMemberLLC", "Individual"),
                ("CCorporation", "C corporation"),
                ("SCorporation", "S corporation"),
                ("Partnership", "Partnership"),
                ("LimitedLiabilityCompany", "Limited liability"),
            ] {
                assert_eq!(text.contains(&format!(" X {name}")), own[field] == true, "{name} in {text}");
            }
            assert!(text.contains(&day(&own["SignatureDate"])));
        }
        forms += 1;
        for own in certificates(&record) {
            array(&own["Coverage"]).iter().for_each(|row| shows(&packet, &row["policyNumber"]));
        }
        let payment = &record["CarrierPaymentInfo"];
        shows(&packet, &payment["BankName"]);
        shows(&packet, &payment["FactoringCompanyName"]);
        let account = payment["BankAccountNumber"].as_str().unwrap();
        assert!(packet.contains(&format!("ends in {}", &account[account.len() - 4..])) && !packet.contains(account));
        assert!(!packet.contains(payment["BankRoutingNumber"].as_str().unwrap()), "{packet}");
    }
    assert!(agreements > forms && forms > 20, "{agreements} {forms}");
}

#[tokio::test]
async fn an_agreement_that_nobody_signed_names_no_carrier() {
    let caller = still().await;
    let record = record(&caller, 23868).await;
    let own = &record["CarrierCustomerAgreements"][0];
    let text = read(&document(&caller, &own["CustomerAgreement"]["BlobName"]).await);
    assert!(text.contains("Unsigned.") && text.contains("The company that signs below"), "{text}");
    assert!(!text.contains("Sample Trucking") && !text.contains(own["SignaturePerson"].as_str().unwrap()));
    assert!(text.contains("Example Brokerage LLC"));
}

#[tokio::test]
async fn whoever_signs_on_the_portal_is_on_the_paper_in_any_letters() {
    let caller = Caller::start(portal::still()).await;
    let url = format!("{}/{}/Carrier/Intellivite/demo/23868", caller.sandbox.portal_url(), portal::KEY);
    let title = "Właścicielka (\\ & \"CEO\") – 100 €";
    for name in ["Łucja Żółć-Ñandú O’Éclair", "Пётр Грузовиков", "漢字"] {
        let page = portal::Page::get(&caller.client, &url).await;
        let done = portal::post(&caller.client, &url, &page, &[("name", name), ("title", title)]).send().await.unwrap();
        assert_eq!(done.status(), 200);
        let record = record(&caller, 23868).await;
        let own = &record["CarrierCustomerAgreements"][0];
        assert_eq!((&own["SignaturePerson"], &own["SignaturePersonTitle"]), (&name.into(), &title.into()));
        let bytes = document(&caller, &own["CarrierCustomerAgreementImages"][0]["BlobName"]).await;
        let text = read(&bytes).replace('\u{92}', "’").replace('\u{96}', "–").replace('\u{80}', "€");
        assert!(text.contains(&format!("Name {name} Title {title} Company")), "{text}");
        // A page on which a letter is not what it is says so.
        assert_eq!(text.contains("is shown as ?"), !name.starts_with('Ł'), "{text}");
        assert_eq!(text.contains("03/18/2026 12:00:00 UTC"), own["SignatureDate"] == "2026-03-18T12:00:00");
    }
}

#[tokio::test]
async fn a_photo_shows_the_number_of_its_verification() {
    let caller = still().await;
    let mut plates = BTreeSet::new();
    for dot in &caller.sandbox.dot_numbers()[..60] {
        let query = [("DOTNumber", &*dot.to_string())];
        let phone = ("vinVerificationPhoneNumber", "(312) 555-0142");
        caller.json("RequestVINVerification", &[query[0], phone, ("deliveryOption", "2")]).await;
    }
    caller.sandbox.advance(2 * DAY);
    for dot in &caller.sandbox.dot_numbers()[..60] {
        let answer = caller.json("GetCarrierVINVerifications", &[("DOTNumber", &*dot.to_string())]).await;
        for own in array(&resolved(&answer)["VINVerifications"]) {
            for request in array(&own["Requests"]).iter().filter(|request| !request["ImageBlobName"].is_null()) {
                let photo = picture(&document(&caller, &request["ImageBlobName"]).await);
                assert_eq!(letters(&photo, (48, 64), 4, 17), own["VIN"].as_str().unwrap());
                let plate = letters(&photo, (192, 234), 4, 8);
                assert!(plate.starts_with("SBX ") && plate[4..].parse::<u32>().is_ok(), "{plate}");
                plates.insert(plate);
            }
        }
    }
    assert!(plates.len() > 80, "{}", plates.len());
}

#[tokio::test]
async fn the_name_of_an_older_certificate_opens_that_certificate() {
    let caller = Caller::start(Sandbox::builder().carriers(60).fixed_time(noon()).token_lifetime(4000 * DAY)).await;
    let mut before = Vec::new();
    for dot in &caller.sandbox.dot_numbers()[..60] {
        before.extend(certificates(&record(&caller, *dot).await).iter().map(|own| (*dot, own.clone())));
    }
    caller.sandbox.advance(400 * DAY);
    let mut replaced = 0;
    for (dot, own) in &before {
        let text = read(&document(&caller, &own["BlobName"]).await);
        for row in array(&own["Coverage"]) {
            shows(&text, &row["policyNumber"]);
            assert!(text.contains(&day(&row["expirationDate"])), "{row} {text}");
        }
        let record = record(&caller, *dot).await;
        let now: Vec<_> = certificates(&record).iter().map(|own| &own["BlobName"]).collect();
        replaced += usize::from(!now.contains(&&own["BlobName"]));
    }
    assert!(replaced > before.len() * 9 / 10, "{replaced} of {}", before.len());
}

#[tokio::test]
async fn a_certificate_that_was_amended_keeps_its_earlier_names() {
    for activity in [1, 2000] {
        let builder = Sandbox::builder().carriers(20).activity(activity).fixed_time(noon());
        let caller = Caller::start(builder).await;
        let mut given = Vec::new();
        for _ in 0..16 {
            let own = certificates(&record(&caller, 23868).await)[0].clone();
            given.push((own["BlobName"].clone(), own));
            assert!(caller.sandbox.change_carrier(23868));
        }
        given.dedup_by_key(|(name, _)| name.clone());
        assert!(given.len() > 3, "of some changes it is the insurance: {}", given.len());
        for (name, own) in &given {
            let text = read(&document(&caller, name).await);
            certificate(&text, own, DETAILS);
            for row in array(&own["Coverage"]) {
                assert!(
                    text.contains(&format!("DEDUCTIBLE $ {}", row["deductable"].as_str().unwrap())),
                    "{row} {text}"
                );
            }
        }
    }
}
