//! The widget's logos, drawn: a sprout that took root, two leaves over a baseline.

use anyhow::{Context, Result};
use tiny_skia::{
    Color, FillRule, LineCap, Paint, Path, PathBuilder, Pixmap, PremultipliedColorU8, Shader, Stroke,
    Transform,
};

/// The logos that the CRM asks for: name, width, height in pixels.
pub(crate) const LOGOS: [(&str, u32, u32); 6] = [
    ("logo.png", 130, 100),
    ("logo_main.png", 400, 272),
    ("logo_small.png", 108, 108),
    ("logo_min.png", 84, 84),
    ("logo_medium.png", 240, 84),
    ("logo_dp.png", 174, 109),
];

const PAPER: (u8, u8, u8) = (0xf3, 0xf7, 0xf2);
const LEAF: (u8, u8, u8) = (0x1d, 0x6b, 0x48);
const YOUNG_LEAF: (u8, u8, u8) = (0x4f, 0xa4, 0x78);
const SOIL: (u8, u8, u8) = (0x8a, 0x6a, 0x45);

/// The mark's own square, in which its curves are given.
const MARK: f32 = 64.0;
/// The part of a logo's shorter side that the mark takes.
const MARK_PART: f32 = 0.84;

/// A logo as PNG.
pub(crate) fn png(width: u32, height: u32) -> Result<Vec<u8>> {
    let mut pixels = Pixmap::new(width, height).context("a logo without pixels")?;
    let (r, g, b) = PAPER;
    pixels.fill(Color::from_rgba8(r, g, b, 0xff));
    let scale = small(width.min(height)) * MARK_PART / MARK;
    let place = Transform::from_scale(scale, scale)
        .post_translate((small(width) - MARK * scale) / 2.0, (small(height) - MARK * scale) / 2.0);
    let fill = |pixels: &mut Pixmap, path: &Path, colour| {
        pixels.fill_path(path, &paint(colour), FillRule::Winding, place, None);
    };
    let line = |pixels: &mut Pixmap, path: &Path, width: f32, colour| {
        let stroke = Stroke { width, line_cap: LineCap::Round, ..Stroke::default() };
        pixels.stroke_path(path, &paint(colour), &stroke, place, None);
    };
    line(&mut pixels, &roots()?, 3.2, SOIL);
    line(&mut pixels, &ground()?, 3.6, SOIL);
    line(&mut pixels, &stem()?, 4.2, LEAF);
    fill(&mut pixels, &left_leaf()?, LEAF);
    fill(&mut pixels, &right_leaf()?, YOUNG_LEAF);
    debug_assert!(pixels.pixels().iter().all(|pixel: &PremultipliedColorU8| pixel.alpha() == 0xff));
    pixels.encode_png().context("a logo cannot be encoded")
}

fn paint((r, g, b): (u8, u8, u8)) -> Paint<'static> {
    Paint { shader: Shader::SolidColor(Color::from_rgba8(r, g, b, 0xff)), ..Paint::default() }
}

#[allow(clippy::cast_precision_loss, reason = "pixels of a logo are few")]
fn small(pixels: u32) -> f32 {
    pixels as f32
}

fn path(draw: impl FnOnce(&mut PathBuilder)) -> Result<Path> {
    let mut builder = PathBuilder::new();
    draw(&mut builder);
    builder.finish().context("an empty path")
}

fn stem() -> Result<Path> {
    path(|p| {
        p.move_to(32.0, 47.0);
        p.line_to(32.0, 31.0);
    })
}

fn ground() -> Result<Path> {
    path(|p| {
        p.move_to(10.0, 47.0);
        p.line_to(54.0, 47.0);
    })
}

fn roots() -> Result<Path> {
    path(|p| {
        p.move_to(32.0, 47.0);
        p.line_to(32.0, 59.0);
        p.move_to(32.0, 48.0);
        p.quad_to(31.0, 53.0, 22.0, 56.0);
        p.move_to(32.0, 48.0);
        p.quad_to(33.0, 53.0, 42.0, 56.0);
    })
}

fn left_leaf() -> Result<Path> {
    path(|p| {
        p.move_to(32.0, 33.0);
        p.cubic_to(32.0, 20.0, 22.0, 14.0, 7.0, 14.0);
        p.cubic_to(7.0, 27.0, 15.0, 35.0, 32.0, 33.0);
        p.close();
    })
}

fn right_leaf() -> Result<Path> {
    path(|p| {
        p.move_to(30.5, 29.0);
        p.cubic_to(31.0, 14.0, 41.0, 6.0, 57.0, 6.0);
        p.cubic_to(57.0, 19.0, 49.0, 29.5, 30.5, 29.0);
        p.close();
    })
}
