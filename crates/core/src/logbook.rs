//! What people write down beside the figures: pains, what was asked for, and what was released. Figures never hold it,
//! and it never changes a figure.

use crate::acceptance::Period;
use crate::summary::Mark;
use crate::time::Day;
use serde::{Deserialize, Serialize};

/// Entries of an account.
pub const ENTRIES_MAX: usize = 200;
/// Characters of an entry's text.
pub const TEXT_CHARS_MAX: usize = 200;
/// The last priority.
const PRIORITY_MAX: u32 = 3;
/// Days before and from a change on that are laid beside each other, at most.
const TURN_DAYS: i32 = 14;

/// What an entry is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Something hurts.
    Pain,
    /// Something was asked for.
    Request,
    /// Something was changed: a release, a training, a rule.
    #[default]
    Release,
}

/// An entry of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "LogEntry"))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number; a new one has none.
    #[serde(default)]
    pub id: u32,
    /// What it is about.
    pub kind: EntryKind,
    /// The day on which it was felt, asked for or released.
    pub day: Day,
    /// What it is, in a line of at most 200 characters.
    pub text: String,
    /// Of a pain: a habit, or an inconvenience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// Of a request: 1 to 3, the first comes first; none where nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// The user who answers for it; 0 for nobody.
    #[serde(default)]
    pub owner: u64,
    /// The day by which it is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Day>,
    /// The day on which it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Day>,
}

impl Entry {
    /// What is wrong with it, and how to mend it.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn checked(&self) -> Result<(), String> {
        let is_line = !self.text.trim().is_empty() && !self.text.contains(char::is_control);
        if !is_line || self.text.chars().count() > TEXT_CHARS_MAX {
            return Err(format!("`text` says it in one line of at most {TEXT_CHARS_MAX} characters"));
        }
        if self.mark.is_some() && self.kind != EntryKind::Pain {
            return Err("`mark` is of a pain: habit or inconvenience".to_owned());
        }
        let is_priority =
            |priority| self.kind == EntryKind::Request && (1..=PRIORITY_MAX).contains(&priority);
        if !self.priority.is_none_or(is_priority) {
            return Err(format!("`priority` is of a request: 1 to {PRIORITY_MAX}"));
        }
        if [self.by, self.done].into_iter().flatten().any(|day| day < self.day) {
            return Err("`by` and `done` do not lie before `day`".to_owned());
        }
        Ok(())
    }

    /// The day from which it can be seen in figures: a request only once it is met.
    #[must_use]
    pub const fn shows_on(&self) -> Option<Day> {
        match self.kind {
            EntryKind::Release => Some(self.day),
            EntryKind::Request => self.done,
            EntryKind::Pain => None,
        }
    }

    /// As many days before it as there are from it on, two weeks at most; `None` before it shows.
    #[must_use]
    pub fn turn(&self, last: Day) -> Option<(Period, Period)> {
        let from = self.shows_on()?;
        let days = (last.0.checked_sub(from.0)? + 1).min(TURN_DAYS);
        let after = Period { from, to: from.plus(days - 1) };
        (days > 0).then(|| (after.before(), after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: EntryKind, text: &str) -> Entry {
        Entry { kind, day: Day(100), text: text.to_owned(), ..Entry::default() }
    }

    #[test]
    fn an_entry_is_one_line_that_means_something() {
        let pain = entry(EntryKind::Pain, "Карточка не открывается на телефоне");
        assert_eq!(pain.checked(), Ok(()));
        assert_eq!(Entry { mark: Some(Mark::Habit), ..pain.clone() }.checked(), Ok(()));
        for text in ["", "  ", "a\nb", "a\u{0}", &"я".repeat(201)] {
            assert!(entry(EntryKind::Pain, text).checked().is_err(), "{text:?}");
        }
        assert_eq!(entry(EntryKind::Pain, &"я".repeat(200)).checked(), Ok(()));
        let marked = Entry { mark: Some(Mark::Habit), ..entry(EntryKind::Release, "Пакет 1") };
        assert!(marked.checked().unwrap_err().contains("`mark`"));
        for (kind, priority, is_kept) in [
            (EntryKind::Request, 0, false),
            (EntryKind::Request, 1, true),
            (EntryKind::Request, 3, true),
            (EntryKind::Request, 4, false),
            (EntryKind::Release, 1, false),
            (EntryKind::Pain, 1, false),
        ] {
            let asked =
                Entry { priority: Some(priority), ..entry(kind, "Телефония в карточке") };
            assert_eq!(asked.checked().is_ok(), is_kept, "{kind:?} {priority}");
        }
        assert!(Entry { by: Some(Day(99)), ..pain }.checked().is_err());
    }

    #[test]
    fn a_turn_lays_days_of_one_length_beside_each_other() {
        let release = entry(EntryKind::Release, "Пакет 1");
        let days =
            |last| release.turn(Day(last)).map(|(before, after)| [before, after].map(|p| (p.from.0, p.to.0)));
        assert_eq!(days(99), None);
        assert_eq!(days(100), Some([(99, 99), (100, 100)]));
        assert_eq!(days(102), Some([(97, 99), (100, 102)]));
        assert_eq!(days(500), Some([(86, 99), (100, 113)]));
        let request = entry(EntryKind::Request, "Телефония в карточке");
        assert_eq!(request.turn(Day(500)), None, "what is only asked for turns nothing");
        let met = Entry { done: Some(Day(110)), ..request };
        assert_eq!(met.turn(Day(110)).map(|(_, after)| after.from), Some(Day(110)));
    }
}
