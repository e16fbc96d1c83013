//! Reads the sandbox's documents as a program would: the texts of a PDF page by page, and the letters on a photo.

use std::io::Read as _;

use font8x8::legacy::BASIC_LEGACY;

/// A text and where it begins, in points from the lower left corner.
#[derive(Debug)]
pub struct Text {
    pub x: f32,
    pub y: f32,
    pub text: String,
}

/// The texts of each page. Fails where the file is not as a reader of PDF needs it.
pub fn pages(bytes: &[u8]) -> Vec<Vec<Text>> {
    assert!(bytes.starts_with(b"%PDF-1.7\n") && bytes.ends_with(b"%%EOF\n"));
    // One letter a byte, so that offsets stay what they are.
    let text: String = bytes.iter().map(|&byte| char::from(byte)).map(|c| if c.is_ascii() { c } else { '?' }).collect();
    let start: usize = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
    let mut lines = text[start..].lines();
    assert_eq!(lines.next(), Some("xref"));
    let size: usize = lines.next().unwrap().strip_prefix("0 ").unwrap().parse().unwrap();
    assert!(lines.next().unwrap().starts_with("0000000000 65535 f"));
    let mut objects = vec![""];
    let mut streams = vec![Vec::new()];
    for object in 1..size {
        let offset: usize = lines.next().unwrap()[..10].parse().unwrap();
        let head = format!("{object} 0 obj\n");
        assert!(text[offset..].starts_with(&head), "{object}");
        let body = &text[offset + head.len()..];
        let end = body.find("stream\n").filter(|at| *at < body.find("endobj").unwrap());
        let dictionary = &body[..end.unwrap_or_else(|| body.find("endobj").unwrap())];
        objects.push(dictionary);
        streams.push(end.map(|at| unpacked(dictionary, &bytes[offset + head.len() + at + 7..])).unwrap_or_default());
    }
    assert!(lines.next().unwrap().starts_with("trailer"));
    let info = objects.iter().find(|object| object.contains("/Title")).expect("a title");
    assert!(!info.contains("Date"), "no time of the machine: {info}");
    assert!(objects.iter().any(|object| object.contains("/Lang(en-US)")), "a language");
    let others = objects.iter().find_map(|object| object.split_once("/Differences[33")).expect("other letters").1;
    let names: Vec<&str> = others.split(']').next().unwrap().split('/').skip(1).map(str::trim).collect();
    let pages = objects.iter().filter(|object| object.contains("/Type/Page/"));
    pages.map(|page| texts(&streams[number(page, "/Contents ")], &names)).collect()
}

/// Names of glyphs that the tests need.
const GLYPHS: [(&str, char); 5] =
    [("Lslash", 'Ł'), ("sacute", 'ś'), ("Zdotaccent", 'Ż'), ("lslash", 'ł'), ("cacute", 'ć')];

fn number(dictionary: &str, key: &str) -> usize {
    let at = dictionary.find(key).unwrap() + key.len();
    let digits: String = dictionary[at..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn unpacked(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    assert!(dictionary.contains("/Filter/FlateDecode"), "{dictionary}");
    let packed = &bytes[..number(dictionary, "/Length ")];
    let mut out = Vec::new();
    flate2::read::ZlibDecoder::new(packed).read_to_end(&mut out).unwrap();
    out
}

/// The texts that a page shows, with those in place that stand for what no font has.
fn texts(content: &[u8], others: &[&str]) -> Vec<Text> {
    let (mut found, mut operands, mut at) = (Vec::new(), Vec::new(), 0);
    let (mut x, mut y, mut is_other, mut is_begun) = (0.0, 0.0, false, false);
    let mut instead = None;
    let mut before = b"".as_slice();
    while at < content.len() {
        let token = token(content, &mut at);
        match token {
            b"Tm" => {
                let numbers: Vec<f32> =
                    operands.iter().filter_map(|own: &&[u8]| std::str::from_utf8(own).ok()?.parse().ok()).collect();
                [x, y] = numbers[numbers.len() - 2..].try_into().unwrap();
                operands.clear();
            }
            b"Tf" => {
                is_other = operands.iter().rev().find(|own| own.starts_with(b"/")).unwrap().ends_with(b"M");
                operands.clear();
            }
            b"Tj" => {
                let other = |code: char| {
                    let name = others[code as usize - 33];
                    GLYPHS.iter().find(|glyph| glyph.0 == name).unwrap_or_else(|| panic!("add {name} to the glyphs")).1
                };
                let shown = shown(before);
                let text = if is_other { shown.chars().map(other).collect() } else { shown };
                let text = instead.take().unwrap_or(text);
                match found.last_mut().filter(|_| is_begun) {
                    Some(Text { text: begun, .. }) => begun.push_str(&text),
                    None => found.push(Text { x, y, text }),
                }
                is_begun = true;
                operands.clear();
            }
            b"BT" => is_begun = false,
            other => {
                if let Some(hex) = std::str::from_utf8(other).ok().and_then(|own| own.split_once("/ActualText<FEFF")) {
                    let digits = hex.1.trim_end_matches('>');
                    let unit = |n| u16::from_str_radix(&digits[n..n + 4], 16).unwrap();
                    let units: Vec<u16> = (0..digits.len()).step_by(4).map(unit).collect();
                    instead = Some(String::from_utf16(&units).unwrap());
                }
                operands.push(other);
            }
        }
        before = token;
    }
    found
}

fn token<'c>(content: &'c [u8], at: &mut usize) -> &'c [u8] {
    while *at < content.len() && content[*at].is_ascii_whitespace() {
        *at += 1;
    }
    let start = *at;
    if content.get(start) == Some(&b'(') {
        let mut depth = 0;
        while *at < content.len() {
            match content[*at] {
                b'\\' => *at += 1,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            *at += 1;
            if depth == 0 {
                break;
            }
        }
    } else if content.get(start) == Some(&b'<') {
        *at += content[start..].iter().position(|byte| *byte == b'>').unwrap() + 1;
    } else {
        *at += 1;
        while *at < content.len() && !content[*at].is_ascii_whitespace() && !matches!(content[*at], b'(' | b'<' | b'/')
        {
            *at += 1;
        }
    }
    &content[start..*at]
}

/// A string of PDF, in round brackets or in hexadecimal, of letters of Windows.
fn shown(string: &[u8]) -> String {
    let bytes: Vec<u8> = if let Some(hex) = string.strip_prefix(b"<") {
        let digits = std::str::from_utf8(hex.strip_suffix(b">").unwrap()).unwrap();
        (0..digits.len()).step_by(2).map(|n| u8::from_str_radix(&digits[n..n + 2], 16).unwrap()).collect()
    } else {
        let mut inside = &string[1..string.len() - 1];
        let mut out = Vec::new();
        while let Some((&byte, rest)) = inside.split_first() {
            let octal = rest.iter().take(3).take_while(|own| (b'0'..b'8').contains(own)).count();
            let (own, length) = match (byte, rest.first()) {
                (b'\\', _) if octal > 0 => {
                    (u8::from_str_radix(std::str::from_utf8(&rest[..octal]).unwrap(), 8).unwrap(), octal)
                }
                (b'\\', Some(own)) => (*own, 1),
                _ => (byte, 0),
            };
            out.push(own);
            inside = &rest[length..];
        }
        out
    };
    bytes.into_iter().map(char::from).collect()
}

/// The width of a PNG of one byte a pixel, and its pixels.
pub fn picture(png: &[u8]) -> (usize, Vec<u8>) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let int = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
    let (width, height) = (int(16), int(20));
    assert_eq!(&png[24..29], [8, 0, 0, 0, 0]);
    let data = int(33);
    assert_eq!(&png[37..41], b"IDAT");
    let mut rows = Vec::new();
    flate2::read::ZlibDecoder::new(&png[41..41 + data]).read_to_end(&mut rows).unwrap();
    assert_eq!(rows.len(), (width + 1) * height);
    (width, rows.chunks(width + 1).flat_map(|row| &row[1..]).copied().collect())
}

/// Reads a line of letters that are `scale` times as large as the font has them.
pub fn letters((width, pixels): &(usize, Vec<u8>), (x, y): (usize, usize), scale: usize, count: usize) -> String {
    let dark = |x: usize, y: usize| pixels[y * width + x] < 128;
    let read = |n: usize| {
        let rows: Vec<u8> = (0..8)
            .map(|row| {
                let dot = |column: usize| dark(x + (n * 8 + column) * scale + scale / 2, y + row * scale + scale / 2);
                (0..8).filter(|column| dot(*column)).map(|column| 1 << column).sum()
            })
            .collect();
        (b' '..=b'~').find(|code| BASIC_LEGACY[usize::from(*code)] == rows[..]).map_or('?', char::from)
    };
    (0..count).map(read).collect()
}
