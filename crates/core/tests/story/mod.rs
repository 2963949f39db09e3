//! A story of one deal: facts in, figures of days out. Monday 2026-03-02 and the following days, Moscow.

#![allow(dead_code, unreachable_pub, reason = "each file of tests tells its own part")]

use takeroot_core::card::DealCard;
use takeroot_core::contribution::Count;
use takeroot_core::day::{Block, Figures};
use takeroot_core::fact::{Actor, Fact, Snapshot, Stage, Subject, Via, Way, What};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::{Policy, Rules};
use takeroot_core::time::{Day, Moment};

pub const ANNA: u64 = 11;
pub const BORIS: u64 = 12;
pub const SITE: u64 = 90;
pub const DEAL: Subject = Subject::Deal(1);

/// Monday 2026-03-02 and the following days, Moscow; hours 09:00 to 18:00 on weekdays.
pub struct Story {
    pub facts: Vec<Fact>,
    pub rules: Rules,
}

pub fn at(text: &str) -> Moment {
    // Wall-clock texts of Moscow: "02 09:10" is 2026-03-02 09:10.
    let (day, clock) = text.split_once(' ').unwrap();
    let clock = if clock.len() == 5 { format!("{clock}:00") } else { clock.to_owned() };
    format!("2026-03-{day}T{clock}Z").parse::<Moment>().unwrap().plus(-3 * 3600)
}

pub fn day(number: u32) -> Day {
    Day::of(2026, 3, number).unwrap()
}

impl Story {
    pub fn new() -> Self {
        let policy: Policy = serde_json::from_str(
            r#"{"calendar": {"tz": "Europe/Moscow", "weekly": {"mon": [["09:00","18:00"]],
                "tue": [["09:00","18:00"]], "wed": [["09:00","18:00"]], "thu": [["09:00","18:00"]],
                "fri": [["09:00","18:00"]]}, "holidays": ["2026-03-09"]},
              "pipelines": [{"id": 5, "stages": [{"id": 51}, {"id": 52}, {"id": 53}]}],
              "mandatory": [{"field": "amount"}, {"field": "next_step"}, {"field": {"future_date": 8}},
                {"field": {"custom": 7}, "from_stage": 3}],
              "people": [{"id": 11}, {"id": 12}, {"id": 90, "service": true}]}"#,
        )
        .unwrap();
        let rules = Rules::compile(vec![(Day(0), policy)], at("01 00:00"), at("01 00:00")).unwrap();
        Self { facts: Vec::new(), rules }
    }

    pub fn fact(mut self, subject: Subject, when: &str, by: Actor, what: What) -> Self {
        let at = at(when);
        self.facts.push(Fact {
            subject,
            at,
            stated: Some(at),
            by,
            seq: None,
            via: Via::Hook,
            what,
            flags: vec![],
        });
        self
    }

    /// A lead comes in by the site's integration.
    pub fn lead(self, when: &str) -> Self {
        let created = Some((at(when), Actor::User(SITE)));
        self.seen(when, Actor::User(SITE), Snapshot { created, added: true, ..open(51) })
    }

    pub fn seen(self, when: &str, by: Actor, snapshot: Snapshot) -> Self {
        self.fact(DEAL, when, by, What::Deal(snapshot))
    }

    pub fn said(self, when: &str, by: Actor) -> Self {
        self.fact(DEAL, when, by, What::Said { way: Way::Chat, talked_s: None, contact: None })
    }

    pub fn figures(&self, of: Day, as_of: &str) -> Figures {
        let mut ledger = Ledger::new(self.rules.clone());
        self.facts.iter().rev().for_each(|fact| ledger.record(fact.clone()));
        ledger.settle(at(as_of));
        Figures::of(ledger.totals(), &self.rules, of, of)
    }

    /// The story under a changed policy.
    pub fn with(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        let mut policy = self.rules.at(at("02 10:00")).policy.clone();
        change(&mut policy);
        self.rules = Rules::compile(vec![(Day(0), policy)], at("01 00:00"), at("01 00:00")).unwrap();
        self
    }

    /// A count of a day, as of its end.
    pub fn n(&self, of: u32, count: Count) -> i64 {
        self.all(of, &format!("{of:02} 23:59:59")).n(count)
    }

    pub fn all(&self, of: u32, as_of: &str) -> Block {
        self.figures(day(of), as_of).all
    }

    pub fn card(&self, now: &str) -> DealCard {
        let mut ledger = Ledger::new(self.rules.clone());
        self.facts.iter().for_each(|fact| ledger.record(fact.clone()));
        DealCard::of(1, &ledger.of(DEAL), ledger.terms(), at(now)).unwrap()
    }
}

pub fn open(stage: u64) -> Snapshot {
    Snapshot {
        pipeline: Some(5),
        stage: Some(Stage::Open(stage)),
        responsible: Some(ANNA),
        ..Snapshot::default()
    }
}

pub fn moved(from: Stage, to: Stage) -> Snapshot {
    Snapshot { stage: Some(to), stage_before: Some(from), ..open(51) }
}
