//! What the sandbox bears: how fast it starts, how much memory a carrier takes, and a thousand calls a second.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::{exchange, sign_in};
use crate::measure::{Outcome, number, output};
use crate::process::Sandbox;

const RATE: u32 = 1000;
const CARRIERS: u32 = 10_000;
const SECONDS: u32 = 20;

pub fn run(binary: &Path, runs: u32) -> Outcome<()> {
    println!("\nThe sandbox");
    start(binary, 1000, runs, Duration::from_millis(100))?;
    start(binary, 100_000, runs, Duration::from_secs(2))?;
    memory(binary)?;
    calls(binary, runs)
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "NOT MET" }
}

/// From the start of the program to the answer to its first call.
fn start(binary: &Path, carriers: u32, runs: u32, aim: Duration) -> Outcome<()> {
    let mut best = Duration::MAX;
    for _ in 0..runs.max(1) {
        let begun = Instant::now();
        let sandbox = Sandbox::start(binary, carriers, &[])?;
        exchange(&sandbox.base, "GET /__sandbox/clock", "", "")?.text("the clock")?;
        best = best.min(begun.elapsed());
    }
    println!(
        "  start with {carriers:>6} carriers, to the first answer {best:8.1?}   (below {aim:?}: {})",
        verdict(best < aim)
    );
    Ok(())
}

/// The difference between many carriers and few, at the start and after each was read by one customer.
fn memory(binary: &Path) -> Outcome<()> {
    const FEW: u32 = 1000;
    const MANY: u32 = 100_000;
    let measure = |carriers: u32| -> Outcome<Option<(u64, u64)>> {
        let sandbox = Sandbox::start(binary, carriers, &["--no-log".to_owned()])?;
        exchange(&sandbox.base, "GET /__sandbox/clock", "", "")?.text("the clock")?;
        let Some(before) = sandbox.memory() else { return Ok(None) };
        let token = sign_in(&sandbox.base, "demo")?;
        for page in 1..=carriers.div_ceil(5000) {
            let target = format!("POST /api/v1/Carrier/MonitoredCarriers?pageSize=5000&pageNumber={page}");
            exchange(&sandbox.base, &target, &token, "")?.text(&target)?;
        }
        Ok(sandbox.memory().map(|after| (before, after)))
    };
    let (Some(few), Some(many)) = (measure(FEW)?, measure(MANY)?) else {
        println!("  memory: this system does not tell it");
        return Ok(());
    };
    let per_carrier = |few: u64, many: u64| many.saturating_sub(few) * 1024 / u64::from(MANY - FEW);
    println!(
        "  memory per carrier: {} bytes at the start, {} with one customer who read all ({} and {} MB in all at {MANY})",
        per_carrier(few.0, many.0),
        per_carrier(few.1, many.1),
        many.0 / 1024,
        many.1 / 1024,
    );
    Ok(())
}

/// A thousand calls a second, sent by oha at their time whether or not the last was answered.
fn calls(binary: &Path, runs: u32) -> Outcome<()> {
    if Command::new("oha").arg("--version").output().is_err() {
        println!("  {RATE} calls a second: left out, since oha is not there (cargo install oha --locked)");
        return Ok(());
    }
    let sandbox = Sandbox::start(binary, CARRIERS, &[])?;
    let token = sign_in(&sandbox.base, "demo")?;
    let urls = std::env::temp_dir().join(format!("mycarrierpackets-urls-{}.txt", std::process::id()));
    std::fs::write(&urls, addresses(&sandbox.base, &token)?).map_err(|e| format!("{}: {e}", urls.display()))?;
    let mut best: Option<(f64, f64, f64)> = None;
    for _ in 0..runs.max(1) {
        let mut oha = Command::new("oha");
        oha.args(["--no-tui", "--output-format", "json", "--urls-from-file", "-m", "POST", "-c", "64"]);
        oha.args(["-q", &RATE.to_string(), "--latency-correction", "-z", &format!("{SECONDS}s")]);
        oha.args(["-H", &format!("Authorization: bearer {token}"), "-H", "Content-Length: 0"]).arg(&urls);
        let text = output(&mut oha)?;
        let result: Value = serde_json::from_str(&text).map_err(|e| format!("oha: {e}"))?;
        let answered = result["statusCodeDistribution"]["200"].as_f64().unwrap_or(0.0);
        let asked = f64::from(RATE * SECONDS);
        if answered < asked * 0.99 {
            return Err(format!("of {asked} calls {answered} were answered 200: {}", result["statusCodeDistribution"]));
        }
        let milliseconds = |name| Ok::<_, String>(number(&result["latencyPercentiles"], name)? * 1000.0);
        let (median, p99) = (milliseconds("p50")?, milliseconds("p99")?);
        let rate = number(&result["summary"], "requestsPerSec")?;
        if best.is_none_or(|(_, least, _)| p99 < least) {
            best = Some((median, p99, rate));
        }
    }
    // What is left behind in the folder for such files does no harm.
    let _ = std::fs::remove_file(&urls);
    let (median, p99, rate) = best.ok_or("nothing was measured")?;
    println!(
        "  {rate:.0} calls a second over {CARRIERS} carriers, the driver beside it: half within {median:.2} ms, 99 % within \
         {p99:.2} ms   (below 5 ms: {})",
        verdict(p99 < 5.0)
    );
    Ok(())
}

/// What a client of the API asks for, in the shares in which it does.
fn addresses(base: &str, token: &str) -> Outcome<String> {
    let target = "POST /api/v1/Carrier/MonitoredCarriers?pageSize=5000";
    let list = exchange(base, target, token, "")?.text(target)?;
    let rows: Vec<Value> = serde_json::from_str(&list).map_err(|e| format!("the list of carriers: {e}"))?;
    let mut text = String::new();
    for (n, row) in rows.iter().enumerate() {
        let dot = row["DOTNumber"].as_u64().unwrap_or_default();
        let call = match n % 20 {
            0..10 => format!("PreviewCarrier?DOTNumber={dot}"),
            10..15 => format!("GetCarrierData?DOTNumber={dot}"),
            15 => format!("GetCarrierContacts?DOTNumber={dot}"),
            16 => "MonitoredCarriers?pageSize=100".to_owned(),
            17 => format!("RequestMonitoring?DOTNumber={dot}"),
            18 => format!("BlockCarrier?DOTNumber={dot}"),
            _ => format!("UnblockCarrier?DOTNumber={dot}"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{base}/api/v1/Carrier/{call}");
    }
    Ok(text)
}
