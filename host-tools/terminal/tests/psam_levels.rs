//! What a terminal asks a PSAM for: the levels, types and versions that can be the card's, and nothing else. The PSAM is a script,
//! its answers are OpenSSL's.

mod common;

use apdu_specs::Status;
use apdu_specs::applications::ssc::names::SSSE_FID;
use card_crypto::Algorithm;
use common::psam_script::{
    CARD, CITY, IDENTIFIER, PROVINCE, PUBLIC, SELECT_DES, eight, key, of, psam,
};
use common::{DES, Known, Script};
use ssc_keys::SecurityModule;
use ssc_reader::Interface;
use ssc_terminal::TerminalError;
use ssc_terminal::psam::{Psam, PsamError};
use ssc_words::{Bilingual, Lang};

/// What INIT is asked with one after the other, each refused with `sw` but for the last where `taken`: use, and the factors
/// that it carries.
fn inits(uses: &[u8], identifier: u8, sw: &str, taken: bool) -> Vec<(String, String)> {
    let challenge = DES.challenge;
    let steps = uses.iter().enumerate().map(|(at, byte)| {
        let factors = match byte >> 5 {
            1 => CARD.to_owned(),
            2 => format!("{CARD}{CITY}"),
            _ => format!("{CARD}{CITY}{PROVINCE}"),
        };
        let length = factors.len() / 2 + 8;
        let last = taken && at + 1 == uses.len();
        let answer = if last { "9000" } else { sw };
        (
            format!("BFDE{byte:02X}{identifier:02X} {length:02X} {factors}{challenge}"),
            answer.to_owned(),
        )
    });
    steps.collect()
}

/// The cryptogram of a key whose PSAM answers these INITs; `public` are its public data.
fn asked(
    name: &str,
    public: &str,
    inits: &[(String, String)],
    computes: bool,
) -> Result<[u8; 8], TerminalError> {
    let Known {
        challenge,
        source,
        cryptogram,
        ..
    } = DES;
    let select = format!("{} 00", SELECT_DES.0);
    let crypt = format!("80FA000008 {source} 08");
    let answer = format!("{cryptogram} 9000");
    let mut steps = vec![IDENTIFIER, (PUBLIC.0, public), (&*select, "9000")];
    steps.extend(
        inits
            .iter()
            .map(|(command, answer)| (&**command, &**answer)),
    );
    if computes {
        steps.push((&*crypt, &*answer));
    }
    let mut psam = Psam::open(Script::new(Interface::T1, &steps)).unwrap();
    let rk = of(key(SSSE_FID, name), Algorithm::TripleDes);
    Ok(psam.cryptogram(&rk, &eight(challenge), &eight(source))?)
}

/// One PSAM knows a key by its narrower type, one by the wider, one of a city or a nation with other levels: a refused INIT
/// costs nothing, so each is asked for as it may be held.
#[test]
fn a_psam_that_holds_a_key_otherwise_is_asked_for_it_so() {
    for (name, identifier, uses) in [
        ("UK", 0x12, &[0x48, 0x47][..]),
        ("RK", 0x0A, &[0x47, 0x48]),
        ("RK", 0x0A, &[0x47, 0x48, 0x67]),
        ("RK", 0x0A, &[0x47, 0x48, 0x67, 0x68, 0x27]),
        ("UK", 0x12, &[0x48, 0x47, 0x68, 0x67, 0x28]),
        ("IRK", 0x08, &[0x67, 0x68, 0x47]),
        ("IRK", 0x08, &[0x67, 0x68, 0x47, 0x48, 0x27, 0x28]),
    ] {
        for sw in ["6A88", "6985", "9403"] {
            let inits = inits(uses, identifier, sw, true);
            let made = asked(name, PUBLIC.1, &inits, true);
            assert_eq!(made.unwrap(), eight(DES.cryptogram), "{name} {uses:02X?}");
        }
    }
    let all = inits(&[0x47, 0x48, 0x67, 0x68, 0x27, 0x28], 0x0A, "6A88", false);
    assert!(matches!(
        asked("RK", PUBLIC.1, &all, false),
        Err(TerminalError::Psam(PsamError::Init {
            key: "SSSE/RK",
            sw: Status(0x6A88)
        }))
    ));
}

/// A PSAM that tells its region is asked for no key that cannot be the card's (440305), and says which regions differ.
#[test]
fn levels_that_cannot_fit_the_card_are_not_asked_for() {
    // serial number 00 00 and the last 8 historical bytes of its own ATR, version, type, region
    let own = |region: &str| format!("0000 8601112233445566 0100 {region} 9000");
    for (region, uses, taken) in [
        // the same region
        ("440305", &[0x47, 0x48, 0x67, 0x68, 0x27][..], true),
        // the same province: a key with one level is another city's
        ("440300", &[0x47], true),
        ("440300", &[0x47, 0x48, 0x67, 0x68], false),
        // another one: nothing but three levels, and nothing is computed with the key that it has
        ("330100", &[0x67], true),
        ("330100", &[0x67, 0x68], false),
    ] {
        let inits = inits(uses, 0x0A, "6985", taken);
        let made = asked("RK", &own(region), &inits, taken);
        if taken {
            assert_eq!(made.unwrap(), eight(DES.cryptogram), "{region}");
            continue;
        }
        let error = made.unwrap_err();
        assert_eq!(error.code(), -24);
        for lang in [Lang::En, Lang::Zh] {
            let words = error.say(lang);
            let told = [region, "440305", "SSSE/RK", "--national"];
            assert!(told.iter().all(|part| words.contains(part)), "{words}");
        }
    }
    // a key that is not there is not one of another region
    let absent = inits(&[0x67, 0x68], 0x0A, "9403", false);
    let error = asked("RK", &own("330100"), &absent, false).unwrap_err();
    assert_eq!(error.code(), -2203, "{error}");
    // what is no number is no region
    let inits = inits(&[0x47], 0x0A, "6985", true);
    asked("RK", &own("33010A"), &inits, true).unwrap();
}

/// A PSAM tells of which version its keys are, or it does not; where one was asked for, no other is computed with.
#[test]
fn the_version_that_was_asked_for_is_the_psams() {
    let list = |versions: &[u8]| {
        let keys = versions
            .iter()
            .map(|version| format!("47 0A 01 {version:02X}"));
        format!("{} 9000", keys.collect::<String>())
    };
    let Known {
        challenge,
        source,
        cryptogram,
        ..
    } = DES;
    for (asked, listed, code) in [
        (2, list(&[2, 2]), None),
        (1, list(&[1]), None),
        (2, list(&[1]), Some(-27272)),
        (1, list(&[2]), Some(-27272)),
        (2, list(&[2, 1]), Some(-27272)),
        // another maker's
        (2, "6D00".to_owned(), Some(-27272)),
        (2, "6A88".to_owned(), Some(-27272)),
        (2, "9000".to_owned(), Some(-27272)),
        (2, "470A01029000 9000".to_owned(), Some(-27272)),
    ] {
        let select = format!("{} 00", SELECT_DES.0);
        let [init, crypt] = [
            format!("BFDE470A 18 {CARD}{CITY}{challenge}"),
            format!("80FA000008 {source} 08"),
        ];
        let answer = format!("{cryptogram} 9000");
        let mut steps = vec![(&*select, "9000"), ("00CA00E100", &*listed)];
        if code.is_none() {
            steps.extend([(&*init, "9000"), (&*crypt, &*answer)]);
        }
        let mut psam = psam(Interface::T1, &steps);
        psam.expect_version(asked).unwrap();
        let rk = of(key(SSSE_FID, "RK"), Algorithm::TripleDes);
        let made = psam
            .cryptogram(&rk, &eight(challenge), &eight(source))
            .map_err(TerminalError::from);
        assert_eq!(
            made.as_ref().err().map(TerminalError::code),
            code,
            "{listed}"
        );
        if let Err(error) = made {
            assert_ne!(error.say(Lang::En), error.say(Lang::Zh));
        }
    }
}
