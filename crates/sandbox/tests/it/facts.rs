//! One carrier has one record of facts: what several operations show of it is the same in all of them, at any time.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::shown::{DAY, Looker, Place, value};

/// A fact and all places that show it. `D`: MonitoredCarrierData; `P`: PreviewCarrier; `K`: GetCarrierData;
/// `C`: GetCarrierContacts; `R`: GetCarrierRiskAssessment; `I`: GetCarrierIncidentReports; `A`: the same among all in
/// GetMonitoredCarriersRiskAssessment; `B`: in GetMonitoredCarrierContactsData; `M`: in MonitoredCarriers; `W`: the webhook
/// of a completed packet.
const FACTS: [(&str, &[Place]); 67] = [
    (
        "DOT number",
        &[
            "D/dotNumber/Value",
            "P/DotNumber",
            "K/DOTNumber",
            "C/Carrier/DOTNumber",
            "R/DOTNumber",
            "I/DOTNumber",
            "A/DOTNumber",
            "B/DOTNumber",
            "M/DOTNumber",
            "W/carrier/dotNumber",
        ],
    ),
    (
        "docket",
        &[
            "D/docketNumber",
            "P/DocketNumber",
            "K/MCNumber",
            "C/Carrier/DocketNumber",
            "R/DocketNumber",
            "I/DocketNumber",
            "A/DocketNumber",
            "B/DocketNumber",
            "M/DocketNumber",
            "W/carrier/docketNumber",
        ],
    ),
    (
        "legal name",
        &[
            "D/Identity/legalName",
            "P/CompanyName",
            "K/LegalName",
            "K/CarrierW9Forms/0/FullName",
            "K/CarrierTINMatchings/0/TINName",
            "K/CarrierPaymentInfo/BankAccountName",
            "K/CarrierBank/CarrierBankAccountName",
            "C/Carrier/LegalName",
            "I/LegalName",
            "B/LegalName",
            "W/carrier/legalName",
        ],
    ),
    (
        "trade name",
        &[
            "D/Identity/dbaName",
            "P/DBAName",
            "K/DBAName",
            "C/Carrier/DBAName",
            "I/DBAName",
            "B/DBAName",
            "W/carrier/dbaName",
        ],
    ),
    (
        "street",
        &[
            "D/Identity/businessStreet",
            "P/Street",
            "K/Address1",
            "K/CarrierW9Forms/0/Address",
            "K/CarrierPaymentInfo/RemitAddress1",
            "K/CarrierRemit/CarrierRemitAddress1",
        ],
    ),
    ("second line of payments", &["K/CarrierPaymentInfo/RemitAddress2", "K/CarrierRemit/CarrierRemitAddress2"]),
    (
        "city",
        &[
            "D/Identity/businessCity",
            "P/City",
            "K/City",
            "K/CarrierW9Forms/0/City",
            "K/CarrierPaymentInfo/RemitCity",
            "K/CarrierRemit/CarrierRemitCity",
        ],
    ),
    (
        "state",
        &[
            "D/Identity/businessState",
            "P/State",
            "K/State",
            "K/CarrierW9Forms/0/State",
            "K/CarrierPaymentInfo/RemitState",
            "K/CarrierRemit/CarrierRemitStateProvince",
        ],
    ),
    (
        "ZIP",
        &[
            "D/Identity/businessZipCode",
            "P/ZipCode",
            "K/Zipcode",
            "K/CarrierW9Forms/0/ZipCode",
            "K/CarrierPaymentInfo/RemitZipCode",
            "K/CarrierRemit/CarrierRemitZipCode",
        ],
    ),
    ("country", &["D/Identity/businessCountry", "P/Country", "K/Country", "K/CarrierPaymentInfo/RemitCountry"]),
    ("mailing street", &["D/Identity/mailingStreet", "K/MailingAddress1"]),
    ("mailing city", &["D/Identity/mailingCity", "K/MailingCity"]),
    ("mailing state", &["D/Identity/mailingState", "K/MailingState"]),
    ("mailing ZIP", &["D/Identity/mailingZipCode", "K/MailingZipcode"]),
    ("phone", &["D/Identity/businessPhone", "P/Phone", "K/Phone"]),
    ("cell phone", &["D/Identity/cellPhone", "K/CellPhone"]),
    ("email", &["D/Identity/emailAddress", "P/Emails/0/Email", "K/Email", "K/CarrierPaymentInfo/RemitEmail"]),
    ("owner", &["D/Identity/companyRep1", "K/OwnerContactName", "K/CarrierW9Forms/0/SignaturePerson", "C/@owner/name"]),
    ("owner's phone", &["K/OwnerContactPhone", "C/@owner/phone"]),
    ("owner's email", &["K/OwnerContactEmail", "C/@owner/email"]),
    ("contacts", &["C/@contacts", "B/@contacts"]),
    ("monitored", &["D/isMonitored", "P/IsMonitored"]),
    ("blocked", &["D/isBlocked", "P/IsBlocked"]),
    (
        "overall rating",
        &[
            "D/RiskAssessment/Overall",
            "D/RiskAssessmentDetails/OverallRating",
            "P/RiskAssessment/Overall",
            "P/RiskAssessmentDetails/OverallRating",
            "R/RiskAssessmentDetails/OverallRating",
            "A/RiskAssessmentDetails/OverallRating",
        ],
    ),
    (
        "points",
        &[
            "D/RiskAssessmentDetails/TotalPoints",
            "P/RiskAssessmentDetails/TotalPoints",
            "R/RiskAssessmentDetails/TotalPoints",
            "A/RiskAssessmentDetails/TotalPoints",
            "D/@points",
        ],
    ),
    (
        "insurance rating",
        &[
            "D/RiskAssessment/Insurance",
            "P/RiskAssessment/Insurance",
            "R/RiskAssessmentDetails/Insurance/OverallRating",
        ],
    ),
    (
        "safety rating of the assessment",
        &["D/RiskAssessment/Safety", "P/RiskAssessment/Safety", "R/RiskAssessmentDetails/Safety/OverallRating"],
    ),
    ("infractions", &["D/@infractions", "P/@infractions", "R/@infractions", "A/@infractions"]),
    ("incidents", &["D/IncidentReports/TotalIncidentReports", "P/IncidentReports/TotalIncidentReports", "I/@count"]),
    (
        "incidents of fraud",
        &[
            "D/IncidentReports/TotalIncidentReportsWithFraud",
            "P/IncidentReports/TotalIncidentReportsWithFraud",
            "I/@count of Fraud",
        ],
    ),
    ("possible fraud", &["P/@possible/PossibleFraud", "I/@any of Fraud"]),
    ("double brokering", &["P/@possible/DoubleBrokering", "I/@any of Double Brokering"]),
    ("packet", &["P/@packet", "K/@packet"]),
    ("status of certificates", &["D/CertData/status", "P/CertData/Status"]),
    ("certificates", &["D/@certificates", "P/@certificates"]),
    ("policy of auto liability", &["D/@auto/certificate", "D/@auto/filed"]),
    ("power units", &["D/Equipment/totalPower", "K/CarrierOperationalDetail/TotalPowerUnits"]),
    ("owned tractors", &["D/Equipment/tractorsOwned", "K/CarrierOperationalDetail/OwnedTractors"]),
    ("owned trucks", &["D/Equipment/trucksOwned", "K/CarrierOperationalDetail/OwnedTrucks"]),
    ("owned trailers", &["D/Equipment/trailersOwned", "K/CarrierOperationalDetail/OwnedTrailers"]),
    ("leased tractors", &["D/Equipment/tractorsTerm", "K/CarrierOperationalDetail/TermLeasedTractors"]),
    ("leased trailers", &["D/Equipment/trailersTerm", "K/CarrierOperationalDetail/TermLeasedTrailers"]),
    ("drivers", &["D/Drivers/driversTotal", "K/CarrierOperationalDetail/InterstateAndIntrastateDrivers"]),
    ("drivers with a licence", &["D/Drivers/driversCDL", "K/CarrierOperationalDetail/CDLEmployedDrivers"]),
    ("interstate drivers", &["D/Drivers/driversInter", "K/CarrierOperationalDetail/InterstateDriversTotal"]),
    (
        "far interstate drivers",
        &["D/Drivers/driversInterGT100", "K/CarrierOperationalDetail/InterstateDriversGT100Miles"],
    ),
    (
        "near interstate drivers",
        &["D/Drivers/driversInterLT100", "K/CarrierOperationalDetail/InterstateDriversLT100Miles"],
    ),
    ("intrastate drivers", &["D/Drivers/driversIntra", "K/CarrierOperationalDetail/IntrastateDriversTotal"]),
    (
        "far intrastate drivers",
        &["D/Drivers/driversIntraGT100", "K/CarrierOperationalDetail/IntrastateDriversGT100Miles"],
    ),
    (
        "near intrastate drivers",
        &["D/Drivers/driversIntraLT100", "K/CarrierOperationalDetail/IntrastateDriversLT100Miles"],
    ),
    ("general freight", &["D/Cargo/cargoGenFreight", "K/CarrierCargoHauled/GeneralFreight"]),
    ("refrigerated food", &["D/Cargo/cargoRefrigerated", "K/CarrierCargoHauled/RefrigeratedFood"]),
    ("fresh produce", &["D/Cargo/cargoProduce", "K/CarrierCargoHauled/FreshProduce"]),
    ("meat", &["D/Cargo/cargoMeat", "K/CarrierCargoHauled/Meat"]),
    ("beverages", &["D/Cargo/cargoBeverages", "K/CarrierCargoHauled/Beverages"]),
    ("routing number", &["K/CarrierPaymentInfo/BankRoutingNumber", "K/CarrierBank/CarrierBankRoutingNumber"]),
    ("account", &["K/CarrierPaymentInfo/BankAccountNumber", "K/CarrierBank/CarrierBankAccountNumber"]),
    ("bank", &["K/CarrierPaymentInfo/BankName", "K/CarrierBank/CarrierBankName"]),
    ("bank's phone", &["K/CarrierPaymentInfo/BankPhone", "K/CarrierBank/CarrierBankPhone"]),
    ("bank's address", &["K/CarrierPaymentInfo/BankAddress", "K/CarrierBank/CarrierBankAddress"]),
    ("tax number", &["K/@tax", "K/CarrierTINMatchings/0/TIN"]),
    ("signer", &["K/@agreement/SignaturePerson", "W/agreement/signaturePerson"]),
    ("signer's title", &["K/@agreement/SignaturePersonTitle", "W/agreement/signaturePersonTitle"]),
    ("day of signing", &["K/@agreement/SignatureDate", "K/CarrierW9Forms/0/SignatureDate"]),
    ("ratings", &["D/CarrierRatings/totalRatings", "P/CarrierRating/TotalRatings"]),
    ("low ratings", &["D/CarrierRatings/lowRatings", "P/CarrierRating/LowRatings"]),
    ("stars", &["D/CarrierRatings/avgRating", "P/CarrierRating/RatingValue"]),
];

/// What is not the same everywhere, by fact: the places and what they show.
fn contradictions(answers: &BTreeMap<char, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (fact, places) in FACTS {
        let shown: Vec<(Place, String)> =
            places.iter().filter_map(|place| Some((*place, value(answers, place)?))).collect();
        if shown.windows(2).any(|pair| pair[0].1 != pair[1].1) {
            found.push(format!("{fact}: {shown:?}"));
        }
    }
    found
}

/// Each of 2,000 carriers is looked at once, at one of fifty instants in two years; with `FACTS=each` at every one of them.
#[tokio::test]
async fn every_operation_shows_the_same_value_for_the_same_fact() {
    const CARRIERS: usize = 2000;
    let each = std::env::var("FACTS").is_ok_and(|wanted| wanted == "each");
    let looker = Looker::start(CARRIERS as u32).await;
    let (mut seen, mut places) = (0, BTreeMap::new());
    for step in 0..50_usize {
        let (size, number) = if each { (250, 1..=8) } else { (CARRIERS / 50, step + 1..=step + 1) };
        for number in number {
            for mut answers in looker.page(size, number).await {
                looker.one(&mut answers).await;
                let wrong = contradictions(&answers);
                assert!(wrong.is_empty(), "{} at step {step}: {wrong:#?}", answers[&'D']["dotNumber"]["Value"]);
                for place in FACTS.iter().flat_map(|(_, places)| *places) {
                    *places.entry(*place).or_insert(0) += u32::from(value(&answers, place).is_some());
                }
                seen += 1;
            }
        }
        looker.caller.sandbox.advance(15 * DAY - DAY / 7);
    }
    assert_eq!(seen, if each { 50 * CARRIERS } else { CARRIERS });
    // A path that leads nowhere would compare nothing.
    let empty: Vec<_> = places.iter().filter(|(_, count)| **count == 0).collect();
    assert!(empty.is_empty() && places.len() > 150, "{empty:?}");
}

/// Every place of the table is looked at: another value at any of them is a contradiction, and is named.
#[tokio::test]
async fn a_value_that_differs_at_any_place_is_found() {
    let looker = Looker::start(60).await;
    let mut changed = std::collections::BTreeSet::new();
    for mut answers in looker.page(60, 1).await {
        looker.one(&mut answers).await;
        for (fact, places) in FACTS {
            let shown: Vec<Place> = places.iter().copied().filter(|place| value(&answers, place).is_some()).collect();
            for place in shown.iter().copied().filter(|place| shown.len() > 1 && !place.contains('@')) {
                let (letter, path) = (place.chars().next().unwrap(), &place[1..]);
                let before = answers[&letter].pointer(path).unwrap().clone();
                *answers.get_mut(&letter).unwrap().pointer_mut(path).unwrap() = json!("something else");
                let found = contradictions(&answers);
                assert!(found.iter().any(|wrong| wrong.starts_with(&format!("{fact}: "))), "{place}: {found:?}");
                *answers.get_mut(&letter).unwrap().pointer_mut(path).unwrap() = before;
                changed.insert(place);
            }
        }
    }
    let plain = FACTS.iter().flat_map(|(_, places)| *places).filter(|place| !place.contains('@'));
    let missed: Vec<_> = plain.filter(|place| !changed.contains(*place)).collect();
    assert!(missed.is_empty(), "{missed:?}");
}
