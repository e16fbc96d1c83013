//! The files with recorded exchanges. A reason why one cannot be read names the file and the line, never a part of it.

use super::exchange::{Exchange, exchanges};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// A file that is one value, such as a HAR file, is read as a whole.
const LARGEST_FILE: u64 = 256 << 20;
/// A line of JSON.
const LONGEST_LINE: u64 = 32 << 20;
/// In all files together.
const MOST_EXCHANGES: usize = 1_000_000;
const ENDINGS: [&str; 4] = ["har", "json", "jsonl", "ndjson"];

/// Passes each exchange of the files and folders to `take`, with the place where it stands.
///
/// # Errors
/// A file that is missing, too large, or nothing that is known here.
pub fn all(paths: &[PathBuf], mut take: impl FnMut(&Exchange, &str)) -> Result<(), String> {
    let mut count = 0;
    for path in paths {
        for file in files(path)? {
            one(&file, &mut |exchange, place| {
                count += 1;
                if count > MOST_EXCHANGES {
                    return Err(format!("{place}: more than {MOST_EXCHANGES} exchanges: give fewer files at a time"));
                }
                take(exchange, place);
                Ok(())
            })?;
        }
    }
    Ok(())
}

fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |e: std::io::Error| format!("{}:1: {}", path.display(), e.kind());
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?.path();
        let is_known =
            entry.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| ENDINGS.contains(&ending));
        if is_known && entry.is_file() {
            found.push(entry);
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(format!("{}:1: no file that ends in .{}", path.display(), ENDINGS.join(", .")));
    }
    Ok(found)
}

type Take<'t> = dyn FnMut(&Exchange, &str) -> Result<(), String> + 't;

fn one(path: &Path, take: &mut Take<'_>) -> Result<(), String> {
    let name = path.display().to_string();
    let unreadable = |e: std::io::Error| format!("{name}:1: {}", e.kind());
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let is_lines =
        path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| matches!(ending, "jsonl" | "ndjson"));
    if is_lines {
        return lines(BufReader::new(file), &name, take);
    }
    if size > LARGEST_FILE {
        return Err(format!("{name}:1: larger than {} MB: write one exchange a line, as .jsonl", LARGEST_FILE >> 20));
    }
    let mut text = Vec::new();
    BufReader::new(file).take(LARGEST_FILE).read_to_end(&mut text).map_err(unreadable)?;
    match serde_json::from_slice::<Value>(&text) {
        Ok(value) => pass(&value, &name, None, take),
        // Lines under another ending.
        Err(_) if text.iter().filter(|byte| **byte == b'\n').count() > 1 && text.starts_with(b"{") => {
            lines(text.as_slice(), &name, take)
        }
        Err(e) => Err(format!("{name}:{}: not JSON from column {} on", e.line(), e.column())),
    }
}

fn lines(mut reader: impl BufRead, name: &str, take: &mut Take<'_>) -> Result<(), String> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = reader.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line);
        let read = read.map_err(|e| format!("{name}:{number}: {}", e.kind()))?;
        if read == 0 {
            break;
        }
        if read as u64 > LONGEST_LINE {
            return Err(format!("{name}:{number}: a line longer than {} MB", LONGEST_LINE >> 20));
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let value: Value = serde_json::from_slice(&line)
            .map_err(|e| format!("{name}:{number}: not JSON from column {} on", e.column()))?;
        pass(&value, name, Some(number), take)?;
    }
    Ok(())
}

fn pass(value: &Value, name: &str, line: Option<usize>, take: &mut Take<'_>) -> Result<(), String> {
    let found =
        exchanges(value).map_err(|reason| format!("{name}:{}: no recorded exchange: {reason}", line.unwrap_or(1)))?;
    for (n, exchange) in found.iter().enumerate() {
        let place = match line {
            Some(line) => format!("{name}:{line}"),
            None if found.len() == 1 => format!("{name}:1"),
            None => format!("{name}, entry {}", n + 1),
        };
        take(exchange, &place)?;
    }
    Ok(())
}
