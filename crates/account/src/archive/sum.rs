//! The count and the SHA-256 of lines, from page to page.

use super::ArchiveEnd;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The sum of the lines so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    lines: u64,
    hasher: Sha256,
}

/// A sum between two pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SumState {
    lines: u64,
    state: String,
}

impl Sum {
    /// Adds a line without its line end.
    pub(super) fn add(&mut self, line: &str) {
        self.lines += 1;
        self.hasher.update(line);
        self.hasher.update("\n");
    }

    pub(super) fn end(&self) -> ArchiveEnd {
        let mut sha256 = String::with_capacity(64);
        for byte in self.hasher.clone().finalize() {
            let _ = write!(sha256, "{byte:02x}");
        }
        ArchiveEnd { lines: self.lines, sha256 }
    }

    pub(super) fn state(&self) -> SumState {
        SumState { lines: self.lines, state: URL_SAFE_NO_PAD.encode(self.hasher.serialize()) }
    }

    /// The sum of a state; `None` where this is none.
    pub(super) fn of(state: &SumState) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(&state.state).ok()?;
        let state_of_hasher = SerializedState::<Sha256>::try_from(bytes.as_slice()).ok()?;
        Some(Self { lines: state.lines, hasher: Sha256::deserialize(&state_of_hasher).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_goes_on_from_its_state_and_is_the_sha_256_of_the_text() {
        let lines = ["", "a line", "a longer line, ".repeat(20).as_str()].map(str::to_owned);
        let (mut whole, mut parted) = (Sum::default(), Sum::default());
        for line in &lines {
            whole.add(line);
            parted.add(line);
            parted = Sum::of(&parted.state()).unwrap();
        }
        assert_eq!(whole.end(), parted.end());
        let text = lines.map(|line| line + "\n").concat();
        let direct: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(whole.end(), ArchiveEnd { lines: 3, sha256: direct });
        assert!(Sum::of(&SumState { lines: 1, state: "AAAA".to_owned() }).is_none());
    }
}
