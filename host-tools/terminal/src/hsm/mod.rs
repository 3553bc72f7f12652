//! The terminal functions with a host security module (加密机), in steps: the terminal has no keys at all.
//!
//! Step 1 gives what the module needs; the module's answer goes into step 2, which finishes the work, or for PIN RELOAD and
//! PIN UNBLOCK asks for one thing more that goes into step 3. Names, number of steps and the texts are those of programs in
//! the field (C for the parts that several of them share; the key address is P: `use` and identifier in a PSAM, four digits).
//!
//! | function | text for the module | its answer |
//! |---|---|---|
//! | read basic | region, historical bytes, algorithm, identification code, internal factor, internal source, external factor, external source, terminal | internal cryptogram ‖ source, external cryptogram ‖ source |
//! | read, write, and the first of reload and unblock | algorithm, key address, factor, source | cryptogram ‖ source |
//! | the second of reload | algorithm, key address, factor, header, PIN | enciphered PIN ‖ MAC |
//! | the second of unblock | algorithm, key address, factor, header | MAC |
//!
//! Every part is followed by `|`. The card stays powered between the steps, since its challenge must.

pub(crate) mod pending;
mod steps;

use apdu_specs::keys::CardKey;
use card_crypto::Algorithm;
use zeroize::Zeroizing;

use crate::maintenance::reload_block;

use crate::{Pin, TerminalError};
use ssc_keys::{KeyRef, SecurityModule};

/// What a module is asked for an external authentication: a cryptogram over `source` under the session key of `factor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HsmRequest {
    /// The key, and what diversifies it.
    pub of: KeyRef,
    /// The card's challenge (过程因子).
    pub factor: [u8; 8],
    /// What the cryptogram is over (鉴别所需原始信息).
    pub source: [u8; 8],
}

/// A module's answer to an [`HsmRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HsmAnswer {
    /// The cryptogram.
    pub cryptogram: [u8; 8],
    /// The source that it is over.
    pub source: [u8; 8],
}

/// What a module is asked for a command with a MAC: PIN RELOAD (with a PIN) or PIN UNBLOCK.
#[derive(Clone, Debug)]
pub struct HsmCommand {
    /// STK, which enciphers the PIN and makes the MAC.
    pub stk: KeyRef,
    /// The card's challenge.
    pub factor: [u8; 8],
    /// CLA INS P1 P2 Lc.
    pub header: [u8; 5],
    /// The new PIN; `None` for PIN UNBLOCK.
    pub pin: Option<Pin>,
}

/// What a module is asked before basic data is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HsmBasic {
    /// The line for the module, a card's own data among it.
    line: String,
    /// Internal authentication: what the card was sent and has answered.
    pub internal: HsmRequest,
    /// External authentication with RK of SSSE, which a 3.00 card asks for.
    pub external: Option<HsmRequest>,
}

/// The algorithm's marker, two digits.
fn marker(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::TripleDes => "01",
        Algorithm::Sm4 => "03",
    }
}

/// The key's address (P).
fn key_address(key: &CardKey) -> String {
    match key.sam_use.zip(key.psam) {
        Some((sam_use, identifier)) => format!("{sam_use:02X}{identifier:02X}"),
        None => key.vault_id.to_owned(),
    }
}

fn upper(bytes: &[u8]) -> String {
    hex::encode_upper(bytes)
}

impl HsmRequest {
    /// algorithm|key address|factor|source|
    #[must_use]
    pub fn to_line(&self) -> String {
        let (algorithm, key) = (marker(self.of.algorithm), key_address(self.of.key));
        format!(
            "{algorithm}|{key}|{}|{}|",
            upper(&self.factor),
            upper(&self.source)
        )
    }

    /// What `module` answers to it: the module's own step, between the terminal's.
    ///
    /// # Errors
    /// The module does not compute.
    pub fn answer(&self, module: &mut dyn SecurityModule) -> Result<HsmAnswer, TerminalError> {
        Ok(HsmAnswer {
            cryptogram: module.cryptogram(&self.of, &self.factor, &self.source)?,
            source: self.source,
        })
    }
}

impl HsmAnswer {
    /// Reads cryptogram ‖ source, 32 hexadecimal digits; a `|` may follow.
    ///
    /// # Errors
    /// [`TerminalError::HsmAnswer`].
    pub fn parse(text: &str) -> Result<Self, TerminalError> {
        let text = text.strip_suffix('|').unwrap_or(text);
        let whole = hex::decode(text).ok();
        let halves = whole
            .as_deref()
            .and_then(|whole| match whole.as_chunks::<8>() {
                ([cryptogram, source], []) => Some((*cryptogram, *source)),
                _ => None,
            });
        let (cryptogram, source) = halves.ok_or(TerminalError::HsmAnswer {
            expected: "cryptogram and source (32 hex)",
        })?;
        Ok(Self { cryptogram, source })
    }

    /// cryptogram ‖ source in hexadecimal.
    #[must_use]
    pub fn to_line(&self) -> String {
        upper(&[self.cryptogram, self.source].concat())
    }
}

impl HsmCommand {
    /// algorithm|key address|factor|header|, and for PIN RELOAD the PIN in clear and `|` (S): it goes to the module alone.
    #[must_use]
    pub fn to_line(&self) -> Zeroizing<String> {
        let (algorithm, key) = (marker(self.stk.algorithm), key_address(self.stk.key));
        let (factor, header) = (upper(&self.factor), upper(&self.header));
        let mut line = Zeroizing::new(String::with_capacity(80));
        for part in [algorithm, &key, &factor, &header] {
            line.push_str(part);
            line.push('|');
        }
        if let Some(pin) = &self.pin {
            let digits = Zeroizing::new(upper(pin.packed()));
            line.push_str(digits.trim_end_matches('F'));
            line.push('|');
        }
        line
    }

    /// What `module` answers to it: the data field of the command, enciphered PIN (if any) ‖ MAC.
    ///
    /// # Errors
    /// The module does not compute.
    pub fn answer(&self, module: &mut dyn SecurityModule) -> Result<Vec<u8>, TerminalError> {
        let (stk, factor, header) = (&self.stk, &self.factor, &self.header);
        let Some(pin) = &self.pin else {
            return Ok(module.mac(stk, factor, header, &[])?.to_vec());
        };
        let mut block = reload_block(stk.algorithm, pin)?;
        let mac = module.encipher_and_mac(stk, factor, header, &mut block)?;
        Ok([&block[..], &mac].concat())
    }
}

impl HsmBasic {
    /// The line for the module.
    #[must_use]
    pub fn to_line(&self) -> &str {
        &self.line
    }

    /// What `module` answers to it, as the text that step 2 takes.
    ///
    /// # Errors
    /// The module does not compute.
    pub fn answer(&self, module: &mut dyn SecurityModule) -> Result<String, TerminalError> {
        let mut text = self.internal.answer(module)?.to_line();
        text.push('|');
        if let Some(external) = &self.external {
            text.push_str(&external.answer(module)?.to_line());
            text.push('|');
        }
        Ok(text)
    }
}
