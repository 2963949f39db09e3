//! What an admin does, and what the page then shows and asks.

use super::*;
use takeroot_core::acceptance::Period;
use takeroot_core::account::{VersionState, Written};
use takeroot_core::connection::{Finding, Found};
use takeroot_core::contribution::Count;
use takeroot_core::day::Block;
use takeroot_core::directory::CrmField;
use takeroot_core::policy::{Field, Mandatory, Pipeline, Span, StageName};

const SALES: u64 = 31;
const SERVICE: u64 = 32;

fn pipeline(id: u64, name: &str) -> Pipeline {
    let stages = (1..=3).map(|n| StageName { id: id * 100 + n, name: format!("Этап {n}") });
    Pipeline { id, name: name.to_owned(), stages: stages.collect(), ..Pipeline::default() }
}

fn policy() -> Policy {
    let pipelines = vec![pipeline(SALES, "Продажи"), pipeline(SERVICE, "Сервис")];
    let mandatory = vec![Mandatory::of(Field::Amount, "", 2), Mandatory::of(Field::Source, "", 1)];
    Policy { pipelines, mandatory, ..Policy::standard("Europe/Moscow") }
}

fn state(revision: u32, by: &str, policy: Policy) -> String {
    let first = VersionState { from: Day(0), written: None, policy: self::policy() };
    let written = Written { by: by.to_owned(), note: "заметка".to_owned() };
    let latest = VersionState { from: Day(20_500), written: Some(written), policy };
    let state = PolicyState { revision, proposed: false, versions: vec![first, latest] };
    serde_json::to_string(&state).unwrap()
}

fn directory() -> AccountDirectory {
    let field = |id, name: &str, kind: &str| CrmField { id, name: name.to_owned(), kind: kind.to_owned() };
    AccountDirectory {
        pipelines: vec![pipeline(SALES, "Продажи"), pipeline(SERVICE, "Сервис"), pipeline(33, "Партнёры")],
        fields: vec![field(7, "<b>ИНН</b>", "text"), field(8, "Встреча", "date")],
        ..AccountDirectory::default()
    }
}

fn opened() -> Settings {
    let mut page = Settings::new(Lang::Ru, Day(20_600), false);
    let asked: Vec<&str> = page.asks().iter().map(|ask| ask.what).collect();
    assert_eq!(asked, ["policy", "directory", "connection", "doctor"]);
    page.heard("policy", 200, &state(4, "crm admin 9", policy()));
    page.heard("directory", 200, &serde_json::to_string(&directory()).unwrap());
    page
}

fn asked(page: &Settings, field: Field) -> Vec<(usize, Vec<u64>)> {
    let of = page.draft.mandatory.iter().filter(|mandatory| mandatory.field == field);
    of.map(|mandatory| (mandatory.from_stage, mandatory.pipelines.clone())).collect()
}

#[test]
fn a_cell_of_the_grid_says_from_which_stage_of_its_pipeline_on_a_field_is_asked() {
    let mut page = opened();
    page.act("asked:31:amount", "3");
    assert_eq!(asked(&page, Field::Amount), [(3, vec![SALES]), (2, vec![SERVICE])]);
    page.act("asked:32:amount", "3");
    assert_eq!(asked(&page, Field::Amount), [(3, vec![])], "in all pipelines alike: said once");
    page.act("asked:32:amount", "");
    assert_eq!(asked(&page, Field::Amount), [(3, vec![SALES])]);
    page.act("asked:31:amount", "");
    assert_eq!(asked(&page, Field::Amount), []);
    page.act("ask", "custom-7");
    page.act("ask", "future_date-8");
    page.act("ask", "custom-7");
    assert_eq!(asked(&page, Field::Custom(7)), [(2, vec![])]);
    let html = page.html();
    assert!(
        html.contains("&lt;b&gt;ИНН&lt;/b&gt;") && !html.contains("<b>ИНН"),
        "texts of the CRM are texts"
    );
    assert!(html.contains("Встреча"));
}

#[test]
fn a_pipeline_that_goes_takes_along_what_was_said_of_it_alone() {
    let mut page = opened();
    page.act("asked:31:amount", "3");
    page.act("pipeline:31", "");
    assert_eq!(page.draft.pipelines.len(), 1);
    assert_eq!(asked(&page, Field::Amount), [(2, vec![SERVICE])]);
    page.act("pipeline:33", "1");
    assert_eq!(page.draft.pipelines.last().map(|pipeline| pipeline.id), Some(33));
    assert!(page.html().contains("Партнёры"));
}

#[test]
fn a_clock_is_a_sentence_whose_number_and_unit_are_changed() {
    let mut page = opened();
    page.act("section:clocks", "");
    assert!(page.html().contains("Если новая заявка, ответить за "));
    page.act("response:n", "10");
    assert_eq!(page.draft.first_response.target, Span::Seconds(600));
    page.act("response:unit", "h");
    assert_eq!(page.draft.first_response.target, Span::Seconds(36_000));
    page.act("response:n", "");
    page.act("response:n", "-3");
    assert_eq!(page.draft.first_response.target, Span::Seconds(36_000), "what is no number changes nothing");
    page.act("clocks", "stage_entered");
    page.act("clock:0:stage", "3102");
    page.act("clock:0:n", "4");
    page.act("clock:0:name", "КП <отправлено>");
    let clock = &page.draft.targets[0];
    assert_eq!((clock.target, clock.stages.clone()), (Span::Days(4), vec![3102]));
    assert!(page.html().contains("КП &lt;отправлено&gt;"));
    page.act("clock:0:remove", "");
    assert!(page.draft.targets.is_empty());
}

#[test]
fn a_problem_stands_at_its_place_with_its_mend_and_an_error_keeps_from_saving() {
    let mut page = opened();
    page.act("section:clocks", "");
    page.act("response:n", "0");
    let html = page.html().replace('\u{a0}', " ");
    let place = html.find("class=\"clock\" data-first").unwrap();
    let problem = html.find("data-severity=\"error\"><b>Ошибка").unwrap();
    assert!(
        problem > place && html.contains("Сначала исправьте: 1 ошибка") && html.contains("class=\"mend\"")
    );
    page.act("save", "");
    assert_eq!(page.asks(), []);
    page.act("response:n", "20");
    page.act("save", "");
    let asks = page.asks();
    assert_eq!((asks[0].what, asks[0].path), ("written", "/v1/admin/policy"));
    let request: PolicyRequest = serde_json::from_str(&asks[0].body).unwrap();
    assert_eq!((request.based_on, request.policy.first_response.target), (4, Span::Seconds(1200)));
    page.heard("written", 200, &state(5, "crm admin 9", request.policy));
    assert!(page.html().contains("Сохранено") && !page.is_changed());
}

#[test]
fn of_two_admins_neither_overwrites_the_other() {
    let mut page = opened();
    page.act("response:n", "10");
    page.act("save", "");
    page.asks();
    page.heard("written", 409, "{}");
    assert_eq!(page.asks()[0].what, "theirs");
    let mut other = policy();
    other.leaderboard = true;
    page.heard("theirs", 200, &state(5, "crm admin 12", other.clone()));
    let html = page.html();
    assert!(html.contains("crm admin 12") && html.contains("Таблица лидеров показана"), "{html}");
    assert!(html.contains("ответить за 10") && html.contains("Наложить мои изменения"));
    assert!(!page.can_save(), "first one chooses");
    let mut without = page.clone();
    page.act("rebase", "");
    assert!(page.draft.leaderboard && page.draft.first_response.target == Span::Seconds(600));
    page.act("save", "");
    let request: PolicyRequest = serde_json::from_str(&page.asks()[0].body).unwrap();
    assert_eq!(request.based_on, 5);
    without.act("theirs", "");
    assert_eq!((without.draft.clone(), without.is_changed()), (other, false));
}

#[test]
fn versions_are_told_by_what_changed_and_can_be_restored() {
    let mut page = opened();
    let mut changed = policy();
    changed.first_response.target = Span::Seconds(300);
    page.heard("policy", 200, &state(5, "operator", changed));
    page.act("section:versions", "");
    let html = page.html();
    assert!(html.contains("оператор сервера") && html.contains("«заметка»"));
    let order = ["ответить за 15", "ответить за 5"].map(|line| html.find(line).unwrap());
    assert!(order[0] < order[1], "what was stands before what is");
    page.act("restore:0", "");
    assert_eq!(page.draft, policy());
    assert!(page.is_changed() && page.note.contains("первой версии"));
}

#[test]
fn hours_people_pilot_sources_and_goals_are_changed_by_their_controls() {
    let mut page = opened();
    page.draft.people = vec![takeroot_core::policy::Person { id: 9, ..Default::default() }];
    for (act, value) in [
        ("week:5:open", "1"),
        ("week:0:0:to", "19:30"),
        ("week:0:add", ""),
        ("production", "1"),
        ("eves", "1"),
        ("holiday", "2026-12-31"),
        ("person:9:role", "service"),
        ("absence:9", ""),
        ("absence:9:0:to", "2026-07-01"),
        ("pilot", "1"),
        ("pilot:pipeline:31", "1"),
        ("source:field", "7"),
        ("route", "rest"),
        ("started", "2026-06-01"),
        ("criterion", "in_time"),
        ("criterion:0:value", "85"),
        ("leaderboard", "1"),
        ("nothing:of:this", "x"),
        ("week:9:open", "1"),
        ("clock:7:n", "x"),
    ] {
        page.act(act, value);
    }
    let draft = &page.draft;
    let ends = draft.calendar.weekly.mon.iter().map(|window| window.clock_s().1 / 60).collect::<Vec<_>>();
    assert_eq!((ends, draft.calendar.weekly.sat.len()), (vec![1170, 1080], 1));
    assert!(draft.calendar.production.is_some_and(|production| production.short_eves));
    assert_eq!(draft.calendar.holidays.len(), 1);
    assert!(draft.people[0].service && draft.people[0].absences[0].to.to_string() == "2026-07-01");
    assert_eq!(draft.pilot.as_ref().unwrap().pipelines, [SALES]);
    assert_eq!((draft.sources.field, draft.sources.routes[0].pipeline), (Some(7), SALES));
    assert_eq!(draft.acceptance.targets[0].at_least, Some(85));
    assert!(draft.leaderboard);
    for section in Section::ALL {
        page.act(&format!("section:{}", section.key()), "");
        for lang in [Lang::Ru, Lang::En] {
            page.lang = lang;
            assert!(page.html().contains(section.title(lang)));
        }
    }
}

#[test]
fn whatever_the_server_says_the_page_says_what_to_do() {
    for (status, word) in
        [(0, "Проверьте адрес"), (401, "секретным ключом"), (403, "администратора CRM"), (500, "Повторите")]
    {
        let mut page = Settings::new(Lang::Ru, Day(20_600), false);
        page.heard("policy", status, "");
        assert!(page.html().contains(word), "{status}");
        page.asks();
        page.act("reload", "");
        assert_eq!(page.asks().len(), 4);
    }
    let mut page = opened();
    page.act("preview", "");
    page.heard(
        "preview",
        422,
        r#"{"title":"the account is too large","hint":"replay an export at the desk"}"#,
    );
    assert!(page.html().contains("replay an export at the desk"));
}

#[test]
fn last_week_is_told_beside_what_it_would_have_been() {
    let counts = |complete: i64| {
        let n = |count: Count, n: i64| (count, n);
        let counts =
            [n(Count::InTime, 8), n(Count::Breached, 2), n(Count::Active, 20), n(Count::Complete, complete)];
        let all = Block { counts: counts.into_iter().collect(), ..Block::default() };
        let (from, to) = (Day(20_590), Day(20_596));
        serde_json::json!({ "from": from, "to": to, "observed": true, "all": all, "roster": 5 })
    };
    let mut page = opened();
    page.act("preview", "");
    assert_eq!(page.asks()[0].what, "preview");
    page.heard("preview", 200, &serde_json::json!({ "was": counts(10), "would_be": counts(5) }).to_string());
    let html = page.html().replace('\u{a0}', " ");
    assert!(
        html.contains("80 % (8 / 10)") && html.contains("50 % (10 / 20)") && html.contains("25 % (5 / 20)")
    );
    assert_eq!(html.matches("data-changed").count(), 1, "what changes is marked");
}

#[test]
fn of_several_refusals_that_of_rights_is_told_whenever_it_comes() {
    for order in [["policy", "directory", "doctor"], ["doctor", "directory", "policy"]] {
        let mut page = Settings::new(Lang::Ru, Day(20_600), false);
        for what in order {
            page.heard(what, if what == "policy" { 403 } else { 0 }, "{}");
        }
        page.heard("connection", 200, "{}");
        let html = page.html();
        assert!(
            html.contains("для администраторов CRM") && !html.contains("не отвечает"),
            "{order:?}: {html}"
        );
    }
    let mut page = opened();
    page.heard("doctor", 500, "");
    assert!(page.html().contains("Не получилось"));
    page.act("look", "");
    assert!(!page.html().contains("Не получилось"), "whoever asks anew waits for a new answer");
}

#[test]
fn an_installation_goes_from_the_address_to_a_policy_that_is_kept() {
    let mut page = Settings::new(Lang::Ru, Day(20_600), true);
    assert!(page.html().contains("class=\"loading\""));
    let proposed = VersionState { from: Day(0), written: None, policy: policy() };
    let proposed = PolicyState { revision: 1, proposed: true, versions: vec![proposed] };
    page.heard("policy", 200, &serde_json::to_string(&proposed).unwrap());
    page.heard("connection", 200, "{}");
    page.heard("doctor", 200, &serde_json::to_string(&Diagnosis::default()).unwrap());
    assert!(
        !page.html().contains("<nav") && page.html().contains("Разрешить чтение CRM") && !page.is_waiting()
    );
    let consent = Connected::Authorize { url: "https://www.amocrm.ru/oauth".to_owned() };
    page.heard("authorization", 200, &serde_json::to_string(&consent).unwrap());
    assert!(page.is_waiting(), "an admin says yes elsewhere");
    page.asks();
    let mut connected =
        ConnectionState { host: Some("x.amocrm.ru".to_owned()), ..ConnectionState::default() };
    page.heard("connection", 200, &serde_json::to_string(&connected).unwrap());
    let asked: Vec<&str> = page.asks().iter().map(|ask| ask.what).collect();
    assert_eq!((asked, page.is_waiting()), (vec!["policy", "directory"], true), "it is read, and found");
    page.heard("directory", 200, &serde_json::to_string(&directory()).unwrap());
    let period = Period::ending(Day(20_000), 90);
    connected.finding = Some(Finding { what: Found::Nothing, n: 0, of: 3, period, deals: Vec::new() });
    page.heard("connection", 200, &serde_json::to_string(&connected).unwrap());
    assert!(!page.is_waiting() && page.html().contains("Партнёры"));
    page.act("pipeline:32", "");
    page.act("preset", "1");
    let asked: Vec<Field> = page.draft.mandatory.iter().map(|mandatory| mandatory.field).collect();
    assert_eq!(asked, [Field::Amount, Field::Source, Field::Responsible, Field::NextStep]);
    assert_eq!((page.draft.targets.len(), page.draft.pipelines.len()), (3, 1));
    page.act("preset", "");
    assert_eq!(page.draft.mandatory, policy().mandatory);
    page.act("preset", "1");
    page.asks();
    page.act("save", "");
    assert_eq!(page.asks()[0].what, "written");
    let written = PolicyState { proposed: false, ..proposed };
    page.heard("written", 200, &serde_json::to_string(&written).unwrap());
    assert!(page.html().contains("Готово") && page.html().contains("Ничего не мешает"));
}
