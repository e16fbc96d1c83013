//! A JSON writer with the reference metadata of Json.NET: every object has `"$id"`, a repeat is `{"$ref":…}`.
//!
//! It writes straight into one buffer. Since `"$id"` is always the first member, every other member begins with a
//! comma, so the writer needs no state beyond the counter and keys can be joined at compile time ([`k!`]).

use crate::world::clock::Ticks;

/// A member name as it stands in the output: `,"name":`.
macro_rules! k {
    ($name:literal) => {
        concat!(",\"", $name, "\":")
    };
}
pub(crate) use k;

/// The `$id` of an object that was written, for a later [`Json::reference`].
#[derive(Clone, Copy)]
pub(crate) struct Id(u32);

pub(crate) struct Json {
    out: Vec<u8>,
    ids: u32,
}

impl Json {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { out: Vec::with_capacity(capacity), ids: 0 }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    pub(crate) fn open(&mut self) -> Id {
        self.ids += 1;
        self.raw("{\"$id\":\"");
        self.digits(u64::from(self.ids));
        self.out.push(b'"');
        Id(self.ids)
    }

    pub(crate) fn close(&mut self) {
        self.out.push(b'}');
    }

    pub(crate) fn reference(&mut self, id: Id) {
        self.raw("{\"$ref\":\"");
        self.digits(u64::from(id.0));
        self.raw("\"}");
    }

    pub(crate) fn array(&mut self) {
        self.out.push(b'[');
    }

    /// Call before the `n`th element of an array.
    pub(crate) fn item(&mut self, n: usize) {
        if n > 0 {
            self.out.push(b',');
        }
    }

    pub(crate) fn end_array(&mut self) {
        self.out.push(b']');
    }

    /// Text that is JSON already, a joined key for one.
    #[inline]
    pub(crate) fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn null(&mut self, key: &str) {
        self.raw(key);
        self.raw("null");
    }

    pub(crate) fn flag(&mut self, key: &str, value: bool) {
        self.raw(key);
        self.raw(if value { "true" } else { "false" });
    }

    pub(crate) fn maybe_flag(&mut self, key: &str, value: Option<bool>) {
        match value {
            Some(value) => self.flag(key, value),
            None => self.null(key),
        }
    }

    pub(crate) fn int(&mut self, key: &str, value: impl Into<i64>) {
        self.raw(key);
        self.number(value.into());
    }

    /// A number with two decimals, given in hundredths.
    pub(crate) fn hundredths(&mut self, key: &str, value: i64) {
        self.raw(key);
        self.decimal(value);
    }

    /// A text that needs no escaping.
    #[inline]
    pub(crate) fn plain(&mut self, key: &str, value: &str) {
        self.raw(key);
        self.out.push(b'"');
        self.raw(value);
        self.out.push(b'"');
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.raw(key);
        self.quoted(value);
    }

    pub(crate) fn maybe_text(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.null(key),
        }
    }

    /// A number as text: `"1000000"`.
    pub(crate) fn number_text(&mut self, key: &str, value: u32) {
        self.raw(key);
        self.out.push(b'"');
        self.digits(u64::from(value));
        self.out.push(b'"');
    }

    /// A number as text with thousands separators: `"1,000,000"`.
    pub(crate) fn grouped_text(&mut self, key: &str, value: u32) {
        self.raw(key);
        self.out.push(b'"');
        let (millions, thousands, rest) = (value / 1_000_000, value / 1000 % 1000, value % 1000);
        if millions > 0 {
            self.digits(u64::from(millions));
            self.out.push(b',');
            self.padded(thousands, 3);
            self.out.push(b',');
            self.padded(rest, 3);
        } else if thousands > 0 {
            self.digits(u64::from(thousands));
            self.out.push(b',');
            self.padded(rest, 3);
        } else {
            self.digits(u64::from(rest));
        }
        self.out.push(b'"');
    }

    /// A text with two decimals, given in hundredths: `"40.70"`.
    pub(crate) fn hundredths_text(&mut self, key: &str, value: u32) {
        self.raw(key);
        self.out.push(b'"');
        self.decimal(i64::from(value));
        self.out.push(b'"');
    }

    /// `"2026-03-18"`.
    pub(crate) fn date(&mut self, key: &str, value: Ticks) {
        self.raw(key);
        self.out.push(b'"');
        self.year_month_day(value);
        self.out.push(b'"');
    }

    /// `"04/22/2025"`.
    pub(crate) fn us_date(&mut self, key: &str, value: Ticks) {
        let (year, month, day) = value.date();
        self.raw(key);
        self.out.push(b'"');
        self.padded(month, 2);
        self.out.push(b'/');
        self.padded(day, 2);
        self.out.push(b'/');
        self.padded(year as u32, 4);
        self.out.push(b'"');
    }

    /// `"2025-05-05T08:33:32.5971191"`: no offset, and no zeros at the end of the fraction.
    pub(crate) fn time(&mut self, key: &str, value: Ticks) {
        self.raw(key);
        self.instant(value, "\"");
    }

    /// As [`Json::time`], with `Z`.
    pub(crate) fn time_z(&mut self, key: &str, value: Ticks) {
        self.raw(key);
        self.instant(value, "Z\"");
    }

    pub(crate) fn maybe_time(&mut self, key: &str, value: Option<Ticks>) {
        match value {
            Some(value) => self.time(key, value),
            None => self.null(key),
        }
    }

    fn instant(&mut self, value: Ticks, end: &str) {
        let (hour, minute, second, mut fraction) = value.time();
        self.out.push(b'"');
        self.year_month_day(value);
        self.out.push(b'T');
        self.padded(hour, 2);
        self.out.push(b':');
        self.padded(minute, 2);
        self.out.push(b':');
        self.padded(second, 2);
        if fraction > 0 {
            let mut width = 7;
            while fraction % 10 == 0 {
                fraction /= 10;
                width -= 1;
            }
            self.out.push(b'.');
            self.padded(fraction, width);
        }
        self.raw(end);
    }

    fn year_month_day(&mut self, value: Ticks) {
        let (year, month, day) = value.date();
        self.padded(year as u32, 4);
        self.out.push(b'-');
        self.padded(month, 2);
        self.out.push(b'-');
        self.padded(day, 2);
    }

    pub(crate) fn quoted(&mut self, value: &str) {
        self.out.push(b'"');
        let mut clean = 0;
        let bytes = value.as_bytes();
        for (at, &byte) in bytes.iter().enumerate() {
            if byte >= b' ' && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.out.extend_from_slice(&bytes[clean..at]);
            clean = at + 1;
            match byte {
                b'"' => self.raw("\\\""),
                b'\\' => self.raw("\\\\"),
                b'\n' => self.raw("\\n"),
                b'\r' => self.raw("\\r"),
                b'\t' => self.raw("\\t"),
                _ => {
                    self.raw("\\u00");
                    self.out.push(b"0123456789abcdef"[usize::from(byte >> 4)]);
                    self.out.push(b"0123456789abcdef"[usize::from(byte & 15)]);
                }
            }
        }
        self.out.extend_from_slice(&bytes[clean..]);
        self.out.push(b'"');
    }

    pub(crate) fn number(&mut self, value: i64) {
        if value < 0 {
            self.out.push(b'-');
        }
        self.digits(value.unsigned_abs());
    }

    fn decimal(&mut self, hundredths: i64) {
        if hundredths < 0 {
            self.out.push(b'-');
        }
        let size = hundredths.unsigned_abs();
        self.digits(size / 100);
        self.out.push(b'.');
        self.padded((size % 100) as u32, 2);
    }

    fn digits(&mut self, mut value: u64) {
        if value < 10 {
            self.out.push(b'0' + value as u8);
            return;
        }
        let mut buffer = [0; 20];
        let mut at = buffer.len();
        while value > 0 {
            at -= 1;
            buffer[at] = b'0' + (value % 10) as u8;
            value /= 10;
        }
        self.out.extend_from_slice(&buffer[at..]);
    }

    fn padded(&mut self, mut value: u32, width: usize) {
        let mut buffer = [b'0'; 8];
        for slot in buffer[..width].iter_mut().rev() {
            *slot = b'0' + (value % 10) as u8;
            value /= 10;
        }
        self.out.extend_from_slice(&buffer[..width]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_json_net_writes() {
        let mut w = Json::new(0);
        let id = w.open();
        w.text(k!("a"), "q\"\\\n\u{1}é");
        w.grouped_text(k!("b"), 1_002_003);
        w.hundredths_text(k!("c"), 4070);
        w.time(k!("d"), Ticks::parse("2025-03-31T09:01:49.161388").unwrap());
        w.time_z(k!("e"), Ticks::parse("2024-01-15T14:30:00").unwrap());
        w.us_date(k!("f"), Ticks::parse("2025-04-22").unwrap());
        w.raw(k!("g"));
        w.reference(id);
        w.int(k!("h"), -15);
        w.hundredths(k!("i"), -5);
        w.close();
        assert_eq!(
            String::from_utf8(w.finish()).unwrap(),
            concat!(
                r#"{"$id":"1","a":"q\"\\\n\u0001é","b":"1,002,003","c":"40.70","d":"2025-03-31T09:01:49.161388","#,
                r#""e":"2024-01-15T14:30:00Z","f":"04/22/2025","g":{"$ref":"1"},"h":-15,"i":-0.05}"#
            )
        );
    }
}
