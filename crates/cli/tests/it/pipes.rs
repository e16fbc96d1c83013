//! Readers that leave, disks that are full, Ctrl-C, and memory.

use super::support::{Bench, Held, Scripted, TOKEN, answer, words};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn spawn(bench: &Bench, line: &str, stdout: Stdio) -> Child {
    let program = bench.program();
    let mut command = Command::new(program.get_program());
    command.args(words(line)).env_clear().current_dir(bench.folder());
    for (name, value) in program.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(mut child: Child) -> (Option<i32>, String) {
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (child.wait().unwrap().code(), err)
}

#[test]
fn a_reader_that_leaves_ends_it_with_one_page_read() {
    let bench = Bench::of(|builder| builder.carriers(25_000));
    for form in ["jsonl", "csv", "json", "table"] {
        bench.sandbox.clear_requests();
        let mut child = spawn(&bench, &format!("monitor list --output {form}"), Stdio::piped());
        let mut first = String::new();
        BufReader::with_capacity(256, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(!first.is_empty(), "{form}");
        let (code, err) = ended(child);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{form}");
        assert_eq!(bench.sandbox.count("MonitoredCarriers"), 1, "{form}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_of_two_lines() {
    let bench = Bench::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for line in [
        "monitor list --output csv",
        "carrier preview 23868 --output table",
        "completions bash",
        "packet download --dot 23868 -o -",
    ] {
        let (code, err) = ended(spawn(&bench, line, full.try_clone().unwrap().into()));
        assert_eq!(code, Some(1), "{line}: {err}");
        assert!(err.starts_with("error: ") && err.contains("\n  try: ") && err.lines().count() == 2, "{line}: {err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_standard_error_that_takes_nothing_ends_no_run() {
    let bench = Bench::new();
    for (line, code) in [
        ("monitor add 23868 --dry-run --output table", 0),
        ("carrier associated --phone 214-555-0100 --output table", 0),
        ("api MonitoredCarriers --param pageSize=5", 0),
        ("document pull 23868 --skip-existing", 0),
        ("monitor list -vv", 0),
        ("carrier preview nonsense", 2),
        ("carrier prevue", 2),
    ] {
        let run = bench.shell(&format!("mycarrierpackets {line} 2>/dev/full"));
        assert_eq!(run.status.code(), Some(code), "{line}");
    }
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
}

// A page at once, and the next one never: its answer promises more than comes.
fn stalled() -> Scripted {
    Scripted::start(|request| {
        if request.starts_with("POST /token") {
            return answer(TOKEN);
        }
        if request.contains("pageNumber=2") {
            std::thread::sleep(Duration::from_secs(50));
        }
        let page = r#"[{"DOTNumber":9900001},{"DOTNumber":9900002}]"#;
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Pagination: {{\"pageNumber\":1,\"pageSize\":2,\"totalPages\":2,\"totalCount\":4}}\r\nContent-Length: {}\r\n\r\n{page}",
            page.len()
        )
    })
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_a_list_loses_no_line_and_fakes_no_end() {
    let server = stalled();
    let bench = Bench::new();
    for (form, lines) in [("jsonl", 2), ("csv", 3), ("json", 2)] {
        let line = format!("monitor list --output {form} --base-url {}", server.url());
        let mut child = spawn(&bench, &line, Stdio::piped());
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        for _ in 0..lines {
            out.read_line(&mut text).unwrap();
        }
        interrupt(&child);
        out.read_to_string(&mut text).unwrap();
        let (code, err) = ended(child);
        assert_eq!((code, err.as_str()), (Some(130), "stopped\n"), "{form}");
        match form {
            "jsonl" => {
                assert!(text.ends_with('\n'));
                assert_eq!(
                    text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count(),
                    2
                );
            }
            "csv" => assert_eq!(text.lines().count(), 3),
            _ => assert!(serde_json::from_str::<serde_json::Value>(&text).is_err(), "half a list is no list: {text}"),
        }
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_a_download_leaves_no_file() {
    let server = Scripted::start(|request| {
        if request.starts_with("POST /token") {
            return answer(TOKEN);
        }
        if request.contains("GetCarrierData") {
            let data = r#"{"DOTNumber":23868,"CarrierW9Forms":[{"IsActive":true,"CarrierW9FormImages":[{"BlobName":"w9/1"}]}]}"#;
            return answer(data);
        }
        // The document begins, and its end does not come.
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n%PDF-{}\r\n",
            "x".repeat(2043)
        )
    });
    let bench = Bench::new();
    // Held open by the server: `Scripted` closes after its answer, so the download must be stopped before that is seen.
    let slow = Held::start(server.url());
    let mut child =
        spawn(&bench, &format!("document pull 23868 --kind w9 -d papers --base-url {}", slow.url()), Stdio::piped());
    let papers = bench.folder().join("papers");
    let begun = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        std::fs::read_dir(&papers).is_ok_and(|entries| entries.count() > 0)
    });
    assert!(begun, "a file in the making");
    interrupt(&child);
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    let (code, err) = ended(child);
    assert_eq!((code, out.as_str()), (Some(130), ""), "{err}");
    assert_eq!(std::fs::read_dir(&papers).unwrap().count(), 0, "no half file, under no name");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_list() {
    const MOST_KB: u64 = 64 * 1024;
    let bench = Bench::of(|builder| builder.carriers(25_000));
    for form in ["table", "json", "jsonl", "csv"] {
        let mut child = spawn(&bench, &format!("monitor list --output {form}"), Stdio::piped());
        let status = format!("/proc/{}/status", child.id());
        let mut out = BufReader::with_capacity(64 * 1024, child.stdout.take().unwrap());
        let (mut lines, mut peak, mut line) = (0_u64, 0, String::new());
        while out.read_line(&mut line).unwrap() > 0 {
            lines += 1;
            line.clear();
            if lines.is_multiple_of(500) {
                peak = peak.max(high_water(&status));
            }
        }
        let (code, err) = ended(child);
        assert_eq!(code, Some(0), "{err}");
        assert!(lines >= 25_000, "{form}: {lines} lines");
        assert!(peak > 1024 && peak < MOST_KB, "{form}: {peak} kB");
    }
}

#[cfg(target_os = "linux")]
fn high_water(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

#[cfg(unix)]
#[test]
fn ctrl_c_between_acts_says_which_were_done() {
    let server = Scripted::start(|request| {
        if request.starts_with("POST /token") {
            return answer(TOKEN);
        }
        if request.contains("9900002") {
            std::thread::sleep(Duration::from_secs(50));
        }
        answer(r#"{"MonitoringID":1}"#)
    });
    let bench = Bench::new();
    for form in ["table", "json", "jsonl", "csv"] {
        let line = format!("monitor add 9900001 9900002 --output {form} --base-url {}", server.url());
        let before = server.requests().len();
        let mut child = spawn(&bench, &line, Stdio::piped());
        // The second call is on its way when the first is reported.
        assert!((0..1000).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            server.requests()[before..].iter().any(|request| request.contains("9900002"))
        }));
        interrupt(&child);
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        let (code, err) = ended(child);
        assert_eq!((code, err.as_str()), (Some(130), "stopped\n"), "{form}");
        assert!(text.contains("DOT 9900001: monitored"), "{form}: {text}");
    }
}
