//! Published days of a period, by pages.

use super::{Param, Query};
use crate::failure::{Answer, Failure};
use takeroot_core::account::AccountIndex;
use takeroot_core::time::Day;

/// Days that one asking may span.
const PERIOD_DAYS_MAX: i64 = 366;
/// Days where no period is given.
const PERIOD_DAYS: i32 = 31;
/// Days of a page.
const PAGE_DAYS: usize = 31;

/// A period, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// Days of a page that are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayPage {
    /// The days, ascending.
    pub days: Vec<Day>,
    /// The cursor of the next page; none on the last one.
    pub next: Option<String>,
}

impl Period {
    /// The period that a query asks for: by default the 31 days up to the last full one.
    ///
    /// # Errors
    /// A rejection with 400 of what is no day, ends before it begins, or is longer than 366 days.
    pub fn asked(query: &Query, index: &AccountIndex) -> Answer<Self> {
        let day = |param: Param| {
            let day = query.get(param).map(str::parse::<Day>).transpose();
            day.map_err(|error| unusable(format!("`{}`: {error}", param.name())))
        };
        let (from, to) = (day(Param::From)?, day(Param::To)?);
        let to = to.unwrap_or_else(|| from.map_or(index.last_full, |from| from.max(index.last_full)));
        Self::of(from.unwrap_or_else(|| to.plus(1 - PERIOD_DAYS)), to)
    }

    fn of(from: Day, to: Day) -> Answer<Self> {
        if from > to {
            return Err(unusable(format!("`from` is {from}, after `to`, which is {to}")));
        }
        if i64::from(to.0) - i64::from(from.0) >= PERIOD_DAYS_MAX {
            return Err(unusable(format!(
                "a period has at most {PERIOD_DAYS_MAX} days: ask for it in parts"
            )));
        }
        Ok(Self { from, to })
    }

    /// The days of an account that are published, all of the period.
    pub fn days<'i>(&self, index: &'i AccountIndex) -> impl Iterator<Item = Day> + use<'i> {
        let period = self.from..=self.to;
        index.days.iter().copied().filter(move |day| period.contains(day))
    }
}

impl DayPage {
    /// The page that a query asks for. Its cursor keeps the period, which moves by itself where none is given.
    ///
    /// # Errors
    /// A rejection with 400 of a period that cannot be, and of a cursor that no page of this period gave.
    pub fn asked(query: &Query, index: &AccountIndex) -> Answer<Self> {
        let (period, begin) = match query.cursor()? {
            None => {
                let period = Period::asked(query, index)?;
                (period, period.from)
            }
            Some(cursor) => continued(cursor, query).ok_or_else(Failure::not_a_cursor)?,
        };
        let mut days = period.days(index).skip_while(|day| *day < begin);
        let page = days.by_ref().take(PAGE_DAYS).collect();
        let next = days.next().map(|day| format!("{day}_{}_{}", period.from, period.to));
        Ok(Self { days: page, next })
    }
}

/// The period of a cursor, and the day on which its page begins.
fn continued(cursor: &str, query: &Query) -> Option<(Period, Day)> {
    let mut days = cursor.split('_').map(|day| day.parse::<Day>().ok());
    let (begin, from, to) = (days.next()??, days.next()??, days.next()??);
    let period = Period::of(from, to).ok()?;
    let agrees = |param, day: Day| query.get(param).is_none_or(|told| told.parse() == Ok(day));
    let is_ours = days.next().is_none() && from <= begin && begin <= to;
    (is_ours && agrees(Param::From, from) && agrees(Param::To, to)).then_some((period, begin))
}

fn unusable(hint: String) -> Failure {
    Failure::rejected(400, "there is no such period", hint)
}
