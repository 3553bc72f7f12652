//! Commands that carry a MAC under the last challenge: maintenance, and secure messages on the file commands.

use super::{BK, Fuzz, LK, command};
use crate::handmade;
use crate::hex;

/// Secure messages: header and data, or data objects; the MAC is put behind.
const MESSAGES: [([u8; 4], &str); 12] = [
    ([0x04, 0xB0, 0x87, 0x00], ""),
    ([0x84, 0xB0, 0x88, 0x00], ""),
    ([0x84, 0xB2, 0x03, 0x34], ""),
    ([0x84, 0xD6, 0x87, 0x10], "AABBCCDD"),
    ([0x04, 0xDC, 0x03, 0x2C], "0304332E3030"),
    ([0x84, 0xE2, 0x00, 0x28], "0F0155"),
    ([0x0C, 0xB0, 0x87, 0x00], "970100 BB028700"),
    ([0x0C, 0xB2, 0x01, 0x2D], "970100"),
    ([0x0C, 0xB2, 0x4E, 0x30], "970100 BB028700"),
    ([0x0C, 0xD6, 0x87, 0x00], "8104AABBCCDD"),
    ([0x0C, 0xDC, 0x03, 0x2C], "8106 0304332E3030"),
    ([0x0C, 0xD6, 0x87, 0x00], "8709 01 0011223344556677"),
];

impl Fuzz {
    /// GET CHALLENGE, then what `what` says with a right MAC, or with one for another challenge.
    pub(super) fn maintain(&mut self, what: u8, right: bool) {
        let mut challenge = self.send(&hex("0084000008")).data;
        if challenge.len() != 8 || !right {
            challenge = vec![0; 8];
        }
        if what >= 0xC0 {
            self.message(what, &challenge);
            // A right MAC gives the tries back, also where the file then refuses.
            self.change.tries |= right;
            return;
        }
        let (header, data, key) = match what % 16 {
            // it ends most of what follows, so it is rare
            0 => ([0x84, 0x16, 0x00, 0x00, 0x04], vec![], BK),
            1 => ([0x84, 0x1E, 0x00, what >> 7, 0x04], vec![], LK),
            3 | 5 => ([0x84, 0x18, 0x00, 0x00, 0x04], vec![], LK),
            number if number % 2 == 0 => {
                // one block under the session key of STK, or of PUK: no PIN
                let pin = if number % 4 == 0 {
                    0x12_34_56
                } else {
                    0x24_68_10u64
                };
                let mut plain = [0; 16];
                plain[..8]
                    .copy_from_slice(&(0x03_u64 << 56 | pin << 32 | 0x8000_0000).to_be_bytes());
                let (key, block) = if what & 0x10 == 0 {
                    (handmade::STK, &plain[..])
                } else {
                    (handmade::PUK, &plain[..8])
                };
                // one block of CBC from zeros is one of ECB
                let data = key.message_cbc(&challenge, block);
                let lc = data.len() as u8 + 4;
                ([0x84, 0x24, 0x00, 0x01, lc], data, handmade::STK)
            }
            _ => ([0x84, 0x24, 0x00, 0x00, 0x04], vec![], handmade::STK),
        };
        let mac = key.mac4(&challenge, header, &data);
        self.send(&[&header[..], &data, &mac].concat());
        // PIN RELOAD shows STK by its MAC: that gives STK's tries back, also where the block then holds no PIN.
        self.change.tries |= right && header[..2] == [0x84, 0x24];
    }

    fn message(&mut self, what: u8, challenge: &[u8]) {
        let (header, data) = MESSAGES[usize::from(what) % MESSAGES.len()];
        let mut data = hex(data);
        if header[0] == 0x0C {
            let mut covered = header.to_vec();
            covered.push(0x80);
            covered.resize(handmade::STK.block_length(), 0x00);
            covered.extend(&data);
            data.extend([0x8E, 0x04]);
            data.extend(handmade::STK.message_mac(challenge, &covered));
        } else {
            let mut covered = header.to_vec();
            covered.push(data.len() as u8 + 4);
            covered.extend(&data);
            data.extend(handmade::STK.message_mac(challenge, &covered));
        }
        self.send(&command(header, &data, Some(0x00)));
    }
}
