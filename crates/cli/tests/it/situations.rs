//! What may stand between a person and an answer, a row each: the situation, who answers what, the command, its exit
//! code, and the first line that it says. A new case is a new row.
//!
//! - `declined`: a good status that says no, and answers that hold nothing; `lists`: lists without their items.
//! - `strangers`: gateways, proxies and web servers that answer in the vendor's place, and the token's own endpoint.
//! - `odd`: values that nobody expects.
//! - `unreached`: nobody answers, or nobody who is trusted.
//! - `here`: what is wrong on this machine.

mod declined;
mod here;
mod lists;
mod odd;
mod strangers;
mod unreached;

use super::support::{Bench, Ran, Scripted, TOKEN, answer, ran, words};
use std::collections::HashSet;
use std::sync::Mutex;

/// Calls that run side by side; most wait between two attempts.
const AT_ONCE: usize = 8;

/// A password that must not be printed, whatever happens.
const CANARY: &str = "situations-canary";

/// A situation and what is expected of it. `{server}` stands for the server's address.
struct Row {
    situation: &'static str,
    /// What is answered to a request for a token, and to every other one.
    answers: (String, String),
    line: &'static str,
    code: i32,
    first: &'static str,
}

/// A row in which tokens are given.
fn row(situation: &'static str, answer: String, line: &'static str, code: i32, first: &'static str) -> Row {
    Row { situation, answers: (self::answer(TOKEN), answer), line, code, first }
}

/// An answer of a status, a content type and a body.
fn reply(status: u16, kind: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Status\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn json(status: u16, body: &str) -> String {
    reply(status, "application/json; charset=utf-8", body)
}

fn page(status: u16, title: &str) -> String {
    reply(
        status,
        "text/html",
        &format!("<!DOCTYPE html><html><head><title>{title}</title></head><body>x</body></html>"),
    )
}

/// The first line of what was said: of standard error, or of the output where there is nothing to say.
fn first_line(ran: &Ran) -> &str {
    let said = if ran.err.is_empty() { &ran.out } else { &ran.err };
    said.lines().next().unwrap_or_default()
}

/// What is wrong with a run, whatever the situation.
fn unfit(ran: &Ran) -> Option<&'static str> {
    let failed = ran.err.starts_with("error: ");
    if format!("{}{}", ran.out, ran.err).contains(CANARY) {
        return Some("it prints the password");
    }
    if ran.err.contains("panicked") {
        return Some("it panics");
    }
    if failed != (ran.code != 0) {
        return Some("the exit code and the words do not say the same");
    }
    if failed && !ran.err.lines().nth(1).unwrap_or_default().starts_with("  try: ") {
        return Some("it says nothing about what to try");
    }
    // What comes as a list has its beginning before anything failed.
    if failed && ran.code != 7 && !matches!(ran.out.as_str(), "" | "[]\n") {
        return Some("a failure has an output");
    }
    None
}

/// What differs from what is expected of a run, if anything does.
fn differs(ran: &Ran, situation: &str, line: &str, code: i32, first: &str) -> Option<String> {
    let fault = unfit(ran).unwrap_or_default();
    let Ran { code: own, out, err } = ran;
    let fits = (*own, first_line(ran)) == (code, first) && fault.is_empty();
    (!fits).then(|| format!("{situation}: {line}\n{own} {out}{err}{fault}"))
}

/// Judges many cases side by side, and reports all that differ.
fn check_all<T: Send>(cases: Vec<T>, judge: impl Fn(T) -> Option<String> + Sync) {
    let (cases, wrong) = (Mutex::new(cases.into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = cases.lock().unwrap().next();
                    let Some(case) = next else { return };
                    let found = judge(case);
                    wrong.lock().unwrap().extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} differ:\n\n{}", wrong.len(), wrong.join("\n"));
}

/// Runs every row against a server of its own.
fn check(rows: Vec<Row>) {
    let names: HashSet<_> = rows.iter().map(|row| (row.situation, row.line)).collect();
    assert_eq!(names.len(), rows.len(), "each row has a name of its own");
    let bench = Bench::new();
    check_all(rows, |Row { situation, answers, line, code, first }| {
        let server = Scripted::start(move |request| {
            let token = request.starts_with("POST /token") || request.starts_with("GET /api/token");
            // Behind its last page a list is empty.
            let behind = request.contains("pageNumber=2").then(|| self::answer("[]"));
            if token { answers.0.clone() } else { behind.unwrap_or_else(|| answers.1.clone()) }
        });
        let here = |text: &str| text.replace("{server}", &server.url());
        let mut program = bench.program();
        program.env("MCP_PASSWORD", CANARY).env("MCP_BASE_URL", server.url()).env("MCP_PORTAL_URL", server.url());
        program.args(words(&here(line))).arg("--no-token-cache");
        differs(&ran(&mut program), situation, line, code, &here(first))
    });
}
