//! Command and response APDUs in short form (ISO/IEC 7816-4, clause 5.2).

use std::fmt;

use apdu_specs::commands::{CommandWords, SECURED};
use apdu_specs::short::ShortBody;
use apdu_specs::{Status, le};
use ssc_words::Lang;
use zeroize::Zeroizing;

use crate::error::{ReaderError, StatusError};
use crate::spec_words::{self, Name};

/// A command APDU of case 1 to 4, short lengths: up to 255 bytes of data, Ne from 1 to 256.
///
/// The data is wiped when the command is dropped, and [`Debug`] shows its length alone once it is marked
/// [`secret`](CommandApdu::secret).
#[derive(Clone, PartialEq, Eq)]
pub struct CommandApdu {
    header: [u8; 4],
    data: Zeroizing<Vec<u8>>,
    ne: Option<u16>,
    secret: bool,
    name: Option<Name>,
}

impl CommandApdu {
    /// A command of case 1: the header alone. Host code makes its commands by [`commands`](crate::commands).
    #[must_use]
    pub fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Self {
        Self {
            header: [cla, ins, p1, p2],
            data: Zeroizing::default(),
            ne: None,
            secret: false,
            name: None,
        }
    }

    /// With this command data field (case 3 or 4). An empty one is none.
    #[must_use]
    pub fn data(mut self, data: &[u8]) -> Self {
        self.data = Zeroizing::new(data.to_vec());
        self
    }

    /// Expects up to `ne` bytes, 1 to 256 (256 is Le = 00): case 2 or 4.
    #[must_use]
    pub fn expect_up_to(mut self, ne: u16) -> Self {
        self.ne = Some(ne);
        self
    }

    /// With Le as the byte on the line: 00 stands for 256, all there is.
    #[must_use]
    pub fn le(self, le: u8) -> Self {
        self.expect_up_to(le::ne(le))
    }

    /// Marks the data field as one that no log may show (a PIN, a key, a cryptogram).
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The name that errors use: its row's. Without it the specification's tables are asked by the header.
    pub(crate) fn described_by(mut self, words: &CommandWords) -> Self {
        self.name = Some(Name::of(words));
        self
    }

    /// The same command as a secure channel sends it: the CLA bit set, with the protected `data`.
    #[must_use]
    pub fn secured(&self, data: &[u8]) -> Self {
        let mut secured = self.clone().data(data);
        secured.header[0] |= SECURED;
        secured
    }

    /// Reads a whole APDU in short form, as `ssc apdu` is given one.
    ///
    /// # Errors
    /// Fewer than 4 bytes, or an Lc that does not match the length (extended length among them).
    pub fn parse(bytes: &[u8]) -> Result<Self, ReaderError> {
        let malformed = |detail: String| ReaderError::MalformedCommand { detail };
        let Some((&[cla, ins, p1, p2], body)) = bytes.split_first_chunk::<4>() else {
            return Err(malformed(format!(
                "{} bytes; the header alone has 4: CLA INS P1 P2",
                bytes.len()
            )));
        };
        let command = Self::new(cla, ins, p1, p2);
        let Some(ShortBody { data, ne }) = ShortBody::parse(body) else {
            let (lc, follow) = (body[0], body.len() - 1);
            return Err(malformed(format!(
                "Lc is {lc:02X} and {follow} bytes follow it; short APDUs have {lc:02X} bytes of data and at most one for Le"
            )));
        };
        let command = command.data(data);
        Ok(match ne {
            Some(ne) => command.expect_up_to(ne),
            None => command,
        })
    }

    /// CLA INS P1 P2.
    #[must_use]
    pub fn header(&self) -> [u8; 4] {
        self.header
    }

    /// CLA INS P1 P2 Lc as a MAC covers them, when `more` bytes (the MAC's own) follow the data.
    #[must_use]
    pub fn header_with(&self, more: usize) -> [u8; 5] {
        let [cla, ins, p1, p2] = self.header;
        [cla, ins, p1, p2, le::byte(self.data.len() + more)]
    }

    /// The command data field, without Lc.
    #[must_use]
    pub fn data_field(&self) -> &[u8] {
        &self.data
    }

    /// How many bytes are expected at most, if any.
    #[must_use]
    pub fn ne(&self) -> Option<u16> {
        self.ne
    }

    /// Whether the data field was marked secret.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// The name for people: the one given, else the specification table's.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.name {
            Some(name) => name.english,
            None => spec_words::command_name(self.header, Lang::En),
        }
    }

    /// The whole APDU (T=1, contactless, secure channels): header, Lc and data if any, Le if any.
    ///
    /// # Errors
    /// More than 255 bytes of data, or Ne outside 1 to 256.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, ReaderError> {
        let mut bytes = self.header_and_data()?;
        if let Some(le) = self.le_byte()? {
            bytes.push(le);
        }
        Ok(bytes)
    }

    /// The TPDU that T=0 sends first: always a fifth byte, and no Le where there is data
    /// (ISO/IEC 7816-3, clause 12.2).
    ///
    /// # Errors
    /// As for [`to_bytes`](CommandApdu::to_bytes).
    pub fn to_t0(&self) -> Result<Zeroizing<Vec<u8>>, ReaderError> {
        let le = self.le_byte()?;
        let mut bytes = self.header_and_data()?;
        if self.data.is_empty() {
            bytes.push(le.unwrap_or(0));
        }
        Ok(bytes)
    }

    /// The same command with another Ne.
    pub(crate) fn with_ne(&self, ne: u16) -> Self {
        self.clone().expect_up_to(ne)
    }

    fn header_and_data(&self) -> Result<Zeroizing<Vec<u8>>, ReaderError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(6 + self.data.len()));
        bytes.extend_from_slice(&self.header);
        if !self.data.is_empty() {
            let lc = u8::try_from(self.data.len()).map_err(|_| ReaderError::MalformedCommand {
                detail: format!(
                    "{} has {} bytes of data; a short APDU carries at most 255",
                    self.name(),
                    self.data.len()
                ),
            })?;
            bytes.push(lc);
            bytes.extend_from_slice(&self.data);
        }
        Ok(bytes)
    }

    fn le_byte(&self) -> Result<Option<u8>, ReaderError> {
        match self.ne {
            None => Ok(None),
            Some(256) => Ok(Some(0)),
            Some(ne @ 1..=255) => Ok(u8::try_from(ne).ok()),
            Some(ne) => Err(ReaderError::MalformedCommand {
                detail: format!(
                    "{} expects {ne} bytes; a short APDU expects 1 to 256",
                    self.name()
                ),
            }),
        }
    }
}

impl fmt::Debug for CommandApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cla, ins, p1, p2] = self.header;
        write!(f, "{cla:02X} {ins:02X} {p1:02X} {p2:02X}")?;
        if !self.data.is_empty() {
            let hidden = self.secret || spec_words::is_secret(self.header);
            if hidden {
                write!(f, " [{} bytes, not shown]", self.data.len())?;
            } else {
                write!(f, " {}", hex::encode_upper(&*self.data))?;
            }
        }
        if let Some(ne) = self.ne {
            write!(f, " (up to {ne})")?;
        }
        Ok(())
    }
}

/// What a card answered: data, then SW1 SW2.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseApdu {
    /// The response data field, whole (all GET RESPONSE parts together), 0 to 256 bytes for most commands.
    pub data: Vec<u8>,
    /// SW1 SW2.
    pub sw: Status,
    header: [u8; 4],
    name: Option<Name>,
}

impl ResponseApdu {
    /// Splits an answer into data and status word.
    ///
    /// # Errors
    /// Fewer than two bytes.
    pub fn parse(command: &CommandApdu, answer: &[u8]) -> Result<Self, ReaderError> {
        let Some((data, &[sw1, sw2])) = answer.split_last_chunk::<2>() else {
            return Err(ReaderError::MalformedAnswer {
                detail: format!(
                    "{} bytes to {}, where a status word alone has 2",
                    answer.len(),
                    command.name()
                ),
            });
        };
        Ok(Self {
            data: data.to_vec(),
            sw: Status::from_bytes([sw1, sw2]),
            header: command.header,
            name: command.name,
        })
    }

    /// Whether the command was carried out: 9000, or 61xx where nobody asked for the data that waits.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.sw.is_success()
    }

    /// The data, if the command was [carried out](ResponseApdu::is_ok).
    ///
    /// # Errors
    /// Any other status word, in words and with the command it answers.
    pub fn ok(self) -> Result<Vec<u8>, ReaderError> {
        if self.is_ok() {
            Ok(self.data)
        } else {
            Err(self.refused())
        }
    }

    /// The data, if the status word is exactly `sw`.
    ///
    /// # Errors
    /// Any other status word, in words and with the command it answers.
    pub fn expect(self, sw: Status) -> Result<Vec<u8>, ReaderError> {
        if self.sw == sw {
            Ok(self.data)
        } else {
            Err(self.refused())
        }
    }

    /// This answer as an error, for callers that judge the status word themselves.
    #[must_use]
    pub fn refused(&self) -> ReaderError {
        ReaderError::Status(StatusError {
            name: self.name,
            header: self.header,
            sw: self.sw,
        })
    }
}

impl fmt::Debug for ResponseApdu {
    /// Length and status word: the data may be a person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes] {}", self.data.len(), self.sw)
    }
}
