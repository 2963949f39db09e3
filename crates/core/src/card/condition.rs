//! Whether a field is asked for at all: the condition on other fields of the same card.

use super::lacks;
use crate::deal::Deal;
use crate::fact::Value;
use crate::policy::{Condition, Field, Mandatory, Policy, Version};
use crate::time::Moment;

/// Whether the condition of a field holds. A field whose condition looks at itself, directly or through the
/// conditions of other fields, is not asked for: such a rule has no beginning. Neither is one whose condition
/// is deeper than [`Condition::DEPTH_MAX`].
pub(super) fn asks(version: &Version, deal: &Deal, mandatory: &Mandatory, now: Moment) -> bool {
    mandatory.when.as_ref().is_none_or(|when| holds(version, deal, mandatory, when, now))
}

/// Few fields have a condition: out of the way of the others.
#[inline(never)]
fn holds(version: &Version, deal: &Deal, mandatory: &Mandatory, when: &Condition, now: Moment) -> bool {
    let judged = Judged { version, deal, now };
    !when.is_too_deep() && judged.holds(when) && !looks_at_itself(&version.policy, mandatory)
}

struct Judged<'a> {
    version: &'a Version,
    deal: &'a Deal,
    now: Moment,
}

impl Judged<'_> {
    fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Filled(field) => self.counts(*field),
            Condition::Empty(field) => !self.counts(*field),
            Condition::Choice { field, any } => self.chose(*field, any),
            Condition::AmountFrom(least) => {
                self.deal.price.is_some_and(|price| price.0 >= least.saturating_mul(100))
            }
            Condition::Source(any) => {
                let told = self.deal.source.is_some_and(|source| any.contains(&source));
                told || self.version.policy.sources.field.is_some_and(|field| self.chose(field, any))
            }
            Condition::All(of) => of.iter().all(|condition| self.holds(condition)),
            Condition::Any(of) => of.iter().any(|condition| self.holds(condition)),
            Condition::Not(condition) => !self.holds(condition),
        }
    }

    fn counts(&self, field: Field) -> bool {
        lacks(self.version, self.deal, field, self.now).is_none()
    }

    fn chose(&self, field: u64, any: &[u64]) -> bool {
        matches!(self.deal.fields.get(&field), Some(Value::Choice(choice)) if any.contains(choice))
    }
}

/// Mandatory fields whose conditions are followed; a policy has seven or so.
const FOLLOWED_MAX: usize = 64;

/// Whether the condition of a field leads back to it.
fn looks_at_itself(policy: &Policy, start: &Mandatory) -> bool {
    let followed = || policy.mandatory.iter().take(FOLLOWED_MAX);
    // A bit for each mandatory field: those whose conditions are still to be followed, and those that were.
    let (mut ahead, mut seen, mut current) = (0_u64, 0_u64, Some(start));
    while let Some(when) = current.and_then(|mandatory| mandatory.when.as_ref()) {
        let back = when.looks_at(&mut |field| {
            for (at, _) in followed().enumerate().filter(|(_, other)| other.field.is_place_of(field)) {
                ahead |= 1 << at;
            }
            field.is_place_of(start.field)
        });
        if back {
            return true;
        }
        let conditional = |at: &usize| followed().nth(*at).is_some_and(|next| next.when.is_some());
        let next = (0..FOLLOWED_MAX).find(|at| (ahead & !seen) >> at & 1 == 1 && conditional(at));
        seen |= next.map_or(0, |at| 1 << at);
        current = next.and_then(|at| followed().nth(at));
    }
    false
}
