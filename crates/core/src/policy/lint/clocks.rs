//! Targets and thresholds: how long things may take.

use super::lists::names;
use super::{Found, Kind, Known, Path, What, root};
use crate::policy::{Policy, Span, Starts, Stops, Target};
use std::collections::BTreeSet;

pub(super) fn check(policy: &Policy, known: &Known, found: &mut Found) {
    let first = &policy.first_response;
    let path = root("first_response");
    length(policy, None, first.target, &path.at("target"), found);
    percent(first.warning_percent, &path, found);
    let path = root("targets");
    names(policy.targets.iter().map(|target| target.name.as_str()), &path, What::Target, found);
    for (index, target) in policy.targets.iter().enumerate() {
        one(policy, known, target, &path.at(index), found);
    }
    let (limits, path) = (&policy.thresholds, root("thresholds"));
    for (key, span) in [("stuck", limits.stuck), ("missed", limits.missed), ("reminder", limits.reminder)] {
        let nothing = span.seconds(policy.calendar.day_s().max(1)) <= 0;
        found.add_if(nothing, || path.at(key), || Kind::ZeroTarget { span });
    }
}

fn one(policy: &Policy, known: &Known, target: &Target, path: &Path, found: &mut Found) {
    let unnamed = target.name.trim().is_empty();
    found.add_if(unnamed, || path.at("name"), || Kind::NoName { what: What::Target });
    length(policy, target.calendar.as_deref(), target.target, &path.at("target"), found);
    percent(target.warning_percent, path, found);
    found.ids(&target.pipelines, &path.at("pipelines"), What::Pipeline, &known.pipelines);
    let of_pipelines = policy.pipelines.iter().filter(|pipeline| target.pipelines.contains(&pipeline.id));
    let own: BTreeSet<u64> = of_pipelines.flat_map(|p| p.stages.iter().map(|stage| stage.id)).collect();
    let stages = if own.is_empty() { &known.stages } else { &own };
    found.ids(&target.pauses, &path.at("pauses"), What::Stage, stages);
    found.ids(&target.stages, &path.at("stages"), What::Stage, stages);
    let paused = !target.stages.is_empty() && target.stages.iter().all(|id| target.pauses.contains(id));
    let leaves = target.starts == Starts::StageEntered && target.stops.iter().all(|s| *s == Stops::StageLeft);
    found.add_if(paused && leaves, || path.at("pauses"), || Kind::AlwaysPaused);
    for (index, stops) in target.stops.iter().enumerate() {
        let at_once = matches!(
            (target.starts, stops),
            (Starts::ClientMessage, Stops::ClientMessage) | (Starts::OurMessage, Stops::Answer)
        );
        found.add_if(at_once, || path.at("stops").at(index), || Kind::StopsAtStart);
    }
}

fn percent(percent: u32, path: &Path, found: &mut Found) {
    found.add_if(percent > 100, || path.at("warning_percent"), || Kind::Percent { percent });
}

/// Names a target of nothing, and one in hours that is longer than a working day: whoever writes 24 hours means
/// a day, and 24 hours of business time are nearly three.
fn length(policy: &Policy, calendar: Option<&str>, span: Span, path: &Path, found: &mut Found) {
    // Days of a target are the account's, whatever calendar its clock has.
    let seconds = span.seconds(policy.calendar.day_s());
    found.add_if(seconds <= 0, || path.clone(), || Kind::ZeroTarget { span });
    let calendar = calendar.and_then(|name| policy.calendars.get(name)).unwrap_or(&policy.calendar);
    let day_s = super::hours::longest_day_s(calendar);
    if matches!(span, Span::Seconds(_)) && day_s > 0 && seconds > day_s {
        let days = u32::try_from(seconds / crate::time::DAY_S).unwrap_or(u32::MAX).max(1);
        found.add(path.clone(), Kind::TargetBeyondDay { span, day: Span::Seconds(day_s), days });
    }
}
