//! The demo company: several weeks of an invented sales department's life, told as the webhooks
//! that amoCRM would have sent. One seed, one moment and one length give the same bytes everywhere.

mod cards;
mod crowd;
mod dealings;
pub(crate) mod dice;
pub(crate) mod entities;
pub(crate) mod hours;
mod ids;
pub(crate) mod life;
pub(crate) mod notes;
mod post;
pub(crate) mod roster;
mod talks;
mod tasks;
pub(crate) mod wire;

#[cfg(test)]
mod tests;

pub use crowd::{CROWD_FACTS, Crowd};
use hours::DAY;

/// A company as an admin would describe it: who works there, by which stages, with which fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// The account's id in the CRM.
    pub crm_id: u64,
    /// The account's host is `{subdomain}.amocrm.ru`.
    pub subdomain: String,
    /// IANA name of the account's zone.
    pub zone: String,
    pub name: String,
    /// Robots act as user 0 and are not listed.
    pub users: Vec<User>,
    pub pipelines: Vec<Pipeline>,
    /// Custom fields of deals and contacts.
    pub fields: Vec<Field>,
    /// Days off besides weekends in the period of the history, `YYYY-MM-DD`.
    pub holidays: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: u64,
    pub name: String,
    pub kind: UserKind,
    pub group: String,
    pub is_head: bool,
    /// The date since which the user no longer works here, `YYYY-MM-DD`.
    pub dismissed: Option<String>,
    /// First and last day of a vacation, `YYYY-MM-DD`.
    pub vacation: Option<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserKind {
    Person,
    /// An integration's account: its actions are no person's.
    Service,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    pub id: u64,
    pub name_ru: String,
    pub name_en: String,
    /// Working stages in order; [`WON`] and [`LOST`] belong to every pipeline.
    pub stages: Vec<Stage>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub id: u64,
    pub name_ru: String,
    pub name_en: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub id: u64,
    pub name_ru: String,
    pub name_en: String,
    /// The CRM's own code, where it gives one.
    pub code: Option<String>,
    pub kind: FieldKind,
    pub owner: FieldOwner,
    /// What a select, a radiobutton or a multitext offers.
    pub choices: Vec<Choice>,
}

/// How a field's values look on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// `values[0][value]`
    Text,
    /// `values[0][value]` and `values[0][enum]`
    Select,
    /// `values[0]`, unix seconds of the account's midnight
    Date,
    /// `values[0][value]=1`; absent when not ticked
    Checkbox,
    /// `values[value]` and `values[enum]`
    Radiobutton,
    /// `values[0][value]` and the kind of number or address in `values[0][enum]`
    Multitext,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldOwner {
    Lead,
    Contact,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub id: u64,
    pub name_ru: String,
    pub name_en: String,
}

/// The stage of a won deal in every pipeline.
pub const WON: u64 = 142;
/// The stage of a lost deal in every pipeline.
pub const LOST: u64 = 143;

/// What happened in the company, as its CRM told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub company: Company,
    /// The first moment of the history, a midnight of the company's zone; unix seconds.
    pub since: i64,
    /// The moment at which the history was taken; unix seconds.
    pub ends: i64,
    /// In the order of arrival.
    pub deliveries: Vec<Delivery>,
}

/// One webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When the CRM sends it; unix seconds.
    pub at: i64,
    /// `application/x-www-form-urlencoded`
    pub body: String,
}

/// The company's last `weeks` weeks before `ends` (unix seconds), today included.
///
/// Two moments of one Moscow day give the same history up to the earlier of them.
pub fn generate(seed: u64, ends: i64, weeks: u32) -> History {
    let today = hours::midnight(ends);
    let since = today - i64::from(weeks) * 7 * DAY;
    let company = roster::company(since, today + DAY);
    let happenings = life::live(seed, &company, since, today + DAY);
    let mut deliveries = post::send(seed, &company, happenings);
    deliveries.retain(|delivery| delivery.at <= ends);
    History { company, since, ends, deliveries }
}

impl History {
    /// The latest full working day before the history's end, `YYYY-MM-DD` in the company's zone.
    pub fn last_working_day(&self) -> String {
        let mut day = hours::midnight(self.ends) - DAY;
        while !hours::is_working_day(day) {
            day -= DAY;
        }
        hours::date(day)
    }
}
