//! GlobalPlatform's Secure Channel Protocol 03 with AES-128 and i = 70 (Card Specification, Amendment D, v1.1.2).
//!
//! Pseudo-random card challenge, C-MAC, C-DECRYPTION, R-MAC, R-ENCRYPTION; all MACs are sent with 8 bytes. What belongs to
//! a session (counter, chaining value, level) is kept by the caller: the card's security domain, or the host's client.

use core::fmt;

use apdu_specs::applications::domain::keys::TRANSPORT_KEY;

use crate::block::Key16;
use crate::cipher::{BlockCipher, Ciphers};
use crate::mac::aes_cmac_with;
use crate::software::Software;

pub use crate::padding::{pad80, unpad80};

/// The static keys of a secure channel: Key-ENC, Key-MAC, Key-DEK.
#[derive(Clone, PartialEq, Eq)]
pub struct KeySet {
    /// Key-ENC, from which S-ENC and the card challenge come.
    pub enc: Key16,
    /// Key-MAC, from which S-MAC and S-RMAC come.
    pub mac: Key16,
    /// Key-DEK, under which keys and PINs travel (AES-CBC, initial value zero).
    pub dek: Key16,
}

impl KeySet {
    /// The published transport keys of a blank card: 40 41 … 4F three times, key version 30 hex.
    #[must_use]
    pub const fn transport() -> Self {
        Self {
            enc: Key16::new(TRANSPORT_KEY),
            mac: Key16::new(TRANSPORT_KEY),
            dek: Key16::new(TRANSPORT_KEY),
        }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySet(secret)")
    }
}

/// The data derivation constants (Amendment D, table 4-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Derivation {
    /// The card's authentication cryptogram.
    CardCryptogram = 0x00,
    /// The host's authentication cryptogram.
    HostCryptogram = 0x01,
    /// The pseudo-random card challenge.
    CardChallenge = 0x02,
    /// S-ENC.
    SessionEnc = 0x04,
    /// S-MAC.
    SessionMac = 0x06,
    /// S-RMAC.
    SessionRmac = 0x07,
}

/// The key derivation function (Amendment D, 4.1.5): 11 zeros ‖ constant ‖ 00 ‖ L ‖ 01 ‖ context under AES-CMAC. One
/// iteration is enough for AES-128.
fn kdf<C: Ciphers>(
    key: &[u8; 16],
    constant: Derivation,
    bits: u16,
    context: &[&[u8]; 2],
) -> [u8; 16] {
    let [l1, l2] = bits.to_be_bytes();
    let [first, second] = context;
    let label = [0; 11];
    aes_cmac_with::<C>(
        key,
        &[&label, &[constant as u8, 0x00, l1, l2, 0x01], first, second],
    )
}

/// Derives 128 bits (L = 0080): a session key. The context is the concatenation of two parts.
#[must_use]
pub fn derive_key(key: &[u8; 16], constant: Derivation, context: &[&[u8]; 2]) -> Key16 {
    derive_key_with::<Software>(key, constant, context)
}

/// Derives 64 bits (L = 0040): a cryptogram or challenge. The context is the concatenation of two parts.
#[must_use]
pub fn derive_challenge(key: &[u8; 16], constant: Derivation, context: &[&[u8]; 2]) -> [u8; 8] {
    derive_challenge_with::<Software>(key, constant, context)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn derive_key_with<C: Ciphers>(
    key: &[u8; 16],
    constant: Derivation,
    context: &[&[u8]; 2],
) -> Key16 {
    Key16::new(kdf::<C>(key, constant, 128, context))
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn derive_challenge_with<C: Ciphers>(
    key: &[u8; 16],
    constant: Derivation,
    context: &[&[u8]; 2],
) -> [u8; 8] {
    first_eight(&kdf::<C>(key, constant, 64, context))
}

/// The pseudo-random card challenge: under Key-ENC, from the sequence counter (3 bytes) and the AID of the invoking
/// application (Amendment D, 6.2.2.1).
#[must_use]
pub fn card_challenge(key_enc: &[u8; 16], sequence_counter: &[u8; 3], aid: &[u8]) -> [u8; 8] {
    card_challenge_with::<Software>(key_enc, sequence_counter, aid)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn card_challenge_with<C: Ciphers>(
    key_enc: &[u8; 16],
    sequence_counter: &[u8; 3],
    aid: &[u8],
) -> [u8; 8] {
    derive_challenge_with::<C>(key_enc, Derivation::CardChallenge, &[sequence_counter, aid])
}

/// The keys of one session: S-ENC, S-MAC, S-RMAC.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKeys {
    /// S-ENC enciphers commands and responses.
    pub enc: Key16,
    /// S-MAC makes the C-MAC and both cryptograms.
    pub mac: Key16,
    /// S-RMAC makes the R-MAC.
    pub rmac: Key16,
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeys(secret)")
    }
}

impl SessionKeys {
    /// The session keys of a pair of challenges (Amendment D, 6.2.1).
    #[must_use]
    pub fn derive(keys: &KeySet, host_challenge: &[u8; 8], card_challenge: &[u8; 8]) -> Self {
        Self::derive_with::<Software>(keys, host_challenge, card_challenge)
    }

    /// The same with the ciphers of a chip.
    #[must_use]
    pub fn derive_with<C: Ciphers>(
        keys: &KeySet,
        host_challenge: &[u8; 8],
        card_challenge: &[u8; 8],
    ) -> Self {
        let context: [&[u8]; 2] = [host_challenge, card_challenge];
        let (enc, mac) = (keys.enc.as_bytes(), keys.mac.as_bytes());
        Self {
            enc: derive_key_with::<C>(enc, Derivation::SessionEnc, &context),
            mac: derive_key_with::<C>(mac, Derivation::SessionMac, &context),
            rmac: derive_key_with::<C>(mac, Derivation::SessionRmac, &context),
        }
    }

    /// The card's authentication cryptogram (Amendment D, 6.2.2.2).
    #[must_use]
    pub fn card_cryptogram(&self, host_challenge: &[u8; 8], card_challenge: &[u8; 8]) -> [u8; 8] {
        self.card_cryptogram_with::<Software>(host_challenge, card_challenge)
    }

    /// The same with the ciphers of a chip.
    #[must_use]
    pub fn card_cryptogram_with<C: Ciphers>(
        &self,
        host_challenge: &[u8; 8],
        card_challenge: &[u8; 8],
    ) -> [u8; 8] {
        let context: [&[u8]; 2] = [host_challenge, card_challenge];
        derive_challenge_with::<C>(self.mac.as_bytes(), Derivation::CardCryptogram, &context)
    }

    /// The host's authentication cryptogram (Amendment D, 6.2.2.3).
    #[must_use]
    pub fn host_cryptogram(&self, host_challenge: &[u8; 8], card_challenge: &[u8; 8]) -> [u8; 8] {
        self.host_cryptogram_with::<Software>(host_challenge, card_challenge)
    }

    /// The same with the ciphers of a chip.
    #[must_use]
    pub fn host_cryptogram_with<C: Ciphers>(
        &self,
        host_challenge: &[u8; 8],
        card_challenge: &[u8; 8],
    ) -> [u8; 8] {
        let context: [&[u8]; 2] = [host_challenge, card_challenge];
        derive_challenge_with::<C>(self.mac.as_bytes(), Derivation::HostCryptogram, &context)
    }
}

/// The initial value for a command's data (Amendment D, 6.2.6): the encryption counter, 1 for the first command after
/// EXTERNAL AUTHENTICATE, under S-ENC.
#[must_use]
pub fn command_iv(s_enc: &[u8; 16], counter: u32) -> [u8; 16] {
    command_iv_with::<Software>(s_enc, counter)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn command_iv_with<C: Ciphers>(s_enc: &[u8; 16], counter: u32) -> [u8; 16] {
    counter_block::<C>(s_enc, 0x00, counter)
}

/// The initial value for a response's data (Amendment D, 6.2.7): as the command's, with the first byte 80.
#[must_use]
pub fn response_iv(s_enc: &[u8; 16], counter: u32) -> [u8; 16] {
    response_iv_with::<Software>(s_enc, counter)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn response_iv_with<C: Ciphers>(s_enc: &[u8; 16], counter: u32) -> [u8; 16] {
    counter_block::<C>(s_enc, 0x80, counter)
}

fn counter_block<C: Ciphers>(s_enc: &[u8; 16], first: u8, counter: u32) -> [u8; 16] {
    let [a, b, c, d] = counter.to_be_bytes();
    let mut block = [first, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d];
    C::Aes::new(s_enc).encrypt(&mut block);
    block
}

/// The full C-MAC (Amendment D, 6.2.4): 16 bytes, of which the first 8 are sent and all are the next chaining value.
///
/// `header` is CLA INS P1 P2 Lc with CLA's secure messaging bit set and Lc counting the 8 bytes of the MAC; `data` is
/// the command's data as sent (enciphered, where it is), without the MAC. The first chaining value is all zeros.
#[must_use]
pub fn cmac(s_mac: &[u8; 16], chaining: &[u8; 16], header: &[u8; 5], data: &[u8]) -> [u8; 16] {
    cmac_with::<Software>(s_mac, chaining, header, data)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn cmac_with<C: Ciphers>(
    s_mac: &[u8; 16],
    chaining: &[u8; 16],
    header: &[u8; 5],
    data: &[u8],
) -> [u8; 16] {
    aes_cmac_with::<C>(s_mac, &[chaining, header, data])
}

/// The R-MAC (Amendment D, 6.2.5), 8 bytes, over the chaining value of the command's C-MAC, the response's data as sent,
/// and the status word.
#[must_use]
pub fn rmac(s_rmac: &[u8; 16], chaining: &[u8; 16], data: &[u8], status: [u8; 2]) -> [u8; 8] {
    rmac_with::<Software>(s_rmac, chaining, data, status)
}

/// The same with the ciphers of a chip.
#[must_use]
pub fn rmac_with<C: Ciphers>(
    s_rmac: &[u8; 16],
    chaining: &[u8; 16],
    data: &[u8],
    status: [u8; 2],
) -> [u8; 8] {
    first_eight(&aes_cmac_with::<C>(s_rmac, &[chaining, data, &status]))
}

/// The part of a full MAC that is sent: its first 8 bytes.
#[must_use]
pub const fn first_eight(mac: &[u8; 16]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *mac;
    [a, b, c, d, e, f, g, h]
}
