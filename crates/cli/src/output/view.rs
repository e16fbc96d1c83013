//! How a record of the API is shown as a row: which of its fields, under which titles, in which dress.

use crate::text::printable;
use anstyle::{AnsiColor, Style};
use jiff::tz::TimeZone;
use mycarrierpackets::types::{DateText, Rating, RiskLevel, Timestamp};
use serde_json::Value;

/// The columns of one kind of record.
#[derive(Debug)]
pub struct View {
    pub columns: &'static [Column],
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// Over the column of a table.
    pub title: &'static str,
    /// Where the value is in the record, in the vendor's names: `CarrierDetails/Identity/legalName`.
    pub path: &'static str,
    pub kind: Kind,
    /// Left out of tables, where there is no room for everything.
    pub csv_only: bool,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Text,
    /// Right-aligned.
    Number,
    Rating,
    /// Shown in the local zone, with its offset.
    Time,
    /// A day, or a vendor's way to say none.
    Date,
    YesNo,
    /// The elements' field of this name, or the elements themselves where it is empty.
    List(&'static str),
}

impl Column {
    pub const fn new(title: &'static str, path: &'static str, kind: Kind) -> Self {
        Self { title, path, kind, csv_only: false }
    }

    pub const fn text(title: &'static str, path: &'static str) -> Self {
        Self::new(title, path, Kind::Text)
    }

    pub const fn csv_only(path: &'static str, kind: Kind) -> Self {
        Self { title: path, path, kind, csv_only: true }
    }

    /// Its name in CSV.
    pub fn name(&self) -> String {
        let path = self.path.replace('/', ".");
        match self.kind {
            Kind::List(field) if !field.is_empty() => format!("{path}.{field}"),
            _ => path,
        }
    }

    fn value<'a>(&self, record: &'a Value) -> &'a Value {
        self.path.split('/').fold(record, |value, name| &value[name])
    }

    /// The value as it came, for programs.
    pub fn raw(&self, record: &Value) -> String {
        let value = self.value(record);
        match self.kind {
            Kind::List(field) => list(value, field, "; "),
            _ => plain(value),
        }
    }

    /// The value as a person reads it: one line, without control characters.
    pub fn shown(&self, record: &Value, zone: &TimeZone) -> String {
        let value = self.value(record);
        let text = match self.kind {
            Kind::Time => local(&plain(value), zone),
            Kind::Date => date(&plain(value)),
            Kind::YesNo => yes_no(value).to_owned(),
            Kind::List(field) => list(value, field, ", "),
            Kind::Text | Kind::Number | Kind::Rating => plain(value),
        };
        printable(&text)
    }

    pub fn style(&self, shown: &str) -> Style {
        if self.kind == Kind::Rating { rating_style(shown) } else { Style::new() }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn list(value: &Value, field: &str, between: &str) -> String {
    let elements = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let texts: Vec<_> = elements.iter().map(|e| plain(if field.is_empty() { e } else { &e[field] })).collect();
    texts.join(between)
}

/// A time of the vendor's in the local zone, to the second; the text itself where it is no time.
pub fn local(text: &str, zone: &TimeZone) -> String {
    let time = Timestamp::from(text);
    match time.instant() {
        Some(instant) => instant.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        None if time.is_unset() => String::new(),
        None => text.to_owned(),
    }
}

/// A vendor's date as `YYYY-MM-DD`, nothing for its ways to say none, and the text itself where it is no date.
pub fn date(text: &str) -> String {
    match DateText::from(text).read() {
        Ok(Some(date)) => date.to_string(),
        Ok(None) => String::new(),
        Err(_) => text.to_owned(),
    }
}

fn yes_no(value: &Value) -> &'static str {
    match value {
        Value::Bool(true) => "yes",
        Value::Bool(false) => "no",
        _ => "",
    }
}

/// Green for what passes, red for what does not pass, yellow for what needs a look, which a new word does.
pub fn rating_style(rating: &str) -> Style {
    let color = match Rating::from(rating) {
        _ if rating.is_empty() => return Style::new(),
        rating if rating <= Rating::Acceptable => AnsiColor::Green,
        rating if rating >= Rating::Unacceptable && rating.is_known() => AnsiColor::Red,
        _ => AnsiColor::Yellow,
    };
    color.on_default()
}

/// The color of an infraction of this level. A new word is taken for the worst.
pub fn level_style(level: Option<&RiskLevel>) -> Style {
    match level {
        None => Style::new(),
        Some(RiskLevel::Low) => AnsiColor::Green.on_default(),
        Some(RiskLevel::Medium | RiskLevel::Review) => AnsiColor::Yellow.on_default(),
        Some(_) => AnsiColor::Red.on_default(),
    }
}
