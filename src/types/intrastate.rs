//! Numbers that a state gave to a carrier that works in no other. Their form is the state's own, so they are opaque.

use std::fmt;
use std::hash::{Hash, Hasher};

const MAX_CHARACTERS: usize = 64;

// Two letters and a few digits are more often a slip than the number of a state.
const MIN_WITHOUT_WORD: usize = 4;

const STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY \
    NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP";

/// The number as it was given; case, spaces and punctuation do not matter when two are compared.
#[derive(Clone, Debug)]
pub(super) struct Intrastate(Box<str>);

impl Intrastate {
    /// Any printable text with a digit in it, at most 64 characters.
    pub(super) fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let short = text.chars().nth(MAX_CHARACTERS).is_none();
        let digit = text.chars().any(char::is_numeric);
        (short && digit && !text.chars().any(char::is_control)).then(|| Self(text.into()))
    }

    /// As [`new`](Self::new), of a text that is such a number beyond doubt: a state, and enough behind it.
    pub(super) fn speaking_for_itself(text: &str) -> Option<Self> {
        let body = after_state(text.trim())?;
        let letters = body.chars().filter(char::is_ascii_alphanumeric).count();
        (letters >= MIN_WITHOUT_WORD).then(|| Self::new(text)).flatten()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one number share.
    fn identity(&self) -> impl Iterator<Item = char> + '_ {
        self.0.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase)
    }

    /// Whether one may be the other: without its state in front, or without the zeros that spreadsheets take away.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        let parts = |number: &Self| {
            let whole: String = number.identity().collect();
            let state = whole.get(..2).filter(|state| STATES.split(' ').any(|known| known == *state));
            let bare = whole.get(state.map_or(0, str::len)..).unwrap_or_default();
            (state.map(str::to_owned), bare.trim_start_matches('0').to_owned())
        };
        let ((state, bare), (other_state, other_bare)) = (parts(self), parts(other));
        let of_two_states = state.zip(other_state).is_some_and(|(own, other)| own != other);
        bare == other_bare && !of_two_states
    }
}

// Letters, digits and what parts them, behind a known state: "TX 006543210C", "TX-00 654", "CA# 123456".
fn after_state(text: &str) -> Option<&str> {
    let (state, rest) = text.split_at_checked(2)?;
    let known = STATES.split(' ').any(|known| known.eq_ignore_ascii_case(state));
    let body = rest.trim_start_matches([' ', '-', '#', ':', '.', '/']);
    // "invoice5" is not Indiana's.
    let parted = body.len() < rest.len() || rest.starts_with(|c: char| c.is_ascii_digit());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '/' | '.' | '#');
    let digits = body.chars().filter(char::is_ascii_digit).count();
    // A word, or another number of the carrier, is a sentence and not a number.
    let groups = || body.split([' ', '/']).filter(|group| !group.is_empty());
    let numbers = groups().all(|group| group.chars().any(|c| c.is_ascii_digit()) || group.len() == 1);
    let others = groups().any(|group| {
        let head = group.get(..2).unwrap_or_default().to_ascii_uppercase();
        ["MC", "FF", "MX", "DO", "US"].contains(&head.as_str())
    });
    (known && parted && digits > 0 && numbers && !others && body.chars().all(plain)).then_some(body)
}

impl PartialEq for Intrastate {
    fn eq(&self, other: &Self) -> bool {
        self.identity().eq(other.identity())
    }
}

impl Eq for Intrastate {}

impl Hash for Intrastate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().for_each(|c| c.hash(state));
    }
}

impl PartialOrd for Intrastate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Intrastate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.identity().cmp(other.identity())
    }
}

impl fmt::Display for Intrastate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_printable_text_with_a_digit_is_a_number_and_few_speak_for_themselves() {
        let cases = [
            ("TX 006543210C", true, true),
            ("tx006543210c", true, true),
            ("CA-0123456", true, true),
            ("NC 12-3456", true, true),
            ("TX-00 654", true, true),
            ("CA# 123456", true, true),
            ("TX  1234", true, true),
            ("MP 1234", true, true),
            ("OK 7", true, false),
            ("TX 123", true, false),
            ("0123456", true, false),
            ("A1", true, false),
            ("ZZ 1234", true, false),
            ("invoice5000", true, false),
            ("TX 12_34", true, false),
            ("TX 123 MC55", true, false),
            ("TX 1234 MC55", true, false),
            ("IN 1234 reasons", true, false),
            ("Nº 12.345/B (ü)", true, false),
            ("TX abcd", false, false),
            ("TX A", false, false),
            ("TX", false, false),
            ("", false, false),
            ("N/A", false, false),
            ("1\n2", false, false),
        ];
        for (text, number, clear) in cases {
            let read = (Intrastate::new(text).is_some(), Intrastate::speaking_for_itself(text).is_some());
            assert_eq!(read, (number, clear), "{text:?}");
        }
        assert!(Intrastate::new(&"1".repeat(64)).is_some() && Intrastate::new(&"1".repeat(65)).is_none());
    }

    #[test]
    fn spelling_does_not_matter_and_the_text_is_kept() {
        let of = |text: &str| Intrastate::new(text).unwrap();
        for text in ["TX 006543210C", "tx-006543210c", "TX#006543210C", " TX.0065 43210/C "] {
            assert_eq!(of(text), of("TX006543210C"), "{text}");
            assert_eq!(of(text).as_str(), text.trim());
        }
        for other in ["TX 06543210C", "OK 006543210C", "006543210C"] {
            assert_ne!(of(other), of("TX006543210C"), "{other}");
        }
        let pairs = [
            ("006543210C", "TX 006543210C", true),
            ("6543210C", "006543210C", true),
            ("TX 6543210C", "TX 006543210C", true),
            ("006543210", "TX 006543210C", false),
            ("OK 006543210C", "TX 006543210C", false),
        ];
        for (one, other, may) in pairs {
            assert_eq!((of(one).may_be(&of(other)), of(other).may_be(&of(one))), (may, may), "{one} / {other}");
        }
    }

    #[test]
    fn numbers_have_an_order_that_heeds_no_spelling() {
        let of = |text: &str| Intrastate::new(text).unwrap();
        assert!(of("TX 006543210C") < of("tx-006543211c"));
        assert_eq!(of("TX 006543210C").partial_cmp(&of("tx-006543210c")), Some(std::cmp::Ordering::Equal));
        assert!(Intrastate::speaking_for_itself("TX A").is_none(), "a number has a digit");
    }
}
