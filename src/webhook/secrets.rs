//! Secrets, in a form that checks and cannot be read back, compared in constant time.

use super::WebhookError;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

type Hmac256 = Hmac<Sha256>;

/// The secrets that are valid at present. Never empty.
#[derive(Clone)]
pub(super) struct Secrets(Vec<Hmac256>);

impl Secrets {
    pub(super) fn new(secrets: impl IntoIterator<Item: AsRef<[u8]>>) -> Result<Self, WebhookError> {
        let keys: Vec<_> = secrets.into_iter().map(|secret| keyed(secret.as_ref())).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(WebhookError::BlankSecret) } else { Ok(Self(keys)) }
    }

    /// Whether `signature` is the HMAC-SHA256 of `message` under one of them. All are tried, so that the time does not
    /// show which.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.iter().fold(false, |found, key| {
            let mut mac = key.clone();
            mac.update(message);
            mac.verify_slice(signature).is_ok() | found
        })
    }

    /// The HMAC-SHA256 of `message` under the first.
    pub(super) fn sign(&self, message: &[u8]) -> String {
        self.0.first().map_or_else(String::new, |key| {
            let mut mac = key.clone();
            mac.update(message);
            hex(&mac.finalize().into_bytes())
        })
    }
}

/// Secrets that are shown as they are, compared by a digest of theirs: in constant time, whatever their length.
#[derive(Clone)]
pub(super) struct Shared(Vec<[u8; 32]>);

impl Shared {
    pub(super) fn new(secrets: impl IntoIterator<Item: AsRef<[u8]>>) -> Result<Self, WebhookError> {
        let digest = |secret: &[u8]| {
            keyed(secret)?;
            Ok(digest(secret)?.finalize().into_bytes().into())
        };
        let digests: Vec<_> = secrets.into_iter().map(|secret| digest(secret.as_ref())).collect::<Result<_, _>>()?;
        if digests.is_empty() { Err(WebhookError::BlankSecret) } else { Ok(Self(digests)) }
    }

    /// Whether `shown` is one of them.
    pub(super) fn knows(&self, shown: &[u8]) -> bool {
        let Ok(digest) = digest(shown) else { return false };
        self.0.iter().fold(false, |found, kept| digest.clone().verify_slice(kept).is_ok() | found)
    }
}

// The secret is the message: as the key, those that differ in zero bytes at the end would be one.
fn digest(secret: &[u8]) -> Result<Hmac256, WebhookError> {
    let mut mac = keyed(b"shared secret of the older push model")?;
    mac.update(secret);
    Ok(mac)
}

// HMAC pads a key with zero bytes: one of nothing else is the empty key.
fn keyed(secret: &[u8]) -> Result<Hmac256, WebhookError> {
    if secret.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(WebhookError::BlankSecret);
    }
    Hmac256::new_from_slice(secret).map_err(|_| WebhookError::BlankSecret)
}

/// SHA-256 of `bytes`, in lower-case hex.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The 32 bytes that 64 hex digits of either case stand for, white space around them aside.
pub(super) fn unhex(text: &[u8]) -> Option<[u8; 32]> {
    let digits = text.trim_ascii();
    if digits.len() != 64 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_rfc_4231_does() {
        let secrets = Secrets::new(["Jefe"]).unwrap();
        let signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(secrets.sign(b"what do ya want for nothing?"), signature);
        assert!(secrets.signed(b"what do ya want for nothing?", &unhex(signature.as_bytes()).unwrap()));
    }

    #[test]
    fn blank_secrets_are_refused_and_so_are_none() {
        for blank in ["", " ", "\n", "\0", "\0\0 \t"] {
            assert_eq!(Secrets::new(["good", blank]).err(), Some(WebhookError::BlankSecret), "{blank:?}");
        }
        assert_eq!(Secrets::new([""; 0]).err(), Some(WebhookError::BlankSecret));
    }

    #[test]
    fn a_shared_secret_is_known_whole() {
        let long = "long ".repeat(40);
        let shared = Shared::new(["one", "two", long.as_str()]).unwrap();
        for known in ["one", "two", &long] {
            assert!(shared.knows(known.as_bytes()), "{known:?}");
        }
        for other in ["", "on", "one\0", "One", "one ", "onetwo", long.trim_end()] {
            assert!(!shared.knows(other.as_bytes()), "{other:?}");
        }
        assert_eq!(Shared::new(["one", " "]).err(), Some(WebhookError::BlankSecret));
        assert_eq!(Shared::new([""; 0]).err(), Some(WebhookError::BlankSecret));
    }

    #[test]
    fn hex_is_64_digits_of_either_case() {
        let good = "00ff".repeat(16);
        assert_eq!(unhex(good.as_bytes()).map(|bytes| hex(&bytes)), Some(good.clone()));
        assert_eq!(unhex(format!(" \t{}\r\n", good.to_uppercase()).as_bytes()), unhex(good.as_bytes()));
        for bad in [&good[1..], &good[2..], &format!("{good}0"), &format!("{good}00"), &good.replace('f', "g"), "", "é"]
        {
            assert_eq!(unhex(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(unhex(format!("{} {}", &good[..31], &good[32..]).as_bytes()), None);
    }
}
