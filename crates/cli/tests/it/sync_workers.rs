//! `sync run` as a worker that others rely on: a store that is away for a while, a customer that another took over, and
//! signals.
#![cfg(unix)]

use super::support::{Bench, Scripted, TOKEN, answer, done, ran, words};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

#[path = "../../../sync/tests/kills/server.rs"]
mod server;

/// The program while it runs.
struct Worker {
    child: Child,
    remarks: Receiver<String>,
    seen: Vec<String>,
}

impl Worker {
    fn start(bench: &Bench, line: &str) -> Self {
        let program = bench.program();
        let mut command = Command::new(program.get_program());
        command.args(words(line)).env_clear().current_dir(bench.folder());
        for (name, value) in program.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a worker");
        let lines = BufReader::new(child.stderr.take().expect("its remarks")).lines();
        let (send, remarks) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { child, remarks, seen: Vec::new() }
    }

    /// Whether it remarks something that begins like this within a time.
    fn remarks_within(&mut self, span: Duration, beginning: &str) -> bool {
        let until = Instant::now() + span;
        while let Ok(line) = self.remarks.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.seen.push(line);
            if self.seen.last().is_some_and(|line| line.starts_with(beginning)) {
                return true;
            }
        }
        false
    }

    #[track_caller]
    fn must_remark(&mut self, beginning: &str) {
        let found = self.remarks_within(Duration::from_secs(60), beginning);
        assert!(found, "{beginning}: {:?}", self.seen);
    }

    /// Stopped as an operator does: its exit code, and all remarks.
    fn stop(mut self) -> (Option<i32>, String) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("a signal");
        let code = self.child.wait().expect("an end").code();
        self.seen.extend(self.remarks.iter());
        (code, self.seen.join("\n"))
    }
}

/// A server that hangs at the first list it is asked for, until the test lets it answer.
fn hanging() -> (Scripted, Receiver<()>, std::sync::mpsc::Sender<()>) {
    let ((asked, was_asked), (go, may_go)) = (channel(), channel());
    let gate = std::sync::Mutex::new(may_go);
    let server = Scripted::start(move |request| {
        if request.contains("oken") {
            return answer(TOKEN);
        }
        let _ = asked.send(());
        let _ = gate.lock().expect("the gate").recv_timeout(Duration::from_secs(60));
        answer("[]")
    });
    (server, was_asked, go)
}

#[test]
fn a_database_that_is_restarted_ends_no_worker() {
    let Some(mut postgres) = server::Server::start() else { return };
    let bench = Bench::new();
    let key = done(bench.run("sync customers new-key")).out;
    std::fs::write(bench.folder().join("master.key"), key).expect("a key");
    let (one, many) = (postgres.schema("one"), postgres.schema("many"));
    let sandbox = &bench.sandbox;
    let add = format!("sync customers add acme --username {} --store {many}", sandbox.username());
    let add = format!("{add} --master-key-file master.key");
    done(ran(bench.program().args(words(&add)).write_stdin(format!("{}\n", sandbox.password()))));
    let mut workers = [
        Worker::start(&bench, &format!("sync run --store {one} --events one.jsonl")),
        Worker::start(&bench, &format!("sync run --store {many} --events many.jsonl --master-key-file master.key")),
    ];
    for (worker, whose) in workers.iter_mut().zip(["", "acme, "]) {
        worker.must_remark(&format!("{whose}packets: "));
    }
    let socket = postgres.folder().join(".s.PGSQL.5432");
    let aside = socket.with_extension("aside");
    let mut waiting: Vec<_> = workers.iter_mut().collect();
    // A restart between two looks at the store is not noticed at all: nobody is let in for longer.
    for _ in 0..10 {
        postgres.crash();
        std::fs::rename(&socket, &aside).expect("a socket");
        waiting.retain_mut(|worker| !worker.remarks_within(Duration::from_secs(5), "events: "));
        std::fs::rename(&aside, &socket).expect("a socket");
        if waiting.is_empty() {
            break;
        }
    }
    assert!(waiting.is_empty(), "{:?}", waiting[0].seen);
    for worker in &mut workers {
        worker.must_remark("events: it goes on");
    }
    for worker in workers {
        let (code, remarks) = worker.stop();
        assert_eq!(code, Some(0), "{remarks}");
    }
    done(bench.run(&format!("sync sinks remove jsonl --store {many}")));
    let listed = done(bench.run(&format!("sync sinks list --output json --store {many}")));
    assert_eq!(listed.out.trim(), "[]");
}

#[test]
fn a_worker_whose_customer_was_taken_over_goes_on() {
    let bench = Bench::new();
    let (server, asked, go) = hanging();
    let mut worker = Worker::start(&bench, &format!("sync run --no-token-cache --base-url {}", server.url()));
    asked.recv_timeout(Duration::from_secs(60)).expect("a request");
    // As a worker that slept for longer than its lease finds it.
    done(bench.run("sync customers pause default"));
    done(bench.run("sync customers resume default"));
    go.send(()).expect("an answer");
    worker.must_remark("reading: the customer \"default\" is no longer held");
    drop(go);
    let (code, remarks) = worker.stop();
    assert_eq!(code, Some(0), "{remarks}");
}

#[test]
fn a_worker_whose_sink_was_taken_away_ends() {
    let bench = Bench::new();
    let mut worker = Worker::start(&bench, "sync run --events events.jsonl");
    worker.must_remark("packets: ");
    done(bench.run("sync sinks remove jsonl --undelivered"));
    worker.must_remark("error: there is no sink \"jsonl\"");
    assert_eq!(worker.child.wait().expect("an end").code(), Some(1), "{:?}", worker.seen);
}

#[test]
fn a_run_that_is_stopped_before_its_end_says_so() {
    let bench = Bench::new();
    let (server, asked, _go) = hanging();
    let once = Worker::start(&bench, &format!("sync run --once --no-token-cache --base-url {}", server.url()));
    asked.recv_timeout(Duration::from_secs(60)).expect("a request");
    let (code, remarks) = once.stop();
    assert_eq!(code, Some(143), "{remarks}");
    assert!(remarks.contains("error: it was stopped before everything was done"), "{remarks}");
}
