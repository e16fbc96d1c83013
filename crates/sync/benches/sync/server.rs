//! A PostgreSQL server of its own, which writes what it commits to the disk.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// It ends when its input does, hence with this process. What makes it durable is as it comes;
/// that a checkpoint writes in the middle of one round and not of another is put off.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$1/initdb" -D "$dir/data" -U postgres --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8 >"$dir/log" 2>&1 \
    || { cat "$dir/log" >&2; exit 1; }
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c shared_buffers=256MB -c max_wal_size=8GB \
    -c checkpoint_timeout=1h \
    >"$dir/log" 2>&1 </dev/null &
server=$!
for _ in $(seq 300); do
    "$1/pg_isready" -q -h "$dir" && break
    sleep 0.1
done
"$1/pg_isready" -q -h "$dir" || { cat "$dir/log" >&2; kill -QUIT $server; exit 1; }
echo "$dir"
read -r _ || true
kill -INT $server
wait $server
"#;

pub struct Server {
    folder: PathBuf,
    process: Child,
}

impl Server {
    pub fn start() -> Self {
        let binaries = binaries().expect("PostgreSQL: install the package postgresql");
        let mut shell = Command::new("sh");
        // A group of its own: what stops this from a keyboard leaves the shell to stop the server.
        shell.args(["-c", SCRIPT, "sh"]).arg(binaries).current_dir("/").process_group(0);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        // PostgreSQL refuses to run as root.
        if number("id", &["-u"]) == Some(0) {
            shell.uid(number("id", &["-u", "postgres"]).expect("a user postgres"));
            shell.gid(number("id", &["-g", "postgres"]).expect("a group postgres"));
        }
        let mut process = shell.spawn().expect("a shell");
        let mut folder = String::new();
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe"));
        lines.read_line(&mut folder).expect("the folder of the server");
        assert!(!folder.is_empty(), "the server did not start");
        Self { folder: PathBuf::from(folder.trim()), process }
    }

    pub fn address(&self) -> String {
        format!("postgres://postgres@{}/postgres", self.folder.display().to_string().replace('/', "%2F"))
    }

    /// CPU seconds of the server and of its connections that are open, or were.
    pub fn cpu_seconds(&self) -> f64 {
        let file = self.folder.join("data/postmaster.pid");
        let text = std::fs::read_to_string(file).expect("the number of the server's process");
        let server: u32 = text.lines().next().and_then(|line| line.parse().ok()).expect("a number");
        let processes = std::fs::read_dir("/proc").expect("the processes of this machine");
        let stats = processes.flatten().filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
        let own =
            stats.filter_map(|stat| times(&stat)).filter(|times| times.process == server || times.parent == server);
        own.map(|times| times.seconds).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// CPU seconds of this process.
pub fn own_cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("the times of this process");
    times(&stat).expect("the times of this process").own
}

struct Times {
    process: u32,
    parent: u32,
    own: f64,
    /// Those of children that ended, too.
    seconds: f64,
}

// The name of the program, in brackets, can hold anything. Times are in hundredths of a second on every Linux.
fn times(stat: &str) -> Option<Times> {
    let process = stat.split_once(' ')?.0.parse().ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let time = |index: usize| fields.get(index)?.parse::<f64>().ok().map(|ticks| ticks / 100.0);
    let own = time(11)? + time(12)?;
    Some(Times { process, parent: fields.get(1)?.parse().ok()?, own, seconds: own + time(13)? + time(14)? })
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
