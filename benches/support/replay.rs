//! A server that answers every `POST` with the same bytes, so that a measurement is of the client alone.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Serves `body` at every path but `/token` until the process ends; returns its address.
///
/// # Errors
/// No port of this machine is free.
pub fn serve(body: Vec<u8>) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    let answer = Arc::new(answer(&body));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A client that goes away ends its thread; nobody waits for it.
            std::thread::spawn(move || drop(converse(stream, &answer)));
        }
    });
    Ok(address)
}

fn answer(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn converse(stream: TcpStream, good: &[u8]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let token = answer(br#"{"access_token":"t","token_type":"bearer","expires_in":86400}"#);
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let is_token = line.contains("/token");
        let mut length = 0;
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let lower = line.trim_end().to_ascii_lowercase();
            if lower.is_empty() {
                break;
            }
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink())?;
        writer.write_all(if is_token { &token } else { good })?;
    }
}
