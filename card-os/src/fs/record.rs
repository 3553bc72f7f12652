//! Reading records of linear fixed, linear variable and cyclic EFs (ISO 7816-4, 11.3).

use apdu_specs::Status;
use apdu_specs::access::{RecordGuard, RecordRule, Rule};
use embedded_storage::nor_flash::NorFlash;

use super::{File, Kind};
use crate::objects::Slot;
use crate::reply::Reply;
use crate::security::Rights;
use crate::store::Store;

/// Index of a cyclic EF's state among its contents; records have 1 to FE.
pub const RING_INDEX: u8 = 0xFF;

/// The state of a cyclic EF.
#[derive(Clone, Copy, Default)]
pub struct Ring {
    /// Index of the newest record, from 1; 0 while there is none.
    pub newest: u8,
    /// How many records there are.
    pub count: u8,
}

impl Ring {
    /// Loads it.
    ///
    /// # Errors
    /// 6581.
    pub fn load<F: NorFlash>(store: &mut Store<F>, slot: Slot) -> Result<Self, Status> {
        let mut bytes = [0; 2];
        store.read(slot.content(RING_INDEX), 0, &mut bytes)?;
        let [newest, count] = bytes;
        Ok(Self { newest, count })
    }

    /// The index of record `number` (1 the newest) among `records`; `None` where there is none.
    pub fn index(self, number: u8, records: u8) -> Option<u8> {
        if number == 0 || number > self.count {
            return None;
        }
        let back = number.checked_sub(1)?;
        let index = if self.newest > back {
            self.newest.checked_sub(back)?
        } else {
            records.checked_sub(back.checked_sub(self.newest)?)?
        };
        Some(index)
    }
}

/// Where record `number` of `file` lies among its contents.
///
/// # Errors
/// 6981 for a file without records, 6A83, 6581.
pub fn locate<F: NorFlash>(store: &mut Store<F>, file: &File, number: u8) -> Result<u8, Status> {
    let index = match file.descriptor.kind {
        Kind::Cyclic { records, .. } => Ring::load(store, file.slot)?.index(number, records),
        Kind::LinearFixed { records, .. } | Kind::LinearVariable { records, .. } => {
            (1..=records).contains(&number).then_some(number)
        }
        Kind::Transparent { .. } | Kind::Directory { .. } => return Err(Status::INCOMPATIBLE_FILE),
    };
    index
        .filter(|index| store.contains(file.slot.content(*index)))
        .ok_or(Status::RECORD_NOT_FOUND)
}

/// The number of the first record of `file` whose tag is `tag`.
///
/// # Errors
/// 6981 where records carry no tag, 6A83, 6581.
pub fn find_tag<F: NorFlash>(store: &mut Store<F>, file: &File, tag: u8) -> Result<u8, Status> {
    let Kind::LinearVariable { records, .. } = file.descriptor.kind else {
        return Err(Status::INCOMPATIBLE_FILE);
    };
    for number in 1..=records {
        let mut first = [0];
        if store.read(file.slot.content(number), 0, &mut first)? == 0 {
            break;
        }
        if first == [tag] {
            return Ok(number);
        }
    }
    Err(Status::RECORD_NOT_FOUND)
}

/// Appends record `number` to `reply`, under the rule for that record or, without one, the EF's.
///
/// # Errors
/// 6982, 6985 (EF not complete), 6A83, 6981, 6581.
pub fn read<F: NorFlash>(
    store: &mut Store<F>,
    rights: &Rights,
    file: &File,
    number: u8,
    reply: &mut Reply,
) -> Result<(), Status> {
    let masked = judge(rights, file, number)?;
    let index = locate(store, file, number)?;
    let id = file.slot.content(index);
    let length = store.len(id)?.ok_or(Status::RECORD_NOT_FOUND)?;
    let record = reply.grow(length)?;
    store.read(id, 0, record)?;
    if masked && let Some((_, value)) = record.split_first_chunk_mut::<2>() {
        value.fill(0);
    }
    Ok(())
}

/// Judges the condition for record `number`, before it is looked for: who may not read must not learn how
/// many there are. Tells whether the record is to be masked.
///
/// # Errors
/// 6981 for a file without records, 6982, 6985 (EF not complete).
pub fn judge(rights: &Rights, file: &File, number: u8) -> Result<bool, Status> {
    if let Kind::Transparent { .. } | Kind::Directory { .. } = file.descriptor.kind {
        return Err(Status::INCOMPATIBLE_FILE);
    }
    // A record's rule stands above its EF's condition, but not above an EF that is not complete.
    file.complete()?;
    let rules = &file.descriptor.rules;
    let Some(rule) = rules.iter().find(|rule| rule.record == number) else {
        return file.may_read(rights).map(|()| false);
    };
    match (rule.guard, rights.check(rule_of(file, rule))) {
        (_, Ok(())) => Ok(false),
        (RecordGuard::Masked, Err(_)) => file.may_read(rights).map(|()| true),
        (RecordGuard::Refused, Err(status)) => Err(status),
    }
}

/// A record's rule has its own condition; that the EF is for secure messages only holds for all of it.
const fn rule_of(file: &File, rule: &RecordRule) -> Rule {
    Rule {
        access: rule.read,
        secured: file.descriptor.read.secured,
    }
}

/// Appends all records from `first` on, as many as fit whole into 256 bytes.
///
/// # Errors
/// As [`read`], for the first of them.
pub fn read_all<F: NorFlash>(
    store: &mut Store<F>,
    rights: &Rights,
    file: &File,
    first: u8,
    reply: &mut Reply,
) -> Result<(), Status> {
    read(store, rights, file, first, reply)?;
    for number in first.saturating_add(1)..=u8::MAX {
        let whole = reply.len();
        match read(store, rights, file, number, reply) {
            Ok(()) => {}
            Err(Status::MEMORY_FAILURE) => return Err(Status::MEMORY_FAILURE),
            Err(_) => {
                reply.truncate(whole);
                break;
            }
        }
    }
    Ok(())
}
