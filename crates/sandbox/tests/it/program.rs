//! The binary: its ready line, its end, its state file, its complaints.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub struct Running {
    pub child: Child,
    stdin: Option<ChildStdin>,
    pub ready: Value,
}

pub fn start(arguments: &[&str]) -> Running {
    start_with(arguments, Stdio::inherit())
}

pub fn start_with(arguments: &[&str], stderr: Stdio) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mycarrierpackets-sandbox"))
        .args(["--port", "0", "--carriers", "20", "--exit-on-stdin-close"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Running { stdin: child.stdin.take(), ready: serde_json::from_str(&line).unwrap(), child }
}

impl Running {
    /// Closes its input and waits.
    fn end(mut self) {
        self.stdin.take();
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(10), "it goes on");
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(self.child.wait().unwrap().success());
    }

    pub async fn control(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let url = format!("{}/__sandbox/{path}", self.ready["api"].as_str().unwrap());
        let answer = reqwest::Client::new().request(method, url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that failed leaves no process behind.
        let _ = self.child.kill();
    }
}

#[test]
fn its_packages_have_completions_and_a_manual_page() {
    let printed = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_mycarrierpackets-sandbox")).args(arguments).output().unwrap();
        (done.status.success(), String::from_utf8(done.stdout).unwrap())
    };
    for arguments in [&["--completions", "bash"][..], &["--completions", "zsh"], &["--completions", "fish"], &["--man"]]
    {
        let (done, text) = printed(arguments);
        // A manual page has its hyphens escaped.
        assert!(done && text.replace('\\', "").contains("mycarrierpackets-sandbox"), "{arguments:?}: {text}");
        assert!(text.contains("exit"), "{arguments:?} lacks --exit-on-stdin-close");
    }
    assert!(!printed(&["--man", "--port", "0"]).0, "nothing else goes with it");
}

#[tokio::test]
async fn it_says_where_it_is_in_one_line_and_ends_with_its_input() {
    let running = start(&["--like", "docs", "--fault", "kind=nulls,operation=PreviewCarrier"]);
    assert_eq!((&running.ready["username"], &running.ready["password"]), (&json!("demo"), &json!("demo")));
    assert!(running.ready["portal"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    let sandbox = running.control(reqwest::Method::GET, "", Value::Null).await;
    assert_eq!(
        (&sandbox["api"], &sandbox["profile"], &sandbox["carriers"]),
        (&running.ready["api"], &json!("docs"), &json!(30))
    );
    let faults = running.control(reqwest::Method::GET, "faults", Value::Null).await;
    assert_eq!((&faults[0]["kind"], &faults[0]["operation"]), (&json!("nulls"), &json!("PreviewCarrier")));
    running.end();
}

#[tokio::test]
async fn a_state_file_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let arguments = ["--state", file.to_str().unwrap()];
    let running = start(&arguments);
    let event = json!({ "event": "reportIncident" });
    running.control(reqwest::Method::POST, "carriers/23868/events", event).await;
    running.control(reqwest::Method::POST, "clock", json!({ "hold": true, "advanceSeconds": 86_400 })).await;
    let clock = running.control(reqwest::Method::GET, "clock", Value::Null).await;
    running.end();
    let again = start(&arguments);
    assert_eq!(again.control(reqwest::Method::GET, "clock", Value::Null).await, clock);
    again.control(reqwest::Method::POST, "carriers/23868/events", json!({ "event": "retractIncident" })).await;
    // It is saved while it runs, too.
    let begun = Instant::now();
    while !std::fs::read_to_string(&file).unwrap().contains("\"retracted\":true") {
        assert!(begun.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    again.end();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn it_says_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.json");
    std::fs::File::create(&broken).unwrap().write_all(b"{}").unwrap();
    let broken = broken.to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().port().to_string();
    for (arguments, said) in [
        (["--port", &*taken], "choose another port, or 0 for any free one"),
        (["--state", broken], "this is no snapshot"),
        (["--faults", broken], "kind is required"),
        (["--faults", "/nowhere/faults.json"], "/nowhere/faults.json"),
        (["--fault", "kind=nul"], "there is no kind \"nul\"; did you mean \"nulls\"?"),
        (["--like", "calm"], "docs, wire, storm"),
        (["--bind", "home"], "invalid IP address"),
        (["--public-url", "sandbox.example"], "it must be an address such as https://sandbox.example"),
        (["--allow-host", "a.example:80"], "is not the name of a host"),
        (["--tls", "given"], "self-made"),
        (["--tls-cert", broken], "--tls-key <FILE>"),
        (["--tls-cert-out", broken], "--tls <HOW>"),
    ] {
        let program = env!("CARGO_BIN_EXE_mycarrierpackets-sandbox");
        let port: &[&str] = if arguments[0] == "--port" { &[] } else { &["--port", "0"] };
        let output = Command::new(program).args(arguments).args(port).stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && text.contains(said), "{arguments:?}: {text}");
    }
}

#[tokio::test]
async fn scenarios_of_the_command_line_are_played_at_the_start() {
    let one = start(&["--scenario", "authority-revoked,dot=23868", "--scenario", "vendor-down-2-minutes"]);
    let carrier = one.control(reqwest::Method::GET, "carriers/23868", Value::Null).await;
    assert_eq!(carrier["given"], json!({ "authority": "revoked" }));
    let faults = one.control(reqwest::Method::GET, "faults", Value::Null).await;
    assert_eq!((faults.as_array().map(Vec::len), &faults[0]["kind"]), (Some(1), &json!("page")));
    one.end();
    let wrong =
        Command::new(env!("CARGO_BIN_EXE_mycarrierpackets-sandbox")).args(["--scenario", "theft"]).output().unwrap();
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert!(!wrong.status.success() && said.contains("did you mean \"identity-theft\""), "{said}");
}
