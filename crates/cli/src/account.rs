//! `takeroot account`: the accounts of a server, over its API for operators.

mod archive;
mod baseline;
mod doctor;
mod obey;
mod server;
mod wish;

pub(crate) use archive::is_free;

use anyhow::Result;
use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

const HELP: &str = "\
takeroot account add --crm-id N [--name …] [--host SUB.amocrm.ru] [--zone Europe/Moscow] [--integration-id …]
                     [--redirect-uri URL] [--policy FILE.toml|json] [--client-secret-file FILE]
                     [--raw-days 14 --facts-days 400]
                                        opens an account, or changes what is given of it; says the addresses
takeroot account list                   the accounts of the server
takeroot account show A                 how an account stands
takeroot account rotate A               another address for webhooks
takeroot account suspend|resume A       takes and shows nothing; ends that
takeroot account token A --role owner|head|reader [--group N] [--days N] [--note …]
                                        a link to the owner's page, or a token for a head of a group
takeroot account tokens A               who has access
takeroot account revoke A ID            ends an access
takeroot account export A FILE.gz       all of an account as one archive
takeroot account import FILE.gz [--client-secret-file FILE]
                                        takes an archive into a server that has not this account
takeroot account delete A [--yes]       nothing is left of it; asks first
takeroot account quarantine A           webhooks that could not be read
takeroot account audit A [--before N]   administrative acts and refused attempts
takeroot account connect A [--token-file FILE] [--host SUB.amocrm.ru] [--no-webhooks] [--history-days 366]
                     [--every-s 60] [--rate 7]
                                        reads the CRM: by a long-lived token, or says where an admin is to say yes
takeroot account connection A           how that stands, and the first finding of the last 90 days
takeroot account disconnect A           removes the webhooks in the CRM and forgets the tokens; what was read stays
takeroot account doctor [A]             what is wrong with an account, or with all, and how to mend it
takeroot account digest A [--add FILE.json | --remove N | --test N]
                                        to whom the account tells how it stands each morning (docs/digest.md)
takeroot account log A [--add FILE.json | --remove N]
                                        pains, requests and releases that people wrote down (docs/figures.md)
takeroot account days A --xlsx FILE [--from DATE] [--to DATE]
                                        the figures of these days as a workbook: dates, shares, charts (default: 31 days)
takeroot account baseline A [--from DIR | --forget]
                                        which days of before the observation were uploaded for before and after; those
                                        that takeroot replay --out wrote in their place; none (docs/figures.md)
takeroot account policy A [--preview FILE | --set FILE --revision N [--note …]]
                                        the policy with its versions; what the last week would have been by another;
                                        another from tomorrow on, unless somebody else has changed it meanwhile
takeroot account uninstall A FILE [--yes]
                                        removes the webhooks in the CRM, writes the archive and deletes the account

A is a key such as amo-30441694, or the account's id in amoCRM. Everywhere:

  --server URL    the server (default: the environment's TAKEROOT_SERVER); https, but on loopback
  --lang ru|en    the language of what is said (default: as the environment's LANG)

The operator's key is read from the environment's OPERATOR_KEY, the integration's client secret from a file or from
TAKEROOT_CLIENT_SECRET: what stands in a command line is seen by others. An archive is as confidential as the CRM.";

pub(crate) fn run(arguments: Vec<OsString>) -> Result<ExitCode> {
    let told = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    match wish::read(arguments, &told)? {
        Some(wish) => obey::obey(wish)?,
        None => say(HELP)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Says a text; a reader such as `head` that has seen enough is no failure.
fn say(text: &str) -> Result<()> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
