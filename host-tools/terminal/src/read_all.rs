//! Reads every file of a card that its keys and PIN open.

use apdu_specs::Status;
use apdu_specs::applications::ssc::records;
use std::collections::BTreeMap;

use apdu_specs::Generation;
use apdu_specs::access::Access;
use apdu_specs::applications::ssc::directories;
use apdu_specs::files::{Directory, ElementaryFile, FileKind};
use ssc_keys::KeyService;
use ssc_reader::{Card, ResponseApdu};

use crate::decode;
use crate::decoded::{DecodedField, Refusal, Remark};
use crate::dialogue::RECORD_NOT_FOUND;
use crate::dump::{Bytes, Content, DirectoryDump, Dump, FileDump};
use crate::fields;
use crate::words::Words;
use crate::{Dialogue, Pin, TerminalError};

/// Bytes of one READ BINARY: cheap contactless readers fail at answers of 256.
const CHUNK: u16 = 240;
/// The end of a transparent file was passed: 6282 with data, 6B00 without.
const END_OF_FILE: Status = Status::END_OF_FILE;
/// Status word of an offset past the end.
const WRONG_OFFSET: Status = Status::WRONG_OFFSET;

/// Reads every directory and file of the card's generation. What the card refuses is listed with its status word.
///
/// Files whose condition names a key are read after external authentication with it, if there are keys; the PIN, if
/// given, is verified once, before anything else is tried.
///
/// # Errors
/// No social security card, or one of an algorithm or version that is not known; a PIN that is refused
/// ([`TerminalError::PinRefused`]); a card or reader that is gone. Keys that are missing or refused are no error: they are
/// noted with the file.
pub fn read_all(
    card: &mut dyn Card,
    keys: Option<&dyn KeyService>,
    pin: Option<&Pin>,
) -> Result<Dump, TerminalError> {
    Dialogue::open(card, keys)?.read_all(pin)
}

impl Dialogue<'_> {
    /// As the function [`read_all`], directly after [`Dialogue::open`].
    ///
    /// # Errors
    /// As the function [`read_all`].
    pub fn read_all(&mut self, pin: Option<&Pin>) -> Result<Dump, TerminalError> {
        if let Some(pin) = pin {
            self.verify_pin(pin)?;
        }
        Ok(Dump {
            atr: hex::encode_upper(self.atr()),
            historical_bytes: hex::encode_upper(self.historical_bytes()),
            version: self.generation().version().to_owned(),
            algorithm: self.algorithm().to_string(),
            directories: directories(self.generation())
                .map(|directory| self.read_directory(directory))
                .collect::<Result<_, _>>()?,
        })
    }

    fn read_directory(
        &mut self,
        directory: &'static Directory,
    ) -> Result<DirectoryDump, TerminalError> {
        let answer = self.select_directory(directory)?;
        let selected = answer.is_ok();
        let files = directory.files(self.generation());
        Ok(DirectoryDump {
            label: directory.label,
            name: hex::encode_upper(directory.name),
            words: Words::new(directory.english, directory.chinese),
            refusal: (!selected).then(|| Refusal::new(answer.sw)),
            files: files
                .filter(|_| selected)
                .map(|file| self.read_file(file))
                .collect::<Result<_, _>>()?,
        })
    }

    fn read_file(&mut self, file: &'static ElementaryFile) -> Result<FileDump, TerminalError> {
        let condition = file.read(self.generation());
        let mut dump = FileDump {
            fid: format!("{:04X}", file.fid),
            words: Words::new(file.english, file.chinese),
            condition: self.condition_words(condition),
            notes: Vec::new(),
            refusal: None,
            content: None,
        };
        let selected = self.select_file(file.fid)?;
        if !selected.is_ok() {
            dump.refusal = Some(Refusal::new(selected.sw));
            return Ok(dump);
        }
        // The current EF survives an authentication (C), and no key is tried for a file that is not there.
        dump.notes = self.authenticate_for(file)?;
        (dump.content, dump.refusal) = match file.kind {
            FileKind::Transparent { size } => self.read_bytes(size)?,
            FileKind::LinearVariable => self.read_records(file)?,
            FileKind::LinearFixed { .. } | FileKind::Cyclic { .. } => self.read_lists(file)?,
        };
        Ok(dump)
    }

    /// Presents the keys that the file and its records ask for. What hinders that is noted: other files may still be read.
    fn authenticate_for(&mut self, file: &ElementaryFile) -> Result<Vec<Words>, TerminalError> {
        let generation = self.generation();
        let rules = file.record_rules(generation).map(|rule| rule.read);
        let conditions: Vec<Access> = [file.read(generation)].into_iter().chain(rules).collect();
        let mut notes = Vec::new();
        for condition in conditions {
            let Some(key) = self.key_of(condition).filter(|_| self.sam.is_some()) else {
                continue;
            };
            match self.external_authenticate(key) {
                Ok(()) => {}
                Err(
                    hindrance @ (TerminalError::Keys(_)
                    | TerminalError::Psam(_)
                    | TerminalError::KeyRefused { .. }
                    | TerminalError::InsertCard { .. }
                    | TerminalError::NoRegion
                    | TerminalError::NoCardFactor),
                ) => notes.push(Words::of(&hindrance)),
                Err(error) => return Err(error),
            }
        }
        Ok(notes)
    }

    /// Records from 1 until the card has no more.
    fn read_records(
        &mut self,
        file: &ElementaryFile,
    ) -> Result<(Option<Content>, Option<Refusal>), TerminalError> {
        let generation = self.generation();
        let mut records = Vec::new();
        let mut parts = Parts::default();
        for number in 1..=u8::MAX - 1 {
            let answer = self.read_record(number)?;
            if answer.sw == RECORD_NOT_FOUND {
                break;
            }
            let read = answer.is_ok();
            if !read && records.is_empty() {
                return Ok(refused(&answer));
            }
            records.push(if read {
                parts.take(&answer.data);
                let decoded = fields::record(file, generation, number, &answer.data);
                self.mark_masked(file, number, decoded)
            } else {
                fields::refused(file, generation, number, Refusal::new(answer.sw))
            });
            // A card that refuses records one by one need not be asked for more than its table has.
            if !read && number >= file.record_count(generation) {
                break;
            }
        }
        parts.join(file, generation, &mut records);
        Ok((Some(Content::Records(records)), None))
    }

    /// Bare records from 1, of a cyclic file the newest, until the card has no more.
    fn read_lists(
        &mut self,
        file: &ElementaryFile,
    ) -> Result<(Option<Content>, Option<Refusal>), TerminalError> {
        let generation = self.generation();
        let mut lists = Vec::new();
        for number in 1..=file.record_count(generation) {
            let answer = self.read_record(number)?;
            if answer.sw == RECORD_NOT_FOUND {
                break;
            }
            if !answer.is_ok() {
                let (_, refusal) = refused(&answer);
                let content = (!lists.is_empty()).then_some(Content::Lists(lists));
                return Ok((content, refusal));
            }
            // A record that was never written has no fields worth a line.
            let fields = if fields::is_fill(&answer.data) {
                Vec::new()
            } else {
                fields::untagged(file.fields(generation), &answer.data)
            };
            lists.push(fields);
        }
        while lists.last().is_some_and(Vec::is_empty) {
            lists.pop();
        }
        Ok((Some(Content::Lists(lists)), None))
    }

    /// A transparent file as its content, or why there is none.
    fn read_bytes(
        &mut self,
        size: u16,
    ) -> Result<(Option<Content>, Option<Refusal>), TerminalError> {
        let (data, sw) = self.whole_file(size)?;
        let nothing = data.is_empty() && sw.is_some();
        let content = (!nothing).then(|| Content::Bytes(Bytes::new(data)));
        Ok((content, sw.map(Refusal::new)))
    }

    /// `size` bytes of the current transparent EF in chunks, or fewer where the card's file is smaller, and the status word
    /// with which the card refused more.
    pub(crate) fn whole_file(
        &mut self,
        size: u16,
    ) -> Result<(Vec<u8>, Option<Status>), TerminalError> {
        let mut data: Vec<u8> = Vec::new();
        while let Some(left) = u16::try_from(data.len())
            .ok()
            .and_then(|offset| size.checked_sub(offset))
            .filter(|left| *left > 0)
        {
            let answer = self.read_binary(size - left, left.min(CHUNK))?;
            let got = answer.data.len();
            match answer.sw {
                _ if answer.is_ok() && got > 0 => data.extend(&answer.data),
                END_OF_FILE => {
                    data.extend(&answer.data);
                    break;
                }
                WRONG_OFFSET if !data.is_empty() => break,
                sw => return Ok((data, Some(sw))),
            }
        }
        data.truncate(usize::from(size));
        Ok((data, None))
    }

    /// Says of an empty value that the card covers it, where its rule was not met.
    fn mark_masked(
        &self,
        file: &ElementaryFile,
        number: u8,
        mut decoded: DecodedField,
    ) -> DecodedField {
        let mut rules = file.record_rules(self.generation());
        let covered = rules.any(|rule| {
            let key = self.key_of(rule.read);
            rule.record == number && key.is_some_and(|key| !self.accepted.contains(key.vault_id))
        });
        if covered && decoded.value.is_empty() {
            decoded.remarks.push(Remark::Masked);
        }
        decoded
    }

    fn condition_words(&self, condition: Access) -> Words {
        let key = self.key_of(condition).map_or("?", |key| key.vault_id);
        match condition {
            Access::Free => Words::new("free", "自由"),
            Access::Pin => Words::new("PIN", "PIN"),
            Access::Key(_) => Words::new(key, key),
            Access::PinOrKey(_) => Words::new(format!("PIN or {key}"), format!("PIN 或 {key}")),
            Access::PinAndKey(_) => Words::new(format!("PIN and {key}"), format!("PIN 和 {key}")),
            Access::Never => Words::new("never", "禁止"),
        }
    }
}

/// The values of a file's records as bytes, by their tags: an item may go on in a second or third record.
#[derive(Default)]
struct Parts(BTreeMap<u8, Vec<u8>>);

impl Parts {
    fn take(&mut self, record: &[u8]) {
        if let Some((tag, value, _)) = fields::tlv(record) {
            self.0.entry(tag).or_insert(value);
        }
    }

    /// Gives the field of each item that goes on its whole value. What continues it keeps its own, in hexadecimal where it
    /// begins inside a character.
    fn join(&self, file: &ElementaryFile, generation: Generation, records: &mut [DecodedField]) {
        let value = |tag: u8| self.0.get(&tag).map_or(&[][..], Vec::as_slice);
        for first in file.fields(generation).filter_map(|field| field.tag) {
            let more: Vec<u8> = file
                .fields(generation)
                .filter(|field| field.continues == Some(first))
                .filter_map(|field| field.tag)
                .filter(|tag| !fields::is_fill(value(*tag)))
                .collect();
            if more.is_empty() {
                continue;
            }
            let parts: Vec<&[u8]> = [first].iter().chain(&more).map(|tag| value(*tag)).collect();
            let (joined, remark) = decode::joined(&parts);
            let tagged =
                |tag: u8| move |field: &&mut DecodedField| field.tag == Some(format!("{tag:02X}"));
            if let Some(field) = records.iter_mut().find(tagged(first)) {
                field.value = joined;
                field.remarks.retain(|old| *old != Remark::Undecodable);
                field.remarks.extend(remark);
            }
            let joined = if first == records::NAME {
                Remark::JoinedToName
            } else {
                Remark::Joined
            };
            for tag in more {
                if let Some(field) = records.iter_mut().find(tagged(tag)) {
                    field.remarks.retain(|old| *old != Remark::Undecodable);
                    field.remarks.push(joined);
                }
            }
        }
    }
}

fn refused(answer: &ResponseApdu) -> (Option<Content>, Option<Refusal>) {
    (None, Some(Refusal::new(answer.sw)))
}
