//! The table. Of two paths that fit, the earlier one is meant: fixed ones stand before those with parameters.

use super::{Body, May, Method, Param, RoleName, Route, Shape, Spec};

const OWNERS: &[RoleName] = &[RoleName::Owner];
const STAFF: &[RoleName] = &[RoleName::Owner, RoleName::Head];
const COMPANY: &[RoleName] = &[RoleName::Owner, RoleName::Reader];
pub(super) const READERS: &[RoleName] = &[RoleName::Owner, RoleName::Head, RoleName::Reader];

const LATEST: &[Param] = &[
    Param::Token,
    Param::Lang,
    Param::Sort,
    Param::Dir,
    Param::All,
    Param::Figure,
    Param::From,
    Param::To,
    Param::Beside,
    Param::Pipeline,
    Param::Manager,
    Param::Source,
];
const PAGE: &[Param] = &[Param::Token, Param::Lang, Param::Sort, Param::Dir, Param::All, Param::Figure];

/// Every route.
pub const ROUTES: &[Spec] = &[
    get(Route::Health, "/health", May::Anybody, Shape::Ok).says("Says that it answers."),
    get(Route::Metrics, "/metrics", May::Operator, Shape::Prometheus)
        .says("What this process has counted, for Prometheus."),
    get(Route::OwnerStyle, "/assets/owner.css", May::Anybody, Shape::Css).says("The style of the owner's page."),
    get(Route::OwnerPage, "/owner/{account}", May::Page, Shape::Html)
        .asks(LATEST)
        .says("The owner's page of the last full day; with a period, of at most 366 days, its figures beside another one of the same length."),
    get(Route::OwnerDay, "/owner/{account}/{day}", May::Page, Shape::Html)
        .asks(PAGE)
        .says("The owner's page of a day."),
    get(Route::OwnerDeals, "/owner/{account}/{day}/deals", May::Page, Shape::Html)
        .asks(&[Param::Token, Param::Lang, Param::Metric, Param::From, Param::To, Param::Pilot])
        .says("The deals behind a figure of that page, as links into the CRM."),
    get(Route::HookDisabled, "/hooks/amocrm/disabled", May::Crm, Shape::Ok)
        .asks(&[Param::AccountId, Param::ClientUuid, Param::Signature])
        .says("The CRM's notice that the integration was disabled, signed."),
    post(Route::Hook, "/hooks/amocrm/{secret}", May::Crm, Shape::Delivered)
        .takes(Body::Hook)
        .also(&[403, 429, 503])
        .says("A webhook of the CRM. What is acknowledged is not lost."),
    Spec { method: Method::Options, ..get(Route::CardPreflight, "/v1/card/{deal}", May::Anybody, Shape::Nothing) }
        .says("A browser asks whether the CRM's page may ask."),
    get(Route::Card, "/v1/card/{deal}", May::Widget, Shape::Card)
        .asks(&[Param::Lost])
        .says("What the widget of a deal's card needs; `lost` says that the CRM's page has changed so that it finds no card there, which is counted."),
    Spec { method: Method::Options, ..get(Route::AnswerPreflight, "/v1/card/{deal}/answer", May::Anybody, Shape::Nothing) }
        .says("A browser asks whether the CRM's page may post."),
    post(Route::Answer, "/v1/card/{deal}/answer", May::Widget, Shape::Card)
        .takes(Body::Answer)
        .also(&[409, 413, 422])
        .says("A person says that they answered the deal's client outside the CRM: it stops the clock and is counted apart. Said twice it counts once."),
    Spec { method: Method::Options, ..get(Route::BadgesPreflight, "/v1/cards", May::Anybody, Shape::Nothing) }
        .says("A browser asks whether the CRM's page may post."),
    post(Route::Badges, "/v1/cards", May::Widget, Shape::Badges)
        .takes(Body::Badges)
        .asks(&[Param::Lang])
        .also(&[413, 422])
        .says("What the board and the lists show of at most 500 deals: completeness and the most urgent clock of each, of a rep's own deals only."),
    get(Route::Days, "/v1/accounts/{account}/days", May::Grants(READERS), Shape::Days)
        .asks(&[Param::From, Param::To, Param::Cursor])
        .says("The figures of the days of a period of at most 366 days, by pages of at most 31; by default of the 31 days up to the last full one. A head's are of the group."),
    get(Route::DaysTable, "/v1/accounts/{account}/days.csv", May::Grants(READERS), Shape::Csv)
        .asks(&[Param::From, Param::To, Param::Lang])
        .says("The same figures as one long table, RFC 4180: a row for each figure. With `lang=ru` as Russian Excel opens it: semicolons, and UTF-8 by its mark."),
    get(Route::Day, "/v1/accounts/{account}/days/{day}", May::Grants(READERS), Shape::Day)
        .says("The figures of a day. A head's are of the group."),
    get(Route::Summary, "/v1/accounts/{account}/summaries/{day}", May::Grants(COMPANY), Shape::Summary)
        .says("The daily summary."),
    get(Route::Deal, "/v1/accounts/{account}/deals/{deal}", May::Grants(STAFF), Shape::Deal)
        .also(&[410])
        .says("A deal's state and clocks. To a head, of the group's deals."),
    get(Route::Grants, "/v1/accounts/{account}/grants", May::Grants(OWNERS), Shape::Grants)
        .says("Who may read, those whose grant ended included."),
    post(Route::Grant, "/v1/accounts/{account}/grants", May::Grants(OWNERS), Shape::Granted)
        .takes(Body::Grant)
        .says("Lets somebody read. Only the operator makes owners."),
    Spec { method: Method::Delete, ..get(Route::Revoke, "/v1/accounts/{account}/grants/{id}", May::Grants(OWNERS), Shape::Grant) }
        .says("Ends a grant."),
    get(Route::Audit, "/v1/accounts/{account}/audit", May::Grants(OWNERS), Shape::Audit)
        .asks(&[Param::Cursor])
        .says("Administrative acts and failed checks, the latest first."),
    get(Route::Quarantine, "/v1/accounts/{account}/quarantine", May::Grants(OWNERS), Shape::Quarantine)
        .asks(&[Param::Cursor])
        .says("Bodies that could not be read, the latest first."),
    post(Route::QuarantineReplay, "/v1/accounts/{account}/quarantine/replay", May::Operator, Shape::Replayed)
        .asks(&[Param::Cursor])
        .says("Reads a page of them again by this release."),
    get(Route::QuarantineBody, "/v1/accounts/{account}/quarantine/{id}", May::Operator, Shape::Bytes)
        .says("A body that could not be read, as it came."),
    post(Route::Person, "/v1/accounts/{account}/person", May::Operator, Shape::Held)
        .takes(Body::Person)
        .says("What is held of a person."),
    post(Route::Erasure, "/v1/accounts/{account}/erasures", May::Operator, Shape::Erased)
        .takes(Body::Person)
        .says("Erases what is held of a person. No figure changes."),
    get(Route::Accounts, "/v1/accounts", May::Operator, Shape::Accounts)
        .asks(&[Param::Cursor])
        .says("The accounts of this server."),
    post(Route::Open, "/v1/accounts", May::Operator, Shape::Opened)
        .takes(Body::Account)
        .also(&[409])
        .says("Opens an account, or changes what is given; another policy holds from tomorrow on."),
    Spec { method: Method::Delete, ..get(Route::Delete, "/v1/accounts/{account}", May::Operator, Shape::Deleted) }
        .also(&[503])
        .says("Deletes an account with all that is known of it."),
    post(Route::Rotation, "/v1/accounts/{account}/rotation", May::Operator, Shape::Opened)
        .says("A new address for the webhooks; the one before it stays valid until the next one."),
    post(Route::Suspension, "/v1/accounts/{account}/suspension", May::Operator, Shape::Generation)
        .says("Nothing is taken and nothing shown."),
    post(Route::Resumption, "/v1/accounts/{account}/resumption", May::Operator, Shape::Generation)
        .says("Ends a suspension."),
    get(Route::Status, "/v1/accounts/{account}/status", May::Operator, Shape::Status).says("How it stands."),
    get(Route::Facts, "/v1/accounts/{account}/facts", May::Operator, Shape::Facts)
        .asks(&[Param::Cursor])
        .says("The journal, by pages of at most 1,000 facts."),
    get(Route::Recomputation, "/v1/accounts/{account}/recomputation", May::Operator, Shape::Recomputed)
        .says("Whether the totals equal the journal judged anew."),
    get(Route::Export, "/v1/accounts/{account}/archive", May::Operator, Shape::JsonLines)
        .asks(&[Param::Cursor])
        .also(&[410])
        .says("All of an account as pages of JSON lines; the header `x-next-cursor` leads on."),
    post(Route::Import, "/v1/accounts/{account}/archive", May::Operator, Shape::Imported)
        .takes(Body::Archive)
        .says("Takes those pages in their order; the last one opens the account."),
    get(Route::Policy, "/v1/accounts/{account}/policy", May::Grants(OWNERS), Shape::Policy)
        .says("The policy with all its versions, each with who wrote it and why."),
    post(Route::PolicyWrite, "/v1/accounts/{account}/policy", May::Operator, Shape::Policy)
        .takes(Body::PolicyRequest)
        .says("Another policy, from tomorrow on; 409 where somebody else has changed it meanwhile."),
    post(Route::PolicyPreview, "/v1/accounts/{account}/policy/preview", May::Operator, Shape::PolicyPreview)
        .takes(Body::Policy)
        .says("What the last seven full days would have been by a policy, beside what they were."),
    post(Route::Connect, "/v1/accounts/{account}/connection", May::Operator, Shape::Connected)
        .takes(Body::Connection)
        .also(&[502])
        .says("Connects the account to its CRM: by a token that lives long, or by an admin's consent at the address that is answered."),
    get(Route::Connection, "/v1/accounts/{account}/connection", May::Grants(OWNERS), Shape::Connection)
        .says("How the connection stands, how far history has been read, and the first finding in it."),
    Spec { method: Method::Delete, ..get(Route::Disconnect, "/v1/accounts/{account}/connection", May::Operator, Shape::Disconnected) }
        .says("Ends the connection: webhooks are removed in the CRM, tokens forgotten. What was read stays."),
    post(Route::Reading, "/v1/accounts/{account}/connection/reading", May::Operator, Shape::Ok)
        .also(&[422])
        .says("Names, people, rules and the subscription of webhooks are read at once, not only once a day."),
    get(Route::Doctor, "/v1/accounts/{account}/doctor", May::Grants(OWNERS), Shape::Diagnosis)
        .says("What keeps the account from being measured, the worst first."),
    get(Route::Digests, "/v1/accounts/{account}/digests", May::Grants(OWNERS), Shape::Digests)
        .says("To whom the account tells how it stands, and what became of the last digest of each."),
    post(Route::DigestTarget, "/v1/accounts/{account}/digests", May::Grants(OWNERS), Shape::DigestTarget)
        .takes(Body::DigestTarget)
        .says("Tells somebody from now on: by letter, in Telegram or by a web hook; with `id`, tells them otherwise. What is secret of it is never shown again."),
    Spec { method: Method::Delete, ..get(Route::DigestTargetEnd, "/v1/accounts/{account}/digests/{id}", May::Grants(OWNERS), Shape::DigestTargetEnded) }
        .says("Tells somebody nothing more."),
    post(Route::DigestTest, "/v1/accounts/{account}/digests/{id}/test", May::Grants(OWNERS), Shape::DigestTested)
        .also(&[429, 503])
        .says("Sends the last digest that could be sent, marked as a test, and says whether it was taken."),
    get(Route::Logbook, "/v1/accounts/{account}/logbook", May::Grants(COMPANY), Shape::Logbook)
        .says("Pains, requests and releases that people wrote down, by day."),
    post(Route::LogbookEntry, "/v1/accounts/{account}/logbook", May::Grants(OWNERS), Shape::LogbookEntry)
        .takes(Body::LogbookEntry)
        .says("Writes an entry down, which the owner's page lays beside the figures; with `id`, writes it otherwise."),
    Spec { method: Method::Delete, ..get(Route::LogbookStrike, "/v1/accounts/{account}/logbook/{id}", May::Grants(OWNERS), Shape::LogbookEntry) }
        .says("Strikes an entry out."),
    get(Route::Baseline, "/v1/accounts/{account}/baseline", May::Grants(OWNERS), Shape::Baseline)
        .says("Which days of before the observation were uploaded."),
    post(Route::BaselineUpload, "/v1/accounts/{account}/baseline", May::Operator, Shape::Baseline)
        .takes(Body::Baseline)
        .says("Keeps uploaded days, of a mebibyte at most, in the place of those that were: before and after take them where the CRM was not observed yet."),
    Spec { method: Method::Delete, ..get(Route::BaselineEnd, "/v1/accounts/{account}/baseline", May::Operator, Shape::Baseline) }
        .says("Forgets uploaded days."),
    get(Route::Directory, "/v1/accounts/{account}/directory", May::Grants(OWNERS), Shape::Directory)
        .says("What the CRM has that a policy can name, as it was read last."),
    Spec { method: Method::Options, ..get(Route::AdminPreflight, "/v1/admin/{what}", May::Anybody, Shape::Nothing) }
        .says("A browser asks whether the CRM's page may ask."),
    get(Route::AdminPolicy, "/v1/admin/policy", May::Admin, Shape::Policy)
        .says("The policy of the CRM whose one-time token asks, with all its versions."),
    post(Route::AdminPolicyWrite, "/v1/admin/policy", May::Admin, Shape::Policy)
        .takes(Body::PolicyRequest)
        .also(&[409])
        .says("Another policy, from tomorrow on; 409 where somebody else has changed it meanwhile."),
    post(Route::AdminPreview, "/v1/admin/preview", May::Admin, Shape::PolicyPreview)
        .takes(Body::Policy)
        .says("What the last seven full days would have been by a policy, beside what they were."),
    get(Route::AdminDirectory, "/v1/admin/directory", May::Admin, Shape::Directory)
        .says("What the CRM has that a policy can name, as it was read last."),
    get(Route::AdminConnection, "/v1/admin/connection", May::Admin, Shape::Connection)
        .says("How the connection stands, and the first finding."),
    post(Route::AdminAuthorization, "/v1/admin/authorization", May::Admin, Shape::Connected)
        .also(&[422])
        .says("Where the admin says yes to the CRM's being read, within an hour."),
    post(Route::AdminReading, "/v1/admin/reading", May::Admin, Shape::Ok)
        .also(&[422])
        .says("Names, people and rules are read at once, not only once a day."),
    get(Route::AdminDoctor, "/v1/admin/doctor", May::Admin, Shape::Diagnosis)
        .says("What keeps the account from being measured, the worst first."),
    get(Route::Consent, "/oauth", May::Page, Shape::Html)
        .asks(&[Param::Code, Param::State, Param::Referer, Param::FromWidget, Param::Lang])
        .also(&[422, 502])
        .says("Where the CRM sends an admin who has said yes: the integration's redirect address."),
    post(Route::Fault, "/v1/accounts/{account}/faults/{fault}", May::Operator, Shape::Ok)
        .says("What tests ask for and nobody else."),
];

const fn get(route: Route, path: &'static str, may: May, answer: Shape) -> Spec {
    Spec {
        route,
        method: Method::Get,
        path,
        may,
        query: &[],
        body: Body::None,
        answer,
        also: &[],
        #[cfg(feature = "schema")]
        says: "",
    }
}

const fn post(route: Route, path: &'static str, may: May, answer: Shape) -> Spec {
    Spec { method: Method::Post, ..get(route, path, may, answer) }
}

impl Spec {
    const fn asks(self, query: &'static [Param]) -> Self {
        Self { query, ..self }
    }

    const fn takes(self, body: Body) -> Self {
        Self { body, ..self }
    }

    const fn also(self, also: &'static [u16]) -> Self {
        Self { also, ..self }
    }

    #[cfg(feature = "schema")]
    const fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    #[cfg(not(feature = "schema"))]
    const fn says(self, _: &'static str) -> Self {
        self
    }
}
