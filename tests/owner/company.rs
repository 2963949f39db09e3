//! Weeks of the demo company as they lie in KV, by an owner's policy that asks for all that a page can show.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use takeroot_amocrm::hook::{Context, read};
use takeroot_core::acceptance::{Difference, Metric, Period};
use takeroot_core::day::{DayPoint, Document, Envelope, Figures};
use takeroot_core::fact::{Fact, Stage, Subject, What};
use takeroot_core::ledger::Ledger;
use takeroot_core::logbook::{Entry, EntryKind};
use takeroot_core::policy::{Criterion, Goal, Named, Person, Policy, Rules};
use takeroot_core::summary::{Glance, Mark, Summary};
use takeroot_core::time::{Day, Moment};
use takeroot_core::zone::Zone;
use takeroot_panel::{Choice, Filter, Lang, OwnerPage, PeriodPage, owner_page, period_page};
use takeroot_stand::account;
use takeroot_stand::company::{Company, FieldKind, FieldOwner, History, generate};

/// Friday 2026-11-20, 19:40 in Moscow: the working day is over.
const ENDS: i64 = 1_795_192_800;
const WEEKS: u32 = 9;

/// What is known of the company.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) name: String,
    pub(crate) policy: Policy,
    ledger: Ledger,
    summaries: BTreeMap<Day, Document<Summary>>,
    points: Vec<DayPoint>,
    logbook: Vec<Entry>,
}

impl Shop {
    pub(crate) fn get() -> &'static Self {
        static SHOP: OnceLock<Shop> = OnceLock::new();
        SHOP.get_or_init(Self::open)
    }

    fn open() -> Self {
        let history = generate(7, ENDS, WEEKS);
        let policy = owners(account::policy(&history.company), &history);
        let versions = vec![(Day(0), policy.clone())];
        let rules = Rules::compile(versions, Moment(history.since), Moment(ENDS)).unwrap();
        let mut ledger = Ledger::new(rules);
        for delivery in &history.deliveries {
            let received_at = Moment(delivery.at);
            let context =
                Context { received_at, account: None, identity_key: b"a key", policy: Some(&policy) };
            let told = read(delivery.body.as_bytes(), &context).unwrap();
            told.facts.into_iter().map(reasoned).for_each(|fact| ledger.record(fact));
        }
        ledger.settle(Moment(ENDS));
        let summary = |day: Day| {
            let figures = Summary::of(ledger.totals(), ledger.rules(), day);
            (day, Document { envelope: Envelope::of(day, ledger.rules(), Moment(ENDS), 1), figures })
        };
        let summaries = [0, -1, -7].map(|back| summary(Self::today().plus(back))).into();
        let first = ledger.rules().day_of(Moment(history.since));
        let days = (first.0 - 7..=Self::today().0).map(Day);
        let points = days.map(|day| Figures::of(ledger.totals(), ledger.rules(), day, day).point()).collect();
        let logbook = written(&policy);
        Self { name: history.company.name, policy, ledger, summaries, points, logbook }
    }

    pub(crate) fn zone(&self) -> &Zone {
        &self.ledger.rules().at(Moment(ENDS)).zone
    }

    pub(crate) fn today() -> Day {
        "2026-11-20".parse().unwrap()
    }

    pub(crate) fn summary(&self) -> &Document<Summary> {
        &self.summaries[&Self::today()]
    }

    /// The figures of days, taken day by day with cohorts of their own.
    pub(crate) fn period(&self, period: Period) -> Figures {
        self.taken(period, |day| day.of_those_since(period.from))
    }

    /// The figures of days, taken day by day.
    pub(crate) fn taken(&self, period: Period, each: impl Fn(Figures) -> Figures) -> Figures {
        let of = |day: i32| each(Figures::of(self.ledger.totals(), self.ledger.rules(), Day(day), Day(day)));
        let mut sum = of(period.from.0);
        (period.from.0 + 1..=period.to.0).for_each(|day| sum.take(of(day)));
        sum
    }

    /// The figures of days, counted at once.
    pub(crate) fn at_once(&self, period: Period) -> Figures {
        Figures::of(self.ledger.totals(), self.ledger.rules(), period.from, period.to)
    }

    /// The page of a period beside the one before it.
    pub(crate) fn period_page(&self, period: Period, filter: Filter, lang: Lang) -> String {
        let (now, then) = (self.period(period), self.period(period.before()));
        period_page(&PeriodPage {
            account: &self.name,
            policy: &self.policy,
            zone: self.zone(),
            period,
            now: Some(&now),
            envelope: Some(self.summary().envelope),
            missing: 0,
            beside: period.before(),
            then: Some(&then),
            filter,
            lang,
            base: "/owner/shop",
            query: "?token=t",
        })
    }

    /// The page of today, were there 300 managers more.
    pub(crate) fn crowd(&self, lang: Lang, choice: Choice<'_>) -> String {
        let (mut policy, mut document) = (self.policy.clone(), self.summary().clone());
        let Summary { day, week, .. } = &mut document.figures;
        let known: Vec<u64> = week.by.managers.keys().copied().collect();
        for n in 0..300 {
            let (id, like) = (900_000 + n, known[n as usize % known.len()]);
            policy
                .people
                .push(Person { id, name: format!("Сотрудник {}", n + 1), ..Person::default() });
            for figures in [&mut *day, &mut *week] {
                if let Some(block) = figures.by.managers.get(&like).cloned() {
                    figures.by.managers.insert(id, block);
                }
            }
        }
        self.page_of(&policy, &document, lang, choice)
    }

    /// The page of today, were the days before uploaded from another system's history.
    pub(crate) fn uploaded(&self, lang: Lang, choice: Choice<'_>) -> String {
        let mut document = self.summary().clone();
        let comparison = &mut document.figures.acceptance.as_mut().unwrap().comparison;
        comparison.uploaded = true;
        comparison.differences = vec![Difference::FirstResponse, Difference::Hours, Difference::Stages];
        self.page_of(&self.policy, &document, lang, choice)
    }

    /// The page of today.
    pub(crate) fn page(&self, lang: Lang, choice: Choice<'_>) -> String {
        self.page_of(&self.policy, self.summary(), lang, choice)
    }

    fn page_of(
        &self,
        policy: &Policy,
        document: &Document<Summary>,
        lang: Lang,
        choice: Choice<'_>,
    ) -> String {
        let glance = |back: i32| {
            let then = self.summaries.get(&Self::today().plus(back))?;
            Some(Glance { signs: then.figures.signs.clone() })
        };
        let (yesterday, week_ago) = (glance(-1), glance(-7));
        let today = Self::today();
        let days: Vec<Day> = (-62..=0).map(|back| today.plus(back)).collect();
        owner_page(&OwnerPage {
            account: &self.name,
            document,
            yesterday: yesterday.as_ref(),
            week_ago: week_ago.as_ref(),
            policy,
            zone: self.zone(),
            days: &days,
            points: &self.points,
            logbook: &self.logbook,
            lang,
            base: "/owner/shop",
            query: "?token=t",
            choice,
        })
    }
}

/// What the company's people wrote down.
fn written(policy: &Policy) -> Vec<Entry> {
    let owner = policy.people.iter().find(|person| person.head).map_or(0, |person| person.id);
    let day = |text: &str| text.parse::<Day>().unwrap();
    let entry = |kind, at: &str, text: &str| Entry {
        kind,
        day: day(at),
        text: text.to_owned(),
        owner,
        ..Entry::default()
    };
    use EntryKind::{Pain, Release, Request};
    let entries = [
        entry(Release, "2026-10-05", "Пакет 1: заявки с сайта сами попадают в воронку"),
        Entry {
            done: Some(day("2026-10-21")), ..entry(Request, "2026-10-12", "Телефония в карточке")
        },
        entry(Release, "2026-10-26", "Пакет 2: обязательные поля с третьего этапа"),
        entry(Release, "2026-10-26", "Обучение отдела <script>"),
        Entry {
            by: Some(day("2026-12-04")), ..entry(Request, "2026-11-16", "Напоминания в мессенджере")
        },
        Entry {
            mark: Some(Mark::Inconvenience),
            by: Some(day("2026-11-27")),
            ..entry(Pain, "2026-11-09", "Карточка долго открывается на телефоне")
        },
        Entry {
            mark: Some(Mark::Habit),
            done: Some(day("2026-11-13")),
            ..entry(Pain, "2026-10-19", "Задачи ставят в блокноте")
        },
    ];
    (1..).zip(entries).map(|(id, entry)| Entry { id, ..entry }).collect()
}

/// Webhooks do not tell why a deal was lost; readings of the CRM do.
fn reasoned(mut fact: Fact) -> Fact {
    if let (What::Deal(seen), Subject::Deal(deal)) = (&mut fact.what, fact.subject) {
        let lost = seen.stage == Some(Stage::Lost) && !deal.is_multiple_of(6);
        seen.loss_reason = lost.then(|| [1, 1, 2, 3, 1, 4, 2][usize::try_from(deal % 7).unwrap()]);
    }
    fact
}

/// The demo's policy as an owner who wants to see everything completes it.
fn owners(mut policy: Policy, history: &History) -> Policy {
    let day = |text: &str| text.parse::<Day>().unwrap();
    policy.leaderboard = true;
    if let Some(person) = policy.people.iter_mut().find(|person| !person.service) {
        person.head = true;
    }
    let head = policy.people.iter().find(|person| person.head).map_or(0, |person| person.id);
    policy.acceptance.started = Some(day("2026-10-19"));
    policy.acceptance.baseline = Some(Period { from: day("2026-09-21"), to: day("2026-10-18") });
    policy.acceptance.targets =
        vec![Criterion::good(Metric::InTime, 80), Criterion::good(Metric::CompleteCards, 70)];
    let goal = |metric, value, by: &str| Goal {
        criterion: Criterion::good(metric, value),
        owner: head,
        by: Some(day(by)),
    };
    policy.goals = vec![
        goal(Metric::CompleteCards, 80, "2026-12-31"),
        goal(Metric::Overdue, 10, "2026-12-18"),
        goal(Metric::ResponseMedian, 600, "2026-11-30"),
    ];
    let reasons = ["Дорого", "Выбрали другого", "Передумали", "Не дозвонились"];
    policy.meaning.loss_reasons =
        (1..).zip(reasons).map(|(id, name)| Named { id, name: name.to_owned() }).collect();
    name_sources(&mut policy, &history.company);
    policy
}

fn name_sources(policy: &mut Policy, company: &Company) {
    let source = company.fields.iter().find(|f| f.kind == FieldKind::Select && f.owner == FieldOwner::Lead);
    let Some(field) = source else { return };
    policy.sources.field = Some(field.id);
    let name =
        |choice: &takeroot_stand::company::Choice| Named { id: choice.id, name: choice.name_ru.clone() };
    policy.sources.names = field.choices.iter().map(name).collect();
}
