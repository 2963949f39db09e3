//! The three reports: from stage to stage, the speed of the first response, why deals are lost. A row of a table is its
//! picture, too.

use super::OwnerPage as Page;
use crate::chart;
use crate::date;
use crate::lang::fill;
use crate::ledger::{named, pipeline_name};
use crate::number::{counted, integer, parts};
use crate::reading::{Figure, Reading};
use crate::speed::Speed;
use maud::{Markup, html};
use takeroot_core::acceptance::{Period, Ratio};
use takeroot_core::policy::Policy;
use takeroot_core::summary::{Followed, Losses, StageRow};

pub(super) fn reports(page: &Page, speed: &Speed) -> Markup {
    html! {
        div #reports .reports {
            @let days = page.summary().losses.as_ref().map_or(page.period(), |losses| losses.period);
            (funnel(page, &page.summary().stages, page.summary().leads.as_ref(), days))
            (distribution(page, speed, page.words().speed_caption))
            (losses(page, page.summary().losses.as_ref()))
        }
    }
}

/// From stage to stage, a table for each pipeline.
pub(super) fn funnel(page: &Page, stages: &[StageRow], followed: Option<&Followed>, days: Period) -> Markup {
    let (lang, words) = (page.lang, page.words());
    let mut pipelines: Vec<u64> = stages.iter().map(|row| row.pipeline).collect();
    pipelines.dedup();
    html! {
        section aria-labelledby="funnel-title" {
            h2 #funnel-title { (words.funnel) }
            @if let Some(Followed { entered, won, lost, open, .. }) = followed.filter(|leads| leads.entered > 0) {
                @let entered = counted(*entered, words.of_leads_gen, lang);
                @let [won, lost, open] = [*won, *lost, *open].map(|n| integer(n, lang));
                p.lead { (fill(words.followed, &[&entered, &won, &lost, &open])) }
            }
            @if stages.is_empty() { p.lead { (words.no_funnel) } }
            @for pipeline in pipelines {
                @let rows = ordered(stages, pipeline, page.policy);
                @let most = rows.iter().map(|row| row.value.of).max().unwrap_or(0);
                table.bars role="table" {
                    caption { (fill(words.funnel_caption, &[&pipeline_name(page.policy, pipeline, lang), &date::span(days, lang)])) }
                    (head([words.stage, words.stage_came, words.stage_passed]))
                    tbody role="rowgroup" { @for row in rows {
                        @let passed = Reading::Share(row.value.n, row.value.of).figure(lang);
                        tr role="row" {
                            th scope="row" role="rowheader" { bdi { (stage_name(page, row)) } }
                            td.bar role="cell" { (bar(row.value.of, row.value.n, most)) }
                            td role="cell" { (integer(row.value.of, lang)) }
                            td role="cell" { (passed.text) " " small { (passed.remark(lang, false)) } }
                        }
                    } }
                }
            }
        }
    }
}

/// The stages of a pipeline in the policy's order.
fn ordered(stages: &[StageRow], pipeline: u64, policy: &Policy) -> Vec<StageRow> {
    let mut rows: Vec<StageRow> = stages.iter().filter(|row| row.pipeline == pipeline).copied().collect();
    rows.sort_by_key(|row| policy.stage_number(pipeline, row.stage).unwrap_or(usize::MAX));
    rows
}

fn stage_name(page: &Page, row: StageRow) -> String {
    let pipeline = page.policy.pipelines.iter().find(|pipeline| pipeline.id == row.pipeline);
    let stage = pipeline.and_then(|p| p.stages.iter().find(|stage| stage.id == row.stage));
    named(stage.map(|stage| stage.name.as_str()), row.stage, page.lang)
}

fn head([subject, count, share]: [&str; 3]) -> Markup {
    html! {
        thead role="rowgroup" { tr role="row" {
            th scope="col" colspan="2" role="columnheader" { (subject) }
            th scope="col" role="columnheader" { (count) }
            th scope="col" role="columnheader" { (share) }
        } }
    }
}

/// A bar of `of` against the longest, of which the dark part is `n`.
fn bar(of: i64, n: i64, most: i64) -> Markup {
    let width = |n: i64| {
        let tenths = parts(n, most, 1000).unwrap_or(0).clamp(i64::from(n > 0) * 5, 1000);
        format!("{}.{}%", tenths / 10, tenths % 10)
    };
    html! {
        svg width="100%" height="16" aria-hidden="true" {
            rect.late width=(width(of)) height="16" rx="2" {}
            @if n > 0 { rect width=(width(n.min(of))) height="16" rx="2" {} }
        }
    }
}

/// The distribution of first responses with the target's line.
pub(super) fn distribution(page: &Page, speed: &Speed, caption: &str) -> Markup {
    let words = page.words();
    html! {
        section aria-labelledby="speed-title" {
            h2 #speed-title { (words.speed) }
            p.lead { @for line in &speed.lines { (line) " " } }
            @if !speed.bars.is_empty() {
                figure { (chart::distribution(speed, caption)) }
                details {
                    summary { (words.as_table) }
                    table.narrow role="table" {
                        caption { (caption) }
                        thead role="rowgroup" { tr role="row" {
                            th scope="col" role="columnheader" { (words.time_to_answer) }
                            th scope="col" role="columnheader" { (words.number_of_leads) }
                            th scope="col" role="columnheader" { (words.share) }
                        } }
                        tbody role="rowgroup" { @for bar in &speed.bars { tr role="row" {
                            th scope="row" role="rowheader" { (bar.label) }
                            td role="cell" { (bar.count) }
                            td role="cell" { (bar.share) }
                        } } }
                    }
                }
            }
        }
    }
}

pub(super) fn losses(page: &Page, losses: Option<&Losses>) -> Markup {
    let (lang, words) = (page.lang, page.words());
    html! {
        section aria-labelledby="losses-title" {
            h2 #losses-title { (words.losses) }
            @match losses.filter(|losses| losses.reasoned.of > 0) {
                None => p.lead { (words.no_losses) },
                Some(Losses { reasoned: Ratio { n, of }, reasons, period }) => {
                    @let share = Reading::Share(*n, *of).figure(lang);
                    @let made_of = fill(words.n_of_m, &[&integer(*n, lang), &counted(*of, words.of_losses, lang)]);
                    p.lead { (fill(words.reasoned, &[&made_of, &with_few(&share), &date::span(*period, lang)])) }
                    @if !reasons.is_empty() {
                        @let most = reasons.iter().map(|(_, n)| *n).max().unwrap_or(0);
                        table.bars role="table" {
                            caption { (words.losses_caption) }
                            (head([words.reason, words.lost_count, words.share]))
                            tbody role="rowgroup" { @for (reason, n) in reasons {
                                tr role="row" {
                                    th scope="row" role="rowheader" { bdi { (reason_name(page, *reason)) } }
                                    td.bar role="cell" { (bar(*n, *n, most)) }
                                    td role="cell" { (integer(*n, lang)) }
                                    td role="cell" { (Reading::Share(*n, *of).figure(lang).text) }
                                }
                            } }
                        }
                    }
                }
            }
        }
    }
}

/// `80 %`, `80 %, мало случаев: 12`
fn with_few(share: &Figure) -> String {
    share.few.as_ref().map_or_else(|| share.text.clone(), |few| format!("{}, {few}", share.text))
}

fn reason_name(page: &Page, id: u64) -> String {
    let reason = page.policy.meaning.loss_reasons.iter().find(|reason| reason.id == id);
    named(reason.map(|reason| reason.name.as_str()), id, page.lang)
}
