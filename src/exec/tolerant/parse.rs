//! A reader of JSON that forgives what no record should be lost for: bytes that are no UTF-8, numbers out of range, `NaN`,
//! half a surrogate pair, control characters in texts, a key that comes twice (the last counts), and depth.

use crate::{Error, ErrorKind};
use serde_json::{Map, Number, Value};

/// What lies deeper is nothing: no record of the API is half as deep.
const DEEPEST: usize = 100;
/// Paths that are kept; an answer with more is of another kind.
pub(super) const MOST_PATHS: usize = 1000;

/// A tree, and the paths of what could not be read in it.
pub(crate) struct Parsed {
    pub value: Value,
    pub unreadable: Vec<String>,
}

/// Parses `body`, or says where it is no JSON by any reading.
pub(crate) fn parse(body: &[u8]) -> Result<Parsed, Error> {
    let mut reader = Reader { rest: body, length: body.len(), path: Vec::new(), unreadable: Vec::new() };
    let value = reader.value(0)?;
    reader.blanks();
    if !reader.rest.is_empty() {
        return Err(Error::new(ErrorKind::Decode, "the answer has text after its end"));
    }
    Ok(Parsed { value, unreadable: reader.unreadable })
}

struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
    path: Vec<Step>,
    unreadable: Vec<String>,
}

enum Step {
    Key(String),
    Index(usize),
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn no_json(&self) -> Error {
        if self.rest.is_empty() {
            return Error::new(ErrorKind::Decode, "the answer is cut off").with_transient(true);
        }
        let at = self.length - self.rest.len();
        Error::new(ErrorKind::Decode, format!("the answer is not JSON (at byte {at})"))
    }

    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Error> {
        if self.take(byte) { Ok(()) } else { Err(self.no_json()) }
    }

    fn note(&mut self) {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Key(key) => {
                    let dot = if path.is_empty() { "" } else { "." };
                    path.push_str(&format!("{dot}{}", plain(key)));
                }
            }
        }
        if self.unreadable.len() < MOST_PATHS && self.unreadable.last() != Some(&path) {
            self.unreadable.push(path);
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Error> {
        self.blanks();
        match self.rest.first() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.text().map(Value::String),
            Some(_) => self.word(depth),
            None => Err(self.no_json()),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Error> {
        self.expect(b'{')?;
        if depth >= DEEPEST {
            return self.skip();
        }
        let mut fields = Map::new();
        if self.take(b'}') {
            return Ok(Value::Object(fields));
        }
        loop {
            self.blanks();
            if self.rest.first() != Some(&b'"') {
                return Err(self.no_json());
            }
            let key = self.text()?;
            self.expect(b':')?;
            self.path.push(Step::Key(key.clone()));
            let value = self.value(depth + 1);
            if fields.insert(key, value?).is_some() {
                self.note();
            }
            self.path.pop();
            if self.take(b'}') {
                return Ok(Value::Object(fields));
            }
            self.expect(b',')?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Error> {
        self.expect(b'[')?;
        if depth >= DEEPEST {
            return self.skip();
        }
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            self.path.push(Step::Index(items.len()));
            let item = self.value(depth + 1);
            items.push(item?);
            self.path.pop();
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            self.expect(b',')?;
        }
    }

    /// Past the end of what is too deep, without a call for each level of it.
    fn skip(&mut self) -> Result<Value, Error> {
        self.note();
        let mut open = 1_usize;
        while open > 0 {
            let next = self.rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'));
            let Some(at) = next else {
                self.rest = &[];
                return Err(self.no_json());
            };
            let byte = self.rest[at];
            self.rest = &self.rest[at..];
            if byte == b'"' {
                self.text()?;
                continue;
            }
            self.rest = &self.rest[1..];
            open = if matches!(byte, b'{' | b'[') { open + 1 } else { open - 1 };
        }
        Ok(Value::Null)
    }

    fn text(&mut self) -> Result<String, Error> {
        let mut bytes = Vec::new();
        let mut odd = false;
        self.rest = self.rest.strip_prefix(b"\"").unwrap_or(self.rest);
        loop {
            let Some(at) = memchr::memchr2(b'"', b'\\', self.rest) else {
                self.rest = &[];
                return Err(self.no_json());
            };
            bytes.extend_from_slice(&self.rest[..at]);
            let escaped = self.rest[at] == b'\\';
            self.rest = &self.rest[at + 1..];
            if !escaped {
                break;
            }
            odd |= !self.escape(&mut bytes)?;
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            odd = true;
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        if odd {
            self.note();
        }
        Ok(text)
    }

    /// One escape after its backslash; false if it had to be replaced.
    fn escape(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        let Some((kind, rest)) = self.rest.split_first() else {
            return Err(self.no_json());
        };
        self.rest = rest;
        let plain = match kind {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => {
                let first = self.hex();
                let pair = first.filter(|unit| (0xD800..0xDC00).contains(unit)).and_then(|high| {
                    let before = self.rest;
                    self.rest = self.rest.strip_prefix(b"\\u")?;
                    let low = self.hex().filter(|unit| (0xDC00..0xE000).contains(unit));
                    if low.is_none() {
                        self.rest = before;
                    }
                    Some(0x1_0000 + ((high - 0xD800) << 10) + (low? - 0xDC00))
                });
                let character = pair.or(first).and_then(char::from_u32);
                let mut buffer = [0; 4];
                out.extend_from_slice(character.unwrap_or('\u{fffd}').encode_utf8(&mut buffer).as_bytes());
                return Ok(character.is_some());
            }
            other => *other,
        };
        out.push(plain);
        Ok(matches!(kind, b'n' | b't' | b'r' | b'b' | b'f' | b'"' | b'\\' | b'/'))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        let unit = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        self.rest = &self.rest[4..];
        Some(unit)
    }

    /// A number or a word. One that is out of range, or known to no reader, is nothing; alone it is no JSON.
    fn word(&mut self, depth: usize) -> Result<Value, Error> {
        let end =
            self.rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let word = std::str::from_utf8(word).unwrap_or_default();
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => match word.parse::<Number>() {
                Ok(number) => Value::Number(number),
                Err(_) if depth > 0 && !word.is_empty() => {
                    self.note();
                    Value::Null
                }
                Err(_) => return Err(self.no_json()),
            },
        };
        self.rest = rest;
        Ok(value)
    }
}

/// A key as it may be shown: what is not a plain name could be anything of the answer.
pub(super) fn plain(key: &str) -> &str {
    let named =
        key.len() <= 60 && key.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'.'));
    if named { key } else { "?" }
}
