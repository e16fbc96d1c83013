//! What somebody wrote, fit for a line of a message, and what was probably meant by it.

use serde_json::Value;

/// A value fit for one line.
pub(crate) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 { text } else { text.chars().take(60).chain(['…']).collect() }
}

pub(crate) fn quoted(text: &str) -> String {
    shown(&Value::from(text))
}

/// `; did you mean …?` with the nearest of some names, if any is near.
pub(crate) fn meant<'n>(given: &str, names: impl Iterator<Item = &'n str>) -> String {
    let given = given.trim().to_ascii_lowercase();
    if given.is_empty() || given.len() > 40 {
        return String::new();
    }
    let mut near: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let own = name.to_ascii_lowercase();
            let distance = distance(&given, &own);
            let begins = given.len() >= 3 && (own.contains(&given) || given.contains(&own));
            (begins || distance <= given.len().max(own.len()) / 3).then_some((distance, name))
        })
        .collect();
    near.sort();
    match near.iter().take(3).map(|(_, name)| quoted(name)).collect::<Vec<_>>().join(" or ") {
        none if none.is_empty() => none,
        names => format!("; did you mean {names}?"),
    }
}

/// How many characters must be put in, taken out or changed to make one text of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, own) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], line + 1);
        for (at, other) in b.iter().enumerate() {
            let changed = corner + usize::from(own != *other);
            corner = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_what_was_meant() {
        for (a, b, far) in
            [("", "", 0), ("", "abc", 3), ("stauts", "status", 2), ("status", "status", 0), ("a", "b", 1)]
        {
            assert_eq!(distance(a, b), far, "{a} {b}");
        }
        let names = ["status", "stall", "delay", "PreviewCarrier"];
        for (given, guess) in [
            ("stauts", "; did you mean \"status\"?"),
            ("STATUS", "; did you mean \"status\"?"),
            ("preview", "; did you mean \"PreviewCarrier\"?"),
            ("xylophone", ""),
            ("", ""),
        ] {
            assert_eq!(meant(given, names.into_iter()), guess, "{given}");
        }
    }
}
