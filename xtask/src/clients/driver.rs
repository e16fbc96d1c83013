//! A driver is a program that takes the steps of a job through a generated client, and prints a line of JSON for each.

use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::workshop::Workshop;
use crate::measure::Outcome;

/// No driver takes longer, unless it hangs.
const LONGEST: Duration = Duration::from_secs(300);

/// What came of one step.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcomes {
    /// The client decoded an answer.
    Rows { rows: Vec<String> },
    /// The client said, by an error of a known kind, that there is no answer.
    Error {
        status: Option<u16>,
        reason: String,
        #[serde(default)]
        unknown: bool,
    },
    /// The client failed in a way that nobody expects, such as in its decoder.
    Broken { error: String },
}

#[derive(Deserialize)]
struct Line {
    scenario: String,
    step: String,
    /// How often the normaliser reported a code.
    #[serde(default)]
    problems: BTreeMap<String, u64>,
    #[serde(flatten)]
    outcome: Outcomes,
}

/// What a driver reports.
pub struct Report {
    lines: Vec<Line>,
}

impl Report {
    /// What came of a step.
    pub fn of(&self, scenario: &str, step: &str) -> Outcomes {
        let found = self.lines.iter().find(|line| line.scenario == scenario && line.step == step);
        found.map_or_else(
            || Outcomes::Broken { error: "the driver did not report it".to_owned() },
            |line| line.outcome.clone(),
        )
    }

    /// How many values the normaliser reported as lost in a step.
    pub fn lost_values(&self, scenario: &str, step: &str) -> u64 {
        let lines = self.lines.iter().filter(|line| line.scenario == scenario && line.step == step);
        let problems = lines.flat_map(|line| &line.problems);
        problems.filter(|(code, _)| code.starts_with("lost-")).map(|(_, count)| count).sum()
    }
}

/// The scenarios of a job, each with its steps: user names, each a customer of its own.
pub type Scenarios = Vec<(String, Vec<&'static str>)>;

/// How a driver goes about its job.
pub struct Manner {
    pub normalise: bool,
    /// How often a call is tried. The sandbox asks for waits that are only due to its faults, so they are cut short.
    pub attempts: u32,
}

/// Has the driver do a job, whose facts `job` has.
pub fn drive(
    workshop: &Workshop,
    run: &str,
    job: &Value,
    base: &str,
    manner: &Manner,
    scenarios: &Scenarios,
) -> Outcome<Report> {
    let mut job = job.clone();
    job["base"] = base.into();
    job["normalise"] = manner.normalise.into();
    job["attempts"] = manner.attempts.into();
    job["longestWait"] = json!(0.02);
    job["scenarios"] = scenarios.iter().map(|(user, steps)| json!({ "user": user, "steps": steps })).collect();
    let path = workshop.path("job.json");
    let written = std::fs::File::create(&path).and_then(|mut file| file.write_all(job.to_string().as_bytes()));
    written.map_err(|e| format!("{}: {e}", path.display()))?;

    // Into files: nobody reads a pipe while the clock is watched.
    let out = std::fs::File::create(workshop.path("driver.out")).map_err(|e| e.to_string())?;
    let errors = std::fs::File::create(workshop.path("driver.err")).map_err(|e| e.to_string())?;
    let mut command = workshop.command(run);
    command.arg("job.json").stdout(Stdio::from(out)).stderr(Stdio::from(errors));
    let mut process = command.spawn().map_err(|e| format!("{run}: {e}"))?;
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        if begun.elapsed() > LONGEST {
            // It is of no use any more.
            let _ = process.kill();
            let _ = process.wait();
            return Err(format!("{run}: no end after {LONGEST:?}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    eprintln!("{:5.1} s  {run}", begun.elapsed().as_secs_f32());
    let read = |name| std::fs::read_to_string(workshop.path(name)).unwrap_or_default();
    if !status.success() {
        let errors = read("driver.err");
        let end: Vec<_> = errors.lines().rev().take(20).collect();
        return Err(format!("{run}: {status}\n{}", end.into_iter().rev().collect::<Vec<_>>().join("\n")));
    }
    let text = read("driver.out");
    let lines = text.lines().filter(|line| line.starts_with('{'));
    let lines: Result<Vec<Line>, _> = lines.map(serde_json::from_str).collect();
    lines.map(|lines| Report { lines }).map_err(|e| format!("{run}: {e}"))
}
