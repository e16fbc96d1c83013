//! `sync customers`: credentials that are kept sealed.

use super::support::{Bench, Ran, ran, words};

#[track_caller]
fn done(ran: Ran) -> Ran {
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran
}

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
