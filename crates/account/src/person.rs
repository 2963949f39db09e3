//! A person's data, by a phone or an e-mail: what is held, and its erasure. The identity that deals share becomes one
//! that nobody can find, so no figure changes, and bodies that name the person go.

use crate::account::Account;
use crate::failure::{Answer, Failure};
use crate::store::Bodies;
use crate::vault::Vault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use takeroot_amocrm::Node;
use takeroot_amocrm::hook::{decode, identity, normal};
use takeroot_core::fact::{Identity, IdentityKind, Subject};
use takeroot_core::time::Moment;

/// How a person is named.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "NamedPerson"))]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// By a phone, in any spelling.
    Phone(String),
    /// By an e-mail address.
    Email(String),
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

/// What is held of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Held {
    /// Deals under the person's identity, sealed ones included, and those of the contacts.
    pub deals: BTreeSet<u64>,
    /// Contacts and companies with the identity.
    pub contacts: BTreeSet<u64>,
    /// Bodies that name the person, as they came and in quarantine.
    pub bodies: usize,
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Erased {
    /// Deals that are under an identity that nobody can find.
    pub deals: usize,
    /// Contacts and companies likewise.
    pub contacts: usize,
    /// Bodies that have gone.
    pub bodies: usize,
}

/// Where a person is found.
struct Traces {
    identity: Identity,
    bearers: BTreeSet<Subject>,
    bodies: Bodies,
    held: Held,
}

impl Account {
    /// What is held of a person. The audit log says who asked, never for whom.
    ///
    /// # Errors
    /// A rejection with 422 of what is no phone or no e-mail.
    pub fn person(&self, person: &Person, who: &str, now: Moment) -> Answer<Held> {
        let held = self.traces(person)?.held;
        self.log(who, "person", &told(held.deals.len(), held.contacts.len(), held.bodies), now)?;
        Ok(held)
    }

    /// Erases what is held of a person: no figure changes, and a later delivery with the same phone or e-mail is of
    /// somebody else.
    ///
    /// # Errors
    /// A rejection with 422 of what is no phone or no e-mail, with 409 while an archive is read; a fault of the
    /// storage: nothing is erased.
    pub fn erase(&self, person: &Person, vault: &Vault, who: &str, now: Moment) -> Answer<Erased> {
        self.refuse_while_exporting(now)?;
        let Traces { identity: old, bearers, bodies, held } = self.traces(person)?;
        let new = Identity { hash: vault.fresh(), ..old };
        let (deals, contacts, bodies_gone) = (held.deals.len(), held.contacts.len(), bodies.len());
        self.store.transaction(|| {
            let mut touched = BTreeSet::new();
            for bearer in &bearers {
                self.store.replace_in_facts(*bearer, old, new)?;
                touched.extend(self.store.readers(*bearer)?);
                touched.insert(*bearer);
            }
            self.store.rename_shared(shared_by(old), shared_by(new))?;
            self.store.forget_bodies(&bodies)?;
            self.store.mark_due(&touched)?;
            self.log(who, "erasure", &told(deals, contacts, bodies_gone), now)
        })?;
        Ok(Erased { deals, contacts, bodies: bodies_gone })
    }

    /// Refuses what deletes while an archive is being read.
    pub(crate) fn refuse_while_exporting(&self, now: Moment) -> Answer<()> {
        if self.is_exporting(now)? {
            let hint = "an archive of the account is being read: try again in some minutes";
            return Err(Failure::rejected(409, "not now", hint));
        }
        Ok(())
    }

    fn traces(&self, person: &Person) -> Answer<Traces> {
        self.read_all()?;
        let (of, text) = match person {
            Person::Phone(text) => (IdentityKind::Phone, text),
            Person::Email(text) => (IdentityKind::Email, text),
        };
        let normal = normal(of, text).map_err(|_| {
            let hint = "give a whole phone as `phone`, or an address as `email`";
            Failure::rejected(422, "nobody can be found by this", hint)
        })?;
        let identity = identity(of, &normal, &self.record.identity_key.0);
        let bearers = self.store.bearers(identity)?;
        let mut held = Held::default();
        held.deals.extend(self.store.shared(shared_by(identity))?.into_iter().map(|(deal, _)| deal));
        for bearer in &bearers {
            if let Subject::Contact(contact) = bearer {
                held.contacts.insert(*contact);
            }
            let readers = self.store.readers(*bearer)?.into_iter();
            held.deals.extend(readers.filter_map(|reader| match reader {
                Subject::Deal(deal) => Some(deal),
                _ => None,
            }));
        }
        let bodies = self.store.bodies_that(|body| names(body, of, &normal))?;
        held.bodies = bodies.len();
        Ok(Traces { identity, bearers, bodies, held })
    }
}

fn shared_by(identity: Identity) -> Subject {
    Subject::Identity(identity.hash.number())
}

fn told(deals: usize, contacts: usize, bodies: usize) -> String {
    format!("{deals} deals, {contacts} contacts, {bodies} bodies")
}

/// Whether a body names a person, in a value of its own or within a text. A form is looked through as it came, since
/// decoding drops what it says twice; JSON may spell letters as numbers.
fn names(body: &[u8], of: IdentityKind, normal: &str) -> bool {
    let is_in = |text: &str| match of {
        IdentityKind::Phone => holds_digits(text, normal),
        _ => holds_address(text, normal),
    };
    let is_json = body.trim_ascii_start().starts_with(b"{");
    is_in(&unescaped(body)) || (is_json && decode(body).is_ok_and(|form| any_text(form.root(), &is_in)))
}

fn any_text(node: Node<'_>, is_in: &impl Fn(&str) -> bool) -> bool {
    let below = || node.children().any(|(name, child)| is_in(name) || any_text(child, is_in));
    node.text().map_or_else(below, is_in)
}

/// Whether the digits stand in a text as one number, whatever signs are between them.
fn holds_digits(text: &str, wanted: &str) -> bool {
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '(' | ')' | '-' | '.' | '/' | '\u{a0}' | '\u{2011}' | '\u{2013}' => {}
            _ if digits.contains(wanted) => return true,
            _ => digits.clear(),
        }
    }
    false
}

/// Whether an address stands in a text, not as a part of a longer one.
fn holds_address(text: &str, wanted: &str) -> bool {
    let text: String = text.chars().flat_map(char::to_lowercase).collect();
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    text.match_indices(wanted).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let mut after = text.get(at + wanted.len()..).unwrap_or_default().chars();
        // A full stop after an address ends a sentence.
        let goes_on = match after.next() {
            Some('.') => after.next().is_some_and(char::is_alphanumeric),
            next => next.is_some_and(part),
        };
        !before.is_some_and(part) && !goes_on
    })
}

/// A body with its percent signs and pluses undone.
fn unescaped(body: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, mut next)) = rest.split_first() {
        let escaped = next.split_first_chunk::<2>().filter(|_| *first == b'%').and_then(|(digits, after)| {
            let byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
            next = after;
            Some(byte)
        });
        bytes.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = next;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
