//! What the account calls things, and who works there: read every day, proposed as a policy until an admin sets one.

use super::link::{Here, Link};
use super::pass::Pass;
use crate::account::Account;
use crate::failure::Answer;
use crate::vault::Vault;
use takeroot_amocrm::api::{Directory, List};
use takeroot_core::directory::AccountDirectory;
use takeroot_core::time::Moment;

impl Account {
    /// What a policy can name, as it was read last, as the JSON of [`AccountDirectory`].
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn directory(&self) -> Answer<String> {
        match self.store.directory()? {
            Some(text) => Ok(text),
            None => Ok(serde_json::to_string(&AccountDirectory::default())?),
        }
    }

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
        link.here = here(&pass.directory, &link);
        let told = pass.directory.told(now);
        let record = self.record.clone().named(|policy| pass.directory.onto(policy), now);
        let record = record.filter(|record| record.rules(now).is_ok());
        let Some(record) = record else {
            self.store.keep_directory(&told)?;
            self.store.keep_link(&link)?;
            return Ok((link, false));
        };
        self.store.transaction(|| {
            self.store.keep_record(&record, vault)?;
            self.store.keep_directory(&told)?;
            self.store.mark_all_due()?;
            self.store.mark_stale(self.rules.observed_day())?;
            self.store.keep_link(&link)
        })?;
        Ok((link, true))
    }
}

/// What a directory says of the account itself; of lists that were not shown nothing.
fn here(told: &Directory, link: &Link) -> Here {
    let shown = |lists: &[List]| lists.iter().all(|list| !link.refused.contains_key(list));
    let owner = told.asker.unwrap_or_default();
    let known = told.people.iter().find(|person| person.id == owner);
    let stages = told
        .pipelines
        .iter()
        .flat_map(|pipeline| pipeline.stages.iter().map(|stage| (pipeline.id, stage.id)));
    let fields = [List::LeadFields, List::ContactFields, List::CompanyFields];
    Here {
        owner,
        is_plain: known.is_some() && !told.admins.contains(&owner),
        has_left: known.is_some_and(|person| person.until.is_some()),
        admins: told.admins.clone(),
        fields: shown(&fields).then(|| told.fields.iter().map(|field| field.id).collect()),
        stages: shown(&[List::Pipelines]).then(|| stages.collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use takeroot_core::policy::Person;
    use takeroot_core::time::Day;

    #[test]
    fn of_whoever_connected_it_is_told_whether_they_left_and_may_see_everything() {
        let told = |until, admins: &[u64]| {
            let people = vec![Person { id: 7, until, ..Person::default() }];
            let admins = admins.iter().copied().collect();
            let mut told = Directory::default();
            (told.asker, told.people, told.admins) = (Some(7), people, admins);
            let Here { owner, is_plain, has_left, .. } = here(&told, &Link::default());
            (owner, is_plain, has_left)
        };
        assert_eq!(told(None, &[7]), (7, false, false));
        assert_eq!(told(None, &[8]), (7, true, false));
        assert_eq!(told(Some(Day(20_000)), &[7]), (7, false, true));
        // Whose list of people was not shown, of those nothing is known.
        let unknown = here(&Directory::default(), &Link::default());
        assert!(!unknown.is_plain && !unknown.has_left);
    }
}
