//! A document as YAML: the line that each JSON pointer names, and slips that are YAML all the same.

use crate::document::{Fault, fault, nodes::escape};
use granit_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::HashMap;

/// What the text of a document says beside its values.
#[derive(Default)]
pub struct Yaml {
    lines: HashMap<String, usize>,
    /// Keys that are there twice, and keys without a value, as an unquoted comma makes them.
    pub faults: Vec<Fault>,
}

impl Yaml {
    /// Reads `text` as far as it is YAML; the place where it stops being YAML is a fault.
    pub fn of(text: &str) -> Self {
        let mut reader = Reader::default();
        for next in Parser::new_from_str(text) {
            match next {
                Ok((event, span)) => reader.take(&event, &span),
                Err(error) => {
                    let at = error.marker();
                    let place = format!("line {}, column {}", at.line(), at.col() + 1);
                    reader.yaml.faults.push(fault(place, format!("not YAML: {}", error.info())));
                    break;
                }
            }
        }
        reader.yaml
    }

    /// The line of `place`: of a pointer, or of the nearest part around it that is in the document; of a line and
    /// column; the first line if it names neither.
    pub fn line(&self, place: &str) -> usize {
        let named = place.strip_prefix("line ").and_then(|rest| rest.split(',').next()?.parse().ok());
        let mut at = place;
        named.unwrap_or_else(|| {
            loop {
                match (self.lines.get(at), at.rfind('/')) {
                    (Some(line), _) => break *line,
                    (None, Some(end)) => at = &at[..end],
                    (None, None) => break 1,
                }
            }
        })
    }
}

#[derive(Default)]
struct Reader {
    yaml: Yaml,
    open: Vec<Open>,
    documents: usize,
}

/// A list or map whose end has not come yet.
struct Open {
    place: String,
    items: usize,
    // Of a map: the keys so far with their lines, and the one whose value comes next.
    keys: Option<HashMap<String, usize>>,
    key: Option<String>,
}

impl Reader {
    fn take(&mut self, event: &Event<'_>, span: &Span) {
        let line = span.start.line();
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents == 2 {
                    self.yaml.faults.push(fault(format!("line {line}"), "`---` begins another document: there is one"));
                }
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
            }
            Event::MappingStart(..) => self.enter(line, Some(HashMap::new())),
            Event::SequenceStart(..) => self.enter(line, None),
            Event::Scalar(text, style, ..) => {
                let empty = *style == ScalarStyle::Plain && (text.is_empty() || span.start.index() == span.end.index());
                self.scalar(text, line, empty);
            }
            Event::Alias(_) => self.scalar("", line, false),
            _ => {}
        }
    }

    fn scalar(&mut self, text: &str, line: usize, empty: bool) {
        let Some(open) = self.open.last_mut() else { return };
        let (Some(keys), None) = (&mut open.keys, &open.key) else {
            let key = open.key.clone();
            let place = self.next(line);
            if let (true, Some(key)) = (empty, key) {
                let reason = format!("`{key}` has no value: quote a text that holds a comma, or write null");
                self.yaml.faults.push(fault(place, reason));
            }
            return;
        };
        open.key = Some(text.to_owned());
        let place = format!("{}/{}", open.place, escape(text));
        if let Some(first) = keys.insert(text.to_owned(), line) {
            let reason = format!("`{text}` is there twice: in line {first}, too");
            self.yaml.faults.push(fault(format!("line {line}"), reason));
        }
        self.yaml.lines.insert(place, line);
    }

    fn enter(&mut self, line: usize, keys: Option<HashMap<String, usize>>) {
        let place = match self.open.last_mut() {
            // A list or map as a key is for the parser of values to refuse.
            Some(open) if open.keys.is_some() && open.key.is_none() => {
                open.key = Some(String::new());
                open.place.clone()
            }
            _ => self.next(line),
        };
        self.open.push(Open { place, items: 0, keys, key: None });
    }

    // The place of the value that comes now.
    fn next(&mut self, line: usize) -> String {
        let Some(open) = self.open.last_mut() else { return String::new() };
        if let Some(key) = open.key.take() {
            return format!("{}/{}", open.place, escape(&key));
        }
        let place = format!("{}/{}", open.place, open.items);
        open.items += 1;
        self.yaml.lines.insert(place.clone(), line);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::Yaml;

    #[test]
    fn a_pointer_leads_to_the_line_of_its_key() {
        let yaml = Yaml::of(
            "paths:\n  /a/b:\n    get:\n      parameters:\n        - {name: x}\n        - name: y\n    put: 1\n",
        );
        let cases = [
            ("/paths/~1a~1b", 2),
            ("/paths/~1a~1b/get", 3),
            ("/paths/~1a~1b/get/parameters/1", 6),
            ("/paths/~1a~1b/get/parameters/1/name", 6),
            ("/paths/~1a~1b/get/missing", 3),
            ("/paths/~1a~1b/put", 7),
            ("/elsewhere", 1),
            ("line 3, column 1", 3),
            ("line 5", 5),
        ];
        for (place, line) in cases {
            assert_eq!(yaml.line(place), line, "{place}");
        }
        assert!(yaml.faults.is_empty(), "{:?}", yaml.faults);
    }

    #[test]
    fn slips_of_yaml_are_faults() {
        let cases = [
            ("a: {description: W-9 forms, photos}", "`photos` has no value"),
            ("a: {b: {c, d: 1}}", "`c` has no value"),
            ("a:\n  b:\nc: 1\n", "`b` has no value"),
            ("a: 1\nb: 2\na: 3\n", "line 3: `a` is there twice: in line 1, too"),
            ("a: {b: 1, b: 2}", "`b` is there twice"),
            ("a: 1\n---\nb: 2\n", "begins another document"),
            ("a: [1\n", "not YAML"),
        ];
        for (text, reason) in cases {
            let faults: Vec<_> = Yaml::of(text).faults.iter().map(ToString::to_string).collect();
            assert!(faults.len() == 1 && faults[0].contains(reason), "{text}: {faults:?}");
        }
        for text in ["a: null\nb: ''\nc: {d: null, e: ''}\nf: [g, h]\n", "a: ~", "", "[{a: 1}, {a: 2}]"] {
            assert!(Yaml::of(text).faults.is_empty(), "{text}");
        }
    }
}
