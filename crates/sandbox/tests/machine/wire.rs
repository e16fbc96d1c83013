//! A client of few lines, so that ten thousand sequences take seconds: HTTP/1.1 on one connection, blocking.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

pub struct Wire {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Wire {
    pub fn sign_in(base_url: &str, username: &str) -> Self {
        let stream = TcpStream::connect(base_url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut wire = Self { stream: BufReader::new(stream), token: String::new() };
        let form = format!("grant_type=password&username={username}&password=demo");
        let (status, body) = wire.exchange("/token", &form);
        assert_eq!(status, 200, "{body}");
        let answer: Value = serde_json::from_str(&body).unwrap();
        wire.token = answer["access_token"].as_str().unwrap().to_owned();
        wire
    }

    pub fn json(&mut self, operation: &str, query: &str) -> Value {
        let (status, body) = self.exchange(&format!("/api/v1/Carrier/{operation}?{query}"), "");
        assert_eq!(status, 200, "{operation}?{query}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    pub fn status(&mut self, operation: &str, query: &str) -> u16 {
        self.exchange(&format!("/api/v1/Carrier/{operation}?{query}"), "").0
    }

    fn exchange(&mut self, target: &str, body: &str) -> (u16, String) {
        let (token, length) = (&self.token, body.len());
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let status = self.line().split(' ').nth(1).unwrap().parse().unwrap();
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line().to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(("transfer-encoding", value)) => chunked = value == "chunked",
                Some(_) => {}
                None => break,
            }
        }
        let mut body = Vec::new();
        if !chunked {
            self.read(length, &mut body);
        }
        while chunked {
            let size = usize::from_str_radix(&self.line(), 16).unwrap();
            self.read(size, &mut body);
            self.line();
            chunked = size > 0;
        }
        (status, String::from_utf8(body).unwrap())
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn read(&mut self, size: usize, body: &mut Vec<u8>) {
        let start = body.len();
        body.resize(start + size, 0);
        self.stream.read_exact(&mut body[start..]).unwrap();
    }
}
