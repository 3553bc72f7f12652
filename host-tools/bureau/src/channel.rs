//! The host's side of SCP03 (GlobalPlatform Amendment D, AES-128, i = 70).

use apdu_specs::applications::domain::coding::level::{C_DECRYPTION, C_MAC, R_ENCRYPTION, R_MAC};
use apdu_specs::applications::domain::names::ISSUER_SECURITY_DOMAIN;
use apdu_specs::{Status, le};
use card_crypto::block::{aes_cbc_decrypt, aes_cbc_encrypt};
use card_crypto::constant_time_eq;
use card_crypto::padding;
use card_crypto::scp03::{
    KeySet, SessionKeys, cmac, command_iv, first_eight, response_iv, rmac, unpad80,
};
use ssc_reader::commands::{any, domain};
use ssc_reader::{Card, CommandApdu, ResponseApdu, exchange};
use zeroize::Zeroizing;

use crate::card_error::CardError;

/// What opening a channel costs on a T=0 line: INITIALIZE UPDATE (header, procedure byte, 8 bytes, 61xx), GET RESPONSE
/// (header, procedure byte, 32 bytes, status), EXTERNAL AUTHENTICATE (header, procedure byte, 16 bytes, status).
const HANDSHAKE_BYTES: u64 = (5 + 1 + 8 + 2) + (5 + 1 + 32 + 2) + (5 + 1 + 16 + 2);
/// What an R-MAC costs on a T=0 line where there is no answer otherwise: GET RESPONSE with its procedure byte and
/// status, and the MAC.
const LONE_ANSWER_MAC_BYTES: u64 = 5 + 1 + 8 + 2;

/// What a session protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// C-MAC and C-DECRYPTION. On T=0 an answer of 8 bytes costs a GET RESPONSE, a tenth of the line.
    Loading = C_MAC | C_DECRYPTION,
    /// R-MAC and R-ENCRYPTION too: where what the card answers decides. A digest in clear on the line would let a
    /// listener confirm a name that he guesses.
    Checking = C_MAC | C_DECRYPTION | R_MAC | R_ENCRYPTION,
}

/// Bytes of a MAC.
const MAC: usize = 8;
/// Greatest plain data of one secured command: its cipher text and MAC stay within 255 bytes.
pub const MAX_DATA: usize = 239;

/// An open secure channel.
pub struct HostChannel<'c> {
    card: &'c mut dyn Card,
    keys: SessionKeys,
    chaining: [u8; 16],
    counter: u32,
    level: Level,
    overhead: u64,
}

/// The security domain, selected.
///
/// # Errors
/// [`CardError::NoSecurityDomain`] where the card has none: it is no card of this kind.
pub fn select_domain(card: &mut dyn Card) -> Result<(), CardError> {
    let select = any::select_by_name(ISSUER_SECURITY_DOMAIN);
    match exchange(card, &select)? {
        // A locked card says so, and still has its security domain.
        answer if answer.is_ok() || answer.sw == Status::CARD_LOCKED => Ok(()),
        answer => Err(CardError::NoSecurityDomain(answer.refused())),
    }
}

/// A secure channel that is begun: the card has named its key set and proved that it has it.
pub struct HostHandshake<'c> {
    card: &'c mut dyn Card,
    host_challenge: [u8; 8],
    card_challenge: [u8; 8],
    cryptogram: [u8; 8],
    version: u8,
}

impl<'c> HostHandshake<'c> {
    /// INITIALIZE UPDATE for whatever key set the card has; the security domain is selected.
    ///
    /// # Errors
    /// [`CardError::Malformed`].
    pub fn begin(card: &'c mut dyn Card) -> Result<Self, CardError> {
        let mut host_challenge = [0; 8];
        getrandom::fill(&mut host_challenge)
            .map_err(|_| CardError::Internal("no random source"))?;
        let initialize = domain::initialize_update(0, &host_challenge);
        let answer = exchange(card, &initialize)?.ok()?;
        let malformed = || CardError::Malformed("INITIALIZE UPDATE");
        if answer.len() != 32 {
            return Err(malformed());
        }
        Ok(Self {
            card,
            host_challenge,
            card_challenge: answer[13..21].try_into().map_err(|_| malformed())?,
            cryptogram: answer[21..29].try_into().map_err(|_| malformed())?,
            version: answer[10],
        })
    }

    /// Version of the card's key set.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Whether the card's key set is `keys`.
    #[must_use]
    pub fn is_of(&self, keys: &KeySet) -> bool {
        self.session(keys).is_some()
    }

    fn session(&self, keys: &KeySet) -> Option<SessionKeys> {
        let session = SessionKeys::derive(keys, &self.host_challenge, &self.card_challenge);
        let expected = session.card_cryptogram(&self.host_challenge, &self.card_challenge);
        constant_time_eq(&self.cryptogram, &expected).then_some(session)
    }

    /// EXTERNAL AUTHENTICATE.
    ///
    /// # Errors
    /// [`CardError::WrongDomainKeys`] where the card's cryptogram is not made with `keys`.
    pub fn open(self, keys: &KeySet, level: Level) -> Result<HostChannel<'c>, CardError> {
        let session = self.session(keys).ok_or(CardError::WrongDomainKeys {
            version: self.version,
        })?;
        let cryptogram = session.host_cryptogram(&self.host_challenge, &self.card_challenge);
        let authenticate = domain::external_authenticate(level as u8, &cryptogram);
        let chaining = cmac(
            session.mac.as_bytes(),
            &[0; 16],
            &authenticate.header_with(MAC),
            &cryptogram,
        );
        let data = [cryptogram, first_eight(&chaining)].concat();
        exchange(
            self.card,
            &domain::external_authenticate(level as u8, &data),
        )?
        .ok()?;
        Ok(HostChannel {
            card: self.card,
            keys: session,
            chaining,
            counter: 0,
            level,
            overhead: HANDSHAKE_BYTES,
        })
    }
}

impl<'c> HostChannel<'c> {
    /// Opens a channel with `keys`, whatever version the card has them under; the security domain is selected.
    ///
    /// # Errors
    /// [`CardError::WrongDomainKeys`] where the card's cryptogram is not made with these keys.
    pub fn open(card: &'c mut dyn Card, keys: &KeySet, level: Level) -> Result<Self, CardError> {
        HostHandshake::begin(card)?.open(keys, level)
    }

    /// Bytes that the channel has cost so far on a T=0 line, both ways: handshake, MACs, padding.
    pub fn overhead(&self) -> u64 {
        self.overhead
    }

    /// Sends one command through the channel and gives its plain answer. A command that the card refuses comes
    /// back with its status word; such an answer carries no MAC.
    ///
    /// # Errors
    /// [`CardError::WrongAnswerMac`] where the answer's MAC is not right.
    pub fn send(&mut self, plain: &CommandApdu) -> Result<ResponseApdu, CardError> {
        self.counter += 1;
        let mut data = Zeroizing::new(plain.data_field().to_vec());
        if !data.is_empty() {
            data.push(padding::MARK);
            let padded = data.len().next_multiple_of(16);
            data.resize(padded, 0);
            let iv = command_iv(self.keys.enc.as_bytes(), self.counter);
            aes_cbc_encrypt(self.keys.enc.as_bytes(), &iv, &mut data)
                .map_err(|_| CardError::Internal("padding"))?;
        }
        let secured = plain.secured(&data);
        let lc =
            u8::try_from(data.len() + MAC).map_err(|_| CardError::Internal("block too long"))?;
        self.chaining = cmac(
            self.keys.mac.as_bytes(),
            &self.chaining,
            &secured.header_with(MAC),
            &data,
        );
        data.extend(first_eight(&self.chaining));
        let secured = secured.data(&data).expect_up_to(le::ALL);
        self.overhead += u64::from(lc) - plain.data_field().len() as u64;
        let mut answer = exchange(self.card, &secured)?;
        if answer.is_ok() && self.level == Level::Checking {
            let length = answer
                .data
                .len()
                .checked_sub(8)
                .ok_or(CardError::WrongAnswerMac)?;
            let mac = answer.data.split_off(length);
            let expected = rmac(
                self.keys.rmac.as_bytes(),
                &self.chaining,
                &answer.data,
                answer.sw.to_bytes(),
            );
            if !constant_time_eq(&mac, &expected) {
                return Err(CardError::WrongAnswerMac);
            }
            if length > 0 {
                self.decipher(&mut answer.data)?;
            }
            self.overhead += match length - answer.data.len() {
                0 => LONE_ANSWER_MAC_BYTES,
                padding => 8 + padding as u64,
            };
        }
        Ok(answer)
    }

    /// An answer's data as the card meant them. Their MAC was right, so only a faulty card sends what cannot be deciphered.
    fn decipher(&self, data: &mut Vec<u8>) -> Result<(), CardError> {
        let key = self.keys.enc.as_bytes();
        let length = aes_cbc_decrypt(key, &response_iv(key, self.counter), data)
            .ok()
            .and_then(|()| unpad80(data).ok())
            .ok_or(CardError::Malformed("a command in the secure channel"))?;
        data.truncate(length);
        Ok(())
    }
}
