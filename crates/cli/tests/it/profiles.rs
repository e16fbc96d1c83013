//! Who calls: profiles, variables, flags, and which of them counts.

use super::support::{Bench, Ran, Scripted, ran, words};

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
    let again = profile(&bench, "add good --username demo", "x\n");
    assert!(again.code == 0 && again.err.ends_with("replacing the previous one\n"), "{}", again.err);
    for name in ["", " ", "a\nb"] {
        let mut program = bench.bare();
        program.args(["profile", "add", name, "--username", "demo"]).write_stdin("demo\n");
        let nameless = ran(&mut program);
        assert!(nameless.code == 2 && nameless.err.contains("needs a name"), "{name:?}: {}", nameless.err);
    }
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
    let mut shown = vec![profile(&bench, "list --output json", ""), ran(bench.bare().args(["-vv", "token", "check"]))];
    for text in [
        format!("[profiles.mine]\npassword = \"{CANARY}\"\nusername = 3\n"),
        format!("[profiles.mine]\npassword = \"{CANARY}\n"),
        format!("[profiles.mine]\nusername = \"demo\"\npassword = \"x\"\n{CANARY} = 1\n"),
    ] {
        let refused = broken(&text);
        assert!(refused.code == 3 && refused.err.contains("is not a file of profiles (line "), "{}", refused.err);
        shown.push(refused);
    }
    std::fs::write(bench.folder().join("vars"), format!("MCP_USERNAME=demo\n\"{CANARY}\n")).unwrap();
    let unread = ran(bench.bare().args(["--env-file", "vars", "token", "check"]));
    assert_eq!(unread.code, 2, "{}", unread.err);
    shown.push(unread);
    for ran in shown {
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
    let flag = ["--profile", "good", "--base-url", "http://127.0.0.1:9", "--timeout", "2s"];
    assert_eq!(with(&flag), 2, "a flag sends no stored password elsewhere unasked");
    assert_eq!(with(&[&flag[..], &["--yes"]].concat()), 6, "a flag before all");
}

#[test]
fn the_environments_addresses_get_the_environments_credentials_only() {
    let bench = Bench::new();
    add(&bench, "good", "demo");
    let thief = Scripted::start(|_| panic!("nothing may come here"));
    let elsewhere = [("MCP_BASE_URL", thief.url()), ("MCP_PORTAL_URL", thief.url())];
    let run = |more: &[&str]| {
        let mut program = bench.bare();
        program.envs(elsewhere.clone()).args(["token", "check", "--timeout", "5s"]).args(more);
        ran(&mut program)
    };
    for more in [&[][..], &["--profile", "good"], &["--profile", "good", "--base-url", bench.sandbox.base_url()]] {
        let checked = run(more);
        assert_eq!(checked.code, 0, "{more:?}: {}", checked.err);
    }
    for flag in ["--base-url", "--portal-url"] {
        for profile in [&[][..], &["--profile", "good"]] {
            let refused = run(&[profile, &[flag, "https://thief.example"]].concat());
            assert_eq!(refused.code, 2, "{}", refused.err);
            for word in ["good", "127.0.0.1", "thief.example", "--yes", "Nothing was sent"] {
                assert!(refused.err.contains(word), "{word}: {}", refused.err);
            }
        }
    }
    assert_eq!(thief.requests().len(), 0);
}

#[test]
fn a_profile_without_addresses_is_of_production() {
    let bench = Bench::new();
    let added = profile(&bench, "add real --username demo", "demo\n");
    assert_eq!(added.code, 0, "{}", added.err);
    let mut program = bench.bare();
    program.env("MCP_BASE_URL", bench.sandbox.base_url()).args(words("monitor add 23868 --dry-run --output json"));
    let planned = ran(&mut program);
    assert!(planned.out.contains("https://api.mycarrierpackets.com/"), "{}{}", planned.out, planned.err);
    assert!(bench.sandbox.requests().is_empty(), "the sandbox got no password");
}

#[test]
fn links_lead_to_the_portal_of_whoever_calls() {
    let bench = Bench::new();
    let link = |more: &str, variables: &[(&str, &str)]| {
        let mut program = bench.bare();
        program.envs(variables.iter().copied()).args(words(&format!("link view 23868 {more}")));
        ran(&mut program)
    };
    assert!(link("", &[]).out.contains("https://mycarrierpackets.com/"));
    let staging = "--base-url https://mycarrierpacketsapi-stage.azurewebsites.net";
    let unknown = link(staging, &[]);
    assert!(unknown.code == 2 && unknown.err.contains("--portal-url"), "{}{}", unknown.out, unknown.err);
    assert!(
        link("", &[("MCP_BASE_URL", "https://a.example"), ("MCP_PORTAL_URL", "https://b.example")])
            .out
            .contains("//b.example/")
    );
    assert_eq!(link("", &[("MCP_BASE_URL", "https://a.example")]).code, 2, "never production beside another API");
    let own = "add own --username demo --base-url https://a.example --portal-url https://c.example";
    assert_eq!(profile(&bench, own, "demo\n").code, 0);
    assert!(link("", &[]).out.contains("//c.example/"), "the profile in use");
    assert!(link("--profile own", &[("MCP_PORTAL_URL", "https://b.example")]).out.contains("//c.example/"));
    assert!(link("--portal-url https://d.example", &[]).out.contains("//d.example/"));
}

#[test]
fn profiles_that_are_added_side_by_side_are_all_kept() {
    let bench = Bench::new();
    std::thread::scope(|scope| {
        let bench = &bench;
        let adds: Vec<_> =
            (0..12).map(|n| scope.spawn(move || profile(bench, &format!("add p{n} --username u{n}"), "x\n"))).collect();
        for add in adds {
            let added = add.join().unwrap();
            assert!(added.code == 0 && added.err.contains("is kept"), "{}", added.err);
        }
    });
    let list = profile(&bench, "list --output csv", "").out;
    assert_eq!(list.lines().count(), 13, "{list}");
}

#[cfg(unix)]
#[test]
fn a_file_of_profiles_that_is_a_link_stays_one() {
    let bench = Bench::new();
    add(&bench, "first", "demo");
    let (file, real) = (file(&bench), bench.folder().join("elsewhere.toml"));
    std::fs::rename(&file, &real).unwrap();
    std::os::unix::fs::symlink(&real, &file).unwrap();
    add(&bench, "second", "demo");
    assert!(std::fs::symlink_metadata(&file).unwrap().is_symlink());
    assert!(std::fs::read_to_string(&real).unwrap().contains("second"));
}

#[test]
fn a_byte_order_mark_and_a_line_end_are_no_part_of_a_password() {
    let bench = Bench::new();
    for (name, typed) in [("bom", "\u{feff}demo\r\n"), ("bare", "demo"), ("crlf", "demo\r\n")] {
        add(&bench, name, typed.trim_end_matches('\n'));
        assert_eq!(ran(bench.bare().args(["token", "check", "--profile", name])).code, 0, "{name}");
    }
    add(&bench, "spaces", "demo ");
    assert_eq!(ran(bench.bare().args(["token", "check", "--profile", "spaces"])).code, 3, "a blank is part of it");
    let base = bench.sandbox.base_url();
    let variables = format!("\u{feff}MCP_USERNAME=demo\nMCP_PASSWORD=demo\nMCP_BASE_URL={base}\n");
    std::fs::write(bench.folder().join("vars"), variables).unwrap();
    assert_eq!(ran(bench.bare().args(["--env-file", "vars", "token", "check"])).code, 0);
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
