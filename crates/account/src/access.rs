//! Who may read: grants, each with a role, an end and a way to be revoked. A token names a grant and proves by its MAC
//! that it was made here; whether the grant still holds is asked of the account.

use crate::account::Account;
use crate::failure::{Answer, Failure};
use serde::{Deserialize, Serialize};
use takeroot_amocrm::token::Claims;
use takeroot_core::account::List;
use takeroot_core::policy::Policy;
use takeroot_core::time::{DAY_S, Moment};

/// Grants that hold at the same time.
const GRANTS_MAX: usize = 100;
/// Characters of a note.
const NOTE_CHARS_MAX: usize = 200;
/// The longest life of a link that is passed on.
const READER_DAYS_MAX: u32 = 366;

/// What a grant allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Role {
    /// Reads everything of the account, and makes links for readers.
    Owner,
    /// Reads what concerns the people of a group.
    Head {
        /// The group's id.
        group: u64,
    },
    /// Reads published days and summaries, by a link that ends.
    Reader,
}

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Grant {
    /// Its number, from 1.
    pub id: u32,
    /// What it allows.
    pub role: Role,
    /// For whom, in the words of the one who made it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When it was made.
    pub made_at: Moment,
    /// When it ends; nothing where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Moment>,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Moment>,
}

/// A grant with the token that names it, and the page that it opens. Shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Granted {
    /// The grant.
    #[serde(flatten)]
    pub grant: Grant,
    /// The token.
    pub token: String,
    /// The path of the page, its token included.
    pub owner_path: String,
}

/// A wish for a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GrantRequest {
    /// What it is to allow.
    pub role: Role,
    /// For whom.
    #[serde(default)]
    pub note: String,
    /// Days until it ends.
    #[serde(default)]
    pub days: Option<u32>,
}

impl Grant {
    /// Whether it holds at a moment.
    #[must_use]
    pub fn holds(&self, now: Moment) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

impl Account {
    /// The grant of a number, if it holds.
    ///
    /// # Errors
    /// A rejection with 404 of one that does not; the audit log says so.
    pub fn admit(&self, id: u32, now: Moment) -> Answer<Grant> {
        let grant = self.store.grant(id)?;
        if let Some(grant) = grant.filter(|grant| grant.holds(now) && !self.is_suspended()) {
            return Ok(grant);
        }
        self.refused(&format!("grant {id}"), "a grant that does not hold", now)?;
        Err(Failure::not_found())
    }

    /// Who looks at the CRM's settings by its one-time token, where they may: the admin's id, and the address of the CRM
    /// whose pages may read what is answered.
    ///
    /// # Errors
    /// A rejection with 401 of a token that is not good, with 403 of a user who is no admin.
    pub fn admin(&self, token: &str, now: Moment) -> Answer<(u64, String)> {
        let claims = self.widget(token, now)?;
        if !self.is_admin(&claims) {
            let hint = "ask an admin of the CRM: they see this page";
            return Err(Failure::rejected(403, "for admins of the CRM only", hint));
        }
        Ok((claims.user_id, claims.iss))
    }

    /// Whether a token is of an admin: by its own word, or as the CRM's list of users said last.
    pub(crate) fn is_admin(&self, claims: &Claims) -> bool {
        claims.is_admin.unwrap_or_else(|| self.crm.has_admin(claims.user_id))
    }

    /// All grants, those that ended included.
    ///
    /// # Errors
    /// A fault of the storage.
    pub fn grants(&self) -> Answer<List<Grant>> {
        Ok(List { items: self.store.grants()?, next: None })
    }

    /// Makes a grant.
    ///
    /// # Errors
    /// A rejection with 422: too many, or a link without an end.
    pub fn grant(&self, wish: GrantRequest, who: &str, now: Moment) -> Answer<Grant> {
        let GrantRequest { role, note, days } = wish;
        let unusable = |hint: &str| Failure::rejected(422, "the grant cannot be made", hint);
        if note.chars().count() > NOTE_CHARS_MAX {
            return Err(unusable("a note has at most 200 characters"));
        }
        if days == Some(0) || (role == Role::Reader && days.is_none_or(|days| days > READER_DAYS_MAX)) {
            return Err(unusable("say in `days` when it ends: a reader's link lives at most 366 days"));
        }
        if let Role::Head { group } = role
            && !self.policy(now).people.iter().any(|person| person.group == Some(group))
        {
            return Err(unusable("no person of the roster belongs to this group"));
        }
        let known = self.store.grants()?;
        if known.iter().filter(|grant| grant.holds(now)).count() >= GRANTS_MAX {
            return Err(unusable("at most 100 grants hold at a time: revoke some"));
        }
        let id = known.last().map_or(0, |grant| grant.id) + 1;
        let expires_at = days.map(|days| now.plus(i64::from(days) * DAY_S));
        let grant = Grant { id, role, note, made_at: now, expires_at, revoked_at: None };
        self.store.transaction(|| {
            self.store.keep_grant(&grant)?;
            self.log(who, "grant", &format!("{id}"), now)
        })?;
        Ok(grant)
    }

    /// Ends a grant.
    ///
    /// # Errors
    /// A rejection with 404 where there is none.
    pub fn revoke(&self, id: u32, who: &str, now: Moment) -> Answer<Grant> {
        let mut grant = self.store.grant(id)?.ok_or_else(Failure::not_found)?;
        grant.revoked_at = grant.revoked_at.or(Some(now));
        self.store.transaction(|| {
            self.store.keep_grant(&grant)?;
            self.log(who, "revocation", &format!("{id}"), now)
        })?;
        Ok(grant)
    }

    pub(crate) fn policy(&self, now: Moment) -> &Policy {
        &self.rules.at(now).policy
    }

    /// Whether a user of the CRM may see the deals of a responsible person: their own, those of the group that they
    /// lead, all as an admin. A deal of nobody is everybody's.
    pub(crate) fn sees(&self, user: u64, is_admin: bool, responsible: u64, now: Moment) -> bool {
        let person = |id: u64| self.policy(now).people.iter().find(|person| person.id == id);
        let leads = || {
            let led = person(user).filter(|user| user.head)?.group?;
            person(responsible)?.group.filter(|group| *group == led)
        };
        is_admin || responsible == 0 || responsible == user || leads().is_some()
    }
}
