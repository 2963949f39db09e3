//! What is wrong with an account, as far as it can be known from within.

use super::Inner;
use super::link::{Here, Link};
use crate::account::Account;
use crate::failure::Answer;
use std::collections::BTreeSet;
use takeroot_amocrm::api::List;
use takeroot_amocrm::subscription::NEEDED;
use takeroot_core::doctor::{ASLEEP_S, Ailment, Diagnosis, ENDING_S, LATELY_S, SILENT_S, SKEW_S};
use takeroot_core::time::Moment;

impl Account {
    /// What is wrong. Nothing is read or judged for it: what sleeps is to be found asleep.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn diagnosis(&self, now: Moment) -> Answer<Diagnosis> {
        let inner = self.crm.0.borrow();
        let link = inner.link.as_ref();
        let asked = link.and_then(|link| match link.destination {
            Some(_) => link.directory_at.min(link.hooks_at),
            None => link.directory_at,
        });
        let told = |ailments: Vec<Ailment>| Diagnosis { at: now, asked_at: asked, ailments };
        if let Some(since) = self.record.suspended_at {
            return Ok(told(vec![Ailment::Suspended { since }]));
        }
        let mut ailments = Vec::new();
        if let Some(trouble) = link.and_then(|link| link.trouble) {
            let since = link.and_then(|link| link.troubled_since).unwrap_or(now);
            ailments.push(Ailment::Unreadable { trouble, since });
        }
        ailments.extend(self.asleep_since(link, now)?.map(|since| Ailment::Asleep { since }));
        match link {
            Some(link) => {
                ailments.extend(of_webhooks(link));
                ailments.extend(self.silence(Some(link), now)?);
                ailments.extend(of_owner(link));
                ailments.extend(inner.token_ends(now));
                let refused =
                    link.refused.iter().filter(|(list, _)| !matches!(list, List::Users | List::Webhooks));
                ailments.extend(refused.map(|(list, status)| Ailment::ListRefused {
                    path: list.path().to_owned(),
                    status: *status,
                }));
                ailments.extend(self.gone(&link.here, now));
            }
            None => {
                ailments.push(Ailment::NotConnected);
                ailments.extend(self.silence(None, now)?);
            }
        }
        ailments.extend(self.digests_unsent()?);
        let skew = inner.skew_s.filter(|seconds| seconds.abs() > SKEW_S);
        ailments.extend(skew.map(|seconds| Ailment::ClockSkew { seconds }));
        let quarantined = self.store.quarantined_since(now.plus(-LATELY_S))?;
        ailments.extend(Some(quarantined).filter(|n| *n > 0).map(|n| Ailment::Quarantined { n }));
        Ok(told(ailments))
    }

    /// Since when something waits that an alarm would have done.
    fn asleep_since(&self, link: Option<&Link>, now: Moment) -> Answer<Option<Moment>> {
        let unread = self.store.unread_since()?;
        let reading = link.filter(|link| link.trouble.is_none() && link.wait_until_ms <= now.0 * 1000);
        // The first reading begins with the connection.
        let reading = reading.map(|link| link.looked_at.max(link.since).plus(link.every_s));
        let since = unread.into_iter().chain(reading).min();
        Ok(since.filter(|since| now.since(*since) > ASLEEP_S))
    }

    /// Whether the CRM was silent for a good part of a working day.
    fn silence(&self, link: Option<&Link>, now: Moment) -> Answer<Option<Ailment>> {
        let begun = link.map_or_else(|| self.rules.observed_from(), |link| link.since);
        let hook = self.store.delivered_last()?.unwrap_or(begun).max(begun);
        let happened = self.store.happened_last(now)?.unwrap_or(begun).max(hook);
        let hours = self.rules.at(now).hours(None, 0, 0);
        let is_long = |since: Moment| hours.between(since, now).is_ok_and(|business| business >= SILENT_S);
        let is_told = link.is_none_or(|link| link.hooks.as_ref().is_some_and(|hooks| !hooks.disabled));
        Ok(if is_long(happened) {
            Some(Ailment::Silent { since: happened })
        } else if is_told && happened > hook && is_long(hook) {
            Some(Ailment::WebhooksSilent { since: hook })
        } else {
            None
        })
    }

    /// What the policy names and the CRM does not have.
    fn gone(&self, here: &Here, now: Moment) -> Vec<Ailment> {
        let policy = &self.rules.at(now).policy;
        let fields = here.fields.as_ref().map(|known| {
            policy.custom_fields().into_iter().filter(|id| !known.contains(id)).collect::<Vec<u64>>()
        });
        let stages = here.stages.as_ref().map(|known: &BTreeSet<(u64, u64)>| {
            let named = policy
                .pipelines
                .iter()
                .flat_map(|pipeline| pipeline.stages.iter().map(|stage| (pipeline.id, stage.id)));
            named.filter(|stage| !known.contains(stage)).collect::<Vec<_>>()
        });
        let fields = fields.filter(|fields| !fields.is_empty()).map(|fields| Ailment::FieldsGone { fields });
        let stages = stages.filter(|stages| !stages.is_empty()).map(|stages| Ailment::StagesGone { stages });
        fields.into_iter().chain(stages).collect()
    }
}

impl Inner {
    /// A token that lives long comes to its end; others are replaced by themselves.
    fn token_ends(&self, now: Moment) -> Option<Ailment> {
        let tokens = self.tokens.as_ref().filter(|tokens| tokens.refresh.is_none())?;
        (tokens.expires_at.since(now) < ENDING_S).then_some(Ailment::TokenEnds { at: tokens.expires_at })
    }
}

fn of_webhooks(link: &Link) -> Option<Ailment> {
    link.destination.as_ref()?;
    if let Some(status) = link.refused.get(&List::Webhooks) {
        return Some(Ailment::WebhooksRefused { status: *status });
    }
    // Before they were looked at for the first time nothing is wrong with them.
    link.hooks_at?;
    let hooks = link.hooks.clone().unwrap_or_default();
    if hooks.disabled {
        return Some(Ailment::WebhooksDisabled);
    }
    let is_missing = |kind: &&&str| !hooks.settings.iter().any(|told| told == **kind);
    let kinds: Vec<String> = NEEDED.iter().filter(is_missing).map(|kind| (*kind).to_owned()).collect();
    (!kinds.is_empty()).then_some(Ailment::WebhooksMissing { kinds })
}

fn of_owner(link: &Link) -> Option<Ailment> {
    let Here { owner: user, is_plain, has_left, .. } = link.here;
    // Only admins are shown who works there.
    let is_plain = is_plain || link.refused.contains_key(&List::Users);
    if has_left {
        return Some(Ailment::OwnerLeft { user });
    }
    is_plain.then_some(Ailment::OwnerNotAdmin { user })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_left_is_named_before_whose_rights_are() {
        let of = |is_plain, has_left| {
            let here = Here { owner: 7, is_plain, has_left, ..Here::default() };
            of_owner(&Link { here, ..Link::default() })
        };
        assert_eq!(of(false, false), None);
        assert_eq!(of(true, false), Some(Ailment::OwnerNotAdmin { user: 7 }));
        assert_eq!(of(true, true), Some(Ailment::OwnerLeft { user: 7 }));
    }
}
