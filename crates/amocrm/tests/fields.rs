//! Custom fields of deals, contacts and companies: the policy's rule where it has one, else the CRM's code.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use takeroot_amocrm::hook::{self, Context};
use takeroot_core::fact::{Identity, IdentityKind, Key, Value, What};
use takeroot_core::junk::Junk;
use takeroot_core::policy::{Check, Field, Mandatory, Policy};
use takeroot_core::time::Moment;

const KEY: &[u8] = b"tests";

fn what(body: &str, policy: &Policy) -> What {
    let received_at = Moment(1_790_000_000);
    let context = Context { received_at, account: None, identity_key: KEY, policy: Some(policy) };
    hook::read(body.as_bytes(), &context).unwrap().facts.remove(0).what
}

fn asking(fields: &[(Field, Check)]) -> Policy {
    let mandatory =
        |(field, check): &(Field, Check)| Mandatory { check: *check, ..Mandatory::of(*field, "", 1) };
    Policy { mandatory: fields.iter().map(mandatory).collect(), ..Policy::default() }
}

/// The verdict on field 91 of a deal.
fn verdict(policy: &Policy, rest: &str) -> Value {
    let field = "&leads[update][0][custom_fields][0]";
    let rest = rest.replace("F[", &format!("{field}["));
    let What::Deal(state) = what(&format!("leads[update][0][id]=501{field}[id]=91{rest}"), policy) else {
        unreachable!("a deal")
    };
    assert_eq!(state.fields.len(), 1, "{rest}");
    state.fields[0].1
}

#[test]
fn a_text_is_judged_by_the_rule_that_the_policy_gives_it() {
    let cases = [
        (Check::Text, "7704512376", None),
        (Check::Inn, "7704512375", None),
        (Check::Inn, "7704512376", Some(Junk::Inn)),
        (Check::Kpp, "77040100", Some(Junk::Kpp)),
        (Check::Ogrn, "1177746004172", Some(Junk::Ogrn)),
        (Check::Phone, "12345", Some(Junk::Phone)),
        (Check::PhoneRu, "%2B375+29+345-67-89", Some(Junk::Phone)),
        (Check::Email, "anna@firma", Some(Junk::Email)),
        (Check::Positive, "123", None),
        (Check::Positive, "0", Some(Junk::NotPositive)),
        (Check::Text, "123", Some(Junk::Sequence)),
    ];
    for (check, text, junk) in cases {
        let policy = asking(&[(Field::Amount, Check::Text), (Field::Custom(91), check)]);
        let expected = junk.map_or(Value::Filled, Value::Junk);
        assert_eq!(verdict(&policy, &format!("F[values][0][value]={text}")), expected, "{check:?} {text}");
    }
}

#[test]
fn the_code_of_the_crm_gives_the_rule_where_the_policy_gives_none() {
    let judged = |code: &str, text: &str| {
        verdict(&Policy::default(), &format!("F[code]={code}F[values][0][value]={text}F[values][0][enum]=7"))
    };
    assert_eq!(judged("PHONE", "12345"), Value::Junk(Junk::Phone));
    assert_eq!(judged("EMAIL", "test@test.ru"), Value::Junk(Junk::Placeholder));
    assert_eq!(judged("", "12345"), Value::Choice(7));
}

#[test]
fn a_value_of_a_list_is_never_junk() {
    let policy = asking(&[(Field::Custom(91), Check::Inn)]);
    assert_eq!(verdict(&policy, "F[values][0][value]=-F[values][0][enum]=12"), Value::Choice(12));
    assert_eq!(verdict(&policy, "F[values][0][value]=-F[values][0][enum]=0"), Value::Filled);
}

#[test]
fn a_value_in_parts_is_filled_when_one_of_them_is() {
    let policy = Policy::default();
    let parts = "F[values][0][value][name]=%D0%9E%D0%9E%D0%9EF[values][0][value][vat_id]=";
    assert_eq!(verdict(&policy, parts), Value::Filled);
    assert_eq!(verdict(&policy, "F[values][0][value][name]=+"), Value::Junk(Junk::Blank));
}

#[test]
fn a_date_that_the_policy_asks_for_is_read_in_both_shapes() {
    let policy = asking(&[(Field::FutureDate(91), Check::Text)]);
    let date = Value::Date(Moment(1_790_456_400));
    assert_eq!(verdict(&policy, "F[values][0]=1790456400"), date);
    assert_eq!(verdict(&policy, "F[values][0][value]=1790456400"), date);
    assert_eq!(verdict(&Policy::default(), "F[values][0][value]=1790456400"), Value::Filled);
}

/// What identifies a company with one field.
fn identities(policy: &Policy, rest: &str) -> Vec<Identity> {
    let field = "&contacts[update][0][custom_fields][0]";
    let rest = rest.replace("F[", &format!("{field}["));
    let body = format!("contacts[update][0][id]=31&contacts[update][0][type]=company{field}[id]=95{rest}");
    let What::Contact { identities, .. } = what(&body, policy) else { unreachable!("a contact") };
    identities
}

#[test]
fn a_tax_number_identifies_a_company() {
    let (plain, inn) = (Policy::default(), asking(&[(Field::Custom(95), Check::Inn)]));
    let expected = vec![Identity { of: IdentityKind::TaxNumber, hash: Key::keyed(KEY, b"7704512375") }];
    let value = "F[values][0][value]=7704+512375";
    for name in ["INN", "%D0%98%D0%9D%D0%9D", "inn"] {
        assert_eq!(identities(&plain, &format!("F[name]={name}{value}")), expected, "{name}");
    }
    assert_eq!(identities(&plain, &format!("F[code]=INN{value}")), expected);
    assert_eq!(identities(&inn, &format!("F[name]=Tax{value}")), expected, "the policy says so");
    assert_eq!(identities(&plain, "F[values][0][value][vat_id]=7704512375"), expected, "a legal entity");
    assert_eq!(identities(&plain, &format!("F[name]=Tax{value}")), [], "nobody says so");
    assert_eq!(identities(&inn, "F[values][0][value]=7704512376"), [], "a wrong check digit");
}

const SENTENCE: &str = "F[values][0][value]=Asked+to+call+back+in+May";

#[test]
fn a_sentence_in_a_field_that_is_asked_for_is_known_again_and_not_told() {
    let policy = asking(&[(Field::Custom(91), Check::Text)]);
    let Value::Text(hash) = verdict(&policy, SENTENCE) else { unreachable!("a text") };
    assert_eq!(hash, Key::keyed(KEY, b"text|91|asked to call back in may").short());
    let spaced = "F[values][0][value]=+asked++to%0ACALL+back+in+May+";
    assert_eq!(verdict(&policy, spaced), Value::Text(hash));
    assert_ne!(verdict(&policy, "F[values][0][value]=Asked+to+call+back+in+June"), Value::Text(hash));
    assert_eq!(
        verdict(&policy, "F[values][0][value]=Yekaterinburg"),
        Value::Filled,
        "a town is nobody's sign"
    );
    assert_eq!(verdict(&policy, "F[values][0][value]=n%2Fa"), Value::Junk(Junk::Placeholder));
    assert_eq!(verdict(&policy, &format!("{SENTENCE}F[values][0][enum]=12")), Value::Choice(12));
}

#[test]
fn a_sentence_elsewhere_is_only_filled() {
    assert_eq!(verdict(&Policy::default(), SENTENCE), Value::Filled);
    assert_eq!(verdict(&asking(&[(Field::Custom(92), Check::Text)]), SENTENCE), Value::Filled);
    let dated = asking(&[(Field::FutureDate(91), Check::Text)]);
    assert_eq!(verdict(&dated, SENTENCE), Value::Filled);
    let mut of_source = asking(&[(Field::Custom(91), Check::Text)]);
    of_source.sources.utm = vec![91];
    assert_eq!(verdict(&of_source, SENTENCE), Value::Filled, "many come from one source");
}
