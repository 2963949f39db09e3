//! Problems of a text.

use super::{Template, either, example, shape_word};
use crate::lang::Lang;
use takeroot_core::policy::lint::Kind;

pub(super) fn said(kind: &Kind, lang: Lang) -> Option<(Template, Vec<String>)> {
    Some(match kind {
        Kind::Syntax { detail } => say!(
            "файл записан с ошибкой: {0}",
            "Исправьте запись в этом месте; дальше файл мог быть прочитан неверно.",
            "the file is not written right: {0}",
            "Mend the writing here; what follows may have been misread.",
            detail.replace('\n', ", "),
        ),
        Kind::UnknownKey { key, nearest: Some(nearest) } => say!(
            "неизвестный ключ «{0}»",
            "Похоже на «{1}»: исправьте имя или уберите строку.",
            "unknown key «{0}»",
            "It looks like «{1}»: mend the name, or remove the line.",
            key,
            nearest,
        ),
        Kind::UnknownKey { key, nearest: None } => say!(
            "неизвестный ключ «{0}»",
            "Уберите его; все ключи перечисляет takeroot policy schema.",
            "unknown key «{0}»",
            "Remove it; takeroot policy schema lists the keys.",
            key,
        ),
        Kind::MissingKey { key } => {
            say!("не хватает ключа «{0}»", "Добавьте его.", "the key «{0}» is missing", "Add it.", key,)
        }
        Kind::WrongType { expected, found } => say!(
            "здесь {1}, а нужно: {0}",
            "Пример: {2}.",
            "this is {1} where {0} is needed",
            "Such as {2}.",
            expected.iter().map(|shape| shape_word(shape, lang)).collect::<Vec<_>>().join(either(lang)),
            shape_word(found, lang),
            expected.first().map_or("", example),
        ),
        Kind::WrongText { expected, text } => say!(
            "«{1}» — не {0}",
            "Пример: {2}.",
            "«{1}» is not {0}",
            "Such as {2}.",
            shape_word(expected, lang),
            text,
            example(expected),
        ),
        Kind::UnknownWord { word, nearest: Some(nearest), known } => say!(
            "неизвестное слово «{0}»",
            "Похоже на «{1}»; возможны: {2}.",
            "unknown word «{0}»",
            "It looks like «{1}»; there are {2}.",
            word,
            nearest,
            known.join(", "),
        ),
        Kind::UnknownWord { word, nearest: None, known } => say!(
            "неизвестное слово «{0}»",
            "Возможны: {1}.",
            "unknown word «{0}»",
            "There are {1}.",
            word,
            known.join(", "),
        ),
        Kind::OutOfRange { min, max } => say!(
            "число вне пределов",
            "Напишите число от {0} до {1}.",
            "the number is out of range",
            "Write a number from {0} to {1}.",
            min,
            max,
        ),
        Kind::Length { min: 2, max: 2, found } => say!(
            "в окне {0} значений, а нужно два: начало и конец",
            "Пример: [\"09:00\", \"18:00\"].",
            "a window has two times, from and to, and here are {0}",
            "Such as [\"09:00\", \"18:00\"].",
            found,
        ),
        Kind::Length { min, max, found } => say!(
            "в списке {2} значений",
            "Оставьте от {0} до {1}.",
            "the list has {2} items",
            "Leave from {0} to {1}.",
            min,
            max,
            found,
        ),
        Kind::Repeated => {
            say!("значение повторяется", "Уберите повтор.", "the value stands twice", "Remove one of them.",)
        }
        Kind::Refused { detail } => say!(
            "регламент не принят: {0}",
            "Исправьте то, что названо.",
            "the policy is refused: {0}",
            "Mend what is named.",
            detail,
        ),
        _ => return None,
    })
}
