//! The file of refused rows: the original columns and why, to be corrected and used as a batch again.

use std::{
    io::{self, Write},
    path::Path,
};

use ssc_files::whole_file::{Readers, WholeFile};
use ssc_words::{Bilingual, Lang, clean};

use super::{Batch, BatchError, Column, Row};
use crate::cell;

impl Batch {
    /// Writes the refused rows to a new CSV file in UTF-8 with a byte order mark (so that spreadsheets read it right) and
    /// returns their count. Only its owner may read it: it holds what the batch held, full numbers and PINs too.
    ///
    /// An existing file is not overwritten.
    pub fn write_refused(&self, path: &Path, lang: Lang) -> Result<usize, BatchError> {
        let write = || -> io::Result<usize> {
            let mut file = WholeFile::begin(path, Readers::Owner)?;
            let count = self.refused_to(&mut file, lang)?;
            file.create()?;
            Ok(count)
        };
        write().map_err(|source| BatchError::WriteRefused {
            path: path.to_owned(),
            source,
        })
    }

    fn refused_to(&self, out: &mut impl Write, lang: Lang) -> io::Result<usize> {
        out.write_all("\u{FEFF}".as_bytes())?;
        let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(out);
        let reason_at = self
            .header
            .iter()
            .position(|name| Column::find(name) == Some(Column::Reason));
        let mut header = self.header.clone();
        if reason_at.is_none() {
            header.push("reason".into());
        }
        csv.write_record(header.iter().map(|name| cell::written(name).into_owned()))?;
        let mut count = 0;
        for row in self.refused() {
            let mut fields = row.fields.0.clone();
            let reason = reason(row, lang);
            // A short row is filled up, so that the reason stands in its column
            let filled = fields.len().max(self.header.len());
            fields.resize(filled, String::new());
            match reason_at.and_then(|at| fields.get_mut(at)) {
                Some(field) => *field = reason,
                None => {
                    // Spreadsheets' empty fields beyond the header go
                    while fields.len() > self.header.len()
                        && fields.last().is_some_and(String::is_empty)
                    {
                        fields.pop();
                    }
                    fields.push(reason);
                }
            }
            csv.write_record(fields.iter().map(|field| cell::written(field).into_owned()))?;
            count += 1;
        }
        csv.flush()?;
        Ok(count)
    }
}

fn reason(row: &Row, lang: Lang) -> String {
    let faults = row.request.as_ref().err();
    let words: Vec<String> = faults
        .into_iter()
        .flatten()
        .map(|fault| fault.say(lang))
        .collect();
    let words = words.join(match lang {
        Lang::En => "; ",
        Lang::Zh => "；",
    });
    clean::line(&words).into_owned()
}
