//! Random sequences of operations, against a model that knows what must come of them.
//!
//! `SEQUENCES` says how many, by default 300; 16 clients side by side have theirs.

mod model;
mod side_by_side;
mod wire;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{Model, Step};
use mycarrierpackets_sandbox::Sandbox;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use serde_json::Value;
use wire::Wire;

/// Carriers that are monitored at the start; ten more exist.
const CARRIERS: u32 = 60;
/// When every sequence begins, in seconds of Unix time: 2026-03-18T12:00:00Z.
const NOON: i64 = 1_773_835_200;

/// Which carriers answer an invitation: the same ones always, whoever asks.
static WILLING: Mutex<BTreeMap<u32, bool>> = Mutex::new(BTreeMap::new());
static CUSTOMERS: AtomicU32 = AtomicU32::new(0);

fn willing() -> MutexGuard<'static, BTreeMap<u32, bool>> {
    WILLING.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    static BENCH: Cell<Option<Bench>> = const { Cell::new(None) };
}

/// A sandbox and the runtime it lives in, for many sequences.
struct Bench {
    sandbox: Sandbox,
    _runtime: tokio::runtime::Runtime,
}

impl Bench {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let noon = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(NOON.unsigned_abs());
        let builder = Sandbox::builder().carriers(CARRIERS).fixed_time(noon).compress(false).record_requests(false);
        let builder = builder.token_lifetime(Duration::from_secs(86_400 * 36_500));
        let sandbox = runtime.block_on(builder.start()).unwrap();
        Self { sandbox, _runtime: runtime }
    }
}

/// One customer of a sandbox, and what the model says of it.
struct Customer {
    bench: Bench,
    wire: Wire,
    dots: Vec<u32>,
}

struct Machine;

impl StateMachineTest for Machine {
    type SystemUnderTest = Customer;
    type Reference = Model;

    fn init_test(_: &Model) -> Customer {
        let bench = BENCH.take().unwrap_or_else(Bench::new);
        bench.sandbox.reset();
        let name = format!("customer-{}", CUSTOMERS.fetch_add(1, Ordering::Relaxed));
        let wire = Wire::sign_in(bench.sandbox.base_url(), &name);
        let dots = bench.sandbox.dot_numbers();
        Customer { bench, wire, dots }
    }

    fn apply(mut customer: Customer, model: &Model, step: Step) -> Customer {
        customer.take(model, &step);
        customer.look(model, &step);
        customer
    }

    fn teardown(customer: Customer, model: Model) {
        let mut customer = customer;
        customer.look_at_everything(&model);
        BENCH.set(Some(customer.bench));
    }
}

impl Customer {
    fn ask(&mut self, operation: &str, query: &str) -> Value {
        self.wire.json(operation, query)
    }

    /// Carries a step out, and compares the answer. `model` is as it is after the step.
    fn take(&mut self, model: &Model, step: &Step) {
        let dot = |index: &usize| self.dots[*index];
        match step {
            Step::Monitor(index) => {
                let answer = self.wire.json("RequestMonitoring", &format!("DOTNumber={}", dot(index)));
                assert_eq!(answer["MonitoringID"], 5_000_000_000_u64 + *index as u64);
            }
            Step::Cancel(index) => {
                let answer = self.wire.json("CancelMonitoring", &format!("dotNumber={}", dot(index)));
                assert!(answer["CancelDate"].is_string());
            }
            Step::Block(index) => {
                let answer = self.wire.json("BlockCarrier", &format!("DOTNumber={}", dot(index)));
                assert_eq!(answer["Result"], model.changed, "{step:?}");
            }
            Step::Unblock(index) => {
                let answer = self.wire.json("UnblockCarrier", &format!("DOTNumber={}", dot(index)));
                assert_eq!(answer["Result"], model.changed, "{step:?}");
            }
            Step::Invite(index, email) => {
                let query = format!("dotNumber={}&carrierEmail={email}%40carrier.example", dot(index));
                let answer = self.wire.json("EmailPacketInvitation", &query);
                assert_eq!(answer, format!("Invitation has been sent to {email}@carrier.example."));
            }
            Step::AskForVin(index) => {
                let query = format!(
                    "dotNumber={}&deliveryOption=2&vinVerificationPhoneNumber=3125550142&outputVINVerificationRequestID=true",
                    dot(index)
                );
                assert!(
                    self.wire.json("RequestVINVerification", &query)["VinVerificationRequestID"].as_u64()
                        > Some(70_000)
                );
            }
            Step::Wait(hours) => self.bench.sandbox.advance(Duration::from_secs(3600 * u64::from(*hours))),
            Step::Stranger => {
                for operation in ["RequestMonitoring", "BlockCarrier", "PreviewCarrier"] {
                    assert_eq!(self.wire.status(operation, "DOTNumber=1"), 404);
                }
            }
            Step::Nonsense => assert_eq!(self.wire.status("BlockCarrier", "DOTNumber=x"), 400),
        }
    }

    /// What the step touched must show at once.
    fn look(&mut self, model: &Model, step: &Step) {
        match step {
            Step::Monitor(index) | Step::Cancel(index) | Step::Block(index) | Step::Unblock(index) => {
                self.look_at_carrier(model, *index);
            }
            Step::Invite(index, _) | Step::AskForVin(index) => self.look_at_carrier(model, *index),
            Step::Wait(_) | Step::Stranger | Step::Nonsense => {
                let size = 20 + model.monitored.len() % 7;
                let listed = self.list("MonitoredCarriers", size);
                assert_eq!(listed, self.numbers(&model.monitored));
            }
        }
    }

    fn look_at_carrier(&mut self, model: &Model, index: usize) {
        let dot = self.dots[index];
        let preview = self.ask("PreviewCarrier", &format!("DOTNumber={dot}"));
        let preview = &preview[0];
        assert_eq!(preview["IsMonitored"], model.monitored.contains(&index), "{dot} is monitored, or is not");
        assert_eq!(preview["IsBlocked"], model.blocked.contains(&index), "{dot}");
        let state = preview["InProcessState"].as_str();
        let invitation = model.invited.get(&index);
        match state {
            None => assert!(invitation.is_none(), "{dot} was invited"),
            Some("Invited") => {
                let since = invitation.unwrap_or_else(|| panic!("{dot} was not invited")).since;
                if model.hours - since >= 72 {
                    assert!(!*willing().entry(dot).or_insert(false), "{dot} takes part and is three days late");
                }
            }
            Some("Completed") => {
                if let Some(invitation) = invitation
                    && !self.had_packet(dot)
                {
                    assert!(*willing().entry(dot).or_insert(true), "{dot} never takes part");
                    let completed = self.ask("CompletedPackets", &three_days(invitation.since));
                    let rows = completed.as_array().unwrap().iter().filter(|row| row["DOTNumber"] == dot);
                    assert_eq!(rows.count(), 1, "{dot} completed one packet");
                }
            }
            other => panic!("{other:?}"),
        }
    }

    /// Whether a carrier had a packet at the start: then one who never invited it sees it, too.
    fn had_packet(&self, dot: u32) -> bool {
        static HAD: Mutex<BTreeMap<u32, bool>> = Mutex::new(BTreeMap::new());
        let mut had = HAD.lock().unwrap_or_else(PoisonError::into_inner);
        *had.entry(dot).or_insert_with(|| {
            let mut fresh = Wire::sign_in(self.bench.sandbox.base_url(), "fresh");
            fresh.json("PreviewCarrier", &format!("DOTNumber={dot}"))[0]["InProcessState"] == "Completed"
        })
    }

    fn numbers(&self, indexes: &[usize]) -> Vec<u64> {
        indexes.iter().map(|index| u64::from(self.dots[*index])).collect()
    }

    /// A whole list, page by page.
    fn list(&mut self, operation: &str, size: usize) -> Vec<u64> {
        let mut all = Vec::new();
        for page in 1.. {
            let rows = self.ask(operation, &format!("pageSize={size}&pageNumber={page}"));
            let rows = rows.as_array().unwrap();
            all.extend(rows.iter().map(|row| row["DOTNumber"].as_u64().unwrap()));
            if rows.len() < size {
                return all;
            }
        }
        all
    }

    fn look_at_everything(&mut self, model: &Model) {
        assert_eq!(self.list("MonitoredCarriers", 50), self.numbers(&model.monitored));
        assert_eq!(self.list("BlockedCarriers", 3), self.numbers(&model.blocked));
        // The last page has those who joined.
        let size = 6;
        let last = model.monitored.len().div_ceil(size);
        let page = self.ask("MonitoredCarrierData", &format!("pageSize={size}&pageNumber={last}"));
        assert_eq!(page["totalCount"], model.monitored.len());
        let data = page["data"].as_array().unwrap();
        assert_eq!(data.len(), model.monitored.len() - (last - 1) * size);
        for (record, index) in data.iter().zip(&model.monitored[(last - 1) * size..]) {
            assert_eq!(record["dotNumber"]["Value"], self.dots[*index].to_string());
            assert_eq!(record["isBlocked"], model.blocked.contains(index));
            let recipient = record["LatestInvitation"]["InvitationRecipient"].as_str();
            if let Some(invitation) = model.invited.get(index) {
                assert_eq!(recipient, Some(&*format!("{}@carrier.example", invitation.email)), "the last one counts");
            }
        }
        for (index, asked) in &model.vins {
            let answer = self.ask("GetCarrierVINVerifications", &format!("DOTNumber={}", self.dots[*index]));
            let requests = answer["VINVerifications"].as_array().unwrap().iter();
            let requests = requests.flat_map(|vehicle| vehicle["Requests"].as_array().unwrap());
            let mine = requests.filter(|request| request["RequestSentTo"] == "3125550142").count();
            assert_eq!(mine, (*asked).min(20), "requests for vehicles of {}", self.dots[*index]);
        }
        for &index in model.invited.keys() {
            self.look_at_carrier(model, index);
        }
    }
}

/// The window in which who was invited at an hour completes its packet.
fn three_days(since: u32) -> String {
    let hour = |hours: u32| {
        let at = jiff::Timestamp::from_second(NOON + 3600 * i64::from(hours)).unwrap();
        at.to_string().trim_end_matches('Z').to_owned()
    };
    format!("fromDate={}&toDate={}", hour(since), hour(since + 72))
}

fn sequences() -> u32 {
    std::env::var("SEQUENCES").ok().map_or(300, |count| count.parse().expect("SEQUENCES is a number"))
}

fn config() -> Config {
    Config { cases: sequences(), failure_persistence: None, max_shrink_iters: 500, ..Config::default() }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn random_sequences_do_what_the_model_does(sequential 1..16 => Machine);
}

/// A model that forgets a cancellation must be found out, or the comparison compares nothing.
#[test]
#[should_panic(expected = "is monitored, or is not")]
fn a_model_that_is_wrong_is_found_out() {
    let model = Model::at_start();
    let mut customer = Machine::init_test(&model);
    customer.take(&model, &Step::Cancel(3));
    customer.look(&model, &Step::Cancel(3));
}

#[test]
fn the_model_keeps_its_own_rules() {
    let mut model = Model::at_start();
    for step in [Step::Cancel(3), Step::Monitor(3), Step::Block(3), Step::Block(3)] {
        model = Model::apply(model, &step);
    }
    assert_eq!(model.monitored.last(), Some(&3), "who comes back is last");
    assert!(!model.changed);
}
