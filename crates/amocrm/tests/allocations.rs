//! What a webhook asks of the allocator on its way to facts. Time is measured by benchmarks; this is the same on every
//! machine.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "an allocator has no other way; it only counts and passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write as _;
use takeroot_amocrm::Form;
use takeroot_amocrm::hook::{self, Context};
use takeroot_core::time::Moment;

/// The system's allocator, which counts what each thread asks of it.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        unsafe { System.realloc(memory, layout, bytes) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn asked<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ASKED.get();
    let done = work();
    (ASKED.get() - before, done)
}

fn facts(body: &str) -> (usize, usize) {
    let context =
        Context { received_at: Moment(1_790_000_000), account: None, identity_key: b"tests", policy: None };
    let (asked, reading) = asked(|| hook::read(body.as_bytes(), &context));
    (asked, reading.unwrap().facts.len())
}

/// A deal that moved, with this many filled fields.
fn lead(fields: usize) -> String {
    let mut body = "leads[status][0][id]=501&leads[status][0][status_id]=61&leads[status][0][pipeline_id]=6\
        &leads[status][0][price]=1250&leads[status][0][responsible_user_id]=11&leads[status][0][name]=%D0%9A"
        .to_owned();
    for at in 0..fields {
        let field = format!("leads[status][0][custom_fields][{at}]");
        let _ = write!(body, "&{field}[id]={}&{field}[name]=%D0%A6%D0%B2%D0%B5%D1%82", 610_000 + at);
        let _ = write!(body, "&{field}[values][0][value]=%D0%91%D0%B5%D0%BB%D1%8B%D0%B9+%D1%8F%D1%81");
    }
    body + "&account[id]=7300101"
}

#[test]
fn the_allocator_is_seen() {
    assert_eq!(asked(|| Box::new(1)).0, 1);
    assert_eq!(asked(|| Vec::<u8>::with_capacity(10).capacity()).0, 1);
    assert_eq!(asked(|| 1).0, 0);
}

#[test]
fn a_form_is_decoded_in_a_few_allocations() {
    for (fields, most) in [(0, 7), (1, 11), (20, 13), (100, 22)] {
        let body = lead(fields);
        let (asked, form) = asked(|| Form::decode(body.as_bytes()).map(drop));
        form.unwrap();
        assert!(asked <= most, "{fields} fields: {asked} allocations, not {most} at most");
    }
}

#[test]
fn a_webhook_becomes_facts_in_a_few_allocations() {
    for (fields, most) in [(0, 10), (1, 17), (20, 60), (100, 231)] {
        let (asked, facts) = facts(&lead(fields));
        assert_eq!(facts, 1);
        assert!(asked <= most, "{fields} fields: {asked} allocations, not {most} at most");
    }
}
