//! AES-128 (FIPS 197) by look-ups: for a core without data cache.
//!
//! The `aes` crate is bit-sliced and works on two blocks at once, which a card that has one block throws away. A look-up takes as
//! long whatever its index only where no cache stands before the table: on a microcontroller of this kind, whose DES and SM4 look
//! up tables too, and not on a host, which keeps the crate. The tables are computed at build time from the definition of the S-box,
//! so none is typed in.
//!
//! A column of the state is a `u32` with its first byte at the low end.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::cipher::LengthError;
use crate::cipher::{BlockCipher, decrypt_chained};

const ROUNDS: usize = 10;

type State = [u32; 4];

/// SubBytes and MixColumns at once: the column that a byte in the first row becomes. For another row it is rotated.
static MIXED: [u32; 256] = mixed(&s_box());
/// The same for InvSubBytes and InvMixColumns.
static MIXED_BACK: [u32; 256] = mixed_back(&inverted(&s_box()));
static INVERSE_S_BOX: [u8; 256] = inverted(&s_box());

/// AES-128 with the round keys of one key, wiped when dropped.
#[derive(Clone)]
pub struct Aes128([State; ROUNDS + 1]);

impl BlockCipher<16, 16> for Aes128 {
    fn new(key: &[u8; 16]) -> Self {
        let mut cipher = Self([[0; 4]; ROUNDS + 1]);
        expand(key, &mut cipher.0);
        cipher
    }

    #[inline(never)]
    fn encrypt(&self, block: &mut [u8; 16]) {
        let [first, middle @ .., last] = &self.0;
        let mut state = load(block);
        add(&mut state, first);
        for key in middle {
            let [a, b, c, d] = state;
            state = [
                mixed_column(&MIXED, a, b, c, d),
                mixed_column(&MIXED, b, c, d, a),
                mixed_column(&MIXED, c, d, a, b),
                mixed_column(&MIXED, d, a, b, c),
            ];
            add(&mut state, key);
        }
        let [a, b, c, d] = state;
        state = [
            column(substituted, a, b, c, d),
            column(substituted, b, c, d, a),
            column(substituted, c, d, a, b),
            column(substituted, d, a, b, c),
        ];
        add(&mut state, last);
        store(&state, block);
    }

    fn decrypt(&self, block: &mut [u8; 16]) {
        let mut turned = self.turned();
        self.decrypt_with(&turned, block);
        turned.as_flattened_mut().zeroize();
    }

    fn decrypt_cbc(&self, iv: &[u8; 16], data: &mut [u8]) -> Result<(), LengthError> {
        let mut turned = self.turned();
        let done = decrypt_chained(iv, data, |block| self.decrypt_with(&turned, block));
        turned.as_flattened_mut().zeroize();
        done
    }
}

impl Aes128 {
    /// The keys of the rounds in the middle for the equivalent inverse cipher (FIPS 197, 5.3.5), which mixes before it adds.
    #[inline(never)]
    fn turned(&self) -> [State; ROUNDS - 1] {
        let [_, middle @ .., _] = &self.0;
        middle.map(|key| key.map(mix_back))
    }

    #[inline(never)]
    fn decrypt_with(&self, turned: &[State; ROUNDS - 1], block: &mut [u8; 16]) {
        let [first, .., last] = &self.0;
        let mut state = load(block);
        add(&mut state, last);
        for key in turned.iter().rev() {
            let [a, b, c, d] = state;
            state = [
                mixed_column(&MIXED_BACK, a, d, c, b),
                mixed_column(&MIXED_BACK, b, a, d, c),
                mixed_column(&MIXED_BACK, c, b, a, d),
                mixed_column(&MIXED_BACK, d, c, b, a),
            ];
            add(&mut state, key);
        }
        let [a, b, c, d] = state;
        state = [
            column(substituted_back, a, d, c, b),
            column(substituted_back, b, a, d, c),
            column(substituted_back, c, b, a, d),
            column(substituted_back, d, c, b, a),
        ];
        add(&mut state, first);
        store(&state, block);
    }
}

impl Drop for Aes128 {
    fn drop(&mut self) {
        self.0.as_flattened_mut().zeroize();
    }
}

impl ZeroizeOnDrop for Aes128 {}

/// Not inlined: what uses a cipher for one block is written for any, and its key schedule is long.
#[inline(never)]
fn expand(key: &[u8; 16], round_keys: &mut [State; ROUNDS + 1]) {
    let mut last = load(key);
    let mut constant = 1;
    for round_key in round_keys {
        *round_key = last;
        let [a, b, c, d] = last;
        let turned = d.rotate_right(8);
        let a = a ^ column(substituted, turned, turned, turned, turned) ^ constant;
        let b = a ^ b;
        let c = b ^ c;
        last = [a, b, c, c ^ d];
        constant = double(constant);
    }
    last.zeroize();
}

fn add(state: &mut State, key: &State) {
    for (column, key) in state.iter_mut().zip(key) {
        *column ^= key;
    }
}

/// ShiftRows, with SubBytes by `table`: row r of a column comes from the column r places further on.
#[inline(always)]
fn column(table: fn(u8) -> u8, first: u32, second: u32, third: u32, fourth: u32) -> u32 {
    let [a, ..] = first.to_le_bytes();
    let [_, b, ..] = second.to_le_bytes();
    let [_, _, c, _] = third.to_le_bytes();
    let [.., d] = fourth.to_le_bytes();
    u32::from_le_bytes([table(a), table(b), table(c), table(d)])
}

/// The same by a table that has MixColumns in it.
#[inline(always)]
fn mixed_column(table: &[u32; 256], first: u32, second: u32, third: u32, fourth: u32) -> u32 {
    let [a, ..] = first.to_le_bytes();
    let [_, b, ..] = second.to_le_bytes();
    let [_, _, c, _] = third.to_le_bytes();
    let [.., d] = fourth.to_le_bytes();
    look_up(table, a)
        ^ look_up(table, b).rotate_left(8)
        ^ look_up(table, c).rotate_left(16)
        ^ look_up(table, d).rotate_left(24)
}

/// The table has a place for every byte, so nothing is ever missing.
#[inline(always)]
fn look_up(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The S-box: MixColumns leaves the byte itself in the second row.
#[inline(always)]
fn substituted(byte: u8) -> u8 {
    let [_, once, ..] = look_up(&MIXED, byte).to_le_bytes();
    once
}

#[inline(always)]
fn substituted_back(byte: u8) -> u8 {
    INVERSE_S_BOX
        .get(usize::from(byte))
        .copied()
        .unwrap_or_default()
}

/// Each of the four bytes times 02 in GF(2^8).
#[inline(always)]
const fn double(word: u32) -> u32 {
    ((word & 0x7F7F_7F7F) << 1) ^ (((word >> 7) & 0x0101_0101) * 0x1B)
}

/// MixColumns on one column.
#[inline(always)]
const fn mix(column: u32) -> u32 {
    let next = column.rotate_right(8);
    double(column ^ next) ^ next ^ column.rotate_right(16) ^ column.rotate_right(24)
}

/// Its inverse: 0E 0B 0D 09 is 02 03 01 01 times 05 00 04 00 (FIPS 197, 5.3.3).
#[inline(always)]
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
const fn mixed(s_box: &[u8; 256]) -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = mix(s_box[byte] as u32);
        byte += 1;
    }
    table
}

#[allow(clippy::indexing_slicing)]
const fn mixed_back(inverse: &[u8; 256]) -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = mix_back(inverse[byte] as u32);
        byte += 1;
    }
    table
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
