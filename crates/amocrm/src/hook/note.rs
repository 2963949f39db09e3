//! Notes: what people write, and the calls, letters and text messages that integrations log as notes.

use super::scalar::{actor, hashed, id, number, time};
use super::{Context, IgnoredReason, fact};
use crate::form::Node;
use serde::Deserialize;
use takeroot_core::fact::{Actor, Fact, Subject, Way, What};

pub(crate) fn read(item: Node<'_>, entity: &str, context: &Context<'_>) -> Result<Fact, IgnoredReason> {
    let note = item.get("note").filter(|note| !note.is_scalar()).unwrap_or(item);
    let element = id(note.get("element_id")).ok_or(IgnoredReason::NoId)?;
    let subject = match (number(note.get("element_type")), entity) {
        (Some(2), _) | (None, "leads") => Subject::Deal(element),
        (Some(1 | 3), _) | (None, "contacts" | "companies") => Subject::Contact(element),
        _ => return Err(IgnoredReason::ForeignElement),
    };
    let author = actor(note.get("created_by"));
    let (what, by) = happening(note, author)?;
    // The note's moment is its own, not that of the hook or of a later edit.
    let mut fact = fact(subject, time(note, &["created_at"]), by, what, context);
    fact.seq = number(note.get("id")).or_else(|| note.get("id").and_then(Node::text).map(hashed));
    Ok(fact)
}

/// The JSON in the text of a note that an integration logged.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Logged {
    #[serde(alias = "DURATION")]
    duration: Loose,
    #[serde(alias = "CALL_STATUS")]
    call_status: Loose,
    #[serde(alias = "call_responsible", alias = "CALL_RESPONSIBLE")]
    responsible: Loose,
    #[serde(alias = "INCOME", alias = "is_incoming")]
    income: Loose,
}

/// A number that may come as a number, a text or a flag.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Loose {
    Number(u64),
    Text(String),
    Flag(bool),
    #[default]
    Nothing,
}

impl Loose {
    fn number(&self) -> u64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.trim().parse().unwrap_or(0),
            Self::Flag(flag) => u64::from(*flag),
            Self::Nothing => 0,
        }
    }
}

/// A call was talked when its status is 4.
const TALKED: u64 = 4;

fn happening(note: Node<'_>, author: Actor) -> Result<(What, Actor), IgnoredReason> {
    let kind = note.get("note_type").and_then(Node::text).unwrap_or_default().trim();
    let text = note.get("text").and_then(Node::text).unwrap_or_default();
    let logged = || serde_json::from_str::<Logged>(text).unwrap_or_default();
    let contact = None;
    let heard = |way, answered_by| What::Heard { way, answered_by, contact };
    let said = |way, talked_s| What::Said { way, talked_s, contact };
    Ok(match kind {
        "4" | "common" => (What::Noted, author),
        "10" | "call_in" => {
            let call = logged();
            let talked = call.call_status.number() == TALKED || call.duration.number() > 0;
            (heard(Way::Call, talked.then(|| caller(note, &call, author))), Actor::Client)
        }
        "11" | "call_out" => {
            let call = logged();
            let talked_s = u32::try_from(call.duration.number()).unwrap_or(u32::MAX);
            (said(Way::Call, Some(talked_s)), caller(note, &call, author))
        }
        "15" | "amomail_message" if logged().income.number() > 0 => (heard(Way::Mail, None), Actor::Client),
        "15" | "amomail_message" => (said(Way::Mail, None), author),
        "102" | "sms_in" => (heard(Way::Sms, None), Actor::Client),
        "103" | "sms_out" => (said(Way::Sms, None), author),
        _ => return Err(IgnoredReason::SystemNote),
    })
}

/// Telephony logs calls under its own name; the note's main user is then the one who talked.
fn caller(note: Node<'_>, call: &Logged, author: Actor) -> Actor {
    let named = Some(call.responsible.number()).filter(|user| *user > 0).map(Actor::User);
    let main = Some(actor(note.get("main_user_id"))).filter(|user| matches!(user, Actor::User(_)));
    named.or(Some(author).filter(|author| matches!(author, Actor::User(_)))).or(main).unwrap_or(author)
}
