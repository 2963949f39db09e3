//! What happens to a deal, as far as clocks care.

use crate::deal::Deal;
use crate::fact::Stage;

/// What happened. A robot's words, a note, an edit and the acceptance of a request are no signals: they start
/// and stop nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Signal {
    /// The deal was created.
    Created,
    /// The lead entered.
    Entered,
    /// The client spoke, in any way.
    ClientSpoke,
    /// A person of ours spoke, tried to call, or took a call. Whoever it was: the sender answers, not the
    /// responsible.
    HumanSpoke,
    /// The talk was closed.
    TalkClosed,
    /// The deal came into another stage or pipeline. A move to won or lost is followed by [`Signal::Closed`].
    Moved,
    /// Somebody else became responsible.
    Assigned,
    /// A task was done.
    TaskDone,
    /// Somebody put the deal on hold. Stages that pause a clock need no signal but [`Signal::Moved`].
    Paused,
    /// The hold was lifted.
    Resumed,
    /// The deal was won, lost, declined or deleted. It lifts a hold.
    Closed,
    /// A closed deal came back.
    Reopened,
}

impl Signal {
    pub(super) const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// Where a deal is and whose it is, just after a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Where {
    /// Id of the pipeline, 0 where it is not known.
    pub pipeline: u64,
    /// The stage, as far as it is known.
    pub stage: Option<Stage>,
    /// Id of the responsible user, 0 where it is not known.
    pub responsible: u64,
}

impl Where {
    /// The working stage, where it is one.
    #[must_use]
    pub const fn open_stage(&self) -> Option<u64> {
        match self.stage {
            Some(Stage::Open(stage)) => Some(stage),
            _ => None,
        }
    }
}

impl From<&Deal> for Where {
    fn from(deal: &Deal) -> Self {
        Self { pipeline: deal.pipeline, stage: deal.stage, responsible: deal.responsible }
    }
}
