//! What the desk says of accounts: what was done and what to do next, and tables.

mod said;

use crate::lang::{Lang, fill};
use crate::reading::Reading;
use crate::text::{columns, name};
use takeroot_core::acceptance::BaselineState;
use takeroot_core::account::{PolicyPreview, PolicyState};
use takeroot_core::contribution::{Count, Took};
use takeroot_core::day::{Block, Figures};
use takeroot_core::digest::Unsent;
use takeroot_core::logbook::EntryKind;
use takeroot_core::time::Moment;

/// What a command has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done<'a> {
    /// An account was opened or changed; addresses are whole URLs.
    Opened {
        /// The account's key.
        account: &'a str,
        /// Where the CRM posts its webhooks.
        hook: &'a str,
        /// The owner's page.
        owner: &'a str,
        /// The server.
        server: &'a str,
    },
    /// Another address for webhooks was made.
    Rotated {
        /// The address.
        hook: &'a str,
    },
    /// Nothing is taken and shown.
    Suspended,
    /// A suspension has ended.
    Resumed,
    /// A link to the page was made, and what scripts read with.
    Granted {
        /// The grant's number.
        id: u32,
        /// The page with its token.
        page: &'a str,
        /// The token.
        token: &'a str,
        /// When it ends.
        ends: Option<Moment>,
    },
    /// A token for scripts only: the page is of the whole company.
    GrantedHead {
        /// The grant's number.
        id: u32,
        /// The token.
        token: &'a str,
        /// When it ends.
        ends: Option<Moment>,
    },
    /// Somebody is told from now on.
    DigestAdded {
        /// The target's number.
        id: u32,
        /// Who that is.
        name: &'a str,
        /// The host that is called for it.
        host: &'a str,
    },
    /// Somebody is told nothing more.
    DigestRemoved {
        /// The target's number.
        id: u32,
        /// Who that was.
        name: &'a str,
    },
    /// A digest was sent to see whether it arrives.
    DigestTested {
        /// The target's number.
        id: u32,
        /// Why it did not.
        trouble: Option<Unsent>,
    },
    /// A grant was ended.
    Revoked {
        /// The grant's number.
        id: u32,
    },
    /// Another policy holds from tomorrow on.
    PolicyWritten {
        /// What it is known by now.
        revision: u32,
    },
    /// An entry stands in the log.
    LogWritten {
        /// Its number.
        id: u32,
    },
    /// An entry is struck out of the log.
    LogStruck {
        /// Its number.
        id: u32,
    },
    /// Which days of before the observation were uploaded.
    Baseline(BaselineState),
    /// A workbook was written.
    WorkbookWritten {
        /// The file.
        file: &'a str,
        /// The days in it.
        days: usize,
    },
    /// An archive was written.
    Exported {
        /// The account's key.
        account: &'a str,
        /// The file.
        file: &'a str,
        /// Its pages.
        pages: u64,
        /// Its size in bytes.
        bytes: u64,
    },
    /// An archive was taken.
    Imported {
        /// The account's key.
        account: &'a str,
        /// Whether the client secret was set with it.
        has_secret: bool,
        /// Whether it was suspended when it was exported.
        is_suspended: bool,
    },
    /// Nothing is left of an account.
    Deleted {
        /// The account's key.
        account: &'a str,
    },
    /// The CRM is read from now on.
    Connected {
        /// The account's key.
        account: &'a str,
        /// Its host in the CRM.
        host: &'a str,
    },
    /// An admin of the CRM is asked.
    Authorize {
        /// The account's key.
        account: &'a str,
        /// Where.
        url: &'a str,
    },
    /// The CRM is not read any more.
    Disconnected {
        /// Whether the CRM has ended its webhooks; none where there were none.
        webhooks_ended: Option<bool>,
    },
}

/// What was done, and what to do next: lines, the last one without its end.
#[must_use]
pub fn done(done: &Done<'_>, lang: Lang) -> String {
    let (ru, en, parts) = said::done(done, lang);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    fill(lang.either(ru, en), &parts)
}

/// What is asked before an account is deleted; the answer is to be its key. `file` is the archive that is written before.
#[must_use]
pub fn deletion(account: &str, company: &str, file: Option<&str>, lang: Lang) -> String {
    let company = name(company).unwrap_or_default();
    if let Some(file) = file {
        let ru = "Снять вебхуки «{1}» в CRM, сохранить все данные {0} в {2} и удалить их с сервера?\n\
                  Чтобы продолжить, введите {0}: ";
        let en = "Remove the webhooks of «{1}» in the CRM, write all data of {0} to {2} and delete them on the server?\n\
                  To go on, type {0}: ";
        return fill(lang.either(ru, en), &[account, &company, file]);
    }
    let ru = "Удалить {0} («{1}») со всеми данными? Вернуть их можно будет только из архива \
              (takeroot account export).\nЧтобы удалить, введите {0}: ";
    let en = "Delete {0} («{1}») with all its data? Only an archive can bring it back (takeroot account export).\n\
              To delete it, type {0}: ";
    fill(lang.either(ru, en), &[account, &company])
}

/// A table of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Key, company, zone, last published day.
    Accounts,
    /// Number, role, when made, when it ends, state, note.
    Grants,
    /// When, bytes, id, why.
    Quarantine,
    /// Number, when, who, what, detail.
    Audit,
    /// What, how much.
    Status,
    /// What, as it was, as it would have been.
    Preview,
    /// Number, who, host, how often, hour, how it stands.
    Digests,
    /// Number, day, what, by when, when done, text.
    Log,
}

/// A table with its headings; what came from outside stays in its cell. Lines, the last one without its end.
#[must_use]
pub fn table(listing: Listing, rows: &[Vec<String>], lang: Lang) -> String {
    let (headings, none) = said::headings(listing, lang);
    if rows.is_empty() {
        return none.to_owned();
    }
    let shown = |row: &Vec<String>| row.iter().map(|cell| name(cell).unwrap_or_default()).collect();
    let mut lines: Vec<Vec<String>> = rows.iter().map(shown).collect();
    if !headings.is_empty() {
        lines.insert(0, headings.split('|').map(str::to_owned).collect());
    }
    let width =
        |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| columns(cell)).max();
    let widths: Vec<usize> = (0..lines.first().map_or(0, Vec::len)).filter_map(width).collect();
    let line = |cells: &Vec<String>| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{:1$}", "", width.saturating_sub(columns(cell))));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The versions of a policy, as comments above the latest one.
#[must_use]
pub fn versions(told: &PolicyState, lang: Lang) -> String {
    let revision = fill(lang.either("# номер {0}", "# revision {0}"), &[&told.revision.to_string()]);
    let proposed = lang.either(
        "# предложен по настройкам CRM, пока никто не задал свой",
        "# proposed by the CRM's own settings, until somebody sets one",
    );
    let file = told.file();
    let later = file.later.iter().enumerate().map(|(index, (from, version))| {
        let parts = [&version.by, &version.note].map(|part| name(part).unwrap_or_default());
        let parts = parts.into_iter().chain([file.changed(index).join(", ")]);
        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        format!("# {} {from}: {}", lang.either("с", "from"), parts.join("; "))
    });
    let first = told.proposed.then(|| proposed.to_owned());
    std::iter::once(revision).chain(first).chain(later).collect::<Vec<_>>().join("\n")
}

/// What the last week would have been by another policy, beside what it was.
#[must_use]
pub fn preview(told: &PolicyPreview, lang: Lang) -> String {
    let words = lang.words();
    let share = |label, n, of: fn(&Block) -> i64| (label, Reading::Share, n, of);
    let shares = [
        share(words.in_time, Count::InTime, Block::judged),
        share(words.complete, Count::Complete, |all| all.n(Count::Cards)),
        share(words.overdue, Count::Overdue, |all| all.n(Count::Active)),
    ];
    let mut rows = vec![(
        words.entered,
        Reading::Count(told.was.all.n(Count::Entered)),
        Reading::Count(told.would_be.all.n(Count::Entered)),
    )];
    rows.extend(shares.map(|(label, reading, n, of)| {
        let read = |figures: &Figures| reading(figures.all.n(n), of(&figures.all));
        (label, read(&told.was), read(&told.would_be))
    }));
    let median = |figures: &Figures| Reading::median(&figures.all.times(Took::Response));
    rows.push((words.median, median(&told.was), median(&told.would_be)));
    let cells = |(label, was, would_be): (&str, Reading, Reading)| {
        let said = |reading: Reading| {
            let figure = reading.figure(lang);
            if figure.note.is_empty() { figure.text } else { format!("{} ({})", figure.text, figure.note) }
        };
        vec![label.to_owned(), said(was), said(would_be)]
    };
    table(Listing::Preview, &rows.into_iter().map(cells).collect::<Vec<_>>(), lang)
}

/// Why a digest did not arrive.
#[must_use]
pub fn unsent(trouble: Unsent, lang: Lang) -> String {
    let (ru, en, status) = said::unsent(trouble);
    fill(lang.either(ru, en), &[&status])
}

/// What an entry of the log is about.
#[must_use]
pub const fn entry_kind(kind: EntryKind, lang: Lang) -> &'static str {
    let (ru, en) = said::entry_kind(kind);
    match lang {
        Lang::Ru => ru,
        Lang::En => en,
    }
}

/// A word of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The role that reads and shares everything.
    Owner,
    /// The role that reads a group.
    Head,
    /// The role that reads published days.
    Reader,
    /// A grant that holds.
    Holds,
    /// A grant that was revoked.
    Revoked,
    /// A grant whose time is over.
    Ended,
    /// Without an end.
    Never,
    /// A target of digests came in an archive, without its secrets.
    NoSecrets,
    /// The company.
    Company,
    /// The zone.
    Zone,
    /// The last published day.
    LastDay,
    /// Facts in the journal.
    Facts,
    /// Bodies that are kept.
    Deliveries,
    /// Bodies that could not be read.
    Quarantined,
    /// Whether everything is published.
    Published,
    /// Since when it is suspended.
    SuspendedSince,
    /// Yes.
    Yes,
    /// Not yet.
    NotYet,
}

/// The word in a language.
#[must_use]
pub const fn word(word: Word, lang: Lang) -> &'static str {
    let (ru, en) = said::word(word);
    lang.either(ru, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use takeroot_core::account::{VersionState, Written};
    use takeroot_core::policy::Policy;
    use takeroot_core::time::Day;

    #[test]
    fn an_opened_account_says_where_each_address_goes() {
        let opened = Done::Opened {
            account: "amo-7",
            hook: "https://s.example/hooks/amocrm/x",
            owner: "https://s.example/owner/amo-7?token=y",
            server: "https://s.example",
        };
        let (ru, en) = (done(&opened, Lang::Ru), done(&opened, Lang::En));
        for text in [&ru, &en] {
            for part in ["amo-7", "https://s.example/hooks/amocrm/x", "https://s.example/owner/amo-7?token=y"]
            {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert!(!text.contains('{'), "{text}");
        }
        assert!(ru.contains("вставьте") && en.contains("paste"), "{ru}\n{en}");
    }

    #[test]
    fn every_place_of_a_text_is_filled() {
        let ends = Some(Moment(1_793_000_000));
        let all = [
            Done::Rotated { hook: "h" },
            Done::Suspended,
            Done::Resumed,
            Done::Granted { id: 2, page: "p", token: "t", ends },
            Done::Granted { id: 2, page: "p", token: "t", ends: None },
            Done::GrantedHead { id: 2, token: "t", ends },
            Done::DigestAdded { id: 3, name: "Олег", host: "mail.example" },
            Done::DigestRemoved { id: 3, name: "Олег" },
            Done::DigestTested { id: 3, trouble: None },
            Done::DigestTested { id: 3, trouble: Some(Unsent::Silent) },
            Done::Revoked { id: 3 },
            Done::Exported { account: "a", file: "f", pages: 3, bytes: 5_000_000 },
            Done::Imported { account: "a", has_secret: false, is_suspended: false },
            Done::Imported { account: "a", has_secret: true, is_suspended: true },
            Done::Deleted { account: "a" },
        ];
        for told in all {
            for lang in [Lang::Ru, Lang::En] {
                let text = done(&told, lang);
                assert!(!text.is_empty() && !text.contains('{') && !text.ends_with('\n'), "{told:?}: {text}");
            }
        }
        let version = |from, policy, note: Option<&str>| VersionState {
            from: Day(from),
            written: note.map(|note| Written { by: "operator".to_owned(), note: note.to_owned() }),
            policy,
        };
        let first = version(0, Policy::default(), None);
        let second = version(20_000, Policy::standard("Asia/Omsk"), Some("быстрее\nзавтра"));
        let told = PolicyState { revision: 2, proposed: false, versions: vec![first, second] };
        let said = versions(&told, Lang::Ru);
        assert!(said.starts_with("# номер 2\n# с 2024-10-04: operator; быстрее"), "{said}");
        assert!(said.lines().all(|line| line.starts_with('#')) && said.contains("calendar"), "{said}");
        assert!(deletion("amo-7", "Сад", None, Lang::Ru).contains("amo-7 («Сад»)"));
    }

    #[test]
    fn a_table_is_aligned_and_its_cells_cannot_steer_the_terminal() {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let rows =
            [row(["amo-7", "Сад\u{1b}[2J", "Asia/Omsk", "2026-03-01"]), row(["amo-30441694", "", "UTC", ""])];
        let expected = "ACCOUNT       COMPANY  ZONE       LAST DAY\n\
                        amo-7         Сад[2J   Asia/Omsk  2026-03-01\n\
                        amo-30441694           UTC";
        assert_eq!(table(Listing::Accounts, &rows, Lang::En), expected);
        assert_eq!(
            table(Listing::Accounts, &[], Lang::En),
            "no accounts yet: takeroot account add opens one"
        );
    }
}
