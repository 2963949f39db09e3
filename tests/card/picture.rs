//! Pictures held against reference pictures.
//!
//! Two machines draw the same text differently, so pixels are compared only where the browser and its fonts are
//! those that drew the reference; elsewhere the sizes are, and the test says so.

use std::fs;
use std::path::PathBuf;

use takeroot_stand::browser::Browser;
use takeroot_stand::skip::skipped;

/// Rewrites the references.
const UPDATE: &str = "TAKEROOT_UPDATE_PICTURES";
/// A channel may differ by so much: antialiasing.
const TOLERANCE: u8 = 24;
/// So many of 1000 pixels may differ by more.
const DIFFERENT_PER_MILLE_MAX: usize = 5;
/// Other fonts may make the panel higher or lower by so many percent.
const HEIGHT_PERCENT_MAX: u32 = 20;

/// The folder of references, and who drew them.
#[derive(Debug)]
pub(crate) struct Gallery {
    folder: PathBuf,
    same_hand: bool,
    update: bool,
    differences: Vec<String>,
}

struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Gallery {
    pub(crate) fn open(browser: &Browser, test: &str) -> Self {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/reference"));
        let update = std::env::var_os(UPDATE).is_some();
        let sidecar = folder.join("drawn-by.txt");
        let (here, hand) = (hand(browser), fs::read_to_string(&sidecar).unwrap_or_default());
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&sidecar, &here).unwrap();
        } else if here != hand {
            let why = format!("pixels were not compared: drawn by {}, here is {}", hand.trim(), here.trim());
            skipped(test, &why);
        }
        Self { folder, same_hand: here == hand, update, differences: Vec::new() }
    }

    /// Holds a picture against the reference of its name.
    pub(crate) fn compare(&mut self, name: &str, png: &[u8]) {
        let path = self.folder.join(format!("{name}.png"));
        if self.update {
            fs::write(&path, png).unwrap();
            return;
        }
        let Ok(reference) = fs::read(&path) else {
            self.differs(name, png, "there is no reference");
            return;
        };
        let (expected, actual) = (decode(&reference), decode(png));
        if let Some(difference) = difference(&expected, &actual, self.same_hand) {
            self.differs(name, png, &difference);
        }
    }

    /// Fails if a picture differed.
    pub(crate) fn close(self) {
        let all = self.differences.join("\n");
        assert!(
            all.is_empty(),
            "{all}\nlook at them; if they are right, {UPDATE}=1 makes them the reference"
        );
    }

    fn differs(&mut self, name: &str, png: &[u8], how: &str) {
        let actual = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        fs::write(&actual, png).unwrap();
        self.differences.push(format!("{name}: {how}; drawn now: {}", actual.display()));
    }
}

fn difference(expected: &Picture, actual: &Picture, same_hand: bool) -> Option<String> {
    let sizes = || format!("{}×{}, not {}×{}", actual.width, actual.height, expected.width, expected.height);
    if !same_hand {
        let apart = expected.height.abs_diff(actual.height) * 100;
        let fits = expected.width == actual.width && apart <= expected.height * HEIGHT_PERCENT_MAX;
        return (!fits).then(sizes);
    }
    if (expected.width, expected.height) != (actual.width, actual.height) {
        return Some(sizes());
    }
    let pixels = expected.rgb.chunks(3).zip(actual.rgb.chunks(3));
    let differs =
        |(one, other): &(&[u8], &[u8])| one.iter().zip(*other).any(|(a, b)| a.abs_diff(*b) > TOLERANCE);
    let different = pixels.filter(differs).count();
    let all = expected.rgb.len() / 3;
    (different * 1000 > all * DIFFERENT_PER_MILLE_MAX).then(|| format!("{different} of {all} pixels differ"))
}

/// What decides how a text looks: the browser's major version, the system, and the widths of some texts.
fn hand(browser: &Browser) -> String {
    let widths = browser.script(
        "const canvas = document.createElement('canvas').getContext('2d');
         return ['system-ui', 'sans-serif', 'Arial', 'Roboto', 'PT Sans', 'monospace'].map(family => {
           canvas.font = `16px ${family}`;
           return Math.round(100 * canvas.measureText('Прижилось: Wägen 0123456789').width);
         }).join(' ')",
    );
    let major = browser.version().split('.').next().unwrap_or_default();
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("Chromium {major}, {system} {processor}, texts {}\n", widths.unwrap().as_str().unwrap())
}

fn decode(bytes: &[u8]) -> Picture {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut buffer).unwrap();
    let channels = info.color_type.samples();
    assert!(channels >= 3, "a picture of {channels} channels");
    let pixels = buffer[..info.buffer_size()].chunks(channels);
    Picture { width: info.width, height: info.height, rgb: pixels.flat_map(|p| [p[0], p[1], p[2]]).collect() }
}

#[test]
fn small_differences_are_none_and_large_ones_are() {
    let plain = |value| Picture { width: 20, height: 20, rgb: vec![value; 1200] };
    assert_eq!(difference(&plain(100), &plain(100 + TOLERANCE), true), None);
    let mut spotted = plain(100);
    spotted.rgb[..9].fill(255);
    assert_eq!(difference(&plain(100), &spotted, true).as_deref(), Some("3 of 400 pixels differ"));
    spotted.rgb[3..9].fill(100);
    assert_eq!(difference(&plain(100), &spotted, true), None);
    let lower = Picture { height: 17, ..plain(0) };
    assert!(difference(&plain(100), &lower, true).is_some());
    assert_eq!(difference(&plain(100), &lower, false), None);
    let narrow = Picture { width: 19, ..plain(100) };
    assert!(difference(&plain(100), &narrow, false).is_some());
}
