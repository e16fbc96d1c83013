//! Signals that end a run: what it was writing removes itself before the process does.

const INTERRUPTED: u8 = 130;
#[cfg(unix)]
const HUNG_UP: u8 = 129;
#[cfg(unix)]
const TERMINATED: u8 = 143;

/// Waits for a signal that ends the run; its exit code.
#[cfg(unix)]
pub async fn stopped() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};
    // Where a handler cannot be set the signal ends the process by itself.
    let wait = async |kind: SignalKind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    };
    let hung_up = async {
        // `nohup` has the signal ignored, and that must stay so.
        if is_ignored(SignalKind::hangup()) { std::future::pending().await } else { wait(SignalKind::hangup()).await }
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => INTERRUPTED,
        () = wait(SignalKind::terminate()) => TERMINATED,
        () = hung_up => HUNG_UP,
    }
}

#[cfg(not(unix))]
pub async fn stopped() -> u8 {
    let _ = tokio::signal::ctrl_c().await;
    INTERRUPTED
}

/// Whether the process was started with a signal ignored, as far as the system says.
#[cfg(unix)]
fn is_ignored(kind: tokio::signal::unix::SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & (1 << (kind.as_raw_value() - 1)) != 0
}
