//! Credentials belong to their hosts: who calls where, and what is refused before a password leaves.

use super::support::{Bench, Ran, Scripted, TOKEN, answer, ran, words};

const CANARY: &str = "real-password-canary";

/// A server that gives tokens and carriers, and notes who asked.
fn server() -> Scripted {
    Scripted::start(|request| {
        if request.starts_with("POST /token") {
            answer(TOKEN)
        } else {
            answer("[{\"DOTNumber\":23868,\"CompanyName\":\"A\"}]")
        }
    })
}

fn add(bench: &Bench, name: &str, more: &str) -> Ran {
    let mut program = bench.bare();
    program.args(words(&format!("profile add {name} --username demo {more}"))).write_stdin(format!("{CANARY}\n"));
    ran(&mut program)
}

/// The file of a profile as an older release wrote it, without addresses.
fn without_addresses(bench: &Bench) {
    let folder = bench.folder().join("config/mycarrierpackets");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("profiles.toml");
    let text = format!("\u{feff}default = \"old\"\n[profiles.old]\nusername = \"demo\"\npassword = \"{CANARY}\"\n");
    std::fs::write(&file, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// Situation, variables, arguments, exit code, first line, who was called.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], String, i32, String, &'a str);

#[test]
fn each_situation_has_its_code_and_its_first_line() {
    let (own, other) = (server(), server());
    let (here, there) = (own.url(), other.url());
    let bench = Bench::new();
    without_addresses(&bench);
    assert_eq!(add(&bench, "mine", &format!("--base-url {here}")).code, 0);
    std::fs::write(bench.folder().join("bare.env"), format!("\u{feff}MCP_USERNAME=demo\nMCP_PASSWORD={CANARY}\n"))
        .unwrap();
    let whole = format!("\u{feff}MCP_USERNAME=demo\nMCP_PASSWORD={CANARY}\nMCP_BASE_URL={here}\n");
    std::fs::write(bench.folder().join("whole.env"), whole).unwrap();
    let exported = [("MCP_BASE_URL", there.as_str())];
    let variables = [("MCP_USERNAME", "demo"), ("MCP_PASSWORD", CANARY), ("MCP_BASE_URL", there.as_str())];
    let none: [(&str, &str); 0] = [];
    let kept = "the credentials of the profile";
    let production = "https://api.mycarrierpackets.com";
    let elsewhere = format!("--base-url {there}");
    let portal = format!("--portal-url {there}");
    let named = format!("--profile mine {elsewhere}");
    let refused = format!("error: {kept} `mine` belong to {here}, and would be sent to {there}");
    let cases: [Case; 12] = [
        ("a profile", &none, "--profile mine".into(), 0, String::new(), "own"),
        ("a profile, another address exported", &exported, "--profile mine".into(), 0, String::new(), "own"),
        ("a profile, a flag", &none, named.clone(), 2, refused.clone(), ""),
        (
            "a profile, a flag that names its host",
            &none,
            format!("--profile mine --base-url {here}"),
            0,
            String::new(),
            "own",
        ),
        ("a profile, a portal's flag", &none, format!("--profile mine {portal}"), 2, refused, ""),
        ("a profile, a flag, wanted", &none, format!("{named} --yes"), 0, String::new(), "other"),
        (
            "a profile of production, a flag",
            &exported,
            format!("--profile old {elsewhere}"),
            2,
            format!("error: {kept} `old` belong to {production}, and would be sent to {there}"),
            "",
        ),
        ("variables", &variables, String::new(), 0, String::new(), "other"),
        ("variables, a flag", &variables, format!("--base-url {here}"), 0, String::new(), "own"),
        ("a file of variables with its address", &exported, "--env-file whole.env".into(), 0, String::new(), "own"),
        (
            "a file of variables without, an address exported",
            &exported,
            "--env-file bare.env".into(),
            2,
            format!("error: the password in bare.env belongs to {production}, but MCP_BASE_URL names {there}"),
            "",
        ),
        (
            "a file of variables, a flag",
            &none,
            format!("--env-file whole.env {elsewhere}"),
            2,
            format!("error: the credentials in whole.env belong to {here}, and would be sent to {there}"),
            "",
        ),
    ];
    for (situation, variables, line, code, first, called) in cases {
        let before = (own.requests().len(), other.requests().len());
        let mut program = bench.bare();
        program.envs(variables.iter().copied()).args(words(&format!("{line} --no-token-cache carrier preview 23868")));
        let ran = ran(&mut program);
        assert_eq!(
            (ran.code, ran.err.lines().next().unwrap_or_default()),
            (code, first.as_str()),
            "{situation}: {}",
            ran.err
        );
        let grew = |server: &Scripted, before: usize| server.requests().len() > before;
        assert_eq!((grew(&own, before.0), grew(&other, before.1)), (called == "own", called == "other"), "{situation}");
        assert!(!format!("{}{}", ran.out, ran.err).contains(CANARY), "{situation}");
    }
}

#[test]
fn an_address_that_no_call_could_use_is_refused_when_the_profile_is_added() {
    let bench = Bench::new();
    for more in
        ["--portal-url https://portal.example", "--base-url http://api.example", "--base-url https://u:p@api.example"]
    {
        let refused = add(&bench, "bad", more);
        assert_eq!(refused.code, 2, "{more}: {}", refused.err);
    }
    assert_eq!(ran(bench.bare().args(words("profile list --output csv"))).out.lines().count(), 1);
}

#[test]
fn links_follow_whoever_would_call_and_not_what_is_exported_for_others() {
    let bench = Bench::new();
    let link = |more: &[(&str, &str)]| {
        let mut program = bench.bare();
        program.env("MCP_BASE_URL", "https://a.example").env("MCP_PORTAL_URL", "https://exported.example");
        ran(program.envs(more.iter().copied()).args(words("link view 23868 --output table"))).out
    };
    assert!(link(&[]).starts_with("https://exported.example/"), "nobody's");
    assert_eq!(add(&bench, "mine", "--base-url https://api.example --portal-url https://portal.example/x").code, 0);
    assert!(link(&[]).starts_with("https://portal.example/x/"), "{}", link(&[]));
    assert!(link(&[("MCP_USERNAME", "demo"), ("MCP_PASSWORD", "demo")]).starts_with("https://exported.example/"));
}
