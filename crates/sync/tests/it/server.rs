//! A PostgreSQL server for one run of the tests, in a folder of its own. At its port connections are encrypted.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// What a test connects to.
pub struct Server {
    /// Without `schema`.
    pub address: String,
    /// Where its socket and its certificate are, if it was started here.
    pub folder: Option<PathBuf>,
    pub port: u16,
    /// It stops when this process ends, however it ends: its input is closed then.
    _process: Option<Child>,
}

/// Texts are in the order of a language there, and their commits reach no disk.
const SCRIPT: &str = r#"
set -e
umask 077
dir=$(mktemp -d)
printf %s "$CERTIFICATE" >"$dir/server.crt"
printf %s "$KEY" >"$dir/server.key"
trap 'rm -rf "$dir"' EXIT
echo secret >"$dir/password"
"$1/initdb" -D "$dir/data" -U postgres --auth-local=trust --auth-host=scram-sha-256 --pwfile="$dir/password" --no-sync --encoding=UTF8 --locale=C.UTF-8 \
    --locale-provider=icu --icu-locale=en-US >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
"$1/postgres" -D "$dir/data" -k "$dir" -p "$2" -c fsync=off -c max_connections=400 \
    -c listen_addresses=127.0.0.1 -c ssl=on -c ssl_cert_file="$dir/server.crt" -c ssl_key_file="$dir/server.key" -c shared_buffers=64MB >"$dir/log" 2>&1 </dev/null &
server=$!
for _ in $(seq 300); do
    "$1/pg_isready" -q -h "$dir" -p "$2" && break
    sleep 0.1
done
"$1/pg_isready" -q -h "$dir" -p "$2" || { cat "$dir/log" >&2; kill -QUIT $server; exit 1; }
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
            return Some(Server { address, folder: None, port: 0, _process: None });
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
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("a port").port();
    drop(free);
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    shell.env("CERTIFICATE", own.cert.pem()).env("KEY", own.signing_key.serialize_pem());
    shell.args(["-c", SCRIPT, "sh"]).arg(binaries).arg(port.to_string()).current_dir("/").process_group(0);
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
    let address = address(&folder, port);
    Server { address, folder: Some(folder), port, _process: Some(process) }
}

/// The address of the server whose socket is in `folder`.
pub fn address(folder: &Path, port: u16) -> String {
    format!("postgres://postgres@{}:{port}/postgres", escaped(folder))
}

/// A path as it stands in an address.
pub fn escaped(path: &Path) -> String {
    path.display().to_string().replace('/', "%2F")
}
