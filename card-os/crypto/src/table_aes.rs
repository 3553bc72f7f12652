//! AES-128 (FIPS 197) by look-ups in its S-box: for a core without data cache.
//!
//! The `aes` crate is bit-sliced and works on two blocks at once, which a card that has one block throws away. A look-up takes as
//! long whatever its index only where no cache stands before the table: on a microcontroller of this kind, whose DES and SM4 look
//! up tables too, and not on a host, which keeps the crate (feature `table-aes`). The S-box is computed at build time from its
//! definition, so no table is typed in.
//!
//! A column of the state is a `u32` with its first byte at the low end.

use cbc::cipher::common::{Key, KeyInit, KeySizeUser};
use cbc::cipher::consts::{U1, U16};
use cbc::cipher::{
    Block, BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncBackend,
    BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, InOut, ParBlocksSizeUser,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

const ROUNDS: usize = 10;

type State = [u32; 4];

static S_BOX: [u8; 256] = s_box();
static INVERSE_S_BOX: [u8; 256] = inverted(&S_BOX);

/// AES-128 with the round keys of one key, wiped when dropped.
#[derive(Clone)]
pub struct Aes128 {
    first: State,
    /// The keys of the rounds that mix columns.
    middle: [State; ROUNDS - 1],
    last: State,
}

impl Aes128 {
    fn encrypt(&self, block: &mut [u8; 16]) {
        let mut state = load(block);
        add(&mut state, &self.first);
        for key in &self.middle {
            state = shifted(&S_BOX, state).map(mix);
            add(&mut state, key);
        }
        state = shifted(&S_BOX, state);
        add(&mut state, &self.last);
        store(&state, block);
    }

    fn decrypt(&self, block: &mut [u8; 16]) {
        let mut state = load(block);
        add(&mut state, &self.last);
        state = shifted_back(&INVERSE_S_BOX, state);
        for key in self.middle.iter().rev() {
            add(&mut state, key);
            state = shifted_back(&INVERSE_S_BOX, state.map(mix_back));
        }
        add(&mut state, &self.first);
        store(&state, block);
    }
}

impl Drop for Aes128 {
    fn drop(&mut self) {
        self.first.zeroize();
        self.middle.zeroize();
        self.last.zeroize();
    }
}

impl ZeroizeOnDrop for Aes128 {}

/// Not inlined: what uses a cipher for one block is written for any, and its key schedule is long.
#[inline(never)]
fn expand(key: &[u8; 16]) -> [State; ROUNDS + 1] {
    let mut round_keys = [[0; 4]; ROUNDS + 1];
    let mut last = load(key);
    let mut constant = 1;
    for round_key in &mut round_keys {
        *round_key = last;
        let [a, b, c, d] = last;
        let word = substituted(&S_BOX, d.rotate_right(8)) ^ constant;
        let a = a ^ word;
        let b = a ^ b;
        let c = b ^ c;
        last = [a, b, c, c ^ d];
        constant = double(constant);
    }
    last.zeroize();
    round_keys
}

fn add(state: &mut State, key: &State) {
    for (column, key) in state.iter_mut().zip(key) {
        *column ^= key;
    }
}

/// SubBytes and ShiftRows: row r of a column comes from the column r places further on.
fn shifted(table: &[u8; 256], [a, b, c, d]: State) -> State {
    let column = |first: u32, second: u32, third: u32, fourth: u32| {
        substituted(
            table,
            first & 0xFF | second & 0xFF00 | third & 0x00FF_0000 | fourth & 0xFF00_0000,
        )
    };
    [
        column(a, b, c, d),
        column(b, c, d, a),
        column(c, d, a, b),
        column(d, a, b, c),
    ]
}

/// The inverse: the same with the columns in the order that goes backwards.
fn shifted_back(table: &[u8; 256], [a, b, c, d]: State) -> State {
    let [a, d, c, b] = shifted(table, [a, d, c, b]);
    [a, b, c, d]
}

fn substituted(table: &[u8; 256], word: u32) -> u32 {
    // The table has a place for every byte, so nothing is ever missing.
    let look_up = |byte: u8| table.get(usize::from(byte)).copied().unwrap_or_default();
    u32::from_le_bytes(word.to_le_bytes().map(look_up))
}

/// Each of the four bytes times 02 in GF(2^8).
const fn double(word: u32) -> u32 {
    ((word & 0x7F7F_7F7F) << 1) ^ (((word >> 7) & 0x0101_0101) * 0x1B)
}

/// MixColumns on one column.
const fn mix(column: u32) -> u32 {
    let next = column.rotate_right(8);
    double(column ^ next) ^ next ^ column.rotate_right(16) ^ column.rotate_right(24)
}

/// Its inverse: 0E 0B 0D 09 is 02 03 01 01 times 05 00 04 00 (FIPS 197, 5.3.3).
const fn mix_back(column: u32) -> u32 {
    mix(column ^ double(double(column ^ column.rotate_right(16))))
}

fn load(block: &[u8; 16]) -> State {
    let mut state = [0; 4];
    for (column, bytes) in state.iter_mut().zip(block.as_chunks::<4>().0) {
        *column = u32::from_le_bytes(*bytes);
    }
    state
}

fn store(state: &State, block: &mut [u8; 16]) {
    for (bytes, column) in block.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = column.to_le_bytes();
    }
}

/// The S-box (FIPS 197, 5.1.1): the inverse in GF(2^8), then an affine map. 03 makes all elements but zero.
#[allow(clippy::indexing_slicing)] // At build time alone, where an index out of bounds does not compile.
const fn s_box() -> [u8; 256] {
    let mut table = [0x63; 256];
    let (mut power, mut inverse) = (1_u8, 1_u8);
    loop {
        power = power ^ times_two(power);
        // Divided by 03: times F6.
        inverse ^= inverse << 1;
        inverse ^= inverse << 2;
        inverse ^= inverse << 4;
        if inverse & 0x80 != 0 {
            inverse ^= 0x09;
        }
        table[power as usize] = inverse
            ^ inverse.rotate_left(1)
            ^ inverse.rotate_left(2)
            ^ inverse.rotate_left(3)
            ^ inverse.rotate_left(4)
            ^ 0x63;
        if power == 1 {
            return table;
        }
    }
}

const fn times_two(byte: u8) -> u8 {
    (byte << 1) ^ if byte & 0x80 != 0 { 0x1B } else { 0 }
}

#[allow(clippy::indexing_slicing)]
const fn inverted(table: &[u8; 256]) -> [u8; 256] {
    let mut inverse = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        inverse[table[byte] as usize] = byte as u8;
        byte += 1;
    }
    inverse
}

impl KeySizeUser for Aes128 {
    type KeySize = U16;
}

impl KeyInit for Aes128 {
    fn new(key: &Key<Self>) -> Self {
        let [first, middle @ .., last] = expand(key.as_ref());
        Self {
            first,
            middle,
            last,
        }
    }
}

impl BlockSizeUser for Aes128 {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for Aes128 {
    type ParBlocksSize = U1;
}

impl BlockCipherEncrypt for Aes128 {
    fn encrypt_with_backend(&self, f: impl BlockCipherEncClosure<BlockSize = U16>) {
        f.call(self);
    }
}

impl BlockCipherEncBackend for Aes128 {
    #[inline(never)]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        let mut bytes: [u8; 16] = (*block.get_in()).into();
        self.encrypt(&mut bytes);
        *block.get_out() = bytes.into();
        bytes.zeroize();
    }
}

impl BlockCipherDecrypt for Aes128 {
    fn decrypt_with_backend(&self, f: impl BlockCipherDecClosure<BlockSize = U16>) {
        f.call(self);
    }
}

impl BlockCipherDecBackend for Aes128 {
    #[inline(never)]
    fn decrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        let mut bytes: [u8; 16] = (*block.get_in()).into();
        self.decrypt(&mut bytes);
        *block.get_out() = bytes.into();
        bytes.zeroize();
    }
}
