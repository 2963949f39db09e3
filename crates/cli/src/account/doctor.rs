//! The round of the doctor: the CRM is asked anew first, so that what was mended just now is not named any more.

use super::say;
use super::server::{Refused, Server};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};
use takeroot_core::doctor::{Ailment, Diagnosis};
use takeroot_panel::Lang;

/// A CRM that has not answered by then is judged by what is known.
const PATIENCE: Duration = Duration::from_secs(30);
/// One that was shut before may have been opened just now.
const SHUT_PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(500);

/// Says what is wrong with an account, or with all of them. An error where something is.
pub(super) fn doctor(server: &Server, account: Option<String>, lang: Lang) -> Result<()> {
    let accounts = match account {
        Some(account) => vec![account],
        None => {
            let mut accounts = Vec::new();
            server.each_listed(|listed| accounts.push(listed.account))?;
            accounts
        }
    };
    // All of them are sent to look before the first is waited for.
    let looking = accounts.iter().map(|account| looks(server, account)).collect::<Result<Vec<_>>>()?;
    let begun = Instant::now();
    let mut ailing = 0;
    for (account, looks) in accounts.iter().zip(looking) {
        let told = loop {
            let told: Diagnosis = server.get(&format!("/v1/accounts/{account}/doctor"))?;
            let waited = begun.elapsed();
            if !looks
                || told.asked_at.is_some()
                || waited > PATIENCE
                || (is_shut(&told) && waited > SHUT_PATIENCE)
            {
                break told;
            }
            std::thread::sleep(PAUSE);
        };
        ailing += usize::from(!told.ailments.is_empty());
        say(&takeroot_panel::diagnosis(account, &told, lang))?;
    }
    if ailing > 0 {
        bail!("{ailing} of {} accounts: something is to be mended", accounts.len());
    }
    Ok(())
}

/// Sends an account to look at its CRM; says whether it has one.
fn looks(server: &Server, account: &str) -> Result<bool> {
    let path = format!("/v1/accounts/{account}/connection/reading");
    match server.send("POST", &path, Vec::new()) {
        Err(error) if error.downcast_ref::<Refused>().is_some_and(|refused| refused.0 == 422) => Ok(false),
        answer => answer.map(|_| true),
    }
}

/// Whether the CRM cannot be looked at.
fn is_shut(told: &Diagnosis) -> bool {
    let shuts = |ailment: &Ailment| matches!(ailment, Ailment::Unreadable { .. } | Ailment::Suspended { .. });
    told.ailments.iter().any(shuts)
}
