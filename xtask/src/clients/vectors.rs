//! A server that answers a user's calls with the vector of the user's name, so that a client decodes it as it would an
//! answer of the API.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use super::driver::{Outcomes, Report, Scenarios};
use crate::measure::Outcome;

/// A vector that one of the steps can meet.
pub struct Vector {
    user: String,
    name: String,
    step: &'static str,
    body: Vec<u8>,
    /// How many rows come out; none if the answer is refused.
    rows: Option<usize>,
}

/// Reads the vectors of the operations that the steps call. Those whose bytes are not text are left to the normalisers'
/// own tests.
pub fn read(root: &Path) -> Outcome<Vec<Vector>> {
    let folder = root.join("spec/vectors");
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    let entries = std::fs::read_dir(&folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut paths: Vec<_> = entries.iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "json") && !path.ends_with("schema.json"));
    paths.sort();
    let mut vectors = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(failed)?;
        let file: Value = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        for each in file["vectors"].as_array().into_iter().flatten() {
            let step = match each["of"].as_str().unwrap_or_default() {
                "preview_carrier" | "[CarrierPreview]" => "preview",
                "monitored_carriers" | "[MonitoredCarrier]" => "list",
                "carriers_changes" => "changes",
                _ => continue,
            };
            let Some(body) = body(each) else { continue };
            let rows = match &each["output"] {
                Value::Array(rows) => rows.len(),
                output => output["CarrierList"].as_array().map_or(0, Vec::len),
            };
            vectors.push(Vector {
                user: format!("v{}", vectors.len()),
                name: each["name"].as_str().unwrap_or_default().to_owned(),
                step,
                body,
                rows: each["error"].is_null().then_some(rows),
            });
        }
    }
    Ok(vectors)
}

// Its numbers can lose digits on the way, which no count of rows notices.
fn body(vector: &Value) -> Option<Vec<u8>> {
    match (&vector["text"], vector.get("answer")) {
        (Value::String(text), _) => Some(text.clone().into_bytes()),
        (_, Some(answer)) => Some(answer.to_string().into_bytes()),
        _ => None,
    }
}

/// The scenarios of a job over all vectors.
pub fn scenarios(vectors: &[Vector]) -> Scenarios {
    vectors.iter().map(|vector| (vector.user.clone(), vec![vector.step])).collect()
}

/// The vectors that did not come out as they must, by name, and what came.
pub fn wrong(vectors: &[Vector], report: &Report) -> Vec<(String, String)> {
    let wrong = |vector: &Vector| {
        let found = match (report.of(&vector.user, vector.step), vector.rows) {
            (Outcomes::Rows { rows }, Some(count)) if rows.len() == count => return None,
            (Outcomes::Error { status: Some(200), .. }, None) => return None,
            (Outcomes::Rows { rows }, _) => format!("{} rows", rows.len()),
            (Outcomes::Error { reason, .. }, _) => format!("error {reason}"),
            (Outcomes::Broken { error }, _) => error,
        };
        Some((vector.name.clone(), found))
    };
    vectors.iter().filter_map(wrong).collect()
}

/// Answers until the program ends; its address.
pub fn serve(vectors: Arc<Vec<Vector>>) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let vectors = Arc::clone(&vectors);
            // A client that closes its connection early is none of ours.
            std::thread::spawn(move || while answer(&stream, &vectors).is_ok() {});
        }
    });
    Ok(format!("http://{address}"))
}

fn answer(stream: &TcpStream, vectors: &[Vector]) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut lines, mut length, mut user, mut last) = (Vec::new(), 0, String::new(), false);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line.trim().is_empty() {
            break;
        }
        lines.push(line);
    }
    for line in &lines {
        match line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim())) {
            Some((name, value)) if name == "content-length" => length = value.parse().unwrap_or(0),
            Some((name, value)) if name == "connection" => last = value.eq_ignore_ascii_case("close"),
            Some((name, value)) if name == "authorization" => {
                user = value.rsplit(' ').next().unwrap_or_default().to_owned();
            }
            _ => {}
        }
    }
    let mut form = vec![0; length];
    reader.read_exact(&mut form)?;
    let form = String::from_utf8_lossy(&form).into_owned();
    let given = form.split('&').find_map(|pair| pair.strip_prefix("username="));
    let found = vectors.iter().find(|vector| vector.user == user);
    let (status, body) = match (given, found) {
        (Some(name), _) => ("200 OK", format!(r#"{{"access_token":"{name}","expires_in":3600}}"#).into_bytes()),
        (None, Some(vector)) => ("200 OK", vector.body.clone()),
        (None, None) => ("401 Unauthorized", b"{}".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nX-Pagination: {{\"totalPages\":1}}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(&[head.as_bytes(), &body].concat())?;
    if last { Err(std::io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
}
