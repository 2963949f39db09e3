//! The summary in words, made once and laid out by the page and by the terminal.

use crate::date;
use crate::lang::{Lang, fill};
use crate::ledger::{self, Ledger};
use crate::number::{counted, duration, integer};
use crate::reading::{Better, Figure, Reading, Tone, Trend, no_data};
use crate::speed::Speed;
use crate::text;
use crate::verdict::{self, Finding, Level, Share, Sign, Verdict};
use crate::words::Words;
use takeroot_core::contribution::{Count, Took};
use takeroot_core::day::{Block, Document, Figures};
use takeroot_core::policy::Policy;
use takeroot_core::summary::Summary;
use takeroot_core::zone::Zone;

/// What the figures come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) document: &'a Document<Summary>,
    pub(crate) policy: &'a Policy,
    pub(crate) zone: &'a Zone,
    pub(crate) account: &'a str,
    pub(crate) lang: Lang,
}

/// Everything that an owner reads.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) account: String,
    /// `Пятница, 20 ноября 2026`
    pub(crate) date: String,
    /// `итог дня`, `по состоянию на 14:05`, with the revision.
    pub(crate) status: String,
    pub(crate) notices: Vec<&'static str>,
    pub(crate) verdict: Said,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) speed: Speed,
    pub(crate) managers: Ledger,
    pub(crate) sources: Ledger,
    pub(crate) pipelines: Ledger,
}

/// The verdict in words.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) tone: Tone,
    /// `Внимание`
    pub(crate) level: &'static str,
    pub(crate) sentence: String,
}

/// A key figure.
#[derive(Clone, Debug)]
pub(crate) struct Tile {
    /// The definition that it links to.
    pub(crate) term: &'static str,
    pub(crate) label: &'static str,
    pub(crate) value: Figure,
    pub(crate) scope: &'static str,
    /// Under the figure: its parts, or that there are few.
    pub(crate) remark: String,
    /// Other periods: label, figure, remark.
    pub(crate) beside: Vec<(&'static str, Figure)>,
    pub(crate) trend: Option<Trend>,
}

impl View {
    pub(crate) fn of(source: Source) -> Self {
        let Source { document, policy, account, lang, .. } = source;
        let words = lang.words();
        let Summary { day, week, week_before, .. } = &document.figures;
        let notices = [
            (!day.observed, words.day_unobserved),
            (day.observed && !week.observed, words.week_unobserved),
            (day.observed && week.observed && !week_before.observed, words.before_unobserved),
        ];
        Self {
            account: text::name(account).unwrap_or_else(|| words.brand.to_owned()),
            date: date::capital(&date::long(day.to, lang)),
            status: status(source),
            notices: notices.into_iter().filter(|(on, _)| *on).map(|(_, words)| words).collect(),
            verdict: said(source),
            tiles: tiles(source),
            speed: Speed::of(&week.all, &day.all, policy.first_response_s(), source.state_scope(), lang),
            managers: ledger::managers(source),
            sources: ledger::sources(source),
            pipelines: ledger::pipelines(source),
        }
    }
}

impl Source<'_> {
    /// `на конец дня`, or `сейчас` while the day lasts.
    pub(crate) fn state_scope(&self) -> &'static str {
        let words = self.lang.words();
        if verdict::is_over(self.document, self.zone) { words.at_end } else { words.at_moment }
    }
}

fn status(source: Source) -> String {
    let Source { document, zone, lang, .. } = source;
    let (words, envelope) = (lang.words(), document.envelope);
    let state = if envelope.is_final {
        words.is_final.to_owned()
    } else {
        fill(words.as_of, &[&date::clock(envelope.as_of, zone, document.figures.day.to, lang)])
    };
    if envelope.revision <= 1 {
        return state;
    }
    format!("{state}, {}", fill(words.revision, &[&integer(i64::from(envelope.revision), lang)]))
}

/// The verdict in words.
pub(crate) fn said(source: Source) -> Said {
    let words = source.lang.words();
    let Summary { day, week, .. } = &source.document.figures;
    let plain = |sentence: String| Said { tone: Tone::Plain, level: words.level_unknown, sentence };
    match verdict::verdict(source.document, source.policy, source.zone) {
        Verdict::Unobserved => plain(words.verdict_unobserved.to_owned()),
        Verdict::NoData => plain(words.verdict_no_data.to_owned()),
        Verdict::TooFew => plain(too_few(&week.all, &day.all, source.lang)),
        Verdict::Well => Said {
            tone: Tone::Good,
            level: words.level_good,
            sentence: well(&day.all, &week.all, source.lang),
        },
        Verdict::Trouble(finding) => {
            let (tone, level) = match finding.level {
                Level::Bad => (Tone::Bad, words.level_bad),
                Level::Warn | Level::Good => (Tone::Warn, words.level_warn),
            };
            Said { tone, level, sentence: trouble(finding, source.lang) }
        }
    }
}

fn too_few(week: &Block, day: &Block, lang: Lang) -> String {
    let words = lang.words();
    let (came, at_work) = (
        counted(week.n(Count::Entered), words.leads, lang),
        counted(day.n(Count::Active), words.deals, lang),
    );
    fill(words.verdict_too_few, &[&came, &at_work])
}

fn well(day: &Block, week: &Block, lang: Lang) -> String {
    let words = lang.words();
    let (scope, block) = match day.judged() {
        0 => (words.for_week, week),
        _ => (words.for_day, day),
    };
    let in_time = (block.judged() > 0).then(|| {
        let share = of_them(Share { n: block.n(Count::InTime), of: block.judged() }, words.of_leads, lang);
        fill(words.well_in_time, &[scope, &share])
    });
    let overdue = Share { n: day.n(Count::Overdue), of: day.n(Count::Active) };
    let overdue = (overdue.of > 0).then(|| {
        fill(words.well_overdue, &[&of_them(overdue, words.of_active, lang), &percent(overdue, lang)])
    });
    let reasons: Vec<String> = in_time.into_iter().chain(overdue).collect();
    match reasons.is_empty() {
        true => format!("{}.", words.verdict_well),
        false => format!("{}: {}.", words.verdict_well, reasons.join(", ")),
    }
}

fn trouble(finding: Finding, lang: Lang) -> String {
    let words = lang.words();
    let Share { n, of } = finding.share;
    let good = Share { n: of - n, of };
    let percent = |share: Share| match finding.sign {
        // People are counted in full.
        Sign::Idle => Reading::Share(share.n, share.of).figure(lang).text,
        _ => percent(share, lang),
    };
    let late = |scope: &str| {
        let sentence =
            fill(words.verdict_late, &[scope, &of_them(good, words.of_leads, lang), &percent(good)]);
        date::capital(&sentence)
    };
    let bad =
        |template, forms| fill(template, &[&of_them(finding.share, forms, lang), &percent(finding.share)]);
    match finding.sign {
        Sign::Waiting => {
            let waiting = counted(n, words.leads, lang);
            fill(words.verdict_waiting, &[&waiting, lang.form(words.waits, n), &percent(finding.share)])
        }
        Sign::LateOnDay => late(words.for_day),
        Sign::LateInWeek => late(words.for_week),
        Sign::Idle => bad(words.verdict_idle, words.of_people),
        Sign::Overdue => bad(words.verdict_overdue, words.of_active),
        Sign::Incomplete => {
            fill(words.verdict_incomplete, &[&of_them(good, words.of_cards, lang), &percent(good)])
        }
    }
}

/// `64 %, мало случаев: 14`
fn percent(share: Share, lang: Lang) -> String {
    let figure = Reading::Share(share.n, share.of).figure(lang);
    figure.few.map_or_else(|| figure.text.clone(), |few| format!("{}, {few}", figure.text))
}

/// `9 из 14 заявок`
fn of_them(share: Share, forms: &'static str, lang: Lang) -> String {
    let of = counted(share.of, forms, lang);
    fill(lang.words().n_of_m, &[&integer(share.n, lang), &of])
}

/// A key figure before it is read.
pub(crate) struct Key {
    /// The definition that it links to.
    pub(crate) term: &'static str,
    pub(crate) label: &'static str,
    pub(crate) better: Better,
    period: Period,
    pub(crate) read: fn(&Figures) -> Reading,
}

impl Key {
    /// Whether it says how things stand at an end.
    pub(crate) fn is_of_the_end(&self) -> bool {
        self.period == Period::End
    }

    /// Whether it says something of a single day.
    pub(crate) fn is_of_a_day(&self) -> bool {
        self.period != Period::Week
    }
}

/// The key figures, in order.
pub(crate) fn keys(words: &Words) -> [Key; 10] {
    let key = |term, label, better, period, read| Key { term, label, better, period, read };
    use Better::{Less, More, Neither};
    use Period::{Day, End, Week};
    [
        key("entered", words.entered, More, Day, |of| Reading::Count(of.all.n(Count::Entered))),
        key("in-time", words.in_time, More, Day, |of| {
            Reading::Share(of.all.n(Count::InTime), of.all.judged())
        }),
        key("median", words.median, Less, Day, |of| Reading::median(&of.all.times(Took::Response))),
        key("waiting", words.waiting, Less, End, |of| Reading::Count(of.all.n(Count::Waiting))),
        key("won-lost", words.won_lost, More, Day, |of| {
            Reading::Pair(of.all.n(Count::Won), of.all.n(Count::Lost))
        }),
        key("conversion", words.conversion, More, Week, |of| {
            Reading::Ratio(of.all.n(Count::Won), of.all.n(Count::Entered))
        }),
        key("active", words.active, Neither, End, |of| Reading::Count(of.all.n(Count::Active))),
        key("overdue", words.overdue, Less, End, |of| {
            Reading::Share(of.all.n(Count::Overdue), of.all.n(Count::Active))
        }),
        key("complete", words.complete, More, End, |of| {
            Reading::Share(of.all.n(Count::Complete), of.all.n(Count::Cards))
        }),
        key("people", words.people, More, Day, |of| {
            Reading::Census(people(of.active_people.len()), people(of.roster))
        }),
    ]
}

/// A key figure's definition: its place on a page, what it is called, what it is.
pub(crate) type Term = (&'static str, &'static str, String);

/// What the key figures are, and the words beside them.
pub(crate) fn terms(policy: &Policy, lang: Lang) -> [Term; 12] {
    let words = lang.words();
    let in_time = fill(words.def_in_time, &[&duration(policy.first_response_s(), lang)]);
    [
        ("entered", words.entered, words.def_entered),
        ("in-time", words.in_time, in_time.as_str()),
        ("median", words.median, words.def_median),
        ("waiting", words.waiting, words.def_waiting),
        ("won-lost", words.won_lost, words.def_won_lost),
        ("conversion", words.conversion, words.def_conversion),
        ("active", words.active, words.def_active),
        ("overdue", words.overdue, words.def_overdue),
        ("complete", words.complete, words.def_complete),
        ("people", words.people, words.def_people),
        ("final", words.def_final_term, words.def_final),
        ("trend", words.def_trend_term, words.def_trend),
    ]
    .map(|(id, term, definition)| (id, term, definition.to_owned()))
}

fn people(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn tiles(source: Source) -> Vec<Tile> {
    keys(source.lang.words()).iter().map(|key| tile(source, key)).collect()
}

/// What a tile's figure is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Period {
    /// The day, with the week beside it.
    Day,
    /// The week alone: a ratio that says nothing of a day.
    Week,
    /// The end of the day.
    End,
}

fn tile(source: Source, key: &Key) -> Tile {
    let Key { term, label, better, period, read } = *key;
    let Source { document, lang, .. } = source;
    let words = lang.words();
    let Summary { day, week, week_before, .. } = &document.figures;
    let compares = day.observed && week_before.observed;
    let then = if week_before.observed { read(week_before).figure(lang) } else { no_data(lang) };
    let (shown, scope, beside) = match period {
        Period::Day => {
            let beside = vec![(words.days_7, read(week).figure(lang)), (words.week_earlier, then)];
            (read(day), words.on_day, beside)
        }
        Period::Week => (read(week), words.in_week, vec![(words.week_earlier, then)]),
        Period::End => (read(day), source.state_scope(), vec![(words.week_ago, then)]),
    };
    let value = shown.figure(lang);
    let remark = value.remark(lang, matches!(shown, Reading::Median(..)));
    let trend = read(week).trend(read(week_before), better, lang).filter(|_| compares);
    Tile { term, label, value, scope, remark, beside, trend }
}
