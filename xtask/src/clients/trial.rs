//! The trial of one generator: generate, compile, and every job with and without the normaliser.

use serde_json::Value;
use std::path::Path;

use super::csharp;
use super::driver::{self, Manner, Report, Scenarios};
use super::judge::{self, Verdict};
use super::languages::{Generator, Language};
use super::scenarios::{DESTROYING, Expect, SCENARIOS, Scenario};
use super::table::Line;
use super::truth::{self, PAGE, STEPS, Truth};
use super::vectors::{self, Vector};
use super::workshop::Workshop;
use crate::http::exchange;
use crate::measure::Outcome;

/// What all trials share.
pub struct Bench<'b> {
    pub sandbox: &'b Path,
    pub truth: &'b Truth,
    pub vectors: &'b [Vector],
    /// The address at which the vectors are answered.
    pub answers: &'b str,
    /// A file with the rules of the faults of data.
    pub faults: &'b str,
}

/// A line of the table, and what went wrong in its making, each in a line.
pub struct Trial {
    pub line: Line,
    pub faults: Vec<String>,
}

const ONCE: u32 = 1;
/// A storm spoils about one call in seven, so that hardly any call fails this often.
const STORMPROOF: u32 = 12;

impl Bench<'_> {
    /// Tries one generator.
    pub fn try_out(&self, workshop: &Workshop, language: &Language, generator: &'static Generator) -> Trial {
        let line = Line { language: language.title, generator: generator.name, with: Vec::new(), without: Vec::new() };
        let mut trial = Trial { line, faults: Vec::new() };
        if let Err(reason) = self.all(workshop, generator, &mut trial) {
            trial.fault(&reason);
        }
        trial
    }

    fn all(&self, workshop: &Workshop, generator: &Generator, trial: &mut Trial) -> Outcome<()> {
        workshop.clear(generator.made)?;
        for commands in [generator.generate, generator.compile] {
            let done = workshop.run(commands);
            let none = if commands.is_empty() { "–" } else { "ok" };
            trial.line.with.push(if done.is_ok() { none } else { "**fails**" }.to_owned());
            done?;
        }
        let Some(run) = generator.run else {
            trial.source_only();
            return csharp::check(&workshop.path(generator.made));
        };
        let drive = |base: &str, manner, scenarios: &Scenarios| {
            driver::drive(workshop, run, &self.truth.job(), base, &manner, scenarios)
        };

        let calm = || truth::sandbox(self.sandbox, "wire", &["--faults", self.faults]);
        let with = drive(&calm()?.base, Manner { normalise: true, attempts: ONCE }, &calm_scenarios())?;
        trial.wire(self, &with, true);
        let report =
            drive(self.answers, Manner { normalise: true, attempts: ONCE }, &vectors::scenarios(self.vectors))?;
        trial.vectors(self, &report, generator.limits);
        trial.data(self, &with, true);
        let storm = truth::sandbox(self.sandbox, "storm", &[])?;
        without_drift(&storm.base)?;
        let report = drive(
            &storm.base,
            Manner { normalise: true, attempts: STORMPROOF },
            &vec![("storm".to_owned(), STEPS.to_vec())],
        )?;
        trial.storm(self, &report);

        let without = drive(&calm()?.base, Manner { normalise: false, attempts: ONCE }, &calm_scenarios())?;
        trial.wire(self, &without, false);
        trial.data(self, &without, false);
        Ok(())
    }
}

impl Trial {
    fn fault(&mut self, reason: &str) {
        self.faults.push(format!("{}, {}: {reason}", self.line.language, self.line.generator));
    }

    /// Nothing of it runs.
    fn source_only(&mut self) {
        self.line.with.truncate(1);
        self.line.with.push("source checked".to_owned());
        self.line.with.extend(std::iter::repeat_n("–".to_owned(), STEPS.len() + 3));
        self.line.without.extend(std::iter::repeat_n("–".to_owned(), STEPS.len() + 1));
    }

    fn wire(&mut self, bench: &Bench<'_>, report: &Report, with: bool) {
        let verdicts: Vec<_> =
            STEPS.iter().map(|step| (step, verdict(bench.truth, report, "wire", step, None))).collect();
        for (step, verdict) in &verdicts {
            if with && *verdict != Verdict::Good {
                self.fault(&format!("{step}: {verdict}"));
            }
        }
        self.cells(with).extend(verdicts.iter().map(|(_, verdict)| verdict.to_string()));
    }

    fn vectors(&mut self, bench: &Bench<'_>, report: &Report, limits: &[(&str, &str)]) {
        let wrong = vectors::wrong(bench.vectors, report);
        let all = bench.vectors.len();
        let unknown = |name: &str| !limits.iter().any(|(own, _)| *own == name);
        for (name, found) in wrong.iter().filter(|(name, _)| unknown(name)) {
            self.fault(&format!("vector {name}: {found}"));
        }
        for (limit, _) in limits.iter().filter(|(own, _)| !wrong.iter().any(|(name, _)| name == own)) {
            self.fault(&format!("vector {limit}: it comes out right now, so take it off the generator's limits"));
        }
        self.line.with.push(if wrong.is_empty() { "ok".to_owned() } else { format!("{} of {all}", all - wrong.len()) });
    }

    fn data(&mut self, bench: &Bench<'_>, report: &Report, with: bool) {
        let mut good = 0;
        for scenario in SCENARIOS {
            let judged = |step| match verdict(bench.truth, report, scenario.kind, step, Some(scenario)) {
                Verdict::Good if with && unreported(report, scenario.kind, step) => {
                    Verdict::Bad("values are lost, and nobody reports it".to_owned())
                }
                verdict => verdict,
            };
            let verdicts = STEPS.map(|step| (step, judged(step)));
            let bad: Vec<_> = verdicts.iter().filter(|(_, verdict)| !verdict.is_good()).collect();
            good += usize::from(bad.is_empty());
            for (step, verdict) in bad.into_iter().filter(|_| with) {
                self.fault(&format!("{}, {step}: {verdict}", scenario.kind));
            }
        }
        // What goes wrong without the normaliser shows that the count finds lost rows.
        if !with && good == SCENARIOS.len() {
            self.fault("without the normaliser nothing is lost: the count does not find lost rows");
        }
        self.cells(with).push(format!("{good} of {}", SCENARIOS.len()));
    }

    fn storm(&mut self, bench: &Bench<'_>, report: &Report) {
        let judged = STEPS.map(|step| {
            let outcome = report.of("storm", step);
            let verdict = if step == "unknown" {
                judge::unknown(&outcome, true)
            } else {
                judge::stormy(&outcome, bench.truth.of("storm", step))
            };
            (step, verdict)
        });
        let bad: Vec<_> = judged.iter().filter(|(_, verdict)| *verdict != Verdict::Good).collect();
        let cell = bad.iter().map(|(step, verdict)| format!("{step}: {verdict}")).collect::<Vec<_>>().join(", ");
        bad.iter().for_each(|(step, verdict)| self.fault(&format!("storm, {step}: {verdict}")));
        self.line.with.push(if cell.is_empty() { "ok".to_owned() } else { cell });
    }

    fn cells(&mut self, with: bool) -> &mut Vec<String> {
        if with { &mut self.line.with } else { &mut self.line.without }
    }
}

fn calm_scenarios() -> Scenarios {
    let names = std::iter::once("wire").chain(SCENARIOS.iter().map(|each| each.kind));
    names.map(|name| (name.to_owned(), STEPS.to_vec())).collect()
}

fn verdict(truth: &Truth, report: &Report, user: &str, step: &str, scenario: Option<&Scenario>) -> Verdict {
    let outcome = report.of(user, step);
    let (rows, document) = scenario.map_or((Expect::Whole, Expect::Whole), |each| (each.rows, each.document));
    match step {
        "unknown" => judge::unknown(&outcome, rows != Expect::Refused),
        "document" => judge::rows(&outcome, truth.of(user, step), PAGE, document),
        // Tokens are no customer's, so that no rule applies to them.
        "token" => judge::rows(&outcome, truth.of(user, step), PAGE, Expect::Whole),
        // Only the rows of a window can come twice.
        _ if rows == Expect::Twice && step != "changes" => {
            judge::rows(&outcome, truth.of(user, step), PAGE, Expect::Whole)
        }
        _ => judge::rows(&outcome, truth.of(user, step), PAGE, rows),
    }
}

/// Whether a fault destroyed values of large answers, and the normaliser did not say so.
fn unreported(report: &Report, kind: &str, step: &str) -> bool {
    DESTROYING.contains(&kind) && ["bulk", "changes"].contains(&step) && report.lost_values(kind, step) == 0
}

/// Ends the rules that change the list itself: what it holds while it is read is nobody's to say.
fn without_drift(base: &str) -> Outcome<()> {
    let rules = exchange(base, "GET /__sandbox/faults", "", "")?.text("the rules")?;
    let rules: Value = serde_json::from_str(&rules).map_err(|e| e.to_string())?;
    for rule in rules.as_array().into_iter().flatten().filter(|rule| rule["kind"] == "pageDrift") {
        exchange(base, &format!("DELETE /__sandbox/faults/{}", rule["id"]), "", "")?;
    }
    Ok(())
}
