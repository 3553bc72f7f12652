//! iReadCard and iWriteCard: items of files by their addresses (LD/T 33).

use apdu_specs::Status;
use apdu_specs::access::Access;
use apdu_specs::files::{ElementaryFile, Field, FileKind};
use apdu_specs::keys::CardKey;
use apdu_specs::parameters::{binary::LAST_OFFSET, record::NEWEST};
use ssc_reader::CommandApdu;
use ssc_reader::commands::ssc;

use crate::address::{AddressedFile, CardData, FileAddress, FileValues};
use crate::decode;
use crate::dialogue::RECORD_NOT_FOUND;
use crate::dump::Bytes;
use crate::encode;
use crate::error::Place;
use crate::{Dialogue, Pin, TerminalError};

/// Bytes of one UPDATE BINARY: issuers write photos so.
const CHUNK: usize = 128;

/// How a reader shows that it may read (读控制认证方式, iAuthType).
#[derive(Clone, Copy, Debug)]
pub enum Authentication<'p> {
    /// 1: by the cardholder's PIN, where a file asks for PIN or key.
    Pin(&'p Pin),
    /// 2: by the read key.
    Key,
}

/// Where a value of an item lies on the card.
enum Item {
    /// The whole of a transparent file of so many bytes.
    Whole(u16),
    /// The record with this number in the table, and its field.
    Record(u8, &'static Field),
    /// A record that a new card does not have, but room for it.
    Appendable(&'static Field),
    /// A record without tag, by its number.
    Numbered(u8),
}

impl Dialogue<'_> {
    /// iReadCard: the values at `address`. What the files ask for is presented first: the PIN or their read keys.
    ///
    /// Values are text (`an`), digits (`cn`) or hexadecimal (`b`, templates, records of cyclic files, and a transparent file
    /// without the 00 or FF that fills its rest). What the card does not have is empty.
    ///
    /// # Errors
    /// [`TerminalError::NoSuchItem`] for what the generation's table does not have, [`TerminalError::PinNeeded`], and what
    /// the card refuses.
    pub fn read_card(
        &mut self,
        address: &FileAddress,
        by: Authentication<'_>,
    ) -> Result<CardData, TerminalError> {
        let mut files = Vec::new();
        for addressed in &address.files {
            let file = self.enter_file(addressed)?;
            for condition in self.read_conditions(file, &addressed.items) {
                self.satisfy(
                    condition,
                    by,
                    Place::file(addressed.directory.label, file.fid),
                )?;
            }
            files.push(self.values(addressed, file)?);
        }
        Ok(CardData { files })
    }

    /// iWriteCard: writes `data` at `address`, file by file, after external authentication with each file's write key. A
    /// transparent file is written from its beginning and its rest filled with 00; a cyclic file gets a new record.
    ///
    /// All values are checked against the table before the first is written.
    ///
    /// # Errors
    /// [`TerminalError::NoSuchItem`], [`TerminalError::Value`], and what the card refuses.
    pub fn write_card(
        &mut self,
        address: &FileAddress,
        data: &CardData,
    ) -> Result<(), TerminalError> {
        for (addressed, values) in address.files.iter().zip(&data.files) {
            self.records_of(addressed, values)?;
        }
        for (addressed, values) in address.files.iter().zip(&data.files) {
            let file = self.enter_file(addressed)?;
            let place = Place::file(addressed.directory.label, file.fid);
            self.satisfy(file.write, Authentication::Key, place)?;
            self.write_values(addressed, values)?;
        }
        Ok(())
    }

    /// Selects the directory and returns the file of its table.
    pub(crate) fn enter_file(
        &mut self,
        addressed: &AddressedFile,
    ) -> Result<&'static ElementaryFile, TerminalError> {
        let file = self.table_of(addressed)?;
        if self.directory.fid != addressed.directory.fid {
            let answer = self.select_directory(addressed.directory)?;
            if !answer.is_ok() {
                return Err(TerminalError::Refused {
                    place: Place::directory(addressed.directory.label),
                    sw: answer.sw,
                    key: None,
                    keys: self.sam.is_some(),
                });
            }
        }
        Ok(file)
    }

    fn table_of(
        &self,
        addressed: &AddressedFile,
    ) -> Result<&'static ElementaryFile, TerminalError> {
        let file = addressed
            .directory
            .find_file(addressed.fid, self.generation());
        file.ok_or(TerminalError::NoSuchItem {
            place: Place::file(addressed.directory.label, addressed.fid),
        })
    }

    /// The conditions under which these items are read: the file's, and those of records that have one of their own.
    pub(crate) fn read_conditions(&self, file: &ElementaryFile, items: &[u8]) -> Vec<Access> {
        let generation = self.generation();
        let fields = items
            .iter()
            .filter_map(|tag| file.find_field(*tag, generation));
        let rules = fields
            .filter_map(|field| field.rule)
            .filter(|rule| rule.generations.contains(generation));
        // A card covers such a record rather than refuse it, so a terminal without keys may read on.
        let own = rules.map(|rule| rule.read).filter(|_| self.sam.is_some());
        [file.read(generation)].into_iter().chain(own).collect()
    }

    /// Presents what a condition asks for.
    fn satisfy(
        &mut self,
        condition: Access,
        by: Authentication<'_>,
        place: Place,
    ) -> Result<(), TerminalError> {
        let wants_pin = match (condition, by) {
            (Access::Pin | Access::PinAndKey(_), _) => true,
            (Access::PinOrKey(_), Authentication::Pin(_)) => true,
            (Access::Free | Access::Key(_) | Access::PinOrKey(_) | Access::Never, _) => false,
        };
        if wants_pin {
            match by {
                Authentication::Pin(pin) => self.verify_pin_once(pin)?,
                Authentication::Key => return Err(TerminalError::PinNeeded { place }),
            }
        }
        let key = match (condition, by) {
            (Access::PinOrKey(_), Authentication::Pin(_)) => None,
            _ => self.key_of(condition),
        };
        key.map_or(Ok(()), |key| self.external_authenticate(key))
    }

    /// The one key that writing `file` asks for.
    pub(crate) fn write_key(&self, file: &ElementaryFile) -> Option<&'static CardKey> {
        self.key_of(file.write)
    }

    /// The items of a file whose directory is current, each at its place in the table.
    fn places(&self, addressed: &AddressedFile) -> Result<Vec<Item>, TerminalError> {
        let file = self.table_of(addressed)?;
        let place = Place::file(addressed.directory.label, file.fid);
        let generation = self.generation();
        if let FileKind::Transparent { size } = file.kind {
            // One program names the photo's only item 01 (S).
            return match addressed.items[..] {
                [] | [0x01] => Ok(vec![Item::Whole(size)]),
                [first, ..] => Err(TerminalError::NoSuchItem {
                    place: place.tag(first),
                }),
            };
        }
        let mut places = Vec::new();
        for (index, tag) in addressed.items.iter().enumerate() {
            let missing = TerminalError::NoSuchItem {
                place: place.tag(*tag),
            };
            if file.kind != FileKind::LinearVariable {
                let there = (1..=file.record_count(generation)).contains(tag);
                places.push(if there {
                    Item::Numbered(*tag)
                } else {
                    return Err(missing);
                });
                continue;
            }
            // The same tag again is the next record with it.
            let before = addressed
                .items
                .iter()
                .take(index)
                .filter(|other| *other == tag)
                .count();
            let mut records = file
                .records(generation)
                .filter(|(_, field)| field.tag == Some(*tag));
            places.push(match records.nth(before) {
                Some((number, field)) => Item::Record(number, field),
                None => {
                    let field = file
                        .appendable(generation)
                        .find(|field| before == 0 && field.tag == Some(*tag));
                    Item::Appendable(field.ok_or(missing)?)
                }
            });
        }
        if places.is_empty() {
            return Err(TerminalError::NoSuchItem { place });
        }
        Ok(places)
    }

    /// Reads the items of a file whose conditions are satisfied.
    pub(crate) fn values(
        &mut self,
        addressed: &AddressedFile,
        file: &'static ElementaryFile,
    ) -> Result<FileValues, TerminalError> {
        let places = self.places(addressed)?;
        self.require_file(file.fid)?;
        let mut values = Vec::new();
        for place in places {
            values.push(match place {
                Item::Whole(size) => {
                    let (data, refusal) = self.whole_file(size)?;
                    if let Some(sw) = refusal {
                        return Err(self.refusal(file.fid, None, sw));
                    }
                    hex::encode_upper(Bytes::new(data).used_bytes())
                }
                Item::Record(number, field) => self.record_value(file, number, field)?,
                Item::Appendable(field) => {
                    let tag = field.tag.unwrap_or_default();
                    let bytes = self.tag_or_absent(file.fid, tag)?.unwrap_or_default();
                    plain_value(field, &bytes)
                }
                Item::Numbered(number) => {
                    let answer = self.read_record(number)?;
                    match answer.sw {
                        RECORD_NOT_FOUND => String::new(),
                        _ if answer.is_ok() => hex::encode_upper(answer.data),
                        sw => return Err(self.refusal(file.fid, None, sw)),
                    }
                }
            });
        }
        Ok(FileValues {
            name: addressed.name.clone(),
            values,
        })
    }

    fn record_value(
        &mut self,
        file: &'static ElementaryFile,
        number: u8,
        field: &'static Field,
    ) -> Result<String, TerminalError> {
        let tag = field.tag.unwrap_or_default();
        // The first of a tag is found by the tag, whatever number it has on this card.
        let bytes = if field.repeat > 1 {
            self.numbered_record(file.fid, number, tag)?
        } else {
            self.tag_or_absent(file.fid, tag)?
        };
        let bytes = bytes.unwrap_or_default();
        let masked = file
            .record_rules(self.generation())
            .any(|rule| rule.record == number)
            && bytes.iter().all(|byte| *byte == 0);
        Ok(if masked {
            String::new()
        } else {
            plain_value(field, &bytes)
        })
    }

    /// Value bytes for each item of a file, checked against the table: what is written to where.
    fn records_of(
        &self,
        addressed: &AddressedFile,
        values: &FileValues,
    ) -> Result<Vec<(Item, Vec<u8>)>, TerminalError> {
        let file = self.table_of(addressed)?;
        let places = self.places(addressed)?;
        let mut records = Vec::new();
        for (place, text) in places.into_iter().zip(&values.values) {
            let here = Place::file(addressed.directory.label, file.fid);
            let (here, bytes) = match &place {
                Item::Whole(size) => (here, encode::hexadecimal(text, *size)),
                Item::Record(_, field) | Item::Appendable(field) => {
                    let here = field.tag.map_or(here, |tag| here.tag(tag));
                    (here, encode::value(field, text))
                }
                Item::Numbered(number) => {
                    let length = file.longest_record(self.generation());
                    (here.tag(*number), encode::hexadecimal(text, length))
                }
            };
            let bytes = bytes.map_err(|fault| TerminalError::Value { place: here, fault })?;
            records.push((place, bytes));
        }
        Ok(records)
    }

    /// Writes the items of a file whose write key was accepted.
    pub(crate) fn write_values(
        &mut self,
        addressed: &AddressedFile,
        values: &FileValues,
    ) -> Result<(), TerminalError> {
        let records = self.records_of(addressed, values)?;
        self.require_file(addressed.fid)?;
        let place = Place::file(addressed.directory.label, addressed.fid);
        for (item, bytes) in records {
            match item {
                Item::Whole(size) => {
                    let mut whole = bytes;
                    whole.resize(usize::from(size), 0);
                    for (index, chunk) in whole.chunks(CHUNK).enumerate() {
                        // No file is longer than the offset's 15 bits.
                        let offset = u16::try_from(index * CHUNK).unwrap_or(LAST_OFFSET);
                        self.write(place, &ssc::update_binary(offset, chunk))?;
                    }
                }
                Item::Record(number, field) => {
                    let tag = field.tag.unwrap_or_default();
                    let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
                    let record = [&[tag, length], &bytes[..]].concat();
                    // As it is read: by the tag, unless that stands several times.
                    let command = match field.repeat {
                        1 => ssc::update_record_by_tag(tag, &record),
                        _ => ssc::update_record(number, &record),
                    };
                    self.write(place.tag(tag), &command)?;
                }
                Item::Appendable(field) => {
                    let tag = field.tag.unwrap_or_default();
                    let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
                    let record = [&[tag, length], &bytes[..]].concat();
                    let update = ssc::update_record_by_tag(tag, &record);
                    match self.exchange(&update)?.sw {
                        Status::SUCCESS => {}
                        RECORD_NOT_FOUND => {
                            let append = ssc::append_record(&record);
                            self.write(place.tag(tag), &append)?;
                        }
                        sw => {
                            let place = place.tag(tag);
                            return Err(TerminalError::NotWritten { place, sw });
                        }
                    }
                }
                // A cyclic file takes the newest record.
                Item::Numbered(_) => {
                    let command = ssc::update_record(NEWEST, &bytes);
                    self.write(place, &command)?;
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, place: Place, command: &CommandApdu) -> Result<(), TerminalError> {
        match self.exchange(command)?.sw {
            Status::SUCCESS => Ok(()),
            sw => Err(TerminalError::NotWritten { place, sw }),
        }
    }
}

/// The value of an item as iReadCard gives it: text, digits, or hexadecimal.
fn plain_value(field: &Field, bytes: &[u8]) -> String {
    let (value, _) = if field.children.is_empty() {
        decode::field(field, bytes)
    } else {
        (decode::hexadecimal(bytes), None)
    };
    value.as_str().unwrap_or_default().to_owned()
}
