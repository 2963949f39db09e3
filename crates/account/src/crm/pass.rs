//! One reading: some lists, page by page. What it gathers is stored when it is complete, all of it or nothing.

use super::link::Link;
use std::collections::BTreeSet;
use takeroot_amocrm::api::{Change, Directory, List, Past, Reading, range_read};
use takeroot_core::fact::{Fact, Key, Kind, Subject};
use takeroot_core::time::Moment;

/// What a reading is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// Names, people and rules.
    Directory,
    /// How the webhooks are subscribed.
    Hooks,
    /// Whether something happened; goes on as `Live` where it did.
    Look,
    /// What happened since the last time.
    Live,
    /// The last days again, for what was missed.
    Repair,
    /// One list of how things stand, for the time before.
    States,
    /// A piece of the time before.
    Piece,
}

/// A reading under way.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) aim: Aim,
    pub(super) from: Moment,
    /// None where everything up to now is asked for.
    pub(super) until: Option<Moment>,
    pub(super) began: Moment,
    lists: Vec<List>,
    page: u32,
    pub(super) facts: Vec<Fact>,
    pub(super) past: Past,
    pub(super) changes: Vec<Change>,
    pub(super) directory: Directory,
    /// Keys of what events tell.
    pub(super) seen: BTreeSet<Key>,
}

impl Pass {
    pub(super) fn new(aim: Aim, from: Moment, until: Option<Moment>, began: Moment, refused: &Link) -> Self {
        let lists: Vec<List> = match aim {
            Aim::Directory => List::DIRECTORY.to_vec(),
            Aim::Hooks => vec![List::Webhooks],
            // Of requests no event tells: where no webhook does either, they are looked for.
            Aim::Look if refused.destination.is_none() => vec![List::Events, List::Unsorted],
            Aim::Look => vec![List::Events],
            // Requests before deals: one that is accepted meanwhile is then a deal, and none seems declined.
            Aim::Live | Aim::Repair => [List::HAPPENINGS, &[List::Unsorted], List::STATES].concat(),
            Aim::States => Vec::new(),
            Aim::Piece => List::HAPPENINGS.to_vec(),
        };
        let is_shown = |list: &List| aim == Aim::Directory || !refused.refused.contains_key(list);
        let lists = lists.into_iter().filter(is_shown).collect();
        Self {
            aim,
            from,
            until,
            began,
            lists,
            page: 1,
            facts: Vec::new(),
            past: Past::default(),
            changes: Vec::new(),
            directory: Directory::default(),
            seen: BTreeSet::new(),
        }
    }

    /// A page of one list of how things stand.
    pub(super) fn of_states(list: List, page: u32, from: Moment, began: Moment, refused: &Link) -> Self {
        Self { lists: vec![list], page, ..Self::new(Aim::States, from, None, began, refused) }
    }

    /// The page to be asked for; none when all is read.
    pub(super) fn next(&self) -> Option<(List, String)> {
        let list = *self.lists.first()?;
        Some((list, list.page(Some(self.from), self.until, self.page)))
    }

    /// The number of the page that is asked for.
    pub(super) const fn page(&self) -> u32 {
        self.page
    }

    /// Takes what a page says.
    pub(super) fn take(&mut self, list: List, reading: Reading) {
        let goes_on = reading.has_next;
        if matches!(list, List::Events | List::Unsorted) {
            self.seen.extend(reading.facts.iter().map(Fact::key));
        }
        match self.aim {
            Aim::Piece => self.changes.extend(reading.changes),
            Aim::Look | Aim::Live | Aim::Repair => self.past.take(&reading),
            Aim::Directory | Aim::Hooks | Aim::States => {}
        }
        self.facts.extend(reading.facts);
        self.directory.merge(reading.directory);
        if goes_on { self.page += 1 } else { self.end_list() }
    }

    /// The list that is being read has no more pages, or is not shown to us.
    pub(super) fn end_list(&mut self) {
        if !self.lists.is_empty() {
            self.lists.remove(0);
        }
        self.page = 1;
    }

    /// Somebody looked and something has happened: the rest is read, too.
    pub(super) fn go_on(&mut self, link: &Link) {
        let looked = Self::new(Aim::Look, self.from, self.until, self.began, link);
        let rest = Self::new(Aim::Live, self.from, self.until, self.began, link);
        self.lists = rest.lists.into_iter().filter(|list| !looked.lists.contains(list)).collect();
        self.aim = Aim::Live;
    }

    /// Whether nothing was seen that is not known, and nothing that waited has gone.
    pub(super) fn is_quiet(&self, known: &BTreeSet<Key>, link: &Link) -> bool {
        let waits = |request: &u64| self.facts.iter().any(|fact| fact.subject == Subject::Request(*request));
        let has_looked = link.destination.is_none() && !link.refused.contains_key(&List::Unsorted);
        self.seen.is_subset(known) && (!has_looked || link.waiting.keys().all(waits))
    }

    /// What is complete by this reading, as facts of the moment at which it was.
    pub(super) fn ranges(&self, until: Moment, link: &Link, now: Moment) -> Vec<Fact> {
        let shown = |lists: &[List]| lists.iter().all(|list| !link.refused.contains_key(list));
        let kinds = [
            (Kind::Talks, shown(&[List::Events, List::LeadNotes, List::ContactNotes])),
            (Kind::Stages, shown(&[List::Events])),
            (Kind::Responsible, shown(&[List::Events])),
            (Kind::Tasks, shown(&[List::Events, List::Tasks])),
            (Kind::Notes, shown(&[List::LeadNotes])),
            (Kind::Cards, shown(&[List::Events, List::Leads, List::Contacts])),
        ];
        let read = kinds.into_iter().filter(|(_, is_shown)| *is_shown);
        read.map(|(kind, _)| range_read(kind, self.from, until, now)).collect()
    }
}
