//! The CRM's records, each as it stood at one moment, and what can happen to them.

use std::collections::BTreeMap;

/// A moment and what the CRM has to tell about it.
#[derive(Debug, Clone)]
pub(super) struct Happening {
    pub(super) at: i64,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    LeadAdded(Lead),
    /// With the stage before, where the stage changed too.
    LeadUpdated(Lead, Option<u64>),
    /// With the stage before.
    LeadMoved(Lead, u64),
    /// With the user who was responsible before.
    LeadReassigned(Lead, u64),
    LeadDeleted(Lead),
    LeadRestored(Lead),
    ContactAdded(Contact),
    ContactUpdated(Contact),
    TaskAdded(Task),
    TaskUpdated(Task),
    /// With the user who had the task before.
    TaskReassigned(Task, u64),
    TaskDeleted(Task),
    Noted(Note),
    UnsortedAdded(Request),
    UnsortedAccepted(Verdict),
    UnsortedDeclined(Verdict),
    MessageReceived(Message),
    MessageSent(Message),
    TalkOpened(Talk),
    TalkClosed(Talk),
}

#[derive(Debug, Clone)]
pub(super) struct Lead {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) pipeline: u64,
    pub(super) stage: u64,
    /// Roubles; an untouched budget is sent as 0, or empty where a robot made the deal.
    pub(super) price: Option<i64>,
    pub(super) responsible: u64,
    pub(super) created_by: u64,
    pub(super) created_at: i64,
    pub(super) modified_by: u64,
    pub(super) modified_at: i64,
    pub(super) tags: Vec<Tag>,
    /// Filled custom fields by their ids.
    pub(super) values: BTreeMap<u64, Value>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub(super) id: u64,
    pub(super) name: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// The place among the field's choices.
    Choice(usize),
    /// As `Choice`, in the bare shape of radiobuttons.
    Radio(usize),
    Ticked,
    /// Midnight of the account's zone.
    Date(i64),
    /// A number or an address, with the place of its kind among the field's choices.
    Reach(String, usize),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Contact {
    pub(super) id: u64,
    pub(super) is_company: bool,
    pub(super) name: String,
    /// Digits only, country code first.
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) responsible: u64,
    pub(super) created_by: u64,
    pub(super) created_at: i64,
    pub(super) modified_by: u64,
    pub(super) modified_at: i64,
    pub(super) leads: Vec<u64>,
    pub(super) values: BTreeMap<u64, Value>,
}

#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) id: u64,
    pub(super) lead: u64,
    /// 1 call, 2 meeting
    pub(super) kind: u64,
    pub(super) text: &'static str,
    pub(super) created_by: u64,
    pub(super) created_at: i64,
    pub(super) modified_by: u64,
    pub(super) modified_at: i64,
    pub(super) responsible: u64,
    pub(super) due: i64,
    pub(super) done: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) id: u64,
    pub(super) about: About,
    pub(super) by: u64,
    pub(super) responsible: u64,
    pub(super) at: i64,
    pub(super) what: NoteKind,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum About {
    Lead(u64),
    Contact(u64),
}

#[derive(Debug, Clone)]
pub(super) enum NoteKind {
    Text(&'static str),
    CallIn(Call),
    CallOut(Call),
    Mail(Mail),
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) uniq: String,
    pub(super) phone: String,
    pub(super) duration_secs: i64,
    /// 4 talked, 6 not answered, 7 busy
    pub(super) status: u8,
}

#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub(super) thread: String,
    pub(super) message: String,
    pub(super) income: bool,
    pub(super) client: String,
    pub(super) client_email: String,
    pub(super) subject: &'static str,
}

/// An entry of the list of unsorted leads.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) uid: String,
    pub(super) lead: u64,
    pub(super) lead_name: String,
    pub(super) pipeline: u64,
    pub(super) at: i64,
    pub(super) from: Contact,
    pub(super) kind: RequestKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RequestKind {
    Form { utm_source: Option<String> },
    Mail { subject: &'static str },
}

#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) uid: String,
    pub(super) lead: u64,
    pub(super) by: u64,
    pub(super) requested_at: i64,
    pub(super) kind: RequestKind,
}

#[derive(Debug, Clone)]
pub(super) struct Talk {
    pub(super) id: u64,
    pub(super) chat: String,
    pub(super) origin: &'static str,
    pub(super) contact: u64,
    pub(super) lead: u64,
    pub(super) opened_at: i64,
    pub(super) updated_at: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) talk: Talk,
    pub(super) at: i64,
    pub(super) text: &'static str,
    /// Out of the CRM: the client; into the chat: the user, 0 for a bot.
    pub(super) author: String,
    pub(super) author_name: String,
}
