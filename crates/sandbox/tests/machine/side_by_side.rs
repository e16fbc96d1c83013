//! Sixteen clients at once: each its own customer, and all of them one customer.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{RngSeed, TestRunner};
use proptest_state_machine::ReferenceStateMachine as _;

use crate::model::{Model, Step};
use crate::wire::Wire;
use crate::{Bench, sequences};

const CLIENTS: usize = 16;

fn listed(wire: &mut Wire, operation: &str) -> Vec<u64> {
    let rows = wire.json(operation, "pageSize=500");
    rows.as_array().unwrap().iter().map(|row| row["DOTNumber"].as_u64().unwrap()).collect()
}

#[test]
fn each_of_sixteen_customers_gets_what_its_model_says() {
    let bench = Bench::new();
    let dots: Arc<Vec<u32>> = Arc::new(bench.sandbox.dot_numbers());
    let rounds = sequences() / 10 / CLIENTS as u32 + 1;
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (base_url, dots) = (bench.sandbox.base_url().to_owned(), Arc::clone(&dots));
            scope.spawn(move || {
                let seed = RngSeed::Fixed(client as u64);
                let mut runner =
                    TestRunner::new(proptest::test_runner::Config { rng_seed: seed, ..Default::default() });
                for round in 0..rounds {
                    let mut wire = Wire::sign_in(&base_url, &format!("client-{client}-{round}"));
                    let mut model = Model::at_start();
                    for _ in 0..20 {
                        let step = Model::transitions(&model).new_tree(&mut runner).unwrap().current();
                        model = Model::apply(model, &step);
                        let (operation, index) = match step {
                            Step::Monitor(index) => ("RequestMonitoring", index),
                            Step::Cancel(index) => ("CancelMonitoring", index),
                            Step::Block(index) => ("BlockCarrier", index),
                            Step::Unblock(index) => ("UnblockCarrier", index),
                            _ => continue,
                        };
                        wire.json(operation, &format!("DOTNumber={}", dots[index]));
                        let of = |list: &[usize]| list.iter().map(|index| u64::from(dots[*index])).collect::<Vec<_>>();
                        assert_eq!(listed(&mut wire, "MonitoredCarriers"), of(&model.monitored), "client {client}");
                        assert_eq!(listed(&mut wire, "BlockedCarriers"), of(&model.blocked), "client {client}");
                    }
                }
            });
        }
    });
}

#[test]
fn no_update_of_sixteen_clients_of_one_customer_is_lost() {
    let bench = Bench::new();
    let dots = bench.sandbox.dot_numbers();
    let (present, absent) = dots.split_at(crate::CARRIERS as usize);
    let mut expected: BTreeSet<u64> = present.iter().map(|dot| u64::from(*dot)).collect();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let base_url = bench.sandbox.base_url();
            // Each has carriers that no other touches; all touch the strangers.
            let own: Vec<u32> = present.iter().copied().skip(client).step_by(CLIENTS).collect();
            scope.spawn(move || {
                let mut wire = Wire::sign_in(base_url, "together");
                for round in 0..25 {
                    for dot in &own {
                        wire.json("CancelMonitoring", &format!("DOTNumber={dot}"));
                        wire.json("BlockCarrier", &format!("DOTNumber={dot}"));
                        assert!(!listed(&mut wire, "MonitoredCarriers").contains(&u64::from(*dot)), "{dot}");
                        if round < 24 {
                            wire.json("RequestMonitoring", &format!("DOTNumber={dot}"));
                            assert!(listed(&mut wire, "MonitoredCarriers").contains(&u64::from(*dot)), "{dot}");
                        }
                    }
                    for dot in absent {
                        wire.json("RequestMonitoring", &format!("DOTNumber={dot}"));
                    }
                }
            });
        }
    });
    let mut wire = Wire::sign_in(bench.sandbox.base_url(), "together");
    expected.retain(|_| false);
    expected.extend(absent.iter().map(|dot| u64::from(*dot)));
    let monitored = listed(&mut wire, "MonitoredCarriers");
    assert_eq!(monitored.iter().copied().collect::<BTreeSet<_>>(), expected);
    assert_eq!(monitored.len(), expected.len(), "none twice");
    let blocked: BTreeSet<u64> = listed(&mut wire, "BlockedCarriers").into_iter().collect();
    assert!(present.iter().all(|dot| blocked.contains(&u64::from(*dot))), "no update is lost");
}
