//! What is said of each kind of problem: what is wrong and how to mend it, in Russian and in English.

macro_rules! say {
    ($ru:literal, $ru_mend:literal, $en:literal, $en_mend:literal $(, $part:expr)* $(,)?) => {
        ([$ru, $ru_mend, $en, $en_mend], vec![$($part.to_string()),*])
    };
}

mod lists;
mod text;
mod time;

use crate::lang::Lang;
use takeroot_core::policy::Field;
use takeroot_core::policy::lint::{Kind, Shape, What};

/// What and mend in Russian, what and mend in English.
pub(super) type Template = [&'static str; 4];
/// A template, and what fills it.
pub(super) type Said = (Template, Vec<String>);

/// Of a problem that only a text can have.
pub(super) fn of_text(kind: &Kind, lang: Lang) -> Option<Said> {
    text::said(kind, lang)
}

/// Of any other problem.
pub(super) fn said(kind: &Kind, lang: Lang) -> Said {
    let said = time::said(kind).or_else(|| lists::said(kind, lang)).or_else(|| lists::of_fields(kind));
    said.unwrap_or_else(|| (["{0}", "", "{0}", ""], vec![format!("{kind:?}")]))
}

const fn either(lang: Lang) -> &'static str {
    match lang {
        Lang::Ru => " или ",
        Lang::En => " or ",
    }
}

const fn shape_word(shape: &Shape, lang: Lang) -> &'static str {
    let [ru, en] = match shape {
        Shape::Text => ["текст", "a text"],
        Shape::Integer => ["целое число", "a whole number"],
        Shape::Boolean => ["true или false", "true or false"],
        Shape::List => ["список", "a list"],
        Shape::Table => ["таблица", "a table"],
        Shape::Fraction => ["дробное число", "a number with a fraction"],
        Shape::Null => ["ничего (null)", "nothing (null)"],
        Shape::Date => ["дата", "a date"],
        Shape::Clock => ["время суток", "a time of day"],
        Shape::Span => ["рабочее время", "a business time"],
        Shape::Window => ["окно из двух времён", "a window of two times"],
    };
    match lang {
        Lang::Ru => ru,
        Lang::En => en,
    }
}

const fn example(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text => "\"…\"",
        Shape::Integer | Shape::Fraction | Shape::Null => "15",
        Shape::Boolean => "true",
        Shape::List => "[11, 12]",
        Shape::Table => "{ id = 11 }",
        Shape::Date => "\"2026-03-01\"",
        Shape::Clock => "\"09:00\"",
        Shape::Span => "\"15m\", \"1h 30m\", \"3d\"",
        Shape::Window => "[\"09:00\", \"18:00\"]",
    }
}

const fn what_word(what: What, lang: Lang) -> &'static str {
    let [ru, en] = match what {
        What::Pipeline => ["воронка", "pipeline"],
        What::Stage => ["этап", "stage"],
        What::Person => ["сотрудник", "person"],
        What::Group => ["группа", "group"],
        What::Source => ["источник", "source"],
        What::LossReason => ["причина отказа", "loss reason"],
        What::Target => ["таймер", "clock"],
        What::Checklist => ["чек-лист", "check-list"],
        What::CustomField => ["поле", "field"],
    };
    match lang {
        Lang::Ru => ru,
        Lang::En => en,
    }
}

const fn what_genitive(what: What, lang: Lang) -> &'static str {
    match (lang, what) {
        (Lang::En, _) => what_word(what, lang),
        (_, What::Pipeline) => "воронки",
        (_, What::Stage) => "этапа",
        (_, What::Person) => "сотрудника",
        (_, What::Group) => "группы",
        (_, What::Source) => "источника",
        (_, What::LossReason) => "причины отказа",
        (_, What::Target) => "таймера",
        (_, What::Checklist) => "чек-листа",
        (_, What::CustomField) => "поля",
    }
}

const fn section(what: What) -> &'static str {
    match what {
        What::Pipeline => "pipelines",
        What::Stage => "pipelines.stages",
        What::Person => "people",
        What::Group => "groups",
        What::Source => "sources.names",
        What::LossReason => "meaning.loss_reasons",
        What::Target => "targets",
        What::Checklist => "checklists",
        What::CustomField => "sources",
    }
}

/// A field as a policy writes it.
fn field_text(field: Field) -> String {
    match field {
        Field::Custom(id) | Field::FutureDate(id) => format!("{{ {} = {id} }}", field.name()),
        named => named.name().to_owned(),
    }
}
