//! What stands in an address's query.

use super::{May, Spec};
use crate::failure::{Answer, Failure};
use crate::metrics::RouteClass;
use takeroot_amocrm::Form;

/// What may stand in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// The first day of a period.
    From,
    /// Its last day.
    To,
    /// Where a page begins: what `next` of the page before it said.
    Cursor,
    /// A grant's token.
    Token,
    /// The language of a page: `ru` or `en`.
    Lang,
    /// The column that a page's managers are sorted by.
    Sort,
    /// `up` from the least on.
    Dir,
    /// Whether all managers are shown.
    All,
    /// The first day of a period beside another one.
    Beside,
    /// A pipeline, by its id.
    Pipeline,
    /// A manager, by its id.
    Manager,
    /// A source, by its id.
    Source,
    /// The figure of a page's calendar.
    Figure,
    /// A metric, by its name in the documents.
    Metric,
    /// Whether it is of the pilot only.
    Pilot,
    /// The account's id in the CRM.
    AccountId,
    /// The integration's id.
    ClientUuid,
    /// The CRM's signature.
    Signature,
    /// An admin's consent, as the CRM gives it.
    Code,
    /// What we gave along to the CRM.
    State,
    /// The account's host, by the CRM's word.
    Referer,
    /// That a widget's installation sends it, and nobody's consent.
    FromWidget,
    /// What the widget does not find in the CRM's page.
    Lost,
}

impl Param {
    /// As it travels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Cursor => "cursor",
            Self::Token => "token",
            Self::Lang => "lang",
            Self::Sort => "sort",
            Self::Dir => "dir",
            Self::All => "all",
            Self::Beside => "beside",
            Self::Pipeline => "pipeline",
            Self::Manager => "manager",
            Self::Source => "source",
            Self::Figure => "figure",
            Self::Metric => "metric",
            Self::Pilot => "pilot",
            Self::AccountId => "account_id",
            Self::ClientUuid => "client_uuid",
            Self::Signature => "signature",
            Self::Code => "code",
            Self::State => "state",
            Self::Referer => "referer",
            Self::FromWidget => "from_widget",
            Self::Lost => "lost",
        }
    }
}

/// Longer cursors are none of ours.
const CURSOR_BYTES_MAX: usize = 4096;

/// A query that was read.
#[derive(Debug, Default)]
pub struct Query(Vec<(Param, String)>);

impl Query {
    /// The query of a route. Where scripts ask, what is not known is refused: a misspelt parameter must not be another
    /// question.
    ///
    /// # Errors
    /// A rejection with 400.
    pub fn of(spec: &Spec, text: &str) -> Answer<Self> {
        let is_strict = spec.route.class() == RouteClass::Accounts;
        if spec.query.is_empty() && !is_strict {
            return Ok(Self::default());
        }
        let wrong = |hint: String| Failure::rejected(400, "the query cannot be read", hint);
        let form = Form::decode(text.as_bytes()).map_err(|limit| wrong(limit.to_string()))?;
        let mut query = Self::default();
        for (name, node) in form.root().children() {
            let token = Some(&Param::Token).filter(|_| matches!(spec.may, May::Grants(_)));
            let mut params = spec.query.iter().chain(token);
            match (params.find(|param| param.name() == name), node.text()) {
                (Some(param), Some(value)) => query.0.push((*param, value.to_owned())),
                (Some(param), None) => return Err(wrong(format!("give `{}` once", param.name()))),
                (None, _) if is_strict => {
                    let known: Vec<&str> = spec.query.iter().map(|param| param.name()).collect();
                    let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
                    return Err(wrong(format!("this address takes in its query: {known}")));
                }
                (None, _) => {}
            }
        }
        Ok(query)
    }

    /// A value, if it is there and is not empty.
    #[must_use]
    pub fn get(&self, param: Param) -> Option<&str> {
        let found = self.0.iter().find(|(known, value)| *known == param && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// The cursor, in letters that mean nothing in an address.
    ///
    /// # Errors
    /// A rejection with 400.
    pub fn cursor(&self) -> Answer<Option<&str>> {
        let cursor = self.get(Param::Cursor);
        let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
        match cursor {
            Some(cursor) if cursor.len() > CURSOR_BYTES_MAX || !cursor.bytes().all(is_ours) => {
                Err(Failure::not_a_cursor())
            }
            cursor => Ok(cursor),
        }
    }
}
