//! A PSAM that is a script: how it is opened, and the keys and factors that its scripts have.

use apdu_specs::applications::find_directory;
use apdu_specs::keys::CardKey;
use card_crypto::Algorithm;
use ssc_keys::KeyRef;
use ssc_reader::Interface;
use ssc_terminal::psam::Psam;

use super::{Script, bytes};

pub const IDENTIFIER: (&str, &str) = ("00B0960006", "331100000123 9000");
/// Another maker's public data: the region that they seem to have is none.
pub const PUBLIC: (&str, &str) = ("00B095000F", "00000102030405060708 0100 330100 9000");
pub const SELECT_DES: (&str, &str) = ("00A4040006 D15600000590", "6120");
pub const SELECT_SM4: (&str, &str) = ("00A404000F 7378332E73682EC9E7BBE1B1A3D5CF", "9000");
pub const SELECT_DF01: (&str, &str) = ("00A4000002 DF01", "9000");
/// Card factor, city factor "440305sx", province factor "440000sh".
pub const CARD: &str = "8601112233445566";
pub const CITY: &str = "3434303330357378";
pub const PROVINCE: &str = "3434303030307368";

pub fn key(directory: u16, name: &str) -> &'static CardKey {
    let mut keys = find_directory(directory).unwrap().keys.iter();
    keys.find(|key| key.name == name).unwrap()
}

pub fn of(key: &'static CardKey, algorithm: Algorithm) -> KeyRef {
    KeyRef {
        key,
        algorithm,
        version: 1,
        region: *b"440305",
        card_factor: bytes(CARD).try_into().unwrap(),
    }
}

pub fn eight(hex: &str) -> [u8; 8] {
    bytes(hex).try_into().unwrap()
}

pub fn psam(interface: Interface, steps: &[(&str, &str)]) -> Psam<'static> {
    let steps = [&[IDENTIFIER, PUBLIC], steps].concat();
    Psam::open(Script::new(interface, &steps)).unwrap()
}
