//! What the console shows of a carrier: the facts of the answers, the papers, what changed, and what is to come.

use mycarrierpackets_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::Caller;

async fn start() -> Caller {
    Caller::start(Sandbox::builder().carriers(60).fixed_time(crate::noon())).await
}

async fn get(caller: &Caller, path: &str) -> reqwest::Response {
    caller.client.get(format!("{}/__sandbox/{path}", caller.sandbox.base_url())).send().await.unwrap()
}

async fn read(caller: &Caller, path: &str) -> Value {
    let answer = get(caller, path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

async fn happen(caller: &Caller, event: &str) {
    let url = format!("{}/__sandbox/carriers/23868/events", caller.sandbox.base_url());
    let answer = caller.client.post(url).json(&json!({ "event": event })).send().await.unwrap();
    assert_eq!(answer.status(), 204);
}

#[tokio::test]
async fn a_profile_says_of_every_carrier_what_the_operations_answer() {
    let caller = start().await;
    let mut compared = 0;
    for dot in caller.sandbox.dot_numbers() {
        let shown = read(&caller, &format!("carriers/{dot}")).await;
        let number = dot.to_string();
        let risk = caller.json("GetCarrierRiskAssessment", &[("DOTNumber", number.as_str())]).await;
        let profile = &shown["profile"];
        let details = &risk[0]["RiskAssessmentDetails"];
        if details.is_object() {
            assert_eq!(profile["risk"]["points"], details["TotalPoints"], "{dot}");
            assert_eq!(profile["risk"]["rating"], details["OverallRating"], "{dot}");
            for category in profile["risk"]["categories"].as_array().unwrap() {
                let own = &details[category["name"].as_str().unwrap()];
                // A category like another can be a reference to it.
                if own["$ref"].is_string() {
                    continue;
                }
                assert_eq!(category["rating"], own["OverallRating"], "{dot} {category}");
                let outputs = |all: &Value, name: &str| -> Vec<Value> {
                    all.as_array().into_iter().flatten().map(|one| one[name].clone()).collect()
                };
                let found = outputs(&category["infractions"], "output");
                assert_eq!(found, outputs(&own["Infractions"], "RuleOutput"), "{dot} {category}");
                compared += found.len();
            }
        }
        let certificates = shown["answers"]["PreviewCarrier"][0]["CertData"]["Certificates"].as_array().cloned();
        let coverages = certificates.into_iter().flatten().flat_map(|own| own["Coverages"].as_array().unwrap().clone());
        for coverage in coverages.filter(|coverage| coverage["PolicyNumber"].is_string()) {
            let policies = profile["policies"].as_array().unwrap();
            let own = policies.iter().find(|own| own["number"] == coverage["PolicyNumber"]).unwrap();
            assert_eq!(own["until"], coverage["ExpirationDate"], "{dot}");
            assert_eq!(own["insurer"], coverage["InsurerName"], "{dot}");
            assert_eq!(own["kind"], coverage["Type"], "{dot}");
        }
    }
    assert!(compared > 10, "{compared} infractions");
}

#[tokio::test]
async fn every_paper_that_is_listed_is_there_and_a_name_that_expired_is_not() {
    let caller = start().await;
    let shown = read(&caller, "carriers/23868").await;
    let papers = shown["profile"]["papers"].as_array().unwrap().clone();
    assert!(papers.len() >= 3, "{papers:?}");
    for paper in &papers {
        let answer = get(&caller, &format!("blobs?name={}", paper["name"].as_str().unwrap())).await;
        assert_eq!(answer.status(), 200, "{paper}");
        assert_eq!(answer.headers()["content-type"], paper["type"].as_str().unwrap());
        let theirs = caller.send("GetDocument", &[("name", paper["name"].as_str().unwrap())]).await;
        assert_eq!(answer.bytes().await.unwrap(), theirs.bytes().await.unwrap(), "{paper}");
    }
    assert_eq!(get(&caller, "carriers/23868/packet").await.headers()["content-type"], "application/pdf");
    caller.sandbox.rotate_blobs();
    let gone = get(&caller, &format!("blobs?name={}", papers[0]["name"].as_str().unwrap())).await;
    assert_eq!(
        (gone.status().as_u16(), gone.json::<Value>().await.unwrap()["code"].clone()),
        (404, json!("unknownDocument"))
    );
    assert_eq!(get(&caller, "blobs").await.status(), 400);
    assert_eq!(get(&caller, "carriers/1/packet").await.status(), 404);
}

#[tokio::test]
async fn what_happens_by_hand_is_the_newest_change_with_the_facts_before_and_after() {
    let caller = start().await;
    let step = |event: &'static str| {
        let caller = &caller;
        async move {
            caller.sandbox.advance(std::time::Duration::from_secs(60));
            happen(caller, event).await;
            read(caller, "carriers/23868").await["changes"][0].clone()
        }
    };
    let change = step("change").await;
    assert_eq!((&change["what"], &change["byHand"]), (&json!("Data changed by hand"), &json!(true)));
    assert!(!change["changes"].as_array().unwrap().is_empty(), "{change}");
    for (event, what, before, after) in [
        ("reportIncident", "Incident reported", "0", "1"),
        ("reportIncident", "Incident reported", "1", "2"),
        ("retractIncident", "Incident report withdrawn", "2", "1"),
    ] {
        let change = step(event).await;
        assert_eq!(change["what"], what);
        let fact = json!({ "fact": "Incident reports", "before": before, "after": after });
        assert!(change["changes"].as_array().unwrap().contains(&fact), "{change}");
    }
    assert_eq!(step("completePacket").await["what"], "Packet completed");
    let others = read(&caller, "carriers/23868?customer=ada").await["changes"].clone();
    assert!(others.as_array().unwrap().iter().all(|own| own["byHand"] == false), "{others}");
}

#[tokio::test]
async fn what_is_to_come_is_what_has_happened_once_the_clock_is_there() {
    let caller = start().await;
    let window = "from=2026-03-19T00:00:00Z&to=2026-05-30T00:00:00Z&limit=200";
    let coming = read(&caller, &format!("clock/events?{window}")).await;
    assert!(coming["events"].as_array().unwrap().len() > 5, "{coming}");
    let url = format!("{}/__sandbox/clock", caller.sandbox.base_url());
    let set = async |at: &str| caller.client.post(&url).json(&json!({ "at": at })).send().await.unwrap();
    let now: Value = set("2026-06-01T08:30:00Z").await.json().await.unwrap();
    assert_eq!(now["now"], "2026-06-01T08:30:00Z");
    assert_eq!(read(&caller, &format!("clock/events?{window}")).await, coming);
    for (at, word) in [
        ("2026-05-31T00:00:00Z", "at must be from now"),
        ("soon", "at must be an instant"),
        ("2028-01-01", "at must be from now"),
    ] {
        let refused = set(at).await;
        assert_eq!(refused.status(), 400, "{at}");
        let error = refused.json::<Value>().await.unwrap()["error"].as_str().unwrap().to_owned();
        assert!(error.starts_with(word), "{error}");
    }
}

#[tokio::test]
async fn a_call_has_the_time_it_took_and_when_it_really_came() {
    let caller = start().await;
    let url = format!("{}/__sandbox/faults", caller.sandbox.base_url());
    let added = caller.client.post(url).json(&json!({ "kind": "delay", "ms": 80 })).send().await.unwrap();
    assert_eq!(added.status(), 200);
    let before = jiff::Timestamp::now();
    caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    let call = read(&caller, "requests?operation=PreviewCarrier").await["requests"][0].clone();
    assert!(call["durationMs"].as_f64().unwrap() >= 80.0, "{call}");
    assert_eq!(call["at"], "2026-03-18T12:00:00Z");
    let came: jiff::Timestamp = call["cameAt"].as_str().unwrap().parse().unwrap();
    assert!((before..=jiff::Timestamp::now()).contains(&came), "{call}");
}
