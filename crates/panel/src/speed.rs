//! The distribution of first responses, regrouped into ranges that people think in.

use crate::lang::{Lang, fill};
use crate::number::{counted, duration, integer, parts, with_unit};
use crate::reading::Reading;
use takeroot_core::contribution::{Count, Took};
use takeroot_core::day::{Block, Times};
use takeroot_core::histogram;

/// Upper ends of the ranges in seconds, the end belonging to its range; the last range is open.
const ENDS_S: [i64; 5] = [5 * 60, 15 * 60, 30 * 60, 3600, 4 * 3600];
/// The ranges, the open one included.
pub(crate) const RANGES: i64 = 6;

/// The speed of first responses in words.
#[derive(Clone, Debug)]
pub(crate) struct Speed {
    pub(crate) lines: Vec<String>,
    /// None without any answer.
    pub(crate) bars: Vec<Bar>,
    pub(crate) target: Target,
}

/// One range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    /// `5–15 мин`
    pub(crate) label: String,
    pub(crate) count: String,
    pub(crate) share: String,
    /// Height against the highest bar, in thousandths.
    pub(crate) height: i64,
    pub(crate) in_target: bool,
}

/// Where the target stands among the ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// `цель 15 мин`
    pub(crate) label: String,
    /// Ranges to its left, in thousandths of a range.
    pub(crate) at: i64,
}

impl Speed {
    /// The week's answers, with what waits in the state of `scope`.
    pub(crate) fn of(week: &Block, day: &Block, target_s: i64, scope: &str, lang: Lang) -> Self {
        let words = lang.words();
        let times = &week.times(Took::Response);
        let (waiting, closed) =
            (integer(day.n(Count::Waiting), lang), integer(week.n(Count::Unanswered).max(0), lang));
        let unanswered = fill(words.speed_unanswered, &[scope, &waiting, &closed]);
        let target =
            Target { label: fill(words.target, &[&duration(target_s, lang)]), at: target_at(target_s) };
        if times.count <= 0 {
            return Self { lines: vec![words.speed_none.to_owned(), unanswered], bars: Vec::new(), target };
        }
        let answers = counted(times.count, words.leads_acc, lang);
        let median = Reading::median(times).figure(lang);
        let median_text = median.few.map_or(median.text.clone(), |few| format!("{} ({few})", median.text));
        let answered = fill(words.speed_answered, &[&answers, &median_text]);
        Self { lines: vec![answered, unanswered], bars: bars(times, target_s, lang), target }
    }
}

fn bars(times: &Times, target_s: i64, lang: Lang) -> Vec<Bar> {
    let counts = regrouped(times);
    let highest = counts.iter().copied().max().unwrap_or_default().max(1);
    let bar = |(index, count): (usize, &i64)| {
        let starts_s = index.checked_sub(1).and_then(|before| ENDS_S.get(before)).copied().unwrap_or(0);
        let ends_s = ENDS_S.get(index).copied();
        Bar {
            label: label(starts_s, ends_s, lang),
            count: integer(*count, lang),
            share: Reading::Share(*count, times.count).figure(lang).text,
            height: parts(*count, highest, 1000).unwrap_or_default(),
            in_target: ends_s.is_some_and(|ends_s| ends_s <= target_s),
        }
    };
    counts.iter().enumerate().map(bar).collect()
}

fn regrouped(times: &Times) -> [i64; RANGES as usize] {
    let mut counts = [0; RANGES as usize];
    for (bucket, n) in &times.histogram {
        let index = ENDS_S.iter().take_while(|end| histogram::bucket(**end) < *bucket).count();
        if let Some(count) = counts.get_mut(index) {
            *count += n;
        }
    }
    counts
}

fn label(starts_s: i64, ends_s: Option<i64>, lang: Lang) -> String {
    let words = lang.words();
    match ends_s {
        None => fill(words.over, &[&duration(starts_s, lang)]),
        Some(ends_s) if starts_s == 0 => fill(words.up_to, &[&duration(ends_s, lang)]),
        Some(ends_s) if starts_s >= 3600 => hours(starts_s, ends_s, lang),
        Some(ends_s) => {
            let range = fill(words.between, &[&integer(starts_s / 60, lang), &integer(ends_s / 60, lang)]);
            with_unit(&range, words.minute)
        }
    }
}

fn hours(starts_s: i64, ends_s: i64, lang: Lang) -> String {
    fill(lang.words().between, &[&integer(starts_s / 3600, lang), &duration(ends_s, lang)])
}

fn target_at(target_s: i64) -> i64 {
    let index = ENDS_S.iter().take_while(|end| **end <= target_s).count();
    let starts_s = index.checked_sub(1).and_then(|before| ENDS_S.get(before)).copied().unwrap_or(0);
    let within = ENDS_S.get(index).and_then(|ends_s| parts(target_s - starts_s, ends_s - starts_s, 1000));
    i64::try_from(index).unwrap_or(0) * 1000
        + within.unwrap_or(500).min(1000) * i64::from(target_s > starts_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(seconds: &[i64]) -> Times {
        let mut histogram: Vec<(u16, i64)> = seconds.iter().map(|s| (histogram::bucket(*s), 1)).collect();
        histogram.sort_unstable();
        Times {
            count: histogram.len() as i64,
            median_s: histogram::quantile_s(&histogram, 1, 2),
            sum_s: seconds.iter().sum(),
            histogram,
        }
    }

    #[test]
    fn the_end_of_a_range_belongs_to_it() {
        let times = times(&[0, 300, 310, 900, 1800, 1900, 3600, 3700, 14_400, 20_000, 900_000]);
        assert_eq!(regrouped(&times), [2, 2, 1, 2, 2, 2]);
    }

    #[test]
    fn ranges_are_named_shortly() {
        let bars = bars(&times(&[100]), 900, Lang::Ru);
        let labels: Vec<String> = bars.iter().map(|bar| bar.label.replace('\u{a0}', " ")).collect();
        assert_eq!(labels, ["≤ 5 мин", "5–15 мин", "15–30 мин", "30–60 мин", "1–4 ч", "> 4 ч"]);
        assert_eq!(bars.iter().filter(|bar| bar.in_target).count(), 2);
    }

    #[test]
    fn the_target_stands_between_or_within_ranges() {
        assert_eq!(target_at(900), 2000);
        assert_eq!(target_at(600), 1500);
        assert_eq!(target_at(14_400), 5000);
        assert_eq!(target_at(90_000), 5500);
    }

    #[test]
    fn without_answers_there_are_no_bars() {
        let speed = Speed::of(&Block::default(), &Block::default(), 900, "", Lang::Ru);
        assert!(speed.bars.is_empty());
        assert!(speed.lines.iter().any(|line| line.contains("не было")));
    }
}
