//! Secrets at rest: sealed with XChaCha20-Poly1305 under a key from the environment, bound to their account.

use crate::failure::{Answer, Failure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use std::fmt;

const NONCE_BYTES: usize = 24;
/// Shorter keys could be guessed.
const KEY_BYTES_MIN: usize = 32;

/// The keys under which secrets are sealed, and dice.
pub struct Vault {
    keys: Vec<XChaCha20Poly1305>,
    dice: fn(&mut [u8]),
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// A vault of the key that seals from now on, and of the one before it, if any. `dice` fills a slice with random
    /// bytes that nobody can guess.
    ///
    /// # Errors
    /// A fault: a key is shorter than 32 bytes.
    pub fn new(key: &str, before: Option<&str>, dice: fn(&mut [u8])) -> Answer<Self> {
        let cipher = |key: &str| {
            if key.len() < KEY_BYTES_MIN {
                return Err(Failure::Fault(format!("STORAGE_KEY has fewer than {KEY_BYTES_MIN} bytes")));
            }
            let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
            Ok(XChaCha20Poly1305::new(&Key::from(digest)))
        };
        Ok(Self { keys: std::iter::once(key).chain(before).map(cipher).collect::<Answer<_>>()?, dice })
    }

    /// Seals a text of an account.
    ///
    /// # Errors
    /// A fault: the text is beyond all measure.
    pub fn seal(&self, account: &str, plain: &str) -> Answer<String> {
        let mut nonce = [0; NONCE_BYTES];
        (self.dice)(&mut nonce);
        let payload = Payload { msg: plain.as_bytes(), aad: account.as_bytes() };
        let sealed = self.keys.first().and_then(|key| key.encrypt(&XNonce::from(nonce), payload).ok());
        let sealed = sealed.ok_or_else(|| Failure::Fault("a secret cannot be sealed".to_owned()))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// A key that nobody can guess.
    #[must_use]
    pub fn fresh(&self) -> takeroot_core::fact::Key {
        let mut key = takeroot_core::fact::Key::default();
        (self.dice)(&mut key.0);
        key
    }

    /// Opens what was sealed for an account.
    ///
    /// # Errors
    /// A fault: it was sealed for another account or under another key.
    pub fn open(&self, account: &str, sealed: &str) -> Answer<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok();
        let opened = bytes.as_deref().and_then(|bytes| {
            let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
            let payload = || Payload { msg: sealed, aad: account.as_bytes() };
            self.keys.iter().find_map(|key| key.decrypt(&XNonce::from(*nonce), payload()).ok())
        });
        opened.and_then(|plain| String::from_utf8(plain).ok()).ok_or_else(|| {
            let hint = "give the key under which they were sealed as STORAGE_KEY_BEFORE";
            Failure::Fault(format!("the secrets of {account} do not open under STORAGE_KEY: {hint}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dice(bytes: &mut [u8]) {
        bytes.fill(7);
    }

    const OLD: &str = "an old key of more than thirty-two bytes";
    const NEW: &str = "a newer key of more than thirty-two bytes";

    #[test]
    fn a_secret_opens_for_its_account_under_the_key_and_the_one_before_it() {
        let old = Vault::new(OLD, None, dice).unwrap();
        let sealed = old.seal("amo-1", "the secret").unwrap();
        assert!(!sealed.contains("secret"));
        let both = Vault::new(NEW, Some(OLD), dice).unwrap();
        assert_eq!(both.open("amo-1", &sealed).unwrap(), "the secret");
        assert!(both.open("amo-2", &sealed).is_err(), "of another account");
        assert!(Vault::new(NEW, None, dice).unwrap().open("amo-1", &sealed).is_err(), "under another key");
        let mut broken = sealed.clone();
        broken.replace_range(40..41, if &sealed[40..41] == "A" { "B" } else { "A" });
        assert!(both.open("amo-1", &broken).is_err(), "changed");
        assert!(Vault::new("short", None, dice).is_err());
    }
}
