//! The one error of the types here.

use std::borrow::Cow;
use std::fmt;

/// How much of a refused text an error repeats, in characters.
const ECHOED: usize = 64;

/// A text or number that is not what it should be.
///
/// Its `Display` says what was given and what would have been accepted. An id that the caller typed is repeated, at
/// most 64 characters of it and with control characters escaped; text out of a carrier's record never is, because it
/// may be somebody's tax or bank number.
///
/// ```
/// use mycarrierpackets::types::DotNumber;
///
/// let error = "hello".parse::<DotNumber>().unwrap_err();
/// let message = r#""hello" is not a DOT number: expected 1 to 99999999, such as 23868 or "DOT 23868""#;
/// assert_eq!(error.to_string(), message);
/// assert_eq!(error.expected(), r#"1 to 99999999, such as 23868 or "DOT 23868""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ParseError {
    given: Option<Box<str>>,
    problem: Cow<'static, str>,
    expected: &'static str,
}

impl ParseError {
    /// `given` is not `what`: it is repeated in the message.
    pub(crate) fn new(given: &str, what: &'static str, expected: &'static str) -> Self {
        Self { given: Some(echo(given)), problem: format!("is not {what}").into(), expected }
    }

    /// As [`new`](Self::new), with a `problem` of its own in place of "is not …".
    pub(crate) fn because(given: &str, problem: &'static str, expected: &'static str) -> Self {
        Self { given: Some(echo(given)), problem: problem.into(), expected }
    }

    /// Something that must not be repeated is not `what`.
    pub(crate) fn unseen(what: &'static str, expected: &'static str) -> Self {
        Self { given: None, problem: format!("is not {what}").into(), expected }
    }

    /// What would have been accepted.
    pub fn expected(&self) -> &str {
        self.expected
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.given {
            Some(given) => write!(f, "\"{given}\"")?,
            None => f.write_str("the text")?,
        }
        write!(f, " {}: expected {}", self.problem, self.expected)
    }
}

impl std::error::Error for ParseError {}

fn echo(given: &str) -> Box<str> {
    let mut characters = given.chars();
    let mut text: String = characters.by_ref().take(ECHOED).flat_map(char::escape_debug).collect();
    if characters.next().is_some() {
        text.push('…');
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoes_little_and_nothing_that_acts() {
        let cases = [
            ("abc", "\"abc\" is not a word: expected words"),
            ("", "\"\" is not a word: expected words"),
            ("a\u{1b}[31m\n", r#""a\u{1b}[31m\n" is not a word: expected words"#),
            ("\u{202e}abc", r#""\u{202e}abc" is not a word: expected words"#),
            ("say \"hi\"", r#""say \"hi\"" is not a word: expected words"#),
        ];
        for (given, message) in cases {
            assert_eq!(ParseError::new(given, "a word", "words").to_string(), message);
        }
        let long = ParseError::new(&"x".repeat(1000), "a word", "words").to_string();
        assert_eq!(long, format!("\"{}…\" is not a word: expected words", "x".repeat(64)));
    }

    #[test]
    fn keeps_what_is_sensitive() {
        let error = ParseError::unseen("an amount", "dollars");
        assert_eq!(error.to_string(), "the text is not an amount: expected dollars");
        assert_eq!(error.expected(), "dollars");
        let error = ParseError::because("MC", "has no digits", "MC and digits");
        assert_eq!(error.to_string(), "\"MC\" has no digits: expected MC and digits");
    }
}
