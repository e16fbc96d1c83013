//! The examples of every `--help`: one each, and each is run.

use super::support::{Bench, ran};
use std::process::{Command, Stdio};

/// The path of every command that does something, with its whole help.
fn leaves(command: &clap::Command, path: String, found: &mut Vec<(String, String)>) {
    let mut below = command.get_subcommands().filter(|sub| sub.get_name() != "help").peekable();
    if below.peek().is_none() {
        found.push((path, command.clone().render_long_help().to_string()));
        return;
    }
    for sub in below {
        leaves(sub, format!("{path} {}", sub.get_name()), found);
    }
}

// A long one is wrapped by the width of the help.
fn example(help: &str) -> Option<String> {
    let after = help.split_once("Example:\n")?.1;
    let example = after.split_whitespace().collect::<Vec<_>>().join(" ");
    (example.matches("mycarrierpackets ").count() == 1).then_some(example)
}

#[test]
fn every_command_has_one_example_and_it_works() {
    let bench = Bench::new();
    let mut found = Vec::new();
    leaves(&mycarrierpackets_cli::args::program(), "mycarrierpackets".to_owned(), &mut found);
    assert!(found.len() > 35, "{}", found.len());
    // A folder of profiles, ids and passwords, such as the reader of an example has.
    std::fs::write(bench.folder().join("carriers.csv"), bench.run("monitor list --output csv").out).unwrap();
    std::fs::write(bench.folder().join("password.txt"), "demo\n").unwrap();
    for name in ["master.key", "new.key"] {
        std::fs::write(bench.folder().join(name), bench.run("sync customers new-key").out).unwrap();
    }
    let blob = blob(&bench);
    for (path, help) in found {
        let example = example(&help).unwrap_or_else(|| panic!("`{path} --help` has not one example:\n{help}"));
        assert!(example.starts_with(&path), "{path}: {example}");
        // They run until they are stopped.
        if path.ends_with(" sandbox") || path.ends_with(" listen") {
            continue;
        }
        // Names of documents are not known beforehand, and not every machine can show manual pages.
        let line = example.replace("certificate-image/0b1d.pdf", &blob);
        let line = line.split(" | man -l").next().unwrap();
        let output = bench.shell(line);
        let err = String::from_utf8_lossy(&output.stderr);
        // The moment in an example lies before anything was read here.
        let unknown = line.contains(" --at ") && err.contains("nothing was known of DOT:23868 at ");
        assert_eq!(output.status.code(), Some(if unknown { 4 } else { 0 }), "{line}: {err}");
    }
}

fn blob(bench: &Bench) -> String {
    let data: serde_json::Value = serde_json::from_str(&bench.run("carrier get 23868").out).unwrap();
    let certificate = &data["AssureAdvantage"][0]["CarrierDetails"]["CertData"]["Certificate"][0]["BlobName"];
    certificate.as_str().unwrap().to_owned()
}

#[test]
fn the_sandbox_of_the_command_answers() {
    use std::io::{BufRead as _, BufReader};
    let bench = Bench::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mycarrierpackets"))
        .args(["sandbox", "--port", "0", "--carriers", "10"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(|line| line.unwrap());
    let ready: serde_json::Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    let api = ready["api"].as_str().unwrap();
    let ran = ran(bench.program().env("MCP_BASE_URL", api).args(["monitor", "list", "--output", "jsonl"]));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!((ran.code, ran.out.lines().count()), (0, 10), "{}", ran.err);
}

#[test]
fn help_lists_the_exit_codes_and_a_bare_call_asks_for_more() {
    let bench = Bench::new();
    let help = bench.run("--help");
    assert_eq!(help.code, 0);
    for code in ["0", "1", "2", "3", "4", "5", "6", "7", "130"] {
        assert!(help.out.contains(&format!("\n  {code}  ")), "{code}: {}", help.out);
    }
    assert_eq!(bench.run("").code, 2);
    assert_eq!(bench.run("--version").out, format!("mycarrierpackets {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn global_options_are_in_the_programs_help_alone() {
    let bench = Bench::new();
    assert_eq!(bench.run("--help").out.matches("--base-url <URL>").count(), 1);
    for line in ["carrier --help", "carrier preview --help", "help monitor expiring", "sandbox --help", "api -h"] {
        let help = bench.run(line).out;
        assert!(!help.contains("--base-url") && !help.contains("Global options:\n"), "{line}: {help}");
        assert!(help.contains("Global options: see `mycarrierpackets --help`."), "{line}: {help}");
    }
    // They may stand anywhere all the same.
    for line in [
        "--output csv carrier contacts 23868",
        "carrier --output csv contacts 23868",
        "carrier contacts 23868 --output csv",
    ] {
        assert!(bench.run(line).out.starts_with("FirstName,"), "{line}");
    }
    assert_eq!(bench.run("--output csv carrier contacts 23868 --no-proxy --proxy http://127.0.0.1:9").code, 2);
    assert!(bench.run("completions bash").out.matches("--base-url").count() > 20, "shells still complete them");
}
