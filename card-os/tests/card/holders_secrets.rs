//! What whoever has the keys of the security domain does not get by them: the holder's secrets, what only others' keys read,
//! and sessions of the past.

use card_os::Interface::{self, T0, T1};
use card_os::objects::SEQUENCE_COUNTER;

use crate::certificate_card::{
    ADF, ADMINISTRATOR, EAK, PIN, authenticate, open_envelope, pin_key, stream, verify, with_pair,
};
use crate::key_versions::{put, version};
use crate::support::ciphers::{FieldKey, aes, aes_cbc, pad80};
use crate::support::handmade::{self, DF01, RK, SSSE, dgi, entry, fcp, keys};
use crate::support::host::{HOST_CHALLENGE, Host, Keys, TRANSPORT};
use crate::support::{TestCard, blank_flash, hex};

const DIGESTS: [u8; 4] = [0x80, 0xCA, 0xDF, 0x00];
const SET_SECURED: [u8; 4] = [0x80, 0xF0, 0x80, 0x0F];

fn sm4_entry(role: u8, kid: u8, key: [u8; 16]) -> Vec<u8> {
    version(2, entry(role, kid, 15, FieldKey::Sm4(key)))
}

/// The attack: with a second PIN the issuer signs as the holder, with a second administrator it opens the holder's
/// envelopes, with a second EAK it writes itself a PIN.
#[test]
fn put_key_takes_no_secret_of_the_certificate_environment() {
    let own = [0x66; 16];
    for p1 in [0x00, 0x01] {
        let mut card = with_pair(T0).power_cycle();
        let mut before = card.objects();
        before.remove(&SEQUENCE_COUNTER);
        for (directory, key) in [
            ("DF01", sm4_entry(0x07, 0x81, own)),
            ("DDF4", sm4_entry(0x08, 0x02, own)),
            ("DDF4", sm4_entry(0x02, 0x00, own)),
        ] {
            let put = put(&mut card, directory, p1, &key).sw;
            card.ok(ADF);
            let shown = match key[0] {
                0x02 => authenticate(&mut card, own),
                0x08 => verify(&mut card, 0x00, own),
                _ => verify(&mut card, 0x81, own),
            };
            let signs = card
                .send(&[&hex("002A9E9A20")[..], &[0x11; 32]].concat())
                .sw;
            let opens = open_envelope(&mut card, &[0; 112]);
            assert_eq!(
                (put, shown & 0xFFF0, signs, opens),
                (0x6A81, 0x63C0, 0x6982, 0x6982),
                "{directory} {p1:02X}: PUT KEY, VERIFY, signature, envelope"
            );
        }
        // The tries that this took come back; nothing else has changed.
        for (p2, key) in [(0x81, pin_key(PIN)), (0x00, ADMINISTRATOR)] {
            assert_eq!(verify(&mut card, p2, key), 0x9000);
        }
        assert_eq!(authenticate(&mut card, EAK), 0x9000);
        let mut after = card.objects();
        after.retain(|id, _| before.contains_key(id));
        assert_eq!(after, before);
    }
}

/// The role decides wherever the key lies, so that no environment of its own is needed for a secret to be one.
#[test]
fn put_key_takes_no_such_role_anywhere() {
    for role in [0x07, 0x08] {
        let mut card = TestCard::unsecured(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
        let held = entry(role, 0x8C, 15, FieldKey::Sm4([0x0C; 16]));
        let held = [dgi(0x0061, &hex("DF01")), keys(TRANSPORT[2], &[held])].concat();
        assert_eq!(host.store(&mut card, &held, 200), 0x9000);
        assert_eq!(host.send(&mut card, SET_SECURED, &[]).sw, 0x9000);
        for p1 in [0x00, 0x01] {
            let answer = put(&mut card, "DF01", p1, &sm4_entry(role, 0x8C, [0x66; 16]));
            assert_eq!(answer.sw, 0x6A81, "{role:02X} {p1:02X}");
        }
    }
}

/// Nor before SECURED: a second PIN that the bureau leaves behind would be as good.
#[test]
fn personalization_gives_such_a_secret_one_version() {
    let mut card = TestCard::with_flash(blank_flash(), T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x03);
    assert_eq!(host.store(&mut card, &stream(TRANSPORT[2]), 200), 0x9000);
    for (directory, role, kid) in [("DF01", 0x07, 0x81), ("DDF4", 0x08, 0x02)] {
        let mut second = |entry: Vec<u8>| {
            let stream = [dgi(0x0061, &hex(directory)), keys(TRANSPORT[2], &[entry])].concat();
            host.store(&mut card, &stream, 200)
        };
        assert_eq!(
            second(sm4_entry(role, kid, [0x66; 16])),
            0x6A81,
            "{role:02X}"
        );
        // The same number again is a correction, as for every key.
        let anew = version(1, sm4_entry(role, kid, [0x67; 16]));
        assert_eq!(second(anew), 0x9000, "{role:02X}");
    }
}

/// Directories, files, keys and PIN of a card before SECURED, with what may be secret in it.
fn open_card(pin: [u8; 16], administrator: [u8; 16], hidden: &[u8; 2]) -> (TestCard, Host) {
    let mut card = TestCard::with_flash(blank_flash(), T1);
    let mut host = Host::open(&mut card, &TRANSPORT, 0x13);
    let stream = [
        fcp("820138 8302DDF1 840F7378312E73682EC9E7BBE1B1A3D5CF"),
        fcp("820101 80020002 83020005 8604 0000 0000"),
        dgi(0x0005, &[0x05; 2]),
        // Read by no one: transparent, and records.
        fcp("820101 80020002 83020006 8604 FF00 0000"),
        dgi(0x0006, hidden),
        fcp("82050521001005 80020020 83020007 8604 FF00 0000"),
        dgi(0x0007, &[&[0x01, 0x02][..], hidden].concat()),
        fcp("820101 80020002 83020008 8604 0204 0000"),
        dgi(0x0008, &[0x08; 2]),
        keys(
            TRANSPORT[2],
            &[
                entry(0x02, 0x04, 15, RK),
                entry(0x07, 0x81, 3, FieldKey::Sm4(pin)),
                entry(0x08, 0x02, 15, FieldKey::Sm4(administrator)),
            ],
        ),
        handmade::pin(TRANSPORT[2]),
    ]
    .concat();
    assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
    (card, host)
}

fn digests(card: &mut TestCard, host: &mut Host) -> Vec<u8> {
    let answer = host.send(card, DIGESTS, &[]);
    assert_eq!(answer.sw, 0x9000);
    answer.data
}

/// The attack: a digest of four bytes tells a PIN of 10^6 when all are tried at home.
#[test]
fn no_digest_depends_on_a_secret() {
    let (mut card, mut host) = open_card(pin_key(b"123456"), [0xAD; 16], &[0x11, 0x12]);
    let first = digests(&mut card, &mut host);
    // Two EFs and the keys; the two that nobody reads are not among them.
    assert_eq!(first.len(), 3 * 4);
    for (pin, administrator, hidden) in [
        (pin_key(b"123457"), [0xAD; 16], [0x11, 0x12]),
        (pin_key(b"123456"), [0xAE; 16], [0x11, 0x12]),
        (pin_key(b"123456"), [0xAD; 16], [0x11, 0x13]),
    ] {
        let (mut card, mut host) = open_card(pin, administrator, &hidden);
        assert_eq!(digests(&mut card, &mut host), first);
    }
    // What is not secret is still checked: the head of the PIN's entry, another key's value.
    let (mut card, mut host) = open_card(pin_key(b"123456"), [0xAD; 16], &[0x11, 0x12]);
    for changed in [
        entry(0x07, 0x81, 4, FieldKey::Sm4(pin_key(b"123456"))),
        entry(0x02, 0x04, 15, FieldKey::Sm4([0x77; 16])),
    ] {
        let stream = [dgi(0x0061, &hex("DDF1")), keys(TRANSPORT[2], &[changed])].concat();
        let before = digests(&mut card, &mut host);
        assert_eq!(host.store(&mut card, &stream, 200), 0x9000);
        let after = digests(&mut card, &mut host);
        assert_eq!(after[..8], before[..8]);
        assert_ne!(after[8..], before[8..]);
    }
}

/// The attack: DF01's files under PIN or key are told apart by their digests, whoever has shown what.
#[test]
fn a_secured_card_has_no_digests() {
    for level in [0x01, 0x03, 0x11, 0x13, 0x33] {
        let mut card = TestCard::unsecured(T1);
        let mut host = Host::open(&mut card, &TRANSPORT, level);
        for skip in [0x00, 0x01, 0x10] {
            let ask = [0x80, 0xCA, 0xDF, skip];
            assert_eq!(host.send(&mut card, ask, &[]).sw, 0x9000);
        }
        assert_eq!(host.send(&mut card, SET_SECURED, &[]).sw, 0x9000);
        // In the same channel, in the next, and without one; the channel goes on.
        for round in 0..2 {
            for skip in 0x00..=0xFF {
                let answer = host.send(&mut card, [0x80, 0xCA, 0xDF, skip], &[]);
                assert_eq!(
                    (answer.sw, answer.data.len()),
                    (0x6985, 0),
                    "{round} {skip:02X}"
                );
            }
            card.reset();
            host = Host::open(&mut card, &TRANSPORT, level);
        }
        card.reset();
        card.expect("80CADF0000", "6985");
        card.expect("00CADF0000", "6985");
        card.ok(DF01);
        card.expect("80CADF0000", "6985");
        card.ok("00A4040008A00000015100000000");
        card.expect("80CADF0000", "6985");
    }
}

/// PUT KEY of a whole set in a channel under `old`, as APDUs.
fn put_set(card: &mut TestCard, old: &Keys, new: &Keys, number: u8) {
    let mut host = Host::open(card, old, 0x03);
    let mut data = vec![number];
    for key in new {
        data.extend(hex("881110"));
        data.extend(aes_cbc(old[2], [0; 16], key));
        data.push(0x03);
        data.extend(&aes(*key, [0x01; 16])[..3]);
    }
    let answer = host.send(card, [0x80, 0xD8, 0x00, 0x81], &data);
    assert_eq!(answer.sw, 0x9000);
}

/// The counter in the store, 0 where there is none yet.
fn counter(card: &TestCard) -> u32 {
    let objects = card.objects();
    let [a, b, c] = objects.get(&SEQUENCE_COUNTER).map_or([0; 3], |bytes| {
        bytes.as_slice().try_into().expect("three bytes")
    });
    u32::from_be_bytes([0, a, b, c])
}

/// The attack: sets A, B, A. What was recorded under the first A is played under the second, and a key that was taken
/// out of use comes back.
#[test]
fn a_set_that_returns_replays_nothing() {
    let (a, b) = (TRANSPORT, [[0xB1; 16], [0xB2; 16], [0xB3; 16]]);
    let (rk2, rk3) = (FieldKey::Sm4([0x2A; 16]), FieldKey::Sm4([0x3A; 16]));
    let mut card = TestCard::personalized(T0);
    let mut record = Vec::new();
    let mut send = |card: &mut TestCard, command: Vec<u8>| {
        let answer = card.exchange(&command);
        record.push((command, answer.clone()));
        answer
    };
    // A session under A, recorded: RK becomes RK2.
    send(&mut card, hex("00A4040008A00000015100000000"));
    let ask = [&hex("8050000008")[..], &HOST_CHALLENGE, &[0x00]].concat();
    let answer = send(&mut card, ask.clone());
    let handshake = crate::support::host::Handshake::of(&a, &answer.data);
    let (open, mut host) = handshake.external_authenticate(0x03, a[2]);
    send(&mut card, open);
    let mut data = hex("DDF1");
    data.extend(aes_cbc(a[2], [0; 16], &pad80(&entry(0x02, 0x0A, 15, rk2))));
    let command = host.wrap([0x80, 0xD8, 0x01, 0x01], &data);
    assert_eq!(send(&mut card, command).sw, 0x9000);
    // RK2 is revoked, then the sets change twice.
    assert_eq!(
        put(&mut card, "DDF1", 0x01, &entry(0x02, 0x0A, 15, rk3)).sw,
        0x9000
    );
    let mut last = counter(&card);
    for (old, new, number) in [(a, b, 0x31), (b, a, 0x30), (a, b, 0x31), (b, a, 0x30)] {
        put_set(&mut card, &old, &new, number);
        assert!(counter(&card) > last, "the counter never goes back");
        last = counter(&card);
        // The attacker counts up until the card's challenge is the recorded one.
        for _ in 0..8 {
            card.reset();
            let played = record.iter().all(|(command, answer)| {
                let got = card.exchange(command);
                got == *answer
            });
            assert!(!played, "a recorded session was played again");
        }
        last = last.max(counter(&card));
    }
    card.ok(SSSE);
    assert_eq!(handmade::authenticate(&mut card, 0x0A, rk2), 0x63CE);
    assert_eq!(handmade::authenticate(&mut card, 0x0A, rk3), 0x9000);
}

/// A card whose counter is at its end has had its last channel: no command brings the counter back.
#[test]
fn the_counter_ends_and_does_not_begin_again() {
    let mut flash = handmade::flash(true);
    flash = with_counter(flash, [0xFF, 0xFF, 0xFE]);
    let mut card = TestCard::with_flash(flash, T1);
    // The last one: it may still change the set, and even that gives no other.
    let b = [[0xB1; 16], [0xB2; 16], [0xB3; 16]];
    put_set(&mut card, &TRANSPORT, &b, 0x31);
    assert_eq!(counter(&card), 0xFF_FFFF);
    let writes = card.writes();
    for version in ["00", "31"] {
        card.ok("00A4040008A00000015100000000");
        let ask = format!("8050{version}0008 C0C1C2C3C4C5C6C7 00");
        card.expect(&ask, "6985");
    }
    assert_eq!(card.writes(), writes);
    let mut card = card.power_cycle();
    card.ok("00A4040008A00000015100000000");
    card.expect("8050000008 C0C1C2C3C4C5C6C7 00", "6985");
    // The card itself serves on.
    card.ok(SSSE);
    assert_eq!(handmade::authenticate(&mut card, 0x0A, RK), 0x9000);
}

/// The flash with another sequence counter.
fn with_counter(flash: crate::support::Flash, counter: [u8; 3]) -> crate::support::Flash {
    use card_os::store::{Store, StoreError};
    let mut store = Store::mount(flash).expect("the flash holds a store");
    store
        .transaction(|tx| tx.put(SEQUENCE_COUNTER, &[&counter]))
        .map_err(|error: StoreError| error)
        .expect("there is room");
    store.into_flash()
}

/// What each INITIALIZE UPDATE writes is for contact only, also in the hands of the holder.
#[test]
fn over_the_air_the_counter_stands_still() {
    for mut card in [
        TestCard::personalized(Interface::Contactless),
        TestCard::unsecured(Interface::Contactless),
        TestCard::blank(Interface::Contactless),
    ] {
        card.ok("00A4040008A00000015100000000");
        let (writes, before) = (card.writes(), counter(&card));
        for version in ["00", "30"] {
            let ask = format!("8050{version}0008 C0C1C2C3C4C5C6C7 00");
            card.expect(&ask, "6985");
        }
        assert_eq!((card.writes(), counter(&card)), (writes, before));
    }
}
