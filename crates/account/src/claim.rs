//! A person's own word that they answered a client outside the CRM. It stops the clock, and is counted apart from the
//! answers that the CRM confirms.

use crate::account::Account;
use crate::failure::{Answer, Failure};
use serde::{Deserialize, Serialize};
use takeroot_amocrm::token::LEEWAY_S;
use takeroot_core::card::{CardData, DealCard};
use takeroot_core::fact::{Actor, Fact, Subject, Via, Way, What};
use takeroot_core::sla::{Timer, TimerState};
use takeroot_core::time::Moment;

/// What a person says of their answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// How they answered.
    pub way: Way,
    /// When; just now where it is not said.
    #[serde(default)]
    pub at: Option<Moment>,
}

impl Account {
    /// Keeps the word of a one-time token's user that they answered the deal's client outside the CRM, and gives what
    /// [`Account::card`] gives from now on. A deal that waits for no answer any more stays as it is, so that saying it
    /// twice counts once.
    ///
    /// # Errors
    /// A rejection with 401 of a token that is not good, with 404 of a deal of which nothing is known, with 403 of a
    /// colleague's deal and of a user who is no person of the roster, with 409 of a deal without a clock, with 422 of a
    /// moment before the lead came or in the future.
    pub fn answer(
        &self,
        deal: u64,
        token: &str,
        wish: AnswerRequest,
        now: Moment,
    ) -> Answer<(CardData, String)> {
        let claims = self.widget(token, now)?;
        let known = self.deal_card(deal, now)?.ok_or_else(Failure::not_found)?;
        let refused = |status, hint: &str| Failure::rejected(status, "the answer is not kept", hint);
        if !self.sees(claims.user_id, self.is_admin(&claims), known.responsible, now) {
            return Err(refused(403, "the deal is a colleague's"));
        }
        if !self.rules.at(now).is_person_at(claims.user_id, now) {
            return Err(refused(403, "only people of the roster answer clients: ask an admin to add you"));
        }
        let Some(clock) = known.first_response else {
            return Err(refused(409, "nobody measures how soon this deal's client is answered"));
        };
        let at = wish.at.unwrap_or(now);
        if at < clock.started || at > now.plus(LEEWAY_S) {
            return Err(refused(422, "`at` is Unix seconds between the moment the lead came and now"));
        }
        if waits(&known) {
            self.claimed(deal, claims.user_id, wish.way, at.min(now), now)?;
        }
        self.card(deal, token, now)
    }

    fn claimed(&self, deal: u64, user: u64, way: Way, at: Moment, now: Moment) -> Answer<()> {
        let fact = Fact {
            subject: Subject::Deal(deal),
            at,
            stated: Some(at),
            by: Actor::User(user),
            seq: None,
            via: Via::Hook,
            what: What::Claimed { way },
            flags: Vec::new(),
        };
        self.told(|| self.store.mark_due(&self.keep_facts(vec![(now, fact)])?.touched))
    }
}

/// Whether the clock of the first response has not ended.
fn waits(known: &DealCard) -> bool {
    let open = |clock: &Timer| clock.answered.is_none() && clock.state != TimerState::Ended;
    known.claimed.is_none() && known.first_response.as_ref().is_some_and(open)
}
