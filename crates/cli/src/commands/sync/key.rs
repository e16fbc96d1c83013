//! Where the master key comes from, which opens the credentials of the customers.

use super::place::failure;
use crate::failure::{Failure, Result};
use clap::Args;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::store::{Store, Tx, customers};
use mycarrierpackets_sync::vault::{MasterKey, Vault};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The variable that is looked at where nothing else is said.
const VARIABLE: &str = "MCP_MASTER_KEY";
/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// No key is longer.
const MOST_BYTES: u64 = 4096;

#[derive(Args, Debug)]
pub struct Key {
    /// The file that holds the master key; without, the variable MCP_MASTER_KEY
    #[arg(long, value_name = "FILE", conflicts_with = "key_command")]
    master_key_file: Option<PathBuf>,
    /// A command that prints the master key, such as that of a vault
    #[arg(long, value_name = "COMMAND")]
    key_command: Option<String>,
    /// The master key before this one: what it sealed is opened, too
    #[arg(long, value_name = "FILE")]
    earlier_key_file: Option<PathBuf>,
}

impl Key {
    /// What opens the credentials; nothing where no key is given.
    pub fn vault(&self) -> Result<Option<Vault>> {
        let variable = std::env::var(VARIABLE).ok().filter(|text| !text.trim().is_empty());
        let key = match (&self.master_key_file, &self.key_command, variable) {
            (Some(path), ..) => of_file(path)?,
            (None, Some(command), _) => parsed(&output(command)?, "what the key command prints")?,
            (None, None, Some(text)) => parsed(&text, VARIABLE)?,
            (None, None, None) => return Ok(None),
        };
        let vault = Vault::new(key);
        Ok(Some(match &self.earlier_key_file {
            Some(path) => vault.or_earlier(of_file(path)?),
            None => vault,
        }))
    }

    /// As [`vault`](Self::vault), for what cannot be done without.
    pub fn needed(&self) -> Result<Vault> {
        self.vault()?.ok_or_else(|| {
            let hint =
                "Set MCP_MASTER_KEY, or name --master-key-file; `mycarrierpackets sync customers new-key` makes one.";
            Failure::usage("no master key is given, and credentials are kept sealed alone", hint)
        })
    }
}

/// Refuses to work for the credentials in force on a store whose customers have their own: it would add another customer,
/// and read for none of them.
pub async fn not_forgotten(store: &Store, name: &str, hint: &str) -> Result<()> {
    let all = store.read(async |tx: Tx| customers::list(&tx).await).await.map_err(Error::from).map_err(failure)?;
    let mut sealed = all.into_iter().filter(|customer| customer.has_credentials);
    let Some(customer) = sealed.next().map(|customer| customer.id) else { return Ok(()) };
    let what = format!(
        "the customers in {name} have credentials of their own, such as {customer}, and no master key is given"
    );
    Err(Failure::usage(what, hint))
}

fn of_file(path: &Path) -> Result<MasterKey> {
    let name = path.display().to_string();
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text));
    read.map_err(|error| {
        Failure::io(format!("the master key cannot be read from {name}: {error}"), "Check the path.")
    })?;
    parsed(&text, &name)
}

// The text may be the key with a letter missing: it is not shown.
fn parsed(text: &str, place: &str) -> Result<MasterKey> {
    text.parse().map_err(|error| Failure::usage(format!("{place}: {error}"), "Put the key there, and nothing else."))
}

fn output(command: &str) -> Result<String> {
    let failed = |why: String| Failure::io(format!("the key command {why}"), "Run it by hand, and see what it prints.");
    let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    shell.args([if cfg!(windows) { "/C" } else { "-c" }, command]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = shell.spawn().map_err(|error| failed(format!("cannot be run: {error}")))?;
    let pipe = child.stdout.take();
    // On a thread of its own: a command that prints more than a pipe holds would never end.
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        pipe.map(|pipe| pipe.take(MOST_BYTES).read_to_string(&mut text).map(|_| text))
    });
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| failed(format!("cannot be waited for: {error}")))? {
            Some(status) => break status,
            None if begun.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(failed(format!("did not end within {} s", PATIENCE.as_secs())));
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    if !status.success() {
        return Err(failed(format!("failed: {status}")));
    }
    let text = reading.join().ok().flatten().and_then(std::io::Result::ok);
    text.ok_or_else(|| failed("printed something that is not text".to_owned()))
}
