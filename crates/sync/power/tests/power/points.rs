//! Moments at which the power may go.

use fastrand::Rng;
use mycarrierpackets_sync_power::change::Change;
use mycarrierpackets_sync_power::life::STORE;
use std::collections::BTreeSet;

/// About `number` moments, each as the changes before it, and the end: just before something is flushed and just after, while
/// the log is being taken into the file, and any others.
pub fn points(changes: &[Change], number: usize, random: &mut Rng) -> Vec<usize> {
    let on = changes.iter().position(|change| *change == Change::On).expect("the power came on") + 1;
    let store = created(changes, STORE);
    let of = |wanted: &dyn Fn(&Change) -> bool| -> Vec<usize> {
        (on..changes.len()).filter(|index| wanted(&changes[*index])).collect()
    };
    let mut chosen = BTreeSet::from([changes.len()]);
    let mut choose = |from: &[usize], count: usize, random: &mut Rng| {
        chosen.extend(random.choose_multiple(from, count).into_iter().copied());
    };
    let flushes = of(&|change| matches!(change, Change::Sync { .. } | Change::SyncFolder));
    let after: Vec<usize> = flushes.iter().map(|flush| flush + 1).collect();
    choose(&flushes, number.div_ceil(3), random);
    choose(&after, number.div_ceil(6), random);
    let to_store =
        |change: &Change| matches!(change, Change::Write { file, .. } | Change::Sync { file } if Some(*file) == store);
    choose(&of(&to_store), number.div_ceil(6), random);
    let names =
        |change: &Change| matches!(change, Change::Create { .. } | Change::Delete { .. } | Change::Length { .. });
    choose(&of(&names), number.div_ceil(6), random);
    choose(&(on..changes.len()).collect::<Vec<_>>(), number.div_ceil(6), random);
    chosen.into_iter().collect()
}

/// The file that is made first under a name.
pub fn created(changes: &[Change], wanted: &str) -> Option<u32> {
    changes.iter().find_map(|change| match change {
        Change::Create { file, name } if name == wanted => Some(*file),
        _ => None,
    })
}
