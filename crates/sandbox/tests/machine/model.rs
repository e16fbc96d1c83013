//! What must come of each step, for one customer.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::ReferenceStateMachine;

use crate::CARRIERS;

/// What a customer does. Carriers are named by their place in the world.
#[derive(Clone, Debug)]
pub enum Step {
    Monitor(usize),
    Cancel(usize),
    Block(usize),
    Unblock(usize),
    Invite(usize, &'static str),
    AskForVin(usize),
    /// This number of hours passes.
    Wait(u32),
    /// Calls about a carrier that does not exist.
    Stranger,
    /// A call that cannot be understood.
    Nonsense,
}

#[derive(Clone, Debug)]
pub struct Invitation {
    pub email: &'static str,
    /// The hour of the first one.
    pub since: u32,
}

#[derive(Clone, Debug)]
pub struct Model {
    /// In the order in which they joined.
    pub monitored: Vec<usize>,
    pub blocked: Vec<usize>,
    pub invited: BTreeMap<usize, Invitation>,
    pub vins: BTreeMap<usize, usize>,
    pub hours: u32,
    /// Whether the last step changed a list.
    pub changed: bool,
}

impl Model {
    pub fn at_start() -> Self {
        Self {
            monitored: (0..CARRIERS as usize).collect(),
            blocked: (0..CARRIERS as usize).filter(|index| index % 50 == 7).collect(),
            invited: BTreeMap::new(),
            vins: BTreeMap::new(),
            hours: 0,
            changed: false,
        }
    }
}

fn join(list: &mut Vec<usize>, index: usize) -> bool {
    let new = !list.contains(&index);
    if new {
        list.push(index);
    }
    new
}

fn leave(list: &mut Vec<usize>, index: usize) -> bool {
    let before = list.len();
    list.retain(|own| *own != index);
    list.len() < before
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::at_start()).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Step> {
        // Few carriers, so that steps meet; those of the lists among them.
        let near: Vec<usize> = [0, 3, 7, 57, 61, 69].into_iter().chain(model.blocked.iter().copied()).collect();
        let index = select(near);
        prop_oneof![
            3 => index.clone().prop_map(Step::Monitor),
            3 => index.clone().prop_map(Step::Cancel),
            3 => index.clone().prop_map(Step::Block),
            3 => index.clone().prop_map(Step::Unblock),
            3 => (index.clone(), select(vec!["ada", "bo"])).prop_map(|(index, email)| Step::Invite(index, email)),
            2 => index.prop_map(Step::AskForVin),
            2 => select(vec![1, 10, 72]).prop_map(Step::Wait),
            1 => Just(Step::Stranger),
            1 => Just(Step::Nonsense),
        ]
        .boxed()
    }

    fn apply(mut model: Self, step: &Step) -> Self {
        model.changed = match *step {
            Step::Monitor(index) => join(&mut model.monitored, index),
            Step::Cancel(index) => leave(&mut model.monitored, index),
            Step::Block(index) => join(&mut model.blocked, index),
            Step::Unblock(index) => leave(&mut model.blocked, index),
            Step::Invite(index, email) => {
                let since = model.invited.get(&index).map_or(model.hours, |invitation| invitation.since);
                model.invited.insert(index, Invitation { email, since });
                false
            }
            Step::AskForVin(index) => {
                *model.vins.entry(index).or_default() += 1;
                false
            }
            Step::Wait(hours) => {
                model.hours += hours;
                false
            }
            Step::Stranger | Step::Nonsense => false,
        };
        model
    }
}
