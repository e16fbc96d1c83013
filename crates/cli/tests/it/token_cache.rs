//! Tokens between two runs: few grants, nobody else's token, and nothing that a damaged file could break.

use super::support::{Bench, Ran, Scripted, answer, ran, words};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const CANARY: &str = "cache-password-canary";

/// Grants `access-1`, `access-2` … with refresh tokens that work once, and refuses the password `wrong`.
fn server() -> Scripted {
    let grants = Arc::new(AtomicUsize::new(0));
    Scripted::with_bodies(move |head, body| {
        if !head.starts_with("POST /token") {
            if head.contains("bearer access-1\r") && head.contains("9900001") {
                return answer("{\"Message\":\"denied\"}").replacen("200 OK", "401 Unauthorized", 1);
            }
            return answer("[{\"DOTNumber\":23868,\"CompanyName\":\"A\"}]");
        }
        if body.contains("password=wrong") {
            return answer("{\"error\":\"invalid_grant\"}").replacen("200 OK", "400 Bad Request", 1);
        }
        let n = grants.fetch_add(1, Ordering::Relaxed) + 1;
        answer(&format!("{{\"access_token\":\"access-{n}\",\"expires_in\":3600,\"refresh_token\":\"refresh-{n}\"}}"))
    })
}

fn grants(server: &Scripted) -> usize {
    server.requests().iter().filter(|request| request.starts_with("POST /token")).count()
}

fn preview(bench: &Bench, server: &Scripted, password: &str, line: &str) -> Ran {
    let mut program = bench.bare();
    program.env("MCP_USERNAME", "demo").env("MCP_PASSWORD", password).env("MCP_BASE_URL", server.url());
    let line = if line.is_empty() { "carrier preview 23868" } else { line };
    ran(program.args(words(line)))
}

fn files(bench: &Bench) -> Vec<PathBuf> {
    let folder = bench.cache.path().join("mycarrierpackets/tokens");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn ten_runs_need_one_grant_unless_that_is_not_wanted() {
    let (bench, server) = (Bench::new(), server());
    for _ in 0..10 {
        assert_eq!(preview(&bench, &server, CANARY, "").code, 0);
    }
    assert_eq!(grants(&server), 1);
    preview(&bench, &server, CANARY, "--no-token-cache carrier preview 23868");
    assert_eq!(grants(&server), 2);
    preview(&bench, &server, CANARY, "token check");
    assert_eq!(grants(&server), 3, "a check tries the password itself");
    let [file] = files(&bench).try_into().expect("one file");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("access-1") && !text.contains(CANARY) && !text.contains("demo"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    }
}

#[test]
fn another_password_profile_user_or_host_gets_no_kept_token() {
    let (bench, server) = (Bench::new(), server());
    preview(&bench, &server, CANARY, "");
    let wrong = preview(&bench, &server, "wrong", "");
    assert_eq!((wrong.code, grants(&server)), (3, 2), "{}", wrong.err);
    preview(&bench, &server, CANARY, "");
    assert_eq!(grants(&server), 2, "a wrong password does not cost the right one its token");
    preview(&bench, &server, "another-good-one", "");
    assert_eq!(grants(&server), 3, "another password of one user");
    for name in ["one", "two"] {
        let mut program = bench.bare();
        let line = format!("profile add {name} --username demo --base-url {}", server.url());
        program.args(words(&line)).write_stdin("another-good-one");
        assert_eq!(ran(&mut program).code, 0);
        for _ in 0..2 {
            assert_eq!(ran(bench.bare().args(words(&format!("--profile {name} carrier preview 23868")))).code, 0);
        }
    }
    assert_eq!(grants(&server), 5, "one for each profile");
    let before = files(&bench).len();
    assert_eq!(ran(bench.bare().args(words("profile remove two"))).code, 0);
    assert_eq!(files(&bench).len(), before - 1, "a token does not outlive its profile");
}

#[test]
fn a_token_that_is_refused_is_replaced_and_the_new_one_kept() {
    let (bench, server) = (Bench::new(), server());
    preview(&bench, &server, CANARY, "");
    let refused = preview(&bench, &server, CANARY, "carrier preview 9900001");
    assert_eq!((refused.code, grants(&server)), (0, 2), "{}", refused.err);
    assert!(std::fs::read_to_string(&files(&bench)[0]).unwrap().contains("access-2"));
}

#[test]
fn a_damaged_or_foreign_file_is_ignored_and_written_again() {
    let (bench, server) = (Bench::new(), server());
    preview(&bench, &server, CANARY, "");
    let file = files(&bench).remove(0);
    let good = std::fs::read_to_string(&file).unwrap();
    let damaged = [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "\0\0\0".to_owned(),
        good[..good.len() / 2].to_owned(),
        good.replace("\"proof\":\"", "\"proof\":\"0"),
        good.replace("expires_at\":\"2", "expires_at\":\"x"),
        "x".repeat(1 << 20),
    ];
    for (n, text) in damaged.iter().enumerate() {
        std::fs::write(&file, text).unwrap();
        let ran = preview(&bench, &server, CANARY, "");
        assert_eq!((ran.code, ran.err.as_str(), grants(&server)), (0, "", n + 2), "{text:.40}");
    }
    let before = grants(&server);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(preview(&bench, &server, CANARY, "").code, 0);
        assert_eq!(grants(&server), before + 1, "one that others could have written is not used");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file.parent().unwrap(), "in the way").unwrap();
    assert_eq!(preview(&bench, &server, CANARY, "").code, 0, "a cache that cannot be written costs a grant");
}

#[test]
fn runs_side_by_side_keep_their_access() {
    let (bench, server) = (Bench::new(), server());
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let mut program = bench.bare();
            program.env("MCP_USERNAME", "demo").env("MCP_PASSWORD", CANARY).env("MCP_BASE_URL", server.url());
            program.args(words("carrier preview 23868"));
            std::thread::spawn(move || ran(&mut program).code)
        })
        .collect();
    assert!(runs.into_iter().all(|run| run.join().unwrap() == 0));
    let before = grants(&server);
    assert_eq!(preview(&bench, &server, CANARY, "").code, 0);
    assert_eq!((grants(&server), files(&bench).len()), (before, 1), "what they left behind can be used");
}
