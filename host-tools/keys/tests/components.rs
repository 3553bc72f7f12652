//! Keys in components: known answers, any n of m, and every way in which a component can be wrong.

use std::path::Path;

use card_crypto::{Key16, kcv};
use proptest::prelude::*;
use ssc_keys::component::{self, Component, MOST, Purpose, combine};
use ssc_keys::{ComponentError, KeyError};
use ssc_words::{Bilingual, Lang};
use zeroize::Zeroizing;

fn made(need: u8, of: u8) -> Vec<Component> {
    component::generate(Purpose::Master, need, of).unwrap()
}

/// A component's line with other bytes and the check value that fits them.
fn forged(component: &Component, bytes: [u8; 16]) -> Component {
    let line = format!(
        "{} {}/{} {} {} {}",
        component.number,
        component.need,
        component.of,
        hex::encode(component.whole),
        hex::encode(bytes),
        hex::encode(kcv::aes_kcv(&bytes)),
    );
    Component::parse(&line, component.purpose, "forged").unwrap()
}

fn bytes(component: &Component) -> [u8; 16] {
    let line = component.to_line();
    let digits = line.split(' ').nth(5).unwrap();
    hex::decode(digits).unwrap().try_into().unwrap()
}

/// Catches: another field, another polynomial, a number that is not the place on it. The answers are SatoshiLabs'.
#[test]
fn components_of_another_implementation_give_their_key() -> Result<(), test_vectors::VectorError> {
    for case in test_vectors::cases("generated/components")? {
        let [need] = case.array("need")?;
        let key: [u8; 16] = case.array("key")?;
        let values = case.bytes("components")?.to_vec();
        let of = u8::try_from(values.len() / 16).unwrap();
        let whole = hex::encode(kcv::aes_kcv(&key));
        let all: Vec<Component> = (1_u8..)
            .zip(values.as_chunks::<16>().0)
            .map(|(number, value)| {
                let (digits, check) = (hex::encode(value), hex::encode(kcv::aes_kcv(value)));
                let line = format!("{number} {need}/{of} {whole} {digits} {check}");
                Component::parse(&line, Purpose::Master, "known").unwrap()
            })
            .collect();
        let need = usize::from(need);
        for chosen in [&all[..need], &all[all.len() - need..], &all[..]] {
            let combined = combine(Purpose::Master, chosen).unwrap();
            assert!(combined == Key16::new(key), "{need} of {of}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any n of m, in any order, give the key; any n−1 give nothing.
    #[test]
    fn any_n_of_m_give_the_key_and_fewer_nothing(
        (need, of) in (2..=MOST).prop_flat_map(|of| (2..=of, Just(of))),
        order in any::<[u16; MOST as usize]>(),
    ) {
        let all = made(need, of);
        let key = combine(Purpose::Master, &all[..need.into()]).unwrap();
        prop_assert_eq!(kcv::aes_kcv(key.as_bytes()), all[0].whole);
        let mut shuffled: Vec<_> = order.into_iter().zip(all).collect();
        shuffled.sort_by_key(|(rank, _)| *rank);
        let mut chosen: Vec<_> = shuffled.into_iter().map(|(_, component)| component).collect();
        chosen.truncate(need.into());
        prop_assert!(combine(Purpose::Master, &chosen).unwrap() == key);
        chosen.pop();
        let have = chosen.len();
        prop_assert_eq!(
            combine(Purpose::Master, &chosen).unwrap_err(),
            ComponentError::TooFew { have, need: if have == 0 { 2 } else { need } }
        );
    }

    /// One of more components than needed is wrong, though its check value fits: it is found, whichever it is.
    #[test]
    fn a_wrong_component_is_found_and_named(
        (need, of, at) in (2..MOST).prop_flat_map(|need| (Just(need), need + 1..=MOST))
            .prop_flat_map(|(need, of)| (Just(need), Just(of), 0..usize::from(of))),
        mask in 1_u8..,
        place in 0_usize..16,
    ) {
        let mut all = made(need, of);
        let mut changed = bytes(&all[at]);
        changed[place] ^= mask;
        all[at] = forged(&all[at], changed);
        let number = all[at].number;
        prop_assert_eq!(
            combine(Purpose::Master, &all).unwrap_err(),
            ComponentError::Wrong { origin: "forged".into(), number }
        );
    }

    /// Whatever is read, there is no panic, and no secret in what is said.
    #[test]
    fn a_line_with_a_slip_is_refused(at in 0_usize..70, with in "[ -~]") {
        let line = made(2, 3)[1].to_line();
        let mut slipped = line.to_string();
        let at = at.min(slipped.len() - 1);
        slipped.replace_range(at..=at, &with);
        match Component::parse(&slipped, Purpose::Master, "c2") {
            // A blank more, or another letter case, is no slip; a number alone has no check value of its own.
            Ok(read) => prop_assert!(read.kcv() == made_kcv(&line)),
            Err(error) => prop_assert!(!error.to_string().contains(&line[45..60])),
        }
    }
}

fn made_kcv(line: &str) -> [u8; 3] {
    let digits = line.rsplit(' ').next().unwrap();
    hex::decode(digits).unwrap().try_into().unwrap()
}

/// n−1 components leave every key possible: with one component given, each value of the other gives another key.
#[test]
fn one_component_short_tells_nothing() {
    let all = made(2, 2);
    let [first, second] = [&all[0], &all[1]];
    let mut seen = std::collections::BTreeSet::new();
    for guess in 0..=255 {
        let mut value = bytes(second);
        value[0] = guess;
        // The check value of the whole key would say which is right: it is not what hides it.
        let shares = [
            [&[1][..], &bytes(first)].concat(),
            [&[2][..], &value].concat(),
        ];
        seen.insert(vsss_rs::Gf256::combine_bytes(shares).unwrap()[0]);
    }
    assert_eq!(seen.len(), 256);
}

#[test]
fn a_line_is_read_as_it_is_written_and_in_groups() {
    let all = made(3, 5);
    let line = all[3].to_line();
    assert!(
        line.starts_with("SSC-COMPONENT MASTER 4 3/5 "),
        "the form of the documentation"
    );
    let read = Component::parse(&line, Purpose::Kek, "paper").unwrap();
    assert_eq!(
        (read.purpose, read.number, read.need, read.of),
        (Purpose::Master, 4, 3, 5)
    );
    assert_eq!(bytes(&read), bytes(&all[3]));
    let words: Vec<&str> = line.split(' ').collect();
    let digits: Vec<&str> = (0..8).map(|at| &words[5][4 * at..4 * at + 4]).collect();
    let typed = format!("4 3/5 {}  {} {}\n", words[4], digits.join(" "), words[6]).to_lowercase();
    let read = Component::parse(&typed, Purpose::Kek, "terminal").unwrap();
    assert_eq!((read.purpose, bytes(&read)), (Purpose::Kek, bytes(&all[3])));
}

#[test]
fn what_is_wrong_with_components_is_said_in_both_languages() {
    let (all, others) = (made(3, 5), made(3, 5));
    let kek = component::generate(Purpose::Kek, 3, 5).unwrap();
    let refused = |chosen: &[&Component]| {
        let mut chosen: Vec<Component> = chosen
            .iter()
            .map(|component| (*component).clone())
            .collect();
        for (at, component) in chosen.iter_mut().enumerate() {
            component.origin = format!("file-{at}");
        }
        combine(Purpose::Master, &chosen).unwrap_err()
    };
    let stray = refused(&[&others[0], &all[1], &all[2]]);
    assert!(
        matches!(&stray, ComponentError::OtherKey { origin, .. } if origin == "file-0"),
        "{stray}"
    );
    let twice = refused(&[&all[1], &all[2], &all[1]]);
    assert!(
        matches!(&twice, ComponentError::Twice { number: 2, first, second } if first == "file-0" && second == "file-2")
    );
    let purpose = refused(&[&all[1], &all[2], &kek[1]]);
    assert!(matches!(&purpose, ComponentError::Purpose { origin, .. } if origin == "file-2"));
    // Exactly as many as needed, and one is forged: that one is wrong can be seen, not which.
    let mut changed = bytes(&all[0]);
    changed[15] ^= 1;
    let forged = forged(&all[0], changed);
    let not_the_key = refused(&[&forged, &all[1], &all[2]]);
    assert!(
        matches!(&not_the_key, ComponentError::NotTheKey { origins, .. } if origins.len() == 3)
    );
    for (need, of) in [(1, 3), (0, 0), (4, 3), (2, MOST + 1)] {
        let refused = component::generate(Purpose::Master, need, of);
        let Err(KeyError::Component(error)) = refused else {
            panic!("{need} of {of}");
        };
        assert_eq!(error, ComponentError::Numbers { need, of });
    }
    for error in [stray, twice, purpose, not_the_key] {
        let (english, chinese) = (error.say(Lang::En), error.say(Lang::Zh));
        assert!(
            chinese.chars().any(|c| c > '\u{4e00}') && english.is_ascii(),
            "{chinese}"
        );
        assert!(!english.contains(&hex::encode_upper(bytes(&all[1]))));
    }
}

#[test]
fn a_sealed_component_opens_with_its_holders_passphrase_only() {
    let component = &made(2, 3)[2];
    let file = component.seal("passphrase of a holder").unwrap();
    let open = |passphrase: &str| -> Result<Component, KeyError> {
        let passphrase = passphrase.to_owned();
        Component::from_bytes(&file, Purpose::Master, Path::new("c3"), || {
            Ok(Zeroizing::new(passphrase))
        })
    };
    assert_eq!(
        bytes(&open("passphrase of a holder").unwrap()),
        bytes(component)
    );
    assert!(matches!(
        open("another passphrase"),
        Err(KeyError::WrongPassphrase { .. })
    ));
    assert!(
        !file
            .windows(8)
            .any(|part| part == &component.to_line().as_bytes()[30..38])
    );
    assert!(matches!(
        component.seal("1234567"),
        Err(KeyError::PassphraseTooShort { .. })
    ));
    // A plain one is read without a passphrase.
    let plain = component.to_line();
    let read: Result<Component, KeyError> =
        Component::from_bytes(plain.as_bytes(), Purpose::Master, Path::new("c3"), || {
            panic!("nobody is asked")
        });
    assert_eq!(bytes(&read.unwrap()), bytes(component));
    assert_eq!(
        format!("{component:?}"),
        "Component { purpose: Master, number: 3, need: 2, of: 3, .. }"
    );
}
