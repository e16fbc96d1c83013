//! `cargo xtask bench`: what the client costs, as ratios taken in one run.
//!
//! The sandbox runs as a process of its own, in release mode like what is measured. With `--go-peer` a Go client of
//! the same API is measured beside it.

use clap::Args as ClapArgs;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

#[path = "../../benches/support/replay.rs"]
mod replay;

/// Measure the client against bare reqwest, against itself page by page and side by side, and against a Go client.
///
/// Prints ratios. Needs some minutes and a quiet machine.
#[derive(ClapArgs)]
pub struct Args {
    /// Folder of a Go client to measure beside; without it, or without Go, that part is left out.
    #[arg(long, value_name = "DIR")]
    go_peer: Option<PathBuf>,
    /// Carriers that are monitored in the sandbox.
    #[arg(long, default_value_t = 25_000)]
    carriers: u32,
    /// Runs of each measurement; the best counts.
    #[arg(long, default_value_t = 3)]
    runs: u32,
}

type Outcome<T> = Result<T, String>;

pub fn run(root: &Path, args: &Args) -> ExitCode {
    match Bench::prepare(root, args).and_then(|bench| bench.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

struct Bench<'a> {
    args: &'a Args,
    sandbox: PathBuf,
    ratios: PathBuf,
    page: PathBuf,
    go: Option<PathBuf>,
}

impl<'a> Bench<'a> {
    fn prepare(root: &Path, args: &'a Args) -> Outcome<Self> {
        let sandbox =
            build(root, &["build", "--release", "-p", "mycarrierpackets-sandbox"], "mycarrierpackets-sandbox")?;
        let ratios = build(root, &["bench", "--no-run", "-p", "mycarrierpackets", "--bench", "ratios"], "ratios")?;
        let folder = ratios.parent().unwrap_or(Path::new(".")).to_owned();
        let go = args.go_peer.as_deref().and_then(|peer| build_go(peer, &folder.join("go-peer")));
        Ok(Self { args, sandbox, ratios, page: folder.join("page-of-500.json"), go })
    }

    fn run(&self) -> Outcome<()> {
        self.call()?;
        self.decode()?;
        self.pull(0)?;
        self.pull(200)?;
        self.memory()
    }

    fn call(&self) -> Outcome<()> {
        let result = self.client(&["call"])?;
        let (through, bare) = (number(&result, "client_us")?, number(&result, "bare_us")?);
        println!("One call (preview, {} bytes)", result["bytes"]);
        println!("  bare reqwest and serde_json  {bare:7.1} µs");
        println!("  the client                   {through:7.1} µs   {:+.1} %", (through / bare - 1.0) * 100.0);
        Ok(())
    }

    fn decode(&self) -> Outcome<()> {
        const PAGES: f64 = 40.0;
        let page = self.page.display().to_string();
        self.exit(&["record", &page])?;
        let body = std::fs::read(&self.page).map_err(|e| format!("{page}: {e}"))?;
        // The Go client stops at the total that the page tells; both read the same pages as often.
        let body = String::from_utf8_lossy(&body).replacen("\"totalPages\":2", "\"totalPages\":40", 1).into_bytes();
        let megabytes = body.len() as f64 / 1e6;
        let base = replay::serve(body).map_err(|e| format!("no server: {e}"))?;
        let client = self.best("seconds", || self.client(&["decode", &base, &PAGES.to_string()]))?;
        let rate = |result: &Value| Ok::<_, String>(megabytes * PAGES / number(result, "seconds")?);
        println!("\nReceiving and decoding pages of 500 carriers ({megabytes:.1} MB each)");
        println!("  the client  {:7.1} MB/s", rate(&client)?);
        if self.go.is_some() {
            let go = self.best("seconds", || self.go(&base))?;
            if go["items"] != client["items"] {
                return Err(format!("the Go client read {} carriers, this one {}", go["items"], client["items"]));
            }
            println!(
                "  Go          {:7.1} MB/s   the client is {:.1} times as fast",
                rate(&go)?,
                rate(&client)? / rate(&go)?
            );
        }
        Ok(())
    }

    fn pull(&self, delay_ms: u32) -> Outcome<()> {
        let sandbox = Sandbox::start(&self.sandbox, self.args.carriers, delay_ms)?;
        println!("\n{} carriers with their data, {delay_ms} ms of server delay", self.args.carriers);
        let one = self.best("seconds", || self.client(&["pull", &sandbox.base, "1"]))?;
        let eight = self.best("seconds", || self.client(&["pull", &sandbox.base, "8"]))?;
        let line = |name: &str, result: &Value| {
            let seconds = number(result, "seconds")?;
            println!("  {name:<30}{seconds:6.2} s   peak memory {} MB", result["peak_mb"]);
            Ok::<_, String>(seconds)
        };
        let (one, eight) = (line("one page after the other", &one)?, line("concurrency 8", &eight)?);
        println!("  concurrency 8 is {:.1} times as fast", one / eight);
        if self.go.is_some() {
            let go = number(&self.best("seconds", || self.go(&sandbox.base))?, "seconds")?;
            println!(
                "  {:<30}{go:6.2} s   the client is {:.1} times as fast, at concurrency 8 {:.1} times",
                "Go, one page after the other",
                go / one,
                go / eight
            );
        }
        Ok(())
    }

    fn memory(&self) -> Outcome<()> {
        println!("\nPeak memory by number of carriers");
        for carriers in [self.args.carriers / 5, self.args.carriers * 2] {
            let sandbox = Sandbox::start(&self.sandbox, carriers, 0)?;
            let peak = |concurrency: &str| number(&self.client(&["pull", &sandbox.base, concurrency])?, "peak_mb");
            let (one, eight) = (peak("1")?, peak("8")?);
            println!("  {carriers:>7}   one page after the other {one:5.1} MB   concurrency 8 {eight:5.1} MB");
        }
        Ok(())
    }

    fn client(&self, arguments: &[&str]) -> Outcome<Value> {
        json_line(Command::new(&self.ratios).args(arguments))
    }

    fn exit(&self, arguments: &[&str]) -> Outcome<()> {
        output(Command::new(&self.ratios).args(arguments)).map(drop)
    }

    fn go(&self, base: &str) -> Outcome<Value> {
        let go = self.go.as_deref().ok_or("there is no Go client")?;
        json_line(Command::new(go).args(["-base", base, "-user", "demo", "-pass", "demo", "-work", "data"]))
    }

    /// The run with the least of `field`.
    fn best(&self, field: &str, mut run: impl FnMut() -> Outcome<Value>) -> Outcome<Value> {
        let mut best: Option<Value> = None;
        for _ in 0..self.args.runs.max(1) {
            let result = run()?;
            let better = match &best {
                Some(best) => number(&result, field)? < number(best, field)?,
                None => true,
            };
            if better {
                best = Some(result);
            }
        }
        best.ok_or_else(|| "nothing was measured".to_owned())
    }
}

/// Builds with cargo; the path of the executable called `name`.
fn build(root: &Path, arguments: &[&str], name: &str) -> Outcome<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).args(arguments).args(["--message-format", "json-render-diagnostics"]);
    let text = output(cargo.stderr(Stdio::inherit()))?;
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let artifacts = messages.filter(|message| message["target"]["name"] == name);
    let path = artifacts.filter_map(|artifact| artifact["executable"].as_str().map(PathBuf::from)).next_back();
    path.ok_or_else(|| format!("cargo built no {name}"))
}

fn build_go(peer: &Path, to: &Path) -> Option<PathBuf> {
    let built = Command::new("go").current_dir(peer).args(["build", "-o"]).arg(to).arg(".").status();
    match built {
        Ok(status) if status.success() => Some(to.to_owned()),
        Ok(_) => {
            println!("The Go client in {} does not build: left out.\n", peer.display());
            None
        }
        Err(error) => {
            println!("Go or {} is not there ({error}): the Go client is left out.\n", peer.display());
            None
        }
    }
}

fn output(command: &mut Command) -> Outcome<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.output().map_err(|e| format!("{name}: {e}"))?;
    if !done.status.success() {
        return Err(format!("{name}: {}\n{}", done.status, String::from_utf8_lossy(&done.stderr)));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

fn json_line(command: &mut Command) -> Outcome<Value> {
    let text = output(command)?;
    serde_json::from_str(text.trim()).map_err(|e| format!("{text:?}: {e}"))
}

fn number(value: &Value, field: &str) -> Outcome<f64> {
    value[field].as_f64().ok_or_else(|| format!("no number {field} in {value}"))
}

/// The sandbox as a process; it ends with this value.
struct Sandbox {
    process: Child,
    base: String,
}

impl Sandbox {
    fn start(binary: &Path, carriers: u32, delay_ms: u32) -> Outcome<Self> {
        let mut command = Command::new(binary);
        command.args(["--port", "0", "--portal-port", "0", "--carriers", &carriers.to_string()]);
        command.args(["--delay-ms", &delay_ms.to_string()]).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(|e| format!("{}: {e}", binary.display()))?;
        let lines = process.stdout.take().map(BufReader::new).into_iter().flat_map(BufReader::lines);
        let base = lines.map_while(Result::ok).find_map(|line| Some(line.strip_prefix("API")?.trim().to_owned()));
        match base {
            Some(base) => Ok(Self { process, base }),
            None => {
                // It has ended, or is of no use.
                let _ = process.kill();
                Err("the sandbox did not start".to_owned())
            }
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
