//! What a PSAM does with a session key: MACs over whole or incomplete blocks, and the MACs of a debit.
//!
//! CRYPT is [`SessionKey::encrypt_block`] and the derivations are [`diversify`](crate::diversify::diversify) from the
//! outermost level inwards. Evidence: CRYPT and MAC **C** (SM4 **S**), the debit's MACs **P**, after JR/T 0025.

use crate::cipher::LengthError;
use crate::cipher::{BlockCipher, Ciphers};
use crate::mac::cbc_residue;
use crate::session::{SessionKey, message_mac, message_mac_with};

/// MAC `80 FA 05 00`: the last cipher block of CBC over `data`, which takes the place of the initial value in `block`: 8
/// bytes with DES, 16 with SM4. Whole blocks are taken as they are, an incomplete last one is padded with 80 00… (**P**).
///
/// # Errors
/// [`LengthError`] where `block` is no block of the session's cipher; then nothing is changed.
pub fn mac<C: Ciphers>(
    session: &SessionKey,
    block: &mut [u8],
    data: &[u8],
) -> Result<(), LengthError> {
    match session {
        SessionKey::Des(key) => {
            let block: &mut [u8; 8] = block.try_into().map_err(|_| LengthError)?;
            *block = cbc_residue(&C::Des::new(key), block, data);
        }
        SessionKey::Sm4(key) => {
            let block: &mut [u8; 16] = block.try_into().map_err(|_| LengthError)?;
            *block = cbc_residue(&C::Sm4::new(key), block, data);
        }
    }
    Ok(())
}

/// MAC1 and MAC2 of a debit: 4 bytes over the concatenation of `parts`, padded 80 00…, initial value zero. DES: DES-CBC-MAC,
/// leftmost 4 bytes. SM4: SM4-CBC folded.
#[must_use]
pub fn debit_mac(session: &SessionKey, parts: &[&[u8]]) -> [u8; 4] {
    message_mac(session, parts)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn debit_mac_with<C: Ciphers>(session: &SessionKey, parts: &[&[u8]]) -> [u8; 4] {
    message_mac_with::<C>(session, parts)
}
