//! One HTTP exchange with a server on this machine.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::measure::Outcome;

/// A response as it came.
pub struct Response {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Response {
    /// The body of a 200, as text.
    pub fn text(self, line: &str) -> Outcome<String> {
        if self.status != 200 {
            return Err(format!("{line}: {}", self.status));
        }
        String::from_utf8(self.body).map_err(|e| format!("{line}: {e}"))
    }
}

/// Sends a request on a connection of its own. `line` is such as `GET /token`.
pub fn exchange(base: &str, line: &str, token: &str, body: &str) -> Outcome<Response> {
    let authority = base.trim_start_matches("http://");
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nAuthorization: bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let failed = |e: std::io::Error| format!("{line}: {e}");
    let mut stream = TcpStream::connect(authority).map_err(failed)?;
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(failed)?;
    let end = answer.windows(4).position(|at| at == b"\r\n\r\n").ok_or_else(|| format!("{line}: no answer"))?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("{line}: {}", head.lines().next().unwrap_or_default()))?;
    let chunked = head.contains("transfer-encoding: chunked");
    Ok(Response { status, body: if chunked { whole(&body) } else { body } })
}

/// A body that came in chunks.
fn whole(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|at| at == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let after = &rest[end + 2..];
        let size = size.unwrap_or(0).min(after.len());
        body.extend_from_slice(&after[..size]);
        rest = after.get(size + 2..).unwrap_or_default();
    }
    body
}

/// Signs a user name in; the token.
pub fn sign_in(base: &str, user: &str) -> Outcome<String> {
    let form = format!("grant_type=password&username={user}&password=demo");
    let text = exchange(base, "POST /token", "", &form)?.text("POST /token")?;
    let answer: serde_json::Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    answer["access_token"].as_str().map(str::to_owned).ok_or_else(|| "no token".to_owned())
}
