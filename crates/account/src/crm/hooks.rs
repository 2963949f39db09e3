//! The subscription of the CRM's webhooks.

use super::link::Link;
use crate::account::Account;
use takeroot_amocrm::api::List;
use takeroot_core::time::Moment;

impl Account {
    /// What the CRM's list says of the subscription; `None` where it is to be made anew.
    #[expect(clippy::unused_self, reason = "as its neighbours")]
    pub(super) fn hooks_read(&self, mut link: Link, now: Moment) -> Option<Link> {
        let is_well = link.hooks.as_ref().is_some_and(|hooks| !hooks.disabled && !hooks.settings.is_empty());
        if is_well || link.refused.contains_key(&List::Webhooks) {
            link.hooks_at = Some(now);
            return Some(link);
        }
        None
    }
}
