//! A batch of synthetic persons as a CSV file.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use ssc_files::whole_file::{self, Readers, WholeFile};
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

use ssc_person::EthnicGroup;

use super::persons::{MOST, Persons};
use super::photo::sample_photo;

/// What stands in the `note` column.
const NOTE: &str = "SYNTHETIC 合成数据";
/// The folder of the photos, beside the batch.
const PHOTOS: &str = "photos";
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
                    path.display(),
                    source = ssc_words::system::chinese(source)
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
            keep_photo(&photo, &drawn).map_err(|source| fail(&photo, source))?;
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

/// A photo that somebody else has put there is not replaced.
fn keep_photo(path: &Path, drawn: &[u8]) -> io::Result<()> {
    match whole_file::create(path, Readers::Anyone, drawn) {
        Err(error)
            if error.kind() == io::ErrorKind::AlreadyExists
                && path.is_file()
                && fs::read(path)? == drawn =>
        {
            Ok(())
        }
        made => made,
    }
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

    for (index, person) in (0..options.count).zip(Persons::new(options.seed)) {
        csv.write_field(&person.number)?;
        csv.write_field(person.name)?;
        csv.write_field(if person.male { "1" } else { "2" })?;
        csv.write_field(format!("{:02}", EthnicGroup::code(person.group)))?;
        csv.write_field(person.born.to_string())?;
        csv.write_field(person.city)?;
        if options.card_numbers {
            let number = person.card_number.map(|number| number.to_string());
            csv.write_field(number.unwrap_or_default())?;
        }
        if options.pins {
            csv.write_field(person.pin)?;
        }
        if options.photos {
            csv.write_field(format!("{PHOTOS}/{}", photo_name(index)))?;
        }
        csv.write_field(NOTE)?;
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

impl Kind for SampleError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooMany => ErrorKind::Usage,
            Self::Write { .. } => ErrorKind::Output,
        }
    }
}
