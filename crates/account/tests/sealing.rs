//! Random dealings of a few clients over most of a year, with sealing in between, deliveries that come late and
//! people who are erased: whatever goes, the totals stay, and a recomputation agrees.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod told;

use takeroot_account::Person;
use takeroot_core::fact::Key;
use takeroot_core::time::{DAY_S, Moment};
use takeroot_stand::company::{Company, generate};
use told::{ENDS, Told, vault};

struct Dice(Key);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = Key::of(&self.0.0);
        self.0.number() % n
    }
}

const PHONES: [&str; 4] = ["89261112277", "89261112288", "89037778899", "89161234588"];

/// What happens to one of the deals of an era; eras follow each other, their clients stay.
fn body(dice: &mut Dice, company: &Company, era: u64, at: i64) -> String {
    let deal = era * 4 + dice.below(5);
    let (pipeline, user) = (&company.pipelines[0], company.users[dice.below(2) as usize].id);
    let stages = [pipeline.stages[0].id, pipeline.stages[1].id, 142, 143];
    let (stage, contact) = (stages[dice.below(4) as usize], 900 + era * 2 + dice.below(3));
    let stamp = format!("[last_modified]={at}");
    match dice.below(10) {
        0..5 => {
            let of = if dice.below(3) == 0 { "leads[add][0]" } else { "leads[status][0]" };
            format!(
                "{of}[id]={deal}&{of}[status_id]={stage}&{of}[pipeline_id]={}&{of}[modified_user_id]={user}&{of}{stamp}\
                 &{of}[date_create]={at}&{of}[created_user_id]={user}",
                pipeline.id
            )
        }
        5..7 => {
            let (of, phone) = ("contacts[update][0]", PHONES[dice.below(4) as usize]);
            let links = format!(
                "{of}[linked_leads_id][{deal}][ID]={deal}&{of}[linked_leads_id][{0}][ID]={0}",
                deal.saturating_sub(2)
            );
            let field = format!(
                "{of}[custom_fields][0][code]=PHONE&{of}[custom_fields][0][values][0][value]={phone}"
            );
            format!("{of}[id]={contact}&{of}[modified_user_id]={user}&{of}{stamp}&{links}&{field}")
        }
        7 => {
            let (of, task, done) = ("task[update][0]", deal * 10, dice.below(2));
            format!(
                "{of}[id]={task}&{of}[element_id]={deal}&{of}[element_type]=2&{of}[status]={done}&{of}{stamp}"
            )
        }
        8 => format!(
            "message[add][0][id]=m{at}&message[add][0][contact_id]={contact}&message[add][0][created_at]={at}\
             &message[add][0][entity_type]=lead&message[add][0][entity_id]={deal}&message[add][0][type]=incoming"
        ),
        _ => format!("leads[delete][0][id]={deal}"),
    }
}

#[test]
fn whatever_goes_the_totals_stay_and_a_recomputation_agrees() {
    let history = generate(5, ENDS, 1);
    let (mut sealed, mut late) = (0, 0);
    for seed in 0..3_u64 {
        eprintln!("seed {seed}");
        let mut dice = Dice(Key::of(&seed.to_be_bytes()));
        let (mut told, mut bodies) = (Told::new(&history, 90), Vec::new());
        for step in 0..90 {
            let at = Moment(ENDS + step * 4 * DAY_S);
            for _ in 0..dice.below(4) {
                let then = at.0 - dice.below(9000) as i64;
                bodies.push(body(&mut dice, &history.company, step as u64 / 8, then));
            }
            let again = bodies.len().checked_sub(1).filter(|_| step % 3 == 2);
            let again = again.map(|last| bodies[dice.below(last as u64 + 1) as usize].clone());
            for body in bodies.iter().rev().take(3).chain(&again) {
                told.account.deliver(1, body.as_bytes(), at).unwrap();
            }
            if step % 20 == 19 {
                let person = Person::Phone(PHONES[dice.below(4) as usize].to_owned());
                told.settle(at);
                let before = told.totals();
                told.account.erase(&person, &vault(), "operator", at).unwrap();
                told.settle(at);
                assert_eq!(told.totals(), before, "erased at step {step}");
            }
            if dice.below(3) > 0 {
                told.settle(at);
            }
            if step % 9 == 8 {
                told = told.reopened(at);
            }
            let before = told.totals();
            told.tidy(at);
            assert_eq!(told.totals(), before, "sealed at step {step}");
            assert!(told.account.recompute(at).unwrap().equal, "step {step}");
        }
        sealed += told.account.status(Moment(ENDS)).unwrap().sealed;
        late += told.n("SELECT COUNT(*) AS n FROM total WHERE instr(counts, 'too_late') > 0");
    }
    assert!(sealed > 40 && late > 10, "{sealed} sealed, {late} days with late facts");
}
