//! Deliveries to the Worker, several at once, as a busy CRM sends them.

use crate::company::Delivery;
use crate::edge::Edge;
use anyhow::{Result, bail};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Connections at once.
pub const CONNECTIONS: usize = 8;

/// Delivers everything; `progress` is told how many were acknowledged.
///
/// # Errors
/// A delivery was not answered with 200: the first such answer.
pub fn feed(
    edge: &Edge,
    hook_path: &str,
    deliveries: &[Delivery],
    progress: impl Fn(usize) + Sync,
) -> Result<()> {
    let (next, acknowledged, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(None));
    let worker = || {
        while let Some(delivery) = deliveries.get(next.fetch_add(1, Ordering::Relaxed)) {
            let answer =
                edge.deliver(hook_path, "application/x-www-form-urlencoded", delivery.body.as_bytes());
            let fault = match answer {
                Ok(answered) if answered.status == 200 => {
                    progress(acknowledged.fetch_add(1, Ordering::Relaxed) + 1);
                    continue;
                }
                Ok(answered) => format!("{}: {}", answered.status, answered.text),
                Err(error) => format!("{error:#}"),
            };
            if let Ok(mut failed) = failed.lock() {
                failed.get_or_insert(fault);
            }
            next.store(deliveries.len(), Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| (0..CONNECTIONS).for_each(|_| drop(scope.spawn(worker))));
    match failed.into_inner() {
        Ok(None) => Ok(()),
        Ok(Some(fault)) => bail!("a delivery failed: {fault}"),
        Err(_) => bail!("a connection died"),
    }
}
