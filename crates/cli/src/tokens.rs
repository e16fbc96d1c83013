//! Tokens kept between runs, in a file that only its owner can read: ten runs need not be ten grants.

use crate::who::{Source, Who};
use hmac::{Hmac, KeyInit as _, Mac as _};
use mycarrierpackets::files::{self, Existing};
use mycarrierpackets::types::Redacted;
use mycarrierpackets::{KeptToken, Server, TokenStore};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

/// Larger files are not of this program.
const MOST_BYTES: u64 = 1 << 20;

/// The tokens of one user name, password and pair of hosts.
pub struct TokenCache {
    path: PathBuf,
    password: Redacted,
    /// Held while the file is changed, so that the two servers' tokens do not overwrite each other.
    writing: Mutex<()>,
}

#[derive(Default, Deserialize, Serialize)]
struct File {
    /// Random, so that equal passwords leave unequal proofs.
    salt: String,
    /// Shows that the tokens were issued for the password at hand, without telling it.
    proof: String,
    tokens: BTreeMap<String, Kept>,
}

#[derive(Deserialize, Serialize)]
struct Kept {
    access_token: String,
    refresh_token: Option<String>,
    expires_at: jiff::Timestamp,
}

impl TokenCache {
    /// The cache of whoever calls. `None` where there is no folder for it.
    pub fn of(who: &Who) -> Option<Self> {
        use etcetera::BaseStrategy as _;
        let folder = etcetera::choose_base_strategy().ok()?.cache_dir().join("mycarrierpackets").join("tokens");
        let portal = who.environment.portal_url().map(|url| url.to_string()).unwrap_or_default();
        // Two profiles are two customers, also with one user name.
        let profile = if let Source::Profile(name) = &who.source { name.as_str() } else { "" };
        let name = format!("{}\n{portal}\n{}\n{profile}", who.environment.api_url(), who.username);
        let path = folder.join(format!("{}.json", hex(&digest(b"name", name.as_bytes()))));
        Some(Self { path, password: Redacted::from(who.password.clone()), writing: Mutex::default() })
    }

    /// Removes what is kept.
    pub fn clear(&self) {
        // A file that is not there is gone already.
        let _ = std::fs::remove_file(&self.path);
    }

    /// The file, if it is this program's, its owner's alone, and of the same password.
    fn read(&self) -> Option<File> {
        let data = std::fs::metadata(&self.path).ok()?;
        if !data.is_file() || data.len() > MOST_BYTES || !is_private(&data) {
            return None;
        }
        let file: File = serde_json::from_slice(&std::fs::read(&self.path).ok()?).ok()?;
        (file.proof == self.proof(&file.salt)).then_some(file)
    }

    fn proof(&self, salt: &str) -> String {
        hex(&digest(salt.as_bytes(), self.password.expose().as_bytes()))
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, Kept>)) {
        let _writing = self.writing.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut file = self.read().unwrap_or_else(|| {
            let salt = format!("{:032x}", fastrand::u128(..));
            File { proof: self.proof(&salt), salt, tokens: BTreeMap::new() }
        });
        change(&mut file.tokens);
        // A cache that cannot be written costs a grant at the next run, and nothing else.
        if file.tokens.is_empty() {
            let _ = std::fs::remove_file(&self.path);
        } else if let Ok(bytes) = serde_json::to_vec(&file) {
            let folder = self.path.parent().map(crate::private::folder);
            if folder.is_some_and(|made| made.is_ok()) {
                let _ = files::write(&self.path, &bytes, Existing::Replace);
            }
        }
    }
}

impl TokenStore for TokenCache {
    fn load(&self, server: Server) -> Option<KeptToken> {
        let mut file = self.read()?;
        let Kept { access_token, refresh_token, expires_at } = file.tokens.remove(name(server))?;
        Some(KeptToken {
            access_token: Redacted::from(access_token),
            refresh_token: refresh_token.map(Redacted::from),
            expires_at,
        })
    }

    fn keep(&self, server: Server, token: &KeptToken) {
        let kept = Kept {
            access_token: token.access_token.expose().to_owned(),
            refresh_token: token.refresh_token.as_ref().map(|token| token.expose().to_owned()),
            expires_at: token.expires_at,
        };
        self.change(|tokens| drop(tokens.insert(name(server).to_owned(), kept)));
    }

    fn forget(&self, server: Server, refused: &KeptToken) {
        self.change(|tokens| {
            // Another run may have renewed it meanwhile.
            let is_it = |kept: &Kept| kept.access_token == refused.access_token.expose();
            if tokens.get(name(server)).is_some_and(is_it) {
                tokens.remove(name(server));
            }
        });
    }
}

fn name(server: Server) -> &'static str {
    match server {
        Server::Portal => "portal",
        _ => "api",
    }
}

fn digest(key: &[u8], text: &[u8]) -> Vec<u8> {
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key) else {
        // A key of any length is taken.
        return Vec::new();
    };
    hmac.update(text);
    hmac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(unix)]
fn is_private(data: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    data.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &std::fs::Metadata) -> bool {
    true
}
