//! Chromium, driven over W3C WebDriver by chromedriver: without a window, with an empty profile.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Names chromedriver where it is not on the path.
pub const DRIVER_BINARY: &str = "TAKEROOT_CHROMEDRIVER";
/// Names Chromium where it is not on the path.
pub const BROWSER_BINARY: &str = "TAKEROOT_CHROMIUM";

const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
];
const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);
/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Where the browser and its driver lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// chromedriver.
    pub driver: PathBuf,
    /// Chromium, or a browser built of it.
    pub browser: PathBuf,
}

impl Installed {
    /// What the environment names, or what the path has; `None` where one of the two is missing.
    #[must_use]
    pub fn find() -> Option<Self> {
        let driver = named(DRIVER_BINARY).or_else(|| on_path("chromedriver"))?;
        let browser = named(BROWSER_BINARY).or_else(|| BROWSERS.iter().find_map(|name| on_path(name)))?;
        Some(Self { driver, browser })
    }
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|it| it.is_file())
}

/// A running browser with one page. Dropping it ends it.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    profile: PathBuf,
    agent: ureq::Agent,
    url: String,
    session: String,
    version: String,
    errors: Mutex<Vec<String>>,
}

/// An element of the page, as long as it is there.
#[derive(Debug, Clone)]
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    /// Starts the driver and the browser.
    ///
    /// # Errors
    /// One of them does not start.
    pub fn start(installed: &Installed) -> Result<Self> {
        let profile = empty_profile()?;
        let mut driver = Command::new(&installed.driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| installed.driver.display().to_string())?;
        let port = listened_port(&mut driver);
        let config =
            ureq::Agent::config_builder().timeout_global(Some(COMMAND_TIMEOUT)).http_status_as_error(false);
        let mut browser = Self {
            driver,
            profile,
            agent: config.build().into(),
            url: format!("http://127.0.0.1:{}", port?),
            session: String::new(),
            version: String::new(),
            errors: Mutex::default(),
        };
        let opened = browser.open_session(&installed.browser)?;
        browser.session = text(opened.get("sessionId")).context("the driver opened no session")?;
        browser.version = text(opened.pointer("/capabilities/browserVersion")).unwrap_or_default();
        Ok(browser)
    }

    fn open_session(&self, binary: &Path) -> Result<Value> {
        let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
        flags.push(format!("--user-data-dir={}", self.profile.display()));
        let capabilities = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "binary": binary, "args": flags },
        });
        self.send("/session", &json!({ "capabilities": { "alwaysMatch": capabilities } }))
    }

    /// The browser's version, such as `156.0.8078.79`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Opens an address and waits until it is loaded.
    ///
    /// # Errors
    /// The browser cannot.
    pub fn open(&self, url: &str) -> Result<()> {
        self.command("url", &json!({ "url": url })).map(drop)
    }

    /// Runs a function's body in the page and returns what it returns.
    ///
    /// # Errors
    /// It throws.
    pub fn script(&self, body: &str) -> Result<Value> {
        self.script_with(body, &[])
    }

    /// The same with `arguments`.
    ///
    /// # Errors
    /// It throws.
    pub fn script_with(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        self.command("execute/sync", &json!({ "script": body, "args": arguments }))
    }

    /// Waits until a function's body returns something true, and returns it.
    ///
    /// # Errors
    /// It does not in time, or it throws.
    pub fn wait_for(&self, body: &str, patience: Duration) -> Result<Value> {
        let until = Instant::now() + patience;
        loop {
            let value = self.script(body)?;
            let is_true = !matches!(&value, Value::Null | Value::Bool(false))
                && value != Value::String(String::new())
                && value != json!(0);
            if is_true {
                return Ok(value);
            }
            if Instant::now() > until {
                bail!("not within {patience:?}: {body}");
            }
            std::thread::sleep(POLL);
        }
    }

    /// The element of a CSS selector.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, css: &str) -> Result<Element<'_>> {
        self.element(&self.command("element", &json!({ "using": "css selector", "value": css }))?)
    }

    /// The element that a function's body returns: for what lies inside a shadow root.
    ///
    /// # Errors
    /// It returns none, or throws.
    pub fn find_by(&self, body: &str) -> Result<Element<'_>> {
        self.element(&self.script(body)?).with_context(|| body.to_owned())
    }

    fn element(&self, found: &Value) -> Result<Element<'_>> {
        let id = text(found.get(ELEMENT)).context("no such element")?;
        Ok(Element { browser: self, id })
    }

    /// Types into whatever has the focus.
    ///
    /// # Errors
    /// The browser cannot.
    pub fn press(&self, keys: &str) -> Result<()> {
        let strokes = keys.chars().flat_map(|key| {
            [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
        });
        let strokes: Vec<Value> = strokes.collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.command("actions", &json!({ "actions": [keyboard] })).map(drop)
    }

    /// Errors of the page since the start or the last [`Browser::forget_errors`]: exceptions that nobody
    /// caught and `console.error`, not failed requests.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn page_errors(&self) -> Result<Vec<String>> {
        let log = self.command("se/log", &json!({ "type": "browser" }))?;
        let entries = log.as_array().map(Vec::as_slice).unwrap_or_default();
        let errors = entries.iter().filter(|entry| is_error(entry));
        let mut known = self.errors.lock().map_err(|_| anyhow!("a test died"))?;
        known.extend(errors.filter_map(|entry| text(entry.get("message"))));
        Ok(known.clone())
    }

    /// Forgets the page's errors so far.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn forget_errors(&self) -> Result<()> {
        self.page_errors()?;
        self.errors.lock().map_err(|_| anyhow!("a test died"))?.clear();
        Ok(())
    }

    /// Sets the size of the page in CSS pixels.
    ///
    /// # Errors
    /// The browser cannot.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &size).map(drop)
    }

    /// Slows the processor down by a factor; 1 is full speed.
    ///
    /// # Errors
    /// The browser cannot.
    pub fn slow_down(&self, factor: f64) -> Result<()> {
        self.cdp("Emulation.setCPUThrottlingRate", &json!({ "rate": factor })).map(drop)
    }

    /// Tells the page what the person prefers: `reduce` or `no-preference`.
    ///
    /// # Errors
    /// The browser cannot.
    pub fn prefer_motion(&self, preference: &str) -> Result<()> {
        let feature = json!({ "name": "prefers-reduced-motion", "value": preference });
        self.cdp("Emulation.setEmulatedMedia", &json!({ "features": [feature] })).map(drop)
    }

    /// A command of the DevTools protocol.
    ///
    /// # Errors
    /// The browser refuses it.
    pub fn cdp(&self, command: &str, params: &Value) -> Result<Value> {
        self.command("goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    /// A picture of the page, as PNG.
    ///
    /// # Errors
    /// The browser cannot.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        decoded(&self.cdp("Page.captureScreenshot", &json!({ "format": "png" }))?)
    }

    /// A picture of the rectangle that a function's body returns as a `DOMRect`, as PNG.
    ///
    /// # Errors
    /// It returns none.
    pub fn screenshot_of(&self, body: &str) -> Result<Vec<u8>> {
        let rect =
            self.script(&format!("const r = (function () {{ {body} }})(); return r && r.toJSON();"))?;
        let side = |name: &str| {
            rect.get(name).and_then(Value::as_f64).with_context(|| format!("no rectangle: {body}"))
        };
        let (x, y) = (side("x")?.floor(), side("y")?.floor());
        let (right, bottom) = (side("right")?.ceil(), side("bottom")?.ceil());
        let clip = json!({ "x": x, "y": y, "width": right - x, "height": bottom - y, "scale": 1 });
        let shot = json!({ "format": "png", "clip": clip, "captureBeyondViewport": true });
        decoded(&self.cdp("Page.captureScreenshot", &shot)?)
    }

    fn command(&self, name: &str, body: &Value) -> Result<Value> {
        self.send(&format!("/session/{}/{name}", self.session), body)
    }

    fn send(&self, path: &str, body: &Value) -> Result<Value> {
        let post = self.agent.post(format!("{}{path}", self.url)).header("content-type", "application/json");
        let mut answer = post.send(serde_json::to_vec(body)?)?;
        let answered = answer.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        let mut answered: Value = serde_json::from_slice(&answered)?;
        let value = answered.get_mut("value").map(Value::take).unwrap_or_default();
        if answer.status().as_u16() != 200 {
            let said = text(value.get("message")).unwrap_or_default();
            bail!(
                "{}: {}",
                path.rsplit('/').next().unwrap_or_default(),
                said.lines().next().unwrap_or_default()
            );
        }
        Ok(value)
    }
}

impl Element<'_> {
    /// Scrolls to it and clicks.
    ///
    /// # Errors
    /// It is gone, hidden or covered.
    pub fn click(&self) -> Result<()> {
        self.command("click", &json!({}))
    }

    /// Types into it.
    ///
    /// # Errors
    /// It is gone or takes no keys.
    pub fn keys(&self, text: &str) -> Result<()> {
        self.command("value", &json!({ "text": text }))
    }

    /// Empties a field.
    ///
    /// # Errors
    /// It is gone or no field.
    pub fn clear(&self) -> Result<()> {
        self.command("clear", &json!({}))
    }

    fn command(&self, name: &str, body: &Value) -> Result<()> {
        self.browser.command(&format!("element/{}/{name}", self.id), body).map(drop)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser with the session.
        let _ = self.agent.delete(format!("{}/session/{}", self.url, self.session)).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

fn empty_profile() -> Result<PathBuf> {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let number = STARTED.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("takeroot-browser-{}-{number}", std::process::id()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The driver says on which port it listens; what it says later is read and forgotten, so that it never waits.
fn listened_port(driver: &mut Child) -> Result<u16> {
    let mut said = BufReader::new(driver.stdout.take().context("the driver is silent")?).lines();
    for line in said.by_ref() {
        let line = line?;
        let port = line.rsplit("on port ").next().filter(|_| line.contains("started successfully"));
        if let Some(port) = port.and_then(|port| port.trim_end_matches('.').parse().ok()) {
            std::thread::spawn(move || said.for_each(drop));
            return Ok(port);
        }
    }
    bail!("the driver ended before it listened")
}

fn is_error(entry: &Value) -> bool {
    let is = |key: &str, word: &str| entry.get(key).and_then(Value::as_str) == Some(word);
    is("level", "SEVERE") && !is("source", "network")
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

fn decoded(shot: &Value) -> Result<Vec<u8>> {
    let text = shot.get("data").and_then(Value::as_str).context("no picture")?;
    STANDARD.decode(text).map_err(|error| anyhow!("a broken picture: {error}"))
}
