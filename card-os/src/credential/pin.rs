//! The PIN (个人密码): packed BCD of 4 to 16 digits, compared as eight bytes padded with F.

use apdu_specs::Status;
use apdu_specs::keys::{PIN_DIGITS, PIN_ENTRY_LENGTH};
use card_crypto::constant_time_eq;
use card_crypto::padding::MARK;
use embedded_storage::nor_flash::NorFlash;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Tries;
use crate::bytes::copy;
use crate::objects::{PIN, PIN_TRIES};
use crate::store::{Store, Transaction};
use apdu_specs::Interface;

/// A PIN as it came: its digits packed BCD, padded with F to eight bytes.
pub struct PinBlock {
    block: [u8; 8],
    digits: u8,
}

impl Drop for PinBlock {
    fn drop(&mut self) {
        self.block.zeroize();
    }
}

impl ZeroizeOnDrop for PinBlock {}

impl PinBlock {
    /// Reads packed BCD of 2 to 8 bytes; F pads at the end only.
    ///
    /// # Errors
    /// 6A80 for anything but 4 to 16 digits followed by F. That costs no try: no card has such a PIN.
    pub fn parse(bytes: &[u8]) -> Result<Self, Status> {
        let mut pin = Self {
            block: [0xFF; 8],
            digits: 0,
        };
        copy(&mut pin.block, 0, bytes).map_err(|_| Status::WRONG_DATA)?;
        let nibbles = pin.block.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
        // Without a branch on any digit: how long this takes follows from the length alone.
        let (mut digits, mut padded, mut valid) = (0_u8, false, true);
        for nibble in nibbles {
            let (digit, pad) = (nibble <= 9, nibble == 0x0F);
            valid &= pad | (digit & !padded);
            padded |= pad;
            digits = digits.saturating_add(u8::from(digit));
        }
        if !valid || !PIN_DIGITS.contains(&digits) {
            return Err(Status::WRONG_DATA);
        }
        pin.digits = digits;
        Ok(pin)
    }

    /// Whether it is one digit repeated: 111111 and its like.
    fn is_one_digit(&self) -> bool {
        let [first, ..] = self.block;
        let digit = first >> 4;
        self.block
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 0x0F])
            .take(self.digits.into())
            .all(|nibble| nibble == digit)
    }
}

/// The reference PIN in the store: greatest tries (1), least digits (1), most digits (1), block (8).
struct Reference {
    least: u8,
    most: u8,
    block: [u8; 8],
    tries: Tries,
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.block.zeroize();
    }
}

impl Reference {
    const LENGTH: usize = 11;

    fn load<F: NorFlash>(store: &mut Store<F>) -> Result<Self, Status> {
        let mut bytes = [0; Self::LENGTH];
        let length = store.read(PIN, 0, &mut bytes)?;
        if length == 0 {
            return Err(Status::REFERENCED_DATA_NOT_FOUND);
        }
        if length != Self::LENGTH {
            return Err(Status::MEMORY_FAILURE);
        }
        let [greatest, least, most, block @ ..] = bytes;
        bytes.zeroize();
        Ok(Self {
            least,
            most,
            block,
            tries: Tries {
                id: PIN_TRIES,
                greatest,
            },
        })
    }

    /// Judges what shall become the PIN. What the issuer stores is its own affair; what is chosen afterwards must keep the
    /// card's lengths and not be one digit repeated (P).
    fn accepts(&self, new: &PinBlock) -> Result<(), Status> {
        if (self.least..=self.most).contains(&new.digits) && !new.is_one_digit() {
            Ok(())
        } else {
            Err(Status::WRONG_DATA)
        }
    }

    fn replace<F: NorFlash>(
        &self,
        tx: &mut Transaction<'_, F>,
        new: &PinBlock,
    ) -> Result<(), Status> {
        let header = [self.tries.greatest, self.least, self.most];
        tx.put(PIN, &[&header, &new.block]).map_err(Status::from)
    }

    fn compare<F: NorFlash>(
        &self,
        store: &mut Store<F>,
        over: Interface,
        pin: &PinBlock,
    ) -> Result<(), Status> {
        let left = self.tries.spend(store, over)?;
        if !constant_time_eq(&self.block, &pin.block) {
            return Err(Tries::failed(left));
        }
        self.tries.restore(store)
    }
}

/// Compares `pin` with the reference PIN; one try is spent before.
///
/// # Errors
/// 63Cx, 6983 where it is blocked, 6985 for the last try over the air, 6A88 where there is no PIN, 6581.
pub fn verify<F: NorFlash>(
    store: &mut Store<F>,
    over: Interface,
    pin: &PinBlock,
) -> Result<(), Status> {
    Reference::load(store)?.compare(store, over, pin)
}

/// Tries left.
///
/// # Errors
/// 6A88 where there is no PIN, 6581.
pub fn tries_left<F: NorFlash>(store: &mut Store<F>) -> Result<u8, Status> {
    let reference = Reference::load(store)?;
    reference.tries.left(store)
}

/// Puts `new` in the place of `old`.
///
/// # Errors
/// 6A80 where the new PIN is too short or too long for this card, one digit repeated, or what was given as the old one;
/// all before anything is compared with the reference, so that no try is spent and nothing is learned; else as [`verify`].
pub fn change<F: NorFlash>(
    store: &mut Store<F>,
    over: Interface,
    old: &PinBlock,
    new: &PinBlock,
) -> Result<(), Status> {
    let reference = Reference::load(store)?;
    reference.accepts(new)?;
    if constant_time_eq(&old.block, &new.block) {
        return Err(Status::WRONG_DATA);
    }
    reference.compare(store, over, old)?;
    store.transaction(|tx| reference.replace(tx, new))
}

/// Gives the PIN all its tries back.
///
/// # Errors
/// 6A88 where there is no PIN, 6581.
pub fn unblock<F: NorFlash>(store: &mut Store<F>) -> Result<(), Status> {
    Reference::load(store)?.tries.restore(store)
}

/// Puts `new` in the place of whatever PIN there is, with all its tries, in one transaction.
///
/// # Errors
/// 6A80 where it is too short or too long for this card or one digit repeated, 6A88 where there is no PIN, 6581.
pub fn reload<F: NorFlash>(store: &mut Store<F>, new: &PinBlock) -> Result<(), Status> {
    let reference = Reference::load(store)?;
    reference.accepts(new)?;
    store.transaction(|tx| {
        reference.replace(tx, new)?;
        if tx.contains(PIN_TRIES) {
            tx.delete(PIN_TRIES)?;
        }
        Ok(())
    })
}

/// Sets the PIN from the plain contents of DGI 8F02.
///
/// # Errors
/// 6A80 where they are no PIN entry or the PIN does not keep its own limits; 6A84, 6581.
pub fn store_entry<F: NorFlash>(
    tx: &mut Transaction<'_, F>,
    entry: &[u8; PIN_ENTRY_LENGTH],
) -> Result<(), Status> {
    let [tries, least, most, digits, rest @ ..] = entry;
    let (block, padding) = rest.split_first_chunk::<8>().ok_or(Status::WRONG_DATA)?;
    let pin = PinBlock::parse(block)?;
    let sound = *tries > 0
        && *digits == pin.digits
        && PIN_DIGITS.contains(least)
        && PIN_DIGITS.contains(most)
        && (*least..=*most).contains(digits)
        && padding == [MARK, 0, 0, 0];
    if !sound {
        return Err(Status::WRONG_DATA);
    }
    tx.put(PIN, &[&[*tries, *least, *most], &pin.block])?;
    if tx.contains(PIN_TRIES) {
        tx.delete(PIN_TRIES)?;
    }
    Ok(())
}
