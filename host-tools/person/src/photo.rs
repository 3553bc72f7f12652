//! Photos: any common picture in, a baseline JPEG of at most 4,096 bytes out, as EF08 holds it.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType,
    metadata::Orientation,
};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{Detail, Rule, Violation};

/// Bytes of SSSE EF08 (0x1000).
pub const CARD_LENGTH: usize = 0x1000;
/// Largest file taken, in bytes.
pub const FILE_LIMIT: usize = 20 * 1024 * 1024;
/// Most pixels taken: a header can claim 65,500 × 65,500 in a few bytes.
const PIXEL_LIMIT: u64 = 40_000_000;
/// Fewest pixels a side.
const SMALLEST_SIDE: u32 = 48;
/// Boxes that the photo is fitted into, largest first. 358 × 441 is the photo printed on the card (P).
const HEIGHTS: [u32; 11] = [441, 378, 324, 278, 238, 204, 175, 150, 120, 96, 64];
const WIDTH_TO_HEIGHT: (u32, u32) = (358, 441);
/// JPEG qualities: below `FAIR` a smaller picture looks better than a coarser one.
const FAIR: u8 = 50;
const BEST: u8 = 92;
const WORST: u8 = 5;

/// Fewest pixels of a photo that prints well: half of 358 × 441.
const SMALL: (u32, u32) = (179, 220);
/// Width of a photo to its height, in hundredths: 358 × 441 is 81.
const USUAL_RATIO: std::ops::RangeInclusive<u32> = 65..=98;
/// Most that brightness differs in a picture of one colour, in steps of 256.
const ONE_COLOUR: u8 = 12;

/// A photo as the card takes it.
#[derive(Clone, Debug)]
pub struct Ready {
    /// A baseline JPEG of at most [`CARD_LENGTH`] bytes.
    pub jpeg: Vec<u8>,
    /// What somebody should look at.
    pub doubts: Vec<Violation>,
}

/// Decodes a picture and encodes it again: upright, without metadata, its ratio kept, as large and as good as 4,096 bytes
/// allow.
///
/// Breaks [`Rule::PhotoEmpty`], [`Rule::PhotoTooLarge`], [`Rule::PhotoNotJpeg`], [`Rule::PhotoCorrupt`] or [`Rule::PhotoTooSmall`].
pub fn to_card(bytes: &[u8]) -> Result<Vec<u8>, Violation> {
    fit(&decode(bytes)?)
}

/// As [`to_card`], and looks at the picture.
///
/// # Errors
/// Those of [`to_card`].
pub fn ready(bytes: &[u8]) -> Result<Ready, Violation> {
    let picture = decode(bytes)?;
    Ok(Ready {
        jpeg: fit(&picture)?,
        doubts: doubts(&picture),
    })
}

/// Blank, landscape, or far from 358 × 441: one of them, since one cause has one message.
fn doubts(picture: &DynamicImage) -> Vec<Violation> {
    let (width, height) = (picture.width(), picture.height());
    let size = Detail::Size(width, height);
    let small = picture.thumbnail(64, 64).to_luma8();
    let (least, most) = small.pixels().fold((u8::MAX, 0), |(least, most), pixel| {
        let [light] = pixel.0;
        (light.min(least), light.max(most))
    });
    let rule = if most.saturating_sub(least) <= ONE_COLOUR {
        Rule::PhotoBlank
    } else if width > height {
        Rule::PhotoLandscape
    } else if width < SMALL.0
        || height < SMALL.1
        || !USUAL_RATIO.contains(&(width * 100 / height.max(1)))
    {
        Rule::PhotoShape
    } else {
        return Vec::new();
    };
    vec![Violation::with(rule, size)]
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, Violation> {
    if bytes.is_empty() {
        return Err(Rule::PhotoEmpty.into());
    }
    if bytes.len() > FILE_LIMIT {
        return Err(Rule::PhotoTooLarge.into());
    }
    let corrupt = |error: image::ImageError| {
        Violation::with(Rule::PhotoCorrupt, Detail::System(error.to_string()))
    };
    // By what the file holds: its name may say another format
    let format = match image::guess_format(bytes) {
        Ok(
            format @ (ImageFormat::Jpeg
            | ImageFormat::Png
            | ImageFormat::Bmp
            | ImageFormat::Tiff
            | ImageFormat::WebP),
        ) => format,
        _ => return Err(Rule::PhotoNotJpeg.into()),
    };
    // the decoder fills what is missing of a cut file with grey and says nothing
    if format == ImageFormat::Jpeg && !is_whole(bytes) {
        return Err(Rule::PhotoCorrupt.into());
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXEL_LIMIT * 4);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(too_large_or(corrupt))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXEL_LIMIT {
        return Err(Rule::PhotoTooLarge.into());
    }
    if width < SMALLEST_SIDE || height < SMALLEST_SIDE {
        return Err(Rule::PhotoTooSmall.into());
    }
    decoder.set_limits(limits).map_err(too_large_or(corrupt))?;
    // a telephone stores the picture lying and says so in EXIF, which the card's copy no longer has
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(too_large_or(corrupt))?;
    let mut picture = on_white(picture);
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn too_large_or(
    other: impl Fn(image::ImageError) -> Violation,
) -> impl Fn(image::ImageError) -> Violation {
    move |error| match error {
        image::ImageError::Limits(_) => Rule::PhotoTooLarge.into(),
        error => other(error),
    }
}

/// What can be seen through becomes white, as paper is: a JPEG has no such colours.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let mut rgba = picture.into_rgba8();
    for pixel in rgba.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let over = |light: u8| {
            let (light, alpha) = (u32::from(light), u32::from(alpha));
            u8::try_from((light * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        pixel.0 = [over(red), over(green), over(blue), u8::MAX];
    }
    DynamicImage::from(rgba).into_rgb8().into()
}

/// Whether an end of image (EOI) follows the first scan. Segments before it are stepped over: an EXIF thumbnail has an
/// EOI of its own (ITU-T T.81, B.1).
fn is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        match marker {
            0xDA => return bytes[at..].windows(2).any(|pair| pair == [0xFF, 0xD9]),
            // fill bytes may stand before a marker
            0xFF => at += 1,
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
    false
}

fn fit(picture: &DynamicImage) -> Result<Vec<u8>, Violation> {
    // a quick coarse reduction first: the good filter is slow on camera pictures
    let coarse = if picture.height() > 4 * HEIGHTS[0] || picture.width() > 4 * HEIGHTS[0] {
        &picture.thumbnail(2 * HEIGHTS[0], 2 * HEIGHTS[0])
    } else {
        picture
    };
    let mut last = None;
    for height in HEIGHTS {
        let width = height * WIDTH_TO_HEIGHT.0 / WIDTH_TO_HEIGHT.1;
        let scaled = if coarse.width() > width || coarse.height() > height {
            coarse.resize(width, height, FilterType::Lanczos3)
        } else {
            coarse.clone()
        };
        if encode(&scaled, FAIR)?.len() <= CARD_LENGTH {
            return best(&scaled, FAIR);
        }
        last = Some(scaled);
    }
    last.map_or_else(
        || Err(Rule::PhotoTooLarge.into()),
        |scaled| best(&scaled, WORST),
    )
}

/// The best quality from `low` up that fits.
fn best(picture: &DynamicImage, low: u8) -> Result<Vec<u8>, Violation> {
    let (mut low, mut high) = (low, BEST);
    let mut fits = encode(picture, low)?;
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let candidate = encode(picture, middle)?;
        if candidate.len() <= CARD_LENGTH {
            (low, fits) = (middle, candidate);
        } else {
            high = middle - 1;
        }
    }
    if fits.len() <= CARD_LENGTH {
        Ok(fits)
    } else {
        Err(Rule::PhotoTooLarge.into())
    }
}

/// Baseline, 4:2:0, with Huffman tables of its own: the standard tables alone are a tenth of the card's 4,096 bytes.
fn encode(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, Violation> {
    let side = |n: u32| u16::try_from(n).map_err(|_| Violation::from(Rule::PhotoTooLarge));
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut out = Vec::with_capacity(2 * CARD_LENGTH);
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    let done = if picture.color().has_color() {
        encoder.encode(&picture.to_rgb8(), width, height, ColorType::Rgb)
    } else {
        encoder.encode(&picture.to_luma8(), width, height, ColorType::Luma)
    };
    done.map_err(|error| Violation::with(Rule::PhotoCorrupt, Detail::System(error.to_string())))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, RgbImage};

    /// A picture of noise: the worst that a photo can be for a JPEG. Made by xorshift, not by a camera.
    fn noise(width: u32, height: u32) -> DynamicImage {
        let mut state = 0x9E37_79B9_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        };
        RgbImage::from_fn(width, height, |_, _| image::Rgb([next(), next(), next()])).into()
    }

    fn jpeg(picture: &DynamicImage) -> Vec<u8> {
        encode(picture, 90).unwrap()
    }

    fn check(card: &[u8]) -> DynamicImage {
        assert!(card.len() <= CARD_LENGTH);
        // SOF0: baseline; no SOF2 (progressive), no EXIF
        assert!(
            card.windows(4)
                .any(|w| w == [0xFF, 0xC0, 0x00, 0x11] || w == [0xFF, 0xC0, 0x00, 0x0B])
        );
        assert!(
            !card
                .windows(2)
                .any(|w| w == [0xFF, 0xC2] || w == [0xFF, 0xE1])
        );
        image::load_from_memory_with_format(card, image::ImageFormat::Jpeg).unwrap()
    }

    #[test]
    fn anything_becomes_small() {
        for (width, height) in [(48, 48), (358, 441), (3000, 2000), (2000, 50), (48, 5000)] {
            let card = to_card(&jpeg(&noise(width, height))).unwrap();
            let picture = check(&card);
            let (from, to) = (
                f64::from(width) / f64::from(height),
                f64::from(picture.width()) / f64::from(picture.height()),
            );
            // a pixel's rounding on the shorter side
            let tolerance = from / f64::from(picture.width().min(picture.height()));
            assert!(
                (from - to).abs() <= tolerance * 1.01,
                "{width}×{height}: {from} {to}"
            );
        }
    }

    #[test]
    fn a_plain_photo_keeps_its_size() {
        let soft = RgbImage::from_fn(300, 400, |x, y| {
            image::Rgb([(x / 2) as u8, (y / 2) as u8, 128])
        });
        let picture = check(&to_card(&jpeg(&soft.into())).unwrap());
        assert_eq!((picture.width(), picture.height()), (300, 400));
        let grey = GrayImage::from_fn(100, 120, |x, y| image::Luma([(x + y) as u8]));
        assert!(
            !check(&to_card(&jpeg(&grey.into())).unwrap())
                .color()
                .has_color()
        );
    }

    #[test]
    fn what_should_be_looked_at() {
        let rules = |picture: DynamicImage| -> Vec<Rule> {
            let ready = ready(&jpeg(&picture)).unwrap();
            ready.doubts.into_iter().map(|doubt| doubt.rule).collect()
        };
        assert_eq!(rules(noise(358, 441)), []);
        assert_eq!(rules(noise(1200, 1600)), []);
        assert_eq!(rules(noise(441, 358)), [Rule::PhotoLandscape]);
        assert_eq!(rules(noise(100, 123)), [Rule::PhotoShape]);
        assert_eq!(rules(noise(200, 800)), [Rule::PhotoShape]);
        let white = GrayImage::from_pixel(358, 441, image::Luma([250]));
        assert_eq!(rules(white.into()), [Rule::PhotoBlank]);
    }

    #[test]
    fn what_is_refused() {
        let rule = |bytes: &[u8]| to_card(bytes).unwrap_err().rule;
        let good = jpeg(&noise(100, 100));
        assert_eq!(rule(b""), Rule::PhotoEmpty);
        assert_eq!(rule(b"\x89PNG\r\n\x1a\n"), Rule::PhotoCorrupt);
        assert_eq!(rule(b"GIF89a"), Rule::PhotoNotJpeg);
        assert_eq!(rule(&good[..good.len() - 2]), Rule::PhotoCorrupt);
        assert_eq!(rule(&good[..good.len() / 2]), Rule::PhotoCorrupt);
        assert_eq!(rule(b"\xFF\xD8\xFF\xD9\xFF\xD9"), Rule::PhotoCorrupt);
        assert_eq!(rule(&vec![0; FILE_LIMIT + 1]), Rule::PhotoTooLarge);
        assert_eq!(rule(&jpeg(&noise(47, 100))), Rule::PhotoTooSmall);
        // the end of a thumbnail in a segment of EXIF is not the picture's
        let mut cut = good[..good.len() - 2].to_vec();
        cut.splice(2..2, *b"\xFF\xE1\x00\x06\xFF\xD8\xFF\xD9");
        assert_eq!(rule(&cut), Rule::PhotoCorrupt);
        // a header that claims 65,500 × 65,500 must not be believed
        let mut bomb = good.clone();
        let frame = bomb.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        bomb[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
        assert_eq!(rule(&bomb), Rule::PhotoTooLarge);
    }
}
