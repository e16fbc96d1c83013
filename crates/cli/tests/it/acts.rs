//! What acts on the world: one line of what was done, and dry runs that do nothing.

use super::support::Bench;

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let bench = Bench::new();
    let ran = bench.run("monitor add 9900001 --dry-run --output table");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("POST http") && ran.out.contains("RequestMonitoring"), "{}", ran.out);
    assert_eq!(bench.sandbox.count("RequestMonitoring"), 0);
}
