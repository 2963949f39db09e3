//! Bodies on their way into the journal.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use takeroot_account::Failure;
use takeroot_core::fact::Subject;
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::company::{Crowd, generate};
use told::{ENDS, Told, after, facts};

fn body(deal: i64) -> Vec<u8> {
    format!("leads[delete][0][id]={deal}").into_bytes()
}

#[test]
fn a_flood_is_shed_before_anything_is_stored_and_taken_again_once_it_is_read() {
    let told = Told::new(&generate(5, ENDS, 1), 400);
    let at = after(0);
    let taken = (1..).take_while(|deal| told.account.deliver(1, &body(*deal), at).is_ok()).count();
    let shed = told.account.deliver(1, &body(-1), at).unwrap_err();
    assert!(
        matches!(&shed, Failure::Rejected(told) if told.status == 503 && told.headers().next().is_some()),
        "{shed:?}"
    );
    assert_eq!((taken, told.n("SELECT COUNT(*) AS n FROM raw")), (20_000, 20_000));
    assert!(told.account.settle(at).unwrap(), "there is more than one go reads");
    told.account.deliver(1, &body(30_000), at).unwrap();
    let told = told.reopened(at);
    assert_eq!(
        told.account.status(at).unwrap().facts,
        20_001,
        "an answer is given after all bodies were read"
    );
}

#[test]
fn a_body_that_tells_nothing_new_is_known() {
    let told = Told::new(&generate(5, ENDS, 1), 400);
    let (first, again) = (Moment(ENDS), Moment(ENDS + 300));
    for (deal, at) in [(7, first), (7, again), (8, again)] {
        told.account.deliver(1, &body(deal), at).unwrap();
    }
    told.settle(again);
    told.account.deliver(1, &body(8), after(1)).unwrap();
    told.settle(after(1));
    // Where a body says no time, the same of another moment is kept, and the earliest is read.
    assert_eq!((told.account.status(after(1)).unwrap().facts, facts(&told.account).len()), (4, 2));
    assert_eq!(told.n("SELECT COUNT(*) AS n FROM raw"), 4);
    let timed = b"leads[add][0][id]=9&leads[add][0][last_modified]=1790000000".as_slice();
    for at in [first, again, after(1)] {
        told.account.deliver(1, timed, at).unwrap();
        told.settle(at);
    }
    assert_eq!((told.account.take_repeated(), told.account.take_repeated()), (2, 0));
}

#[test]
fn the_status_counts_what_lies_in_storage_whatever_breaks() {
    let told = Told::of(&generate(5, ENDS, 1), 400);
    told.counts_truly(after(0));
    for statements in 0..30 {
        let deals = 100 + statements as i64;
        told.account.deliver(1, &body(deals), after(1)).unwrap();
        told.break_after(statements);
        let _ = told.account.deliver(1, &body(deals + 1000), after(1));
        let _ = told.account.settle(after(1));
        told.mend();
        told.counts_truly(after(1));
    }
    assert!(told.account.recompute(after(1)).unwrap().equal);
}

#[test]
fn what_comes_after_all_bodies_have_gone_is_read() {
    let history = generate(5, ENDS, 1);
    let told = Told::of(&history, 400);
    told.tidy(after(30));
    assert_eq!(told.n("SELECT COUNT(*) AS n FROM raw"), 0);
    told.account.deliver(1, &body(77), after(31)).unwrap();
    let told = told.reopened(after(31));
    assert!(facts(&told.account).iter().any(|fact| fact.subject == Subject::Deal(77)));
}

#[test]
fn a_webhook_that_comes_alone_writes_few_rows() {
    let history = generate(5, ENDS, 2);
    let told = Told::new(&history, 400);
    let before = told.account.status(Moment(history.since)).unwrap().rows_written;
    for delivery in &history.deliveries {
        told.account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
        told.settle(Moment(delivery.at + 1));
    }
    let written = told.account.status(Moment(history.ends)).unwrap().rows_written - before;
    let webhooks = history.deliveries.len() as u64;
    // Entries of indexes are not counted here; the deletion of the body is one row more.
    assert!(written * 100 <= webhooks * 610, "{written} rows for {webhooks} webhooks");
}

#[test]
fn what_a_webhook_costs_does_not_grow_with_the_journal() {
    let history = generate(5, ENDS, 1);
    let told = Told::new(&history, 400);
    let crowd = Crowd { first: 1_000_000, deals: 1_000, since: ENDS, due: ENDS + DAY_S, days: 1 };
    let mut deliveries = crowd.deliveries(&history.company);
    let last = deliveries.next().unwrap();
    for delivery in deliveries {
        told.account.deliver(1, delivery.body.as_bytes(), Moment(delivery.at)).unwrap();
    }
    told.settle(after(0));
    let (known, before) = (told.n("SELECT COUNT(*) AS n FROM journal"), told.database.scanned());
    assert!(known > 2_000, "{known}");
    told.account.deliver(1, last.body.as_bytes(), after(1)).unwrap();
    told.settle(after(1));
    let scanned = told.database.scanned() - before;
    assert!(scanned < 50, "{scanned} rows of {known} were gone through");
    let due = Moment(crowd.due + 1);
    while told.account.settle(due).unwrap() {}
    let scanned = told.database.scanned() - before;
    assert!(scanned < 500, "{scanned} rows were gone through while {} deals became overdue", crowd.deals);
}
