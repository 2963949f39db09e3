//! Problems of lists: ids and names, mandatory fields.

use super::{Template, field_text, section, what_genitive, what_word};
use crate::lang::Lang;
use takeroot_core::policy::lint::Kind;

/// Problems of lists of ids and names.
pub(super) fn said(kind: &Kind, lang: Lang) -> Option<(Template, Vec<String>)> {
    Some(match kind {
        Kind::DuplicateId { what, id } => say!(
            "номер {1} стоит дважды ({0})",
            "Уберите повтор или исправьте номер.",
            "the id {1} stands twice ({0})",
            "Remove one of them, or mend the id.",
            what_word(*what, lang),
            id,
        ),
        Kind::DuplicateName { what, name } => say!(
            "имя «{1}» стоит дважды ({0})",
            "Дайте разные имена.",
            "the name «{1}» stands twice ({0})",
            "Give them different names.",
            what_word(*what, lang),
            name,
        ),
        Kind::ZeroId { what } => say!(
            "номер 0 ({0}): такого в CRM нет",
            "Возьмите номер из CRM.",
            "an id of 0 ({0}): the CRM has none",
            "Take the id from the CRM.",
            what_word(*what, lang),
        ),
        Kind::NoName { what } => say!(
            "нет имени ({0})",
            "Дайте имя: его увидят на экранах.",
            "no name ({0})",
            "Give it a name: the screens show it.",
            what_word(*what, lang),
        ),
        Kind::NotThere { what, id } => say!(
            "в регламенте нет {0} {1}",
            "Исправьте номер или добавьте его‹ в {2}›.",
            "the policy has no {0} {1}",
            "Mend the id, or add it‹ to {2}›.",
            what_genitive(*what, lang),
            id,
            section(*what),
        ),
        Kind::DuplicateRoute => say!(
            "для этого источника воронка уже указана",
            "Оставьте одну строку на источник.",
            "the source has a pipeline already",
            "Leave one line for each source.",
        ),
        Kind::TooManyPipelines { found, max } => say!(
            "воронок {0}, больше {1}",
            "Начните с одной-двух воронок: за большим числом команда не уследит.",
            "{0} pipelines, more than {1}",
            "Begin with one or two: a team loses its way among more.",
            found,
            max,
        ),
        Kind::TooManyGoals { found, max } => say!(
            "целей {0}, больше {1}",
            "Оставьте три-пять главных: остальные отвлекают от них.",
            "{0} goals, more than {1}",
            "Keep the three to five that matter: the rest draw from them.",
            found,
            max,
        ),
        Kind::NobodyToRank => say!(
            "рейтинг включён, а сравнивать некого",
            "Добавьте сотрудников‹ в people› или отключите рейтинг‹: уберите leaderboard›.",
            "the leaderboard is on, and there is nobody to compare",
            "Add people, or switch it off‹: remove leaderboard›.",
        ),
        Kind::NoStages => say!(
            "у воронки нет рабочих этапов",
            "Перечислите этапы по порядку.",
            "the pipeline has no working stages",
            "List its stages in order.",
        ),
        _ => return None,
    })
}

/// Problems of mandatory fields.
pub(super) fn of_fields(kind: &Kind) -> Option<(Template, Vec<String>)> {
    Some(match kind {
        Kind::MandatoryWithoutPipelines => say!(
            "обязательные поля зависят от этапа, а воронок нет: никто их не спросит",
            "Добавьте воронки с этапами‹ в pipelines›.",
            "mandatory fields go by stages, and there are no pipelines: nobody is asked",
            "Add pipelines with their stages‹ to pipelines›.",
        ),
        Kind::TooManyMandatory { stage, found, max, .. } => say!(
            "на этапе {0} обязательных полей {1}, больше {2}",
            "Оставьте самые нужные: лишние заполняют чем попало.",
            "the stage {0} asks for {1} fields, more than {2}",
            "Keep those that matter: people fill the rest with anything.",
            stage,
            found,
            max,
        ),
        Kind::StageAsksNothing { stage } => say!(
            "этап {0} ничего не спрашивает",
            "Со второго этапа должно быть хотя бы одно обязательное поле.",
            "the stage {0} asks for nothing",
            "From the second stage on at least one field is to be mandatory.",
            stage,
        ),
        Kind::NoNextStep => say!(
            "среди обязательных нет следующего шага",
            "Добавьте его‹ (field = \"next_step\")›: сделки без него теряются.",
            "no mandatory field asks for the next step",
            "Add it‹ (field = \"next_step\")›: deals without one get lost.",
        ),
        Kind::NoSource => say!(
            "среди обязательных нет источника",
            "Добавьте его‹ (field = \"source\")› или укажите поле с источником‹ (sources.field)›: без него каналы не сравнить.",
            "no mandatory field asks for the source",
            "Add it‹ (field = \"source\")›, or name the field of the source‹ (sources.field)›: without it channels cannot be compared.",
        ),
        Kind::DuplicateField { field } => say!(
            "поле‹ {0}› стоит дважды",
            "Оставьте одно или разведите их по воронкам.",
            "the field‹ {0}› stands twice",
            "Keep one, or give them different pipelines.",
            field_text(*field),
        ),
        Kind::StageNumber { number, stages: 0 } => say!(
            "нет этапа {0}: номера идут с 1",
            "Напишите номер этапа от 1.",
            "there is no stage {0}: numbers begin with 1",
            "Write the number of a stage from 1 on.",
            number,
        ),
        Kind::StageNumber { number, stages } => say!(
            "нет этапа {0}: в воронках не больше {1}",
            "Напишите номер от 1 до {1}.",
            "there is no stage {0}: the pipelines have at most {1}",
            "Write a number from 1 to {1}.",
            number,
            stages,
        ),
        Kind::ZeroWeight => say!(
            "вес 0: поле спросят, но оно ничего не изменит",
            "Напишите вес от 1 или уберите поле.",
            "a weight of 0: the field is asked and counts for nothing",
            "Write a weight from 1 on, or remove the field.",
        ),
        Kind::Cycle { fields } => say!(
            "условия замкнуты в круг‹: {0}›; эти поля никогда не спросят",
            "Уберите условие хотя бы у одного из полей.",
            "the conditions go in a circle‹: {0}›; these fields are never asked",
            "Remove the condition of at least one of the fields.",
            fields.iter().map(|field| field_text(*field)).collect::<Vec<_>>().join(" → "),
        ),
        Kind::EmptyCondition => say!(
            "условие ни о чём",
            "Перечислите, что должно выполняться, или уберите условие.",
            "the condition names nothing",
            "Name what is to hold, or remove the condition.",
        ),
        Kind::FieldNotGiven { field } => say!(
            "такого поля нет ни в одной карточке: регламент не говорит, где оно в CRM‹ ({0})›",
            "Укажите поле CRM‹: его номер в sources ({0})›.",
            "no card has this field: the policy does not say which of the CRM’s it is‹ ({0})›",
            "Choose the CRM’s field‹: its id in sources ({0})›.",
            field_text(*field),
        ),
        Kind::CheckWithoutText { field } => say!(
            "у поля‹ {0}› нет текста, который можно проверить",
            "Уберите проверку‹ (check)›.",
            "the field‹ {0}› has no text to check",
            "Remove the check‹ (check)›.",
            field_text(*field),
        ),
        Kind::EmptyChecklist => say!(
            "в чек-листе нет вопросов",
            "Добавьте вопросы или уберите чек-лист.",
            "the check-list asks nothing",
            "Add questions, or remove the check-list.",
        ),
        Kind::NothingMandatory => say!(
            "нет обязательных полей: заполненность карточек не измерить",
            "Добавьте их‹ ([[mandatory]])›; для начала: сумма, источник, ответственный, следующий шаг, дата следующего контакта.",
            "no field is mandatory: completeness cannot be measured",
            "Add some‹ ([[mandatory]])›; to begin with: amount, source, responsible, next step, date of the next contact.",
        ),
        _ => return None,
    })
}
