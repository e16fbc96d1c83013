//! Sheets: what is known of one carrier, in sections, for a terminal or as a page.

mod findings;
pub mod html;
mod profile;
mod sections;
mod text;

pub use findings::Findings;
pub use profile::profile;
pub use sections::{associated, contacts, incidents, preview, risk, vins};
pub use text::lines;

/// What a sheet says of one carrier.
pub struct Sheet {
    pub title: String,
    pub subtitle: String,
    pub findings: Option<Findings>,
    pub sections: Vec<Section>,
}

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
struct Lines(Vec<Line>);

impl Lines {
    fn add(&mut self, label: &str, value: impl Into<String>, tone: Tone) {
        self.0.push(Line { label: label.to_owned(), value: value.into(), tone });
    }

    fn field(&mut self, label: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.add(label, value, Tone::Plain);
        }
    }

    /// A value that speaks against the carrier unless it is the right one.
    fn judged(&mut self, label: &str, value: Option<&str>, right: bool) {
        match value {
            Some(value) => self.add(label, value, if right { Tone::Plain } else { Tone::Bad }),
            None => self.needed(label, value),
        }
    }

    /// A value whose lack a person must see.
    fn needed(&mut self, label: &str, value: Option<impl Into<String>>) {
        match value {
            Some(value) => self.add(label, value, Tone::Plain),
            None => self.add(label, "not known", Tone::Doubt),
        }
    }
}

/// The parts that there are, as one text.
fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>, between: &str) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

// `NA` is how the vendor says that there is nothing to say.
fn said(text: &Option<impl AsRef<str>>) -> Option<&str> {
    let text = text.as_ref().map(|text| text.as_ref().trim());
    text.filter(|text| !["", "na", "n/a", "--"].iter().any(|nothing| text.eq_ignore_ascii_case(nothing)))
}

fn yes(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
