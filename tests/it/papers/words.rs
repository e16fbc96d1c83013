//! Words that this project does not use, each with a better one.

use super::{PLACES, files, has_extension, shown};
use std::collections::HashMap;

/// A word or phrase, and what a native engineer would write. Case does not matter, nor do line ends between words.
const WORDS: [(&str, &str); 30] = [
    ("told", "reported, listed, given, known"),
    ("tells", "says, shows, reports"),
    ("befall", "apply to"),
    ("befalls", "applies to"),
    ("befell", "applied to"),
    ("fitted", "matched"),
    ("so many", "the number itself, or `n`"),
    ("who calls twice", "what is retried"),
    ("ways around", "escape hatches"),
    ("what it costs", "performance"),
    ("what it bears", "performance"),
    ("what acts", "commands that change something"),
    ("that only ask", "everything that only reads"),
    ("good no longer", "no longer valid"),
    ("written nowhere", "undocumented"),
    ("as ever", "as usual"),
    ("half as fast again", "about 1.5 times as fast"),
    ("call elsewhere", "redirected the call"),
    ("what is no", "something that is not a"),
    ("is no pdf", "is not a PDF"),
    ("mend", "fix"),
    ("its begin", "its start"),
    ("has gone", "closed the pipe, ended, is no longer there"),
    ("have it happen", "trigger"),
    ("may pass", "transient"),
    ("mail address", "email address"),
    ("mail addresses", "email addresses"),
    ("e mail", "email"),
    ("is there already", "already exists"),
    ("are there already", "already exist"),
];

const KINDS: [&str; 12] = ["rs", "md", "yaml", "js", "mjs", "html", "css", "py", "go", "ts", "sh", "toml"];

/// It has them all.
const THIS_FILE: &str = "tests/it/papers/words.rs";

/// Each use of a word on the list: its line, and the word's place in the list.
fn found(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(String, usize)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for part in line.split_inclusive(['.', ',', ';', ':', '(', ')', '"', '|', '=']) {
            let split = part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.extend(split.map(|word| (word.to_lowercase(), number + 1)));
            // A phrase does not go on past punctuation.
            if part.ends_with(|c: char| !c.is_alphanumeric() && !c.is_whitespace()) {
                words.push((String::new(), number + 1));
            }
        }
    }
    let mut by_first: HashMap<&str, Vec<(usize, Vec<&str>)>> = HashMap::new();
    for (index, (phrase, _)) in WORDS.iter().enumerate() {
        let phrase: Vec<_> = phrase.split(' ').collect();
        by_first.entry(phrase[0]).or_default().push((index, phrase));
    }
    let mut found = Vec::new();
    for (at, (word, line)) in words.iter().enumerate() {
        for (index, phrase) in by_first.get(word.as_str()).into_iter().flatten() {
            let there = words[at..].iter().map(|(word, _)| word.as_str()).take(phrase.len());
            if there.eq(phrase.iter().copied()) {
                found.push((*line, *index));
            }
        }
    }
    found
}

#[test]
fn no_word_of_the_list_is_used() {
    let mut faults = Vec::new();
    let mut read = 0;
    for path in PLACES.iter().flat_map(|place| files(place)).filter(|path| !path.ends_with(THIS_FILE)) {
        // What draws the page to read is others' work, with their words.
        let plain = (has_extension(&path, &KINDS) || path.extension().is_none()) && !path.ends_with("reference.html");
        let Some(text) = plain.then(|| std::fs::read_to_string(&path).ok()).flatten() else { continue };
        read += 1;
        for (line, index) in found(&text) {
            let (word, better) = WORDS[index];
            faults.push(format!("{}:{line}: \"{word}\": write {better}", shown(&path)));
        }
    }
    assert!(read > 200, "{read} files");
    assert!(faults.is_empty(), "{}\n{} words", faults.join("\n"), faults.len());
}

#[test]
fn words_are_found_whole_in_any_case_and_over_line_ends() {
    let told = |text: &str| found(text).into_iter().map(|(line, index)| (line, WORDS[index].0)).collect::<Vec<_>>();
    assert_eq!(told("He was Told.\nIt_tells"), [(1, "told"), (2, "tells")]);
    assert_eq!(told("/// There are so\n    /// many of them"), [(1, "so many")]);
    assert_eq!(told("Only so. Many were toldest, retold"), []);
}
