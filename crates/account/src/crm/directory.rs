//! What the account calls things, and who works there: read every day, proposed as a policy until an admin sets one.

use super::link::Link;
use super::pass::Pass;
use crate::account::Account;
use crate::failure::Answer;
use crate::vault::Vault;
use takeroot_amocrm::api::List;
use takeroot_core::time::Moment;

impl Account {
    /// Takes note of names, people and rules. Says whether the account's rules changed.
    pub(super) fn directory_read(
        &self,
        pass: &Pass,
        mut link: Link,
        vault: &Vault,
        now: Moment,
    ) -> Answer<(Link, bool)> {
        link.directory_at = Some(now);
        // What was not shown yesterday may be shown today; of these lists it was just asked.
        link.refused.retain(|list, _| List::DIRECTORY.contains(list));
        link.incoming.clone_from(&pass.directory.incoming);
        let record = self.record.clone().named(|policy| pass.directory.onto(policy), now);
        let record = record.filter(|record| record.rules(now).is_ok());
        let Some(record) = record else {
            self.store.keep_link(&link)?;
            return Ok((link, false));
        };
        self.store.transaction(|| {
            self.store.keep_record(&record, vault)?;
            self.store.mark_all_due()?;
            self.store.mark_stale(self.rules.day_of(self.rules.observed_from()))?;
            self.store.keep_link(&link)
        })?;
        Ok((link, true))
    }
}
