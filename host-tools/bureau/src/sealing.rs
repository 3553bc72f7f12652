//! What is decided of an order, sealed: with the PIN and the photo it stands in the register, which holds nothing of a person in
//! clear.
//!
//! A blob (**P**) is 24 bytes of nonce, and what XChaCha20-Poly1305 makes of the JSON of [`Decided`] under the
//! [data key](ssc_keys::DataKey) of its job. Associated data are a label, the data key's own 16 random bytes (which job) and the
//! row, so a blob that was put into another row or another job does not open.

use std::io;

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use ssc_keys::{DataKey, KeyError, KeyService};
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::job::Decided;

const LABEL: &[u8] = b"ssc bureau: what is decided of a row, 1";
const NONCE: usize = 24;
/// Bytes of the cipher's tag.
const TAG: usize = 16;

/// Seals what is decided of the orders of one job, and opens it again.
#[derive(Debug)]
pub struct Sealing {
    key: DataKey,
}

impl Sealing {
    /// For a new job: a random key, wrapped by `keys`. The register keeps [`wrapped_key`](Self::wrapped_key) with the job.
    ///
    /// # Errors
    /// [`SealingError::Keys`].
    pub fn new(keys: &dyn KeyService) -> Result<Self, SealingError> {
        let key = DataKey::new(keys)?;
        Ok(Self { key })
    }

    /// For a job that goes on, with the keys that it was created with, in a vault or in a token.
    ///
    /// # Errors
    /// [`SealingError::Keys`], with [`KeyError::OtherDataKey`] for other keys.
    pub fn open(wrapped_key: &[u8], keys: &dyn KeyService) -> Result<Self, SealingError> {
        let key = DataKey::open(wrapped_key, keys)?;
        Ok(Self { key })
    }

    /// The job's key as the register keeps it: no secret without the master keys.
    #[must_use]
    pub fn wrapped_key(&self) -> &[u8] {
        self.key.wrapped()
    }

    /// Seals what is decided of its row.
    ///
    /// # Errors
    /// [`SealingError::NoRandom`]; [`SealingError::Form`] never for what this program has decided.
    pub fn seal(&self, decided: &Decided) -> Result<Vec<u8>, SealingError> {
        let row = decided.row;
        let mut contents = Wiped::default();
        serde_json::to_writer(&mut contents, decided).map_err(|_| SealingError::Form { row })?;
        contents.room(TAG);
        let mut contents = contents.0;
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| SealingError::NoRandom {
            detail: error.to_string(),
        })?;
        self.cipher()
            .encrypt_in_place(&XNonce::from(nonce), &self.said(row), &mut *contents)
            .map_err(|_| SealingError::Form { row })?;
        Ok([&nonce[..], &contents].concat())
    }

    /// What was decided of `row`.
    ///
    /// # Errors
    /// [`SealingError::Changed`] for the blob of another row or job, and for one that was changed or cut.
    pub fn unseal(&self, row: usize, blob: &[u8]) -> Result<Decided, SealingError> {
        let changed = || SealingError::Changed { row };
        let (nonce, sealed) = blob.split_first_chunk::<NONCE>().ok_or_else(changed)?;
        let mut contents = Zeroizing::new(sealed.to_vec());
        self.cipher()
            .decrypt_in_place(&XNonce::from(*nonce), &self.said(row), &mut *contents)
            .map_err(|_| changed())?;
        // The words of an error could hold a part of the contents.
        let decided: Decided =
            serde_json::from_slice(&contents).map_err(|_| SealingError::Form { row })?;
        if decided.row == row {
            Ok(decided)
        } else {
            Err(SealingError::Form { row })
        }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.bytes().into())
    }

    fn said(&self, row: usize) -> Vec<u8> {
        [LABEL, self.key.nonce(), &(row as u64).to_be_bytes()].concat()
    }
}

/// Bytes that leave no copy behind when they grow.
#[derive(Default)]
struct Wiped(Zeroizing<Vec<u8>>);

impl Wiped {
    /// Sees to it that `more` bytes have room.
    fn room(&mut self, more: usize) {
        let needed = self.0.len() + more;
        if needed > self.0.capacity() {
            let mut larger = Vec::with_capacity(needed.next_power_of_two().max(1024));
            larger.extend_from_slice(&self.0);
            self.0 = Zeroizing::new(larger);
        }
    }
}

impl io::Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room(bytes.len());
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why something cannot be sealed or opened. No variant carries a part of it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealingError {
    /// The keys wrap nothing, are not to be had, or are others than those of the job.
    #[error("{}", .0.say(Lang::En))]
    Keys(#[from] KeyError),
    /// The blob does not belong to this row and job, or was changed.
    #[error("{}", self.say(Lang::En))]
    Changed {
        /// The row.
        row: usize,
    },
    /// The blob is whole, and does not have the form of this version of the program.
    #[error("{}", self.say(Lang::En))]
    Form {
        /// The row.
        row: usize,
    },
    /// The operating system gave no random bytes.
    #[error("{}", self.say(Lang::En))]
    NoRandom {
        /// What it said.
        detail: String,
    },
}

impl Bilingual for SealingError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Keys(error), _) => error.say(lang),
            (Self::Changed { row }, Lang::En) => format!(
                "row {row}: what was decided of it was changed in the store, or belongs to another row or job; nothing was written to a card. Look for who has changed the store; a copy from a backup does not know the cards given since, and makes none before they are accounted for"
            ),
            (Self::Changed { row }, Lang::Zh) => format!(
                "第 {row} 行：存储中已决定的内容被改动，或属于其他行或作业；未写入任何卡片。请查明何人更改存储；备份的副本不知道此后所发的卡，核清之前请勿用其制卡"
            ),
            (Self::Form { row }, Lang::En) => format!(
                "row {row}: what was decided of it has another form than this version of the program knows; go on with the version that created the job"
            ),
            (Self::Form { row }, Lang::Zh) => {
                format!("第 {row} 行：已决定的内容的格式与本版本程序不符；请用创建该作业的版本继续")
            }
            (Self::NoRandom { detail }, Lang::En) => {
                format!(
                    "the system gave no random bytes: {detail}; nothing was sealed: see to the system, and try again"
                )
            }
            (Self::NoRandom { detail }, Lang::Zh) => {
                format!("系统未提供随机数：{detail}；没有加密任何内容：请检查系统后重试")
            }
        }
    }
}

impl Kind for SealingError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Keys(error) => error.kind(),
            Self::Changed { .. } | Self::Form { .. } | Self::NoRandom { .. } => ErrorKind::Keys,
        }
    }
}

#[cfg(test)]
mod tests {
    use apdu_specs::Generation;
    use ssc_keys::{RootKind, Vault};

    use super::*;
    use crate::card_model::CardModel;

    fn decided(row: usize) -> Decided {
        Decided {
            row,
            ..crate::sample::decided(CardModel::plain(Generation::V3), 1).unwrap()
        }
    }

    fn keys() -> Vault {
        Vault::generate([("ISD/SCP03", 1, RootKind::Aes)]).unwrap()
    }

    #[test]
    fn what_is_decided_comes_back_and_stands_nowhere_in_the_blob() {
        let keys = keys();
        let sealing = Sealing::new(&keys).unwrap();
        let whole = decided(7);
        let blob = sealing.seal(&whole).unwrap();
        let again = Sealing::open(sealing.wrapped_key(), &keys).unwrap();
        assert_eq!(again.unseal(7, &blob).unwrap(), whole);
        let json = serde_json::to_vec(&whole).unwrap();
        assert_eq!(blob.len(), NONCE + json.len() + TAG);
        for secret in [
            whole.holder.number.as_str().as_bytes(),
            whole.pin.digits(),
            b"\"row\"",
        ] {
            let found = |bytes: &[u8]| bytes.windows(secret.len()).any(|part| part == secret);
            assert!(found(&json) && !found(&blob));
        }
        assert_ne!(sealing.seal(&whole).unwrap(), blob);
    }

    #[test]
    fn another_rows_another_jobs_and_a_changed_blob_are_refused() {
        let keys = keys();
        let (sealing, other) = (Sealing::new(&keys).unwrap(), Sealing::new(&keys).unwrap());
        let blob = sealing.seal(&decided(7)).unwrap();
        let refused = |sealing: &Sealing, row, blob: &[u8]| {
            let error = sealing.unseal(row, blob).unwrap_err();
            assert!(matches!(error, SealingError::Changed { .. }), "{error}");
        };
        refused(&sealing, 8, &blob);
        refused(&other, 7, &blob);
        refused(&sealing, 7, &[]);
        refused(&sealing, 7, &blob[..blob.len() - 1]);
        for at in (0..blob.len()).step_by(13) {
            let mut changed = blob.clone();
            changed[at] ^= 0x20;
            refused(&sealing, 7, &changed);
        }
        let error = Sealing::open(sealing.wrapped_key(), &Vault::demo().unwrap()).unwrap_err();
        assert!(
            matches!(error, SealingError::Keys(KeyError::OtherDataKey)),
            "{error}"
        );
        assert!(error.say(Lang::Zh).contains("其他主密钥"));
    }
}
