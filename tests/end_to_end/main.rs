//! The Worker on a real workerd, over HTTP, as the CRM and an owner see it.

mod bad_input;
mod card;
mod case_files;
mod kill;
mod roads;
mod runtime;
