//! Files that are written and places that are written through; what is kept between runs; what stays after a signal.

use super::support::{Bench, Ran, Scripted, TOKEN, answer, ran, words};
use serde_json::Value;
use std::path::Path;

fn blob(bench: &Bench) -> String {
    let data: Value = serde_json::from_str(&bench.run("carrier get 23868").out).unwrap();
    let certificate = &data["AssureAdvantage"][0]["CarrierDetails"]["CertData"]["Certificate"][0]["BlobName"];
    certificate.as_str().unwrap().to_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Every command that writes a file named by `-o`.
fn writers(bench: &Bench) -> Vec<String> {
    let blob = blob(bench);
    vec![
        format!("document get {blob} -o"),
        "packet download --dot 23868 -o".to_owned(),
        "api PreviewCarrier --param DOTNumber=23868 -o".to_owned(),
        format!("api GetDocument --param name={blob} -o"),
    ]
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_links_are_written_through() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    let bench = Bench::new();
    for writer in writers(&bench) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("/dev/null", at("null")).unwrap();
        std::fs::write(at("real"), "old").unwrap();
        symlink("real", at("link")).unwrap();
        let to = |place: &str| {
            let ran = bench.run(&format!("{writer} {place}"));
            assert_eq!(ran.code, 0, "{writer} {place}: {}", ran.err);
        };
        to("/dev/null");
        to(at("null").to_str().unwrap());
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device(), "{writer}");
        assert!(std::fs::symlink_metadata(at("null")).unwrap().is_symlink(), "{writer}");
        to(at("link").to_str().unwrap());
        assert!(std::fs::symlink_metadata(at("link")).unwrap().is_symlink(), "{writer}");
        let written = std::fs::read(at("real")).unwrap();
        assert!(written.len() > 500 && mode(&at("real")) == 0o600, "{writer}");

        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        let pipe = at("pipe");
        let reader = std::thread::spawn(move || std::fs::read(pipe).unwrap());
        to(at("pipe").to_str().unwrap());
        assert_eq!(reader.join().unwrap(), written, "{writer}");
        assert!(std::fs::metadata(at("pipe")).unwrap().file_type().is_fifo(), "{writer}");
        assert_eq!(names(folder.path()), ["link", "null", "pipe", "real"], "{writer}: nothing is left behind");

        let shell = bench.shell(&format!("mycarrierpackets {writer} /dev/stdout | wc -c"));
        let piped: usize = String::from_utf8(shell.stdout).unwrap().trim().parse().unwrap();
        assert!(piped >= written.len(), "{writer}: {piped}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_there_is_replaced_with_a_word_or_kept() {
    let bench = Bench::new();
    for writer in writers(&bench) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let run = |more: &str| -> Ran { bench.run(&format!("{writer} {} {more} --output table", path.display())) };
        assert_eq!(run("").code, 0, "{writer}");
        assert_eq!(mode(&path), 0o600, "{writer}");
        std::fs::write(&path, "mine").unwrap();
        let refused = run("--no-clobber");
        assert!(refused.code == 1 && refused.err.contains("already"), "{writer}: {}", refused.err);
        let skipped = run("--skip-existing");
        assert!(skipped.code == 0 && skipped.err.contains("is kept"), "{writer}: {}", skipped.err);
        assert_eq!(std::fs::read(&path).unwrap(), b"mine", "{writer}");
        let replaced = run("");
        let said = format!("{}{}", replaced.out, replaced.err);
        assert!(said.contains("replacing the previous") || said.contains("is replaced"), "{writer}: {said}");
        assert_eq!((mode(&path), names(folder.path())), (0o600, vec!["out".to_owned()]), "{writer}");
    }
}

#[test]
fn a_pull_names_its_files_for_people_and_reports_what_is_there() {
    let bench = Bench::new();
    let pull = |more: &str| -> Vec<Value> {
        serde_json::from_str(&bench.run(&format!("document pull MC113843 -d papers --output json {more}")).out).unwrap()
    };
    let saved = pull("");
    let files = names(&bench.folder().join("papers"));
    assert_eq!(files.len(), 3);
    for (file, kind) in files.iter().zip(["agreement", "coi", "w9"]) {
        let date = file.strip_prefix(&format!("23868-{kind}-")).and_then(|rest| rest.strip_suffix(".pdf"));
        assert!(date.is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok()), "{file}");
    }
    let mut reported: Vec<_> = saved.iter().map(|file| file["path"].as_str().unwrap().replace("papers/", "")).collect();
    reported.sort();
    assert_eq!(reported, files, "what is reported is what is there");
    assert!(saved.iter().all(|file| file["replaced"] == false));
    assert!(pull("").iter().all(|file| file["replaced"] == true));
    assert_eq!(pull("--skip-existing").len(), 0, "nothing was saved");
    assert_eq!(bench.run("document pull MC113843 -d papers --no-clobber").code, 1);
    assert_eq!(names(&bench.folder().join("papers")), files);
}

#[test]
fn two_documents_with_one_last_name_are_two_files() {
    let server = Scripted::start(|request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        path if path.ends_with("GetCarrierData") => answer(
            r#"{"DOTNumber":9900001,"CarrierW9Forms":[{"IsActive":true,"CarrierW9FormImages":[{"BlobName":"a/doc.pdf"}]}],
                "CarrierCustomerAgreements":[{"IsActive":true,"CarrierCustomerAgreementImages":[{"BlobName":"b/1/doc.pdf"}]}]}"#,
        ),
        _ => answer(&format!("%PDF-1.7 {} %%EOF", if request.contains("a%2F") { "form" } else { "agreement" }))
            .replace("application/json", "application/pdf"),
    });
    let bench = Bench::new();
    let ran = bench.run(&format!("document pull 9900001 -d papers --output json --base-url {}", server.url()));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(names(&bench.folder().join("papers")), ["9900001-agreement.pdf", "9900001-w9.pdf"]);
    assert!(std::fs::read_to_string(bench.folder().join("papers/9900001-w9.pdf")).unwrap().contains("form"));
}

#[test]
fn a_document_has_a_name_that_no_other_has_and_replaces_itself_alone() {
    let server = Scripted::start(|request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        _ => {
            let which = if request.contains("12") { "twelve" } else { "thirteen" };
            answer(&format!("%PDF-1.7 {which} %%EOF")).replace("application/json", "application/pdf")
        }
    });
    let bench = Bench::new();
    std::fs::create_dir(bench.folder().join("papers")).unwrap();
    let get = |blob: &str, more: &str| {
        let ran = bench.run(&format!("document get {blob} {more} --output table --base-url {}", server.url()));
        assert_eq!(ran.code, 0, "{blob}: {}", ran.err);
        ran.out
    };
    for more in ["", "-o papers"] {
        let twelve = get("agreement/12/doc.pdf", more);
        assert!(twelve.contains("agreement-12-doc.pdf") && !twelve.contains("in place of"), "{twelve}");
        let thirteen = get("agreement/13/doc.pdf", more);
        assert!(thirteen.contains("agreement-13-doc.pdf") && !thirteen.contains("in place of"), "{thirteen}");
        assert!(get("agreement/12/doc.pdf", more).contains(", replacing the previous one"));
    }
    let api = |param: &str| bench.run(&format!("api {param} -o papers --output table --base-url {}", server.url()));
    assert!(api("GetDocument --param name=agreement/12/doc.pdf").out.contains("agreement-12-doc.pdf"));
    let missing = bench.run(&format!("document get agreement/12/doc.pdf -o missing/ --base-url {}", server.url()));
    assert!(missing.code == 1 && missing.err.contains("missing/ does not exist"), "{}", missing.err);
    let two = ["agreement-12-doc.pdf", "agreement-13-doc.pdf"];
    assert_eq!(names(&bench.folder().join("papers")), two);
    assert!(std::fs::read_to_string(bench.folder().join(two[0])).unwrap().contains("twelve"));
}

#[test]
fn half_a_document_is_an_error_and_no_file() {
    let server = Scripted::start(|request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        _ => answer("%PDF-1.7 and then nothing more").replace("application/json", "application/pdf"),
    });
    let bench = Bench::new();
    let ran = bench.run(&format!("document get a/b.pdf -o half.pdf --base-url {}", server.url()));
    assert!(ran.code == 6 && ran.err.contains("cut off"), "{} {}", ran.code, ran.err);
    assert_eq!(names(bench.folder()), [""; 0]);
}

#[cfg(unix)]
#[test]
fn nothing_is_left_behind_by_a_signal() {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::Stdio;
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let bench = Bench::new();
        let stalled = stalled();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mycarrierpackets"));
        for (name, value) in bench.program().get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        let line = format!("document get a/b.pdf -o big.pdf --base-url {stalled}");
        let mut child = command
            .args(words(&line))
            .current_dir(bench.folder())
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let begun = |_: &()| names(bench.folder()).iter().any(|name| name.ends_with(".part"));
        let mut waited = 0;
        while !begun(&()) {
            std::thread::sleep(std::time::Duration::from_millis(10));
            waited += 1;
            assert!(waited < 2000, "{signal}: the download never began");
        }
        let part = names(bench.folder()).into_iter().find(|name| name.ends_with(".part")).unwrap();
        assert_eq!(mode(&bench.folder().join(part)), 0o600);
        let kill = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let status = child.wait().unwrap();
        assert_eq!((status.code(), status.signal()), (Some(code), None), "{signal}");
        assert_eq!(names(bench.folder()), [""; 0], "{signal}");
    }
}

/// A server whose document begins and then stands still.
#[cfg(unix)]
fn stalled() -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Each connection is kept open for as long as the test process runs.
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for mut stream in listener.incoming().flatten().take(10) {
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or(0);
            let token = head[..read].starts_with(b"POST /token");
            let text = if token {
                answer(TOKEN).replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1)
            } else {
                let body = format!("%PDF-1.7 {}", "x".repeat(5000));
                format!("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 50000000\r\n\r\n{body}")
            };
            let _ = stream.write_all(text.as_bytes());
            if !token {
                kept.push(stream);
            }
        }
        std::thread::park();
        drop(kept);
    });
    format!("http://{address}")
}

#[test]
fn ten_runs_are_one_grant_and_the_token_is_its_owners_alone() {
    let bench = Bench::new();
    for _ in 0..10 {
        assert_eq!(bench.run("carrier preview 23868").code, 0);
    }
    assert_eq!(bench.sandbox.count("token"), 1);
    let folder = bench.cache.path().join("mycarrierpackets/tokens");
    let files = names(&folder);
    assert_eq!(files.len(), 1);
    #[cfg(unix)]
    assert_eq!((mode(&folder), mode(&folder.join(&files[0]))), (0o700, 0o600));
    let kept = std::fs::read_to_string(folder.join(&files[0])).unwrap();
    assert!(!kept.contains("demo"), "neither name nor password: {kept}");

    assert_eq!(bench.run("carrier preview 23868 --no-token-cache").code, 0);
    assert_eq!(bench.run("token check").code, 0);
    assert_eq!(bench.sandbox.count("token"), 3, "the password is sent where that is what was asked for");

    let mut wrong = bench.program();
    wrong.env("MCP_PASSWORD", "correct-horse-canary").args(words("carrier preview 23868"));
    assert_eq!(ran(&mut wrong).code, 3, "a token is of its password");
    bench.sandbox.expire_tokens();
    bench.sandbox.revoke_refresh_tokens();
    assert_eq!(bench.run("carrier preview 23868").code, 0, "a token that ended costs a grant, and no failure");
}

#[test]
fn a_cache_that_is_not_ours_is_not_believed() {
    let bench = Bench::new();
    assert_eq!(bench.run("carrier preview 23868").code, 0);
    let folder = bench.cache.path().join("mycarrierpackets/tokens");
    let file = folder.join(&names(&folder)[0]);
    let kept = std::fs::read_to_string(&file).unwrap();
    let mut grants = 1;
    for text in [
        "",
        "{",
        "null",
        "{\"salt\":\"\",\"proof\":\"\",\"tokens\":{}}",
        &kept.replacen("proof\":\"", "proof\":\"0", 1),
    ] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(bench.run("carrier preview 23868").code, 0, "{text}");
        grants += 1;
        assert_eq!(bench.sandbox.count("token"), grants, "{text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(bench.run("carrier preview 23868").code, 0);
        assert_eq!((bench.sandbox.count("token"), mode(&file)), (grants + 1, 0o600), "others could have written it");
    }
}

#[test]
fn this_machine_is_called_without_a_proxy() {
    let bench = Bench::new();
    let proxy = Scripted::start(|_| answer("{}"));
    let url = proxy.url();
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        let mut program = bench.program();
        program.env(name, &url).args(words("packet download --dot 23868 -o -"));
        assert_eq!(ran_bytes(&mut program), 0, "{name}");
    }
    assert_eq!(bench.run(&format!("carrier preview 23868 --proxy {url}")).code, 0);
    assert_eq!(proxy.requests().len(), 0, "the password would have gone by it in the clear");
}

fn ran_bytes(command: &mut assert_cmd::Command) -> i32 {
    command.output().unwrap().status.code().unwrap_or(-1)
}

#[test]
fn a_proxy_is_used_for_others_and_one_that_wants_a_login_is_named() {
    let bench = Bench::new();
    let proxy =
        Scripted::start(|_| "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n".to_owned());
    let line = format!("token check --base-url https://api.carrier.example --proxy {}", proxy.url());
    let asked = bench.run(&line);
    assert_eq!(asked.code, 6, "{}", asked.err);
    assert!(asked.err.contains("proxy") && asked.err.contains("407") && asked.err.contains("--proxy"), "{}", asked.err);
    assert!(proxy.requests()[0].starts_with("CONNECT api.carrier.example:443"), "{:?}", proxy.requests());
    let count = proxy.requests().len();
    assert_eq!(count, 1, "waiting does not help");
    let mut program = bench.program();
    program.env("HTTPS_PROXY", proxy.url());
    program.args(words("token check --base-url https://127.0.0.1:9 --no-proxy --timeout 3s"));
    assert_eq!(ran(&mut program).code, 6);
    assert_eq!(proxy.requests().len(), count);
}

#[test]
fn certificates_that_are_none_are_refused_by_name() {
    let bench = Bench::new();
    std::fs::write(bench.folder().join("ca.pem"), "hello").unwrap();
    for (file, word) in [("ca.pem", "PEM"), ("missing.pem", "missing.pem")] {
        let refused = bench.run(&format!("token check --ca-cert {file}"));
        assert!(refused.code == 2 && refused.err.contains(word), "{}", refused.err);
    }
}
