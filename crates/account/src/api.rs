//! The HTTP API as data: every route once, with who may ask, what is asked and what is answered. The Worker's router
//! and the published description (`schema/openapi.json`) are both made of this table.

mod etag;
#[cfg(feature = "schema")]
mod openapi;
mod period;
mod query;
mod table;

pub use etag::{etag, is_fresh};
#[cfg(feature = "schema")]
pub use openapi::openapi;
pub use period::{DayPage, Period};
pub use query::{Param, Query};
pub use table::ROUTES;

use crate::metrics::RouteClass;
use std::collections::BTreeSet;

/// Every route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the table says what each of them is")]
pub enum Route {
    Health,
    Metrics,
    OwnerStyle,
    OwnerPage,
    OwnerDay,
    OwnerDeals,
    HookDisabled,
    Hook,
    CardPreflight,
    Card,
    AnswerPreflight,
    Answer,
    BadgesPreflight,
    Badges,
    Days,
    DaysTable,
    Day,
    Summary,
    Deal,
    Grants,
    Grant,
    Revoke,
    Audit,
    Quarantine,
    QuarantineBody,
    QuarantineReplay,
    Person,
    Erasure,
    Accounts,
    Open,
    Delete,
    Rotation,
    Suspension,
    Resumption,
    Status,
    Facts,
    Recomputation,
    Export,
    Import,
    Connect,
    Connection,
    Disconnect,
    Reading,
    Policy,
    PolicyWrite,
    PolicyPreview,
    Doctor,
    Digests,
    DigestTarget,
    DigestTargetEnd,
    DigestTest,
    Logbook,
    LogbookEntry,
    LogbookStrike,
    Baseline,
    BaselineUpload,
    BaselineEnd,
    Directory,
    AdminPreflight,
    AdminPolicy,
    AdminPolicyWrite,
    AdminPreview,
    AdminDirectory,
    AdminConnection,
    AdminAuthorization,
    AdminReading,
    AdminDoctor,
    Consent,
    Fault,
}

/// How a route is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
    /// Removes.
    Delete,
    /// A browser asks first.
    Options,
}

impl Method {
    /// As it travels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }
}

/// What a role is called, without what it is limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleName {
    /// [`crate::Role::Owner`]
    Owner,
    /// [`crate::Role::Head`]
    Head,
    /// [`crate::Role::Reader`]
    Reader,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Everybody.
    Anybody,
    /// The CRM: by the secret in the address, or by a signature.
    Crm,
    /// The CRM's page: by a one-time token of the CRM.
    Widget,
    /// An admin of the CRM: by a one-time token of the CRM, which also names the account.
    Admin,
    /// Who has a link, by a token in the query; others see a page that says so.
    Page,
    /// Grants of the account with one of these roles, and the operator.
    Grants(&'static [RoleName]),
    /// The operator.
    Operator,
}

/// What a request's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// None; one that is sent is not read.
    None,
    /// What the CRM posts: a form or JSON, at most a mebibyte.
    Hook,
    /// [`takeroot_core::account::AccountRequest`]
    Account,
    /// [`crate::GrantRequest`]
    Grant,
    /// [`crate::AnswerRequest`]
    Answer,
    /// [`takeroot_core::card::BadgesRequest`]
    Badges,
    /// [`crate::Person`]
    Person,
    /// A page of an archive.
    Archive,
    /// [`takeroot_core::connection::ConnectionRequest`]
    Connection,
    /// [`takeroot_core::account::PolicyRequest`]
    PolicyRequest,
    /// [`takeroot_core::policy::Policy`]
    Policy,
    /// [`crate::TargetRequest`]
    DigestTarget,
    /// [`takeroot_core::logbook::Entry`]
    LogbookEntry,
    /// [`takeroot_core::acceptance::Baseline`]
    Baseline,
}

/// What is answered where all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the JSON of the type of its name, or a format")]
pub enum Shape {
    Ok,
    Prometheus,
    Css,
    Html,
    Csv,
    Bytes,
    JsonLines,
    Nothing,
    Delivered,
    Card,
    Badges,
    Day,
    Days,
    Summary,
    Deal,
    Grant,
    Grants,
    Granted,
    Audit,
    Quarantine,
    Replayed,
    Held,
    Erased,
    Accounts,
    Opened,
    Deleted,
    Generation,
    Status,
    Facts,
    Recomputed,
    Imported,
    Connected,
    Connection,
    Disconnected,
    Diagnosis,
    Policy,
    PolicyPreview,
    Digests,
    DigestTarget,
    DigestTargetEnded,
    DigestTested,
    Logbook,
    LogbookEntry,
    Baseline,
    Directory,
}

impl Shape {
    /// Whether it is a published document, which carries an `ETag`.
    #[must_use]
    pub const fn is_published(self) -> bool {
        matches!(self, Self::Day | Self::Days | Self::Summary)
    }
}

/// A route's line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The route.
    pub route: Route,
    /// How it is asked.
    pub method: Method,
    /// Its path, with its parameters in braces.
    pub path: &'static str,
    /// Who may ask.
    pub may: May,
    /// What may stand in the query.
    pub query: &'static [Param],
    /// The request's body.
    pub body: Body,
    /// The answer.
    pub answer: Shape,
    /// Statuses of its own, beside those that follow from the rest.
    pub also: &'static [u16],
    /// What it is for. Only the description says it, so the Worker does not carry it.
    #[cfg(feature = "schema")]
    pub says: &'static str,
}

/// Parameters of a path, in their order; empty where there are fewer.
pub type PathValues<'p> = [&'p str; 2];

/// What a request's method and path lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'p> {
    /// A route, and the values of the path's parameters.
    Route(&'static Spec, PathValues<'p>),
    /// A path that is asked otherwise: what it allows, for the header `Allow`.
    OtherMethod(RouteClass, String),
    /// Nothing.
    Nothing,
}

/// The route of a method and a path. `HEAD` is asked as `GET`.
#[must_use]
pub fn find<'p>(method: &str, path: &'p str) -> Found<'p> {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut others: Vec<&Spec> = Vec::new();
    for spec in ROUTES {
        let Some(values) = values(spec.path, path) else { continue };
        if spec.method.name() == method {
            return Found::Route(spec, values);
        }
        others.push(spec);
    }
    let Some(class) = others.first().map(|spec| spec.route.class()) else { return Found::Nothing };
    let names: BTreeSet<&str> = others.iter().flat_map(|spec| allowed(spec.method)).copied().collect();
    Found::OtherMethod(class, names.into_iter().collect::<Vec<_>>().join(", "))
}

impl Found<'_> {
    /// The class under which the request is counted.
    #[must_use]
    pub fn class(&self) -> RouteClass {
        match self {
            Self::Route(spec, _) => spec.route.class(),
            Self::OtherMethod(class, _) => *class,
            Self::Nothing => RouteClass::Other,
        }
    }
}

impl Route {
    fn class(self) -> RouteClass {
        match self {
            Self::Health | Self::Metrics => RouteClass::Monitor,
            Self::OwnerStyle => RouteClass::Assets,
            Self::OwnerPage | Self::OwnerDay | Self::OwnerDeals | Self::Consent => RouteClass::Owner,
            Self::HookDisabled | Self::Hook => RouteClass::Hooks,
            Self::CardPreflight
            | Self::Card
            | Self::AnswerPreflight
            | Self::Answer
            | Self::BadgesPreflight
            | Self::Badges => RouteClass::Card,
            _ => RouteClass::Accounts,
        }
    }
}

impl Spec {
    /// Names of the path's parameters, in their order.
    pub fn path_names(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(name)
    }

    /// Whether it is of one account.
    #[must_use]
    pub fn is_of_account(&self) -> bool {
        self.path_names().any(|name| name == "account")
    }

    /// Every status that it answers with, but for 405, which is a path's.
    #[must_use]
    pub fn statuses(&self) -> BTreeSet<u16> {
        let mut statuses: BTreeSet<u16> = self.also.iter().copied().chain([self.success()]).collect();
        let is_api = self.route.class() == RouteClass::Accounts;
        match self.may {
            May::Anybody => {}
            May::Crm | May::Page => drop(statuses.insert(404)),
            May::Widget => statuses.extend([401, 403, 404]),
            May::Admin => statuses.extend([401, 403]),
            May::Grants(roles) => {
                statuses.insert(401);
                statuses.extend((roles.len() < table::READERS.len()).then_some(403));
            }
            May::Operator => drop(statuses.insert(401)),
        }
        // An account whose archive is still coming says so to the operator.
        statuses.extend([404, 409].into_iter().filter(|_| is_api && self.is_of_account()));
        statuses.extend((is_api || !self.query.is_empty()).then_some(400));
        statuses.extend([413, 422].into_iter().filter(|_| is_api && self.body != Body::None));
        statuses.extend((self.body == Body::Hook).then_some(413));
        statuses.extend(self.answer.is_published().then_some(304));
        statuses.extend((self.may != May::Anybody).then_some(500));
        statuses
    }

    /// The status where all is well.
    #[must_use]
    pub const fn success(&self) -> u16 {
        match self.answer {
            Shape::Nothing => 204,
            _ => 200,
        }
    }
}

/// The methods that one in the table stands for.
const fn allowed(method: Method) -> &'static [&'static str] {
    match method {
        Method::Get => &["GET", "HEAD"],
        Method::Post => &["POST"],
        Method::Delete => &["DELETE"],
        Method::Options => &["OPTIONS"],
    }
}

/// The values of a template's parameters, where a path is of it.
fn values<'p>(template: &'static str, path: &'p str) -> Option<PathValues<'p>> {
    let (mut segments, mut values) = (path.split('/'), PathValues::default());
    let mut free = values.iter_mut();
    for wanted in template.split('/') {
        let segment = segments.next()?;
        if name(wanted).is_some() {
            *free.next()? = Some(segment).filter(|segment| !segment.is_empty())?;
        } else if wanted != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(values)
}

fn name(segment: &'static str) -> Option<&'static str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}
