//! What the operations show of a carrier, and how to find a fact in it.

use std::collections::BTreeMap;
use std::time::Duration;

use mycarrierpackets_sandbox::{Sandbox, Webhook, WebhookEvent};
use serde_json::{Value, json};

use crate::Caller;
use crate::values::resolved;

/// Where a fact is shown: the letter of an answer of [`Looker`], and a path in it.
pub(crate) type Place = &'static str;

pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// The value at a place; none where the answer does not have it, such as the packet of a carrier without one.
pub(crate) fn value(answers: &BTreeMap<char, Value>, place: Place) -> Option<String> {
    let (answer, path) = place.split_at(1);
    let answer = answers.get(&answer.chars().next()?)?;
    let found = match path {
        "/@points" => Some(sum(&answer["RiskAssessmentDetails"])),
        "/@infractions" => Some(infractions(&answer["RiskAssessmentDetails"])),
        "/@packet" => Some(json!(answer["InProcessState"] == "Completed" || answer["LegalName"].is_string())),
        "/@count of Fraud" => Some(json!(of_kind(answer, "Fraud"))),
        "/@any of Fraud" => Some(json!(of_kind(answer, "Fraud") > 0)),
        "/@any of Double Brokering" => Some(json!(of_kind(answer, "Double Brokering") > 0)),
        "/@possible/PossibleFraud" => Some(json!(answer["PossibleFraud"] == "Yes")),
        "/@possible/DoubleBrokering" => Some(json!(answer["DoubleBrokering"] == "Yes")),
        "/@count" => Some(json!(answer["IncidentReports"].as_array().map_or(0, Vec::len))),
        "/@certificates" => Some(certificates(&answer["CertData"])),
        "/@contacts" => contacts(answer),
        "/@auto/certificate" => filed(answer).and(certificate(answer)),
        "/@auto/filed" => certificate(answer).and(filed(answer)),
        "/@tax" => {
            let form = answer.pointer("/CarrierW9Forms/0")?;
            ["EIN", "SSN"]
                .into_iter()
                .map(|name| form[name].clone())
                .find(|own| own.as_str().is_some_and(|own| !own.is_empty()))
        }
        _ => match (path.strip_prefix("/@owner/"), path.strip_prefix("/@agreement/")) {
            (Some(name), _) => owner(answer).map(|owner| owner[name].clone()),
            (_, Some(name)) => answer["CarrierCustomerAgreements"].as_array()?.first().map(|own| own[name].clone()),
            _ => answer.pointer(path).cloned(),
        },
    }?;
    let text = plain(&found);
    // The vendor leaves what registers do not know out for some, which is no other value.
    let may_lack = ["/Cargo/", "/CarrierCargoHauled/", "/Equipment/", "/Drivers/", "/CarrierOperationalDetail/"]
        .iter()
        .any(|of| path.starts_with(of));
    (!text.is_empty() || !may_lack).then_some(text)
}

/// A value as text: `Yes`, `true` and 1 000 are written in several ways.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
        Value::String(text) if text.bytes().all(|b| b.is_ascii_digit() || b == b',') => text.replace(',', ""),
        // Both were seen.
        Value::String(text) if text == "United States" => "US".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How many reports are of a kind.
fn of_kind(answer: &Value, kind: &str) -> usize {
    let reports = answer["IncidentReports"].as_array().into_iter().flatten();
    reports.filter(|report| report["IncidentTypes"].as_array().is_some_and(|all| all.contains(&json!(kind)))).count()
}

const CATEGORIES: [&str; 5] = ["Authority", "Insurance", "Safety", "Operation", "Other"];

fn sum(details: &Value) -> Value {
    json!(CATEGORIES.iter().filter_map(|name| details[name]["TotalPoints"].as_u64()).sum::<u64>())
}

fn infractions(details: &Value) -> Value {
    let of = |name: &&str| details[name]["Infractions"].as_array().cloned().unwrap_or_default();
    let shown = |own: Value| format!("{}={} for {}", plain(&own["RuleName"]), plain(&own["RuleOutput"]), own["Points"]);
    CATEGORIES.iter().flat_map(of).map(shown).collect()
}

/// What both kinds of answer say of certificates, in whatever spelling.
fn certificates(data: &Value) -> Value {
    let lists = ["Certificate", "Certificates"].into_iter().find_map(|name| data[name].as_array());
    let row = |coverage: &Value| {
        let any = |names: [&str; 2]| {
            plain(names.map(|name| &coverage[name]).into_iter().find(|own| !own.is_null()).unwrap_or(&Value::Null))
        };
        [
            any(["type", "Type"]),
            any(["insurerName", "InsurerName"]),
            any(["policyNumber", "PolicyNumber"]),
            any(["expirationDate", "ExpirationDate"]),
            any(["coverageLimit", "CoverageLimit"]),
            any(["deductable", "Deductible"]),
            any(["cancellationDate", "CancellationDate"]),
        ]
        .join(" ")
    };
    let rows = |certificate: &Value| {
        let list = ["Coverage", "Coverages"].into_iter().find_map(|name| certificate[name].as_array());
        let number = ["certificateID", "CertificateID"].map(|name| plain(&certificate[name])).concat();
        format!("{number}: {}", list.into_iter().flatten().map(row).collect::<Vec<_>>().join("; "))
    };
    lists.into_iter().flatten().map(rows).collect()
}

/// The auto liability on the certificate, and the one that was filed with the registers: insurer, number, limit.
fn certificate(details: &Value) -> Option<Value> {
    let all = details["CertData"]["Certificate"].as_array()?;
    let own = all
        .iter()
        .flat_map(|own| own["Coverage"].as_array().into_iter().flatten())
        .find(|own| own["type"] == "Auto")?;
    Some(json!([own["insurerName"], own["policyNumber"], own["coverageLimit"]]))
}

fn filed(details: &Value) -> Option<Value> {
    let all = details["FMCSAInsurance"]["PolicyList"].as_array()?;
    let own = all.iter().find(|own| own["insuranceType"] == "BIPD/Primary")?;
    Some(json!([own["companyName"], own["policyNumber"], own["coverageTo"]]))
}

/// People as both operations list them; one is a list that the other leaves out.
fn contacts(answer: &Value) -> Option<Value> {
    let list = [&answer["Carrier"]["Contacts"], &answer["CarriersContacts"]].into_iter().find_map(Value::as_array)?;
    let mut own: Vec<String> = list
        .iter()
        .map(|one| ["FirstName", "LastName", "Title", "Phone", "Email"].map(|name| plain(&one[name])).join(" "))
        .collect();
    own.sort();
    own.dedup();
    Some(json!(own))
}

fn owner(answer: &Value) -> Option<Value> {
    let own = answer["Carrier"]["Contacts"].as_array()?.first()?;
    Some(json!({
        "name": format!("{} {}", plain(&own["FirstName"]), plain(&own["LastName"])),
        "phone": own["Phone"],
        "email": own["Email"],
    }))
}

pub(crate) struct Looker {
    pub(crate) caller: Caller,
    webhook: u64,
}

impl Looker {
    pub(crate) async fn start(carriers: u32) -> Self {
        let builder = Sandbox::builder().carriers(carriers).fixed_time(crate::noon()).token_lifetime(900 * DAY);
        let caller = Caller::start(builder.changes_interval(Duration::ZERO)).await;
        let hook = Webhook::to("http://127.0.0.1:9/").paused(true).events([WebhookEvent::PacketCompleted]);
        let webhook = caller.sandbox.add_webhook(hook).unwrap();
        Self { caller, webhook }
    }

    async fn ask(&self, operation: &str, query: &[(&str, &str)]) -> Value {
        resolved(&self.caller.json(operation, query).await)
    }

    /// A page of all monitored carriers, each with what the operations about all say of it.
    pub(crate) async fn page(&self, size: usize, number: usize) -> Vec<BTreeMap<char, Value>> {
        let (size, number) = (size.to_string(), number.to_string());
        let query = [("pageSize", &*size), ("pageNumber", &*number)];
        let list = |answer: Value| answer.as_array().or(answer["data"].as_array()).cloned().unwrap_or_default();
        let mut found = Vec::new();
        let [all, risks, contacts] =
            ["MonitoredCarrierData", "GetMonitoredCarriersRiskAssessment", "GetMonitoredCarrierContactsData"];
        let (details, risks, contacts) = (
            list(self.ask(all, &query).await),
            list(self.ask(risks, &query).await),
            list(self.ask(contacts, &query).await),
        );
        let monitored = list(self.ask("MonitoredCarriers", &query).await);
        for details in details {
            let dot = details["dotNumber"]["Value"].as_str().unwrap().to_owned();
            let own = |all: &[Value]| all.iter().find(|own| plain(&own["DOTNumber"]) == dot).cloned();
            let mut answers = BTreeMap::from([('D', details)]);
            answers.extend(
                [('A', own(&risks)), ('B', own(&contacts)), ('M', own(&monitored))]
                    .into_iter()
                    .filter_map(|(letter, own)| Some((letter, own?))),
            );
            assert_eq!(answers.len(), 4, "{dot} is in all of them");
            found.push(answers);
        }
        found
    }

    /// What the operations about one carrier say of it.
    pub(crate) async fn one(&self, answers: &mut BTreeMap<char, Value>) {
        let dot = plain(&answers[&'D']["dotNumber"]["Value"]);
        let query = [("DOTNumber", &*dot)];
        for (letter, operation) in [
            ('P', "PreviewCarrier"),
            ('K', "GetCarrierData"),
            ('C', "GetCarrierContacts"),
            ('R', "GetCarrierRiskAssessment"),
            ('I', "GetCarrierIncidentReports"),
        ] {
            let answer = self.ask(operation, &query).await;
            let answer = if answer.is_array() { answer[0].clone() } else { answer };
            answers.insert(letter, answer);
        }
        // The record of a carrier is the same within its packet.
        let packet = &answers[&'K'];
        assert_eq!(packet["AssureAdvantage"][0]["CarrierDetails"], answers[&'D'], "{dot}");
        let sent = self.caller.sandbox.send_event(self.webhook, WebhookEvent::PacketCompleted, dot.parse().unwrap());
        let sent = sent.expect("a webhook that is there");
        let delivery = self.caller.sandbox.deliveries().into_iter().find(|own| own.id == sent).unwrap();
        let mut body: Value = serde_json::from_str(&delivery.body).unwrap();
        let packet_is_there = packet["LegalName"].is_string();
        let mut data = body["eventData"].take();
        if !packet_is_there {
            data["agreement"] = Value::Null;
        }
        answers.insert('W', data);
    }
}
