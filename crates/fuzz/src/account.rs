//! What an account takes from elsewhere: secrets in addresses, archives, documents of days.

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::rc::Rc;
use takeroot_account::database::{Database, Outcome, StoreError, Value};
use takeroot_account::native::Native;
use takeroot_account::{
    Account, ArchiveEnd, ArchiveLine, Capability, Failure, Purpose, Store, Vault, import,
};
use takeroot_core::contribution::Dimension;
use takeroot_core::day::{Document, Figures};
use takeroot_core::summary::Summary;
use takeroot_core::time::Moment;

const NOW: Moment = Moment(1_795_172_400);
const OPERATOR_KEY: &[u8] = b"an operator's key that is in no file";
const PURPOSES: [Purpose; 3] = [Purpose::Hook, Purpose::Owner, Purpose::Consent];

/// No address opens an account but one that was made under the operator's key, and that only what it was made for.
pub(crate) fn capability(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let opens = |text: &str, purpose| Capability::check(text, purpose, OPERATOR_KEY);
    assert_eq!(PURPOSES.map(|purpose| opens(text, purpose)), [None, None, None], "nobody made {text}");
    let (account, generation) = text.rsplit_once('.').unwrap_or((text, ""));
    let generation = u32::from_str_radix(generation, 16).unwrap_or(1);
    let own = Capability { account: account.to_owned(), generation };
    for made_for in PURPOSES {
        let made = own.text(made_for, OPERATOR_KEY);
        for purpose in PURPOSES {
            let opened = opens(&made, purpose);
            assert!(opened.is_none() || (purpose == made_for && opened.as_ref() == Some(&own)), "{made}");
        }
        assert!(made.len() > 128 || opens(&made, made_for).is_some(), "{made}");
        assert_eq!(Capability::check(&made, made_for, b"another key"), None, "{made}");
    }
}

/// A database that outlives whoever writes into it.
#[derive(Clone, Debug)]
struct Disk(Rc<Native>);

impl Database for Disk {
    fn run(&self, query: &str, values: &[Value<'_>]) -> Result<Outcome, StoreError> {
        self.0.run(query, values)
    }

    fn transact(&self, body: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        self.0.transact(body)
    }
}

/// An archive is taken whole, and then an account opens of it, or is refused with a hint, and then nothing does. The line at
/// its end is made of the others: as it came it would be wrong after any change.
pub(crate) fn archive(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(r#"{"end""#)).collect();
    let Some(Ok(ArchiveLine::Header(header))) = lines.first().map(|line| serde_json::from_str(line)) else {
        return;
    };
    let mut page = lines.iter().fold(String::new(), |page, line| page + line + "\n");
    let sha256 = Sha256::digest(&page).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let end = ArchiveLine::End(ArchiveEnd { lines: lines.len() as u64, sha256 });
    page.push_str(&serde_json::to_string(&end).unwrap_or_default());
    page.push('\n');
    let vault = Vault::new("a storage key of more than thirty-two bytes", None, |bytes| bytes.fill(1));
    let (Ok(vault), Ok(native)) = (vault, Native::in_memory()) else { panic!("there is no storage") };
    let disk = Disk(Rc::new(native));
    let opened = || {
        let store = Store::find(Box::new(disk.clone()))?.ok_or_else(Failure::not_found)?;
        Account::open(store, &vault, NOW)
    };
    match import(Box::new(disk.clone()), &header.record.account, page.as_bytes(), &vault, NOW) {
        Ok(imported) => {
            assert!(imported.done, "a whole archive is not whole");
            assert!(opened().is_ok(), "what was taken does not open");
        }
        Err(Failure::Rejected(rejection)) => {
            assert!(!rejection.hint.is_empty(), "a refusal without a hint");
            assert!(opened().is_err(), "what was refused opens");
        }
        Err(Failure::Fault(fault)) => panic!("{fault}"),
    }
}

/// A stored document is read as it was written, and can be cut and added up, or is not read at all.
pub(crate) fn day(input: &[u8]) {
    if let Ok(summary) = serde_json::from_slice::<Document<Summary>>(input) {
        is_written_the_same(&summary);
    }
    let Ok(document) = serde_json::from_slice::<Document<Figures>>(input) else { return };
    is_written_the_same(&document);
    let figures = document.figures;
    let people: BTreeSet<u64> = figures.by.managers.iter().map(|(id, _)| *id).collect();
    let pipelines: Vec<u64> = figures.pipelines.iter().map(|(id, _)| *id).collect();
    for pipeline in pipelines {
        drop(figures.clone().part(pipeline, None));
    }
    for person in &people {
        drop(figures.clone().part(0, Some((Dimension::Manager, *person))));
    }
    drop(figures.clone().of_people(&people));
    drop(figures.clone().of_those_since(figures.from));
}

fn is_written_the_same<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq>(
    document: &Document<T>,
) {
    let written = serde_json::to_string(document).unwrap_or_default();
    let read: Document<T> =
        serde_json::from_str(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    assert!(read == *document, "{written}");
    let again: Option<Json> = serde_json::to_value(&read).ok();
    assert_eq!(again, serde_json::from_str(&written).ok());
}
