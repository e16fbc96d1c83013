//! Scenarios: a client sees what the sentence of each promises, and did not see it before.

use std::collections::BTreeMap;
use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Sandbox, Webhook, WebhookEvent};
use serde_json::{Value, json};

use crate::Caller;

const MONITORED: [&str; 4] =
    ["insurance-lapses-tomorrow", "authority-revoked", "rating-turns-unacceptable", "identity-theft"];
/// From an hour before the start to a month after it.
const WINDOW: [(&str, &str); 3] =
    [("fromDate", "2026-03-18T11:00:00"), ("toDate", "2026-04-18T12:00:00"), ("pageSize", "500")];

fn builder() -> Builder {
    let builder = Sandbox::builder().carriers(120).fixed_time(crate::noon()).changes_interval(Duration::ZERO);
    builder.token_lifetime(Duration::from_secs(500 * 86_400))
}

impl Caller {
    async fn play(&self, scenario: &str) -> (u16, Value) {
        let answer = self.control(reqwest::Method::POST, &format!("scenarios/{scenario}")).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn clock(&self, at: &str) {
        let request = self.control(reqwest::Method::POST, "clock").body(json!({ "at": at }).to_string());
        assert_eq!(request.send().await.unwrap().status(), 200, "{at}");
    }

    async fn preview(&self, dot: u64) -> Value {
        self.json("PreviewCarrier", &[("DOTNumber", &dot.to_string())]).await[0].clone()
    }

    /// The texts of the rules that a carrier breaks.
    async fn broken(&self, dot: u64) -> Vec<String> {
        let assessed = self.json("GetCarrierRiskAssessment", &[("DOTNumber", &dot.to_string())]).await;
        let categories = assessed[0]["RiskAssessmentDetails"].as_object().cloned().unwrap_or_default();
        let rules = categories.values().filter_map(|own| own["Infractions"].as_array()).flatten();
        rules.map(|own| own["RuleText"].as_str().unwrap().to_owned()).collect()
    }

    /// The rows of the change feed of some carriers: DOT number and categories.
    async fn rows(&self, dots: &[u64]) -> Vec<(u64, Value)> {
        let feed = self.json("CarriersChanges", &WINDOW).await;
        let rows = feed["CarrierList"].as_array().unwrap();
        // A carrier that comes twice is written once, and referred to after that.
        let mut written = BTreeMap::new();
        let mut found = Vec::new();
        for row in rows {
            let details = &row["CarrierDetails"];
            let number = details["dotNumber"]["Value"].as_str().map(|dot| dot.parse::<u64>().unwrap());
            if let (Some(id), Some(number)) = (details["$id"].as_str(), number) {
                written.insert(id.to_owned(), number);
            }
            let dot = number.or_else(|| written.get(details["$ref"].as_str()?).copied()).unwrap();
            found.push((dot, row["ChangeCategories"].clone()));
        }
        found.retain(|(dot, _)| dots.contains(dot));
        found
    }

    async fn packets(&self, dot: u64) -> Vec<Value> {
        let found = self.json("CompletedPackets", &WINDOW[..2]).await;
        found.as_array().unwrap().iter().filter(|row| row["DOTNumber"] == dot).cloned().collect()
    }

    async fn associated(&self, query: (&str, &str)) -> Vec<u64> {
        let found = self.json("FindAssociatedCarriers", &[query]).await;
        found["AssociatedCarriers"].as_array().unwrap().iter().map(|row| row["DOTNumber"].as_u64().unwrap()).collect()
    }

    async fn rating(&self, dot: u64) -> String {
        self.preview(dot).await["RiskAssessment"]["Overall"].as_str().unwrap().to_owned()
    }

    /// Every address of the API and of the portal, with its status and content type.
    async fn everywhere(&self) -> Vec<(String, u16, String)> {
        let url = format!("{}/openapi.json", self.sandbox.base_url());
        let document: Value = self.client.get(url).send().await.unwrap().json().await.unwrap();
        let mut all = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            let on_portal = ["/api/token", "/api/Download/CarrierPacket/{DOTNumber}"].contains(&path.as_str());
            let host = if on_portal { self.sandbox.portal_url() } else { self.sandbox.base_url() };
            let target = path.replace("{dotNumber}", "23868").replace("{DOTNumber}", "23868");
            for method in item.as_object().unwrap().keys().filter(|own| ["get", "post"].contains(&own.as_str())) {
                let method: reqwest::Method = method.to_uppercase().parse().unwrap();
                let request = self.client.request(method, format!("{host}{target}")).header("content-length", "0");
                let answer = request.bearer_auth(&self.token).send().await.unwrap();
                let kind = answer.headers().get("content-type").map_or("", |own| own.to_str().unwrap()).to_owned();
                all.push((target.clone(), answer.status().as_u16(), kind));
            }
        }
        assert!(all.len() >= 25, "{all:?}");
        all
    }
}

/// What a client sees of a scenario before it is played, and after.
async fn promised(caller: &Caller, scenario: &str, dots: &[u64], played: Option<&Value>) {
    let first = dots.first().copied().unwrap_or_default();
    let what = format!("{scenario}, {}", if played.is_some() { "played" } else { "not played" });
    match scenario {
        "insurance-lapses-tomorrow" => {
            let soon = "Auto liability expires within 15 days";
            let ended = "No coverage is in force";
            let Some(played) = played else {
                assert_eq!(caller.broken(first).await, [""; 0], "{what}");
                assert_eq!(caller.rows(dots).await, [], "{what}");
                return;
            };
            assert_eq!(caller.broken(first).await, [soon], "{what}");
            assert_eq!(caller.rating(first).await, "Moderate", "{what}");
            assert_eq!(caller.rows(dots).await, [(first, json!(["Insurance", "RiskAssessment"]))], "{what}");
            let lapse = &played["comes"][0];
            assert_eq!((&lapse["what"], &lapse["dot"]), (&json!("Insurance lapsed"), &json!(first)));
            assert!(lapse["at"].as_str().unwrap().starts_with("2026-03-19"), "tomorrow: {lapse}");
            caller.clock("2026-03-20T12:00:00Z").await;
            assert_eq!(caller.broken(first).await, [ended], "{what}");
            assert_eq!(caller.rating(first).await, "Unacceptable", "{what}");
            assert_eq!(caller.rows(dots).await, vec![(first, json!(["Insurance", "RiskAssessment"])); 2], "{what}");
        }
        "authority-revoked" => {
            let is_played = played.is_some();
            let rule = "Carrier has no active authority";
            assert_eq!(caller.broken(first).await.contains(&rule.to_owned()), is_played, "{what}");
            assert_eq!(caller.rating(first).await == "Unacceptable", is_played, "{what}");
            let rows = caller.rows(dots).await;
            assert_eq!(rows.len(), usize::from(is_played), "{what}");
            for (_, categories) in rows {
                assert!(
                    ["FMCSA", "RiskAssessment"].iter().all(|own| categories.as_array().unwrap().contains(&json!(own)))
                );
            }
        }
        "rating-turns-unacceptable" => {
            let is_played = played.is_some();
            assert_eq!(caller.rating(first).await == "Unacceptable", is_played, "{what}");
            assert_eq!(caller.broken(first).await.is_empty(), !is_played, "{what}");
            let rows = caller.rows(dots).await;
            assert_eq!(rows.len(), usize::from(is_played), "{what}");
            assert!(rows.iter().all(|(_, own)| own.as_array().unwrap().contains(&json!("RiskAssessment"))), "{rows:?}");
        }
        "double-brokering-ring" => {
            let Some(played) = played else {
                for dot in dots {
                    assert_eq!(caller.broken(*dot).await, [""; 0], "{what}");
                }
                assert_eq!(caller.rows(dots).await, [], "{what}");
                return;
            };
            assert_eq!(dots.len(), 3);
            let shared = &played["facts"][0]["set"];
            for name in ["phone", "email"] {
                let found = caller.associated((name, shared[name].as_str().unwrap())).await;
                assert!(dots.iter().all(|dot| found.contains(dot)), "{what}: {name} {found:?}");
            }
            for dot in dots {
                let broken = caller.broken(*dot).await;
                for rule in ["An incident was reported", "Email address is of a free provider"] {
                    assert!(broken.contains(&rule.to_owned()), "{what}: {broken:?}");
                }
                assert!(["UnacceptableReview", "Unacceptable"].contains(&caller.rating(*dot).await.as_str()), "{what}");
                let reports = caller.json("GetCarrierIncidentReports", &[("DOTNumber", &dot.to_string())]).await;
                assert!(reports.to_string().contains("2026-03-18"), "{what}: {reports}");
                assert_eq!(caller.rows(&[*dot]).await.len(), 2, "the facts and the incident");
            }
        }
        "identity-theft" => {
            let Some(played) = played else {
                assert_eq!((caller.packets(first).await.len(), caller.rows(dots).await.len()), (0, 0), "{what}");
                return;
            };
            assert_eq!(caller.packets(first).await.len(), 1, "{what}");
            assert_eq!(
                (&played["events"][0]["at"], &played["at"]),
                (&json!("2026-03-18T12:00:00Z"), &json!("2026-03-18T13:00:00Z"))
            );
            assert_eq!(played["facts"][0]["at"], played["at"], "after the packet");
            let set = played["facts"][0]["set"].as_object().unwrap();
            assert_eq!(set.keys().collect::<Vec<_>>(), ["email", "phone", "street"]);
            let preview = caller.preview(first).await.to_string();
            let data = caller.json("GetCarrierData", &[("DOTNumber", &first.to_string())]).await.to_string();
            for (name, value) in set {
                let value = value.as_str().unwrap();
                assert!(preview.contains(value) || data.contains(value), "{what}: {name} {value}");
            }
            assert_eq!(caller.broken(first).await, ["Email address is of a free provider"], "{what}");
            assert_eq!(caller.rows(dots).await, [(first, json!(["FMCSA", "RiskAssessment"]))], "{what}");
        }
        "packet-completed" => {
            let is_played = usize::from(played.is_some());
            assert_eq!(caller.packets(first).await.len(), is_played, "{what}");
            let sent = caller.sandbox.deliveries();
            let sent = sent.iter().filter(|own| own.body.contains(&first.to_string()));
            assert_eq!(sent.filter(|own| own.event == WebhookEvent::PacketCompleted).count(), is_played, "{what}");
        }
        "vendor-down-2-minutes" => {
            let down = async |is_down: bool, when: &str| {
                for (path, status, kind) in caller.everywhere().await {
                    let is_page = status == 503 && kind.starts_with("text/html");
                    assert_eq!(is_page, is_down, "{what}, {when}: {path} {status} {kind}");
                }
            };
            down(played.is_some(), "at once").await;
            if let Some(played) = played {
                assert_eq!(played["faults"][0]["until"], "2026-03-18T12:02:00Z");
                caller.clock("2026-03-18T12:01:59Z").await;
                down(true, "in the last second").await;
                caller.clock("2026-03-18T12:02:00Z").await;
                down(false, "after two minutes").await;
            }
        }
        "duplicate-and-late-rows" => {
            if played.is_none() {
                assert_eq!(caller.rows(dots).await, [], "{what}");
                return;
            }
            assert_eq!(dots.len(), 8);
            let some = caller.rows(dots).await.len();
            assert!((1..8).contains(&some), "{what}: {some}");
            caller.clock("2026-03-18T12:13:29Z").await;
            assert_eq!(caller.rows(dots).await.len(), some, "{what}");
            caller.clock("2026-03-18T12:13:30Z").await;
            assert_eq!(caller.rows(dots).await.len(), 16, "{what}: each twice");
            caller.clock("2026-03-19T12:03:30Z").await;
            assert_eq!(caller.rows(dots).await.len(), 8, "{what}: all is well");
        }
        other => panic!("nobody looks at what {other:?} promises"),
    }
}

/// What an operation answers about the carriers, or the first of them.
async fn shown(caller: &Caller, operation: &str, dots: &[u64]) -> Value {
    let (dot, number) = (dots[0], dots[0].to_string());
    match operation {
        "CarriersChanges" => json!(caller.rows(dots).await),
        "CompletedPackets" => json!(caller.packets(dot).await),
        "MonitoredCarrierData" => {
            let rows = caller.json(operation, &[("pageSize", "500")]).await;
            let rows = rows.as_object().unwrap().values().find_map(Value::as_array).unwrap();
            let of_dot = |row: &&Value| row.to_string().contains(&format!("\"{number}\""));
            rows.iter().find(of_dot).unwrap()["RiskAssessment"].clone()
        }
        "FindAssociatedCarriers" => json!(caller.associated(("phone", "(312) 555-0142")).await.contains(&dot)),
        _ => caller.json(operation, &[("DOTNumber", &number)]).await,
    }
}

fn dots_of(played: &Value) -> Vec<u64> {
    played["carriers"].as_array().unwrap().iter().map(|own| own["dot"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_client_sees_what_each_scenario_promises_and_did_not_before() {
    let caller = Caller::start(builder()).await;
    let list = caller.get("scenarios").await;
    let list = list.as_array().unwrap();
    assert!(list.len() >= 8);
    for scenario in list {
        let name = scenario["name"].as_str().unwrap();
        // Whom it takes is found out first.
        let (status, played) = caller.play(name).await;
        assert_eq!(status, 200, "{name}: {played}");
        let dots = dots_of(&played);
        assert_eq!(scenario["carriers"], dots.len(), "{name}");
        caller.sandbox.reset();
        let webhook = Webhook::to("http://127.0.0.1:9/mcp");
        caller.sandbox.add_webhook(webhook.clone()).unwrap();
        promised(&caller, name, &dots, None).await;
        let seen_in: Vec<&str> =
            scenario["seenIn"].as_array().unwrap().iter().map(|own| own.as_str().unwrap()).collect();
        let mut before = Vec::new();
        for operation in seen_in.iter().filter(|_| !dots.is_empty()) {
            before.push(shown(&caller, operation, &dots).await);
        }
        let (_, again) = caller.play(name).await;
        assert_eq!(again["about"], scenario["about"], "{name}");
        assert_eq!(dots_of(&again), dots, "{name}: the same carriers each time");
        for (operation, before) in seen_in.iter().zip(&before) {
            assert_ne!(&shown(&caller, operation, &dots).await, before, "{name}: {operation} does not show it");
        }
        promised(&caller, name, &dots, Some(&again)).await;
        caller.sandbox.reset();
        promised(&caller, name, &dots, None).await;
    }
}

#[tokio::test]
async fn a_scenario_is_of_the_carrier_and_the_customer_that_are_asked_for() {
    let caller = Caller::start(builder()).await;
    for name in MONITORED {
        let (status, played) = caller.play(&format!("{name}?dot=23868")).await;
        assert_eq!((status, dots_of(&played)), (200, vec![23868]), "{name}");
        caller.sandbox.reset();
    }
    let (_, played) = caller.play("packet-completed?dot=23868&customer=alder").await;
    assert_eq!(played["customer"], "alder");
    assert_eq!(caller.packets(23868).await.len(), 0, "demo sees nothing of it");
    let (_, played) = caller.play("vendor-down-2-minutes?customer=alder").await;
    assert_eq!(played["faults"][0]["customer"], "alder");
    assert_eq!(caller.send("PreviewCarrier", &[("DOTNumber", "23868")]).await.status(), 200);
    // Facts that somebody set stay beside those of the scenario.
    caller.sandbox.set_carrier(23868, r#"{"legalName": "Oak Lane LLC"}"#).unwrap();
    assert_eq!(caller.play("authority-revoked?dot=23868").await.0, 200);
    assert_eq!(
        caller.get("carriers/23868").await["given"],
        json!({"legalName": "Oak Lane LLC", "authority": "revoked"})
    );
    // Two of them have carriers of their own.
    let (_, one) = caller.play("insurance-lapses-tomorrow").await;
    let (_, other) = caller.play("insurance-lapses-tomorrow").await;
    assert_ne!(dots_of(&one), dots_of(&other));
    // One of which somebody set facts is left alone.
    let (_, usual) = caller.play("packet-completed").await;
    let dot = u32::try_from(dots_of(&usual)[0]).unwrap();
    caller.sandbox.set_carrier(dot, r#"{"legalName": "Oak Lane LLC"}"#).unwrap();
    assert_ne!(dots_of(&caller.play("packet-completed").await.1), [u64::from(dot)]);
}

#[tokio::test]
async fn what_cannot_be_played_is_refused_and_changes_nothing() {
    let caller = Caller::start(builder()).await;
    caller.sandbox.set_carrier(23868, r#"{"rating": "Acceptable"}"#).unwrap();
    caller.sandbox.customer("demo").change_carrier(23868);
    let before = caller.sandbox.snapshot().to_json();
    for (path, status, code, error) in [
        (
            "identity-thief",
            404,
            "unknownScenario",
            "there is no scenario \"identity-thief\"; did you mean \"identity-theft\"?; there are insurance-lapses-tomorrow",
        ),
        ("identity-theft?dot=1", 404, "unknownCarrier", "there is no carrier with DOT number 1"),
        ("identity-theft?dot=oak", 400, "invalidValue", "dot must be a DOT number"),
        ("identity-theft?dots=1", 400, "unknownParameter", "this address takes no parameter \"dots\""),
        (&*format!("identity-theft?customer={}", "a".repeat(101)), 400, "invalidValue", "customer must be a user name"),
        ("vendor-down-2-minutes?dot=23868", 400, "invalidValue", "vendor-down-2-minutes is of no carrier"),
        ("authority-revoked?dot=23868", 409, "contradictingFacts", "the rating Acceptable contradicts"),
    ] {
        let (own, answer) = caller.play(path).await;
        assert_eq!((own, &answer["code"]), (status, &json!(code)), "{path}: {answer}");
        assert!(answer["error"].as_str().unwrap().starts_with(error), "{path}: {answer}");
    }
    let body = caller.control(reqwest::Method::POST, "scenarios/identity-theft").body(r#"{"dot": 23868}"#);
    assert_eq!(body.send().await.unwrap().status(), 400);
    assert_eq!(caller.sandbox.snapshot().to_json(), before);
    assert!(caller.sandbox.scenario("identity-theft,dot=23868,dot=23868").is_err());
    let empty = Sandbox::builder().carriers(0).start().await.unwrap();
    assert!(empty.scenario("double-brokering-ring").unwrap_err().contains("takes 3 monitored carriers"));
    let wrong = Sandbox::builder().carriers(20).scenario("nothing").start().await.unwrap_err();
    assert!(wrong.to_string().contains("there are insurance-lapses-tomorrow"), "{wrong}");
}

#[tokio::test]
async fn a_scenario_of_the_start_is_there_again_after_a_reset_and_no_other_is() {
    let caller = Caller::start(
        builder().scenario("authority-revoked,dot=23868").scenario("vendor-down-2-minutes,customer=alder"),
    )
    .await;
    let down = || {
        let form = [("grant_type", "password"), ("username", "alder"), ("password", "demo")];
        caller.client.post(format!("{}/token", caller.sandbox.base_url())).form(&form).send()
    };
    for _ in 0..2 {
        assert_eq!(down().await.unwrap().status(), 503);
        let given = caller.get("carriers/23868").await["given"].clone();
        assert_eq!(given, json!({"authority": "revoked"}));
        let played = caller.sandbox.scenario("insurance-lapses-tomorrow,customer=alder").unwrap();
        assert_eq!((played.carriers.len(), played.faults.len()), (1, 0));
        let own = format!("carriers/{}", played.carriers[0]);
        assert_eq!(caller.get(&own).await["given"], json!({"insuranceExpires": "2026-03-19"}));
        caller.clock("2026-03-18T12:02:00Z").await;
        assert_eq!(down().await.unwrap().status(), 200);
        caller.sandbox.reset();
        assert_eq!(caller.get(&own).await["given"], json!({}));
    }
    // What goes on from a snapshot has been through it.
    let snapshot = caller.sandbox.snapshot();
    let next = Caller::start(builder().scenario("packet-completed,dot=23868").snapshot(snapshot)).await;
    assert_eq!(next.packets(23868).await.len(), 0);
    assert_eq!(next.get("carriers/23868").await["given"], json!({"authority": "revoked"}));
}
