//! What could not be read is listed, shown, and read again by a release that can.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use takeroot_account::{Failure, Replayed};
use takeroot_core::fact::{Key, Subject};
use takeroot_core::time::Moment;
use takeroot_stand::company::generate;
use told::{ENDS, Told, after, facts};

#[test]
fn quarantined_bodies_are_read_again_as_of_their_receipt() {
    let history = generate(5, ENDS, 1);
    let (told, twin) = (Told::of(&history, 400), Told::of(&history, 400));
    let (then, at) = (Moment(ENDS + 60), after(3));
    let deep = format!("leads[add][0]{}=1", "[x]".repeat(100));
    told.account.deliver(1, deep.as_bytes(), then).unwrap();
    // As an earlier release would have left a body that this one reads.
    let body = b"leads[delete][0][id]=41".as_slice();
    let keep = "INSERT INTO quarantine VALUES (?, ?, 'not known then', ?)";
    told.exec(keep, &[(&Key::of(body).0).into(), then.0.into(), body.into()]);
    let expected = Replayed { read: 1, facts: 1, unreadable: 1, next: None };
    assert_eq!(told.account.replay_quarantine(None, "operator", at).unwrap(), expected);
    let again = Replayed { read: 0, facts: 0, unreadable: 1, next: None };
    assert_eq!(told.account.replay_quarantine(None, "operator", at).unwrap(), again);
    for (body, told) in [(deep.as_bytes(), &twin), (body, &twin)] {
        told.account.deliver(1, body, then).unwrap();
    }
    [&told, &twin].into_iter().for_each(|told| told.settle(at));
    assert_eq!(told.totals(), twin.totals());
    assert!(told.account.recompute(at).unwrap().equal);
    let facts = facts(&told.account);
    assert!(facts.iter().any(|fact| fact.subject == Subject::Deal(41) && fact.at == then));
    assert_eq!(told.account.status(at).unwrap().quarantined, 1);
}

#[test]
fn quarantine_is_listed_by_pages_and_a_body_is_given_to_who_asks() {
    let history = generate(5, ENDS, 1);
    let told = Told::new(&history, 400);
    for n in 0..250 {
        told.account.deliver(1, format!("hello {n}").as_bytes(), Moment(ENDS + n / 7)).unwrap();
    }
    let (mut seen, mut before, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = told.account.quarantined(before.as_deref()).unwrap();
        seen.extend(page.items);
        (before, pages) = (page.next, pages + 1);
        if before.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (250, 3));
    assert!(seen.is_sorted_by(|a, b| (a.at, a.id) > (b.at, b.id)));
    let last = told.account.quarantined_body(&seen[249].id.to_string(), "operator", after(0)).unwrap();
    assert!(last.starts_with(b"hello "));
    assert!(told.account.audit(None).unwrap().items.iter().any(|entry| entry.what == "quarantine read"));
    for wrong in ["x", "5-x", "-"] {
        let refused = told.account.quarantined(Some(wrong)).unwrap_err();
        assert!(matches!(refused, Failure::Rejected(told) if told.status == 400), "{wrong}");
    }
    let missing =
        told.account.quarantined_body(&Key::of(b"?").to_string(), "operator", after(0)).unwrap_err();
    assert!(matches!(missing, Failure::Rejected(told) if told.status == 404));
}
