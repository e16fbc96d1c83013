//! Profiles: credentials and addresses kept in a file that only its owner can read.

use crate::failure::{Failure, Result};
use mycarrierpackets::files::{self, Existing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use url::Url;

/// How long another run that changes the profiles is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// The file's content.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// The profile used when nothing else says who calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

/// One customer's access.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub username: String,
    pub password: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<Url>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal_url: Option<Url>,
}

impl Profiles {
    /// Where they are: `mycarrierpackets/profiles.toml` in the user's folder of settings.
    pub fn path() -> Result<PathBuf> {
        use etcetera::BaseStrategy as _;
        let folders = etcetera::choose_base_strategy().map_err(|_| {
            Failure::credentials(
                "there is no home folder to keep profiles in",
                "Set HOME, or MCP_USERNAME and MCP_PASSWORD.",
            )
        })?;
        Ok(folders.config_dir().join("mycarrierpackets").join("profiles.toml"))
    }

    /// Reads the file; without one there are no profiles.
    pub fn load(path: &Path) -> Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                let what = format!("{} is not UTF-8 text", path.display());
                return Err(Failure::credentials(what, "Save it as UTF-8."));
            }
            Err(error) => {
                let what = format!("{} could not be read: {error}", path.display());
                return Err(Failure::credentials(what, "Check the file and its owner."));
            }
        };
        check_mode(path)?;
        let text = text.trim_start_matches('\u{feff}');
        toml::from_str(text).map_err(|error| {
            // The text around the fault can hold a password, so only the place is reported.
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let what = format!("{} is not a file of profiles (line {line})", path.display());
            Failure::credentials(what, "Fix that line, or remove the file and add the profiles again.")
        })
    }

    /// Reads the file, changes it and writes it, while no other run does the same.
    pub fn change<T>(path: &Path, change: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let failed = |error: std::io::Error| {
            Failure::io(format!("{} could not be written: {error}", path.display()), "Check the folder and its owner.")
        };
        crate::private::folder(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
        let _locked = lock(path).map_err(failed)?;
        let mut profiles = Self::load(path)?;
        let done = change(&mut profiles)?;
        let text = toml::to_string_pretty(&profiles)
            .map_err(|_| Failure::usage("the profile cannot be written as TOML", "Use plain text."))?;
        files::write(path, text.as_bytes(), Existing::Replace).map_err(failed)?;
        Ok(done)
    }

    /// The profile of a name.
    pub fn get(&self, name: &str) -> Result<&Profile> {
        self.profiles.get(name).ok_or_else(|| {
            let known: Vec<_> = self.profiles.keys().map(String::as_str).collect();
            let hint = match known.as_slice() {
                [] => format!("Add it with `mycarrierpackets profile add {name}`."),
                known => {
                    format!("Known profiles: {}. `mycarrierpackets profile add {name}` adds it.", known.join(", "))
                }
            };
            Failure::credentials(format!("there is no profile `{name}`"), hint)
        })
    }
}

// A file of its own, because the one with the profiles is replaced. It stays, for a lock that is removed is none.
// Beside what a link leads to, so that all who change that file wait for each other.
fn lock(path: &Path) -> std::io::Result<std::fs::File> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(real.with_extension("lock"))?;
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
            Err(std::fs::TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(std::io::Error::new(std::io::ErrorKind::TimedOut, "another run is changing it"));
            }
        }
    }
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).map(|data| data.permissions().mode() & 0o077);
    match mode {
        Ok(0) => Ok(()),
        _ => Err(Failure::credentials(
            format!("{} can be read by people other than its owner", path.display()),
            format!("Run: chmod 600 {}", path.display()),
        )),
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<()> {
    Ok(())
}
