//! The scenarios by name: what happens in each, where it is seen, and the steps it is made of.

use serde_json::{Value, json};

use crate::engine::triggers::Event;
use crate::wire::meant::{meant, quoted};
use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::company::FREE_MAIL;

/// Something that a demonstration or a test begins with.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// What happens, in a sentence.
    pub(crate) about: &'static str,
    /// The operations that show it.
    pub(crate) seen_in: &'static [&'static str],
    /// How many carriers it takes.
    pub(crate) carriers: usize,
    pub(crate) steps: &'static [Step],
}

/// A step, which is something that can be done by itself, too. Carriers are named by their place.
pub(crate) enum Step {
    /// Facts of a carrier, as they are at an instant.
    Facts(usize, fn(Ticks) -> Value),
    Event(usize, Event),
    /// A rule of misbehaviour, in force from an instant on.
    Fault(fn(Ticks) -> Value),
    /// Seconds of the sandbox's time pass.
    Pass(u64),
}

use Step::{Facts, Fault, Pass};

const PACKET: Step = Step::Event(0, Event::CompletePacket);

pub(crate) const SCENARIOS: [Scenario; 8] = [
    Scenario {
        name: "insurance-lapses-tomorrow",
        about: "The insurance of a carrier ends tomorrow and nothing follows: the rating falls to Moderate now, and to \
                Unacceptable when it has ended.",
        seen_in: &["PreviewCarrier", "GetCarrierRiskAssessment", "CarriersChanges", "MonitoredCarrierData"],
        carriers: 1,
        steps: &[Facts(0, |now| json!({ "insuranceExpires": now.plus(DAY).day() }))],
    },
    Scenario {
        name: "authority-revoked",
        about: "The authority of a carrier is revoked: its rating is Unacceptable from now on.",
        seen_in: &["PreviewCarrier", "GetCarrierRiskAssessment", "CarriersChanges", "MonitoredCarrierData"],
        carriers: 1,
        steps: &[Facts(0, |_| json!({ "authority": "revoked" }))],
    },
    Scenario {
        name: "rating-turns-unacceptable",
        about: "The overall rating of a carrier turns Unacceptable, with the facts and the broken rules it takes.",
        seen_in: &["PreviewCarrier", "GetCarrierRiskAssessment", "CarriersChanges", "MonitoredCarrierData"],
        carriers: 1,
        steps: &[Facts(0, |_| json!({ "rating": "Unacceptable" }))],
    },
    Scenario {
        name: "double-brokering-ring",
        about: "Three carriers have one phone number and one free email address, and an incident is reported of each: the \
                search for one of them finds all, and their rating falls.",
        seen_in: &[
            "FindAssociatedCarriers",
            "GetCarrierRiskAssessment",
            "GetCarrierIncidentReports",
            "CarriersChanges",
        ],
        carriers: 3,
        steps: &[
            Facts(0, ring),
            Facts(1, ring),
            Facts(2, ring),
            Step::Event(0, Event::ReportIncident),
            Step::Event(1, Event::ReportIncident),
            Step::Event(2, Event::ReportIncident),
        ],
    },
    Scenario {
        name: "identity-theft",
        about: "A carrier completes its packet, and an hour later its street, its phone and its email address are others: the \
                change is in the feed, and the rating falls, as the address is a free one.",
        seen_in: &["CompletedPackets", "CarriersChanges", "PreviewCarrier", "GetCarrierRiskAssessment"],
        carriers: 1,
        steps: &[
            PACKET,
            Pass(3600),
            Facts(0, |_| {
                let email = format!("new.accounts@{FREE_MAIL}");
                json!({ "street": "1200 Harbor Drive, Suite 9", "phone": "(786) 555-0177", "email": email })
            }),
        ],
    },
    Scenario {
        name: "packet-completed",
        about: "A carrier completes its packet now, and webhooks that are subscribed are notified.",
        seen_in: &["CompletedPackets", "GetCarrierData"],
        carriers: 1,
        steps: &[PACKET],
    },
    Scenario {
        name: "vendor-down-2-minutes",
        about: "Every call gets a web page with a 503 until two minutes of the sandbox's time have passed; then all is well.",
        seen_in: &["all of them"],
        carriers: 0,
        steps: &[Fault(|now| json!({ "kind": "page", "code": 503, "until": now.plus(120 * SECOND).iso() }))],
    },
    Scenario {
        name: "duplicate-and-late-rows",
        about: "Eight carriers changed in the last minutes. For ten minutes some of their rows are missing in the change \
                feed; after that, and for a day, every row comes twice.",
        seen_in: &["CarriersChanges"],
        carriers: 8,
        steps: &[
            Step::Event(0, Event::Change),
            Pass(30),
            Step::Event(1, Event::Change),
            Pass(30),
            Step::Event(2, Event::Change),
            Pass(30),
            Step::Event(3, Event::Change),
            Pass(30),
            Step::Event(4, Event::Change),
            Pass(30),
            Step::Event(5, Event::Change),
            Pass(30),
            Step::Event(6, Event::Change),
            Pass(30),
            Step::Event(7, Event::Change),
            Fault(|now| {
                let until = now.plus(600 * SECOND).iso();
                json!({ "kind": "lateRows", "seconds": 3600, "operation": "CarriersChanges", "until": until })
            }),
            Fault(|now| {
                let until = now.plus(DAY).iso();
                json!({ "kind": "duplicateRows", "operation": "CarriersChanges", "until": until })
            }),
        ],
    },
];

/// What the carriers of a ring share.
fn ring(_: Ticks) -> Value {
    json!({ "phone": "(312) 555-0142", "email": format!("loads.now@{FREE_MAIL}") })
}

/// A scenario that somebody asks for, of which carrier and for which customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) dot: Option<i64>,
    pub(crate) customer: Option<String>,
}

impl Choice {
    pub(crate) fn scenario(&self) -> Result<&'static Scenario, String> {
        SCENARIOS.iter().find(|own| own.name == self.name).ok_or_else(|| {
            let names = SCENARIOS.iter().map(|own| own.name);
            let (guess, all) = (meant(&self.name, names.clone()), names.collect::<Vec<_>>().join(", "));
            format!("there is no scenario {}{guess}; there are {all}", quoted(&self.name))
        })
    }
}

impl std::str::FromStr for Choice {
    type Err = String;

    /// Reads `identity-theft,dot=23868,customer=demo`; what comes after the name can be left out.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',').map(str::trim);
        let mut choice = Self { name: parts.next().unwrap_or_default().to_owned(), ..Self::default() };
        for part in parts {
            match part.split_once('=') {
                Some(("dot", dot)) if choice.dot.is_none() => {
                    let wrong = |_| format!("dot must be a DOT number, and is {}", quoted(dot));
                    choice.dot = Some(dot.parse().map_err(wrong)?);
                }
                Some(("customer", name)) if choice.customer.is_none() => choice.customer = Some(name.to_owned()),
                _ => {
                    return Err(format!(
                        "after its name a scenario takes dot=… and customer=…, each once, not {}",
                        quoted(part)
                    ));
                }
            }
        }
        choice.scenario()?;
        Ok(choice)
    }
}
