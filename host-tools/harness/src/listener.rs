//! Somebody at the line between a reader and a card: hears every byte both ways, and knows whatever keys are published.
//!
//! He does all that can be done with a record of SCP03 (GlobalPlatform Amendment D, AES-128, S8): tries every key that he knows
//! on every handshake, also as the root of a chip's own keys; deciphers commands and answers of the sessions that fit; takes
//! the key sets out of PUT KEY, and keys and PINs out of STORE DATA; and begins again with what he found, until there is
//! nothing new. Written over the bare cipher, and sharing no code with card and bureau.

mod ciphers;

pub use ciphers::KeySet;
use ciphers::{cbc_decrypt, decrypt, derive, encrypt, kdf3, mac};

/// A command as it went over the line, and its answer with the status word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The command.
    pub command: Vec<u8>,
    /// The answer.
    pub answer: Vec<u8>,
}

/// What the listener knows beforehand.
#[derive(Clone, Default)]
pub struct Listener {
    keys: Vec<[u8; 16]>,
    sets: Vec<KeySet>,
}

/// A command that was heard, its data deciphered if they could be.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain {
    /// CLA INS P1 P2 without the bit of secure messaging.
    pub header: [u8; 4],
    /// Its data.
    pub data: Vec<u8>,
    /// The answer's data.
    pub answer: Vec<u8>,
}

/// What the listener has in the end.
#[derive(Default)]
pub struct Heard {
    /// Sessions that he could read.
    pub sessions: usize,
    /// Key sets that he took out of them.
    pub sets: Vec<KeySet>,
    /// Their commands.
    pub plain: Vec<Plain>,
    /// Data groupings that were stored in them: identifier and value, secret ones deciphered.
    pub groupings: Vec<(u16, Vec<u8>)>,
    /// Every byte that he can read: the line as it was, and all that he deciphered.
    pub clear: Vec<u8>,
}

impl Heard {
    /// Whether `bytes` stand in what he can read.
    #[must_use]
    pub fn has(&self, bytes: &[u8]) -> bool {
        !bytes.is_empty()
            && self
                .clear
                .windows(bytes.len())
                .any(|window| window == bytes)
    }
}

impl Listener {
    /// One who knows these keys, each alone for a whole set, or as the root from which a chip's set comes.
    pub fn knowing(keys: impl IntoIterator<Item = [u8; 16]>) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            sets: Vec::new(),
        }
    }

    /// One who knows this set too.
    #[must_use]
    pub fn and_set(mut self, set: KeySet) -> Self {
        self.sets.push(set);
        self
    }

    /// Listens to the whole record, and again with the sets found, until nothing new comes out.
    #[must_use]
    pub fn listen(&self, record: &[Exchange]) -> Heard {
        let commands = whole(record);
        let mut sets = self.sets.clone();
        loop {
            let mut heard = Heard::default();
            for Exchange { command, answer } in record {
                heard.clear.extend(command);
                heard.clear.extend(answer);
            }
            self.pass(&commands, &sets, &mut heard);
            let known = sets.len();
            for set in &heard.sets {
                if !sets.contains(set) {
                    sets.push(*set);
                }
            }
            if sets.len() == known {
                return heard;
            }
        }
    }

    fn pass(&self, commands: &[Command], sets: &[KeySet], heard: &mut Heard) {
        let mut session: Option<HeardSession> = None;
        for command in commands {
            let [cla, ins, p1, _] = command.header;
            match (cla, ins) {
                (0x80, 0x50) => {
                    if let Some(ended) = session.take() {
                        ended.end(heard);
                    }
                    session = self.read_by(command, sets);
                }
                (0x84, 0x82) => {
                    if let Some(session) = &mut session {
                        session.level = p1;
                        heard.sessions += 1;
                    }
                }
                _ if cla & 0x04 != 0 => {
                    if let Some(session) = &mut session {
                        session.hear(command, heard);
                    }
                }
                _ => {}
            }
        }
        if let Some(ended) = session {
            ended.end(heard);
        }
    }

    /// The session that begins with this INITIALIZE UPDATE, if one of the sets known fits it.
    fn read_by(&self, command: &Command, sets: &[KeySet]) -> Option<HeardSession> {
        let host = command.data.get(..8)?;
        let diversification = command.answer.get(..10)?;
        let (card, cryptogram) = (command.answer.get(13..21)?, command.answer.get(21..29)?);
        let context = [host, card].concat();
        let same = self.keys.iter().map(|key| [*key; 3]);
        let diversified = self.keys.iter().map(|key| kdf3(*key, diversification));
        sets.iter()
            .copied()
            .chain(same)
            .chain(diversified)
            .find(|[_, mac, _]| {
                let session_mac = derive(*mac, 0x06, 0x80, &context);
                derive(session_mac, 0x00, 0x40, &context)[..8] == *cryptogram
            })
            .map(|set| HeardSession {
                enc: derive(set[0], 0x04, 0x80, &context),
                dek: set[2],
                level: 0,
                counter: 0,
                stream: Vec::new(),
            })
    }
}

/// A session that he can read.
struct HeardSession {
    enc: [u8; 16],
    dek: [u8; 16],
    level: u8,
    counter: u32,
    /// STORE DATA's blocks so far.
    stream: Vec<u8>,
}

impl HeardSession {
    fn hear(&mut self, command: &Command, heard: &mut Heard) {
        self.counter += 1;
        let [cla, ins, p1, p2] = command.header;
        let mut data = without_mac(&command.data);
        if self.level & 0x02 != 0 {
            data = self.decipher(&data, 0x00);
        }
        let mut answer = command.answer.clone();
        if self.level & 0x10 != 0 {
            answer = without_mac(&answer);
        }
        if self.level & 0x20 != 0 {
            answer = self.decipher(&answer, 0x80);
        }
        heard.clear.extend(&data);
        heard.clear.extend(&answer);
        match ins {
            0xD8 => {
                let set = self.key_set(&data);
                heard.clear.extend(set.iter().flatten().flatten());
                heard.sets.extend(set);
            }
            0xE2 => self.stream.extend(&data),
            _ => {}
        }
        heard.plain.push(Plain {
            header: [cla & !0x04, ins, p1, p2],
            data,
            answer,
        });
    }

    /// Command data or answer, without its padding.
    fn decipher(&self, data: &[u8], first: u8) -> Vec<u8> {
        let mut block = [0; 16];
        block[0] = first;
        block[12..].copy_from_slice(&self.counter.to_be_bytes());
        let mut plain = cbc_decrypt(self.enc, encrypt(self.enc, block), data);
        while plain.last() == Some(&0x00) {
            plain.pop();
        }
        plain.pop();
        plain
    }

    /// PUT KEY: version, then for each key `88 11 10` or `88 10`, the key under the DEK, `03` and a check value.
    fn key_set(&self, data: &[u8]) -> Option<KeySet> {
        let mut rest = data.get(1..)?;
        let mut set = [[0; 16]; 3];
        for key in &mut set {
            let at = if rest.get(1) == Some(&0x11) { 3 } else { 2 };
            let cipher = rest.get(at..at + 16)?.try_into().ok()?;
            *key = decrypt(self.dek, cipher);
            rest = rest.get(at + 20..)?;
        }
        Some(set)
    }

    /// Takes the groupings out of what STORE DATA carried. He need not know which are secret: each that could be is deciphered.
    fn end(self, heard: &mut Heard) {
        let mut rest = &self.stream[..];
        while let [high, low, after @ ..] = rest {
            let (length, value) = match after {
                [0xFF, high, low, value @ ..] => {
                    (usize::from(*high) << 8 | usize::from(*low), value)
                }
                [length, value @ ..] => (usize::from(*length), value),
                [] => break,
            };
            let (value, behind) = value.split_at_checked(length).unwrap_or((value, &[]));
            let identifier = u16::from(*high) << 8 | u16::from(*low);
            let mut value = value.to_vec();
            let secret = cbc_decrypt(self.dek, [0; 16], &value);
            heard.clear.extend(&secret);
            if matches!(identifier, 0x8F01 | 0x8F02) {
                value = secret;
            }
            heard.groupings.push((identifier, value));
            rest = behind;
        }
    }
}

/// A command with its whole answer, without its status word.
struct Command {
    header: [u8; 4],
    data: Vec<u8>,
    answer: Vec<u8>,
}

/// Commands without GET RESPONSE, whose answers belong to the commands before, and without those that were sent again with
/// another Le. Those that the card refused were counted by the channel.
fn whole(record: &[Exchange]) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    for Exchange { command, answer } in record {
        let Some((answer, [sw1, _])) = answer.split_last_chunk::<2>() else {
            continue;
        };
        match command[..] {
            [_, 0xC0, 0x00, 0x00, ..] => {
                if let Some(last) = commands.last_mut() {
                    last.answer.extend(answer);
                }
            }
            [cla, ins, p1, p2, ref rest @ ..] if *sw1 != 0x6C => {
                let data = match rest {
                    [length, data @ ..] => data.get(..usize::from(*length)).unwrap_or_default(),
                    [] => &[],
                };
                commands.push(Command {
                    header: [cla, ins, p1, p2],
                    data: data.to_vec(),
                    answer: answer.to_vec(),
                });
            }
            _ => {}
        }
    }
    commands
}

fn without_mac(data: &[u8]) -> Vec<u8> {
    data[..data.len().saturating_sub(8)].to_vec()
}

/// What the card's check of an EF answers: the first bytes of AES-CMAC under a zero key. With it he confirms what he guesses.
#[must_use]
pub fn digest(contents: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = mac([0; 16], contents);
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sessions of other implementations at levels 03, 11 and 33, heard by one who knows their keys, and by one who does not.
    #[test]
    fn sessions_of_other_implementations_are_read() {
        let mut levels = Vec::new();
        for case in test_vectors::cases("published/scp03").unwrap() {
            let bytes = |name: &str| case.get(name).map(<[u8]>::to_vec);
            let ok = |mut answer: Vec<u8>| {
                answer.extend([0x90, 0x00]);
                answer
            };
            let exchange = |command: &str, answer: &str| {
                Some(Exchange {
                    command: bytes(command)?,
                    answer: ok(bytes(answer).unwrap_or_default()),
                })
            };
            let mut record = vec![
                exchange("initialize", "initialize-answer").unwrap(),
                exchange("external", "").unwrap(),
            ];
            let numbered =
                |number| exchange(&format!("command-{number}"), &format!("answer-{number}"));
            record.extend((1..).map_while(numbered));
            levels.push(record[1].command[2]);

            let set = ["enc", "mac", "dek"].map(|name| case.array(name).unwrap());
            let heard = Listener::default().and_set(set).listen(&record);
            assert_eq!(heard.sessions, 1, "{}", case.origin());
            assert_eq!(heard.plain.len(), record.len() - 2);
            for (at, plain) in heard.plain.iter().enumerate() {
                // CLA INS P1 P2 Lc data, where there are data.
                let right = bytes(&format!("plain-{}", at + 1)).unwrap();
                assert_eq!(plain.header, right[..4], "{}", case.origin());
                let data = match right.get(4) {
                    Some(length) => &right[5..5 + usize::from(*length)],
                    None => &[],
                };
                assert_eq!(plain.data, data, "{}", case.origin());
                if let Some(right) = bytes(&format!("answer-plain-{}", at + 1)) {
                    assert_eq!(plain.answer, right, "{}", case.origin());
                }
            }
            let deaf = Listener::knowing([[0x40; 16], set[0], set[2]]).listen(&record);
            assert_eq!((deaf.sessions, deaf.plain.len()), (0, 0));
        }
        assert!(
            [0x03, 0x11, 0x33]
                .iter()
                .all(|level| levels.contains(level)),
            "{levels:02X?}"
        );
    }

    #[test]
    fn a_chips_keys_from_a_root_are_other_programs() {
        for case in test_vectors::cases("generated/issuer-keys").unwrap() {
            let data = [&[0, 0], case.bytes("card-factor").unwrap()].concat();
            let made = kdf3(case.array("root").unwrap(), &data);
            let right = ["enc", "mac", "dek"].map(|name| case.array(name).unwrap());
            assert_eq!(made, right, "{}", case.origin());
        }
    }
}
