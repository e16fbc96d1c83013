//! What the sandbox bears: how fast it starts, how much memory a carrier takes, and a thousand calls a second.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

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
        exchange(&sandbox.base, "GET /__sandbox/clock HTTP/1.1", "", "")?;
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
        exchange(&sandbox.base, "GET /__sandbox/clock HTTP/1.1", "", "")?;
        let Some(before) = sandbox.memory() else { return Ok(None) };
        let token = sign_in(&sandbox.base)?;
        for page in 1..=carriers.div_ceil(5000) {
            let target = format!("POST /api/v1/Carrier/MonitoredCarriers?pageSize=5000&pageNumber={page} HTTP/1.1");
            exchange(&sandbox.base, &target, &token, "")?;
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
    let token = sign_in(&sandbox.base)?;
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
    let list = exchange(base, "POST /api/v1/Carrier/MonitoredCarriers?pageSize=5000 HTTP/1.1", token, "")?;
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

fn sign_in(base: &str) -> Outcome<String> {
    let form = "grant_type=password&username=demo&password=demo";
    let answer: Value =
        serde_json::from_str(&exchange(base, "POST /token HTTP/1.1", "", form)?).map_err(|e| e.to_string())?;
    answer["access_token"].as_str().map(str::to_owned).ok_or_else(|| "no token".to_owned())
}

/// One call on a connection of its own; the body of the answer.
fn exchange(base: &str, line: &str, token: &str, body: &str) -> Outcome<String> {
    let authority = base.trim_start_matches("http://");
    let length = body.len();
    let request = format!(
        "{line}\r\nHost: {authority}\r\nConnection: close\r\nAuthorization: bearer {token}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let failed = |e: std::io::Error| format!("{line}: {e}");
    let mut stream = TcpStream::connect(authority).map_err(failed)?;
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(failed)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| format!("{line}: no answer"))?;
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(format!("{line}: {}", head.lines().next().unwrap_or_default()));
    }
    Ok(if head.to_ascii_lowercase().contains("transfer-encoding: chunked") { whole(body) } else { body.to_owned() })
}

/// A body that came in chunks.
fn whole(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0).min(after.len());
        body.push_str(after.get(..size).unwrap_or_default());
        rest = after.get(size + 2..).unwrap_or_default();
    }
    body
}
