//! What the CRM itself requires on its stages, as mandatory fields of a policy: custom fields with their
//! `required_statuses`, and the pipelines in which those stages stand.

use super::CustomField;
use crate::hook::lead::stage_of;
use std::collections::BTreeMap;
use takeroot_core::fact::Stage;
use takeroot_core::policy::{Check, Field, Mandatory, Pipeline};

/// The mandatory fields that the CRM requires. A field is asked from the lowest stage of each pipeline that it lists;
/// a stage that `pipelines` do not have says nothing, nor does a loss. Of fields of contacts only phones and e-mail
/// addresses can be judged in a deal, and one of them is enough; other fields of contacts and companies are left out.
pub(super) fn mandatory(fields: &[CustomField], pipelines: &[Pipeline]) -> Vec<Mandatory> {
    let mut found: Vec<Mandatory> = Vec::new();
    for custom in fields {
        let Some(field) = custom.field() else { continue };
        for (from_stage, listed) in custom.stages(pipelines) {
            let mandatory = Mandatory {
                pipelines: listed,
                check: custom.check(),
                ..Mandatory::of(field, custom.label(field), from_stage)
            };
            add(&mut found, mandatory);
        }
    }
    found
}

/// A contact's phone and its e-mail address are one field of the policy: per pipeline the lower stage counts.
fn add(found: &mut Vec<Mandatory>, mut new: Mandatory) {
    for known in found.iter_mut().filter(|known| known.field == new.field) {
        if known.from_stage <= new.from_stage {
            new.pipelines.retain(|pipeline| !known.pipelines.contains(pipeline));
        } else {
            known.pipelines.retain(|pipeline| !new.pipelines.contains(pipeline));
        }
    }
    found.push(new);
    found.retain(|mandatory| !mandatory.pipelines.is_empty());
}

impl CustomField {
    fn field(&self) -> Option<Field> {
        match (self.of.as_str(), self.code.as_str()) {
            ("" | "leads", _) => Some(Field::Custom(self.id)),
            ("contacts", "PHONE" | "EMAIL") => Some(Field::Contact),
            _ => None,
        }
    }

    /// A contact has a name of its own in both languages.
    fn label(&self, field: Field) -> &str {
        if field == Field::Contact { "" } else { &self.name }
    }

    /// The pipelines by the lowest stage from which they require it: 1 is the first, won is the one after the
    /// last.
    fn stages(&self, pipelines: &[Pipeline]) -> BTreeMap<usize, Vec<u64>> {
        let mut stages: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
        for pipeline in pipelines {
            let listed = self.required.iter().filter(|(listed, _)| *listed == pipeline.id);
            if let Some(lowest) = listed.filter_map(|(_, stage)| number(pipeline, *stage)).min() {
                stages.entry(lowest).or_default().push(pipeline.id);
            }
        }
        stages
    }

    /// What its text must be, by its type, and for a text by what it is called.
    fn check(&self) -> Check {
        match self.kind.as_str() {
            "numeric" | "monetary" | "price" => Check::Positive,
            "text" | "textarea" => match self.name.trim().to_lowercase().as_str() {
                "инн" | "inn" => Check::Inn,
                "кпп" => Check::Kpp,
                "огрн" | "огрнип" | "огрн/огрнип" => Check::Ogrn,
                "телефон" | "phone" => Check::Phone,
                "email" | "e-mail" | "почта" | "электронная почта" => Check::Email,
                _ => Check::Text,
            },
            _ => Check::Text,
        }
    }
}

fn number(pipeline: &Pipeline, status: u64) -> Option<usize> {
    match stage_of(status) {
        Stage::Open(id) => pipeline.stages.iter().position(|stage| stage.id == id).map(|at| at + 1),
        Stage::Won => Some(pipeline.stages.len() + 1),
        Stage::Lost => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Beside, Context, read};
    use super::*;
    use serde_json::{Value, json};
    use takeroot_core::policy::StageName;

    fn pipelines() -> Vec<Pipeline> {
        let pipeline = |id, stages: &[u64]| Pipeline {
            id,
            stages: stages.iter().map(|id| StageName { id: *id, name: String::new() }).collect(),
            ..Pipeline::default()
        };
        vec![pipeline(810, &[8101, 8102, 8103]), pipeline(820, &[8201, 8202])]
    }

    fn field(id: u64, kind: &str, statuses: &[(u64, u64)]) -> Value {
        let required: Vec<Value> =
            statuses.iter().map(|(p, s)| json!({"status_id": s, "pipeline_id": p})).collect();
        json!({
            "id": id, "name": "Площадь кухни", "type": kind, "code": null, "sort": 520, "is_api_only": false,
            "enums": null, "group_id": null, "required_statuses": required, "entity_type": "leads"
        })
    }

    /// What an answer asks for.
    fn mandatory(answer: &Value, pipelines: &[Pipeline]) -> Vec<Mandatory> {
        let context = Context {
            received_at: takeroot_core::time::Moment(1_790_000_000),
            account: None,
            identity_key: &[0; 32],
            policy: None,
        };
        let reading = read(answer.to_string().as_bytes(), &context, Beside::default());
        super::mandatory(&reading.map(|reading| reading.directory.fields).unwrap_or_default(), pipelines)
    }

    /// Field, from which stage, in which pipelines.
    fn asked(fields: &[Value]) -> Vec<(Field, usize, Vec<u64>)> {
        let page = json!({"_total_items": fields.len(), "_embedded": {"custom_fields": fields}});
        let mandatory = mandatory(&page, &pipelines());
        mandatory.into_iter().map(|m| (m.field, m.from_stage, m.pipelines)).collect()
    }

    #[test]
    fn a_field_is_asked_from_the_lowest_stage_of_each_pipeline() {
        let scattered = field(41, "text", &[(810, 8103), (810, 8102), (820, 8202)]);
        assert_eq!(asked(&[scattered]), [(Field::Custom(41), 2, vec![810, 820])]);
        let apart = field(41, "text", &[(810, 8103), (820, 8201)]);
        assert_eq!(asked(&[apart]), [(Field::Custom(41), 1, vec![820]), (Field::Custom(41), 3, vec![810])]);
    }

    #[test]
    fn a_win_is_the_stage_after_the_last_and_a_loss_asks_for_nothing() {
        assert_eq!(asked(&[field(41, "text", &[(810, 142)])]), [(Field::Custom(41), 4, vec![810])]);
        assert_eq!(asked(&[field(41, "text", &[(810, 143)])]), []);
    }

    #[test]
    fn unknown_stages_and_pipelines_and_fields_that_are_not_required_say_nothing() {
        let fields = [field(41, "text", &[]), field(42, "text", &[(810, 8199), (830, 8101)])];
        assert_eq!(asked(&fields), []);
        let bare = json!({"id": 43, "name": "x", "type": "text", "required_statuses": null});
        assert_eq!(asked(&[bare, json!({"id": "?"}), json!(7), json!(null)]), []);
        assert_eq!(mandatory(&json!({"status": 403}), &pipelines()), []);
    }

    #[test]
    fn the_type_and_the_name_give_the_check() {
        let named = |name: &str, kind: &str| {
            let mut field = field(41, kind, &[(810, 8101)]);
            field["name"] = json!(name);
            mandatory(&field, &pipelines())[0].clone()
        };
        assert_eq!(named("ИНН", "text").check, Check::Inn);
        assert_eq!(named(" инн ", "text").check, Check::Inn);
        assert_eq!(named("Кпп", "text").check, Check::Kpp);
        assert_eq!(named("ОГРН", "text").check, Check::Ogrn);
        assert_eq!(named("ИНН", "select").check, Check::Text, "a list is never junk");
        assert_eq!(named("Бюджет на рекламу", "monetary").check, Check::Positive);
        assert_eq!(named("Замер", "numeric").check, Check::Positive);
        let text = named("Адрес", "textarea");
        assert_eq!((text.check, text.name.as_str(), text.weight), (Check::Text, "Адрес", 1));
    }

    #[test]
    fn of_a_contact_the_phone_or_the_address_is_enough() {
        let contact = |id: u64, code: &str, statuses: &[(u64, u64)]| {
            let mut field = field(id, "multitext", statuses);
            (field["code"], field["entity_type"]) = (json!(code), json!("contacts"));
            field
        };
        let phone = contact(51, "PHONE", &[(810, 8102), (820, 8202)]);
        let email = contact(53, "EMAIL", &[(810, 8101), (820, 8202)]);
        let expected = [(Field::Contact, 2, vec![820]), (Field::Contact, 1, vec![810])];
        assert_eq!(asked(&[phone, email]), expected);
        assert_eq!(asked(&[contact(55, "POSITION", &[(810, 8101)])]), []);
    }

    #[test]
    fn the_documented_answers_are_read() {
        let cases = std::env::var("TAKEROOT_CASES").unwrap_or_else(|_| "../shared".to_owned());
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(cases);
        let read = |name: &str| std::fs::read(root.join("api/amocrm").join(name));
        let (Ok(one), Ok(page)) = (read("custom-field-one.json"), read("custom-fields-create-response.json"))
        else {
            println!("skipped: no case files (TAKEROOT_CASES)");
            return;
        };
        let [one, page]: [Value; 2] = [one, page].map(|text| serde_json::from_slice(&text).unwrap());
        assert_eq!(mandatory(&one, &pipelines()), [], "required nowhere");
        let on = |at: &str| {
            page.pointer("/_embedded/custom_fields/0").and_then(|f| f.pointer(at)?.as_u64()).unwrap()
        };
        let (pipeline, stage) =
            (on("/required_statuses/0/pipeline_id"), on("/required_statuses/0/status_id"));
        let stages = vec![StageName { id: stage, name: String::new() }];
        let found = mandatory(&page, &[Pipeline { id: pipeline, stages, ..Pipeline::default() }]);
        let found: Vec<_> = found.into_iter().map(|m| (m.field, m.from_stage, m.pipelines)).collect();
        assert_eq!(found, [(Field::Custom(on("/id")), 1, vec![pipeline])]);
    }
}
