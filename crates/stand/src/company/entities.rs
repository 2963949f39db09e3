//! The CRM's records, each as it stood at one moment, and what can happen to them.

use std::collections::BTreeMap;

/// A moment and what the CRM has to tell about it.
#[derive(Debug, Clone)]
pub(crate) struct Happening {
    pub(crate) at: i64,
    pub(crate) what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
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
pub(crate) struct Lead {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) pipeline: u64,
    pub(crate) stage: u64,
    /// Roubles; an untouched budget is sent as 0, or empty where a robot made the deal.
    pub(crate) price: Option<i64>,
    pub(crate) responsible: u64,
    pub(crate) created_by: u64,
    pub(crate) created_at: i64,
    pub(crate) modified_by: u64,
    pub(crate) modified_at: i64,
    pub(crate) tags: Vec<Tag>,
    /// Filled custom fields by their ids.
    pub(crate) values: BTreeMap<u64, Value>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
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
pub(crate) struct Contact {
    pub(crate) id: u64,
    pub(crate) is_company: bool,
    pub(crate) name: String,
    /// Digits only, country code first.
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) responsible: u64,
    pub(crate) created_by: u64,
    pub(crate) created_at: i64,
    pub(crate) modified_by: u64,
    pub(crate) modified_at: i64,
    pub(crate) leads: Vec<u64>,
    pub(crate) values: BTreeMap<u64, Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) id: u64,
    pub(crate) lead: u64,
    /// 1 call, 2 meeting
    pub(crate) kind: u64,
    pub(crate) text: &'static str,
    pub(crate) created_by: u64,
    pub(crate) created_at: i64,
    pub(crate) modified_by: u64,
    pub(crate) modified_at: i64,
    pub(crate) responsible: u64,
    pub(crate) due: i64,
    pub(crate) done: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) id: u64,
    pub(crate) about: About,
    pub(crate) by: u64,
    pub(crate) responsible: u64,
    pub(crate) at: i64,
    pub(crate) what: NoteKind,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum About {
    Lead(u64),
    Contact(u64),
}

#[derive(Debug, Clone)]
pub(crate) enum NoteKind {
    Text(&'static str),
    CallIn(Call),
    CallOut(Call),
    Mail(Mail),
}

#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) uniq: String,
    pub(crate) phone: String,
    pub(crate) duration_secs: i64,
    /// 4 talked, 6 not answered, 7 busy
    pub(crate) status: u8,
}

#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) thread: String,
    pub(crate) message: String,
    pub(crate) income: bool,
    pub(crate) client: String,
    pub(crate) client_email: String,
    pub(crate) subject: &'static str,
}

/// An entry of the list of unsorted leads.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) uid: String,
    pub(crate) lead: u64,
    pub(crate) lead_name: String,
    pub(crate) pipeline: u64,
    pub(crate) at: i64,
    pub(crate) from: Contact,
    pub(crate) kind: RequestKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestKind {
    Form { utm_source: Option<String> },
    Mail { subject: &'static str },
}

#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    pub(crate) uid: String,
    pub(crate) lead: u64,
    pub(crate) by: u64,
    pub(crate) requested_at: i64,
    pub(crate) kind: RequestKind,
}

#[derive(Debug, Clone)]
pub(crate) struct Talk {
    pub(crate) id: u64,
    pub(crate) chat: String,
    pub(crate) origin: &'static str,
    pub(crate) contact: u64,
    pub(crate) lead: u64,
    pub(crate) opened_at: i64,
    pub(crate) updated_at: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) talk: Talk,
    pub(crate) at: i64,
    pub(crate) text: &'static str,
    /// Out of the CRM: the client; into the chat: the user, 0 for a bot.
    pub(crate) author: String,
    pub(crate) author_name: String,
}
