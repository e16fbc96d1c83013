//! Numbers that a state gave to a carrier that works in no other.

const MAX_LENGTH: usize = 32;

// Two letters and a few digits are more often a slip than the number of a state.
const MIN_WITHOUT_WORD: usize = 4;

const STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY \
    NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP";

/// Whether `text` can be such a number, with a state before it or without.
pub(super) fn is_number(text: &str) -> bool {
    text.len() <= MAX_LENGTH && (is_body(text) || after_state(text).is_some())
}

/// Whether `text` is such a number beyond doubt: a state, and enough behind it.
pub(super) fn speaks_for_itself(text: &str) -> bool {
    text.len() <= MAX_LENGTH && after_state(text).is_some_and(|body| body.len() >= MIN_WITHOUT_WORD)
}

// One separator between the letters of the state and the rest, or none before a digit: "invoice5" is not Indiana's.
fn after_state(text: &str) -> Option<&str> {
    let (state, rest) = text.split_at_checked(2)?;
    let known = STATES.split(' ').any(|known| known.eq_ignore_ascii_case(state));
    let body = match rest.strip_prefix([' ', '-']) {
        Some(body) => body,
        None => rest.starts_with(|c: char| c.is_ascii_digit()).then_some(rest)?,
    };
    (known && is_body(body)).then_some(body)
}

fn is_body(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && text.bytes().any(|b| b.is_ascii_digit())
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_numbers() {
        let cases = [
            ("TX 006543210C", true, true),
            ("tx006543210c", true, true),
            ("CA-0123456", true, true),
            ("NC 12-3456", true, true),
            ("MP 1234", true, true),
            ("OK 7", true, false),
            ("TX 123", true, false),
            ("0123456", true, false),
            ("A1", true, false),
            ("ZZ1234", true, false),
            ("ZZ 1234", false, false),
            ("TX  1234", false, false),
            ("TX--1234", true, false),
            ("invoice5000", true, false),
            ("TX abcd", false, false),
            ("TX", false, false),
            ("", false, false),
            ("-1", false, false),
            ("1-", false, false),
            ("TX 12_34", false, false),
            ("TX \u{665}1234", false, false),
            ("11111111112222222222333333333344", true, false),
            ("111111111122222222223333333333445", false, false),
            ("TX 111111111122222222223333333333", false, false),
        ];
        for (text, number, clear) in cases {
            assert_eq!((is_number(text), speaks_for_itself(text)), (number, clear), "{text:?}");
        }
    }
}
