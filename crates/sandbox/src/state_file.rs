//! The state in a file, so that it survives a restart.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Sandbox, Snapshot};

/// How often the state is saved: what is younger is lost if the process is killed or the machine fails.
const EVERY: Duration = Duration::from_secs(2);

/// How often a last save is tried that fails.
const LAST_TRIES: u32 = 3;

/// The file of a state, which one sandbox has at a time.
pub(crate) struct Place {
    path: PathBuf,
    /// Held for as long as the sandbox runs.
    _lock: File,
}

impl Place {
    /// Takes the file for this sandbox. A link is followed, and stays.
    pub(crate) fn take(path: PathBuf) -> io::Result<Self> {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("--state {}: {error}", path.display()));
        let path = match std::fs::canonicalize(&path) {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.clone(),
            Err(error) => return Err(named(error)),
        };
        if path.exists() && !path.is_file() {
            return Err(named(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")));
        }
        let mut lock = path.clone().into_os_string();
        lock.push(".lock");
        let lock = OpenOptions::new().create(true).append(true).open(lock).map_err(named)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(std::fs::TryLockError::WouldBlock) => {
                let what = "another sandbox has it: stop that one, or name another file";
                Err(named(io::Error::new(io::ErrorKind::WouldBlock, what)))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(named(error)),
        }
    }

    pub(crate) fn load(&self) -> io::Result<Option<Snapshot>> {
        let named =
            |error: String| io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {error}", self.path.display()));
        match std::fs::read(&self.path) {
            Ok(text) => Snapshot::from_json(&text).map(Some).map_err(named),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(named(error.to_string())),
        }
    }

    /// Writes beside the file and renames, so that it is never half.
    pub(crate) fn save(&self, state: &[u8]) -> io::Result<()> {
        let path = &self.path;
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("the state was not saved: {}: {error}", path.display()))
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(named)?;
        file.write_all(state).map_err(named)?;
        file.as_file().sync_all().map_err(named)?;
        file.persist(path).map(drop).map_err(|error| named(error.error))
    }
}

/// Saves for the last time. What cannot be saved is said, and tried again for a while, or until that is not wanted.
pub(crate) async fn keep_last(sandbox: &Sandbox, place: &Place, unwanted: impl Future<Output = ()>) -> io::Result<()> {
    let mut unwanted = std::pin::pin!(unwanted);
    let mut left = LAST_TRIES;
    loop {
        left -= 1;
        let Err(error) = place.save(&sandbox.snapshot().to_json()) else { return Ok(()) };
        if left == 0 {
            return Err(error);
        }
        eprintln!("{error}; it is tried again in {} s", EVERY.as_secs());
        tokio::select! {
            () = &mut unwanted => return Err(error),
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Saves whenever the state has changed, whatever changed it. What cannot be saved is said, and tried again.
pub(crate) async fn keep(sandbox: &Sandbox, place: Option<&Place>) {
    let mut saved = Vec::new();
    loop {
        if let Some(place) = place {
            let state = sandbox.snapshot().to_json();
            if state != saved {
                match place.save(&state) {
                    Ok(()) => saved = state,
                    Err(error) => eprintln!("{error}; it is tried again in {} s", EVERY.as_secs()),
                }
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}
