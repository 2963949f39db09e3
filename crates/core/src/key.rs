//! Hashes under which repetitions meet, plain or keyed.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// A 128-bit hash, written as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 16]);

impl Key {
    /// The first half of the SHA-256 of some content.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self::half(Sha256::digest(content).as_slice())
    }

    /// The first half of the HMAC-SHA-256 of some content under an account's key.
    #[must_use]
    pub fn keyed(secret: &[u8], content: &[u8]) -> Self {
        // HMAC takes a key of any length.
        let mac = Hmac::<Sha256>::new_from_slice(secret).map(|mac| mac.chain_update(content).finalize());
        mac.map_or(Self([0; 16]), |mac| Self::half(mac.into_bytes().as_slice()))
    }

    fn half(digest: &[u8]) -> Self {
        Self(digest.first_chunk().copied().unwrap_or_default())
    }

    /// The first 32 bits, for places that must tell little.
    #[must_use]
    pub fn short(self) -> u32 {
        u32::from_be_bytes(self.0.first_chunk().copied().unwrap_or_default())
    }

    /// The first 63 bits, for places that want a number.
    #[must_use]
    pub fn number(self) -> u64 {
        u64::from_be_bytes(self.0.first_chunk().copied().unwrap_or_default()) >> 1
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is not 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAKey;

impl std::error::Error for NotAKey {}

impl fmt::Display for NotAKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key is 32 hexadecimal digits")
    }
}

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let number = u128::from_str_radix(text, 16).map_err(|_| NotAKey)?;
        (text.len() == 32 && !text.starts_with('+')).then_some(Self(number.to_be_bytes())).ok_or(NotAKey)
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(serde::de::Error::custom)
    }
}
