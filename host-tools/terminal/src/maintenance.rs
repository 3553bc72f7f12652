//! PIN functions of LD/T 33: iVerifyPIN, iChangePIN, iReloadPIN, iUnblockPIN.

use apdu_specs::Status;
use apdu_specs::applications::ssc::names::SSSE_FID;
use apdu_specs::keys::CardKey;
use card_crypto::Algorithm;
use card_crypto::padding;
use ssc_reader::CommandApdu;
use ssc_reader::commands::ssc;
use zeroize::Zeroizing;

use crate::authenticate::ssse_key;
use crate::error::Operation;
use crate::{Dialogue, Pin, TerminalError};

/// Name in a vault of the key that unblocks and reloads a PIN.
pub(crate) const PUK: &str = "SSSE/PUK";
/// Name in a vault of the key that makes the MAC of maintenance commands.
pub(crate) const STK: &str = "SSSE/STK";
/// Bytes of a MAC.
const MAC: usize = 4;

/// What the MAC of PIN UNBLOCK covers: its header.
pub(crate) fn unblock_header() -> [u8; 5] {
    ssc::pin_unblock(&[]).header_with(MAC)
}

/// What the MAC of PIN RELOAD covers before the enciphered PIN, one block: its header.
pub(crate) fn reload_header(algorithm: Algorithm) -> [u8; 5] {
    ssc::pin_reload(&[]).header_with(usize::from(block_length(algorithm)) + MAC)
}

impl Dialogue<'_> {
    /// iVerifyPIN is [`verify_pin`](Self::verify_pin); this one asks the card once and no more.
    pub(crate) fn verify_pin_once(&mut self, pin: &Pin) -> Result<(), TerminalError> {
        if !self.pin_verified {
            self.verify_pin(pin)?;
        }
        Ok(())
    }

    /// iChangePIN: the old PIN and a new one, `80 5E 01 00`.
    ///
    /// # Errors
    /// [`TerminalError::PinRefused`] where the old PIN is wrong, [`TerminalError::NotDone`].
    pub fn change_pin(&mut self, old: &Pin, new: &Pin) -> Result<(), TerminalError> {
        self.enter_environment()?;
        let command = ssc::change_pin(old.packed(), new.packed());
        match self.exchange(&command)?.sw {
            Status::SUCCESS => Ok(()),
            sw if sw == Status::BLOCKED || sw.tries().is_some() => {
                Err(TerminalError::PinRefused { sw })
            }
            sw => Err(TerminalError::NotDone {
                operation: Operation::ChangePin,
                sw,
            }),
        }
    }

    /// iReloadPIN: a new PIN without the old one, `84 24 00 01`, after external authentication with PUK. PIN and MAC are
    /// under one session key, that of STK (C).
    ///
    /// # Errors
    /// [`TerminalError::OneDigitRepeated`], [`TerminalError::PinTooLong`], what keeps PUK or STK from being used, [`TerminalError::NotDone`].
    pub fn reload_pin(&mut self, new: &Pin) -> Result<(), TerminalError> {
        let mut block = reload_block(self.algorithm(), new)?;
        let stk = self.authenticate_with_puk()?;
        let challenge = self.challenge()?;
        let header = reload_header(self.algorithm());
        let of = self.key_ref(stk)?;
        let module = self.module(stk)?;
        let mac = module.encipher_and_mac(&of, &challenge, &header, &mut block)?;
        self.send_reload(&[&block[..], &mac].concat())
    }

    /// iUnblockPIN: gives the PIN its tries back, `84 24 00 00`, after external authentication with PUK.
    ///
    /// # Errors
    /// What keeps PUK or STK from being used, [`TerminalError::NotDone`].
    pub fn unblock_pin(&mut self) -> Result<(), TerminalError> {
        let stk = self.authenticate_with_puk()?;
        let challenge = self.challenge()?;
        let of = self.key_ref(stk)?;
        let mac = self
            .module(stk)?
            .mac(&of, &challenge, &unblock_header(), &[])?;
        self.send_unblock(&mac)
    }

    /// SSSE is current, and PUK was accepted; gives STK.
    fn authenticate_with_puk(&mut self) -> Result<&'static CardKey, TerminalError> {
        self.enter_environment()?;
        let puk = ssse_key(PUK).ok_or(TerminalError::NoKeys { key: PUK })?;
        let stk = ssse_key(STK).ok_or(TerminalError::NoKeys { key: STK })?;
        self.external_authenticate(puk)?;
        Ok(stk)
    }

    pub(crate) fn send_reload(&mut self, data: &[u8]) -> Result<(), TerminalError> {
        self.maintain(Operation::ReloadPin, &ssc::pin_reload(data))
    }

    pub(crate) fn send_unblock(&mut self, mac: &[u8]) -> Result<(), TerminalError> {
        self.maintain(Operation::UnblockPin, &ssc::pin_unblock(mac))
    }

    fn maintain(
        &mut self,
        operation: Operation,
        command: &CommandApdu,
    ) -> Result<(), TerminalError> {
        match self.exchange(command)?.sw {
            Status::SUCCESS => Ok(()),
            sw => Err(TerminalError::NotDone { operation, sw }),
        }
    }

    /// Selects SSSE where another directory is current.
    pub(crate) fn enter_environment(&mut self) -> Result<(), TerminalError> {
        if self.directory.fid == SSSE_FID {
            return Ok(());
        }
        let environment = apdu_specs::applications::find_directory(SSSE_FID);
        let answer = environment
            .map(|ssse| self.select_directory(ssse))
            .transpose()?;
        match answer {
            Some(answer) if !answer.is_ok() => {
                Err(TerminalError::NotSocialSecurity { sw: answer.sw })
            }
            _ => Ok(()),
        }
    }
}

/// Bytes of a cipher block.
const fn block_length(algorithm: Algorithm) -> u8 {
    match algorithm {
        Algorithm::TripleDes => 8,
        Algorithm::Sm4 => 16,
    }
}

/// The PIN in one block before it is enciphered: its bytes, BCD, 80 00…. What no card takes is said before PUK is presented.
pub(crate) fn reload_block(
    algorithm: Algorithm,
    pin: &Pin,
) -> Result<Zeroizing<Vec<u8>>, TerminalError> {
    if pin.is_one_digit() {
        return Err(TerminalError::OneDigitRepeated);
    }
    let whole = usize::from(block_length(algorithm));
    let packed = pin.packed();
    let too_long = TerminalError::PinTooLong {
        most: 2 * (whole - 1),
    };
    let length = u8::try_from(packed.len()).ok();
    let length = length.filter(|_| packed.len() < whole).ok_or(too_long)?;
    let mut block = Zeroizing::new(Vec::with_capacity(whole + 1));
    block.push(length);
    block.extend_from_slice(packed);
    if block.len() < whole {
        block.push(padding::MARK);
    }
    block.resize(whole, 0);
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::reload_block;
    use crate::Pin;
    use card_crypto::Algorithm::{Sm4, TripleDes};

    #[test]
    fn the_block_of_a_pin_by_its_length() {
        let block = |algorithm, digits: &str| {
            let pin: Pin = digits.parse().unwrap();
            reload_block(algorithm, &pin)
                .ok()
                .map(|block| hex::encode_upper(&*block))
        };
        let some = |text: &str| Some(text.replace(' ', ""));
        // ssc-facts: the reloaded PIN is 03 123456 80000000 before encryption
        assert_eq!(block(TripleDes, "123456"), some("03 123456 80000000"));
        assert_eq!(
            block(Sm4, "123456"),
            some("03 123456 80000000 0000000000000000")
        );
        assert_eq!(block(TripleDes, "12345"), some("03 12345F 80000000"));
        assert_eq!(block(TripleDes, "123456789012"), some("06 123456789012 80"));
        assert_eq!(
            block(TripleDes, "12345678901234"),
            some("07 12345678901234")
        );
        assert_eq!(block(TripleDes, "123456789012345"), None);
        assert_eq!(
            block(Sm4, "1234567890123456"),
            some("08 1234567890123456 80000000000000")
        );
    }
}
