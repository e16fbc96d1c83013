//! A PostgreSQL server that can be stopped as by a crash, and started again.

use std::io::{BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// It ends when its input does, hence with this process, however that ends.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d)
trap '"$1/pg_ctl" -D "$dir/data" -m immediate -s stop || true; rm -rf "$dir"' EXIT
"$1/initdb" -D "$dir/data" -U postgres --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8 >"$dir/log" 2>&1 \
    || { cat "$dir/log" >&2; exit 1; }
start() {
    "$1/pg_ctl" -D "$dir/data" -l "$dir/log" -s -w -o \
        "-k $dir -c listen_addresses= -c fsync=off -c max_connections=200 -c shared_buffers=64MB" start </dev/null >/dev/null
}
start "$1"
echo "$dir"
while read -r _; do
    "$1/pg_ctl" -D "$dir/data" -m immediate -s -w stop
    start "$1"
    echo again
done
"#;

pub struct Server {
    folder: PathBuf,
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Server {
    /// Nothing if there is no PostgreSQL on this machine. With `CI=true` that is a failure.
    pub fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "no PostgreSQL: install the package postgresql");
            eprintln!("skipped: no PostgreSQL; install the package postgresql");
            return None;
        };
        let mut shell = Command::new("sh");
        // A group of its own: what stops the tests from a keyboard leaves the shell to stop the server.
        shell.args(["-c", SCRIPT, "sh"]).arg(binaries).current_dir("/").process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        // PostgreSQL refuses to run as root.
        if number("id", &["-u"]) == Some(0) {
            shell.uid(number("id", &["-u", "postgres"]).expect("a user postgres"));
            shell.gid(number("id", &["-g", "postgres"]).expect("a group postgres"));
        }
        let mut process = shell.spawn().expect("a shell");
        let mut answers = BufReader::new(process.stdout.take().expect("a pipe"));
        let folder = PathBuf::from(line(&mut answers));
        Some(Self { folder, process, answers })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of a schema.
    pub fn schema(&self, name: &str) -> String {
        format!("{}?schema={name}", address(&self.folder, 5432))
    }

    /// Stops it at once, with all that is under way, and starts it.
    pub fn crash(&mut self) {
        self.process.stdin.as_mut().expect("a pipe").write_all(b"\n").expect("the shell");
        assert_eq!(line(&mut self.answers), "again");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn line(answers: &mut impl std::io::BufRead) -> String {
    let mut line = String::new();
    answers.read_line(&mut line).expect("the answer of the shell");
    assert!(!line.is_empty(), "the server did not start");
    line.trim().to_owned()
}

/// The address of the server whose socket is in `folder`.
pub fn address(folder: &Path, port: u16) -> String {
    format!("postgres://postgres@{}:{port}/postgres", folder.display().to_string().replace('/', "%2F"))
}

/// The programs of the newest version that is installed.
fn binaries() -> Option<PathBuf> {
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = versions.filter(|path| path.join("bin/initdb").exists()).max_by_key(|path| version(path))?;
    Some(newest.join("bin"))
}

fn number(program: &str, arguments: &[&str]) -> Option<u32> {
    let output = Command::new(program).args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
