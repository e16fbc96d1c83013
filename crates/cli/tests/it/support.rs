//! A sandbox in this process, and the program beside it.

use assert_cmd::Command;
use mycarrierpackets_sandbox::{Builder, Sandbox};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A sandbox, a home folder without profiles, and the program that knows of both.
pub struct Bench {
    pub sandbox: Sandbox,
    pub home: TempDir,
    /// Where tokens are kept between two runs.
    pub cache: TempDir,
    // Drives the sandbox; dropped after it.
    _runtime: Runtime,
}

/// What a run left behind.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    /// Few carriers, and a calendar that stands still far in the future, so that nothing ever expires.
    pub fn new() -> Self {
        Self::of(|builder| builder.carriers(12))
    }

    pub fn of(change: impl FnOnce(Builder) -> Builder) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(3_793_510_800);
        let builder = change(Sandbox::builder().fixed_time(at).changes_interval(Duration::ZERO));
        let sandbox = runtime.block_on(builder.start()).unwrap();
        Self { sandbox, home: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap(), _runtime: runtime }
    }

    /// The program, with nothing of this machine's settings, in a folder of its own.
    pub fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mycarrierpackets"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("TZ", "America/Chicago").env("COLUMNS", "110");
        command.env("HOME", self.home.path()).env("XDG_CONFIG_HOME", self.home.path().join("config"));
        command.env("XDG_CACHE_HOME", self.cache.path());
        command.current_dir(self.home.path()).timeout(Duration::from_secs(60));
        command
    }

    /// The program as a customer of the sandbox.
    pub fn program(&self) -> Command {
        let mut command = self.bare();
        command.env("MCP_USERNAME", self.sandbox.username()).env("MCP_PASSWORD", self.sandbox.password());
        command.env("MCP_BASE_URL", self.sandbox.base_url()).env("MCP_PORTAL_URL", self.sandbox.portal_url());
        command
    }

    /// Runs a line of a shell that finds the program by its name.
    pub fn shell(&self, line: &str) -> std::process::Output {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", line]).env_clear().current_dir(self.folder()).stdin(std::process::Stdio::null());
        for (name, value) in self.program().get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        let here = Path::new(env!("CARGO_BIN_EXE_mycarrierpackets")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        shell.env("PATH", format!("{}:{path}", here.display())).output().unwrap()
    }

    /// Runs one line of arguments, as a shell would split it; quotes are respected.
    pub fn run(&self, line: &str) -> Ran {
        ran(self.program().args(words(line)))
    }

    pub fn folder(&self) -> &Path {
        self.home.path()
    }
}

/// A run that did everything.
#[track_caller]
pub fn done(ran: Ran) -> Ran {
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran
}

pub fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

pub fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a token server says.
pub const TOKEN: &str = r#"{"access_token":"abc","token_type":"bearer","expires_in":3600}"#;

/// The bytes of a good answer.
pub fn answer(json: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}", json.len())
}

/// A server that answers each request as the test says, whatever its client thinks of it.
pub struct Scripted {
    address: std::net::SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// `answer` makes the bytes of an answer from the head of a request; the connection is closed after it.
    pub fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::with_bodies(move |head, _| answer(head))
    }

    /// As [`start`](Self::start), from head and body.
    pub fn with_bodies(answer: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        // The thread ends with the test process: it waits for nothing but the next connection.
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let (head, body) = read_request(&mut stream);
                    seen.lock().unwrap().push(head.clone());
                    let text = answer(&head, &body).replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
                    let _ = stream.write_all(&bytes(&text));
                });
            }
        });
        Self { address, requests }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Stands for one byte that is not UTF-8.
pub const NO_TEXT: char = '\u{1}';

fn bytes(text: &str) -> Vec<u8> {
    let mut encoded = [0; 4];
    let each = |c: char| if c == NO_TEXT { vec![0xFF] } else { c.encode_utf8(&mut encoded).as_bytes().to_vec() };
    text.chars().flat_map(each).collect()
}

// The head; the body is read as well, because a connection closed with unread bytes is reset.
fn read_request(stream: &mut std::net::TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let head_end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = head_end {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return (head, String::from_utf8_lossy(&bytes[end + 4..]).into_owned());
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return (String::from_utf8_lossy(&bytes).into_owned(), String::new()),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

/// Passes bytes on to a server, and keeps the connection open when the server has closed it.
pub struct Held(std::net::SocketAddr);

impl Held {
    pub fn start(to: String) -> Self {
        let to = to.trim_start_matches("http://").to_owned();
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut held = Vec::new();
            for client in listener.incoming().flatten() {
                let server = std::net::TcpStream::connect(&to).unwrap();
                held.push(client.try_clone().unwrap());
                let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
                let (mut from_server, mut to_client) = (server, client);
                std::thread::spawn(move || std::io::copy(&mut from_server, &mut to_client));
            }
        });
        Self(address)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.0)
    }
}
