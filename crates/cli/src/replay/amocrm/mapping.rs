//! What a person says about an export of the API: it names everything itself, but not what it leaves out.

use serde::Deserialize;
use takeroot_core::fact::Kind;
use takeroot_core::time::Day;
use takeroot_core::zone::Zone;
use takeroot_history::{Position, Problem};
use toml::Spanned;

/// Share of pages that may be rejected where the mapping says nothing, in percent.
const REJECTED_MAX_PERCENT: u8 = 5;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(default)]
    name: String,
    zone: Option<Spanned<String>>,
    read: Option<Spanned<Range>>,
    rejected_max_percent: Option<Spanned<u8>>,
}

/// What was exported in full.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    /// First and last day.
    pub(super) from: Day,
    pub(super) to: Day,
    pub(super) kinds: Vec<Kind>,
}

/// A checked mapping.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    pub(super) name: String,
    pub(super) zone: Option<String>,
    pub(super) read: Option<Range>,
    pub(super) rejected_max_percent: u8,
}

impl Mapping {
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        let written: Written = toml::from_str(text).map_err(|error| Problem::of_toml(file, text, &error))?;
        let wrong = |at: usize, message: String| Problem::new(file, Position::of(text, at), message);
        if let Some(zone) = &written.zone {
            Zone::named(zone.get_ref()).map_err(|error| wrong(zone.span().start, error.to_string()))?;
        }
        if let Some(read) = &written.read {
            let (at, range) = (read.span().start, read.get_ref());
            if range.from > range.to {
                return Err(wrong(at, "`from` is after `to`".to_owned()).hint("both days are in the range"));
            }
            if range.kinds.is_empty() {
                let problem = wrong(at, "the range names no kinds".to_owned());
                return Err(problem
                    .hint("write kinds = [\"talks\", \"stages\", \"responsible\", …], or leave `read` out"));
            }
        }
        let percent = written.rejected_max_percent.as_ref();
        if let Some(percent) = percent.filter(|percent| *percent.get_ref() > 100) {
            return Err(wrong(percent.span().start, "rejected_max_percent is over 100".to_owned()));
        }
        Ok(Self {
            name: written.name,
            zone: written.zone.map(Spanned::into_inner),
            read: written.read.map(Spanned::into_inner),
            rejected_max_percent: percent.map_or(REJECTED_MAX_PERCENT, |percent| *percent.get_ref()),
        })
    }

    /// Whether silence is silence: only where everything that was said was exported.
    pub(super) fn covers_answers(&self) -> bool {
        self.read.as_ref().is_some_and(|range| range.kinds.contains(&Kind::Talks))
    }
}
