//! `sync customers`: credentials that are kept sealed.

use super::support::{Bench, Ran, Scripted, answer, done, ran, words};
use mycarrierpackets_sync::store::{Store, Tx, leases};

fn with_input(bench: &Bench, line: &str, input: &str) -> Ran {
    ran(bench.program().args(words(line)).write_stdin(input))
}

#[test]
fn customers_are_added_paused_and_removed_and_their_passwords_never_shown() {
    let bench = Bench::new();
    let key = done(bench.run("sync customers new-key")).out;
    std::fs::write(bench.folder().join("master.key"), &key).expect("a key");
    let add = "sync customers add acme --name Acme --username broker@acme.example";
    let none = with_input(&bench, &format!("{add} --store sqlite:none.db"), "s3cret-word\n");
    assert_eq!(none.code, 2, "{}", none.err);
    assert!(none.err.contains("no master key is given") && none.err.contains("MCP_MASTER_KEY"), "{}", none.err);
    assert!(!bench.folder().join("none.db").exists());
    let added = done(with_input(&bench, &format!("{add} --master-key-file master.key"), "s3cret-word\n"));
    let listed = done(bench.run("sync customers list --output jsonl"));
    assert!(listed.out.contains(r#""customer":"acme""#) && listed.out.contains(r#""paused":null"#), "{}", listed.out);
    done(bench.run("sync customers pause acme --reason holiday"));
    let paused = done(bench.run("sync customers list --output jsonl"));
    assert!(paused.out.contains(r#""paused":"holiday""#), "{}", paused.out);
    done(bench.run("sync customers resume acme"));
    for shown in [&added.out, &added.err, &listed.out, &listed.err] {
        assert!(!shown.contains("s3cret-word") && !shown.contains(key.trim()), "{shown}");
    }
    for file in std::fs::read_dir(bench.folder()).expect("the folder") {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        assert!(!bytes.windows(11).any(|window| window == b"s3cret-word"), "{}", path.display());
    }
    done(bench.run("sync customers remove acme"));
    done(bench.run("sync customers remove acme --erase"));
    let gone = bench.run("sync customers resume acme");
    assert_eq!(gone.code, 1, "{}", gone.err);
    assert!(gone.err.contains("there is no customer \"acme\""), "{}", gone.err);
}

#[test]
fn a_master_key_can_be_replaced_and_a_wrong_one_is_named() {
    let bench = Bench::new();
    for name in ["old.key", "new.key"] {
        let key = done(bench.run("sync customers new-key")).out;
        std::fs::write(bench.folder().join(name), key).expect("a key");
    }
    let add = "sync customers add acme --username broker@acme.example";
    done(with_input(&bench, &format!("{add} --master-key-file old.key"), "word\n"));
    let wrong = bench.run("sync customers rekey --master-key-file new.key");
    assert_eq!(wrong.code, 1, "{}", wrong.err);
    assert!(wrong.err.contains("were sealed with the master key"), "{}", wrong.err);
    let rekey = "sync customers rekey --master-key-file new.key --earlier-key-file old.key";
    assert!(done(bench.run(rekey)).err.contains("1 customers are sealed anew"));
    assert!(done(bench.run(rekey)).err.contains("0 customers"));
    let not_a_key = bench.run("sync customers rekey --key-command \"echo hunter2\"");
    assert_eq!(not_a_key.code, 2, "{}", not_a_key.err);
    assert!(!not_a_key.err.contains("hunter2"), "{}", not_a_key.err);
    let failing = bench.run("sync customers rekey --key-command \"exit 7\"");
    assert!(failing.code == 1 && failing.err.contains("the key command failed"), "{}", failing.err);
    let silent = bench.run("sync customers rekey --key-command \"yes | head -c 100000\"");
    assert_ne!(silent.code, 0, "{}", silent.err);
}

/// Adds customers of the sandbox, all with one key.
fn keep_customers(bench: &Bench, ids: &[&str]) {
    let file = bench.folder().join("master.key");
    if !file.exists() {
        std::fs::write(file, done(bench.run("sync customers new-key")).out).expect("a key");
    }
    let sandbox = &bench.sandbox;
    for id in ids {
        let add = format!("sync customers add {id} --username {} --master-key-file master.key", sandbox.username());
        done(with_input(bench, &add, &format!("{}\n", sandbox.password())));
    }
}

#[test]
fn a_worker_reads_for_all_customers_with_their_own_credentials() {
    let bench = Bench::new();
    keep_customers(&bench, &["acme", "bolt"]);
    let wrong = "sync customers add crook --username nobody@acme.example --master-key-file master.key";
    done(with_input(&bench, wrong, "not the password\n"));
    let mut run = bench.program();
    run.env_remove("MCP_USERNAME").env_remove("MCP_PASSWORD");
    let once = ran(run.args(words("sync run --once --events events.jsonl --master-key-file master.key")));
    assert_eq!(once.code, 7, "one of several is refused: {}", once.err);
    for line in ["acme, monitored: ", "bolt, monitored: ", "crook is paused: "] {
        assert!(once.err.contains(line), "{line}: {}", once.err);
    }
    // Whoever calls has no credentials of theirs to look at.
    let again = bench.run("sync run --once --events events.jsonl --master-key-file master.key");
    let status = done(bench.run("sync status --customer crook"));
    let listed = done(bench.run("sync customers list --output jsonl"));
    for shown in [&once.err, &again.err, &status.err, &listed.out] {
        assert!(shown.contains("`mycarrierpackets sync customers add crook`"), "{shown}");
        assert!(!shown.contains("MCP_USERNAME"), "{shown}");
    }
    let events = std::fs::read_to_string(bench.folder().join("events.jsonl")).expect("the events");
    for source in ["/customers/acme", "/customers/bolt"] {
        assert!(events.contains(source), "{source}: {events}");
    }
    let status = done(bench.run("sync status --customer bolt --output json"));
    assert!(status.out.contains(r#""carriers": 12"#) || status.out.contains(r#""carriers":12"#), "{}", status.out);
    let unknown = bench.run("sync status");
    assert_eq!(unknown.code, 2, "{}", unknown.err);
    assert!(unknown.err.contains("--customer, such as acme, bolt, crook"), "{}", unknown.err);
}

#[test]
fn a_customer_whose_credentials_do_not_open_holds_up_no_other() {
    let bench = Bench::new();
    let key = done(bench.run("sync customers new-key")).out;
    std::fs::write(bench.folder().join("other.key"), key).expect("a key");
    let bad = "sync customers add bad --username nobody@bad.example --master-key-file other.key";
    done(with_input(&bench, bad, "word\n"));
    keep_customers(&bench, &["acme"]);
    let once = bench.run("sync run --once --events events.jsonl --master-key-file master.key");
    assert_eq!(once.code, 7, "{}", once.err);
    assert!(once.err.contains("acme, monitored: ") && once.err.contains("acme, packets: "), "{}", once.err);
    assert!(once.err.contains("1 of 8 were not done"), "{}", once.err);
    assert!(once.err.contains("the secrets of \"bad\" were sealed with the master key"), "{}", once.err);
}

#[test]
fn a_key_that_is_forgotten_is_noticed() {
    let bench = Bench::new();
    keep_customers(&bench, &["acme"]);
    let hints = [("sync run --once", "MCP_MASTER_KEY"), ("sync run", "MCP_MASTER_KEY"), ("sync init", "customers add")];
    for (line, hint) in hints {
        let without = bench.run(line);
        assert_eq!(without.code, 2, "{line}: {}", without.err);
        assert!(without.err.contains("such as acme, and no master key is given"), "{line}: {}", without.err);
        assert!(without.err.contains(hint), "{line}: {}", without.err);
    }
    let listed = done(bench.run("sync customers list --output jsonl"));
    assert_eq!(listed.out.lines().count(), 1, "nobody was added: {}", listed.out);
}

#[test]
fn a_run_that_reads_nothing_says_why() {
    let bench = Bench::new();
    let once = "sync run --once --events events.jsonl --master-key-file master.key";
    keep_customers(&bench, &[]);
    let nobody = bench.run(once);
    assert_eq!(nobody.code, 2, "{}", nobody.err);
    assert!(nobody.err.contains("sync customers add"), "{}", nobody.err);
    keep_customers(&bench, &["acme"]);
    done(bench.run("sync customers pause acme --reason holiday"));
    let paused = bench.run(once);
    assert_eq!(paused.code, 3, "{}", paused.err);
    assert!(paused.err.contains("acme is paused: holiday"), "{}", paused.err);
    assert!(paused.err.contains("not done: acme: holiday"), "{}", paused.err);
    // One that was removed is nobody's business any more.
    keep_customers(&bench, &["bolt"]);
    done(bench.run("sync customers remove acme"));
    let others = done(bench.run(once));
    assert!(others.err.contains("bolt, packets: ") && !others.err.contains("acme"), "{}", others.err);
}

/// Claims a customer, as another worker does, until the store is dropped.
fn hold(bench: &Bench, customer: &str) -> Store {
    let address = format!("sqlite:{}", bench.folder().join("carriers.db").display());
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let store = Store::open(&address).await.expect("the store");
        let lease = std::time::Duration::from_secs(600);
        let claim = async |tx: Tx| leases::claim_customer(&tx, customer, "another", lease).await;
        let claimed = store.transaction(claim).await.expect("a claim");
        assert!(matches!(claimed, leases::Claimed::Yes(_)), "{claimed:?}");
        store
    })
}

#[test]
fn a_customer_that_another_worker_holds_is_not_done() {
    let bench = Bench::new();
    done(bench.run("sync init"));
    let held = hold(&bench, "default");
    let second = bench.run("sync run --once");
    assert_eq!(second.code, 1, "{}", second.err);
    assert!(second.err.contains("not done: default: another worker is at it: another"), "{}", second.err);
    let status = done(bench.run("sync status --output json"));
    assert!(status.err.contains("being read by another, until 2"), "{}", status.err);
    let status: serde_json::Value = serde_json::from_str(&status.out).expect("JSON");
    assert!(status["worker"] == "another" && status["workerUntil"].is_string(), "{status}");
    drop(held);
    let bench = Bench::new();
    keep_customers(&bench, &["acme", "bolt"]);
    let held = hold(&bench, "acme");
    let once = bench.run("sync run --once --events events.jsonl --master-key-file master.key");
    assert_eq!(once.code, 7, "{}", once.err);
    assert!(once.err.contains("bolt, packets: "), "{}", once.err);
    assert!(once.err.contains("not done: acme: another worker is at it: another"), "{}", once.err);
    drop(held);
}

#[test]
fn a_customers_list_is_changed_with_its_own_credentials_alone() {
    let bench = Bench::of(|builder| builder.carriers(12).fixed_time(std::time::SystemTime::now()));
    keep_customers(&bench, &["acme"]);
    done(bench.run("sync run --once --events events.jsonl --master-key-file master.key"));
    let listed = done(bench.run("monitor list --output csv")).out;
    let dots = bench.sandbox.dot_numbers().into_iter().map(|dot| dot.to_string());
    let all: Vec<String> = std::iter::once("DOT".to_owned()).chain(dots).collect();
    std::fs::write(bench.folder().join("list.csv"), all.join("\n")).expect("a file");
    // The credentials in force are somebody's, and need not be acme's.
    let refused = bench.run("sync reconcile list.csv --customer acme --apply");
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("no master key is given"), "{}", refused.err);
    assert_eq!(bench.sandbox.count("RequestMonitoring"), 0);
    let mut own = bench.program();
    own.env_remove("MCP_USERNAME").env_remove("MCP_PASSWORD");
    let line = "sync reconcile list.csv --customer acme --apply --master-key-file master.key";
    done(ran(own.args(words(line))));
    let added = all.len() - listed.lines().count();
    let refused = Scripted::start(|_| answer(r#"{"error":"invalid_grant"}"#).replacen("200 OK", "400 Bad Request", 1));
    let new = format!("sync customers add acme --username gone@acme.example --base-url {}", refused.url());
    done(with_input(&bench, &format!("{new} --master-key-file master.key"), "word\n"));
    std::fs::write(bench.folder().join("docket.csv"), "MC\n999999\n").expect("a file");
    let plan = bench.run("sync reconcile docket.csv --customer acme --master-key-file master.key --max-removals 100%");
    assert_eq!(plan.code, 3, "{}", plan.err);
    assert!(plan.err.contains("`mycarrierpackets sync customers add acme`"), "{}", plan.err);
    assert!(!plan.err.contains("MCP_USERNAME"), "{}", plan.err);
    assert!(added > 0 && bench.sandbox.count("RequestMonitoring") == added);
    let acts = done(bench.run("sync acts --customer acme --output jsonl"));
    assert_eq!((acts.out.lines().count(), acts.err.as_str()), (added, ""), "{}", acts.out);
    let cut = done(bench.run("sync acts --customer acme --output jsonl --limit 0"));
    assert_eq!((cut.out.as_str(), cut.err.as_str()), ("", "there are older ones: raise --limit, which is 0\n"));
}

/// What a page answers: its status and the rest.
fn get(address: &str, path: &str) -> (String, String) {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

#[cfg(unix)]
#[test]
fn a_worker_shows_how_it_goes_and_stops_when_it_is_asked_to() {
    use std::io::BufRead as _;
    let bench = Bench::new();
    keep_customers(&bench, &["acme"]);
    let away = "sync run --once --sink http --url http://127.0.0.1:1/ --secret-env SECRET --master-key-file master.key";
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    assert_eq!(ran(bench.program().args(words(away)).env("SECRET", secret)).code, 7);
    // Its name is for a person, and others choose it.
    let renamed = format!(
        "sync customers add evil --name \"<script>alert(1)</script>\" --username {} --master-key-file master.key",
        bench.sandbox.username()
    );
    done(with_input(&bench, &renamed, &format!("{}\n", bench.sandbox.password())));
    let mut worker = std::process::Command::new(env!("CARGO_BIN_EXE_mycarrierpackets"));
    worker.args(words("sync run --http 127.0.0.1:0 --events events.jsonl --master-key-file master.key"));
    for (name, value) in bench.program().get_envs() {
        match value {
            Some(value) => worker.env(name, value),
            None => worker.env_remove(name),
        };
    }
    let mut worker = worker.current_dir(bench.folder()).stderr(std::process::Stdio::piped()).spawn().expect("a worker");
    let mut lines = std::io::BufReader::new(worker.stderr.take().expect("its remarks")).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix("the status is at http://").map(str::to_owned));
    let address = address.expect("an address");
    assert!(lines.any(|line| line.starts_with("evil, packets: ")), "both are read");
    assert_eq!(get(&address, "/health").1, "ok\n");
    assert_eq!(get(&address, "/ready").0, "HTTP/1.1 200 OK");
    let (_, metrics) = get(&address, "/metrics");
    for line in [
        "mycarrierpackets_sync_customers{state=\"active\"} 2",
        "mycarrierpackets_sync_sink_failing{sink=\"http\"} 1",
        "mycarrierpackets_sync_sink_failing{sink=\"jsonl\"} 0",
        "mycarrierpackets_sync_webhooks_waiting 0",
        "mycarrierpackets_sync_documents{state=\"parked\"} 0",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} in {metrics}");
    }
    let (_, page) = get(&address, "/");
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>"), "{page}");
    assert!(page.contains("onnection refused") && page.contains("0 parked, down for 1 tries: "), "{page}");
    let (_, status) = get(&address, "/status");
    assert!(status.contains("\"documentsParked\":0") && status.contains("\"carriersFailing\":0"), "{status}");
    assert!(status.contains("\"customer\":\"acme\"") && !status.contains(bench.sandbox.password()), "{status}");
    assert_eq!(get(&address, "/nothing").0, "HTTP/1.1 404 Not Found");
    let pid = rustix::process::Pid::from_child(&worker);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a signal");
    // The pipe ends with the process.
    lines.for_each(drop);
    assert!(worker.wait().expect("an end").success());
    let lease = done(bench.run("sync customers list --output jsonl"));
    assert!(!lease.out.contains("process"), "nobody holds a customer: {}", lease.out);
}
