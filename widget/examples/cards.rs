//! Cards judged by `core::card::report` for a caller in JavaScript, many at once: what `cargo xtask bench` measures, boundary
//! included.

#[path = "../../crates/core/benches/asked/mod.rs"]
mod asked;

use asked::{PIPELINE, version};
use takeroot_core::card::report;
use takeroot_core::deal::Deal;
use takeroot_core::fact::{Amount, Stage, Value};
use takeroot_core::junk::Junk;
use takeroot_core::policy::Version;
use takeroot_core::time::Moment;
use wasm_bindgen::prelude::*;

/// Numbers of a card: stage, amount, responsible, next step, three fields by their verdicts, and a date. What a card does
/// not have is no number.
const NUMBERS: usize = 8;

/// What judges cards.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Judge {
    version: Version,
    deal: Deal,
}

#[wasm_bindgen]
impl Judge {
    /// With the policy of the benchmarks.
    #[wasm_bindgen(constructor)]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "JavaScript has no defaults")]
    pub fn new() -> Self {
        Self { version: version(), deal: Deal { pipeline: PIPELINE, seen: true, ..Deal::default() } }
    }

    /// How many fields each of the cards lacks.
    pub fn judge(&mut self, cards: &[f64], now_s: f64) -> Vec<u8> {
        let now = moment(now_s);
        let lacks = |card: &[f64; NUMBERS]| {
            self.take(card);
            u8::try_from(report(&self.version, &self.deal, now).missing.len()).unwrap_or(u8::MAX)
        };
        cards.as_chunks().0.iter().map(lacks).collect()
    }

    fn take(&mut self, card: &[f64; NUMBERS]) {
        let &[stage, amount, responsible, next_step, verdicts @ .., date] = card;
        let deal = &mut self.deal;
        deal.stage = known(stage).map(|stage| Stage::Open(id(stage) * 10));
        deal.price = known(amount).map(|amount| Amount(amount as i64));
        deal.responsible = known(responsible).map_or(0, id);
        match known(next_step).map(moment) {
            Some(due) => deal.tasks.entry(1).or_default().due = Some(due),
            None => drop(deal.tasks.remove(&1)),
        }
        let verdicts = verdicts.map(|verdict| known(verdict).map(value));
        for (id, value) in
            (1..).zip(verdicts.into_iter().chain([known(date).map(|at| Value::Date(moment(at)))]))
        {
            match value {
                Some(value) => drop(deal.fields.insert(id, value)),
                None => drop(deal.fields.remove(&id)),
            }
        }
    }
}

fn known(number: f64) -> Option<f64> {
    Some(number).filter(|number| !number.is_nan())
}

#[expect(clippy::cast_sign_loss, reason = "it saturates")]
fn id(number: f64) -> u64 {
    number as u64
}

fn moment(number: f64) -> Moment {
    Moment(number as i64)
}

/// A verdict by its number: a choice is above one.
fn value(verdict: f64) -> Value {
    match id(verdict) {
        0 => Value::Junk(Junk::Placeholder),
        1 => Value::Filled,
        choice => Value::Choice(choice),
    }
}
