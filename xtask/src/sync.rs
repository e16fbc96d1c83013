//! What a sync bears: polls a second on PostgreSQL beside the same by hand, one customer with many carriers in a file, and
//! what a customer costs at which nothing happens.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

use crate::measure::{Outcome, number, output};
use crate::process::Sandbox;

const MANY: u32 = 100_000;
const FEW: u32 = 10_000;
/// Carriers whose year is simulated.
const YEAR: u32 = 20;
/// Seconds between two polls of a feed, and how many feeds of a customer are polled so often.
const INTERVAL: f64 = 300.0;
const FEEDS: f64 = 3.0;
const CUSTOMERS: f64 = 5000.0;
const DAY: f64 = 86_400.0;

pub fn run(bench: &Path, sandbox: &Path, runs: u32) -> Outcome<()> {
    polls(bench, runs)?;
    println!("\nThe first sync of one customer, into a file");
    for carriers in [FEW, MANY] {
        first(bench, sandbox, carriers)?;
    }
    year(bench)
}

fn polls(bench: &Path, runs: u32) -> Outcome<()> {
    println!("Polls on PostgreSQL, {CUSTOMERS} customers with {FEEDS} feeds each, by hand and by engines");
    let lines = lines(bench, &["polls", &runs.max(1).to_string()])?;
    let rounds: Vec<&Value> = lines.iter().filter(|line| line["work"] == "polls").collect();
    for packets in [0, 3] {
        println!("  {packets} packets in a window of three");
        for three in rounds.iter().filter(|line| line["packets"] == packets).collect::<Vec<_>>().chunks(3) {
            let [bare, engine, prepared] = three else { return Err("a round is missing".to_owned()) };
            let (by_hand, workers) = (number(bare, "polls")?, &bare["workers"]);
            print!("    {workers} workers   by hand {by_hand:5.0} polls/s");
            for (name, engine) in [("engines", engine), ("with prepared=yes", prepared)] {
                let (polls, events) = (number(engine, "polls")?, number(engine, "events")?);
                print!("   {name} {polls:5.0} polls/s, {events:4.0} events/s, ratio {:.2}", by_hand / polls);
            }
            println!();
        }
    }
    let http = lines.iter().find(|line| line["work"] == "http").ok_or("no request was measured")?;
    let request = number(http, "request_us")?;
    let one = rounds.iter().find(|line| line["who"] == "engine").ok_or("nothing was measured")?;
    let share = request * number(one, "polls")? / 1e4;
    println!("  request and answer take {request:.0} µs, {share:.0} % of a poll of one worker");
    for who in ["engine", "prepared"] {
        let line = rounds.iter().find(|line| line["who"] == who && line["packets"] == 0 && line["workers"] == 4);
        idle(who, line.ok_or("nothing was measured")?)?;
    }
    Ok(())
}

/// What a customer costs at which nothing happens.
fn idle(who: &str, line: &Value) -> Outcome<()> {
    let (here, server, log) = (number(line, "workers_us")?, number(line, "server_us")?, number(line, "log_bytes")?);
    let a_day = FEEDS * DAY / INTERVAL;
    let seconds = (here + server) / 1e6;
    println!(
        "  idle, {who:<8}  CPU of a poll {here:.0} µs and {server:.0} µs at the server, {log:.0} bytes of log   a customer and \
         day: {:.1} CPU seconds, {:.1} MB of log   {CUSTOMERS} customers: {:.0} % of a core",
        seconds * a_day,
        log / 1e6 * a_day,
        CUSTOMERS * seconds * a_day / DAY * 100.0
    );
    Ok(())
}

fn first(bench: &Path, sandbox: &Path, carriers: u32) -> Outcome<()> {
    let sandbox = Sandbox::start(sandbox, carriers, &["--no-log".to_owned()])?;
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let file = folder.path().join("first.db");
    let result = lines(bench, &["first", &sandbox.base, &file.display().to_string()])?;
    let result = result.first().ok_or("nothing was measured")?;
    let of = |field: &str| number(result, field);
    println!(
        "  {carriers:>6} carriers {:6.1} s, {:.0} carriers/s   peak memory {:.0} MB   {:.1} kB a carrier",
        of("seconds")?,
        of("carriers")? / of("seconds")?,
        of("peak_mb")?,
        of("bytes")? / 1e3 / of("carriers")?
    );
    Ok(())
}

fn year(bench: &Path) -> Outcome<()> {
    println!("\nA year of a customer with {YEAR} carriers, as often as the sandbox changes them");
    for line in lines(bench, &["year", &YEAR.to_string()])? {
        let of = |field: &str| number(&line, field);
        let per_carrier = |bytes: f64| bytes / 1e3 / f64::from(YEAR);
        let coverage = line["tables"]["coverage"].as_f64().unwrap_or_default();
        println!(
            "  {:<7}{:6.1} kB a carrier without notes of polls   {:.1} versions a carrier   {:.0} bytes the note of a poll",
            line["work"].as_str().unwrap_or_default(),
            per_carrier(of("bytes")? - coverage),
            of("versions")? / f64::from(YEAR),
            coverage / of("polls")?
        );
        for (table, bytes) in line["tables"].as_object().into_iter().flatten() {
            let size = per_carrier(bytes.as_f64().unwrap_or_default());
            if size >= 0.1 && table != "coverage" {
                println!("           {table:<16}{size:6.1} kB");
            }
        }
    }
    Ok(())
}

fn lines(bench: &Path, arguments: &[&str]) -> Outcome<Vec<Value>> {
    let text = output(Command::new(bench).args(arguments))?;
    text.lines().map(|line| serde_json::from_str(line).map_err(|e| format!("{line:?}: {e}"))).collect()
}
