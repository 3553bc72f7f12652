//! The file of refused rows: the original columns and why, to be corrected and used as a batch again.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use ssc_files::whole_file::{Readers, WholeFile};
use ssc_words::Lang;

use super::{Batch, BatchError, BatchReader, Column, Row};
use crate::cell;

/// A new CSV file in UTF-8 with a byte order mark (so that spreadsheets read it right). Only its owner may read it: it holds what the
/// batch held, full numbers and PINs too. An existing file is not overwritten.
pub struct RefusedFile {
    path: PathBuf,
    csv: csv::Writer<WholeFile>,
    columns: usize,
    reason_at: Option<usize>,
    /// The column of photos, and the way to their folder from that of this file; none where they are not below it.
    photos: Option<(usize, Option<PathBuf>)>,
    /// Whether a row names a photo that is not found from here.
    lost_photos: bool,
    lang: Lang,
    count: usize,
}

impl RefusedFile {
    /// Begins the file for a batch with such headings.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn begin(path: &Path, headings: &[String], lang: Lang) -> Result<Self, BatchError> {
        let begin = || -> io::Result<Self> {
            let mut file = WholeFile::begin(path, Readers::Owner)?;
            file.write_all("\u{FEFF}".as_bytes())?;
            let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(file);
            let reason_at = headings
                .iter()
                .position(|name| Column::find(name) == Some(Column::Reason));
            let more = reason_at.is_none().then_some("reason");
            let names = headings.iter().map(String::as_str).chain(more);
            csv.write_record(names.map(|name| cell::written(name).into_owned()))?;
            Ok(Self {
                path: path.to_owned(),
                csv,
                columns: headings.len(),
                reason_at,
                photos: None,
                lost_photos: false,
                lang,
                count: 0,
            })
        };
        begin().map_err(|source| failed(path, source))
    }

    /// Begins the file for a batch that is read.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn of(reader: &BatchReader, path: &Path, lang: Lang) -> Result<Self, BatchError> {
        let mut file = Self::begin(path, reader.headings(), lang)?;
        let of_photos = |name: &String| Column::find(name) == Some(Column::Photo);
        // Those of --photos are named from that folder, wherever the batch is.
        if let Some(folder) = reader.folder_of_photos()
            && let Some(at) = reader.headings().iter().position(of_photos)
        {
            let way = way(path, folder).map_err(|source| failed(path, source))?;
            file.photos = Some((at, way));
        }
        Ok(file)
    }

    /// Writes a row, if it is refused.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn row(&mut self, row: &Row) -> Result<(), BatchError> {
        let Row::Refused { fields, .. } = row else {
            return Ok(());
        };
        let mut fields = fields.texts().to_vec();
        if let Some((at, way)) = &self.photos
            && let Some(photo) = fields.get_mut(*at).filter(|photo| !photo.is_empty())
        {
            // What lies beside the way down is not found by a path: rows' paths lead into the folder only.
            self.lost_photos |= way.is_none();
            if let Some(way) = way.as_ref().filter(|way| !way.as_os_str().is_empty()) {
                *photo = way.join(&*photo).to_string_lossy().replace('\\', "/");
            }
        }
        let mut reason = row.reason(self.lang);
        // The file holds whole numbers anyway: the one to write instead may stand there too
        for suggestion in row
            .faults()
            .filter_map(|fault| fault.violation.suggestion())
        {
            reason.push_str(" → ");
            reason.push_str(suggestion);
        }
        // A short row is filled up, so that the reason stands in its column
        let filled = fields.len().max(self.columns);
        fields.resize(filled, String::new());
        match self.reason_at.and_then(|at| fields.get_mut(at)) {
            Some(field) => *field = reason,
            None => {
                // Spreadsheets' empty fields beyond the header go
                while fields.len() > self.columns && fields.last().is_some_and(String::is_empty) {
                    fields.pop();
                }
                fields.push(reason);
            }
        }
        let cells = fields.iter().map(|field| cell::written(field).into_owned());
        self.csv
            .write_record(cells)
            .map_err(|error| failed(&self.path, error.into()))?;
        self.count += 1;
        Ok(())
    }

    /// Whether rows name photos that are not found from where this file is: it is not in the folder of the batch or above it.
    #[must_use]
    pub const fn has_lost_photos(&self) -> bool {
        self.lost_photos
    }

    /// Puts the whole file in its place; how many rows it has. Without this there is none.
    ///
    /// # Errors
    /// It cannot be written, or is there already.
    pub fn create(self) -> Result<usize, BatchError> {
        let file = self
            .csv
            .into_inner()
            .map_err(csv::IntoInnerError::into_error);
        file.and_then(WholeFile::create)
            .map_err(|source| failed(&self.path, source))?;
        Ok(self.count)
    }
}

/// The way from the folder of the file `path` down to `folder`; none where that is not below it.
fn way(path: &Path, folder: &Path) -> io::Result<Option<PathBuf>> {
    let from = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let from = from.unwrap_or(Path::new(".")).canonicalize()?;
    let way = folder.canonicalize()?;
    Ok(way.strip_prefix(from).ok().map(Path::to_owned))
}

fn failed(path: &Path, source: io::Error) -> BatchError {
    BatchError::WriteRefused {
        path: path.to_owned(),
        source,
    }
}

impl Batch {
    /// Writes the refused rows to a new file ([`RefusedFile`]) and returns their count.
    ///
    /// # Errors
    /// It cannot be written, or is there already.
    pub fn write_refused(&self, path: &Path, lang: Lang) -> Result<usize, BatchError> {
        let mut file = RefusedFile::begin(path, &self.header, lang)?;
        for row in &self.rows {
            file.row(row)?;
        }
        file.create()
    }
}
