//! What is wrong on this machine: files, variables and profiles. Nothing is sent, and the culprit is named.

use super::super::support::{Bench, ran, words};
use super::super::tls::{Flaw, Secure};
use super::{check_all, differs};

#[test]
fn a_file_or_a_variable_that_cannot_be_read_is_named() {
    let bench = Bench::new();
    let write = |name: &str, bytes: &[u8]| std::fs::write(bench.folder().join(name), bytes).unwrap();
    write("text", b"hello, nobody\n");
    write("latin", b"MCP_USERNAME=Pe\xF1a\nMCP_PASSWORD=x\n");
    write("empty", b"");
    write("half.pem", b"-----BEGIN CERTIFICATE-----\nMIIB\n");
    write("body.json", b"{\"DOTNumber\":");
    std::fs::create_dir(bench.folder().join("folder")).unwrap();
    let none: [(&str, &str); 0] = [];
    let cases = vec![
        (
            "no such file",
            &none[..],
            "token check --env-file missing",
            2,
            "error: missing could not be read: No such file or directory (os error 2)",
        ),
        (
            "a folder",
            &none,
            "token check --env-file folder",
            2,
            "error: folder could not be read: Is a directory (os error 21)",
        ),
        (
            "no variables",
            &none,
            "token check --env-file text",
            2,
            "error: text could not be read: line 1 is not NAME=value",
        ),
        (
            "another encoding",
            &none,
            "token check --env-file latin",
            2,
            "error: latin could not be read: it is not UTF-8 text",
        ),
        (
            "no such certificate",
            &none,
            "token check --ca-cert missing",
            2,
            "error: missing could not be read: No such file or directory (os error 2)",
        ),
        (
            "a folder",
            &none,
            "token check --ca-cert folder",
            2,
            "error: folder could not be read: Is a directory (os error 21)",
        ),
        (
            "no certificate",
            &none,
            "token check --ca-cert text",
            2,
            "error: text: there is no certificate in PEM form: each begins with -----BEGIN CERTIFICATE-----",
        ),
        (
            "an empty file",
            &none,
            "token check --ca-cert empty",
            2,
            "error: empty: there is no certificate in PEM form: each begins with -----BEGIN CERTIFICATE-----",
        ),
        (
            "half a certificate",
            &none,
            "token check --ca-cert half.pem",
            2,
            "error: half.pem: the certificates cannot be read: one is damaged or cut off",
        ),
        (
            "no such roster",
            &none,
            "monitor reconcile missing",
            2,
            "error: missing could not be read: No such file or directory (os error 2)",
        ),
        (
            "a folder",
            &none,
            "monitor reconcile folder",
            2,
            "error: folder could not be read: Is a directory (os error 21)",
        ),
        (
            "no carriers",
            &none,
            "monitor reconcile text",
            2,
            r#"error: text: no column is named DOT or Docket; found, separated by `,`: "hello", "nobody""#,
        ),
        ("an empty roster", &none, "monitor reconcile empty", 2, "error: empty names no carrier"),
        ("nothing piped in", &none, "monitor reconcile -", 2, "error: standard input names no carrier"),
        (
            "no such body",
            &none,
            "api RequestMonitoring --body @missing",
            2,
            "error: missing could not be read: No such file or directory (os error 2)",
        ),
        (
            "a folder",
            &none,
            "api RequestMonitoring --body @folder",
            2,
            "error: folder could not be read: Is a directory (os error 21)",
        ),
        (
            "half a body",
            &none,
            "api RequestMonitoring --body @body.json",
            2,
            "error: the body is not JSON (line 1, column 13)",
        ),
        ("no such profile", &none, "--profile nobody token check", 3, "error: there is no profile `nobody`"),
        ("an address", &[("MCP_BASE_URL", "nonsense")], "token check", 2, "error: MCP_BASE_URL is not an address"),
        ("an address", &[("MCP_PORTAL_URL", "http://")], "token check", 2, "error: MCP_PORTAL_URL is not an address"),
        (
            "a proxy",
            &none,
            "token check --proxy nonsense",
            2,
            "error: invalid value 'nonsense' for '--proxy <URL>': it is not an address: write one such as https://host.example:8080",
        ),
        (
            "a proxy with a password",
            &none,
            "token check --proxy user:s3cret@proxy.example:3128",
            2,
            "error: invalid value '[masked]@proxy.example:3128' for '--proxy <URL>': it is not an address: write one such as https://host.example:8080",
        ),
        (
            "a proxy",
            &none,
            "token check --proxy ftp://127.0.0.1:9",
            2,
            "error: a proxy of the form ftp: is not supported",
        ),
        ("half of the credentials", &[("MCP_PASSWORD", "")], "token check", 3, "error: MCP_PASSWORD is not set"),
        (
            "no credentials",
            &[("MCP_PASSWORD", ""), ("MCP_USERNAME", "")],
            "token check",
            3,
            "error: there are no credentials",
        ),
        (
            "no folder",
            &none,
            "packet download --dot 23868 -o missing/x.pdf",
            1,
            "error: download_carrier_packet: missing/x.pdf could not be written: No such file or directory (os error 2)",
        ),
        ("a folder", &none, "api PreviewCarrier --param DOTNumber=23868 -o folder", 1, "error: folder is a folder"),
        (
            "a name that is none",
            &none,
            "document get \" \"",
            2,
            r#"error: " " is not the name of a document: expected 1 to 1024 characters without control characters, such as company-agreement/12/<guid>"#,
        ),
    ];
    check_all(cases, |(situation, variables, line, code, first)| {
        let mut program = bench.program();
        program.envs(variables.iter().copied()).args(words(line));
        differs(&ran(&mut program), situation, line, code, first)
    });
}

#[test]
fn a_file_of_profiles_that_cannot_be_trusted_is_not_read() {
    let cases: Vec<(&str, &[u8], u32, &str)> = vec![
        ("no TOML", b"hello", 0o600, "error: {file} is not a file of profiles (line 1)"),
        ("a byte order mark", "\u{feff}\u{e9}=".as_bytes(), 0o600, "error: {file} is not a file of profiles (line 1)"),
        (
            "an unknown key",
            b"[profiles.a]\nusername = \"a\"\npassword = \"b\"\nhost = \"c\"\n",
            0o600,
            "error: {file} is not a file of profiles (line 4)",
        ),
        ("another encoding", b"[profiles.a]\nusername = \"Pe\xF1a\"\n", 0o600, "error: {file} is not UTF-8 text"),
        (
            "others may read it",
            b"[profiles.a]\nusername = \"a\"\npassword = \"b\"\n",
            0o644,
            "error: {file} can be read by people other than its owner",
        ),
        ("one in use that is not there", b"default = \"b\"\n", 0o600, "error: there is no profile `b`"),
        (
            "an address that is none",
            b"[profiles.a]\nusername = \"a\"\npassword = \"b\"\nbase_url = \"x\"\n",
            0o600,
            "error: {file} is not a file of profiles (line 4)",
        ),
    ];
    check_all(cases, |(situation, bytes, mode, first)| {
        let bench = Bench::new();
        let folder = bench.folder().join("config/mycarrierpackets");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("profiles.toml");
        std::fs::write(&file, bytes).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        let first = first.replace("{file}", &file.display().to_string());
        differs(&ran(bench.bare().args(["token", "check"])), situation, "token check", 3, &first)
    });
}

#[test]
fn an_authority_that_is_named_is_trusted_and_no_other() {
    let bench = Bench::new();
    let (own, other) = (Secure::start(Flaw::None), Secure::start(Flaw::None));
    std::fs::write(bench.folder().join("own.pem"), &own.authority).unwrap();
    std::fs::write(bench.folder().join("both.pem"), format!("{}\n{}", other.authority, own.authority)).unwrap();
    std::fs::write(bench.folder().join("other.pem"), &other.authority).unwrap();
    let preview = |file: &str| bench.run(&format!("carrier preview 9900001 --base-url {} --ca-cert {file}", own.url()));
    for file in ["own.pem", "both.pem"] {
        let trusted = preview(file);
        assert_eq!((trusted.code, trusted.err.as_str()), (0, ""), "{file}");
        assert!(trusted.out.contains("Alder Freight"), "{file}: {}", trusted.out);
    }
    let stranger = preview("other.pem");
    assert_eq!((stranger.code, stranger.out.as_str()), (6, ""), "{}", stranger.err);
    assert!(stranger.err.contains("the certificate is not trusted (UnknownIssuer)"), "{}", stranger.err);
    assert!(stranger.err.contains("--ca-cert"), "{}", stranger.err);
}
