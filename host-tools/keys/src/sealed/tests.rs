//! Every bit and every length of a sealed file.

use super::*;

fn file() -> Vec<u8> {
    sealed(&PINS).file
}

fn sealed(format: &Format) -> Sealed {
    let contents = Zeroizing::new(b"synthetic contents".to_vec());
    seal(format, contents, "passphrase", Cost::DEMO, &[7; 40]).unwrap()
}

fn open(format: &Format, file: &[u8], passphrase: &str) -> Result<Vec<u8>, Refusal> {
    super::open(format, file, passphrase).map(|opened| opened.contents.to_vec())
}

#[test]
fn what_was_sealed_opens() {
    assert_eq!(
        open(&PINS, &file(), "passphrase").unwrap(),
        b"synthetic contents"
    );
}

/// A vault that opens with a near passphrase, or whose contents stand in the file, would be none.
#[test]
fn only_the_passphrase_opens_it() {
    for wrong in ["", "Passphrase", "passphrase ", "passphras"] {
        assert_eq!(
            open(&PINS, &file(), wrong),
            Err(Refusal::WrongPassphrase),
            "{wrong:?}"
        );
    }
    assert!(!file().windows(9).any(|part| part == b"synthetic"));
}

/// Every bit counts: a flipped one must never open, whatever it belongs to.
#[test]
fn every_flipped_bit_is_noticed() {
    let whole = file();
    for at in 0..whole.len() {
        for bit in [0x01, 0x80] {
            let mut changed = whole.clone();
            changed[at] ^= bit;
            let refusal = open(&PINS, &changed, "passphrase").expect_err("opens though changed");
            match at {
                0..8 => assert_eq!(refusal, Refusal::NotAVault),
                8..10 => assert!(matches!(refusal, Refusal::Version(_))),
                // The cost: another key, or more than any vault asks for.
                10..22 => assert_ne!(refusal, Refusal::NotAVault),
                22..54 => assert_eq!(refusal, Refusal::WrongPassphrase),
                _ => assert_eq!(refusal, Refusal::Damaged),
            }
        }
    }
}

/// Cut anywhere, a file is refused without a panic; with something appended, too.
#[test]
fn every_length_but_the_right_one_is_refused() {
    let whole = file();
    for len in 0..whole.len() {
        let refusal = open(&PINS, &whole[..len], "passphrase").expect_err("opens though cut");
        let expected = if len < 8 {
            Refusal::NotAVault
        } else {
            Refusal::Damaged
        };
        assert_eq!(refusal, expected, "{len}");
    }
    let longer = [whole, vec![0]].concat();
    assert_eq!(open(&PINS, &longer, "passphrase"), Err(Refusal::Damaged));
}

/// A file must not make us take 4 TiB of memory, nor a gigabyte, nor an hour.
#[test]
fn a_senseless_cost_is_refused_at_once() {
    let with = |at: usize, value: u32| {
        let mut changed = file();
        changed[at..at + 4].copy_from_slice(&value.to_be_bytes());
        open(&PINS, &changed, "passphrase")
    };
    for (at, most) in [(10, 256 * 1024), (14, 12), (18, 16)] {
        for value in [most + 1, 0x7FFF_FFFF, u32::MAX] {
            let refusal = with(at, value).unwrap_err();
            assert!(
                matches!(refusal, Refusal::Costly(_)),
                "{at} {value}: {refusal:?}"
            );
        }
    }
    // one pass more is within the bound, and another key
    assert_eq!(with(14, 2), Err(Refusal::WrongPassphrase));
}

/// What is remembered can be neither made up nor brought from another vault; a write that was cut off leaves the place before it.
#[test]
fn a_vault_remembers_what_its_passphrase_wrote() {
    let Sealed { file, rememberer } = sealed(&VAULT);
    let head = |line: u64| Head {
        line,
        hash: [u8::try_from(line).unwrap(); 32],
    };
    let whole = |places: &[u8]| [&file[..], places].concat();
    let remembered = |file: &[u8]| {
        let opened = super::open(&VAULT, file, "passphrase").map_err(|refusal| {
            assert_eq!(refusal, Refusal::Damaged);
        });
        opened.ok().map(|opened| opened.remembered.unwrap().0)
    };
    let places = rememberer.places(head(4)).unwrap();
    assert_eq!(remembered(&whole(&places)), Some(head(4)));
    assert_eq!(peek(&VAULT, &whole(&places)), Some(head(4)));
    let (old, new) = (places, rememberer.places(head(5)).unwrap());
    let half = places.len() / 2;
    let mixed = [&old[..half], &new[half..]].concat();
    assert_eq!(remembered(&whole(&mixed)), Some(head(5)));
    for at in 0..half {
        let mut torn = mixed.clone();
        torn[half + at] ^= 1;
        assert_eq!(remembered(&whole(&torn)), Some(head(4)), "{at}");
        torn[at] ^= 1;
        assert_eq!(remembered(&whole(&torn)), None, "{at}");
    }
    let contents = Zeroizing::new(b"synthetic contents".to_vec());
    let other = seal(&VAULT, contents, "passphrase", Cost::DEMO, &[8; 40]).unwrap();
    let stranger = other.rememberer.places(head(9)).unwrap();
    assert_eq!(remembered(&whole(&stranger)), None);
    for length in [0, 1, half, places.len() - 1] {
        assert_eq!(remembered(&whole(&places[..length])), None, "{length}");
    }
}
