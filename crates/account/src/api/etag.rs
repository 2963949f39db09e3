//! Documents that did not change are not sent again.

use takeroot_core::fact::Key;

/// The strong entity tag of a text: equal texts have equal ones.
#[must_use]
pub fn etag(text: &str) -> String {
    format!("\"{}\"", Key::of(text.as_bytes()))
}

/// Whether a header `If-None-Match` names this tag. A proxy that packs an answer makes its tag a weak one.
#[must_use]
pub fn is_fresh(if_none_match: &str, etag: &str) -> bool {
    let tag = |told: &str| told.trim().strip_prefix("W/").unwrap_or(told.trim()) == etag;
    if_none_match.trim() == "*" || if_none_match.split(',').any(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_again_alone_among_others_and_weakened() {
        let (one, other) = (etag("a"), etag("b"));
        assert_ne!(one, other);
        for told in [one.clone(), format!("{other}, {one}"), format!("W/{one}"), "*".to_owned()] {
            assert!(is_fresh(&told, &one), "{told}");
        }
        for told in [other.as_str(), "", ",", "\"\"", one.trim_matches('"')] {
            assert!(!is_fresh(told, &one), "{told}");
        }
    }
}
