//! Storage that fails on command.

use crate::told::Shared;
use std::cell::Cell;
use std::rc::Rc;
use takeroot_account::database::{Database, Outcome, StoreError, Value};

/// What goes wrong, after so many statements more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Failing {
    #[default]
    Never,
    /// One statement fails and does nothing.
    Once(u64),
    /// What is written lands, and the process dies before anybody is told.
    Landed(u64),
    /// The process dies: nothing is done any more.
    Dies(u64),
}

/// A disk that outlives the process.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    pub(crate) shared: Shared,
    failing: Rc<Cell<Failing>>,
    transactions: Rc<Cell<u32>>,
}

impl Disk {
    pub(crate) fn of(shared: Shared) -> Self {
        Self { shared, failing: Rc::default(), transactions: Rc::default() }
    }

    pub(crate) fn fail(&self, failing: Failing) {
        self.failing.set(failing);
    }

    /// Whether the process may go on with it.
    pub(crate) fn is_alive(&self) -> bool {
        self.failing.get() != Failing::Dies(0)
    }
}

fn broken<T>() -> Result<T, StoreError> {
    Err(StoreError::Runtime("broken on purpose".to_owned()))
}

impl Database for Disk {
    fn run(&self, query: &str, values: &[Value<'_>]) -> Result<Outcome, StoreError> {
        let (failing, is_alone) = (self.failing.get(), self.transactions.get() == 0);
        self.failing.set(match failing {
            Failing::Once(n) => n.checked_sub(1).map_or(Failing::Never, Failing::Once),
            Failing::Landed(0) if is_alone => Failing::Dies(0),
            Failing::Landed(n) => Failing::Landed(n.saturating_sub(1)),
            Failing::Dies(n) => Failing::Dies(n.saturating_sub(1)),
            Failing::Never => Failing::Never,
        });
        match failing {
            Failing::Once(0) | Failing::Dies(0) => broken(),
            Failing::Landed(0) if is_alone => self.shared.run(query, values).and_then(|_| broken()),
            _ => self.shared.run(query, values),
        }
    }

    fn transact(&self, body: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        self.transactions.set(self.transactions.get() + 1);
        let done = self.shared.transact(body);
        self.transactions.set(self.transactions.get() - 1);
        if self.transactions.get() == 0 && self.failing.get() == Failing::Landed(0) {
            self.failing.set(Failing::Dies(0));
            return done.and_then(|()| broken());
        }
        done
    }
}
