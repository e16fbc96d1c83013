//! `webhook listen`: from the vendor's post to the store and a line, until it is stopped.
#![cfg(unix)]

use super::support::{Bench, Ran, ran, words};
use mycarrierpackets_sandbox::{DeliveryState, Webhook, WebhookEvent};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A listener, and where it listens.
struct Listener {
    child: Child,
    address: String,
    rest: BufReader<std::process::ChildStderr>,
}

impl Listener {
    fn start(bench: &Bench, line: &str) -> Self {
        let program = bench.program();
        let mut command = Command::new(program.get_program());
        command.args(words(line)).env_clear().current_dir(bench.folder());
        for (name, value) in program.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.env("MCP_WEBHOOK_SECRET", "example-secret").env("OLDER", "older-secret");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut rest = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        rest.read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("listening at ").unwrap_or_else(|| panic!("{first}")).to_owned();
        Self { child, address, rest }
    }

    /// Stopped as an operator does.
    fn stop(mut self) -> Ran {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        self.rest.read_to_string(&mut err).unwrap();
        Ran { code: self.child.wait().unwrap().code().unwrap_or(-1), out, err }
    }
}

/// Sends an event of a carrier, and returns once it was tried.
fn send(bench: &Bench, address: &str, secret: &str, event: WebhookEvent) -> DeliveryState {
    let id = bench.sandbox.add_webhook(Webhook::to(address).secret(secret)).unwrap();
    let number = bench.sandbox.send_event(id, event, 23868).unwrap();
    let begun = Instant::now();
    loop {
        let delivery = bench.sandbox.deliveries().into_iter().find(|delivery| delivery.id == number).unwrap();
        if !delivery.attempts.is_empty() {
            assert!(bench.sandbox.remove_webhook(id));
            return delivery.state;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing was sent");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_webhook_is_in_the_store_and_comes_out_as_an_event() {
    let bench = Bench::new();
    assert_eq!(bench.run("sync init").code, 0);
    let listener = Listener::start(&bench, "webhook listen --bind 127.0.0.1:0 --secret-env MCP_WEBHOOK_SECRET,OLDER");
    for secret in ["example-secret", "older-secret"] {
        let state = send(&bench, &listener.address, secret, WebhookEvent::PacketCompleted);
        assert_eq!(state, DeliveryState::Delivered);
    }
    let state = send(&bench, &listener.address, "another", WebhookEvent::IncidentReportCreated);
    assert_ne!(state, DeliveryState::Delivered);
    let status = bench.run("sync status --output json");
    assert!(status.err.contains("1 webhooks wait to be handled"), "{}", status.err);
    let ran = listener.stop();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let states: Vec<_> = lines(&ran.out).into_iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states, ["new", "known"], "{}", ran.out);
    assert!(ran.err.contains("MCP-Signature is of another body or secret"), "{}", ran.err);
    assert!(!ran.err.contains("example-secret") && !ran.out.contains("example-secret"));

    let run = bench.run("sync run --once");
    assert!(run.err.contains("webhooks: 1 rows, 1 events") && run.err.contains("data: 1 rows"), "{}", run.err);
    let events = lines(&run.out);
    let received = events.iter().filter(|event| event["type"] == "mycarrierpackets.webhook.received");
    assert_eq!(received.map(|event| event["subject"].clone()).collect::<Vec<_>>(), ["DOT:23868"]);
}

#[test]
fn a_webhook_is_kept_for_the_customer_that_is_named() {
    let bench = Bench::new();
    let key = bench.run("sync customers new-key").out;
    std::fs::write(bench.folder().join("master.key"), key).unwrap();
    let add = "sync customers add bolt --username broker@bolt.example --master-key-file master.key";
    let added = ran(bench.program().args(words(add)).write_stdin("word\n"));
    assert_eq!(added.code, 0, "{}", added.err);
    let nobody = ran(bench.program().env("MCP_WEBHOOK_SECRET", "example-secret").args(["webhook", "listen"]));
    assert_eq!(nobody.code, 2, "{}", nobody.err);
    assert!(nobody.err.contains("Name one with --customer, such as bolt."), "{}", nobody.err);
    let listener = Listener::start(&bench, "webhook listen --bind 127.0.0.1:0 --customer bolt");
    let state = send(&bench, &listener.address, "example-secret", WebhookEvent::PacketCompleted);
    assert_eq!(state, DeliveryState::Delivered);
    assert_eq!(listener.stop().code, 0);
    let status = bench.run("sync status --customer bolt");
    assert!(status.err.contains("1 webhooks wait to be handled"), "{}", status.err);
}

#[test]
fn printed_webhooks_need_no_store() {
    let bench = Bench::new();
    let listener = Listener::start(&bench, "webhook listen --print --path /mcp --bind 127.0.0.1:0");
    assert!(listener.address.ends_with("/mcp"), "{}", listener.address);
    let state = send(&bench, &listener.address, "example-secret", WebhookEvent::VinVerificationCompleted);
    assert_eq!(state, DeliveryState::Delivered);
    let ran = listener.stop();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let printed = lines(&ran.out);
    assert_eq!(printed.len(), 1);
    assert_eq!(printed[0]["eventType"], "carrier.vin_verification.completed");
    assert_eq!(printed[0]["body"]["eventData"]["carrier"]["dotNumber"], 23868);
    assert!(!bench.folder().join("carriers.db").exists());
}

#[test]
fn what_is_missing_is_named_before_anything_is_listened_to() {
    let bench = Bench::new();
    for (line, code, what) in [
        ("webhook listen", 3, "MCP_WEBHOOK_SECRET is not set"),
        ("webhook listen --secret-env MCP_USERNAME,NONE", 3, "NONE is not set"),
        ("webhook listen --secret-env MCP_USERNAME", 2, "there is no store carriers.db"),
        ("webhook listen --secret-env MCP_USERNAME --print --path hooks", 2, "is not a path"),
        ("webhook listen --secret-env MCP_USERNAME --print --path /{x}", 2, "is not a path"),
        ("webhook listen --secret-env MCP_USERNAME --print --store sqlite:x.db", 2, "cannot be used with"),
        ("webhook listen --secret-env MCP_USERNAME --print --customer acme", 2, "cannot be used with"),
        ("webhook listen --secret-env MCP_USERNAME --print --bind 203.0.113.7:1", 1, "cannot be listened at"),
    ] {
        let ran = bench.run(line);
        assert_eq!(ran.code, code, "{line}: {}", ran.err);
        assert!(ran.err.contains(what), "{line}: {}", ran.err);
    }
}
