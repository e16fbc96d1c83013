//! Any `Retry-After` asks for a wait that a clock can hold.

use jiff::Timestamp;
use mycarrierpackets::fuzzing;
use std::time::Duration;

/// Checks one header, its part before a zero byte, against a `Date`, the part after it.
pub fn check(data: &[u8]) {
    let middle = data.iter().position(|byte| *byte == 0);
    let (value, date) = middle.map_or((data, &[][..]), |at| (&data[..at], &data[at + 1..]));
    let now = Timestamp::from_second(1_774_000_000).expect("an instant");
    let wait = fuzzing::retry_after(value, date, now);
    let Ok(text) = std::str::from_utf8(value) else { return };
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        assert!(wait.is_some(), "{text:?} is taken for absent");
    }
    if let Ok(seconds) = text.parse::<u32>() {
        assert_eq!(wait, Some(Duration::from_secs(seconds.into())), "{text:?}");
    }
}
