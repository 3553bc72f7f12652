//! The files of the card: types of the tables and how to walk them (LD/T 32.3, LD/T 32.6).
//!
//! Each application has its files in its room. A table holds every generation at once; ask with a [`Generation`] to see one
//! card.

#[macro_use]
pub(crate) mod rows;

pub mod descriptor;

use crate::access::{Access, RecordGuard, RecordRule};
use crate::application::Application;
use crate::coding::Coding;
use crate::items::Item;
use crate::keys::CardKey;
use crate::{Conflict, Evidence, Generation, Generations};

/// FID of the master file (C).
pub const MF: u16 = 0x3F00;

/// The structure of an EF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Bytes without structure.
    Transparent {
        /// Its size in bytes.
        size: u16,
    },
    /// Records of their own length, each `tag(1) len(1) value`.
    LinearVariable,
    /// Records of one length without tags.
    LinearFixed {
        /// Bytes of a record.
        record: u8,
        /// Number of records.
        records: u8,
    },
    /// As linear fixed, the newest is number 01 and replaces the oldest.
    Cyclic {
        /// Bytes of a record.
        record: u8,
        /// Number of records.
        records: u8,
    },
}

/// How a value is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// GBK or ASCII, padded right with 00.
    An,
    /// Packed BCD, padded right with F.
    Cn,
    /// Binary.
    B,
}

/// A read rule of one field's record, above the rule of its EF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRule {
    /// Where it holds.
    pub generations: Generations,
    /// What happens where the condition is not met.
    pub guard: RecordGuard,
    /// The condition.
    pub read: Access,
}

/// A field: the record of a linear variable EF, a part of a template, or a part of a cyclic record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its tag; `None` inside the records of cyclic EFs.
    pub tag: Option<u8>,
    /// Name for programs, one word of `a-z0-9_`, unique among its neighbours in a generation.
    pub id: &'static str,
    /// Meaning in English.
    pub english: &'static str,
    /// 中文含义
    pub chinese: &'static str,
    /// How its value is coded.
    pub format: Format,
    /// Bytes of its value, without tag and length.
    pub length: u16,
    /// Its item code in data exchange.
    pub item: Option<&'static Item>,
    /// What its value means beside the format.
    pub coding: Coding,
    /// Strength of the evidence for that, where it is weaker than the name's.
    pub coding_evidence: Evidence,
    /// Tag of the field whose value goes on in this one: the longest record of 1.00 has 62 bytes.
    pub continues: Option<u8>,
    /// How often it occurs one after the other, 1 for most.
    pub repeat: u8,
    /// Whether a new card has its record; where not, only the room for it.
    pub at_first: bool,
    /// The fields inside a template's value; empty for a plain field.
    pub children: &'static [Field],
    /// Where it exists with this length.
    pub generations: Generations,
    /// Strength of the evidence for tag, format and length.
    pub evidence: Evidence,
    /// Strength of the evidence for the name; `None` where no source has one.
    pub words: Option<Evidence>,
    /// A read rule of its own.
    pub rule: Option<FieldRule>,
    /// Where sources conflict over it (X): how, and what was chosen.
    pub conflict: Option<Conflict>,
}

impl Field {
    /// Bytes of the field with its tag and length, where it has them.
    pub const fn encoded_len(&self) -> u16 {
        match self.tag {
            Some(_) => self.length + 2,
            None => self.length,
        }
    }
}

/// An elementary file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementaryFile {
    /// File identifier.
    pub fid: u16,
    /// Meaning in English.
    pub english: &'static str,
    /// 中文含义
    pub chinese: &'static str,
    /// Structure and, where it is fixed, size.
    pub kind: FileKind,
    /// Read conditions, one a generation; see [`Self::read`].
    pub reads: [Access; 3],
    /// Write condition.
    pub write: Access,
    /// Its fields in the order of the records, all generations; see [`Self::fields`].
    pub all_fields: &'static [Field],
    /// Bytes kept free beyond the fields of a linear variable EF.
    pub spare: u16,
    /// Where it exists in this shape.
    pub generations: Generations,
    /// Strength of the evidence for its existence, kind and size.
    pub evidence: Evidence,
    /// Strength of the evidence for its access conditions, the weakest of them.
    pub access_evidence: Evidence,
    /// Clause of the standard.
    pub clause: &'static str,
    /// Where sources conflict over it or its conditions (X): how, and what was chosen.
    pub conflict: Option<Conflict>,
}

impl ElementaryFile {
    /// Short identifier: the low byte of the FID (C).
    pub const fn sfi(&self) -> u8 {
        self.fid.to_be_bytes()[1]
    }

    /// The read condition in `generation`.
    pub const fn read(&self, generation: Generation) -> Access {
        self.reads[generation.index()]
    }

    /// Its fields in `generation`, each once however often it repeats.
    pub fn fields(&self, generation: Generation) -> impl Iterator<Item = &'static Field> + use<> {
        self.all_fields
            .iter()
            .filter(move |field| field.generations.contains(generation))
    }

    /// The records that a linear variable EF of a new card has in `generation`: number from 1, and field. A field that
    /// repeats stands there as often. Empty for the other kinds, whose records have no tags.
    pub fn records(
        &self,
        generation: Generation,
    ) -> impl Iterator<Item = (u8, &'static Field)> + use<> {
        let tagged: &'static [Field] = match self.kind {
            FileKind::LinearVariable => self.all_fields,
            _ => &[],
        };
        let fields = tagged
            .iter()
            .filter(move |field| field.at_first && field.generations.contains(generation))
            .flat_map(|field| core::iter::repeat_n(field, usize::from(field.repeat)));
        (1..=u8::MAX).zip(fields)
    }

    /// The fields that a new card has no record of, but room: somebody may append them.
    pub fn appendable(
        &self,
        generation: Generation,
    ) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields(generation).filter(|field| !field.at_first)
    }

    /// The record rules in `generation`: those fields that have a read rule of their own.
    pub fn record_rules(&self, generation: Generation) -> impl Iterator<Item = RecordRule> + use<> {
        self.records(generation).filter_map(move |(record, field)| {
            let rule = field.rule?;
            rule.generations.contains(generation).then_some(RecordRule {
                record,
                guard: rule.guard,
                read: rule.read,
            })
        })
    }

    /// Bytes of its content in `generation`: the size of a transparent EF, all records of another,
    /// and for a linear variable EF each record with its tag and length, and the spare room.
    pub fn size(&self, generation: Generation) -> u16 {
        match self.kind {
            FileKind::Transparent { size } => size,
            FileKind::LinearFixed { record, records } | FileKind::Cyclic { record, records } => {
                u16::from(record) * u16::from(records)
            }
            FileKind::LinearVariable => {
                let records = self.records(generation).map(|(_, field)| field);
                records
                    .chain(self.appendable(generation))
                    .map(Field::encoded_len)
                    .sum::<u16>()
                    + self.spare
            }
        }
    }

    /// Bytes of the longest record in `generation`, with its tag and length; 0 for a transparent EF.
    /// An EF without fields (local extension) takes records as long as its spare room.
    pub fn longest_record(&self, generation: Generation) -> u16 {
        match self.kind {
            FileKind::Transparent { .. } => 0,
            FileKind::LinearFixed { record, .. } | FileKind::Cyclic { record, .. } => {
                u16::from(record)
            }
            FileKind::LinearVariable => self
                .records(generation)
                .map(|(_, field)| field.encoded_len())
                .max()
                .unwrap_or(self.spare)
                .min(255),
        }
    }

    /// Number of records that there may be in `generation`; 0 for a transparent EF. An EF without fields (local
    /// extension) is given room for 8 (P).
    pub fn record_count(&self, generation: Generation) -> u8 {
        match self.kind {
            FileKind::Transparent { .. } => 0,
            FileKind::LinearFixed { records, .. } | FileKind::Cyclic { records, .. } => records,
            FileKind::LinearVariable => match self.records(generation).last() {
                Some((number, _)) => self.appendable(generation).fold(number, |sum, _| sum + 1),
                None => 8,
            },
        }
    }

    /// The field with `tag` in `generation`.
    pub fn find_field(&self, tag: u8, generation: Generation) -> Option<&'static Field> {
        self.fields(generation).find(|field| field.tag == Some(tag))
    }
}

/// A directory: the DDF of the SSSE, or an application's ADF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    /// File identifier.
    pub fid: u16,
    /// Short label as file addresses of LD/T 33 have it: `SSSE`, `DF01` ….
    pub label: &'static str,
    /// DF name or AID.
    pub name: &'static [u8],
    /// Strength of the evidence for the name.
    pub name_evidence: Evidence,
    /// Whether it is a DDF (SSSE), else an ADF.
    pub ddf: bool,
    /// Whose commands it knows beside the file commands.
    pub application: Application,
    /// Meaning in English.
    pub english: &'static str,
    /// 中文含义
    pub chinese: &'static str,
    /// Its EFs, all generations; see [`Self::files`].
    pub all_files: &'static [ElementaryFile],
    /// Its keys, all generations; see [`Self::keys_of`].
    pub keys: &'static [CardKey],
    /// Where it exists.
    pub generations: Generations,
    /// Strength of the evidence for its existence.
    pub evidence: Evidence,
}

impl Directory {
    /// Its EFs in `generation`, in the order in which they are created.
    pub fn files(
        &self,
        generation: Generation,
    ) -> impl Iterator<Item = &'static ElementaryFile> + use<> {
        self.all_files
            .iter()
            .filter(move |file| file.generations.contains(generation))
    }

    /// The EF with `fid` in `generation`.
    pub fn find_file(&self, fid: u16, generation: Generation) -> Option<&'static ElementaryFile> {
        self.files(generation).find(|file| file.fid == fid)
    }

    /// Its keys in `generation`.
    pub fn keys_of(
        &self,
        generation: Generation,
    ) -> impl Iterator<Item = &'static CardKey> + use<> {
        self.keys
            .iter()
            .filter(move |key| key.generations.contains(generation))
    }

    /// Its own key with this identifier on the card.
    pub fn find_key(&self, identifier: u8) -> Option<&'static CardKey> {
        self.keys.iter().find(|key| key.identifier == identifier)
    }

    /// What SELECT answers inside A5 of its FCI; empty where the FCI has no A5.
    pub const fn fci_proprietary(&self, generation: Generation) -> &'static [u8] {
        if self.ddf {
            generation.fci_proprietary()
        } else {
            &[]
        }
    }
}
