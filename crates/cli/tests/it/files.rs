//! Documents to places that take them and places that do not, and names that mean harm.

use super::support::{Bench, Scripted, TOKEN, answer, ran, words};
use serde_json::Value;

fn blob(bench: &Bench) -> String {
    let data: Value = serde_json::from_str(&bench.run("carrier get 23868").out).unwrap();
    let certificate = &data["AssureAdvantage"][0]["CarrierDetails"]["CertData"]["Certificate"][0]["BlobName"];
    certificate.as_str().unwrap().to_owned()
}

fn is_pdf(path: &std::path::Path) -> bool {
    std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"%PDF-"))
}

#[test]
fn documents_go_where_they_are_sent() {
    let bench = Bench::new();
    let (blob, folder) = (blob(&bench), bench.folder());
    let named = bench.run(&format!("document get {blob} -o coi.pdf --output table"));
    assert!(named.code == 0 && named.out.starts_with("coi.pdf  "), "{}{}", named.out, named.err);
    assert!(is_pdf(&folder.join("coi.pdf")));
    let own: Value = serde_json::from_str(&bench.run(&format!("document get {blob}")).out).unwrap();
    assert!(is_pdf(&folder.join(own["path"].as_str().unwrap())), "{own}");
    assert_eq!(bench.run("packet download --dot 23868 -o packet.pdf").code, 0);
    for named in ["23868", "MC113843", "--docket MC113843"] {
        let packet = bench.run(&format!("packet download {named} --output table"));
        assert!(packet.out.starts_with("carrier-packet-23868.pdf  "), "{named}: {}{}", packet.out, packet.err);
    }
    assert!(is_pdf(&folder.join("packet.pdf")));
    let piped = bench.program().args(words("packet download --dot 23868 -o -")).output().unwrap();
    assert_eq!(piped.stdout, std::fs::read(folder.join("packet.pdf")).unwrap());
}

#[test]
fn a_pull_brings_what_is_in_force_and_reports_each() {
    let bench = Bench::new();
    for (form, lines) in [("table", 3), ("jsonl", 3), ("csv", 4)] {
        let pulled = bench.run(&format!("document pull 23868 -d papers/{form} --concurrency 3 --output {form}"));
        assert_eq!((pulled.code, pulled.out.lines().count()), (0, lines), "{form}: {}{}", pulled.out, pulled.err);
        let files: Vec<_> = std::fs::read_dir(bench.folder().join("papers").join(form)).unwrap().collect();
        assert_eq!(files.len(), 3);
        assert!(files.into_iter().all(|file| is_pdf(&file.unwrap().path())), "{form}");
    }
    let some = bench.run("document pull 23868 --kind coi,w9 -d some --output json");
    let some: Value = serde_json::from_str(&some.out).unwrap();
    assert_eq!(some.as_array().unwrap().len(), 2);
}

#[test]
fn what_a_carrier_lacks_is_named() {
    let bench = Bench::of(|builder| builder.carriers(40));
    // Four in ten carriers have not completed a packet.
    let dots = bench.sandbox.dot_numbers();
    let lacking = dots.iter().find(|dot| {
        let data: Value = serde_json::from_str(&bench.run(&format!("carrier get {dot}")).out).unwrap();
        data.get("CarrierW9Forms").is_none()
    });
    let dot = lacking.unwrap();
    let asked = bench.run(&format!("document pull {dot} --kind w9 --output table"));
    assert_eq!((asked.code, asked.out.as_str()), (4, ""), "{}", asked.err);
    assert!(asked.err.contains("not done: W-9 form: none on file"), "{}", asked.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_takes_no_file_is_named_and_holds_no_half_of_one() {
    let bench = Bench::new();
    let blob = blob(&bench);
    std::fs::write(bench.folder().join("file"), "").unwrap();
    // Also root, for whom permissions do not count, can write none of these.
    for place in ["file/coi.pdf", "/proc/coi.pdf", "missing/coi.pdf"] {
        let ran = bench.run(&format!("document get {blob} -o {place} --output table"));
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{place}: {}", ran.err);
        assert!(
            ran.err.contains(place) && ran.err.contains("\n  try: ") && ran.err.lines().count() == 2,
            "{}",
            ran.err
        );
    }
    let ran = bench.run("document pull 23868 -d file/papers --output table");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("file/papers could not be created"), "{}", ran.err);
    let left: Vec<_> = std::fs::read_dir(bench.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["file"], "nothing is left behind");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let closed = bench.folder().join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(closed.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write to a read-only folder");
        return;
    }
    let ran = bench.run("document pull 23868 -d closed --output table");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("3 of 3 were not done") && ran.err.contains("closed"), "{}", ran.err);
}

#[test]
fn hostile_blob_names_go_nowhere() {
    let bench = Bench::new();
    let long = "x".repeat(5000);
    for name in ["../../etc/passwd", "/etc/passwd", "a/../../b", "..", ".", "a\\..\\b", long.as_str(), "é\u{202e}"] {
        let mut program = bench.program();
        program.args(["document", "get", name, "--output", "table"]);
        let ran = ran(&mut program);
        assert!(matches!(ran.code, 2 | 4), "{name}: {} {}", ran.code, ran.err);
        assert!(ran.err.len() < 2000 && !ran.err.contains('\u{202e}'), "{}", ran.err);
    }
    assert_eq!(std::fs::read_dir(bench.folder()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn arguments_and_variables_that_are_no_text_are_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let bench = Bench::new();
    let broken = OsStr::from_bytes(b"\xff\xfe");
    for line in ["carrier preview", "document get", "block add", "api", "api PreviewCarrier --param", "link packet"] {
        let mut program = bench.program();
        program.args(words(line)).arg(broken);
        let ran = super::support::ran(&mut program);
        assert_eq!(ran.code, 2, "{line}: {}", ran.err);
    }
    // A file may have such a name.
    let mut program = bench.program();
    program.args(words("packet download --dot 23868 -o")).arg(broken);
    assert_eq!(super::support::ran(&mut program).code, 0);
    assert!(is_pdf(&bench.folder().join(broken)));
    let mut program = bench.program();
    program.env("MCP_PASSWORD", broken).args(words("token check"));
    let ran = super::support::ran(&mut program);
    assert!(ran.code == 2 && ran.err.contains("MCP_PASSWORD"), "{}", ran.err);
}

#[test]
fn a_carriers_name_cannot_act_on_a_terminal_or_in_a_spreadsheet() {
    const NAME: &str = "=HYPERLINK(\\\"x\\\")\\u001b[2J\\u001b]0;x\\u0007\\r\\n\\u202eEvil\\u200b";
    let server = Scripted::start(|request| {
        if request.starts_with("POST /token") {
            return answer(TOKEN);
        }
        if request.contains("PreviewCarrier") {
            return answer(&format!("[{{\"CompanyName\":\"{NAME}\",\"City\":\"{NAME}\",\"Status\":\"{NAME}\"}}]"));
        }
        answer(&format!(
            "{{\"Contacts\":[{{\"LastName\":\"{NAME}\",\"Email\":\"{NAME}\"}}],\"Carrier\":{{\"Contacts\":[{{\"LastName\":\"{NAME}\"}}]}}}}"
        ))
    });
    let bench = Bench::new();
    let run = |line: &str| bench.run(&format!("{line} --base-url {}", server.url()));
    for line in ["carrier preview 23868 --output table", "carrier contacts 23868 --output table"] {
        let text = run(line).out;
        assert!(text.contains("HYPERLINK"), "{text}");
        let acting = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}');
        assert!(!text.contains(acting), "{text:?}");
    }
    let csv = run("carrier contacts 23868 --output csv").out;
    assert!(csv.contains("\"'=HYPERLINK"), "{csv}");
    let json: Value = serde_json::from_str(&run("carrier preview 23868 --output json").out).unwrap();
    let exact: Value = serde_json::from_str(&format!("\"{NAME}\"")).unwrap();
    assert_eq!(json["CompanyName"], exact, "programs get the name as it is");
}
