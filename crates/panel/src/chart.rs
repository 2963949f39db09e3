//! The distribution as a picture. Without a view box: columns are percents of the width, so that letters
//! keep their size on a phone.

use crate::speed::{Bar, RANGES, Speed};
use maud::{Markup, html};

const HEIGHT: i64 = 208;
const BASE: i64 = 164;
const HIGHEST: i64 = 112;
/// Part of a column that its bar takes, in thousandths.
const BAR_PART: i64 = 720;

/// The bars; the table beside them says the same to those who cannot see.
pub(crate) fn distribution(speed: &Speed, title: &str) -> Markup {
    let target = across(speed.target.at);
    // The label stands on the side of the line that has more room.
    let (anchor, nudge) = if speed.target.at * 2 > RANGES * 1000 { ("end", "-8") } else { ("start", "8") };
    html! {
        svg.chart width="100%" height=(HEIGHT) role="img" aria-label=(title) {
            @for (index, bar) in (0..).zip(&speed.bars) { (column(index, bar)) }
            line.axis x1="0" x2="100%" y1=(BASE) y2=(BASE) {}
            line.target x1=(target) x2=(target) y1="4" y2=(BASE) {}
            text.target-label x=(target) y="14" dx=(nudge) "text-anchor"=(anchor) { (speed.target.label) }
        }
    }
}

fn column(index: i64, bar: &Bar) -> Markup {
    let middle = across(index * 1000 + 500);
    let left = across(index * 1000 + (1000 - BAR_PART) / 2);
    let width = across(BAR_PART);
    // A range with any answer is seen.
    let height = (bar.height * HIGHEST / 1000).max(i64::from(bar.height > 0) * 2);
    // Narrow screens set the unit on a line of its own.
    let (range, unit) = bar.label.rsplit_once('\u{a0}').unwrap_or((&bar.label, ""));
    html! {
        g {
            @if height > 0 {
                rect.bar.late[!bar.in_target] x=(left) y=(BASE - height) width=(width) height=(height) rx="2" {}
            }
            text.count x=(middle) y=(BASE - height - 7) "text-anchor"="middle" { (bar.count) }
            text.range.wide x=(middle) y=(BASE + 18) "text-anchor"="middle" { (bar.label) }
            text.range.narrow x=(middle) y=(BASE + 18) "text-anchor"="middle" { (range) }
            text.range.narrow x=(middle) y=(BASE + 34) "text-anchor"="middle" { (unit) }
        }
    }
}

/// A place in thousandths of a column, as a percent of the width.
fn across(at: i64) -> String {
    let hundredths = at * 10 / RANGES;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_percents_of_the_width() {
        assert_eq!(across(0), "0.00%");
        assert_eq!(across(2000), "33.33%");
        assert_eq!(across(6000), "100.00%");
    }
}
