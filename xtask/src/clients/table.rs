//! `spec/clients.md`: a line for each generator, with and without the normaliser.

use super::languages::{Generator, LANGUAGES, Language};
use super::scenarios::{Expect, SCENARIOS};
use super::truth::{STEPS, Truth};
use super::vectors::Vector;

pub const FILE: &str = "spec/clients.md";

/// What came of a generator. Each cell is a few words.
pub struct Line {
    pub language: &'static str,
    pub generator: &'static str,
    pub with: Vec<String>,
    pub without: Vec<String>,
}

const INTRO: &str = "# Clients in other languages

Each line is a client that a generator made of [openapi.yaml](openapi.yaml), compiled, and run against the
[sandbox](../crates/sandbox). `cargo xtask clients` writes this page, `--check` compares it; the drivers and the generators' options
are in [clients/](clients/), and [examples/clients/](../examples/clients/) has a project to copy for each language.
";

/// The page, with the lines of an earlier one for the generators that did not run.
pub fn render(lines: &[Line], old: &str, truth: &Truth, vectors: &[Vector]) -> String {
    let count = |step| truth.of("wire", step).len();
    let mut page = format!(
        "{INTRO}
Rows are counted against what the sandbox holds, {} in the list, {} in the bulk data and {} changes, and compared one by one. `ok`
means all of them, decoded; `refused` an error that the caller sees; `lost` rows that are not there although the client reported
success. {} vectors are answered to the client as if the API had sent them. The storm is the sandbox's worst day without its
`pageDrift`, which changes the list while it is read.

## With the normaliser

In front of each decoder are [the normaliser](normalise/README.md) and the connection of the example project. Java's and C#'s
generators get the document with a DOT number that is a whole number or null, as it is behind the normaliser: of \"number or text\" they
make classes that cannot be null, or throw on every number. All others get it as it is. There is no .NET SDK here, so that the C#
client is not compiled: its source is checked for what broke such clients (`xtask/src/clients/csharp.rs`).

",
        count("list"),
        count("bulk"),
        count("changes"),
        vectors.len(),
    );
    let steps = STEPS.join(" | ");
    section(
        &mut page,
        &format!("generate | compile | {steps} | vectors | faults of data | storm"),
        lines,
        old,
        "With the",
        |line| &line.with,
    );
    for (_, generator) in all() {
        for (vector, reason) in generator.limits {
            page.push_str(&format!("\n{}: of the vectors not \"{vector}\", since {reason}.\n", generator.name));
        }
    }
    page.push_str(
        "\n## Without it\n\nThe same clients and connections, with the bytes as they come. It is what the count must find. Newtonsoft resolves\nreferences by itself.\n\n",
    );
    section(&mut page, &format!("{steps} | faults of data"), lines, old, "Without", |line| &line.without);
    page.push_str("\n## The faults of data\n\nWhat a client must come to, with all else as without the fault.\n\n| Fault | Rows | Document |\n|---|---|---|\n");
    for each in SCENARIOS {
        page.push_str(&format!("| `{}` | {} | {} |\n", each.kind, words(each.rows), words(each.document)));
    }
    page
}

fn words(expect: Expect) -> &'static str {
    match expect {
        Expect::Whole => "all",
        Expect::Twice => "all, each twice",
        Expect::First => "the first of each page",
        Expect::Counted => "as many, without what they are known by",
        Expect::CountedOrRefused => "as many, without what they are known by, or an error",
        Expect::Refused => "an error",
    }
}

fn section(page: &mut String, columns: &str, lines: &[Line], old: &str, title: &str, cells: fn(&Line) -> &Vec<String>) {
    let width = columns.split(" | ").count() + 2;
    page.push_str(&format!("| Language | Generator | {columns} |\n|{}\n", "---|".repeat(width)));
    let before = old.split("\n## ").find(|part| part.starts_with(title)).unwrap_or_default();
    for (language, generator) in all() {
        let head = format!("| {} | {} |", language.title, generator.name);
        let own = lines.iter().find(|line| line.language == language.title && line.generator == generator.name);
        match (own, before.lines().find(|line| line.starts_with(&head))) {
            (Some(line), _) => page.push_str(&format!("{head} {} |\n", cells(line).join(" | "))),
            (None, Some(line)) => page.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
}

fn all() -> impl Iterator<Item = (&'static Language, &'static Generator)> {
    LANGUAGES.iter().flat_map(|language| language.generators.iter().map(move |generator| (language, generator)))
}
