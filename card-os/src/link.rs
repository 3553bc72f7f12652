//! Links: how whole commands travel on each interface.
//!
//! T=0 (ISO 7816-3, 10 and 12.2) has no case 4: the answer waits behind `61xx` for GET RESPONSE, and a
//! wrong Le is answered `6Cxx`. T=1 and ISO 14443-4 carry whole APDUs both ways.

use apdu_specs::{Status, le};
use zeroize::Zeroize;

use crate::reply::{Reply, Response};

/// An answer that waits for GET RESPONSE.
pub struct Waiting {
    /// Class of the command before: GET RESPONSE may repeat it.
    class: u8,
    data: heapless::Vec<u8, 256>,
    status: Status,
}

impl Waiting {
    /// Nothing waits.
    pub const fn new() -> Self {
        Self {
            class: 0,
            data: heapless::Vec::new(),
            status: Status::SUCCESS,
        }
    }

    /// Another command begins, in class `class`: drops what waits.
    pub fn begin(&mut self, class: u8) {
        self.clear();
        self.class = class;
    }

    /// Whether GET RESPONSE may come in class `class`: the interindustry one, or that of the command before. Client stacks
    /// repeat it, whatever it is.
    pub const fn fits(&self, class: u8) -> bool {
        class == 0x00 || class == self.class
    }

    /// Drops what waits, and wipes it.
    pub fn clear(&mut self) {
        self.data.as_mut_slice().zeroize();
        self.data.clear();
    }

    /// Keeps an answer and announces it with `61xx`.
    pub fn announce(&mut self, reply: &Reply, status: Status) -> Status {
        self.clear();
        if self.data.extend_from_slice(reply.as_slice()).is_err() {
            return Status::INTERNAL_ERROR;
        }
        self.status = status;
        Status::more_data(le::byte(self.data.len()))
    }

    /// GET RESPONSE for `ne` bytes (256 for all).
    pub fn fetch(&mut self, ne: u16, response: &mut Response) {
        let length = self.data.len();
        if length == 0 {
            finish(response, &[], Status::CONDITIONS_NOT_SATISFIED);
        } else if ne != le::ALL && usize::from(ne) != length {
            finish(response, &[], Status::wrong_le(le::byte(length)));
        } else {
            finish(response, &self.data, self.status);
            self.clear();
        }
    }
}

/// Writes data and status word as they leave the card.
pub fn finish(response: &mut Response, data: &[u8], status: Status) {
    response.clear();
    if response.extend_from_slice(data).is_err() {
        response.clear();
    }
    // 256 + 2 bytes is what a Response holds.
    let _ = response.extend_from_slice(&status.to_bytes());
}
