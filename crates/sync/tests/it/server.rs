//! A PostgreSQL server for one run of the tests, in a folder of its own and without a port.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// What a test connects to.
pub struct Server {
    /// Without `schema`.
    pub address: String,
    /// Where its socket is, if it was started here.
    pub folder: Option<PathBuf>,
    /// It stops when this process ends, however it ends: its input is closed then.
    _process: Option<Child>,
}

/// Texts are in the order of a language there, and their commits reach no disk.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$1/initdb" -D "$dir/data" -U postgres --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8 \
    --locale-provider=icu --icu-locale=en-US >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=400 \
    -c shared_buffers=64MB >"$dir/log" 2>&1 </dev/null &
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

/// The server of this run; nothing if there is no PostgreSQL on this machine. With `CI=true` that is a failure.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| {
        if let Ok(address) = std::env::var("DATABASE_URL") {
            return Some(Server { address, folder: None, _process: None });
        }
        binaries().map(|binaries| start(&binaries))
    });
    if server.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "no PostgreSQL: install the package postgresql");
        eprintln!("skipped: no PostgreSQL; install the package postgresql, or set DATABASE_URL");
    }
    server.as_ref()
}

/// The programs of the newest version that is installed.
fn binaries() -> Option<PathBuf> {
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = versions.filter(|path| path.join("bin/initdb").exists()).max_by_key(|path| version(path))?;
    Some(newest.join("bin"))
}

fn output(program: &str, arguments: &[&str]) -> Option<u32> {
    let output = Command::new(program).args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn start(binaries: &Path) -> Server {
    let mut shell = Command::new("sh");
    // A group of its own: what stops the tests from a keyboard leaves the shell to stop the server.
    shell.args(["-c", SCRIPT, "sh"]).arg(binaries).current_dir("/").process_group(0);
    shell.stdin(Stdio::piped()).stdout(Stdio::piped());
    // PostgreSQL refuses to run as root.
    if output("id", &["-u"]) == Some(0) {
        shell.uid(output("id", &["-u", "postgres"]).expect("a user postgres"));
        shell.gid(output("id", &["-g", "postgres"]).expect("a group postgres"));
    }
    let mut process = shell.spawn().expect("a shell");
    let mut folder = String::new();
    BufReader::new(process.stdout.take().expect("a pipe")).read_line(&mut folder).expect("the folder of the server");
    assert!(!folder.is_empty(), "the server did not start");
    let folder = PathBuf::from(folder.trim());
    let address = address(&folder);
    Server { address, folder: Some(folder), _process: Some(process) }
}

/// The address of the server whose socket is in `folder`.
pub fn address(folder: &Path) -> String {
    format!("postgres://postgres@{}/postgres", folder.display().to_string().replace('/', "%2F"))
}
