//! Months by their seeds, two at a time.

use crate::month::Month;
use mycarrierpackets_sync::planted::{self, FAULTS, Fault};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const DAYS: u64 = 30;
/// Enough where many are tried.
const SHORT: u64 = 8;
/// Seeds within which the simulation finds a planted fault.
const WITHIN: u64 = 12;

/// A month on a thread and with a runtime of its own, so that all of it happens in one order.
fn month(seed: u64, days: u64, fault: Option<Fault>) -> Month {
    let run = move || {
        planted::plant(fault);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(Month::of(seed, days))
    };
    let thread = std::thread::Builder::new().name(format!("seed {seed}")).spawn(run).expect("a thread");
    thread.join().unwrap_or_else(|_| panic!("the month of seed {seed} did not end"))
}

/// What `work` makes of each item, two at a time.
fn two_at_a_time<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicU64::new(0);
    let done = Mutex::new(Vec::new());
    let take = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            let made = work(item);
            done.lock().expect("the results").push(made);
        }
    };
    std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(take))));
    done.into_inner().expect("the results")
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

#[test]
fn every_event_of_a_month_arrives_once() {
    let from = number("SIMULATED_FROM", 1);
    let seeds: Vec<u64> = (from..from + number("SIMULATED_SEEDS", 2)).collect();
    let begun = std::time::Instant::now();
    let months = two_at_a_time(&seeds, |seed| (*seed, month(*seed, DAYS, None)));
    let wrong = months.iter().filter(|(_, month)| !month.faults.is_empty());
    let wrong: Vec<String> = wrong.map(|(seed, month)| format!("seed {seed}: {:#?}", month.faults)).collect();
    let sum = |of: fn(&Month) -> u64| months.iter().map(|(_, month)| of(month)).sum::<u64>();
    let (seconds, ticks, ended) = (begun.elapsed().as_secs(), sum(|m| m.ticks.0), sum(|m| m.ticks.1));
    println!("{} months in {seconds} s: {ticks} ticks, {ended} of them ended early", months.len());
    println!("{} polls, {} events", sum(|m| m.polls), sum(|m| m.trace.len() as u64));
    println!("{} of them came again in the sink", sum(|m| m.delivered.1));
    assert!(sum(|m| m.delivered.1) > 0, "no turn of delivery that was cut off shows anything");
    assert!(wrong.is_empty(), "{} of {} months\n{}", wrong.len(), months.len(), wrong.join("\n"));
    for (seed, month) in &months {
        // A month in which nothing happens shows nothing.
        let enough = |feed: &str, least: usize| assert!(month.known[feed] >= least, "seed {seed}: {:?}", month.known);
        enough("changes", 200);
        enough("packets", 20);
        enough("factoring", 500);
        let Month { compared, ticks, .. } = month;
        assert!(compared.carriers.len() == 2 && compared.listed.len() == 2, "seed {seed}: {compared:?}");
        assert!(ticks.0 > 200 && ticks.1 > 20, "seed {seed}: {ticks:?}");
    }
}

#[test]
fn the_same_seed_makes_the_same_month() {
    let traces = two_at_a_time(&[3, 4, 3, 4], |seed| (*seed, month(*seed, SHORT, None).trace));
    for seed in [3, 4] {
        let both: Vec<_> = traces.iter().filter(|(own, _)| *own == seed).map(|(_, trace)| trace).collect();
        assert!(both[0].len() > 200, "{} events", both[0].len());
        let first = both[0].iter().zip(both[1]).position(|(one, other)| one != other);
        assert_eq!((first, both[0].len()), (None, both[1].len()), "seed {seed}: the first event that differs");
    }
}

#[test]
fn the_simulation_finds_every_planted_fault() {
    if std::env::var_os("SIMULATED_SEEDS").is_none() {
        println!("skipped: it takes minutes; set SIMULATED_SEEDS, or run `.ci/run simulated`");
        return;
    }
    let found = two_at_a_time(&FAULTS, |fault| {
        let mut seeds = 1..=WITHIN;
        let found =
            seeds.find_map(|seed| month(seed, SHORT, Some(*fault)).faults.into_iter().next().map(|what| (seed, what)));
        (*fault, found)
    });
    for (fault, found) in &found {
        println!("{fault:?}: {found:?}");
        let shows = match fault {
            Fault::ContentAsIdentity => "too many",
            Fault::NoInterval => "twice within",
            Fault::NoFence => "overtaken",
            _ => "lost",
        };
        // Of its own kind, and by the fault alone.
        if let Some((seed, what)) = found {
            assert!(what.contains(shows), "{fault:?}: {what}");
            let without = month(*seed, SHORT, None).faults;
            assert!(without.is_empty(), "seed {seed} without the fault: {without:?}");
        }
    }
    let missed: Vec<_> = found.iter().filter(|(_, found)| found.is_none()).map(|(fault, _)| fault).collect();
    assert!(missed.is_empty(), "not within {WITHIN} seeds: {missed:?}");
}
