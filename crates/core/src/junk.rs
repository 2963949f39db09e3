//! What looks filled and is not. Judged once, where the text is still at hand; only the verdict is kept.
//!
//! Every rule trims first and reads at most [`CHARS_MAX`] characters of what is left, so that a text of a
//! megabyte costs no more than a long line. A choice of a list is no text and never comes here.

mod contact;
mod registry;
mod wording;

pub use contact::{email, phone, phone_ru};
pub use registry::{inn, kpp, ogrn};
pub use wording::{positive, sentence, text};

use serde::{Deserialize, Serialize};

/// Why a value does not count as filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Junk {
    /// Nothing but spaces and signs.
    Blank,
    /// A stand-in such as «-», «нет», "n/a", "test", "test@test.ru".
    Placeholder,
    /// One character over and over.
    Repeated,
    /// A run of the keyboard or of digits, such as "123" or "qwerty".
    Sequence,
    /// No phone: too few or too many digits for its country, or a code that no phone begins with.
    Phone,
    /// An e-mail address without a name, an `@` or a domain, or with signs that none can have.
    Email,
    /// No tax number (ИНН): not 10 or 12 digits, or a wrong checksum.
    Inn,
    /// No registration reason code (КПП).
    Kpp,
    /// No registration number (ОГРН, ОГРНИП): not 13 or 15 digits, or a wrong checksum.
    Ogrn,
    /// Not a number above zero.
    NotPositive,
}

/// Characters of a text that are read: no field of a card says anything later that it has not said by then.
pub const CHARS_MAX: usize = 1024;

/// The part of a text that is read.
fn head(text: &str) -> &str {
    let text = text.trim();
    let end = text.char_indices().nth(CHARS_MAX).map(|(at, _)| at);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}
