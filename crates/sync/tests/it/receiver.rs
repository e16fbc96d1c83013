//! A receiver of requests on this machine, whose answers a test writes.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

#[derive(Clone)]
pub struct Request {
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Of its answer.
    status: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

type Answers = Arc<dyn Fn(&[Request]) -> String + Send + Sync>;

pub struct Receiver {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
    accepting: JoinHandle<()>,
}

/// It listens no longer.
impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

pub fn status(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

impl Receiver {
    /// Answers each request with what `answer` makes of all so far.
    pub async fn start(answer: impl Fn(&[Request]) -> String + Send + Sync + 'static) -> Self {
        Self::with(Some(Arc::new(answer))).await
    }

    /// Accepts connections, and never answers.
    pub async fn silent() -> Self {
        Self::with(None).await
    }

    async fn with(answers: Option<Answers>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let kept = requests.clone();
        let accepting = tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((connection, _)) = listener.accept().await {
                match &answers {
                    Some(answers) => drop(tokio::spawn(serve(connection, kept.clone(), answers.clone()))),
                    None => open.push(connection),
                }
            }
        });
        Self { address, requests, accepting }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The ids of the events that were answered with 200.
    pub fn taken(&self) -> Vec<String> {
        let taken = self.requests().into_iter().filter(|request| request.status.contains(" 200 "));
        taken.map(|request| request.header("webhook-id").unwrap().to_owned()).collect()
    }
}

async fn serve(connection: TcpStream, requests: Arc<Mutex<Vec<Request>>>, answers: Answers) {
    let mut connection = BufReader::new(connection);
    while let Some(request) = read(&mut connection).await {
        let answer = {
            let mut requests = requests.lock().unwrap();
            requests.push(request);
            let answer = answers(&requests);
            if let Some(last) = requests.last_mut() {
                answer.lines().next().unwrap_or_default().clone_into(&mut last.status);
            }
            answer
        };
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(connection: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let header =
        |line: &String| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    let headers: Vec<(String, String)> = lines[1..].iter().filter_map(header).collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await.ok()?;
    Some(Request { line: lines.swap_remove(0), headers, body, status: String::new() })
}
