//! A server of scripted answers over plain TCP, for what no orderly server does: answers that break off, stall, drip,
//! or are not HTTP at all.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The path of an operation of the API.
pub fn path_of(vendor_name: &str) -> String {
    format!("/api/v1/Carrier/{vendor_name}")
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    /// Query as sent, without the `?`.
    pub query: String,
    /// Request line and headers as sent.
    pub head: String,
    pub body: Vec<u8>,
    /// How many requests came for this path, this one included.
    pub nth: usize,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// An answer, and how it goes wrong.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    chunked: bool,
    delay: Duration,
    end: End,
}

#[derive(Clone, Copy)]
enum End {
    Whole,
    /// The connection closes after `n` bytes of the body.
    Cut(usize),
    /// Nothing more comes after `n` bytes of the body.
    Stall(usize),
    /// The body comes in pieces of one byte, so far apart.
    Drip(Duration),
    /// The connection closes before a byte is answered.
    HangUp,
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = if content_type.is_empty() {
            Vec::new()
        } else {
            vec![("content-type".to_owned(), content_type.to_owned())]
        };
        Self { status, headers, body: body.into(), chunked: false, delay: Duration::ZERO, end: End::Whole }
    }

    /// A good answer of JSON.
    pub fn json(body: impl ToString) -> Self {
        Self::new(200, "application/json; charset=utf-8", body.to_string())
    }

    /// A status with a body as the API's errors have it.
    pub fn error(status: u16, message: &str) -> Self {
        let body = serde_json::json!({"$id": "1", "Message": message});
        Self { status, ..Self::json(body) }
    }

    /// A refused grant, as OAuth has it.
    pub fn refused_grant() -> Self {
        let body = r#"{"error":"invalid_grant","error_description":"The user name or password is incorrect."}"#;
        Self { status: 400, ..Self::json(body) }
    }

    /// No answer at all: the connection closes.
    pub fn hang_up() -> Self {
        Self { end: End::HangUp, ..Self::new(200, "", "") }
    }

    /// The same answer with another status.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends the body in chunks and without a length.
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// Closes the connection after `bytes` of the body.
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.end = End::Cut(bytes);
        self
    }

    /// Goes silent after `bytes` of the body.
    pub fn stall_after(mut self, bytes: usize) -> Self {
        self.end = End::Stall(bytes);
        self
    }

    /// Sends the body byte by byte, `pause` apart.
    pub fn drip(mut self, pause: Duration) -> Self {
        self.end = End::Drip(pause);
        self
    }

    /// Waits before it answers.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    async fn write(self, stream: &mut TcpStream) -> std::io::Result<()> {
        tokio::time::sleep(self.delay).await;
        if matches!(self.end, End::HangUp) {
            return Ok(());
        }
        let mut head = format!("HTTP/1.1 {} Scripted\r\nconnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.chunked {
            head.push_str("transfer-encoding: chunked\r\n\r\n");
        } else {
            head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        }
        stream.write_all(head.as_bytes()).await?;
        let (sent, pause) = match self.end {
            End::Whole | End::HangUp => (self.body.len(), None),
            End::Cut(bytes) | End::Stall(bytes) => (bytes.min(self.body.len()), None),
            End::Drip(pause) => (self.body.len(), Some(pause)),
        };
        let piece = if pause.is_some() { 1 } else { 64 * 1024 };
        for bytes in self.body[..sent].chunks(piece) {
            if self.chunked {
                stream.write_all(format!("{:x}\r\n", bytes.len()).as_bytes()).await?;
            }
            stream.write_all(bytes).await?;
            if self.chunked {
                stream.write_all(b"\r\n").await?;
            }
            if let Some(pause) = pause {
                stream.flush().await?;
                tokio::time::sleep(pause).await;
            }
        }
        let whole = !matches!(self.end, End::Cut(_) | End::Stall(_));
        if self.chunked && whole {
            stream.write_all(b"0\r\n\r\n").await?;
        }
        stream.flush().await?;
        if matches!(self.end, End::Stall(_)) {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

type Script = dyn Fn(&Request) -> Reply + Send + Sync;

#[derive(Default)]
struct Log {
    counts: HashMap<String, usize>,
    requests: Vec<Request>,
}

/// The server. Dropping it stops it and every connection.
pub struct Server {
    address: std::net::SocketAddr,
    log: Arc<Mutex<Log>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers every request, those for tokens included, as `script` says.
    pub async fn bare(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let log = Arc::new(Mutex::new(Log::default()));
        let (script, shared): (Arc<Script>, _) = (Arc::new(script), log.clone());
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, script.clone(), shared.clone()));
            }
        });
        Self { address, log, task }
    }

    /// As [`bare`](Self::bare), with a token for whoever asks at `/token`.
    pub async fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::bare(move |request| if request.path == "/token" { token("access-1") } else { script(request) }).await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many requests came for a path.
    pub fn count(&self, path: &str) -> usize {
        self.log.lock().unwrap().counts.get(path).copied().unwrap_or(0)
    }

    /// How many requests came for paths other than `/token`.
    pub fn calls(&self) -> usize {
        let log = self.log.lock().unwrap();
        log.counts.iter().filter(|(path, _)| *path != "/token").map(|(_, count)| count).sum()
    }

    /// All requests, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.log.lock().unwrap().requests.clone()
    }

    /// The requests for a path.
    pub fn requests_for(&self, path: &str) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.path == path).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A token answer that lives an hour.
pub fn token(access: &str) -> Reply {
    Reply::json(serde_json::json!({"access_token": access, "token_type": "bearer", "expires_in": 3600}))
}

/// `bytes` as gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, log: Arc<Mutex<Log>>) {
    let Some(mut request) = read(&mut stream).await else { return };
    {
        let mut log = log.lock().unwrap();
        let count = log.counts.entry(request.path.clone()).or_default();
        *count += 1;
        request.nth = *count;
        log.requests.push(request.clone());
    }
    // A client that went away is no fault of the script.
    let _ = script(&request).write(&mut stream).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        // The hello of TLS is no HTTP.
        if stream.read_buf(&mut bytes).await.ok()? == 0 || bytes[0] == 0x16 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut words = head.lines().next()?.split(' ');
    let target = words.nth(1)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let mut request = Request { path, query, head, body: bytes[end + 4..].to_vec(), nth: 0 };
    let length: usize = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}
