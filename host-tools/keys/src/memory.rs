//! What a vault remembers of its audit log: number and hash of the last line.
//!
//! Two places of 88 bytes at the end of the vault's file (format 3, **P**):
//!
//! | length | what |
//! |---|---|
//! | 8 | how often the vault has been told before: the greater one of two is the newer |
//! | 8 | the line's number |
//! | 32 | its hash |
//! | 24 | nonce |
//! | 16 | tag of XChaCha20-Poly1305 over nothing, with the file's header and all that is before as associated data |
//!
//! The key is SHA-256 of a label and the key of the contents, so only who can open the vault can make it remember something else;
//! number and hash can be read by everybody, as in the log. The places are written in turn, where they stand: the keys in the file are
//! never written again, owner, links and mode stay, and a write that is cut off leaves the other place, which is one line older.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::KeyError;
use crate::audit::Head;
use crate::random::random;
use crate::sealed::header::HEADER;

const LABEL: &[u8] = b"SSC vault: what it remembers";
const PLACE: usize = 8 + 8 + 32 + 24 + 16;
/// Bytes of both places.
pub(crate) const LENGTH: usize = 2 * PLACE;

/// Makes and checks what a vault remembers.
#[derive(Clone)]
pub(crate) struct Rememberer {
    key: Zeroizing<[u8; 32]>,
    header: Vec<u8>,
}

impl Rememberer {
    /// For the vault with this header, whose contents are under `key`.
    pub fn new(key: &[u8], header: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(LABEL);
        hash.update(key);
        Self {
            key: Zeroizing::new(hash.finalize().into()),
            header: header.to_vec(),
        }
    }

    /// Both places of a new file.
    pub fn places(&self, head: Head) -> Result<[u8; LENGTH], KeyError> {
        let mut places = [0; LENGTH];
        for (place, turn) in places.chunks_mut(PLACE).zip(0..) {
            place.copy_from_slice(&self.place(Told { turn, head })?);
        }
        Ok(places)
    }

    fn place(&self, told: Told) -> Result<[u8; PLACE], KeyError> {
        let mut nonce = [0; 24];
        random(&mut nonce)?;
        let tag = self.tag(told, nonce);
        let bytes = [&told.bytes()[..], &nonce, &tag].concat();
        Ok(bytes
            .try_into()
            .expect("what was told, a nonce and a tag are a place"))
    }

    fn tag(&self, told: Told, nonce: [u8; 24]) -> Vec<u8> {
        let said = [&self.header[..], &told.bytes()].concat();
        let cipher =
            XChaCha20Poly1305::new_from_slice(&*self.key).expect("32 bytes are this cipher's key");
        let mut tag = Vec::new();
        cipher
            .encrypt_in_place(&XNonce::from(nonce), &said, &mut tag)
            .expect("nothing is not too long");
        tag
    }

    /// The newest head that is sound.
    pub fn newest(&self, places: &[u8]) -> Option<Head> {
        self.newest_place(places).map(|(_, told)| told.head)
    }

    fn newest_place(&self, places: &[u8]) -> Option<(usize, Told)> {
        use subtle::ConstantTimeEq as _;
        let places = places.chunks_exact(PLACE).enumerate();
        let sound = places.filter_map(|(at, place)| {
            let (told, nonce, tag) = parts(place)?;
            let sound = bool::from(self.tag(told, nonce).ct_eq(tag));
            sound.then_some((at, told))
        });
        sound.max_by_key(|(_, told)| told.turn)
    }
}

/// What a place says.
#[derive(Clone, Copy)]
struct Told {
    turn: u64,
    head: Head,
}

impl Told {
    fn bytes(self) -> [u8; 48] {
        let mut bytes = [0; 48];
        let (turn, rest) = bytes.split_at_mut(8);
        let (line, hash) = rest.split_at_mut(8);
        turn.copy_from_slice(&self.turn.to_be_bytes());
        line.copy_from_slice(&self.head.line.to_be_bytes());
        hash.copy_from_slice(&self.head.hash);
        bytes
    }
}

fn parts(place: &[u8]) -> Option<(Told, [u8; 24], &[u8])> {
    let (turn, rest) = place.split_first_chunk()?;
    let (line, rest) = rest.split_first_chunk()?;
    let (hash, rest) = rest.split_first_chunk()?;
    let (nonce, tag) = rest.split_first_chunk()?;
    let told = Told {
        turn: u64::from_be_bytes(*turn),
        head: Head {
            line: u64::from_be_bytes(*line),
            hash: *hash,
        },
    };
    Some((told, *nonce, tag))
}

/// The newest head as anybody can read it, whether it is sound or not.
pub(crate) fn peek(places: &[u8]) -> Option<Head> {
    let told = places.chunks_exact(PLACE).filter_map(parts);
    let newest = told.map(|(told, ..)| told).max_by_key(|told| told.turn);
    newest.map(|told| told.head)
}

/// The vault's file, where it remembers.
#[derive(Clone)]
pub(crate) struct Memory {
    pub rememberer: Rememberer,
    pub path: PathBuf,
}

/// What a vault remembers, held against other programs until it is dropped.
pub(crate) struct Held<'m> {
    memory: &'m Memory,
    file: File,
    at: usize,
    turn: u64,
    writable: bool,
    pub head: Head,
}

impl Memory {
    /// Reads it. `None` where the file is no longer there or is another vault's: a medium that was taken out.
    pub fn hold(&self) -> io::Result<Option<Held<'_>>> {
        let (mut file, writable) = match open(&self.path) {
            Ok(opened) => opened,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if let Err(error) = file.lock()
            && writable
        {
            return Err(error);
        }
        let mut header = [0; HEADER];
        let mut places = [0; LENGTH];
        let read = file
            .read_exact(&mut header)
            .and_then(|()| file.seek(SeekFrom::End(-(LENGTH as i64))))
            .and_then(|_| file.read_exact(&mut places));
        if read.is_err() || header[..] != self.rememberer.header[..] {
            return Ok(None);
        }
        let Some((at, told)) = self.rememberer.newest_place(&places) else {
            let words = "what the vault remembers of its audit log was changed";
            return Err(io::Error::new(ErrorKind::InvalidData, words));
        };
        Ok(Some(Held {
            memory: self,
            file,
            at,
            turn: told.turn,
            writable,
            head: told.head,
        }))
    }
}

impl Held<'_> {
    /// Remembers `head` from now on; it is on the disk when this returns. `false` where the vault cannot be written.
    pub fn remember(&mut self, head: Head) -> io::Result<bool> {
        if !self.writable {
            return Ok(false);
        }
        let turn = self.turn + 1;
        let place = self.memory.rememberer.place(Told { turn, head });
        let place = place.map_err(|error| io::Error::other(error.to_string()))?;
        // The older of the two.
        let at = 1 - self.at;
        let back = ((2 - at) * PLACE) as i64;
        self.file.seek(SeekFrom::End(-back))?;
        self.file.write_all(&place)?;
        self.file.sync_data()?;
        (self.at, self.turn, self.head) = (at, turn, head);
        Ok(true)
    }
}

/// To read and write, or to read alone where the medium or the rights do not let us write.
fn open(path: &Path) -> io::Result<(File, bool)> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => Ok((file, true)),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            Ok((File::open(path)?, false))
        }
        Err(error) => Err(error),
    }
}
