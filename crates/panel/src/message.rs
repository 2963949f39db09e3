use crate::frame;
use crate::lang::Lang;
use maud::html;

/// What a small page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Nothing is at this address.
    NotFound,
    /// The link's token does not fit.
    NoAccess,
    /// The account has no document of the day.
    NoDay,
    /// The days asked for are no period.
    NoPeriod,
    /// The account has no document at all.
    NoDataYet,
    /// The CRM may be read from now on.
    Connected,
    /// The CRM tells that the widget was installed; an admin's consent is still to come.
    Installed,
    /// An admin's consent that is too old, or that the CRM does not take.
    NoConsent,
    /// The CRM did not answer.
    CrmSilent,
    /// Our own failure, the same words for all.
    Fault,
}

/// A small page; where a latest day is known, with a link to it (address and query, URL-encoded).
#[must_use]
pub fn message_page(lang: Lang, message: Message, latest: Option<&str>) -> String {
    let words = lang.words();
    let (title, hint) = match message {
        Message::NotFound => (words.not_found, words.not_found_hint),
        Message::NoAccess => (words.no_access, words.no_access_hint),
        Message::NoDay => (words.no_day, words.no_day_hint),
        Message::NoPeriod => (words.no_period, words.no_period_hint),
        Message::NoDataYet => (words.no_data_yet, words.no_data_yet_hint),
        Message::Connected => (words.connected, words.connected_hint),
        Message::Installed => (words.installed, words.installed_hint),
        Message::NoConsent => (words.no_consent, words.no_consent_hint),
        Message::CrmSilent => (words.crm_silent, words.crm_silent_hint),
        Message::Fault => (words.fault, words.fault_hint),
    };
    let body = html! {
        div.sheet.message {
            header.top { (frame::brand(lang)) }
            main {
                h1 { (title) }
                p.hint { (hint) }
                @if let Some(latest) = latest { p { a.button href=(latest) { (words.latest_day) } } }
            }
        }
    };
    frame::document(lang, title, &body)
}

/// The page of an address that nothing is at.
#[must_use]
pub fn not_found_page(lang: Lang) -> String {
    message_page(lang, Message::NotFound, None)
}
