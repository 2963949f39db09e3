//! Each program asks the target of its own name.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use takeroot_fuzz::Target;

static TARGET: LazyLock<Target> =
    LazyLock::new(|| takeroot_fuzz::target(env!("CARGO_BIN_NAME")).expect("a target of this name"));

fuzz_target!(|input: &[u8]| (TARGET.check)(input));
