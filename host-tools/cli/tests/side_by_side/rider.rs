//! Somebody without keys who rides on a session of another program.

use std::collections::BTreeSet;

use apdu_specs::applications::ssc::DIRECTORIES;
use pcsc::{Card, Disposition, Error, Protocols, ShareMode};

/// What a rider sends to a card whose keys somebody else has shown: files by their short names and the current one. With
/// `select` it chooses directories too, which the other does not survive where both share the card.
pub struct Rider {
    pub card: Card,
    /// What the card gives without keys.
    pub free: BTreeSet<Vec<u8>>,
    pub commands: usize,
    pub resets: usize,
    pub breaches: Vec<String>,
}

const RECORDS: std::ops::RangeInclusive<u8> = 1..=4;

impl Rider {
    pub fn send(&mut self, command: &[u8]) -> Vec<u8> {
        let mut buffer = [0; 258];
        loop {
            match self.card.transmit(command, &mut buffer) {
                Ok(answer) => {
                    self.commands += 1;
                    return answer.to_vec();
                }
                // pcscd may lose the note of a reset that comes while an earlier one is noted: the protocol is unset then.
                Err(error @ (Error::ResetCard | Error::ProtoMismatch)) => {
                    self.resets += usize::from(error == Error::ResetCard);
                    let noted = self.card.reconnect(
                        ShareMode::Shared,
                        Protocols::ANY,
                        Disposition::LeaveCard,
                    );
                    assert!(
                        matches!(noted, Ok(()) | Err(Error::ProtoMismatch)),
                        "{noted:?}"
                    );
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Data that came with 9000, if any.
    pub fn read(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        match self.send(command).split_last_chunk::<2>() {
            Some((data, [0x90, 0x00])) if !data.is_empty() => Some(data.to_vec()),
            _ => None,
        }
    }

    pub fn select(&mut self, name: &[u8]) {
        let length = u8::try_from(name.len()).unwrap();
        self.send(&[&[0x00, 0xA4, 0x04, 0x00, length], name].concat());
    }

    /// Everything that is free, in every directory.
    pub fn learn(&mut self) {
        for directory in DIRECTORIES {
            self.select(directory.name);
            // A file that can be read without keys may be current too when another rider has chosen it.
            for file in directory.all_files {
                let [high, low] = file.fid.to_be_bytes();
                self.send(&[0x00, 0xA4, 0x02, 0x00, 0x02, high, low]);
                for command in reads() {
                    let data = self.read(&command);
                    self.free.extend(data);
                }
            }
        }
        let free = self.free.len();
        assert!(free > 0 && self.write().is_none(), "{free}");
        self.commands = 0;
    }

    pub fn note(&mut self, what: &str, command: &[u8]) {
        let header = &command[..4];
        self.breaches.push(format!("{what} {header:02X?}"));
    }

    pub fn take_all(&mut self) {
        for command in reads() {
            if let Some(data) = self.read(&command)
                && !self.free.contains(&data)
            {
                self.note("read", &command);
            }
        }
    }

    /// One turn, of its own kind for each.
    pub fn ride(&mut self, number: usize) {
        match number {
            0 | 1 => self.take_all(),
            2 => {
                if let Some(command) = self.write() {
                    self.note("write", &command);
                }
            }
            _ => {
                for directory in DIRECTORIES {
                    self.select(directory.name);
                    self.take_all();
                }
            }
        }
    }

    /// DF01 EF06, a telephone number: by its short name, and as the current file.
    pub fn write(&mut self) -> Option<Vec<u8>> {
        let value = b"66666666666\0\0\0\0";
        let commands = [0x34, 0x04].map(|p2| {
            let header = [0x00, 0xDC, 0x03, p2, 0x11, 0x28, 0x0F];
            [&header[..], value].concat()
        });
        let done = |command: &&Vec<u8>| self.send(command) == [0x90, 0x00];
        commands.iter().find(done).cloned()
    }
}

/// The current file first: a short name makes another one current.
fn reads() -> impl Iterator<Item = Vec<u8>> {
    let records = |p2| RECORDS.map(move |record| vec![0x00, 0xB2, record, p2, 0x00]);
    let current = [vec![0x00, 0xB0, 0x00, 0x00, 0x00]]
        .into_iter()
        .chain(records(4));
    current.chain((5..=0x1A).flat_map(move |sfi| records(sfi << 3 | 4)))
}
