//! Synthetic persons (合成数据): the same for the same seed, and nobody's real data.
//!
//! Every number ends in a sequence of 996 to 999, which GB 11643 kept for people over a hundred, beside a birth date
//! after 1950: the number is well formed, but nobody was ever given it. Each row says so in its `note`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use image::{DynamicImage, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use ssc_files::whole_file::{self, Readers, WholeFile};
use ssc_words::{Bilingual, Lang};

use super::names;
use ssc_person::{CardNumber, Date, EthnicGroup, check_character};

/// What stands in the `note` column.
const NOTE: &str = "SYNTHETIC 合成数据";
/// The folder of the photos, beside the batch.
const PHOTOS: &str = "photos";
/// Counties and districts, all of them in force in 2024.
const REGIONS: [&str; 32] = [
    "110101", "110105", "110108", "120101", "130102", "140105", "150102", "210102", "220102",
    "230102", "310101", "310115", "320102", "330106", "340104", "350102", "360102", "370102",
    "410102", "420106", "430102", "440106", "450103", "460106", "500103", "510104", "520102",
    "530102", "540102", "610113", "620102", "650102",
];
/// Birth dates: so many days from 1 January 1950, the last in 2005.
const DAYS: u64 = 20_454;
/// Sequences 996 to 999.
const SEQUENCES: u64 = 4;
/// Different numbers there are.
const MOST: u64 = REGIONS.len() as u64 * DAYS * SEQUENCES;

/// What to make.
#[derive(Clone, Copy, Debug, Default)]
pub struct SampleOptions {
    /// Persons, at most 2,618,112.
    pub count: u64,
    /// The seed: the same seed makes the same persons, and a longer batch begins like a shorter one.
    pub seed: u64,
    /// A column of six-digit PINs.
    pub pins: bool,
    /// A column of card numbers.
    pub card_numbers: bool,
    /// A column of photos, `photos/0000001.jpg` and so on; [`write_sample`] draws them.
    pub photos: bool,
}

/// Why no sample was made.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// More persons than different numbers.
    #[error("a sample has at most {MOST} persons; ask for fewer, or make two with different seeds")]
    TooMany,
    /// The file or a photo cannot be written.
    #[error("cannot write the sample {path}: {source}; choose a folder that can be written", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Bilingual for SampleError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (_, Lang::En) => self.to_string(),
            (Self::TooMany, Lang::Zh) => format!("样例最多{MOST}人；请减少人数"),
            (Self::Write { path, source }, Lang::Zh) => {
                format!(
                    "无法写入样例{}：{source}；请选择可写的文件夹",
                    path.display()
                )
            }
        }
    }
}

/// Writes a batch of synthetic persons as CSV in UTF-8, without the photos themselves.
pub fn sample(options: &SampleOptions, out: impl Write) -> Result<(), SampleError> {
    if options.count > MOST {
        return Err(SampleError::TooMany);
    }
    write_csv(options, out).map_err(|source| SampleError::Write {
        path: PathBuf::from("-"),
        source,
    })
}

/// Writes a sample to a new file, and its photos to the folder `photos` beside it.
pub fn write_sample(path: &Path, options: &SampleOptions) -> Result<(), SampleError> {
    if options.count > MOST {
        return Err(SampleError::TooMany);
    }
    let fail = |path: &Path, source| SampleError::Write {
        path: path.to_owned(),
        source,
    };
    if options.photos {
        let folder = path.with_file_name(PHOTOS);
        fs::create_dir_all(&folder).map_err(|source| fail(&folder, source))?;
        for index in 0..options.count {
            let photo = folder.join(photo_name(index));
            let drawn = sample_photo(options.seed, index);
            whole_file::replace(&photo, Readers::Anyone, &drawn)
                .map_err(|source| fail(&photo, source))?;
        }
    }
    // Last, since it names the photos.
    let write = || {
        let mut file = WholeFile::begin(path, Readers::Anyone)?;
        write_csv(options, &mut file)?;
        file.create().map(drop)
    };
    write().map_err(|source| fail(path, source))
}

fn photo_name(index: u64) -> String {
    format!("{:07}.jpg", index + 1)
}

fn write_csv(options: &SampleOptions, out: impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let optional = |wanted: bool, name| wanted.then_some(name);
    let header = ["AAC002", "AAC003", "AAC004", "AAC005", "AAC006", "AAB301"].map(Some);
    let more = [
        optional(options.card_numbers, "AAZ500"),
        optional(options.pins, "pin"),
        optional(options.photos, "photo"),
        Some("note"),
    ];
    csv.write_record(header.iter().chain(&more).flatten())?;

    let mut rng = ChaCha20Rng::seed_from_u64(options.seed);
    let numbers = Numbers::new(&mut rng);
    let first_serial = below(&mut rng, 300_000_000);
    for index in 0..options.count {
        let person = numbers.get(index);
        let (name, group) = names::pick(index, &mut |n| below(&mut rng, n));
        let pin = below(&mut rng, 1_000_000);
        csv.write_field(&person.number)?;
        csv.write_field(name)?;
        csv.write_field(if person.male { "1" } else { "2" })?;
        csv.write_field(format!("{:02}", EthnicGroup::code(group)))?;
        csv.write_field(person.born.to_string())?;
        csv.write_field(city(person.region))?;
        if options.card_numbers {
            let serial = u32::try_from(first_serial + index).ok();
            let number = serial
                .and_then(CardNumber::from_serial)
                .map(|n| n.to_string());
            csv.write_field(number.unwrap_or_default())?;
        }
        if options.pins {
            csv.write_field(format!("{pin:06}"))?;
        }
        if options.photos {
            csv.write_field(format!("{PHOTOS}/{}", photo_name(index)))?;
        }
        csv.write_field(NOTE)?;
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

/// The city that a county's cards come from: its prefecture, or the municipality.
fn city(county: &str) -> String {
    match county.get(..2) {
        Some(municipality @ ("11" | "12" | "31" | "50")) => format!("{municipality}0000"),
        _ => format!("{}00", county.get(..4).unwrap_or_default()),
    }
}

/// An even choice from 0 to `n` − 1.
fn below(rng: &mut ChaCha20Rng, n: u64) -> u64 {
    ((u128::from(rng.next_u64()) * u128::from(n)) >> 64) as u64
}

/// Numbers that never repeat: the steps of a walk whose length is coprime to the count of all numbers visit each once.
struct Numbers {
    start: u64,
    step: u64,
}

struct Numbered {
    number: String,
    region: &'static str,
    born: Date,
    male: bool,
}

impl Numbers {
    fn new(rng: &mut ChaCha20Rng) -> Self {
        let start = below(rng, MOST);
        loop {
            let step = MOST / 3 + below(rng, MOST / 3);
            if gcd(step, MOST) == 1 {
                return Self { start, step };
            }
        }
    }

    fn get(&self, index: u64) -> Numbered {
        let place = (self.start + index * self.step) % MOST;
        let sequence = 996 + place % SEQUENCES;
        let day = place / SEQUENCES % DAYS;
        let region = REGIONS[(place / SEQUENCES / DAYS) as usize % REGIONS.len()];
        let born = Date::new(1950, 1, 1)
            .and_then(|first| first.plus_days(day as u32))
            .unwrap_or_else(Date::today);
        let mut number = format!("{region}{born}{sequence}");
        let body = <[u8; 17]>::try_from(number.as_bytes()).ok();
        number.extend(body.and_then(|body| check_character(&body)).map(char::from));
        Numbered {
            number,
            region,
            born,
            male: sequence % 2 == 1,
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use ssc_person::{CitizenNumber, Region};

    #[test]
    fn the_regions_and_days_are_real() {
        for region in REGIONS {
            assert!(Region::parse(region).unwrap().is_known(), "{region}");
            assert!(Region::parse(&city(region)).unwrap().is_known(), "{region}");
        }
        let last = Date::new(1950, 1, 1).unwrap().plus_days(DAYS as u32 - 1);
        assert_eq!(last, Date::new(2005, 12, 31));
        assert_eq!(MOST, 2_618_112);
    }

    #[test]
    fn a_million_numbers_never_repeat() {
        let numbers = Numbers::new(&mut ChaCha20Rng::seed_from_u64(7));
        let mut seen = HashSet::new();
        for index in 0..1_000_000 {
            let person = numbers.get(index);
            let digits: u64 = person.number[..17].parse().unwrap();
            assert!(seen.insert(digits));
            if index % 1000 == 0 {
                let number = CitizenNumber::parse(&person.number).unwrap();
                assert_eq!(number.birth_date(), person.born);
            }
        }
    }
}
