//! The scenarios: listed and played.

use serde_json::{Value, json};

use crate::control::addresses;
use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result, bad, missing};
use crate::engine::play::Unplayed;
use crate::engine::scenarios::{Choice, SCENARIOS, Scenario};
use crate::webhooks::Whose;
use crate::wire::meant::quoted;

const LIST: &str = "/__sandbox/scenarios";

pub(crate) async fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    match (method, path) {
        ("GET", ["scenarios"]) => Ok(Reply::Json(SCENARIOS.iter().map(shown).collect())),
        ("POST", ["scenarios", name]) => play(call, name).await,
        _ => Err(addresses::nowhere(method, path)),
    }
}

fn shown(scenario: &Scenario) -> Value {
    let takes: &[&str] = if scenario.carriers == 0 { &["customer"] } else { &["dot", "customer"] };
    json!({
        "name": scenario.name,
        "about": scenario.about,
        "seenIn": scenario.seen_in,
        "carriers": scenario.carriers,
        "parameters": takes,
    })
}

async fn play(call: &Call<'_>, name: &str) -> Result {
    if !call.body.trim_ascii().is_empty() {
        return Err(bad(Code::InvalidValue, "dot and customer are parameters of the address; the body must be empty"));
    }
    let number = |text: &str| {
        let wrong = |_| bad(Code::InvalidValue, format!("dot must be a DOT number, and is {}", quoted(text)));
        text.trim().parse().map_err(wrong)
    };
    let choice = Choice {
        name: name.to_owned(),
        dot: call.params.get("dot").map(number).transpose()?,
        customer: call.params.get("customer").map(str::to_owned),
    };
    let played = call.engine.play(&choice).map_err(refusal)?;
    call.flushed(Whose::All).await;
    Ok(Reply::Json(played))
}

fn refusal(error: Unplayed) -> Refusal {
    let text = error.to_string();
    match error {
        Unplayed::NoScenario(_) => missing(Code::UnknownScenario, text, LIST),
        Unplayed::NoCarrier(_) => missing(Code::UnknownCarrier, text, "/__sandbox/carriers"),
        Unplayed::Invalid(_) => bad(Code::InvalidValue, text),
        Unplayed::Contradiction(_) => {
            let advice =
                "Give another dot, or take away the facts that were set with DELETE /__sandbox/carriers/{dot}.";
            Refusal::new(409, Code::ContradictingFacts, text, advice)
        }
        Unplayed::TooFewCarriers(_) => {
            Refusal::new(409, Code::TooFewCarriers, text, "Reset the sandbox, or start it with more --carriers.")
        }
        Unplayed::TooManyCustomers => Refusal::new(409, Code::TooManyCustomers, text, "Reset the sandbox."),
    }
}
