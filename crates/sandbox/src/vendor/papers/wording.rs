//! Values as papers word them.

use crate::customers::broker::{self, Broker};
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;
use crate::world::company::join;

/// `03/18/2026`, as American forms have it.
pub(super) fn date(at: Ticks) -> String {
    let (year, month, day) = at.date();
    format!("{month:02}/{day:02}/{year:04}")
}

/// `03/18/2026 12:00:00 UTC`.
pub(super) fn instant(at: Ticks) -> String {
    let (hour, minute, second, _) = at.time();
    format!("{} {hour:02}:{minute:02}:{second:02} UTC", date(at))
}

/// `1,000,000`.
pub(super) fn grouped(value: u32) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `40.70%`, of hundredths.
pub(super) fn percent(hundredths: u32) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// `DOT 23868, MC113843`.
pub(super) fn numbers(c: &Carrier<'_>) -> String {
    match c.docket_text() {
        Some(docket) => format!("DOT {}, {docket}", c.dot),
        None => format!("DOT {}", c.dot),
    }
}

/// The name that a carrier does business under, if it has one of its own.
pub(super) fn other_name<'c>(c: &'c Carrier<'_>) -> Option<&'c str> {
    c.dba.as_deref().filter(|name| !name.is_empty())
}

/// The city, the state and the code.
pub(super) fn city(c: &Carrier<'_>) -> String {
    join(&[c.city, ", ", c.state, " ", c.zip])
}

/// A carrier as the address on a letter has it.
pub(super) fn addressed(c: &Carrier<'_>) -> String {
    let mut lines = vec![c.name.clone()];
    lines.extend(other_name(c).map(|name| join(&["DBA ", name])));
    lines.push(c.street.clone());
    if !c.colonia.is_empty() {
        lines.push(c.colonia.to_owned());
    }
    lines.push(city(c));
    if c.country != "US" {
        lines.push(c.country.to_owned());
    }
    lines.join("\n")
}

/// A customer as the address on a letter has it.
pub(super) fn addressed_broker(own: &Broker) -> String {
    join(&[&own.company, "\n", broker::STREET, "\n", broker::CITY, ", ", broker::STATE, " ", broker::ZIP])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (value, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_000_000, "1,000,000"), (50_000, "50,000")] {
            assert_eq!(grouped(value), text);
        }
        assert_eq!((percent(4070), percent(5)), ("40.70%".to_owned(), "0.05%".to_owned()));
    }

    #[test]
    fn dates_are_american() {
        let at = Ticks::parse("2026-03-08T09:05:07.25").unwrap();
        assert_eq!((&*date(at), &*instant(at)), ("03/08/2026", "03/08/2026 09:05:07 UTC"));
    }
}
