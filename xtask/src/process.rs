//! The sandbox as a process.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A running sandbox; it ends with this value.
pub struct Sandbox {
    process: Child,
    /// The address of its API.
    pub base: String,
    /// The address of its portal.
    pub portal: String,
}

/// How long one that is to end may take.
const PATIENCE: Duration = Duration::from_secs(10);

impl Sandbox {
    /// Starts one on free ports and waits until it is ready.
    pub fn start(binary: &Path, carriers: u32, more: &[String]) -> Result<Self, String> {
        let mut command = Command::new(binary);
        Self::launch(command.args(["--carriers", &carriers.to_string()]).args(more))
    }

    /// The same, but it ends with its input too, as tests in other languages have it.
    pub fn start_tied(binary: &Path) -> Result<Self, String> {
        let mut command = Command::new(binary);
        Self::launch(command.args(["--carriers", "50", "--exit-on-stdin-close"]).stdin(Stdio::piped()))
    }

    fn launch(command: &mut Command) -> Result<Self, String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut process =
            command.args(["--port", "0"]).stdout(Stdio::piped()).spawn().map_err(|e| format!("{name}: {e}"))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            // A line that cannot be read is one that is not JSON.
            let _ = BufReader::new(output).read_line(&mut line);
        }
        let ready: Value = serde_json::from_str(&line).unwrap_or_default();
        match (ready["api"].as_str(), ready["portal"].as_str()) {
            (Some(base), Some(portal)) => Ok(Self { process, base: base.to_owned(), portal: portal.to_owned() }),
            _ => {
                // It has ended, or is of no use.
                let _ = process.kill();
                let _ = process.wait();
                Err(format!("{name}: the sandbox did not start"))
            }
        }
    }

    /// Closes its input and waits until it has ended well.
    pub fn end(mut self) -> Result<(), String> {
        drop(self.process.stdin.take());
        let begun = Instant::now();
        loop {
            match self.process.try_wait().map_err(|e| format!("the sandbox: {e}"))? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("the sandbox ended with {status}")),
                None if begun.elapsed() > PATIENCE => {
                    return Err("the sandbox goes on after its input was closed".to_owned());
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// The memory it has, in kB; none where the system does not say.
    pub fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
