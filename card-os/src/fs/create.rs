//! Creating files from their FCP (DGI 0062), with the room they may ever need reserved at once.

use apdu_specs::access::{RecordRule, Rule};
use apdu_specs::applications::domain;
use apdu_specs::files::descriptor::DATA_CODING;
use apdu_specs::tlv;
use apdu_specs::{Application, Status, files, tags};
use embedded_storage::nor_flash::NorFlash;

use super::descriptor::Name;
use super::transparent::CHUNK;
use super::{Descriptor, File, FileState, Head, Kind, directory, load};
use crate::built;
use crate::credential::greatest_keys;
use crate::objects::Slot;
use crate::store::{Store, StoreError, Transaction};

/// Room held back for what is no file: identity, life cycle, keys of the domain, PIN and counters.
const SYSTEM_ROOM: usize = 512;

/// Reads the first FCP template of `bytes` for a file of `parent`, and gives what follows it.
///
/// # Errors
/// 6A80 where it is no FCP, lacks FID or descriptor, or its values do not go together.
pub fn parse_fcp(bytes: &[u8], parent: Slot) -> Result<(Descriptor, &[u8]), Status> {
    let (tag, value, rest) = next_tlv(bytes).ok_or(Status::WRONG_DATA)?;
    if tag != tags::FCP_TEMPLATE {
        return Err(Status::WRONG_DATA);
    }
    let descriptor = fcp_fields(value, parent).ok_or(Status::WRONG_DATA)?;
    Ok((descriptor, rest))
}

fn fcp_fields(value: &[u8], parent: Slot) -> Option<Descriptor> {
    let mut descriptor = Descriptor::mf();
    descriptor.parent = parent;
    let (mut fid, mut kind) = (None, None);
    let (mut size, mut access, mut application) = (0, false, None);
    let mut rest = value;
    while !rest.is_empty() {
        let (tag, value, after) = next_tlv(rest)?;
        rest = after;
        match tag {
            tags::FCP_SIZE => size = u16::from_be_bytes(value.try_into().ok()?),
            tags::FCP_DESCRIPTOR => {
                kind = Some(match *value {
                    [byte] => (byte, 0, 0),
                    [byte, DATA_CODING, 0x00, record, records] => (byte, record, records),
                    _ => return None,
                });
            }
            tags::FCP_FID => fid = Some(u16::from_be_bytes(value.try_into().ok()?)),
            tags::FCP_DF_NAME if !value.is_empty() => {
                descriptor.name = Name::from_slice(value).ok()?;
            }
            tags::FCP_ACCESS => {
                access_rules(value, &mut descriptor)?;
                access = true;
            }
            tags::FCP_APPLICATION => {
                let [byte] = *value else { return None };
                application = Some(byte);
            }
            tags::FCP_PROPRIETARY => {
                descriptor.proprietary = heapless::Vec::from_slice(value).ok()?;
            }
            _ => return None,
        }
    }
    let (byte, record, records) = kind?;
    descriptor.fid = fid?;
    descriptor.kind = Kind::new(byte, record, records, size)?;
    if let Kind::Directory { .. } = descriptor.kind {
        descriptor.kind = Kind::Directory {
            application: Application::of_directory(application.unwrap_or(0))?,
        };
    }
    let taken = [
        files::MF,
        0x0000,
        0xFFFF,
        0x3FFF,
        domain::tags::DGI_DIRECTORY,
        domain::tags::DGI_CREATE_FILE,
        domain::tags::DGI_WIPE,
        domain::tags::DGI_KEYS,
        domain::tags::DGI_PIN,
    ];
    // A name belongs to a directory, conditions to an EF; an identifier that is a data grouping's
    // could never be filled.
    let fits = descriptor.is_directory() != access
        && (descriptor.is_directory()
            || (descriptor.name.is_empty()
                && descriptor.proprietary.is_empty()
                && application.is_none()))
        && !taken.contains(&descriptor.fid);
    fits.then_some(descriptor)
}

fn access_rules(value: &[u8], descriptor: &mut Descriptor) -> Option<()> {
    let (&[read, read_key, write, write_key], mut rest) = value.split_first_chunk()?;
    descriptor.read = Rule::decode([read, read_key])?;
    descriptor.write = Rule::decode([write, write_key])?;
    while !rest.is_empty() {
        let (rule, after) = rest.split_first_chunk::<{ RecordRule::LENGTH }>()?;
        descriptor.rules.push(RecordRule::decode(*rule)?).ok()?;
        rest = after;
    }
    Some(())
}

/// One BER-TLV with a one-byte tag and a length of one byte: tag, value, rest.
fn next_tlv(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = bytes.split_first_chunk()?;
    if length >= tlv::LONG {
        return None;
    }
    let (value, rest) = rest.split_at_checked(usize::from(length))?;
    Some((tag, value, rest))
}

/// Creates the file of `descriptor`. An EF without a data grouping of its own is usable, and empty.
///
/// # Errors
/// 6A81 for a directory of an application that this card was built without, 6A89 where the FID or the name is taken, 6A80 for a
/// directory in an ADF, 6A84 where the card has no room for all that the file may ever hold, 6581.
pub fn create<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    descriptor: Descriptor,
) -> Result<File, Status> {
    if let Kind::Directory { application } = descriptor.kind
        && !built::has(application)
    {
        return Err(Status::FUNCTION_NOT_SUPPORTED);
    }
    let parent = load(tx, descriptor.parent)?;
    // The MF holds DDFs, a DDF holds ADFs: two levels (docs/ssc-facts.md).
    if descriptor.is_directory() && parent.descriptor.parent != Slot::MF {
        return Err(Status::WRONG_DATA);
    }
    let mut needed = SYSTEM_ROOM.saturating_add(room::<F>(descriptor.kind));
    let mut free = 0;
    let mut next = Slot::MF.number();
    while let Some((slot, other)) = directory::head_from(tx, next)? {
        next = directory::after(slot);
        let same_fid = other.parent == descriptor.parent && other.fid == descriptor.fid;
        if slot != Slot::MF && (same_fid || has_name(tx, slot, &other, &descriptor.name)?) {
            return Err(Status::FILE_EXISTS);
        }
        needed = needed.saturating_add(room::<F>(other.kind));
        if slot.number() == free {
            free = next;
        }
    }
    if needed > tx.capacity() {
        return Err(Status::NOT_ENOUGH_MEMORY);
    }
    let slot = Slot::new(free).ok_or(Status::NOT_ENOUGH_MEMORY)?;
    let file = File { slot, descriptor };
    save(tx, &file)?;
    Ok(file)
}

/// Writes the descriptor of `file`.
///
/// # Errors
/// 6A84, 6581.
pub fn save<F: NorFlash>(tx: &mut Transaction<'_, F>, file: &File) -> Result<(), Status> {
    let bytes = file.descriptor.encode().ok_or(Status::INTERNAL_ERROR)?;
    tx.put(file.slot.descriptor(), &[&bytes])?;
    Ok(())
}

/// Sets the state of `file`, if it is another.
///
/// # Errors
/// 6A84, 6581.
pub fn set_state<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    file: &mut File,
    state: FileState,
) -> Result<(), Status> {
    if file.descriptor.state != state {
        file.descriptor.state = state;
        save(tx, file)?;
    }
    Ok(())
}

/// Whether the file in `slot` is a directory of this name.
fn has_name<F: NorFlash>(
    store: &mut Store<F>,
    slot: Slot,
    head: &Head,
    name: &Name,
) -> Result<bool, Status> {
    Ok(!name.is_empty() && head.is_directory() && load(store, slot)?.descriptor.name == *name)
}

/// What a file may ever take: its descriptor and its contents, or its keys with their counters.
fn room<F: NorFlash>(kind: Kind) -> usize {
    let objects = |count: usize, length: usize| {
        count.saturating_mul(length.saturating_add(Store::<F>::overhead_of(length)))
    };
    let contents = match kind {
        Kind::Directory { application } => {
            let (keys, length) = greatest_keys(application);
            objects(keys, length).saturating_add(objects(keys, 1))
        }
        Kind::Transparent { size } => objects(usize::from(size.div_ceil(CHUNK)), CHUNK.into()),
        Kind::LinearFixed { record, records } => objects(records.into(), record.into()),
        Kind::LinearVariable { records, size, .. } => {
            objects(records.into(), 0).saturating_add(size.into())
        }
        Kind::Cyclic { record, records } => {
            objects(records.into(), record.into()).saturating_add(objects(1, 2))
        }
    };
    objects(1, Descriptor::MAX_LENGTH).saturating_add(contents)
}

impl From<StoreError> for Status {
    /// 6A84 where the store is full; 6581 for a memory that failed or cannot be trusted.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full | StoreError::TooLarge => Self::NOT_ENOUGH_MEMORY,
            StoreError::Corrupt
            | StoreError::UnknownFormat
            | StoreError::Blank
            | StoreError::Flash
            | StoreError::Nested => Self::MEMORY_FAILURE,
        }
    }
}
