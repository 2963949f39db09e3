use super::*;

const ENVIRONMENT: [(&str, &str); 4] = [
    ("TAKEROOT_SERVER", "https://takeroot.example/"),
    ("OPERATOR_KEY", "a key of the tests"),
    ("TAKEROOT_CLIENT_SECRET", "a secret of the tests"),
    ("LANG", "ru_RU.UTF-8"),
];

fn read_with(line: &str, without: &str) -> Result<Option<Wish>> {
    let told = |name: &str| {
        let known = ENVIRONMENT.iter().find(|(known, _)| *known == name && name != without)?;
        Some(known.1.to_owned())
    };
    read(line.split_whitespace().map(OsString::from).collect(), &told)
}

fn wish(line: &str) -> Wish {
    read_with(line, "").unwrap().unwrap()
}

fn error(line: &str) -> String {
    format!("{:#}", read_with(line, "").unwrap_err())
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    for (line, says) in [
        ("ad", "takeroot account --help lists them"),
        ("list amo-7", "takes options only"),
        ("show", "takes A"),
        ("revoke amo-7", "takes A ID"),
        ("revoke amo-7 x", "ID «x» is no number"),
        ("show seven", "such as amo-30441694"),
        ("show amo-../7", "such as amo-30441694"),
        ("show --role owner amo-7", "--role is no option here"),
        ("add --name x", "--crm-id is missing"),
        ("add --crm-id x", "--crm-id «x» is no number"),
        ("add --crm-id 7 --raw-days 20", "go together; a new account has 14 and 400"),
        (
            "add --crm-id 7 --raw-days 14 --facts-days 30",
            "--facts-days: raw_days from 1 to 90, facts_days from 90 to 3650",
        ),
        ("add --crm-id 7 --client-secret x", "a secret is no argument"),
        ("list --operator-key x", "a secret is no argument"),
        ("connect 7 --token x", "a secret is no argument"),
        ("connect 7 --token-file /no/such/file", "/no/such/file"),
        ("connect 7 --rate fast", "--rate «fast» is no number"),
        ("add --crm-id 7 --client-secret-file /no/such/file", "/no/such/file"),
        ("add --crm-id 7 --policy /no/such/file", "/no/such/file"),
        ("token amo-7", "--role is owner, head or reader"),
        ("token amo-7 --role king", "--role is owner, head or reader"),
        ("token amo-7 --role head", "--group is missing"),
        ("token amo-7 --role owner --group 1", "--group goes with --role head only"),
        ("token amo-7 --role reader", "--days is missing"),
        ("policy amo-7 --note x", "--note go with --set only"),
        ("policy amo-7 --set a --preview b", "one of them"),
        ("policy amo-7 --set a", "--revision is missing"),
        ("uninstall amo-7", "takes A FILE"),
        ("doctor amo-7 amo-8", "takes [A]"),
        ("list --server http://takeroot.example", "https"),
        ("list --server ftp://takeroot.example", "https"),
        ("list --server takeroot.example", "https"),
        ("list --lang de", "--lang is ru or en"),
    ] {
        let said = error(line);
        assert!(said.contains(says), "{line}: {said}");
    }
    for (without, says) in [("TAKEROOT_SERVER", "--server URL"), ("OPERATOR_KEY", "set OPERATOR_KEY")] {
        let said = format!("{:#}", read_with("list", without).unwrap_err());
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn help_needs_no_server() {
    for line in ["", "help", "--help", "add --help"] {
        assert!(read(line.split_whitespace().map(OsString::from).collect(), &|_| None).unwrap().is_none());
    }
}

#[test]
fn a_wish_is_read_with_the_environment() {
    let line = "add --crm-id 7 --name Сад --host sad.amocrm.ru --zone Asia/Omsk --raw-days 7 --facts-days 90";
    let added = wish(line);
    assert_eq!(added.lang, Lang::Ru);
    let Order::Add(request) = added.order else { unreachable!("{:?}", added.order) };
    assert_eq!(
        (request.crm_id, request.name.as_str(), request.zone.as_deref()),
        (7, "Сад", Some("Asia/Omsk"))
    );
    assert_eq!(request.client_secret.0, "a secret of the tests");
    assert_eq!(request.retention, Some(Retention { raw_days: 7, facts_days: 90 }));
    let made = wish("token 7 --role head --group 3 --days 9 --lang en");
    assert_eq!(made.lang, Lang::En);
    let Order::Token(account, wished) = made.order else { unreachable!("{:?}", made.order) };
    assert_eq!((account.as_str(), wished.role, wished.days), ("amo-7", Role::Head { group: 3 }, Some(9)));
    assert!(matches!(wish("delete amo-7").order, Order::Delete { is_sure: false, .. }));
    assert!(matches!(wish("delete amo-7 --yes").order, Order::Delete { is_sure: true, .. }));
    assert!(matches!(wish("audit amo-7 --before 40").order, Order::Audit(_, Some(40))));
    for server in ["http://127.0.0.1:8787", "http://localhost:1", "http://[::1]:80", "https://a.example/base"]
    {
        wish(&format!("list --server {server}"));
    }
    let shown = format!("{:?}", wish("list"));
    assert!(!shown.contains("a key of the tests"), "a key does not show itself: {shown}");
}

#[test]
fn an_account_is_connected_as_is_usual_unless_something_else_is_said() {
    let connection = |line: &str| match wish(line).order {
        Order::Connect(account, wish) => (account, wish),
        other => unreachable!("{other:?}"),
    };
    assert_eq!(connection("connect 7"), ("amo-7".to_owned(), ConnectionRequest::default()));
    let (_, told) = connection("connect amo-7 --no-webhooks --history-days 90 --host x.kommo.com");
    assert_eq!((told.webhooks, told.history_days, told.host.as_deref()), (false, 90, Some("x.kommo.com")));
}
