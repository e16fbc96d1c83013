//! Who calls: profiles, variables, flags, and which of them counts.

use super::support::{Bench, Ran, ran, words};

const CANARY: &str = "correct-horse-canary";

fn profile(bench: &Bench, line: &str, stdin: &str) -> Ran {
    let mut program = bench.bare();
    program.args(["profile"]).args(words(line)).write_stdin(stdin);
    ran(&mut program)
}

fn file(bench: &Bench) -> std::path::PathBuf {
    bench.folder().join("config/mycarrierpackets/profiles.toml")
}

fn add(bench: &Bench, name: &str, password: &str) {
    let line = format!("add {name} --username demo --base-url {}", bench.sandbox.base_url());
    let added = profile(bench, &line, &format!("{password}\n"));
    assert_eq!((added.code, added.out.as_str()), (0, ""), "{}", added.err);
}

#[test]
fn profiles_come_and_go_and_one_is_in_use() {
    let bench = Bench::new();
    add(&bench, "good", "demo");
    add(&bench, "bad", CANARY);
    let check = |more: &[&str]| ran(bench.bare().args(["token", "check"]).args(more)).code;
    assert_eq!((check(&[]), check(&["--profile", "bad"])), (0, 3), "the first one added is in use");
    assert_eq!(profile(&bench, "use bad", "").code, 0);
    assert_eq!((check(&[]), check(&["--profile", "good"])), (3, 0));
    let list = profile(&bench, "list --output csv", "").out;
    let address = format!("{}/", bench.sandbox.base_url());
    assert_eq!(
        list,
        format!("name,in_use,username,base_url,portal_url\nbad,true,demo,{address},\ngood,false,demo,{address},\n")
    );
    assert_eq!(profile(&bench, "remove bad", "").code, 0);
    assert_eq!(check(&[]), 3, "none is in use, and none is guessed");
    for line in ["use bad", "remove bad"] {
        let gone = profile(&bench, line, "");
        assert!(gone.code == 3 && gone.err.contains("Known profiles: good"), "{}", gone.err);
    }
    assert_eq!(profile(&bench, "add empty --username demo", "").code, 2, "no password, no profile");
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    add(&bench, "mine", CANARY);
    let file = file(&bench);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = ran(bench.bare().args(["token", "check"]));
    assert!(refused.code == 3 && refused.err.contains(&format!("chmod 600 {}", file.display())), "{}", refused.err);
}

#[test]
fn no_password_is_ever_printed() {
    let bench = Bench::new();
    add(&bench, "mine", CANARY);
    let broken = |text: &str| {
        std::fs::write(file(&bench), text).unwrap();
        ran(bench.bare().args(["-vv", "profile", "list", "--output", "json"]))
    };
    let mut told = vec![profile(&bench, "list --output json", ""), ran(bench.bare().args(["-vv", "token", "check"]))];
    for text in [
        format!("[profiles.mine]\npassword = \"{CANARY}\"\nusername = 3\n"),
        format!("[profiles.mine]\npassword = \"{CANARY}\n"),
        format!("[profiles.mine]\nusername = \"demo\"\npassword = \"x\"\n{CANARY} = 1\n"),
    ] {
        let refused = broken(&text);
        assert!(refused.code == 3 && refused.err.contains("is not a file of profiles (line "), "{}", refused.err);
        told.push(refused);
    }
    std::fs::write(bench.folder().join("vars"), format!("MCP_USERNAME=demo\n\"{CANARY}\n")).unwrap();
    let unread = ran(bench.bare().args(["--env-file", "vars", "token", "check"]));
    assert_eq!(unread.code, 2, "{}", unread.err);
    told.push(unread);
    for ran in told {
        assert!(!format!("{}{}", ran.out, ran.err).contains(CANARY), "{}{}", ran.out, ran.err);
    }
}

#[test]
fn what_is_nearer_counts() {
    let bench = Bench::new();
    add(&bench, "good", "demo");
    let base = bench.sandbox.base_url();
    let wrong = [("MCP_USERNAME", "demo"), ("MCP_PASSWORD", CANARY), ("MCP_BASE_URL", base)];
    let with = |more: &[&str]| ran(bench.bare().envs(wrong).args(["token", "check"]).args(more)).code;
    assert_eq!(with(&[]), 3, "variables before the profile in use");
    assert_eq!(with(&["--profile", "good"]), 0, "a profile that is named before variables");
    assert_eq!(
        with(&["--profile", "good", "--base-url", "http://127.0.0.1:9", "--timeout", "2s"]),
        6,
        "a flag before all"
    );
    let elsewhere = [("MCP_BASE_URL", "http://127.0.0.1:9")];
    let code =
        |more: &[&str]| ran(bench.bare().envs(elsewhere).args(["token", "check", "--timeout", "2s"]).args(more)).code;
    assert_eq!(code(&[]), 6, "the address of a variable before that of the profile in use");
    assert_eq!(code(&["--profile", "good"]), 0);
}

#[test]
fn a_portal_alone_gets_no_password() {
    let bench = Bench::new();
    let who = [("MCP_USERNAME", "demo"), ("MCP_PASSWORD", CANARY), ("MCP_PORTAL_URL", "https://portal.example")];
    let refused = ran(bench.bare().envs(who).args(["packet", "download", "--dot", "23868"]));
    assert!(refused.code == 2 && refused.err.contains("MCP_BASE_URL"), "{}", refused.err);
}

#[test]
fn a_file_of_variables_is_read_when_asked_for() {
    let bench = Bench::new();
    let base = bench.sandbox.base_url();
    std::fs::write(
        bench.folder().join(".env"),
        format!("MCP_USERNAME=demo\nMCP_PASSWORD='demo'\nMCP_BASE_URL={base}\n"),
    )
    .unwrap();
    let check = |more: &[&str]| ran(bench.bare().args(["token", "check"]).args(more));
    assert_eq!(check(&[]).code, 3, "not by itself");
    assert_eq!(check(&["--env-file", ".env"]).code, 0);
    let set = ran(bench.bare().env("MCP_PASSWORD", CANARY).args(["token", "check", "--env-file", ".env"]));
    assert_eq!(set.code, 3, "what is set in the environment stays");
    let missing = check(&["--env-file", "nowhere"]);
    assert!(missing.code == 2 && missing.err.contains("nowhere"), "{}", missing.err);
}
