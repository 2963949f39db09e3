//! A verdict in words, once for the page and the terminal.

use crate::lang::{Lang, fill};
use crate::number::{CASES_MIN, counted, duration, integer, parts, percent, tenths};
use crate::reading::{Better, Reading, Trend};
use crate::said;
use takeroot_core::acceptance::{Compared, Metric, NoData, Unit, Verdict};

/// A verdict's figure in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) metric: Metric,
    pub(crate) label: &'static str,
    /// The figure itself, or why there is none.
    pub(crate) value: String,
    /// What it is made of, and whether that is little; empty where nothing is known.
    pub(crate) cases: String,
    /// What is needed; empty where nothing is.
    pub(crate) limit: String,
    pub(crate) known: bool,
}

impl Measured {
    pub(crate) fn of(figure: &Verdict, lang: Lang) -> Self {
        let metric = figure.criterion.metric;
        Self {
            metric,
            label: said::of(lang, said::metric(metric)),
            value: value(figure, lang),
            cases: cases(figure, lang),
            limit: limit(figure, lang),
            known: figure.is_known(),
        }
    }

    /// `переходы по действию: 78 % (39 из 50), нужно от 80 %`
    pub(crate) fn line(&self) -> String {
        let cases = if self.cases.is_empty() { String::new() } else { format!(" ({})", self.cases) };
        let limit = if self.limit.is_empty() { String::new() } else { format!(", {}", self.limit) };
        format!("{}: {}{cases}{limit}", self.label, self.value)
    }
}

/// The figure, or why there is none.
pub(crate) fn value(figure: &Verdict, lang: Lang) -> String {
    let value = figure.value;
    let unit = figure.criterion.metric.unit();
    match (figure.reason, figure.seconds, unit) {
        (Some(NoData::TooFew), ..) => {
            let cases = if unit == Unit::Seconds { value.n } else { value.of };
            let needed = integer(figure.criterion.cases_min, lang);
            fill(said::of(lang, said::TOO_FEW), &[&integer(cases, lang), &needed])
        }
        (Some(reason), ..) => {
            format!("{}: {}", lang.words().no_data, said::of(lang, said::reason(reason)))
        }
        (None, Some(seconds), _) => duration(seconds, lang),
        (None, None, Unit::Hundredths) => integer(parts(value.n, value.of, 1).unwrap_or(0) / 100, lang),
        (None, None, _) => tenths(parts(value.n, value.of, 1000).unwrap_or(0), lang),
    }
}

fn cases(figure: &Verdict, lang: Lang) -> String {
    let (words, metric) = (lang.words(), figure.criterion.metric);
    if !figure.is_known() {
        return String::new();
    }
    let (cases, made_of) = match metric.unit() {
        Unit::Seconds => {
            let forms = if metric == Metric::CycleMedian { words.deals } else { words.answers };
            (figure.value.n, counted(figure.value.n, forms, lang))
        }
        Unit::Percent | Unit::Hundredths => {
            let (n, of) = (integer(figure.value.n, lang), integer(figure.value.of, lang));
            (figure.value.of, fill(words.n_of_m, &[&n, &of]))
        }
    };
    let made_of = if metric.unit() == Unit::Hundredths { counted(cases, words.deals, lang) } else { made_of };
    if cases < CASES_MIN && !metric.is_census() { format!("{made_of}, {}", words.few) } else { made_of }
}

fn limit(figure: &Verdict, lang: Lang) -> String {
    let criterion = &figure.criterion;
    let limits = [(said::AT_LEAST, criterion.at_least), (said::AT_MOST, criterion.at_most)];
    let limits = limits.into_iter().filter_map(|(word, limit)| {
        let limit = amount(limit?, criterion.metric.unit(), lang);
        Some(fill(said::of(lang, word), &[&limit]))
    });
    limits.collect::<Vec<_>>().join(", ")
}

/// A figure in the unit of its limits.
pub(crate) fn amount(n: i64, unit: Unit, lang: Lang) -> String {
    match unit {
        Unit::Percent => percent(n, lang),
        Unit::Seconds => duration(n, lang),
        Unit::Hundredths => integer(n / 100, lang),
    }
}

/// How a figure turned since it was another, as the difference of what is said.
pub(crate) fn turn(before: &Verdict, after: &Verdict, lang: Lang) -> Option<Trend> {
    let metric = after.criterion.metric;
    let reading = |figure: &Verdict| match metric.unit() {
        _ if !figure.is_known() => None,
        Unit::Percent => Some(Reading::Ratio(figure.value.n, figure.value.of)),
        Unit::Seconds => Some(Reading::Median(figure.seconds, figure.value.n)),
        Unit::Hundredths => None,
    };
    let better = if metric.less_is_better() { Better::Less } else { Better::More };
    reading(after)?.trend(reading(before)?, better, lang)
}

/// `ответ в срок: 72 % → 84 %, лучше`
pub(crate) fn turned(row: &Compared, lang: Lang) -> String {
    let name = said::of(lang, said::metric(row.after.criterion.metric));
    let trend = said::of(lang, said::trend(row.trend));
    format!("{name}: {} → {}, {trend}", value(&row.before, lang), value(&row.after, lang))
}
