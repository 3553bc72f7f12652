//! Certificates in their files 0018 and 0019.

use apdu_specs::applications::certificates::{CERTIFICATE_SIZE, KeyPair};
use apdu_specs::le;
use apdu_specs::parameters::binary::LAST_OFFSET;
use apdu_specs::tlv::TWO_BYTES;
use ssc_reader::commands::{any, ssc};

use crate::environment::Environment;
use crate::{CertificateError, public_key_of};

/// Bytes in one UPDATE or READ BINARY.
const PART: usize = 240;
/// Bytes of a certificate's DER header: 30 82 and a length of two bytes. No certificate is shorter than 256 bytes.
const HEADER: usize = 4;

impl Environment<'_> {
    /// Writes the certificate `der` of `pair` after the administrator or the PIN, and reads it back. It must be for the card's own key.
    ///
    /// The header goes in last: what is torn in between is no certificate.
    ///
    /// # Errors
    /// [`CertificateError::AnotherKey`], [`CertificateError::NoPair`], [`CertificateError::TooLarge`],
    /// [`CertificateError::NotACertificate`], before anything is written; [`CertificateError::Differs`]; the card refuses, or
    /// does not answer.
    pub fn write_certificate(
        &mut self,
        pair: &'static KeyPair,
        der: &[u8],
    ) -> Result<(), CertificateError> {
        let room = usize::from(CERTIFICATE_SIZE);
        if der.len() > room {
            return Err(CertificateError::TooLarge {
                length: der.len(),
                room,
            });
        }
        if public_key_of(der)? != self.public_key(pair)? {
            return Err(CertificateError::AnotherKey { pair });
        }
        self.select_certificate(pair)?;
        let (header, body) = der
            .split_at_checked(HEADER)
            .ok_or(CertificateError::Malformed("a certificate has a header"))?;
        self.update(0, &[0; HEADER])?;
        for (number, part) in body.chunks(PART).enumerate() {
            self.update(HEADER + number * PART, part)?;
        }
        self.update(0, header)?;
        if self.read_certificate(pair)?.as_deref() == Some(der) {
            Ok(())
        } else {
            Err(CertificateError::Differs)
        }
    }

    /// The certificate of `pair` in DER; `None` where there is none. It is free to read.
    ///
    /// # Errors
    /// The card refuses, or does not answer.
    pub fn read_certificate(
        &mut self,
        pair: &'static KeyPair,
    ) -> Result<Option<Vec<u8>>, CertificateError> {
        self.select_certificate(pair)?;
        let mut der = self.read(0, HEADER)?;
        let length = match *der.as_slice() {
            [0x30, TWO_BYTES, high, low] => HEADER + usize::from(u16::from_be_bytes([high, low])),
            _ => return Ok(None),
        };
        if length > usize::from(CERTIFICATE_SIZE) {
            return Ok(None);
        }
        while der.len() < length {
            let part = self.read(der.len(), PART.min(length - der.len()))?;
            if part.is_empty() {
                return Err(CertificateError::Malformed(
                    "a certificate that ends before its end",
                ));
            }
            der.extend(part);
        }
        Ok(Some(der))
    }

    fn select_certificate(&mut self, pair: &KeyPair) -> Result<(), CertificateError> {
        self.exchange(&any::select_file(pair.certificate))?.ok()?;
        Ok(())
    }

    fn update(&mut self, offset: usize, part: &[u8]) -> Result<(), CertificateError> {
        self.exchange(&ssc::update_binary(place(offset), part))?
            .ok()?;
        Ok(())
    }

    fn read(&mut self, offset: usize, length: usize) -> Result<Vec<u8>, CertificateError> {
        let length = u16::try_from(length).unwrap_or(le::ALL);
        Ok(self
            .exchange(&ssc::read_binary(place(offset), length))?
            .ok()?)
    }
}

/// An offset as commands take it; the file is far shorter than that.
fn place(offset: usize) -> u16 {
    u16::try_from(offset).unwrap_or(LAST_OFFSET)
}
