//! What must hold of every world.

use crate::company::{Company, FIRST, SECRETS};
use crate::dice::Dice;
use crate::model::{FLOWS, GAUGES, foretell};
use crate::post::{Step, World};
use crate::slices;
use std::collections::BTreeSet;
use takeroot_core::contribution::{Count, Days as _, Milestone, Took};
use takeroot_core::day::Figures;
use takeroot_core::fact::{Fact, Subject};
use takeroot_core::ledger::Ledger;
use takeroot_core::policy::Field;
use takeroot_core::summary::Summary;
use takeroot_core::time::{Day, Moment};

/// Everything that must hold; what does not, in words.
pub(crate) fn judge(world: &World) -> Result<(), String> {
    let rules = &world.company.rules;
    let end = Moment(world.end);
    let ledger = lived(world)?;
    if *ledger.totals() != ledger.recomputed(end) {
        return Err("the totals kept by differences are not those summed anew".to_owned());
    }
    let mut other = reordered(world);
    other.settle(end);
    if ledger.totals() != other.totals() {
        return Err("another order of arrival gives other totals".to_owned());
    }
    let days: Vec<Day> = (FIRST.0 - 2..=rules.day_of(end).0).map(Day).collect();
    let gauges = ledger.totals().gauges(&days.iter().copied().collect());
    let mut figures = Vec::with_capacity(days.len());
    for day in &days {
        let of_day = Figures::with(ledger.totals(), &gauges[day], rules, *day, *day);
        slices::judge(&of_day).map_err(|error| format!("{day}: {error}"))?;
        slices::sums(&of_day, ledger.totals()).map_err(|error| format!("{day}: {error}"))?;
        figures.push(of_day);
    }
    let (first, last) = (days[0], days[days.len() - 1]);
    let whole = Figures::with(ledger.totals(), &gauges[&last], rules, first, last);
    slices::balance(&whole).map_err(|error| format!("until {last}: {error}"))?;
    same_bytes(world, &ledger, &other, &figures)?;
    looks_ahead(world, &ledger)?;
    cohorts(&ledger, &figures)?;
    if world.told {
        as_foretold(world, &ledger, &figures)?;
    }
    Ok(())
}

/// The road of the world itself, held against a recomputation now and then.
fn lived(world: &World) -> Result<Ledger, String> {
    let mut dice = Dice::new(world.seed ^ 0x11);
    let mut ledger = Ledger::new(world.company.rules.clone());
    let mut subjects: BTreeSet<Subject> = BTreeSet::new();
    for step in &world.steps {
        match step {
            Step::Record(_, fact) => {
                subjects.insert(fact.subject);
                ledger.record((**fact).clone());
            }
            Step::Settle(at) => {
                ledger.settle(Moment(*at));
                if dice.percent(3) && *ledger.totals() != ledger.recomputed(Moment(*at)) {
                    return Err(format!("at {at} the totals kept by differences are not those summed anew"));
                }
            }
            Step::Restart => {
                let stored: Vec<_> = subjects.iter().flat_map(|subject| ledger.of(*subject)).collect();
                ledger = Ledger::new(world.company.rules.clone());
                stored.into_iter().for_each(|observed| ledger.record(observed.fact));
            }
        }
    }
    Ok(ledger)
}

/// The same facts, some of them twice, in any order, looked at now and then.
fn reordered(world: &World) -> Ledger {
    let mut dice = Dice::new(world.seed ^ 0x22);
    let mut facts: Vec<&Fact> = world.facts().collect();
    dice.shuffle(&mut facts);
    let twice: Vec<&Fact> = facts.iter().filter(|_| dice.percent(10)).copied().collect();
    facts.extend(twice);
    let mut ledger = Ledger::new(world.company.rules.clone());
    let begin = facts.iter().map(|fact| fact.at.0).min().unwrap_or(world.end);
    let mut settled = begin;
    for fact in facts {
        ledger.record(fact.clone());
        if dice.percent(4) {
            settled += dice.below(world.end - settled + 1) / 4;
            ledger.settle(Moment(settled));
        }
    }
    ledger
}

/// Equal totals make equal documents, which name nobody.
fn same_bytes(world: &World, one: &Ledger, other: &Ledger, figures: &[Figures]) -> Result<(), String> {
    let rules = one.rules();
    let every = if world.seed.is_multiple_of(8) { 1 } else { 5 };
    for of_day in figures.iter().skip((world.seed % every) as usize).step_by(every as usize) {
        let day = of_day.from;
        let text = serde_json::to_string(of_day).unwrap();
        let again = Figures::of(other.totals(), rules, day, day);
        if text != serde_json::to_string(&again).unwrap() {
            return Err(format!("{day}: equal totals, another document"));
        }
        if let Some(secret) = SECRETS.iter().find(|secret| text.contains(*secret)) {
            return Err(format!("{day}: the document contains {secret}"));
        }
    }
    let day = rules.day_of(Moment(world.end));
    let summary = |ledger: &Ledger| serde_json::to_string(&Summary::of(ledger.totals(), rules, day)).unwrap();
    let text = summary(one);
    if text != summary(other) || SECRETS.iter().any(|secret| text.contains(secret)) {
        return Err(format!("{day}: another summary, or one that names somebody"));
    }
    Ok(())
}

/// The evening of a day does not know the next morning.
fn looks_ahead(world: &World, lived: &Ledger) -> Result<(), String> {
    let mut dice = Dice::new(world.seed ^ 0x33);
    let rules = &world.company.rules;
    let span = (rules.day_of(Moment(world.end)).0 - FIRST.0).max(1);
    let day = FIRST.plus(i32::try_from(dice.below(i64::from(span))).unwrap());
    let evening = rules.end_of(day).plus(-1);
    let (mut all, mut until) = (Ledger::new(rules.clone()), Ledger::new(rules.clone()));
    world.facts().for_each(|fact| all.record(fact.clone()));
    world.facts().filter(|fact| fact.at <= evening).for_each(|fact| until.record(fact.clone()));
    all.settle(evening);
    until.settle(evening);
    if all.totals() != until.totals() {
        return Err(format!("the evening of {day} looks ahead"));
    }
    all.settle(Moment(world.end));
    if all.totals() != lived.totals() {
        return Err(format!("one look on the evening of {day} gives other totals"));
    }
    Ok(())
}

/// Of the leads of any period, at most all are won, lost or merged.
fn cohorts(ledger: &Ledger, figures: &[Figures]) -> Result<(), String> {
    let until = figures[figures.len() - 1].to;
    for of_day in figures {
        let (entered, gone) = cohort(ledger, of_day, until);
        if entered < gone {
            return Err(format!("of {entered} leads of {} {gone} are won, lost or merged", of_day.from));
        }
    }
    Ok(())
}

fn cohort(ledger: &Ledger, of_day: &Figures, until: Day) -> (i64, i64) {
    let cohort = ledger.totals().cohort(of_day.from, of_day.to, until);
    let closed = [Milestone::Won, Milestone::Lost, Milestone::Merged];
    let gone = cohort.iter().filter(|((_, milestone), _)| closed.contains(milestone)).map(|(_, n)| n).sum();
    (of_day.all.n(Count::Entered) + of_day.all.n(Count::Merged), gone)
}

fn as_foretold(world: &World, ledger: &Ledger, figures: &[Figures]) -> Result<(), String> {
    let told = foretell(world);
    for of_day in figures {
        let day = of_day.from;
        for count in FLOWS.into_iter().chain(GAUGES) {
            let (is, must) = (of_day.all.n(count), told.counts.get(&(day.0, count)).copied().unwrap_or(0));
            if is != must {
                return Err(format!("{day}: {count:?} is {is}, must be {must}"));
            }
        }
        let unpriced = of_day.all.lacking.iter().find(|(field, _)| *field == Field::Amount);
        let (is, must) = (unpriced.map_or(0, |(_, n)| *n), told.unpriced.get(&day.0).copied());
        if is != must.unwrap_or(0) {
            return Err(format!("{day}: {is} cards lack an amount, must be {must:?}"));
        }
        let (is, must) = (of_day.all.times(Took::Response).count, told.answered.get(&day.0).copied());
        if is != must.unwrap_or(0) {
            return Err(format!("{day}: {is} answers, must be {must:?}"));
        }
        let (entered, gone) = cohort(ledger, of_day, figures[figures.len() - 1].to);
        let must = told.cohort.get(&day.0).copied().unwrap_or_default();
        if (entered, entered - gone) != must {
            return Err(format!("{day}: {entered} leads, {} of them open, must be {must:?}", entered - gone));
        }
    }
    days_agree(world.company, figures)
}

/// The days of the core are those of the calendar on the wall.
fn days_agree(company: &Company, figures: &[Figures]) -> Result<(), String> {
    let wrong =
        figures.iter().find(|of_day| company.rules.end_of(of_day.to).0 != company.end_of(of_day.to.0));
    wrong.map_or(Ok(()), |of_day| Err(format!("{} ends at another moment", of_day.to)))
}
