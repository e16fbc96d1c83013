//! The sandbox as a process.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running sandbox; it ends with this value.
pub struct Sandbox {
    process: Child,
    /// The address of its API.
    pub base: String,
}

impl Sandbox {
    /// Starts one on free ports and waits until it is ready.
    pub fn start(binary: &Path, carriers: u32, more: &[String]) -> Result<Self, String> {
        let mut command = Command::new(binary);
        command.args(["--port", "0", "--carriers", &carriers.to_string()]).args(more).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|e| format!("{}: {e}", binary.display()))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            // A line that cannot be read is one that is not JSON.
            let _ = BufReader::new(output).read_line(&mut line);
        }
        let ready: Value = serde_json::from_str(&line).unwrap_or_default();
        match ready["api"].as_str() {
            Some(base) => Ok(Self { process, base: base.to_owned() }),
            None => {
                // It has ended, or is of no use.
                let _ = process.kill();
                Err("the sandbox did not start".to_owned())
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
