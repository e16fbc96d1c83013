//! `cargo xtask diff`: what changed in the contract, whom it breaks, and the version it asks for.

use crate::finding::{self, Finding, count};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

mod change;
mod changelog;
mod documents;
mod effect;
#[cfg(test)]
mod mutated;
mod operations;
mod renames;
mod schemas;
mod side;
#[cfg(test)]
mod table;
mod version;

use change::{Change, Side};
use effect::{Bump, Impact, LANGUAGES};
use side::Document;
use version::Version;

/// Compare two versions of the contract: what changed, what that does on the wire and to generated code.
///
/// BASE and HEAD are files or commits of spec/openapi.yaml; HEAD is the file in the checkout unless it is given. Each
/// change is judged for the wire and for clients generated in Rust, Go, TypeScript, Python, Java and C#.
#[derive(clap::Args)]
#[command(after_help = finding::EXIT_CODES)]
pub struct Args {
    /// A file or a commit: what the contract was.
    base: String,
    /// A file or a commit: what it is [default: spec/openapi.yaml as it is in the checkout].
    head: Option<String>,
    /// Print JSON.
    #[arg(long, conflicts_with = "changelog")]
    json: bool,
    /// Print an entry for spec/CHANGELOG.md.
    #[arg(long)]
    changelog: bool,
}

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    finding::exit(compare(root, args))
}

fn compare(root: &Path, args: &Args) -> Result<bool, String> {
    let base = Document::read(root, Some(&args.base))?;
    let head = Document::read(root, args.head.as_deref())?;
    let report = Report::of(&base, &head, &args.base);
    if args.json {
        println!("{}", report.json());
    } else if args.changelog {
        print!("{}", changelog::entry(report.needed, &report.changes));
    } else {
        print!("{}", report.text());
    }
    Ok(!report.changes.is_empty())
}

struct Report<'a> {
    base: &'a Document,
    head: &'a Document,
    /// As it was given, for commands to repeat.
    given: &'a str,
    changes: Vec<Change>,
    needed: Version,
}

impl<'a> Report<'a> {
    fn of(base: &'a Document, head: &'a Document, given: &'a str) -> Self {
        let mut changes = documents::compare(&base.json, &head.json);
        let line = |change: &Change| match change.side {
            Side::Base => base.line(&change.place),
            Side::Head => head.line(&change.place),
        };
        changes.sort_by_key(|change| (std::cmp::Reverse(change.effect.bump()), line(change)));
        let needed = version::needed(version_of(base), &changes);
        Self { base, head, given, changes, needed }
    }

    fn finding(&self, change: &Change) -> Finding {
        let document = if change.side == Side::Base { self.base } else { self.head };
        Finding {
            file: document.name.clone(),
            line: document.line(&change.place),
            rule: change.kind.to_owned(),
            place: change.place.clone(),
            message: change.text(),
            repair: self.repair(change),
        }
    }

    fn repair(&self, change: &Change) -> String {
        let version = format!("set info.version to {} or later", self.needed);
        let regenerate = "run `cargo xtask codegen` for the Rust client";
        match (change.effect.wire, change.effect.bump()) {
            (Impact::Breaking, _) => format!(
                "take it back, or {version} and list it in spec/CHANGELOG.md: `cargo xtask diff {} --changelog`; {regenerate}",
                self.given
            ),
            (_, Bump::Patch | Bump::None) => version,
            _ => format!("{version}; {regenerate}"),
        }
    }

    fn is_versioned(&self) -> bool {
        self.changes.is_empty() || Version::of(version_of(self.head)).is_some_and(|version| version >= self.needed)
    }

    fn text(&self) -> String {
        if self.changes.is_empty() {
            return "nothing changed\n".to_owned();
        }
        let mut text = String::new();
        for change in &self.changes {
            let finding = self.finding(change);
            text.push_str(&format!("{}:{}: {}\n", finding.file, finding.line, change.text()));
            text.push_str(&format!(
                "    wire {}; {}\n    {}\n",
                change.effect.wire.name(),
                languages(change),
                finding.repair
            ));
        }
        let of = |impact: Impact| self.changes.iter().filter(|change| change.effect.wire == impact).count();
        text.push_str(&format!(
            "{}: {} breaking on the wire, {} compatible on it, {} without effect on it\n",
            count(self.changes.len(), "change"),
            of(Impact::Breaking),
            of(Impact::Compatible),
            of(Impact::None),
        ));
        let verdict = if self.is_versioned() { "is enough" } else { "is too low" };
        text.push_str(&format!(
            "version {} -> {} ({}); info.version of {} is {}, which {verdict}\n",
            version_of(self.base),
            self.needed,
            version::bump(&self.changes).name(),
            self.head.name,
            version_of(self.head),
        ));
        text
    }

    fn json(&self) -> Value {
        let changes: Vec<_> = self
            .changes
            .iter()
            .map(|change| {
                let mut value = self.finding(change).json();
                value["subject"] = json!(change.subject);
                value["detail"] = json!(change.detail);
                value["wire"] = json!(change.effect.wire.name());
                value["bump"] = json!(change.effect.bump().name());
                let languages = LANGUAGES.iter().zip(change.effect.languages);
                value["languages"] = languages.map(|(name, impact)| (*name, impact.name())).collect();
                value
            })
            .collect();
        json!({
            "base": self.base.name,
            "head": self.head.name,
            "version": {
                "base": version_of(self.base),
                "head": version_of(self.head),
                "needed": self.needed.to_string(),
                "bump": version::bump(&self.changes).name(),
                "enough": self.is_versioned(),
            },
            "findings": changes,
            "changelog": if self.changes.is_empty() { String::new() } else { changelog::entry(self.needed, &self.changes) },
        })
    }
}

fn version_of(document: &Document) -> &str {
    document.json["info"]["version"].as_str().unwrap_or_default()
}

// Those that are affected in the same way, together.
fn languages(change: &Change) -> String {
    let named = |impact: Impact| -> String {
        let names = LANGUAGES.iter().zip(change.effect.languages).filter(|(_, own)| *own == impact);
        names.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    };
    let groups = [(Impact::Breaking, "breaks"), (Impact::Compatible, "adds to"), (Impact::None, "leaves as it is")];
    let groups = groups.iter().map(|(impact, words)| (words, named(*impact))).filter(|(_, names)| !names.is_empty());
    format!(
        "generated code: {}",
        groups.map(|(words, names)| format!("{words} {names}")).collect::<Vec<_>>().join("; ")
    )
}

/// Whether a text is a semantic version as `info.version` has it.
pub fn is_version(text: &str) -> bool {
    Version::of(text).is_some()
}
