//! Plays scenarios: chooses their carriers, does their steps, and says what was done and when it shows.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::customers::{Customer, USERNAME};
use crate::engine::Engine;
use crate::engine::given::Unset;
use crate::engine::scenarios::{Choice, Scenario, Step};
use crate::engine::triggers::Cannot;
use crate::lock;
use crate::watch::Topic;
use crate::wire::auth::is_user_name;
use crate::wire::fault::Fault;
use crate::world::Index;
use crate::world::carrier::Carrier;
use crate::world::clock::{DAY, Ticks};
use crate::world::company::Company;
use crate::world::timeline;

/// How far ahead is looked for what comes of a scenario.
const AHEAD: i64 = 30 * DAY;
/// A carrier to which something else happens within this time would show that, too.
const QUIET: i64 = 7 * DAY;

/// Why a scenario is not played.
pub(crate) enum Unplayed {
    NoScenario(String),
    /// No carrier has this number.
    NoCarrier(i64),
    /// Something that the scenario does not take, or a user name that is none.
    Invalid(String),
    /// Facts that cannot be so together.
    Contradiction(String),
    TooFewCarriers(String),
    TooManyCustomers,
}

impl std::fmt::Display for Unplayed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoCarrier(dot) => write!(f, "there is no carrier with DOT number {dot}"),
            Self::TooManyCustomers => f.write_str("there are too many customers"),
            Self::NoScenario(error)
            | Self::Invalid(error)
            | Self::Contradiction(error)
            | Self::TooFewCarriers(error) => f.write_str(error),
        }
    }
}

/// What was done so far.
#[derive(Default)]
struct Done {
    facts: Vec<Value>,
    events: Vec<Value>,
    faults: Vec<Value>,
}

impl Engine {
    /// Plays the scenarios of the start, in their order.
    pub(crate) fn play_all(&self) -> Result<(), String> {
        for text in &self.start.scenarios {
            let played = text.parse().map_err(Unplayed::NoScenario).and_then(|choice| self.play(&choice));
            played.map_err(|error| format!("the scenario {text}: {error}"))?;
        }
        Ok(())
    }

    /// Plays a scenario, and says what was done.
    pub(crate) fn play(&self, choice: &Choice) -> Result<Value, Unplayed> {
        let scenario = choice.scenario().map_err(Unplayed::NoScenario)?;
        let name = choice.customer.as_deref().unwrap_or(USERNAME);
        if !is_user_name(name) {
            return Err(Unplayed::Invalid("customer must be a user name of 1 to 100 characters".to_owned()));
        }
        let customer = self.customers.of(name, &self.world).ok_or(Unplayed::TooManyCustomers)?;
        let cast = self.cast(scenario, &customer, choice.dot)?;
        let mut done = Done::default();
        for step in scenario.steps {
            self.step(step, (&cast, &customer, choice.customer.as_deref()), &mut done)?;
        }
        let now = self.clock.now();
        let mut comes: Vec<_> =
            cast.iter().flat_map(|&index| timeline::of(&self.world, index, now.plus(1), now.plus(AHEAD))).collect();
        comes.sort_by_key(|event| event.at);
        let who =
            |index: &Index| json!({ "dot": self.world.dot(*index), "name": Company::of(&self.world, *index).name });
        let event =
            |own: &timeline::Event| json!({ "at": own.at.iso(), "dot": self.world.dot(own.index), "what": own.what });
        Ok(json!({
            "name": scenario.name,
            "about": scenario.about,
            "seenIn": scenario.seen_in,
            "customer": name,
            "at": now.iso(),
            "carriers": cast.iter().map(who).collect::<Vec<_>>(),
            "facts": done.facts,
            "events": done.events,
            "faults": done.faults,
            "comes": comes.iter().map(event).collect::<Vec<_>>(),
        }))
    }

    fn step(&self, step: &Step, of: (&[Index], &Customer, Option<&str>), done: &mut Done) -> Result<(), Unplayed> {
        let (cast, customer, only) = of;
        let dot = |place: usize| cast.get(place).map_or(-1, |index| i64::from(self.world.dot(*index)));
        let at = self.clock.now();
        match step {
            Step::Facts(place, facts) => {
                let (dot, facts) = (dot(*place), facts(at));
                self.add_facts(dot, &facts)?;
                done.facts.push(json!({ "at": at.iso(), "dot": dot, "set": facts }));
            }
            Step::Event(place, event) => {
                let dot = dot(*place);
                self.happen(customer, dot, *event).map_err(|error| match error {
                    Cannot::NoCarrier => Unplayed::NoCarrier(dot),
                    Cannot::NoReport => Unplayed::Contradiction("no incident was reported".to_owned()),
                })?;
                done.events.push(json!({ "at": at.iso(), "dot": dot, "event": event }));
            }
            Step::Fault(rule) => {
                let mut rule = rule(at);
                if let Some(name) = only {
                    rule["customer"] = name.into();
                }
                let fault = Fault::from_json(rule).map_err(Unplayed::Invalid)?;
                let id = self.faults.add(fault);
                done.faults.extend(self.faults.list().into_iter().filter(|own| own["id"] == id));
            }
            Step::Pass(seconds) => {
                self.clock.advance(Duration::from_secs(*seconds));
                self.settle_all();
                self.watch.say(Topic::Clock, None);
                self.webhooks.wake();
            }
        }
        Ok(())
    }

    /// Sets facts beside those that somebody set before.
    fn add_facts(&self, dot: i64, facts: &Value) -> Result<(), Unplayed> {
        let index = self.world.by_dot(dot).ok_or(Unplayed::NoCarrier(dot))?;
        let before = self.world.given(index, self.clock.now()).map(|given| given.asked.clone()).unwrap_or_default();
        let mut members: Map<String, Value> =
            serde_json::to_value(before).ok().and_then(|own| own.as_object().cloned()).unwrap_or_default();
        members.extend(facts.as_object().cloned().unwrap_or_default());
        self.set_carrier(dot, members).map_err(|error| match error {
            Unset::NoCarrier => Unplayed::NoCarrier(dot),
            Unset::Invalid(error) => Unplayed::Invalid(error),
            Unset::Contradiction(error) => Unplayed::Contradiction(error),
        })?;
        self.watch.say(Topic::Carrier, u64::try_from(dot).ok());
        Ok(())
    }

    /// The carriers of a scenario: the one that is asked for, and clean ones.
    fn cast(&self, scenario: &Scenario, customer: &Customer, dot: Option<i64>) -> Result<Vec<Index>, Unplayed> {
        let now = self.settle(customer);
        let mut cast = Vec::new();
        if let Some(dot) = dot {
            if scenario.carriers == 0 {
                return Err(Unplayed::Invalid(format!("{} is of no carrier: leave dot out", scenario.name)));
            }
            cast.push(self.world.by_dot(dot).ok_or(Unplayed::NoCarrier(dot))?);
        }
        for quiet in [true, false] {
            // The first is the carrier of the documents' examples, which stays as it is.
            for index in 1..self.world.total {
                if cast.len() >= scenario.carriers {
                    return Ok(cast);
                }
                if !cast.contains(&index)
                    && self.is_clean(customer, index, now)
                    && (!quiet || self.is_quiet(index, now))
                {
                    cast.push(index);
                }
            }
        }
        if cast.len() >= scenario.carriers {
            return Ok(cast);
        }
        Err(Unplayed::TooFewCarriers(format!(
            "{} takes {} monitored carriers that break no rule, and there are {}",
            scenario.name,
            scenario.carriers,
            cast.len()
        )))
    }

    /// Whether a carrier is one that a broker would take, as the world made it.
    fn is_clean(&self, customer: &Customer, index: Index, now: Ticks) -> bool {
        if self.world.docket(index).is_none() || self.world.given(index, now).is_some() {
            return false;
        }
        let standing = customer.standing(&self.world, &lock(&self.history), index, now);
        let is_free_of_infractions =
            || Carrier::new(&self.world, index, standing.facts.clone(), now).risk().iter().all(Vec::is_empty);
        standing.monitored && !standing.blocked && is_free_of_infractions()
    }

    fn is_quiet(&self, index: Index, now: Ticks) -> bool {
        timeline::of(&self.world, index, now, now.plus(QUIET)).is_empty()
    }
}
