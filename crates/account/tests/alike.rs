//! Texts pasted alike: kept as webhooks come, the same as judged anew, also where a template wrote them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod told;

use takeroot_core::policy::{Field, Mandatory};
use takeroot_core::time::Moment;
use takeroot_stand::company::generate;
use told::{ENDS, Told, facts};

const FIELD: u64 = 614_213;
const TEXT: &str = "Asked+to+call+back+in+May";

/// Webhooks about deals that say one thing.
fn say(told: &Told, deals: std::ops::Range<u64>, text: &str, at: i64) {
    for deal in deals {
        let item = "leads[update][0]";
        let body = format!(
            "{item}[id]={deal}&{item}[status_id]=73401101&{item}[pipeline_id]=7340110&{item}[last_modified]={at}\
             &{item}[created_at]={ENDS}&{item}[custom_fields][0][id]={FIELD}\
             &{item}[custom_fields][0][values][0][value]={text}"
        );
        told.account.deliver(1, body.as_bytes(), Moment(at)).unwrap();
    }
    told.settle(Moment(at));
    assert!(told.account.recompute(Moment(at)).unwrap().equal);
}

/// Cards that are alike by now.
fn alike(told: &Told) -> i64 {
    told.n("SELECT ifnull(SUM(counted.value ->> 1), 0) AS n
            FROM standing, json_each(contribution) AS one, json_each(one.value -> 2) AS counted
            WHERE subject GLOB 'text:*'")
}

#[test]
fn cards_are_alike_until_they_are_edited_and_a_template_is_nobodys() {
    let history = generate(5, ENDS, 1);
    let asked = Mandatory::of(Field::Custom(FIELD), "Comment", 1);
    let told = Told::under(&history, 400, |policy| policy.mandatory.push(asked));
    say(&told, 100..104, TEXT, ENDS + 60);
    assert_eq!(alike(&told), 0, "four are too few");
    let standings = "SELECT COUNT(*) AS n FROM standing WHERE subject GLOB 'text:*'";
    assert_eq!(told.n(standings), 0, "what adds nothing is not written");
    say(&told, 104..106, TEXT, ENDS + 120);
    assert_eq!(alike(&told), 6);
    say(&told, 100..101, "Something+else+was+said+later", ENDS + 180);
    assert_eq!(alike(&told), 5);
    say(&told, 101..102, "", ENDS + 240);
    assert_eq!(alike(&told), 0);
    say(&told, 200..708, TEXT, ENDS + 300);
    assert_eq!(alike(&told), 512);
    say(&told, 50..51, TEXT, ENDS + 360);
    assert_eq!(alike(&told), 0, "a template's");
    say(&told, 900..930, TEXT, ENDS + 420);
    assert_eq!(alike(&told), 0);
    let journal = serde_json::to_string(&facts(&told.account)).unwrap();
    assert!(journal.contains("[614213,{\"text\":") && !journal.contains("call"));
}
