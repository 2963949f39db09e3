use crate::words::{EN, RU, Words};

/// The language of a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Russian.
    #[default]
    Ru,
    /// English.
    En,
}

impl Lang {
    /// The language of a code, `ru` or `en`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "ru" => Some(Self::Ru),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of those who are sent from a host of the CRM, where nobody says which: Kommo is the CRM's name abroad.
    #[must_use]
    pub fn of_host(host: &str) -> Self {
        if host.ends_with(".kommo.com") { Self::En } else { Self::Ru }
    }

    /// Its code, as the attribute `lang` and links carry it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Ru => Self::En,
            Self::En => Self::Ru,
        }
    }

    /// One of two wordings.
    pub(crate) const fn either(self, ru: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Ru => ru,
            Self::En => en,
        }
    }

    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    /// The form of a noun for a number, out of forms parted by `|`: one, few, many in Russian, one, other in
    /// English.
    pub(crate) fn form(self, forms: &'static str, n: i64) -> &'static str {
        let n = n.unsigned_abs();
        let index = match self {
            Self::En => usize::from(n != 1),
            Self::Ru => match (n % 10, n % 100) {
                (_, 11..=14) => 2,
                (1, _) => 0,
                (2..=4, _) => 1,
                _ => 2,
            },
        };
        forms.split('|').nth(index).unwrap_or(forms)
    }
}

/// Where a text is read: what is of use at the desk only, commands and keys of files, stands between `‹` and `›`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Somebody with a terminal.
    Desk,
    /// Somebody with a page.
    Page,
}

impl Reader {
    /// What of a template this reader reads.
    pub(crate) fn reads(self, template: &str) -> String {
        let mut read = String::with_capacity(template.len());
        for (at, part) in template.split(['‹', '›']).enumerate() {
            if at % 2 == 0 || self == Self::Desk {
                read.push_str(part);
            }
        }
        read
    }
}

/// Puts texts in the places `{0}` to `{9}` of a template, in one pass: braces inside a text mean nothing.
pub(crate) fn fill(template: &str, texts: &[&str]) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place =
            after.split_once('}').and_then(|(n, tail)| Some((texts.get(n.parse::<usize>().ok()?)?, tail)));
        if let Some((text, tail)) = place {
            filled.push_str(text);
            rest = tail;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_has_three_forms() {
        let forms = "сделка|сделки|сделок";
        let said = |n| Lang::Ru.form(forms, n);
        for n in [1, 21, 101, 1001] {
            assert_eq!(said(n), "сделка", "{n}");
        }
        for n in [2, 3, 4, 22, 104] {
            assert_eq!(said(n), "сделки", "{n}");
        }
        for n in [0, 5, 11, 12, 14, 19, 20, 111, 112, 1000] {
            assert_eq!(said(n), "сделок", "{n}");
        }
    }

    #[test]
    fn english_has_two_forms() {
        assert_eq!(Lang::En.form("deal|deals", 1), "deal");
        assert_eq!(Lang::En.form("deal|deals", 0), "deals");
        assert_eq!(Lang::En.form("deal|deals", 21), "deals");
    }

    #[test]
    fn a_template_is_filled_in_one_pass() {
        assert_eq!(fill("{0} из {1}", &["{1}", "7"]), "{1} из 7");
        assert_eq!(fill("{9} {x {0}", &["a"]), "{9} {x a");
    }

    #[test]
    fn what_is_for_the_desk_is_read_there_only() {
        let template = "Дайте часы‹: {0}› или нет‹ (никогда)›.";
        assert_eq!(Reader::Desk.reads(template), "Дайте часы: {0} или нет (никогда).");
        assert_eq!(Reader::Page.reads(template), "Дайте часы или нет.");
    }

    #[test]
    fn only_known_codes_are_languages() {
        assert_eq!(Lang::parse("ru"), Some(Lang::Ru));
        assert_eq!(Lang::parse(Lang::En.code()), Some(Lang::En));
        assert_eq!(Lang::parse("de"), None);
        let hosts = ["lena.kommo.com", "lena.amocrm.ru", "lena.amocrm.com", "kommo.com.example", ""];
        assert_eq!(hosts.map(Lang::of_host), [Lang::En, Lang::Ru, Lang::Ru, Lang::Ru, Lang::Ru]);
    }
}
