//! workerd itself, with the built Worker: `cargo xtask test` names both.

use std::fs;
use std::path::{Path, PathBuf};

use takeroot_stand::skip::skipped;
use takeroot_stand::workerd::{Options, Workerd};

fn options(test: &str) -> Option<Options> {
    let state = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&state);
    let options = Options::from_env(state, "key");
    if options.is_none() {
        skipped(test, "run it by `cargo xtask test`, which builds the Worker");
    }
    options
}

const HEALTHY: &str = r#"{"ok":true}"#;

fn health(workerd: &Workerd) -> anyhow::Result<String> {
    let mut answer = ureq::get(format!("{}/health", workerd.url())).call()?;
    Ok(answer.body_mut().read_to_string()?)
}

#[test]
fn it_answers_again_after_a_kill_and_after_a_stop() {
    let Some(options) = options("workerd-again") else { return };
    let first = Workerd::start(&options).unwrap();
    assert_eq!(health(&first).unwrap(), HEALTHY);
    first.kill9().unwrap();
    let second = Workerd::start(&options).unwrap();
    assert_eq!(health(&second).unwrap(), HEALTHY);
    assert!(second.stop().unwrap().success());
    assert_eq!(health(&Workerd::start(&options).unwrap()).unwrap(), HEALTHY);
}

#[test]
fn two_stand_side_by_side_on_free_ports() {
    let (Some(one), Some(other)) = (options("workerd-one"), options("workerd-other")) else { return };
    let (one, other) = (Workerd::start(&one).unwrap(), Workerd::start(&other).unwrap());
    assert_ne!(one.port(), other.port());
    assert_eq!([health(&one).unwrap(), health(&other).unwrap()], [HEALTHY, HEALTHY]);
}

#[test]
fn a_worker_that_cannot_load_is_an_error_with_the_reason() {
    let Some(mut options) = options("workerd-broken") else { return };
    let broken = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("broken-worker");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("index.js"), "throw new Error('the reason');").unwrap();
    fs::write(broken.join("index_bg.wasm"), b"\0asm\x01\0\0\0").unwrap();
    options.worker = broken;
    let error = Workerd::start(&options).unwrap_err().to_string();
    assert!(error.contains("the reason"), "{error}");
}

#[test]
fn an_unknown_variable_is_an_error() {
    let Some(mut options) = options("workerd-variable") else { return };
    options.vars.insert("NO_SUCH".to_owned(), "1".to_owned());
    let error = Workerd::start(&options).unwrap_err().to_string();
    assert!(error.contains("NO_SUCH"), "{error}");
}
