//! The server's words, fit to show to a person and to a log.

/// Longest message shown, in bytes.
const LONGEST: usize = 300;
/// Nine digits make a tax id or a routing number.
const DIGITS: usize = 9;
/// Forty characters in one word make a token.
const TOKEN: usize = 40;
const MASK: &str = "[masked]";

/// One line, at most 300 bytes; long numbers, also in groups, secrets, tokens and email addresses masked.
pub(crate) fn presentable(message: &str) -> String {
    let words: Vec<&str> = message.split_whitespace().take(LONGEST).collect();
    let mut shown = String::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if shown.len() > LONGEST {
            shown.push_str(" …");
            break;
        }
        if !shown.is_empty() {
            shown.push(' ');
        }
        let grouped = grouped(&words[at..]);
        if grouped > 1 {
            shown.push_str(MASK);
            at += grouped;
            continue;
        }
        if is_private(word) {
            shown.push_str(MASK);
        } else {
            let named = without_value(word);
            shown.extend(named.chars().filter(|c| !c.is_control()));
            if named.len() < word.len() {
                shown.push_str(MASK);
            }
        }
        at += 1;
    }
    shown
}

fn is_private(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    (digits >= DIGITS && !is_time(word)) || word.chars().count() > TOKEN || word.contains('@')
}

// `078 05 1120`, `(555) 555 0123`: words of digits that make one long number together. Four digits or fewer in each
// group, as people write them: two numbers of carriers side by side are longer.
fn grouped(words: &[&str]) -> usize {
    let digits = |word: &str| {
        let plain = word.trim_matches(|c: char| matches!(c, '(' | ')' | '.' | ',' | ';' | '+' | '-' | '"'));
        let count = plain.chars().filter(char::is_ascii_digit).count();
        let group = count > 0 && plain.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'));
        group.then_some(count)
    };
    let groups: Vec<usize> = words.iter().map_while(|word| digits(word)).collect();
    let short = groups.iter().take_while(|count| **count <= 8).count();
    let has_group = groups[..short].iter().any(|count| *count <= 4);
    if short > 1 && has_group && groups[..short].iter().sum::<usize>() >= DIGITS { short } else { 0 }
}

fn is_time(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    word.parse::<jiff::civil::DateTime>().is_ok() || word.parse::<jiff::Timestamp>().is_ok()
}

/// The word up to the value of a secret: `?api_key=…`, `password=…`.
fn without_value(word: &str) -> &str {
    const SECRETS: [&str; 7] = ["api_key", "apikey", "token", "password", "pwd", "secret", "authorization"];
    let lower = word.to_ascii_lowercase();
    let value = |secret: &str| {
        let at = lower.find(secret)? + secret.len();
        let separator = lower[at..].find(['=', ':']).filter(|gap| *gap <= 2)?;
        Some(at + separator + 1).filter(|value| *value < word.len())
    };
    SECRETS.iter().filter_map(|secret| value(secret)).min().map_or(word, |end| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_shortened_and_masked() {
        let cases = [
            ("No carrier\r\nwas found.", "No carrier was found."),
            ("tin 00-1234567 refused", "tin [masked] refused"),
            ("SSN 078 05 1120 refused", "SSN [masked] refused"),
            ("EIN 12 3456789.", "EIN [masked]"),
            ("account 0210 0002 1 closed", "account [masked] closed"),
            ("call (555) 555 0123 or (555) 555-0123", "call [masked] or [masked]"),
            ("DOT 9900123 unknown", "DOT 9900123 unknown"),
            ("DOT 9900123, 9900124 unknown", "DOT 9900123, 9900124 unknown"),
            ("5 of 12 rows", "5 of 12 rows"),
            ("since 2026-03-18T08:30:00.", "since 2026-03-18T08:30:00."),
            ("No mail to ada@carrier.example.", "No mail to [masked]"),
            ("GET /api?api_key=abc123", "GET /api?api_key=[masked]"),
            ("GET /api?x=1&access_token=abc", "GET /api?x=1&access_token=[masked]"),
            ("Password:hunter2 is wrong", "Password:[masked] is wrong"),
            ("the token is refused", "the token is refused"),
        ];
        for (given, shown) in cases {
            assert_eq!(presentable(given), shown);
        }
        let token = "a".repeat(500);
        assert_eq!(presentable(&token), "[masked]");
        assert!(presentable(&"word ".repeat(500)).len() < 320);
        assert!(presentable(&"1 ".repeat(1_000_000)).len() < 320);
    }
}
