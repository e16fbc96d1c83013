//! What sheets are made of: sections, lines, and words for what is not known.

use mycarrierpackets::models::{Flag, FlagKind};

pub struct Section {
    pub title: &'static str,
    pub content: Content,
}

pub enum Content {
    Known(Vec<Line>),
    /// It could not be read, and why: not the same as nothing.
    NotKnown(String),
}

/// A line of a section.
pub struct Line {
    pub label: String,
    pub value: String,
    pub tone: Tone,
}

/// How a value is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    /// It speaks against the carrier.
    Bad,
    /// It is not known, or needs a look.
    Doubt,
}

impl Section {
    pub fn new(title: &'static str, lines: Vec<Line>) -> Self {
        Self { title, content: Content::Known(lines) }
    }
}

/// Lines that grow; what has no value is left out, unless it says so.
#[derive(Default)]
pub struct Lines(pub Vec<Line>);

impl Lines {
    pub fn add(&mut self, label: &str, value: impl Into<String>, tone: Tone) {
        self.0.push(Line { label: label.to_owned(), value: value.into(), tone });
    }

    pub fn field(&mut self, label: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.add(label, value, Tone::Plain);
        }
    }

    /// A value that speaks against the carrier unless it is the right one.
    pub fn judged(&mut self, label: &str, value: Option<&str>, right: bool) {
        match value {
            Some(value) => self.add(label, value, if right { Tone::Plain } else { Tone::Bad }),
            None => self.needed(label, value),
        }
    }

    /// What an answer says of a warning sign.
    pub fn flag(&mut self, kind: FlagKind, flag: Flag) {
        let (clear, raised) = match kind {
            FlagKind::Blocked | FlagKind::OutOfService => ("no", "yes"),
            FlagKind::FreightValidate => ("valid", "not valid"),
            _ => ("nothing reported", "reported"),
        };
        let (words, tone) = match flag {
            Flag::Clear => (clear, Tone::Plain),
            Flag::Raised => (raised, Tone::Bad),
            Flag::NotSubscribed => ("no account with the service", Tone::Doubt),
            _ => ("not known", Tone::Doubt),
        };
        self.add(&sentence(&kind.to_string()), words, tone);
    }

    /// A value whose lack a person must see.
    pub fn needed(&mut self, label: &str, value: Option<impl Into<String>>) {
        match value {
            Some(value) => self.add(label, value, Tone::Plain),
            None => self.add(label, "not known", Tone::Doubt),
        }
    }
}

/// The parts that there are, as one text.
pub fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>, between: &str) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

// `NA` is how the vendor says that there is nothing to say.
pub fn said(text: &Option<impl AsRef<str>>) -> Option<&str> {
    let text = text.as_ref().map(|text| text.as_ref().trim());
    text.filter(|text| !["", "na", "n/a", "--"].iter().any(|nothing| text.eq_ignore_ascii_case(nothing)))
}

pub fn yes(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    }
}

pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_words_for_nothing_say_nothing() {
        for text in ["", " ", "NA", "na", " n/a ", "N/A", "--"] {
            assert_eq!(said(&Some(text)), None, "{text:?}");
        }
        for (text, expected) in [(" a ", "a"), ("NAB", "NAB"), ("-", "-"), ("no", "no"), ("0", "0")] {
            assert_eq!(said(&Some(text)), Some(expected));
        }
        assert_eq!(said(&None::<String>), None);
    }

    #[test]
    fn a_value_is_shown_or_its_lack_is() {
        let mut lines = Lines::default();
        lines.field("a", None::<String>);
        lines.field("b", Some("1"));
        lines.needed("c", None::<String>);
        lines.needed("d", Some("2"));
        lines.judged("e", Some("3"), true);
        lines.judged("f", Some("4"), false);
        lines.judged("g", None, true);
        let shown: Vec<_> = lines.0.iter().map(|line| (line.label.as_str(), line.value.as_str(), line.tone)).collect();
        let expected = [
            ("b", "1", Tone::Plain),
            ("c", "not known", Tone::Doubt),
            ("d", "2", Tone::Plain),
            ("e", "3", Tone::Plain),
            ("f", "4", Tone::Bad),
            ("g", "not known", Tone::Doubt),
        ];
        assert_eq!(shown, expected);
        assert_eq!([yes(Some(true)), yes(Some(false)), yes(None)], ["yes", "no", "not known"]);
        assert_eq!(
            (joined([None, None], ", "), joined([Some("a"), None, Some("b")], ", ")),
            (None, Some("a, b".to_owned()))
        );
        assert_eq!((sentence("a b"), sentence("")), ("A b".to_owned(), String::new()));
    }
}
