//! The lists of the API, as they are asked for.

use serde::{Deserialize, Serialize};
use takeroot_core::time::Moment;

/// A list, or a single answer, of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is the list of its name")]
pub enum List {
    Account,
    Users,
    Pipelines,
    LeadFields,
    ContactFields,
    CompanyFields,
    LossReasons,
    Webhooks,
    Events,
    Leads,
    Contacts,
    Companies,
    Tasks,
    LeadNotes,
    ContactNotes,
    CompanyNotes,
    Unsorted,
}

impl List {
    /// What an account calls things.
    pub const DIRECTORY: &[Self] = &[
        Self::Account,
        Self::Users,
        Self::Pipelines,
        Self::LeadFields,
        Self::ContactFields,
        Self::CompanyFields,
        Self::LossReasons,
    ];
    /// What happened. Events come first: where they tell nothing new, little else does.
    pub const HAPPENINGS: &[Self] = &[Self::Events, Self::LeadNotes, Self::ContactNotes, Self::CompanyNotes];
    /// How things stand.
    pub const STATES: &[Self] = &[Self::Leads, Self::Contacts, Self::Companies, Self::Tasks];

    /// Its path under the account's host, without a query.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Account => "/api/v4/account",
            Self::Users => "/api/v4/users",
            Self::Pipelines => "/api/v4/leads/pipelines",
            Self::LeadFields => "/api/v4/leads/custom_fields",
            Self::ContactFields => "/api/v4/contacts/custom_fields",
            Self::CompanyFields => "/api/v4/companies/custom_fields",
            Self::LossReasons => "/api/v4/leads/loss_reasons",
            Self::Webhooks => "/api/v4/webhooks",
            Self::Events => "/api/v4/events",
            Self::Leads => "/api/v4/leads",
            Self::Contacts => "/api/v4/contacts",
            Self::Companies => "/api/v4/companies",
            Self::Tasks => "/api/v4/tasks",
            Self::LeadNotes => "/api/v4/leads/notes",
            Self::ContactNotes => "/api/v4/contacts/notes",
            Self::CompanyNotes => "/api/v4/companies/notes",
            Self::Unsorted => "/api/v4/leads/unsorted",
        }
    }

    /// A page of it, by path and query. `from` and `until` are of the moments at which events happened and other things
    /// changed last; lists without such moments are asked whole. Pages count from 1.
    ///
    /// What changes while pages are read comes to the front, so that nothing slips from a page that is to come to one
    /// that is over.
    #[must_use]
    pub fn page(self, from: Option<Moment>, until: Option<Moment>, page: u32) -> String {
        let (path, limit) = (self.path(), self.limit());
        let mut query = match self {
            Self::Account => return format!("{path}?with=users_groups,task_types,datetime_settings"),
            // The account has all of them on one page.
            Self::Pipelines | Self::LossReasons | Self::Webhooks => {
                return format!("{path}?page={page}&limit={limit}");
            }
            Self::Users => "with=role,group&".to_owned(),
            Self::Leads => "with=contacts,loss_reason,source_id&order[updated_at]=desc&".to_owned(),
            Self::Contacts | Self::Companies => "with=leads&order[updated_at]=desc&".to_owned(),
            Self::Tasks | Self::LeadNotes | Self::ContactNotes | Self::CompanyNotes => {
                "order[updated_at]=desc&".to_owned()
            }
            Self::Unsorted => "order[created_at]=desc&".to_owned(),
            Self::Events | Self::LeadFields | Self::ContactFields | Self::CompanyFields => String::new(),
        };
        let by = if self == Self::Events { "created_at" } else { "updated_at" };
        if !Self::DIRECTORY.contains(&self) && self != Self::Unsorted {
            let bound = |name: &str, at: Option<Moment>| {
                at.map(|at| format!("filter[{by}][{name}]={}&", at.0)).unwrap_or_default()
            };
            query += &bound("from", from);
            // The API's ranges hold their last second.
            query += &bound("to", until.map(|until| until.plus(-1)));
        }
        format!("{path}?{query}page={page}&limit={limit}")
    }

    /// Items of a page.
    const fn limit(self) -> u32 {
        match self {
            Self::Events => 100,
            Self::LeadFields | Self::ContactFields | Self::CompanyFields => 50,
            _ => 250,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_before_its_end_and_changed_things_come_first() {
        let (from, until) = (Some(Moment(100)), Some(Moment(200)));
        assert_eq!(
            List::Events.page(from, until, 2),
            "/api/v4/events?filter[created_at][from]=100&filter[created_at][to]=199&page=2&limit=100"
        );
        assert_eq!(
            List::Tasks.page(from, None, 1),
            "/api/v4/tasks?order[updated_at]=desc&filter[updated_at][from]=100&page=1&limit=250"
        );
        assert_eq!(
            List::Unsorted.page(from, until, 1),
            "/api/v4/leads/unsorted?order[created_at]=desc&page=1&limit=250"
        );
    }
}
