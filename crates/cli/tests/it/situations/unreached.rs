//! Nobody answers, or nobody who is trusted: the cause is named, and what to do about it.

use super::super::support::{Bench, ran, words};
use super::super::tls::{Flaw, Secure};
use super::{CANARY, check_all, differs};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Situation, arguments after the command, exit code, first line.
type Case<'a> = (&'a str, String, i32, String);

/// A listener that does with each connection what the test says.
fn listener(each: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().flatten().for_each(each));
    address
}

/// Answers every request of a connection with the same bytes.
fn saying(bytes: &'static [u8]) -> SocketAddr {
    listener(move |mut stream| {
        let mut head = [0; 4096];
        let _ = stream.read(&mut head);
        let _ = stream.write_all(bytes);
    })
}

/// A port on which nobody listens; one that was free a moment ago could be given to another test.
fn closed_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 9))
}

fn check_reached(cases: Vec<Case<'_>>) {
    let bench = Bench::new();
    check_all(cases, |(situation, more, code, first)| {
        let mut program = bench.program();
        let line = format!("carrier preview 9900001 --no-token-cache {more}");
        program.env("MCP_PASSWORD", CANARY).args(words(&line));
        differs(&ran(&mut program), situation, &line, code, &first)
    });
}

#[test]
fn whoever_cannot_be_reached_is_named_with_the_cause() {
    let closed = closed_port();
    let web = saying(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    let hung_up = saying(b"");
    let asking = saying(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let refusing = saying(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    let to = |place: String, proxy: &str| format!("--base-url {place} --timeout 3s {proxy}");
    let elsewhere = |proxy: SocketAddr| to("https://api.carrier.example".into(), &format!("--proxy http://{proxy}"));
    let no = |place: &str, why: &str| format!("error: request_token: no connection to {place}{why}");
    let at = |place: SocketAddr, why: &str| no(&place.to_string(), why);
    let refused = ": connection refused";
    let by_proxy = |why: &str| no("api.carrier.example", why);
    let broke = "error: request_token: the connection broke before an answer came: the server closed the connection";
    check_reached(vec![
        ("no such host", to("https://nowhere.invalid".into(), ""), 6, no("nowhere.invalid", ": no such host")),
        ("nobody listens", to(format!("http://{closed}"), ""), 6, at(closed, refused)),
        ("nobody listens, TLS", to(format!("https://{closed}"), ""), 6, at(closed, refused)),
        (
            "HTTPS on an HTTP port",
            to(format!("https://{web}"), ""),
            6,
            at(web, ": the server answered in plain HTTP, so this is an HTTP port"),
        ),
        ("it hangs up", to(format!("http://{hung_up}"), ""), 6, broke.into()),
        (
            "it hangs up, TLS",
            to(format!("https://{hung_up}"), ""),
            6,
            at(hung_up, ": the server closed the connection"),
        ),
        (
            "a proxy that is not there",
            elsewhere(closed),
            6,
            by_proxy(": no connection to the proxy: connection refused"),
        ),
        (
            "a proxy without a name",
            to("https://api.carrier.example".into(), "--proxy http://nowhere.invalid"),
            6,
            by_proxy(": no connection to the proxy: no such host"),
        ),
        ("a proxy that wants a login", elsewhere(asking), 6, by_proxy(": the proxy asks for a login (407)")),
        ("a proxy that refuses", elsewhere(refusing), 6, by_proxy(": the proxy did not make the connection")),
        ("a proxy that hangs up", elsewhere(hung_up), 6, by_proxy(": the proxy did not make the connection")),
        (
            "plain HTTP to another machine",
            to("http://api.carrier.example".into(), ""),
            2,
            "error: http://api.carrier.example/ would send the password in the clear: use https".into(),
        ),
        ("another scheme", to("ftp://127.0.0.1".into(), ""), 2, "error: ftp:// is not supported: use https".into()),
        ("no scheme", to("api.carrier.example".into(), ""), 2, NO_ADDRESS.replace("{}", "api.carrier.example")),
        ("a host and a port", to("localhost:8080".into(), ""), 2, NO_ADDRESS.replace("{}", "localhost:8080")),
        (
            "a query",
            to(format!("http://{closed}/x?api_key=secret"), ""),
            2,
            "error: an address must not hold a user, a password, a query or a fragment".into(),
        ),
    ]);
}

#[test]
fn whoever_says_nothing_is_not_waited_for_longer_than_was_allowed() {
    let bench = Bench::new();
    let silent = listener(std::mem::forget);
    for scheme in ["http", "https"] {
        let begun = Instant::now();
        let late = bench.run(&format!("carrier preview 9900001 --base-url {scheme}://{silent} --timeout 2s"));
        // Several clocks run out at the same time, and any of them may be the first.
        let first = late.err.lines().next().unwrap_or_default();
        assert_eq!(late.code, 6, "{}", late.err);
        assert!(first.starts_with("error: ") && first.contains("time"), "{}", late.err);
        assert!(late.err.contains("--timeout"), "{}", late.err);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}

const NO_ADDRESS: &str = "error: invalid value '{}' for '--base-url <URL>': it is not an address: write one such as https://host.example:8080";

#[test]
fn a_certificate_that_is_not_trusted_is_refused_with_the_cause_and_the_way_out() {
    let bench = Bench::new();
    let flaws = [Flaw::None, Flaw::Expired, Flaw::NotYetValid, Flaw::OtherHost];
    let servers: Vec<_> = flaws.into_iter().map(|flaw| (flaw, Secure::start(flaw))).collect();
    for (flaw, server) in &servers {
        std::fs::write(bench.folder().join(format!("{flaw:?}.pem")), &server.authority).unwrap();
    }
    let mut cases = Vec::new();
    for (flaw, server) in &servers {
        let (url, host) = (server.url(), server.url().replace("https://", ""));
        let (unknown, trusted) = match flaw {
            Flaw::None => ("the certificate is not trusted (UnknownIssuer)", ""),
            Flaw::OtherHost => (
                "the certificate is not trusted (UnknownIssuer)",
                "the certificate is for another host (NotValidForName)",
            ),
            Flaw::Expired | Flaw::NotYetValid => ["the certificate is expired or not valid yet"; 2].into(),
        };
        let line = |why: &str| format!("error: request_token: no connection to {host}: {why}");
        cases.push((format!("{flaw:?}, unknown"), format!("--base-url {url}"), 6, line(unknown)));
        if !trusted.is_empty() {
            let more = format!("--base-url {url} --ca-cert {flaw:?}.pem");
            cases.push((format!("{flaw:?}, trusted"), more, 6, line(trusted)));
        }
    }
    let plain = servers[0].1.plain_url();
    let spoken = "the server does not speak HTTP there, or answered a plain request on a TLS port";
    let first = format!("error: request_token: the connection broke before an answer came: {spoken}");
    cases.push(("HTTP on an HTTPS port".to_owned(), format!("--base-url {plain}"), 6, first));
    check_all(cases, |(situation, more, code, first)| {
        let line = format!("carrier preview 9900001 --no-token-cache {more}");
        differs(&bench.run(&line), &situation, &line, code, &first)
    });
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_network_it_says_so() {
    let bench = Bench::new();
    let program = bench.program();
    let unshared = |line: &str| {
        let mut command = std::process::Command::new("unshare");
        command.args(["-n", "--"]).args(words(line)).env_clear().current_dir(bench.folder());
        for (name, value) in program.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.output()
    };
    if !unshared("true").is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this user cannot run a program without a network");
        return;
    }
    let own = program.get_program().to_str().unwrap();
    for (place, words) in [
        ("http://127.0.0.1:9", "network unreachable"),
        ("https://192.0.2.1", "network unreachable"),
        ("https://api.carrier.example", "no such host"),
    ] {
        let output = unshared(&format!("{own} carrier preview 9900001 --base-url {place} --timeout 20s")).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(6) && err.contains(words), "{place}: {err}");
    }
}
