//! A sandbox in this process, and the program beside it.

use assert_cmd::Command;
use mycarrierpackets_sandbox::{Builder, Sandbox};
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A sandbox, a home folder without profiles, and the program that knows of both.
pub struct Bench {
    pub sandbox: Sandbox,
    pub home: TempDir,
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
        Self { sandbox, home: tempfile::tempdir().unwrap(), _runtime: runtime }
    }

    /// The program, with nothing of this machine's settings, in a folder of its own.
    pub fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mycarrierpackets"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("TZ", "America/Chicago").env("COLUMNS", "110");
        command.env("HOME", self.home.path()).env("XDG_CONFIG_HOME", self.home.path().join("config"));
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

    /// Runs one line of arguments, as a shell would split it; quotes are respected.
    pub fn run(&self, line: &str) -> Ran {
        ran(self.program().args(words(line)))
    }

    pub fn folder(&self) -> &Path {
        self.home.path()
    }
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
