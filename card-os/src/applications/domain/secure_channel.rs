//! SCP03 as the card speaks it (GlobalPlatform Amendment D 1.1.2, AES-128, i = 70: pseudo-random
//! card challenge, R-MAC and R-ENCRYPTION).

use apdu_specs::Status;
use apdu_specs::applications::domain::coding::level::{C_DECRYPTION, C_MAC, R_ENCRYPTION, R_MAC};
use card_crypto::scp03::{
    SessionKeys, cmac_with, command_iv_with, first_eight, response_iv_with, rmac_with, unpad80,
};
use card_crypto::{BlockCipher, constant_time_eq};
use zeroize::Zeroize;

use crate::apdu::Apdu;
use crate::platform::{Aes, Platform};
use crate::reply::Reply;

/// The state of the secure channel.
pub enum SecureChannel {
    /// None.
    Closed,
    /// After INITIALIZE UPDATE: EXTERNAL AUTHENTICATE must follow.
    Challenged(Handshake),
    /// Open.
    Open(Channel),
}

/// What INITIALIZE UPDATE leaves behind.
pub struct Handshake {
    /// Session keys.
    pub keys: SessionKeys,
    /// Host challenge.
    pub host_challenge: [u8; 8],
    /// Card challenge.
    pub card_challenge: [u8; 8],
}

/// An open channel.
pub struct Channel {
    /// Session keys.
    pub keys: SessionKeys,
    /// What of commands and answers is protected: P1 of EXTERNAL AUTHENTICATE.
    pub level: u8,
    /// MAC chaining value.
    pub chaining: [u8; 16],
    /// Commands so far, for the initial values.
    pub counter: u32,
}

impl Drop for Handshake {
    fn drop(&mut self) {
        self.host_challenge.zeroize();
        self.card_challenge.zeroize();
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.chaining.zeroize();
    }
}

/// A secured command's data, deciphered.
pub type Plain = heapless::Vec<u8, 256>;

impl SecureChannel {
    /// No channel.
    pub const fn closed() -> Self {
        Self::Closed
    }

    /// Ends whatever there was.
    pub fn close(&mut self) {
        *self = Self::Closed;
    }

    /// Whether EXTERNAL AUTHENTICATE has opened it.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// A command without secure messaging: inside an open channel it is below the channel's level, and
    /// ends it (Amendment D 5.6, protocol rules).
    ///
    /// # Errors
    /// 6982 where a channel was open.
    pub fn plain(&mut self) -> Result<(), Status> {
        if self.is_open() {
            self.close();
            return Err(Status::SECURITY_NOT_SATISFIED);
        }
        Ok(())
    }

    /// Checks and deciphers the data of a secured command (Amendment D 6.2.4, 6.2.6) into `plain`. Whatever
    /// is wrong closes the channel.
    ///
    /// # Errors
    /// 6985 without a channel, 6982 for a wrong MAC or padding.
    pub fn unwrap<P: Platform>(
        &mut self,
        apdu: &Apdu<'_>,
        plain: &mut Plain,
    ) -> Result<(), Status> {
        let Self::Open(channel) = self else {
            return Err(Status::CONDITIONS_NOT_SATISFIED);
        };
        let unwrapped = channel.unwrap::<P>(apdu, plain);
        if unwrapped.is_err() {
            self.close();
        }
        unwrapped
    }

    /// Protects the answer of a secured command (Amendment D 6.2.5, 6.2.7). An error's answer carries no
    /// data and no MAC.
    ///
    /// # Errors
    /// 6F00 where the answer and its MAC exceed 256 bytes.
    pub fn wrap<P: Platform>(&mut self, status: Status, reply: &mut Reply) -> Result<(), Status> {
        match self {
            Self::Open(channel) if channel.level & R_MAC != 0 => channel.wrap::<P>(status, reply),
            Self::Closed | Self::Challenged(_) | Self::Open(_) => Ok(()),
        }
    }
}

impl Channel {
    /// Not inlined, and `plain` not a result: on a small chip's stack, the MAC's and the cipher's state must not add up with the
    /// command's, nor should the data lie there twice.
    #[inline(never)]
    fn unwrap<P: Platform>(&mut self, apdu: &Apdu<'_>, plain: &mut Plain) -> Result<(), Status> {
        let (data, mac) = apdu
            .data
            .split_last_chunk::<8>()
            .ok_or(Status::SECURITY_NOT_SATISFIED)?;
        let chaining = cmac_with::<P::Ciphers>(
            self.keys.mac.as_bytes(),
            &self.chaining,
            &apdu.header(apdu.data.len()),
            data,
        );
        if self.level & C_MAC == 0 || !constant_time_eq(mac, &first_eight(&chaining)) {
            return Err(Status::SECURITY_NOT_SATISFIED);
        }
        self.chaining = chaining;
        self.counter = self
            .counter
            .checked_add(1)
            .ok_or(Status::SECURITY_NOT_SATISFIED)?;
        plain
            .extend_from_slice(data)
            .map_err(|_| Status::WRONG_LENGTH)?;
        if self.level & C_DECRYPTION != 0 && !plain.is_empty() {
            let iv = command_iv_with::<P::Ciphers>(self.keys.enc.as_bytes(), self.counter);
            Aes::<P>::new(self.keys.enc.as_bytes())
                .decrypt_cbc(&iv, plain)
                .map_err(|_| Status::SECURITY_NOT_SATISFIED)?;
            let length = unpad80(plain).map_err(|_| Status::SECURITY_NOT_SATISFIED)?;
            plain.truncate(length);
        }
        Ok(())
    }

    /// Not inlined, as [`Self::unwrap`].
    #[inline(never)]
    fn wrap<P: Platform>(&mut self, status: Status, reply: &mut Reply) -> Result<(), Status> {
        if status != Status::SUCCESS && !status.is_warning() {
            reply.clear();
            return Ok(());
        }
        if self.level & R_ENCRYPTION != 0 && reply.len() > 0 {
            reply.pad80(16)?;
            let iv = response_iv_with::<P::Ciphers>(self.keys.enc.as_bytes(), self.counter);
            Aes::<P>::new(self.keys.enc.as_bytes())
                .encrypt_cbc(&iv, reply.as_mut_slice())
                .map_err(|_| Status::INTERNAL_ERROR)?;
        }
        let mac = rmac_with::<P::Ciphers>(
            self.keys.rmac.as_bytes(),
            &self.chaining,
            reply.as_slice(),
            status.to_bytes(),
        );
        reply.extend(&mac)
    }
}
