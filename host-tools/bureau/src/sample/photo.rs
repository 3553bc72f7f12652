//! Photos of nobody.

use image::{DynamicImage, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::persons::below;

/// A drawing of nobody, 180 × 220, as JPEG: head and shoulders in colours of the seed, hatched so that no one takes it for
/// a photograph.
pub fn sample_photo(seed: u64, index: u64) -> Vec<u8> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    rng.set_stream(index + 1);
    let mut colour = |low: u64| Rgb([0; 3].map(|_: u8| (low + below(&mut rng, 70)) as u8));
    let (paper, skin, coat, hair) = (colour(180), colour(150), colour(40), colour(10));
    let inside = |x: u32, y: u32, centre: (i64, i64), radius: (i64, i64)| {
        let (dx, dy) = (i64::from(x) - centre.0, i64::from(y) - centre.1);
        dx * dx * radius.1 * radius.1 + dy * dy * radius.0 * radius.0
            <= radius.0 * radius.0 * radius.1 * radius.1
    };
    let picture = RgbImage::from_fn(180, 220, |x, y| {
        let hatched = (x + y) % 24 < 2;
        if inside(x, y, (90, 100), (38, 50)) {
            skin
        } else if inside(x, y, (90, 88), (46, 56)) {
            hair
        } else if inside(x, y, (90, 225), (80, 75)) {
            coat
        } else if hatched {
            Rgb([150, 150, 150])
        } else {
            paper
        }
    });
    let mut out = Vec::new();
    let picture = DynamicImage::from(picture).into_rgb8();
    let encoded = Encoder::new(&mut out, 80).encode(&picture, 180, 220, ColorType::Rgb);
    // into memory, and of a size that JPEG allows
    debug_assert!(encoded.is_ok());
    out
}
