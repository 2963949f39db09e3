//! The demo company as an admin would set it up.

use crate::company::{Company, FieldKind, FieldOwner, History, UserKind};
use takeroot_core::account::{AccountRequest, Secret};
use takeroot_core::calendar::Calendar;
use takeroot_core::policy::{Field, Mandatory, Person, Pipeline, Policy, StageName};
use takeroot_core::time::{Day, Moment};

/// The integration's secret, with which the stand's CRM signs one-time tokens.
pub const CLIENT_SECRET: &str = "demo-client-secret";
/// The integration's id.
pub const INTEGRATION_ID: &str = "7b0c9d5e-2f41-4c58-9a76-1d3e5f708192";
/// The integration's redirect address; tokens are made for its scheme and host.
pub const REDIRECT_URI: &str = "https://takeroot.example/oauth";

/// What opens the account of a history. Names are in Russian, as the company's are.
#[must_use]
pub fn request(history: &History) -> AccountRequest {
    let company = &history.company;
    AccountRequest {
        crm_id: company.crm_id,
        name: company.name.clone(),
        crm_host: Some(format!("{}.amocrm.ru", company.subdomain)),
        client_secret: Secret(CLIENT_SECRET.to_owned()),
        integration_id: Some(INTEGRATION_ID.to_owned()),
        redirect_uri: Some(REDIRECT_URI.to_owned()),
        observed_from: Some(Moment(history.since)),
        zone: None,
        policy: Some(policy(company)),
        retention: None,
    }
}

/// The demo company's policy.
#[must_use]
pub fn policy(company: &Company) -> Policy {
    let pipelines = company.pipelines.iter().map(|pipeline| Pipeline {
        id: pipeline.id,
        name: pipeline.name_ru.clone(),
        stages: pipeline.stages.iter().map(|s| StageName { id: s.id, name: s.name_ru.clone() }).collect(),
        ..Pipeline::default()
    });
    let people = company.users.iter().map(|user| Person {
        id: user.id,
        name: user.name.clone(),
        service: user.kind == UserKind::Service,
        until: user.dismissed.as_deref().and_then(last_day),
        ..Person::default()
    });
    Policy {
        calendar: calendar(company),
        pipelines: pipelines.collect(),
        mandatory: mandatory(company),
        people: people.collect(),
        ..Policy::default()
    }
}

/// A user is dismissed from a day on.
fn last_day(dismissed: &str) -> Option<Day> {
    dismissed.parse().ok().map(|day: Day| day.plus(-1))
}

fn calendar(company: &Company) -> Calendar {
    let holidays = company.holidays.iter().filter_map(|day| day.parse().ok()).collect();
    Calendar { holidays, ..Policy::standard(&company.zone).calendar }
}

/// Amount, source, responsible, next step and the date of the next contact, from the second stage on.
fn mandatory(company: &Company) -> Vec<Mandatory> {
    let of = |field, name: &str| Mandatory::of(field, name, 2);
    let own = |kind| company.fields.iter().find(move |f| f.kind == kind && f.owner == FieldOwner::Lead);
    let mut fields = vec![of(Field::Amount, "Бюджет"), of(Field::Responsible, "Ответственный")];
    fields.extend(own(FieldKind::Select).map(|field| of(Field::Custom(field.id), &field.name_ru)));
    fields.push(of(Field::NextStep, "Следующий шаг"));
    fields.extend(own(FieldKind::Date).map(|field| of(Field::FutureDate(field.id), &field.name_ru)));
    fields
}
