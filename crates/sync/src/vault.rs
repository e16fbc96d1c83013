//! The secrets of customers, as they are kept: sealed, and worth nothing without the master key.
//!
//! Each customer has a data key, which the master key seals; the data key seals the credentials and the token. What is
//! sealed is bound to its customer and its column: a row that was copied over another does not open. The master key is
//! never in the store: whoever has a backup has nothing.

use crate::hash::{self, hex};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Generate as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use std::fmt;
use zeroize::Zeroizing;

/// The form of what is sealed, should there ever be another.
const FORM: u8 = 1;
const ID: usize = 8;
const NONCE: usize = 24;
const HEAD: usize = 1 + ID + NONCE;

/// Seals the data keys of the customers. 32 random bytes.
///
/// ```
/// use mycarrierpackets_sync::vault::MasterKey;
///
/// let key = MasterKey::generate();
/// let again: MasterKey = key.to_text().parse().expect("a key");
/// assert_eq!(again.id(), key.id());
/// assert!("swordfish".parse::<MasterKey>().is_err(), "a password is no key");
/// ```
#[derive(Clone)]
pub struct MasterKey(Secret);

/// What is wrong with a key, or with what was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultError(String);

impl VaultError {
    pub(crate) fn no_credentials(customer: &str) -> Self {
        Self(format!("the store has no credentials of the customer {customer:?} that can be read"))
    }

    pub(crate) fn no_vault() -> Self {
        Self("credentials are kept sealed alone, and no master key was given".to_owned())
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VaultError {}

/// 32 bytes that are overwritten when they are no longer needed.
#[derive(Clone)]
struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    fn generate() -> Self {
        Self(Zeroizing::new(Key::generate().into()))
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        <[u8; 32]>::try_from(bytes).ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// Says which key it is, and nothing of the key.
    fn id(&self) -> [u8; ID] {
        let text = Zeroizing::new(hex(&*self.0));
        let hash = hash::of(&["mycarrierpackets-sync key", &text]);
        let mut id = [0; ID];
        for (byte, pair) in id.iter_mut().zip(hash.as_bytes().chunks_exact(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16).unwrap_or_default() as u8;
            *byte = digit(pair[0]) * 16 + digit(pair[1]);
        }
        id
    }

    fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Vec<u8> {
        let (id, nonce) = (self.id(), XNonce::generate());
        let aad = place.bound(&id);
        let cipher = XChaCha20Poly1305::new(&Key::from(*self.0));
        // It fails for texts of more than 256 GB alone.
        let sealed = cipher.encrypt(&nonce, Payload { msg: plain, aad: &aad }).unwrap_or_default();
        [&[FORM][..], &id, &nonce, &sealed].concat()
    }

    fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let damaged =
            || VaultError(format!("the {} of {:?} is damaged, or of another customer", place.column, place.customer));
        let (head, text) = sealed.split_at_checked(HEAD).ok_or_else(damaged)?;
        let nonce = XNonce::try_from(&head[1 + ID..]).map_err(|_| damaged())?;
        let aad = place.bound(&self.id());
        let cipher = XChaCha20Poly1305::new(&Key::from(*self.0));
        let opened = cipher.decrypt(&nonce, Payload { msg: text, aad: &aad });
        opened.map(Zeroizing::new).map_err(|_| damaged())
    }
}

/// Where something sealed belongs.
struct Place<'a> {
    customer: &'a str,
    column: &'a str,
}

impl Place<'_> {
    fn bound(&self, key: &[u8; ID]) -> Vec<u8> {
        let number = |text: &str| (text.len() as u64).to_be_bytes();
        [&number(self.customer)[..], self.customer.as_bytes(), self.column.as_bytes(), &[0], key].concat()
    }
}

/// Which key sealed it.
fn sealed_by(sealed: &[u8]) -> Option<[u8; ID]> {
    let head = sealed.first_chunk::<HEAD>()?;
    let id = head[1..].first_chunk::<ID>()?;
    (head[0] == FORM).then_some(*id)
}

impl MasterKey {
    /// A new one.
    pub fn generate() -> Self {
        Self(Secret::generate())
    }

    /// Its name, in logs and errors. Nothing of the key can be learnt from it.
    pub fn id(&self) -> String {
        hex(&self.0.id())
    }

    /// The key itself, in Base64: keep it where only the workers can read it.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(*self.0.0))
    }
}

/// 32 bytes in Base64, or as 64 hexadecimal digits.
impl std::str::FromStr for MasterKey {
    type Err = VaultError;

    fn from_str(text: &str) -> Result<Self, VaultError> {
        let text = text.trim();
        let pair = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes = if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            (0..64).step_by(2).map_while(pair).collect()
        } else {
            STANDARD.decode(text).unwrap_or_default()
        };
        let what = "a master key is 32 random bytes in Base64 or as 64 hexadecimal digits, such as those of `openssl rand -base64 32`";
        Secret::of(&Zeroizing::new(bytes)).map(Self).ok_or_else(|| VaultError(what.to_owned()))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id())
    }
}

/// Opens what was sealed with any of its keys, and seals with the first.
#[derive(Clone, Debug)]
pub struct Vault {
    keys: Vec<MasterKey>,
}

impl Vault {
    /// A vault of one key.
    pub fn new(key: MasterKey) -> Self {
        Self { keys: vec![key] }
    }

    /// Opens what an earlier key sealed, too: until all customers' keys were [sealed anew](Self::reseal).
    pub fn or_earlier(mut self, key: MasterKey) -> Self {
        self.keys.push(key);
        self
    }

    /// A new data key for a customer, sealed.
    pub fn data_key(&self, customer: &str) -> Vec<u8> {
        self.keys[0].0.seal(&Place { customer, column: "data key" }, &*Secret::generate().0)
    }

    /// A customer's data key sealed with the first key; `None` if it is already.
    ///
    /// # Errors
    /// No key of the vault opens it.
    pub fn reseal(&self, customer: &str, data_key: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
        if sealed_by(data_key) == Some(self.keys[0].0.id()) {
            return Ok(None);
        }
        let opened = self.opened(customer, data_key)?;
        Ok(Some(self.keys[0].0.seal(&Place { customer, column: "data key" }, &*opened.0)))
    }

    fn opened(&self, customer: &str, data_key: &[u8]) -> Result<Secret, VaultError> {
        let by = sealed_by(data_key).ok_or_else(|| VaultError(format!("the data key of {customer:?} is damaged")))?;
        let key = self.keys.iter().find(|key| key.0.id() == by).ok_or_else(|| {
            let ours: Vec<String> = self.keys.iter().map(MasterKey::id).collect();
            let (by, ours) = (hex(&by), ours.join(", "));
            VaultError(format!(
                "the secrets of {customer:?} were sealed with the master key {by}, and the one in use is {ours}"
            ))
        })?;
        let opened = key.0.open(&Place { customer, column: "data key" }, data_key)?;
        Secret::of(&opened).ok_or_else(|| VaultError(format!("the data key of {customer:?} is damaged")))
    }

    /// Seals a value of a customer. `column` is where it is kept.
    ///
    /// # Errors
    /// The data key cannot be opened.
    pub fn seal(&self, customer: &str, data_key: &[u8], column: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(self.opened(customer, data_key)?.seal(&Place { customer, column }, plain))
    }

    /// What was sealed.
    ///
    /// # Errors
    /// Another master key is needed, or the value is damaged, or of another customer or column.
    pub fn open(
        &self,
        customer: &str,
        data_key: &[u8],
        column: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.opened(customer, data_key)?.open(&Place { customer, column }, sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_customer_column_and_keys_open_what_was_sealed() {
        let vault = Vault::new(MasterKey::generate());
        let key = vault.data_key("acme");
        let sealed = vault.seal("acme", &key, "secret", b"demo").unwrap();
        assert_eq!(vault.open("acme", &key, "secret", &sealed).unwrap().as_slice(), b"demo");
        assert!(!sealed.windows(4).any(|bytes| bytes == b"demo"));
        let other = vault.data_key("acme");
        let cases = [("acm", &key, "secret"), ("acme", &key, "token"), ("acme", &other, "secret")];
        for (customer, key, column) in cases {
            let error = vault.open(customer, key, column, &sealed).unwrap_err().to_string();
            assert!(error.contains("damaged, or of another customer"), "{error}");
        }
        let stranger = Vault::new(MasterKey::generate());
        let error = stranger.open("acme", &key, "secret", &sealed).unwrap_err().to_string();
        let (ours, its) = (vault.keys[0].id(), stranger.keys[0].id());
        assert_eq!(
            error,
            format!("the secrets of \"acme\" were sealed with the master key {ours}, and the one in use is {its}")
        );
    }

    #[test]
    fn no_byte_can_be_changed_or_missing() {
        let vault = Vault::new(MasterKey::generate());
        let key = vault.data_key("acme");
        let sealed = vault.seal("acme", &key, "secret", b"demo").unwrap();
        for at in 0..key.len() {
            let mut bad = key.clone();
            bad[at] ^= 1;
            assert!(vault.open("acme", &bad, "secret", &sealed).is_err(), "key, byte {at}");
            assert!(vault.open("acme", &key[..at], "secret", &sealed).is_err(), "key, {at} bytes");
        }
        // The form and the name of the data key say nothing that the rest does not bind.
        for at in 1 + ID..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(vault.open("acme", &key, "secret", &bad).is_err(), "byte {at}");
            assert!(vault.open("acme", &key, "secret", &sealed[..at]).is_err(), "{at} bytes");
        }
    }

    #[test]
    fn an_earlier_key_opens_until_everything_is_sealed_anew() {
        let (old, new) = (MasterKey::generate(), MasterKey::generate());
        let before = Vault::new(old.clone());
        let key = before.data_key("acme");
        let sealed = before.seal("acme", &key, "secret", b"demo").unwrap();
        let both = Vault::new(new.clone()).or_earlier(old);
        let key = both.reseal("acme", &key).unwrap().expect("sealed with the earlier key");
        assert_eq!(both.reseal("acme", &key), Ok(None));
        assert_eq!(Vault::new(new).open("acme", &key, "secret", &sealed).unwrap().as_slice(), b"demo");
        assert!(before.open("acme", &key, "secret", &sealed).is_err());
    }

    #[test]
    fn a_key_is_read_in_both_forms_and_never_shown() {
        let text = "00".repeat(31) + "ff";
        let key: MasterKey = text.parse().unwrap();
        let again: MasterKey = format!(" {}\n", *key.to_text()).parse().unwrap();
        assert_eq!(key.id(), again.id());
        assert!(!format!("{key:?}").contains("ff\"") && !format!("{key:?}").contains(&*key.to_text()));
        for bad in ["", "secret", &"0".repeat(63), &"g".repeat(64), "AAAA"] {
            assert!(bad.parse::<MasterKey>().is_err(), "{bad}");
        }
    }
}
