//! A benchmark's answer, a line per question: what it is part of, its name, then median, lower and upper quartile
//! and the target in nanoseconds. `cargo xtask bench` makes tables of them; the columns are parted by tabs.

use std::hint::black_box;
use std::time::Instant;

/// What is asked of a case, over and over; the answer only keeps the work from being left out.
pub(crate) struct Question<C> {
    pub(crate) name: &'static str,
    pub(crate) ask: fn(&C) -> usize,
    /// At most so many nanoseconds.
    pub(crate) target_ns: Option<f64>,
}

impl<C> Question<C> {
    pub(crate) const fn new(name: &'static str, ask: fn(&C) -> usize) -> Self {
        Self { name, ask, target_ns: None }
    }

    #[allow(dead_code, reason = "some benchmarks have no targets")]
    pub(crate) const fn within(target_ns: f64, name: &'static str, ask: fn(&C) -> usize) -> Self {
        Self { name, ask, target_ns: Some(target_ns) }
    }
}

/// How often: rounds, in each of them passes, in each of them the times that a question is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) rounds: usize,
    pub(crate) passes: u32,
    pub(crate) answers: u32,
}

/// How often one question alone is asked, and which: the times, the beginning of what it is part of, its name, parted
/// by tabs. Whoever counts instructions sets it.
const ALONE: &str = "TAKEROOT_BENCH_ALONE";

/// Asks in interleaved rounds, so that a disturbance strikes all questions alike, and prints.
pub(crate) fn measure<C>(of: &str, case: &C, times: Times, questions: &[Question<C>]) {
    if let Ok(alone) = std::env::var(ALONE) {
        ask_alone(&alone, of, case, times, questions);
        return;
    }
    let mut measured = vec![Vec::with_capacity(times.rounds); questions.len()];
    for _ in 0..times.rounds {
        for (question, rounds) in questions.iter().zip(&mut measured) {
            let start = Instant::now();
            for _ in 0..times.passes {
                black_box((question.ask)(black_box(case)));
            }
            let answers = f64::from(times.passes) * f64::from(times.answers);
            rounds.push(start.elapsed().as_secs_f64() * 1e9 / answers);
        }
    }
    for (Question { name, target_ns, .. }, mut rounds) in questions.iter().zip(measured) {
        rounds.sort_by(f64::total_cmp);
        let at = |part: usize| rounds.get(rounds.len() * part / 4).copied().unwrap_or(f64::NAN);
        let target = target_ns.map(|ns| ns.to_string()).unwrap_or_default();
        println!("{of}\t{name}\t{:.1}\t{:.1}\t{:.1}\t{target}", at(2), at(1), at(3));
    }
}

/// Asks the one question, if it is here, and prints how many answers it gave each time.
fn ask_alone<C>(alone: &str, of: &str, case: &C, times: Times, questions: &[Question<C>]) {
    let mut parts = alone.split('\t');
    let asked = parts.next().and_then(|asked| asked.parse().ok()).unwrap_or(0);
    if !of.starts_with(parts.next().unwrap_or_default()) {
        return;
    }
    let name = parts.next();
    for question in questions.iter().filter(|question| name == Some(question.name)) {
        for _ in 0..asked {
            black_box((question.ask)(black_box(case)));
        }
        println!("{}", times.answers);
    }
}
