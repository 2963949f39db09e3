//! One figure of one period, and how it compares with the same figure of another.

use crate::lang::{Lang, fill};
use crate::number::{
    CASES_MIN, counted, decimal, duration, integer, parts, percent, said_s, signed, tenths, with_unit,
};
use takeroot_core::day::Times;

/// A figure before it is worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Count(i64),
    /// A share in whole percents.
    Share(i64, i64),
    /// A share in tenths of a percent.
    Ratio(i64, i64),
    /// People among a roster: counted in full, so never too few.
    Census(i64, i64),
    /// A median in seconds, with its cases.
    Median(Option<i64>, i64),
    /// Two counts, good and bad; the first is compared.
    Pair(i64, i64),
}

/// A figure in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figure {
    /// The figure itself, or that there is no data.
    pub(crate) text: String,
    /// What it is made of: `9 из 14`; empty where there is nothing to say.
    pub(crate) note: String,
    /// `мало случаев: 7`, where there are few.
    pub(crate) few: Option<String>,
    pub(crate) known: bool,
    /// What it is sorted by.
    pub(crate) rank: i64,
}

/// Which direction of a figure is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    More,
    Less,
    Neither,
}

/// How something is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Good,
    Warn,
    Bad,
}

/// A change in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trend {
    pub(crate) arrow: &'static str,
    /// `+5 п. п.`
    pub(crate) change: String,
    /// `лучше`, `хуже`, `мало случаев`; empty where neither direction is good.
    pub(crate) judgement: &'static str,
    pub(crate) tone: Tone,
}

impl Reading {
    pub(crate) fn median(times: &Times) -> Self {
        Self::Median(times.median_s, times.count)
    }

    pub(crate) fn figure(self, lang: Lang) -> Figure {
        let words = lang.words();
        let of = |n, of| fill(words.n_of_m, &[&integer(n, lang), &integer(of, lang)]);
        let few = |cases: i64| (cases < CASES_MIN).then(|| fill(words.few_n, &[&integer(cases, lang)]));
        let known = |text, note, few| Figure { text, note, few, known: true, rank: self.rank() };
        match self {
            Self::Count(n) => known(integer(n, lang), String::new(), None),
            Self::Pair(a, b) => {
                known(format!("{}\u{a0}/ {}", integer(a, lang), integer(b, lang)), String::new(), None)
            }
            Self::Share(n, m) if m > 0 => {
                let whole = parts(n, m, 100).unwrap_or_default();
                known(percent(whole, lang), of(n, m), few(m))
            }
            Self::Ratio(n, m) if m > 0 => {
                let ratio = parts(n, m, 1000).unwrap_or_default();
                known(tenths(ratio, lang), of(n, m), few(m))
            }
            Self::Census(n, m) if m > 0 => known(of(n, m), String::new(), None),
            Self::Census(n, _) => known(integer(n, lang), words.no_roster.to_owned(), None),
            Self::Median(Some(s), cases) => {
                known(duration(s, lang), counted(cases, words.answers, lang), few(cases))
            }
            Self::Share(..) | Self::Ratio(..) | Self::Median(None, _) => no_data(lang),
        }
    }

    fn rank(self) -> i64 {
        match self {
            Self::Count(n) | Self::Pair(n, _) | Self::Census(n, _) => n,
            Self::Share(n, of) | Self::Ratio(n, of) => parts(n, of, 1_000_000).unwrap_or(0),
            Self::Median(seconds, _) => seconds.unwrap_or(0),
        }
    }

    /// As it adds up over days: people of days are a share of what was expected; a median does not add up.
    pub(crate) const fn summed(self) -> Option<Self> {
        match self {
            Self::Census(n, of) => Some(Self::Share(n, of)),
            Self::Median(..) => None,
            other => Some(other),
        }
    }

    /// Two days together.
    pub(crate) const fn plus(self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Count(a), Self::Count(b)) => Some(Self::Count(a + b)),
            (Self::Share(a, b), Self::Share(c, d)) => Some(Self::Share(a + c, b + d)),
            _ => None,
        }
    }

    /// The change since `before`, as the difference of the figures as they are said. `None` without data.
    pub(crate) fn trend(self, before: Self, better: Better, lang: Lang) -> Option<Trend> {
        let words = lang.words();
        let (by, change, few) = match (self, before) {
            (Self::Count(now), Self::Count(then)) | (Self::Pair(now, _), Self::Pair(then, _)) => {
                let by = now - then;
                (by, integer(by, lang), now.max(then) < CASES_MIN)
            }
            (Self::Census(now, _), Self::Census(then, _)) => (now - then, integer(now - then, lang), false),
            (Self::Share(a, b), Self::Share(c, d)) => {
                let by = parts(a, b, 100)? - parts(c, d, 100)?;
                (by, with_unit(&integer(by, lang), words.points), b.min(d) < CASES_MIN)
            }
            (Self::Ratio(a, b), Self::Ratio(c, d)) => {
                let by = parts(a, b, 1000)? - parts(c, d, 1000)?;
                (by, with_unit(&decimal(by, lang), words.points), b.min(d) < CASES_MIN)
            }
            (Self::Median(now, n), Self::Median(then, m)) => {
                let by = said_s(now?) - said_s(then?);
                let size = duration(by.abs(), lang);
                (by, if by < 0 { format!("\u{2212}{size}") } else { size }, n.min(m) < CASES_MIN)
            }
            _ => return None,
        };
        Some(Trend::of(by, signed(change, by), few, better, lang))
    }
}

impl Trend {
    fn of(by: i64, change: String, few: bool, better: Better, lang: Lang) -> Self {
        let words = lang.words();
        let arrow = match by.signum() {
            1 => "▲",
            -1 => "▼",
            _ => "=",
        };
        if by == 0 {
            return Self { arrow, change: words.same.to_owned(), judgement: "", tone: Tone::Plain };
        }
        let good = (by > 0) == (better == Better::More);
        let (judgement, tone) = match (better, few) {
            (_, true) => (words.few, Tone::Plain),
            (Better::Neither, _) => ("", Tone::Plain),
            _ if good => (words.better, Tone::Good),
            _ => (words.worse, Tone::Bad),
        };
        Self { arrow, change, judgement, tone }
    }

    /// `+5 п. п., лучше`
    pub(crate) fn words(&self) -> String {
        if self.judgement.is_empty() {
            self.change.clone()
        } else {
            format!("{}, {}", self.change, self.judgement)
        }
    }
}

/// The figure of what is not known.
pub(crate) fn no_data(lang: Lang) -> Figure {
    Figure { text: lang.words().no_data.to_owned(), ..Figure::default() }
}

impl Figure {
    /// What it is made of, and whether that is little: `9 из 14, мало случаев`, `мало случаев: 7`.
    pub(crate) fn remark(&self, lang: Lang, is_median: bool) -> String {
        match (&self.few, is_median) {
            (Some(few), true) => few.clone(),
            (Some(_), false) => format!("{}, {}", self.note, lang.words().few),
            (None, _) => self.note.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Lang::{En, Ru};

    fn said(reading: Reading) -> (String, String) {
        let figure = reading.figure(Ru);
        let remark = figure.remark(Ru, matches!(reading, Reading::Median(..)));
        (figure.text.replace('\u{a0}', " "), remark.replace('\u{a0}', " "))
    }

    fn change(now: Reading, before: Reading, better: Better) -> String {
        let trend = now.trend(before, better, Ru).map(|trend| format!("{} {}", trend.arrow, trend.words()));
        trend.unwrap_or_default().replace('\u{a0}', " ")
    }

    #[test]
    fn a_share_of_nothing_is_no_data_and_never_zero() {
        assert_eq!(said(Reading::Share(0, 0)), ("нет данных".into(), String::new()));
        assert_eq!(said(Reading::Ratio(3, 0)), ("нет данных".into(), String::new()));
        assert_eq!(said(Reading::Median(None, 0)), ("нет данных".into(), String::new()));
        assert_eq!(Reading::Share(0, 0).figure(En).text, "no data");
    }

    #[test]
    fn few_cases_are_said() {
        assert_eq!(said(Reading::Share(9, 14)), ("64 %".into(), "9 из 14, мало случаев".into()));
        assert_eq!(said(Reading::Share(15, 20)), ("75 %".into(), "15 из 20".into()));
        assert_eq!(said(Reading::Median(Some(420), 7)), ("7 мин".into(), "мало случаев: 7".into()));
        assert_eq!(said(Reading::Median(Some(420), 21)), ("7 мин".into(), "21 ответ".into()));
        assert_eq!(said(Reading::Census(7, 8)), ("7 из 8".into(), String::new()));
    }

    #[test]
    fn a_change_is_the_difference_of_what_is_said_and_says_which_way_is_good() {
        assert_eq!(change(Reading::Count(112), Reading::Count(98), Better::More), "▲ +14, лучше");
        assert_eq!(
            change(Reading::Share(81, 100), Reading::Share(76, 100), Better::More),
            "▲ +5 п. п., лучше"
        );
        assert_eq!(
            change(Reading::Share(12, 100), Reading::Share(10, 100), Better::Less),
            "▲ +2 п. п., хуже"
        );
        assert_eq!(
            change(Reading::Ratio(161, 1000), Reading::Ratio(153, 1000), Better::More),
            "▲ +0,8 п. п., лучше"
        );
        let (now, then) = (Reading::Median(Some(449), 30), Reading::Median(Some(691), 30));
        assert_eq!(change(now, then, Better::Less), "▼ −5 мин, лучше", "7 against 12 minutes");
        assert_eq!(change(Reading::Count(187), Reading::Count(180), Better::Neither), "▲ +7");
        assert_eq!(change(Reading::Count(3), Reading::Count(3), Better::More), "= без изменений");
    }

    #[test]
    fn a_change_of_few_cases_is_not_judged() {
        assert_eq!(
            change(Reading::Share(3, 7), Reading::Share(90, 100), Better::More),
            "▼ −47 п. п., мало случаев"
        );
        assert_eq!(change(Reading::Count(3), Reading::Count(5), Better::More), "▼ −2, мало случаев");
        assert_eq!(change(Reading::Count(15), Reading::Count(98), Better::More), "▼ −83, хуже");
        assert_eq!(change(Reading::Share(3, 7), Reading::Share(0, 0), Better::More), "");
    }
}
