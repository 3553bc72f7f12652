//! Values of options, with errors in both languages.

use apdu_specs::Generation;
use apdu_specs::keys::{FIRST_KEY_VERSION, LAST_KEY_VERSION};
use ssc_bureau::psam::Levels;
use ssc_person::Region;

use crate::text::{Text, text};
use crate::usage::BadValue;

fn bad(message: Text) -> BadValue {
    BadValue(message)
}

/// A generation by its version.
///
/// # Errors
/// Another text.
pub fn generation(value: &str) -> Result<Generation, BadValue> {
    Generation::from_version(value).ok_or_else(|| {
        bad(text(
            "a generation is 1.00, 2.00 or 3.00",
            "规范版本须为 1.00、2.00 或 3.00",
        ))
    })
}

/// A region, six digits; whether it is known is not judged.
///
/// # Errors
/// Another text.
pub fn region(value: &str) -> Result<Region, BadValue> {
    Region::parse(value).map_err(|violation| bad(Text::of(&violation)))
}

/// A terminal identifier.
///
/// # Errors
/// Not 12 hexadecimal digits.
pub fn terminal(value: &str) -> Result<[u8; 6], BadValue> {
    serial(value).map_err(|_| {
        bad(text(
            "a terminal identifier is 12 hexadecimal digits",
            "终端机编号须为 12 位十六进制数字",
        ))
    })
}

/// A version of root keys.
///
/// # Errors
/// Not 1 to 3.
pub fn key_version(value: &str) -> Result<u8, BadValue> {
    let version = value.parse().ok();
    version
        .filter(|version| (FIRST_KEY_VERSION..=LAST_KEY_VERSION).contains(version))
        .ok_or_else(|| bad(text("a key version is 1, 2 or 3", "密钥版本须为 1、2 或 3")))
}

/// How long to wait, in seconds.
///
/// # Errors
/// Not 1 to 86,400, a day.
pub fn seconds(value: &str) -> Result<u64, BadValue> {
    let seconds = value.parse().ok();
    seconds
        .filter(|seconds| (1..=86_400).contains(seconds))
        .ok_or_else(|| {
            bad(text(
                "a number of seconds is 1 to 86400",
                "秒数须为 1 至 86400",
            ))
        })
}

/// The levels of derivation of a PSAM's keys.
///
/// # Errors
/// Not 1 to 3.
pub fn levels(value: &str) -> Result<Levels, BadValue> {
    match value {
        "1" => Ok(Levels::City),
        "2" => Ok(Levels::Province),
        "3" => Ok(Levels::Nation),
        _ => Err(bad(text(
            "a key of a PSAM has 1, 2 or 3 levels",
            "PSAM 密钥的级数须为 1、2 或 3",
        ))),
    }
}

/// The serial number of a simulated card.
///
/// # Errors
/// Not 12 hexadecimal digits.
pub fn serial(value: &str) -> Result<[u8; 6], BadValue> {
    let mut serial = [0; 6];
    match hex::decode_to_slice(value, &mut serial) {
        Ok(()) => Ok(serial),
        Err(_) => Err(bad(text(
            "a serial number is 12 hexadecimal digits",
            "序列号须为 12 位十六进制数字",
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_one_short_and_one_long_are_refused() {
        assert_eq!(generation("3.00"), Ok(Generation::V3));
        assert_eq!(
            serial("0123456789ab"),
            Ok([0x01, 0x23, 0x45, 0x67, 0x89, 0xAB])
        );
        assert!(region("440100").is_ok());
        assert_eq!(key_version("3"), Ok(3));
        for value in ["0", "4", "", "1.0", "-1"] {
            assert!(key_version(value).is_err(), "{value}");
        }
        assert_eq!(levels("1"), Ok(Levels::City));
        for value in ["0", "4", "", "11"] {
            assert!(levels(value).is_err(), "{value}");
        }
        assert_eq!(terminal("0123456789ab"), serial("0123456789ab"));
        assert!(terminal("0123456789a").is_err());
        for value in ["3.0", "3.000", "3", "", "4.00"] {
            assert!(generation(value).is_err(), "{value}");
        }
        for value in [
            "0123456789a",
            "0123456789abc",
            "0123456789ab01",
            "0123456789ag",
        ] {
            assert!(serial(value).is_err(), "{value}");
        }
        for value in ["44010", "4401000", "44010x"] {
            assert!(region(value).is_err(), "{value}");
        }
    }
}
