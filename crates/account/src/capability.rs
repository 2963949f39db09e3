//! Secrets in URLs and owner's tokens: `account.generation.MAC` under the operator's key, so that an unknown
//! one is refused without touching any storage.

use takeroot_core::fact::Key;

/// What a capability allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Delivering webhooks.
    Hook,
    /// Reading as an owner.
    Owner,
    /// Saying yes in the CRM to being read; the generation is the minute at which it ends.
    Consent,
}

/// A checked capability: its MAC was made under the operator's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// The account's key.
    pub account: String,
    /// Its generation: it is revoked by letting this one die.
    pub generation: u32,
}

/// Longer texts are no capability of ours.
const TEXT_BYTES_MAX: usize = 128;

impl Capability {
    /// As it travels.
    #[must_use]
    pub fn text(&self, purpose: Purpose, operator_key: &[u8]) -> String {
        let mac = mac(purpose, &self.account, self.generation, operator_key);
        format!("{}.{}.{mac}", self.account, self.generation)
    }

    /// Checks a text without any storage.
    #[must_use]
    pub fn check(text: &str, purpose: Purpose, operator_key: &[u8]) -> Option<Self> {
        let (rest, mac_told) = text.rsplit_once('.').filter(|_| text.len() <= TEXT_BYTES_MAX)?;
        let (account, generation) = rest.rsplit_once('.')?;
        let generation = generation.parse().ok()?;
        let told: Key = mac_told.parse().ok()?;
        same(told, mac(purpose, account, generation, operator_key))
            .then(|| Self { account: account.to_owned(), generation })
    }
}

fn mac(purpose: Purpose, account: &str, generation: u32, operator_key: &[u8]) -> Key {
    let purpose = match purpose {
        Purpose::Hook => "hook",
        Purpose::Owner => "owner",
        Purpose::Consent => "consent",
    };
    Key::keyed(operator_key, format!("{purpose}|{account}|{generation}").as_bytes())
}

/// Compares in constant time.
fn same(a: Key, b: Key) -> bool {
    std::hint::black_box(a.0.iter().zip(b.0).fold(0, |differs, (a, b)| differs | (a ^ b))) == 0
}

/// Compares a presented operator key with the real one, in a time that does not depend on either.
#[must_use]
pub fn is_operator(presented: &str, operator_key: &[u8]) -> bool {
    same(Key::keyed(operator_key, presented.as_bytes()), Key::keyed(operator_key, operator_key))
}
