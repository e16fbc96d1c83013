//! `cargo xtask bench`: the performance of the client, as ratios taken in one run, what the sandbox bears (`load`), what a
//! sync does (`sync`), and the price of adding the client to a program (`build_cost`).
//!
//! The sandbox runs as a process of its own, in release mode like what is measured. With `--go-peer` a Go client of
//! the same API is measured beside it.

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::build_cost;
use crate::load;
use crate::measure::{Outcome, number, output};
use crate::process::Sandbox;
use crate::sync;

#[path = "../../benches/support/replay.rs"]
mod replay;

/// Measure the client against bare reqwest, against itself page by page and side by side, and against a Go client;
/// and the sandbox under load. With `--only sync`, a sync on PostgreSQL and in a file; with `--only build`, the cold build of
/// a minimal program.
///
/// Prints ratios, and beside the sandbox's numbers what they should be. Needs some minutes and a quiet machine.
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
    /// Only one of them. Default client and sandbox: sync needs PostgreSQL 15 or newer on this machine, and build loads two
    /// programs' dependencies from crates.io.
    #[arg(long, value_enum)]
    only: Option<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Client,
    Sandbox,
    Sync,
    Build,
}

pub fn run(root: &Path, args: &Args) -> ExitCode {
    let client = || Bench::prepare(root, args).and_then(|bench| bench.run());
    let sandbox = || sandbox(root).and_then(|binary| load::run(&binary, args.runs));
    let done = match args.only {
        Some(Part::Client) => client(),
        Some(Part::Sandbox) => sandbox(),
        Some(Part::Sync) => synced(root, args.runs),
        Some(Part::Build) => build_cost::run(root),
        None => client().and_then(|()| sandbox()),
    };
    match done {
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
    builds: [Build; 2],
    page: PathBuf,
    go: Option<PathBuf>,
}

/// The measuring program with one allocator.
struct Build {
    allocator: &'static str,
    path: PathBuf,
}

impl Build {
    fn run(&self, arguments: &[&str]) -> Outcome<Value> {
        json_line(Command::new(&self.path).args(arguments))
    }
}

impl<'a> Bench<'a> {
    fn prepare(root: &Path, args: &'a Args) -> Outcome<Self> {
        let sandbox = sandbox(root)?;
        let bench = |allocator, name: &str| {
            let path = build(root, &["bench", "--no-run", "-p", "mycarrierpackets", "--bench", name], name)?;
            Ok::<_, String>(Build { allocator, path })
        };
        let builds = [bench("system allocator", "ratios")?, bench("mimalloc", "ratios_mimalloc")?];
        let folder = sandbox.parent().unwrap_or(Path::new(".")).to_owned();
        let go = args.go_peer.as_deref().and_then(|peer| build_go(peer, &folder.join("go-peer")));
        Ok(Self { args, sandbox, builds, page: folder.join("page-of-500.json"), go })
    }

    fn run(&self) -> Outcome<()> {
        self.call()?;
        self.decode()?;
        self.pull(0)?;
        self.pull(200)?;
        self.memory()
    }

    fn call(&self) -> Outcome<()> {
        println!("One call, a preview");
        for build in &self.builds {
            let result = self.best("client_us", || build.run(&["call"]))?;
            let (through, bare) = (number(&result, "client_us")?, number(&result, "bare_us")?);
            let more = (through / bare - 1.0) * 100.0;
            let name = build.allocator;
            println!(
                "  {name:<18}bare reqwest and serde_json {bare:6.1} µs   the client {through:6.1} µs   {more:+.1} %"
            );
        }
        Ok(())
    }

    fn decode(&self) -> Outcome<()> {
        const PAGES: u32 = 40;
        let page = self.page.display().to_string();
        self.builds[0].run(&["record", &page])?;
        let body = std::fs::read_to_string(&self.page).map_err(|e| format!("{page}: {e}"))?;
        // The Go client stops at the total that the page states; so both read the same page as often.
        let body = body.replacen("\"totalPages\":2", &format!("\"totalPages\":{PAGES}"), 1).into_bytes();
        let megabytes = body.len() as f64 / 1e6;
        println!("\nReceiving and decoding pages of 500 carriers, {megabytes:.1} MB each");
        let base = replay::serve(body).map_err(|e| format!("no server: {e}"))?;
        let pages = PAGES.to_string();
        let rate = |result: &Value| Ok::<_, String>(megabytes * f64::from(PAGES) / number(result, "seconds")?);
        let (mut own, mut ratios, mut gos) = (vec![Vec::new(); 2], vec![Vec::new(); 2], Vec::new());
        // One after the other in each round, so that what else the machine does hits all of them.
        for _ in 0..self.args.runs.max(1) * 3 {
            let go = self.go.as_ref().map(|_| self.go(&base)).transpose()?;
            gos.extend(go.as_ref().map(rate).transpose()?);
            for (nth, build) in self.builds.iter().enumerate() {
                let result = build.run(&["decode", &base, &pages])?;
                own[nth].push(rate(&result)?);
                if let Some(go) = &go {
                    if go["items"] != result["items"] {
                        return Err(format!("Go read {} carriers, the client {}", go["items"], result["items"]));
                    }
                    ratios[nth].push(rate(&result)? / rate(go)?);
                }
            }
        }
        let go = median(&mut gos);
        for (nth, build) in self.builds.iter().enumerate() {
            print!("  the client, {:<18}{:6.0} MB/s", build.allocator, median(&mut own[nth]).unwrap_or_default());
            match (median(&mut ratios[nth]), go) {
                (Some(ratio), Some(go)) => {
                    let (least, most) = (ratios[nth][0], ratios[nth][ratios[nth].len() - 1]);
                    println!("   {ratio:.1} times Go's {go:.0} MB/s, {least:.1} to {most:.1}");
                }
                _ => println!(),
            }
        }
        Ok(())
    }

    fn pull(&self, delay_ms: u32) -> Outcome<()> {
        let sandbox = Sandbox::start(&self.sandbox, self.args.carriers, &quiet(delay_ms))?;
        println!("\n{} carriers with their data, {delay_ms} ms of server delay", self.args.carriers);
        let go = match &self.go {
            Some(_) => Some(number(&self.best("seconds", || self.go(&sandbox.base))?, "seconds")?),
            None => None,
        };
        if let Some(go) = go {
            println!("  Go, one page after the other               {go:6.2} s");
        }
        for build in &self.builds {
            let mut first = None;
            for (name, pages) in [("one page after the other", "1"), ("concurrency 8", "8")] {
                let result = self.best("seconds", || build.run(&["pull", &sandbox.base, pages]))?;
                let seconds = number(&result, "seconds")?;
                let than_one = first.get_or_insert(seconds).to_owned() / seconds;
                let than_go = go.map_or(String::new(), |go| format!("   {:.1} times as fast as Go", go / seconds));
                print!("  {:<18}{name:<25}{seconds:6.2} s   {than_one:.1} times the first{than_go}", build.allocator);
                println!("   peak memory {} MB", result["peak_mb"]);
            }
        }
        Ok(())
    }

    fn memory(&self) -> Outcome<()> {
        println!("\nPeak memory by number of carriers");
        for carriers in [self.args.carriers / 5, self.args.carriers * 2] {
            let sandbox = Sandbox::start(&self.sandbox, carriers, &quiet(0))?;
            for build in &self.builds {
                let peak = |pages: &str| number(&build.run(&["pull", &sandbox.base, pages])?, "peak_mb");
                let (name, one, eight) = (build.allocator, peak("1")?, peak("8")?);
                println!(
                    "  {carriers:>6}   {name:<18}one page after the other {one:5.1} MB   concurrency 8 {eight:5.1} MB"
                );
            }
        }
        Ok(())
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

/// The one in the middle, of values that are sorted by it.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn sandbox(root: &Path) -> Outcome<PathBuf> {
    build(root, &["build", "--release", "-p", "mycarrierpackets-sandbox"], "mycarrierpackets-sandbox")
}

fn synced(root: &Path, runs: u32) -> Outcome<()> {
    let bench = build(root, &["bench", "--no-run", "-p", "mycarrierpackets-sync", "--bench", "sync"], "sync")?;
    sync::run(&bench, &sandbox(root)?, runs)
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

/// A sandbox that does nothing but answer, so that it is the client that is measured.
fn quiet(delay_ms: u32) -> [String; 3] {
    ["--no-log".to_owned(), "--delay-ms".to_owned(), delay_ms.to_string()]
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

fn json_line(command: &mut Command) -> Outcome<Value> {
    let text = output(command)?;
    serde_json::from_str(text.trim()).map_err(|e| format!("{text:?}: {e}"))
}
