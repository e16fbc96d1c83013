//! Edits of a YAML text that leave everything else as it is: comments, order and form.

use crate::yaml::Yaml;

/// A text and the edits of it. Lines are counted in the text as it was, from 1.
pub struct Edits<'a> {
    lines: Vec<&'a str>,
    yaml: Yaml,
    inserted: Vec<(usize, String)>,
    replaced: Vec<(usize, String)>,
}

impl<'a> Edits<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { lines: text.lines().collect(), yaml: Yaml::of(text), inserted: Vec::new(), replaced: Vec::new() }
    }

    /// The line of a JSON pointer.
    pub fn line(&self, place: &str) -> usize {
        self.yaml.line(place)
    }

    /// A line as it was, or as it is replaced.
    pub fn text(&self, line: usize) -> &str {
        let replaced = self.replaced.iter().rfind(|(own, _)| *own == line).map(|(_, text)| text.as_str());
        replaced.unwrap_or_else(|| line.checked_sub(1).and_then(|n| self.lines.get(n)).copied().unwrap_or_default())
    }

    /// The spaces before a line.
    pub fn indent(&self, line: usize) -> usize {
        let text = self.text(line);
        text.len() - text.trim_start().len()
    }

    /// The last line of what begins in `line`.
    pub fn end(&self, line: usize) -> usize {
        let indent = self.indent(line);
        let mut end = line;
        for n in line + 1..=self.lines.len() {
            let text = self.text(n);
            if text.trim().is_empty() {
                continue;
            }
            if self.indent(n) <= indent {
                break;
            }
            end = n;
        }
        end
    }

    pub fn insert(&mut self, after: usize, text: String) {
        self.inserted.push((after, text));
    }

    pub fn replace(&mut self, line: usize, text: String) {
        self.replaced.push((line, text));
    }

    pub fn is_empty(&self) -> bool {
        self.inserted.is_empty() && self.replaced.is_empty()
    }

    /// The text with its edits; what is inserted after the same line stays in order.
    pub fn finish(&self) -> String {
        let mut text = String::new();
        for line in 1..=self.lines.len() {
            text.push_str(self.text(line));
            text.push('\n');
            for (_, more) in self.inserted.iter().filter(|(after, _)| *after == line) {
                text.push_str(more);
                text.push('\n');
            }
        }
        text
    }
}
