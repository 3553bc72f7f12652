//! The issuer's side of SCP03 (GlobalPlatform Amendment D 1.1.2, AES-128, i = 70) in a few lines.

use super::ciphers::{aes, aes_cbc, aes_cbc_decrypt, aes_cmac, pad80};
use super::{Answer, TestCard, hex};

/// Static keys: ENC, MAC, DEK.
pub type Keys = [[u8; 16]; 3];

/// Published transport keys.
pub const TRANSPORT: Keys = [[
    0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F,
]; 3];

/// The host's challenge.
pub const HOST_CHALLENGE: [u8; 8] = [0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7];

/// What INITIALIZE UPDATE answered, and what follows from it.
pub struct Handshake {
    pub answer: Vec<u8>,
    pub host_cryptogram: [u8; 8],
    enc: [u8; 16],
    mac: [u8; 16],
    rmac: [u8; 16],
}

/// An open secure channel, or one that the host takes for open.
#[derive(Clone)]
pub struct Host {
    pub level: u8,
    enc: [u8; 16],
    mac: [u8; 16],
    rmac: [u8; 16],
    pub chaining: [u8; 16],
    pub counter: u32,
    pub dek: [u8; 16],
}

fn kdf(key: [u8; 16], constant: u8, bits: u8, context: &[&[u8]]) -> [u8; 16] {
    let label = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, constant, 0, 0, bits, 1];
    let mut parts: Vec<&[u8]> = vec![&label];
    parts.extend(context);
    aes_cmac(key, &parts)
}

/// The pseudo-random card challenge of a sequence counter.
pub fn card_challenge(enc: [u8; 16], counter: &[u8]) -> [u8; 8] {
    let aid = hex("A000000151000000");
    *kdf(enc, 0x02, 0x40, &[counter, &aid])
        .first_chunk()
        .unwrap()
}

/// INITIALIZE UPDATE, its answer checked: 32 bytes, the right challenge and cryptogram.
pub fn initialize_update(card: &mut TestCard, keys: &Keys, version: u8) -> Handshake {
    let mut command = vec![0x80, 0x50, version, 0x00, 0x08];
    command.extend(HOST_CHALLENGE);
    command.push(0x00);
    let answer = card.exchange(&command);
    assert_eq!(answer.sw, 0x9000, "INITIALIZE UPDATE");
    Handshake::of(keys, &answer.data)
}

impl Handshake {
    /// What follows from the answer to INITIALIZE UPDATE (with [`HOST_CHALLENGE`]), which is checked.
    pub fn of(keys: &Keys, answer: &[u8]) -> Self {
        assert_eq!(answer.len(), 32);
        let challenge = &answer[13..21];
        assert_eq!(challenge, card_challenge(keys[0], &answer[29..32]));
        let context: &[&[u8]] = &[&HOST_CHALLENGE, challenge];
        let mac = kdf(keys[1], 0x06, 0x80, context);
        assert_eq!(answer[21..29], kdf(mac, 0x00, 0x40, context)[..8]);
        Self {
            host_cryptogram: *kdf(mac, 0x01, 0x40, context).first_chunk().unwrap(),
            enc: kdf(keys[0], 0x04, 0x80, context),
            rmac: kdf(keys[1], 0x07, 0x80, context),
            mac,
            answer: answer.to_vec(),
        }
    }

    /// The same with another cryptogram of the host.
    pub fn with_host_cryptogram(self, host_cryptogram: [u8; 8]) -> Self {
        Self {
            host_cryptogram,
            ..self
        }
    }

    /// EXTERNAL AUTHENTICATE for `level`, and the channel that it opens.
    pub fn external_authenticate(&self, level: u8, dek: [u8; 16]) -> (Vec<u8>, Host) {
        let header = [0x84, 0x82, level, 0x00, 0x10];
        let chaining = aes_cmac(self.mac, &[&[0; 16], &header, &self.host_cryptogram]);
        let mut command = header.to_vec();
        command.extend(self.host_cryptogram);
        command.extend(&chaining[..8]);
        let host = Host {
            level,
            enc: self.enc,
            mac: self.mac,
            rmac: self.rmac,
            chaining,
            counter: 0,
            dek,
        };
        (command, host)
    }
}

impl Host {
    /// Selects the security domain and opens a channel.
    pub fn open(card: &mut TestCard, keys: &Keys, level: u8) -> Self {
        assert_eq!(
            card.exchange(&hex("00A4040008A00000015100000000")).sw,
            0x9000
        );
        let handshake = initialize_update(card, keys, 0x00);
        let (command, host) = handshake.external_authenticate(level, keys[2]);
        assert_eq!(card.exchange(&command).sw, 0x9000, "EXTERNAL AUTHENTICATE");
        host
    }

    /// A command under the channel's level.
    pub fn wrap(&mut self, header: [u8; 4], data: &[u8]) -> Vec<u8> {
        self.counter += 1;
        let mut sent = data.to_vec();
        if self.level & 0x02 != 0 && !data.is_empty() {
            sent = aes_cbc(self.enc, self.iv(0x00), &pad80(data));
        }
        let [cla, ins, p1, p2] = header;
        let mut command = vec![cla | 0x04, ins, p1, p2, (sent.len() + 8) as u8];
        self.chaining = aes_cmac(self.mac, &[&self.chaining, &command, &sent]);
        command.extend(sent);
        command.extend(&self.chaining[..8]);
        command
    }

    /// Checks and opens an answer.
    pub fn unwrap(&self, answer: Answer) -> Answer {
        let Answer { mut data, sw } = answer;
        let warning = matches!(sw >> 8, 0x62 | 0x63);
        if self.level & 0x10 == 0 || !(sw == 0x9000 || warning) {
            return Answer { data, sw };
        }
        let mac = data.split_off(data.len().checked_sub(8).expect("an R-MAC"));
        let expected = aes_cmac(self.rmac, &[&self.chaining, &data, &sw.to_be_bytes()]);
        assert_eq!(mac, expected[..8], "the R-MAC");
        if self.level & 0x20 != 0 && !data.is_empty() {
            data = aes_cbc_decrypt(self.enc, self.iv(0x80), &data);
            let end = data.iter().rposition(|byte| *byte != 0).unwrap();
            assert_eq!(data[end], 0x80, "padding");
            data.truncate(end);
        }
        Answer { data, sw }
    }

    /// A command through the channel.
    pub fn send(&mut self, card: &mut TestCard, header: [u8; 4], data: &[u8]) -> Answer {
        let command = self.wrap(header, data);
        self.deliver(card, command)
    }

    /// A wrapped command to the card, with a Le where the protocol has one.
    pub fn deliver(&mut self, card: &mut TestCard, mut command: Vec<u8>) -> Answer {
        if card.interface != card_os::Interface::T0 {
            command.push(0x00);
        }
        let answer = card.exchange(&command);
        self.unwrap(answer)
    }

    /// STORE DATA in blocks of at most `size` bytes; stops at the first refusal.
    pub fn store(&mut self, card: &mut TestCard, stream: &[u8], size: usize) -> u16 {
        let blocks: Vec<&[u8]> = stream.chunks(size).collect();
        for (number, block) in blocks.iter().enumerate() {
            let last = number + 1 == blocks.len();
            let p1 = if last { 0x88 } else { 0x08 };
            let answer = self.send(card, [0x80, 0xE2, p1, number as u8], block);
            if answer.sw != 0x9000 {
                return answer.sw;
            }
        }
        0x9000
    }

    fn iv(&self, first: u8) -> [u8; 16] {
        let [a, b, c, d] = self.counter.to_be_bytes();
        aes(
            self.enc,
            [first, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d],
        )
    }
}
