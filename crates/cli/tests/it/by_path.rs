//! Operations that the document does not have, called by method and path.

use super::support::{Bench, Scripted, TOKEN, answer, ran, words};

#[test]
fn any_path_of_the_api_can_be_called() {
    const PATH: &str = "/api/v1/carrier/getcustomerpacketwithsw";
    let server = Scripted::start(|request| match request {
        request if request.starts_with("POST /token") => answer(TOKEN),
        request if request.contains("slow") => answer("{}").replacen("200 OK", "503 Busy", 1),
        _ => answer("{\"$id\":\"1\",\"LegalName\":\"Sample Trucking LLC\"}"),
    });
    let bench = Bench::new();
    let run = |line: &str| {
        let mut program = bench.program();
        program.args(words(line)).args(["--base-url", &server.url(), "--output", "table"]);
        ran(&mut program)
    };
    let called = run(&format!("api post {PATH}?x=1 --param DOTNumber=23868"));
    assert!(called.code == 0 && called.out.contains("Sample Trucking LLC"), "{}{}", called.out, called.err);
    assert!(server.requests().last().unwrap().starts_with(&format!("POST {PATH}?x=1&DOTNumber=23868 ")));
    let calls = |word: &str| server.requests().iter().filter(|request| request.contains(word)).count();
    let once = run("api POST /slow/once");
    assert_eq!((once.code, calls("slow/once")), (1, 1), "{}", once.err);
    assert!(once.err.contains("may have acted"), "{}", once.err);
    run("api POST /slow/read --read");
    assert_eq!(calls("slow/read"), 3);
    let dry = run(&format!("api POST {PATH} --param DOTNumber=23868 --param api_key=s3cret-word --dry-run"));
    assert!(dry.code == 0 && dry.out.contains(PATH) && dry.out.contains("DOTNumber=23868"), "{}", dry.out);
    assert!(!dry.out.contains("s3cret-word") && calls("s3cret-word") == 0, "{}", dry.out);
    // first line of what is refused
    for (line, first) in [
        ("api POST https://evil.example/x", "the path names a host"),
        ("api POST //evil.example/x", "the path names a host"),
        ("api POST /a/../b", "the path holds . or .."),
        ("api /api/v1/x", "the path has no method"),
        ("api FETCH /api/v1/x", "`FETCH` is not a method"),
        ("api POST /token", "request_token answers with a token"),
    ] {
        let before = server.requests().len();
        let refused = run(line);
        assert!(refused.code == 2 && refused.err.contains(first), "{line}: {}", refused.err);
        assert_eq!(server.requests().len(), before, "{line}");
    }
}

#[test]
fn what_changes_something_is_not_sent_where_its_answer_could_not_be_written() {
    let server = Scripted::start(|_| answer(TOKEN));
    let bench = Bench::new();
    std::fs::write(bench.folder().join("file"), "mine").unwrap();
    for (more, code, word) in [
        ("-o missing/x.json", 1, "missing/x.json could not be written"),
        ("-o file --no-clobber", 1, "already exists"),
        ("-o file --skip-existing", 0, "is kept"),
    ] {
        let line = format!("api POST /api/v1/thing {more} --output table --base-url {}", server.url());
        let refused = bench.run(&line);
        assert!(refused.code == code && refused.err.contains(word), "{more}: {}", refused.err);
    }
    assert_eq!(server.requests(), [""; 0]);
    assert_eq!(std::fs::read(bench.folder().join("file")).unwrap(), b"mine");
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_by_its_other_names_goes_on_where_it_is() {
    let bench = Bench::new();
    for place in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/stderr"] {
        let line = format!(
            "echo before > log; mycarrierpackets packet download --dot 23868 -o {place} >> log 2>> log; echo after >> log"
        );
        assert!(bench.shell(&line).status.success(), "{place}");
        let log = std::fs::read(bench.folder().join("log")).unwrap();
        assert!(log.starts_with(b"before\n%PDF-") && log.ends_with(b"after\n"), "{place}");
        assert!(log.windows(6).any(|bytes| bytes == b"%%EOF\n"), "{place}");
    }
}
