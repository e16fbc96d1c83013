//! Signatures of Standard Webhooks.

use crate::error::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;

/// The bytes of a secret: fewer are guessed, and more are none of the standard's.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Signs bodies as [Standard Webhooks](https://www.standardwebhooks.com) does, with one secret or, while the receiver
/// changes to a new one, with several.
///
/// ```
/// use mycarrierpackets_sync::sink::Signer;
///
/// let signer = Signer::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])?;
/// let signature = signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, br#"{"test": 2432232314}"#);
/// assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
/// # Ok::<(), mycarrierpackets_sync::Error>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    keys: Vec<Hmac<Sha256>>,
}

/// Without the secrets.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({} secrets)", self.keys.len())
    }
}

impl Signer {
    /// A signer with secrets of the form `whsec_` and 24 to 64 bytes in base64.
    ///
    /// # Errors
    /// [`Error::Sink`]: there is no secret, or one has another form. The message has nothing of it.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let keys = secrets.into_iter().enumerate().map(|(number, secret)| {
            let bytes = secret.as_ref().trim().strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
            let bytes = bytes.filter(|bytes| BYTES.contains(&bytes.len()));
            let key = bytes.and_then(|bytes| Hmac::new_from_slice(&bytes).ok());
            key.ok_or_else(|| {
                let what = format!("secret {} is not whsec_ followed by 24 to 64 bytes in base64", number + 1);
                Error::Sink(what)
            })
        });
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(Error::Sink("there is no secret to sign with: anybody could send events".to_owned()));
        }
        Ok(Self { keys })
    }

    /// The header `webhook-signature`: one signature for each secret.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signature = |key: &Hmac<Sha256>| {
            let mut mac = key.clone();
            mac.update(format!("{id}.{timestamp}.").as_bytes());
            mac.update(body);
            format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
        };
        self.keys.iter().map(signature).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    // That of the reference implementations.
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn signed(secrets: &[&str]) -> String {
        let signer = Signer::new(secrets).unwrap();
        signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#)
    }

    #[test]
    fn the_published_vector_is_met_with_each_secret_of_a_rotation() {
        let other = format!("whsec_{}", STANDARD.encode([7; 32]));
        assert_eq!(signed(&[SECRET]), SIGNATURE);
        let both = signed(&[&other, SECRET]);
        let (first, second) = both.split_once(' ').unwrap();
        assert_eq!((first, second), (signed(&[&other]).as_str(), SIGNATURE));
    }

    #[test]
    fn a_secret_of_another_form_is_refused_and_not_shown() {
        let short = format!("whsec_{}", STANDARD.encode([7; 23]));
        let long = format!("whsec_{}", STANDARD.encode([7; 65]));
        for secret in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64 at all!", &short, &long] {
            let error = Signer::new([SECRET, secret]).unwrap_err().to_string();
            assert_eq!(error, "secret 2 is not whsec_ followed by 24 to 64 bytes in base64", "{secret}");
        }
        assert!(Signer::new([""; 0]).unwrap_err().to_string().starts_with("there is no secret"));
        let shown = format!("{:?}", Signer::new([SECRET]).unwrap());
        assert_eq!(shown, "Signer(1 secrets)");
    }
}
