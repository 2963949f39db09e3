//! A person's data goes, and no figure changes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use std::collections::BTreeMap;
use takeroot_account::{Failure, Held, Person};
use takeroot_amocrm::hook::decode;
use takeroot_core::fact::{Identity, Subject, What};
use takeroot_stand::company::{History, generate};
use told::{ENDS, Told, after, facts, vault};

/// Phones (0) or addresses (1) of a history by the contacts that have them.
fn reached(history: &History, code: &str) -> BTreeMap<String, Vec<u64>> {
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for delivery in &history.deliveries {
        let form = decode(delivery.body.as_bytes()).unwrap();
        for (_, items) in form.root().get("contacts").into_iter().flat_map(|contacts| contacts.children()) {
            let item = items.get("0").unwrap();
            let fields = item.get("custom_fields").into_iter().flat_map(|fields| fields.children());
            for (_, field) in
                fields.filter(|(_, field)| field.path(&["code"]).and_then(|c| c.text()) == Some(code))
            {
                let text = field.path(&["values", "0", "value"]).unwrap().text().unwrap();
                let id = item.get("id").unwrap().text().unwrap().parse().unwrap();
                found.entry(text.to_owned()).or_default().push(id);
            }
        }
    }
    found
}

fn identities(told: &Told, contact: u64) -> Vec<Identity> {
    let facts = facts(&told.account).into_iter();
    let own = facts.filter(|fact| fact.subject == Subject::Contact(contact));
    own.flat_map(|fact| match fact.what {
        What::Contact { identities, .. } => identities,
        _ => Vec::new(),
    })
    .collect()
}

#[test]
fn a_person_is_found_and_erased_and_no_figure_changes() {
    let history = generate(5, ENDS, 1);
    // Half of it is sealed: what stays of it is under the identity, too.
    for days in [0, 95] {
        for (code, person) in [("PHONE", Person::Phone as fn(String) -> Person), ("EMAIL", Person::Email)] {
            let (told, at) = (Told::of(&history, 90), after(days));
            told.settle(at);
            told.tidy(at);
            let before = (told.totals(), told.account.status(at).unwrap());
            let (vault, mut erased) = (vault(), 0);
            for (text, contacts) in reached(&history, code).into_iter().take(8) {
                let person = person(text.to_uppercase());
                let Ok(held) = told.account.person(&person, "operator", at) else { continue };
                let was: Vec<_> = contacts.iter().map(|contact| identities(&told, *contact)).collect();
                let gone = told.account.erase(&person, &vault, "operator", at).unwrap();
                let counted = (held.deals.len(), held.contacts.len(), held.bodies);
                assert_eq!((gone.deals, gone.contacts, gone.bodies), counted);
                assert!(
                    days > 0 || (contacts.iter().all(|id| held.contacts.contains(id)) && held.bodies > 0)
                );
                let is: Vec<_> = contacts.iter().map(|contact| identities(&told, *contact)).collect();
                assert!(was.iter().flatten().count() == is.iter().flatten().count());
                assert!(was.iter().flatten().next().is_none() || was != is);
                assert_eq!(told.account.person(&person, "operator", at).unwrap(), Held::default());
                erased += 1;
            }
            assert!(erased > 3, "{erased}");
            told.settle(at);
            assert!(told.account.recompute(at).unwrap().equal);
            assert_eq!((told.totals(), told.account.status(at).unwrap().facts), (before.0, before.1.facts));
        }
    }
}

#[test]
fn a_later_delivery_of_an_erased_person_is_of_somebody_else() {
    let history = generate(5, ENDS, 1);
    let (told, at) = (Told::new(&history, 90), after(0));
    let contact = |id: u64, phone: &str| {
        let value = "custom_fields][0][values][0][value]";
        let field =
            format!("contacts[add][0][custom_fields][0][code]=PHONE&contacts[add][0][{value}={phone}");
        let body = format!("contacts[add][0][id]={id}&contacts[add][0][date_create]={}&{field}", at.0 + 1);
        told.account.deliver(1, body.as_bytes(), at).unwrap();
    };
    contact(7, "8+(926)+111-22-77");
    told.account.deliver(1, b"leads[note][0][note][element_id]=3&text=call+%2B7+926+1112277", at).unwrap();
    told.account.deliver(1, b"no shape, 8 926 111 22 77", at).unwrap();
    told.account.deliver(1, b"nor this, 9261112278", at).unwrap();
    told.settle(at);
    let person = Person::Phone("+79261112277".to_owned());
    let gone = told.account.erase(&person, &vault(), "operator", at).unwrap();
    assert_eq!((gone.deals, gone.contacts, gone.bodies), (0, 1, 3));
    assert_eq!(told.account.status(at).unwrap().quarantined, 1);
    let entries = format!("{:?}", told.account.audit(None).unwrap());
    assert!(entries.contains("erasure") && !entries.contains("926"), "{entries}");
    let old = identities(&told, 7);
    contact(8, "89261112277");
    assert_ne!(identities(&told, 8), old);
    assert_eq!(told.account.person(&person, "operator", at).unwrap().contacts, [8].into());
    let nobody = told.account.erase(&Person::Email("n/a".to_owned()), &vault(), "operator", at).unwrap_err();
    assert!(matches!(nobody, Failure::Rejected(told) if told.status == 422));
}
