//! The PSAM's side of a debit. Answers are OpenSSL's (`test-vectors/known-answers/generated/sam-debit.txt`).

use card_os::Interface::{Contactless, T0, T1};
use simulated_flash::Cut;
use test_vectors::{Case, cases};

use super::sam::{key, with_key};
use crate::support::handmade::fcp;
use crate::support::handmade_sam::{self, DF01, PSAM, SX3, TDES_KEY, issue};
use crate::support::host::TRANSPORT;
use crate::support::{TestCard, hex, to_hex};

/// INIT SAM FOR DEBIT of the hand-made PSAM's key 01: one level, version 1, 3DES.
const INIT: &str =
    "8070010024 01020304 0001 000000000000006400000000 33 20260101 123456 01 01 1112131415161718";
const CREDIT: &str = "8072000004";

fn case_card(case: &Case, tries: u8) -> TestCard {
    let [levels] = case.array("levels").unwrap();
    let master = key(case);
    let mut entry = vec![levels << 5 | 0x02, 0x01, master.marker(), 0x01, tries];
    entry.extend(master.bytes());
    entry.extend(case.bytes("kcv").unwrap());
    with_key(T0, master, entry)
}

fn init(case: &Case) -> String {
    let data = case.bytes("init").unwrap();
    format!("80700100{:02X}{}", data.len(), to_hex(data))
}

#[test]
fn macs_are_openssls() {
    for case in cases("generated/sam-debit").unwrap() {
        let mut card = case_card(&case, 3);
        card.expect(&init(&case), "6108");
        let [sequence, mac1, mac2] =
            ["terminal-sequence", "mac1", "mac2"].map(|name| to_hex(case.bytes(name).unwrap()));
        card.expect("00C0000008", &format!("{sequence}{mac1}9000"));
        card.expect(&format!("{CREDIT}{mac2}"), "9000");
        // once
        card.expect(&format!("{CREDIT}{mac2}"), "6985");
        // the next debit has the next sequence and another session key
        let next = card.ok(&init(&case));
        assert_eq!(next[..4], [0, 0, 0, 2]);
        assert_ne!(to_hex(&next[4..]), mac1);
        card.expect(&format!("{CREDIT}{mac2}"), "9302");
    }
}

#[test]
fn the_sequence_is_on_the_chip_before_its_mac_leaves() {
    let mut card = TestCard::psam(T0);
    for debit in 1..=3u8 {
        card.ok(PSAM);
        // the answer is not even fetched
        card.expect(INIT, "6108");
        card = card.power_cycle();
        card.ok(PSAM);
        // where a terminal reads it, before this debit and after
        card.expect("00B0990004", &format!("000000{:02X} 9000", 2 * debit - 1));
        let answer = card.ok(INIT);
        assert_eq!(answer[..4], [0, 0, 0, 2 * debit]);
        card.expect("00B0990004", &format!("000000{:02X} 9000", 2 * debit));
    }
    // each environment counts for itself
    card.ok(SX3);
    card.ok(DF01);
    card.expect("00B0990004", "00000000 9000");
    let answer = card.ok(&INIT.replacen("01 01 11", "01 03 11", 1));
    assert_eq!(answer[..4], [0, 0, 0, 1]);
    card.expect("00B0990004", "00000001 9000");
}

/// Without the file, or with one that is too short, there is nothing to count in.
#[test]
fn no_debit_without_the_file_of_the_sequence() {
    let whole = to_hex(&handmade_sam::stream(TRANSPORT[2]));
    let file = to_hex(&fcp("820101 80020004 83020019 8604 0000 FF00"));
    for other in [
        fcp("820101 80020004 83020018 8604 0000 FF00"),
        fcp("820101 80020003 83020019 8604 0000 FF00"),
    ] {
        assert!(whole.contains(&file));
        let mut card = issue(T0, &hex(&whole.replace(&file, &to_hex(&other))));
        card.ok(PSAM);
        let objects = card.objects();
        card.expect(INIT, "6A82");
        assert_eq!(card.objects(), objects);
    }
}

#[test]
fn wrong_mac2s_block_the_key() {
    let case = cases("generated/sam-debit").unwrap().swap_remove(0);
    let right = to_hex(case.bytes("mac2").unwrap());
    let mut card = case_card(&case, 2);
    card.ok(&init(&case));
    card.expect(&format!("{CREDIT}00000000"), "9302");
    // a wrong one ends the debit: the right one comes too late, and costs nothing
    card.expect(&format!("{CREDIT}{right}"), "6985");
    card = card.power_cycle();
    card.ok(PSAM);
    card.ok(&init(&case));
    card.expect(&format!("{CREDIT}00000000"), "9302");
    card = card.power_cycle();
    card.ok(PSAM);
    let objects = card.objects();
    card.expect(&init(&case), "6983");
    // no sequence is spent on it
    assert_eq!(card.objects(), objects);
}

#[test]
fn a_right_mac2_gives_the_tries_back() {
    let case = cases("generated/sam-debit").unwrap().swap_remove(0);
    let right = to_hex(case.bytes("mac2").unwrap());
    let mut card = case_card(&case, 2);
    // the answers are for sequence 1: a second PSAM that begins anew has it again
    card.ok(&init(&case));
    card.expect(&format!("{CREDIT}{right}"), "9000");
    for _ in 0..2 {
        card.ok(&init(&case));
        let sw = card.send(&hex(&format!("{CREDIT}00000000"))).sw;
        assert_eq!(sw, 0x9302);
    }
    card.expect(&init(&case), "6983");
}

/// A PSAM of the store's format 1, made by the last program that wrote it: three tries, two of them spent. Its counter has
/// another name today, and whenever the power goes while it gets that name, no try comes back.
#[test]
fn the_tries_of_an_older_card_stay_spent() {
    let image = test_vectors::vectors::directory().join("images/format-1-psam-one-try.flash");
    let flash = crate::support::Flash::from_bytes(&std::fs::read(image).unwrap()).unwrap();
    let case = cases("generated/sam-debit").unwrap().swap_remove(0);
    let mut whole = TestCard::with_flash(flash.clone(), T0);
    whole.ok(PSAM);
    whole.ok(&init(&case));
    whole.expect(&format!("{CREDIT}00000000"), "9302");
    whole.expect(&init(&case), "6983");
    let mut whole = whole.power_cycle();
    whole.ok(PSAM);
    whole.expect(&init(&case), "6983");

    for operation in 0.. {
        let mut off = false;
        for cut in [
            Cut::Before,
            Cut::Middle { seed: operation },
            Cut::Middle { seed: !operation },
            Cut::After,
        ] {
            let mut flash = flash.clone();
            flash.cut_after(operation, cut);
            let mut card = TestCard::with_flash(flash, T0);
            card.exchange(&hex(PSAM));
            card.exchange(&hex(&init(&case)));
            let sw = card.send(&hex(&format!("{CREDIT}00000000"))).sw;
            off = card.os().flash().is_off();
            let mut card = card.power_cycle();
            card.ok(PSAM);
            let told = format!("{operation} {cut:?}");
            let answer = card.exchange(&hex(&init(&case))).sw;
            assert!(matches!(answer, 0x9000 | 0x6983), "{told}: {answer:04X}");
            assert!(off || (sw, answer) == (0x9302, 0x6983), "{told}");
            if answer == 0x9000 {
                card.expect(&format!("{CREDIT}00000000"), "9302");
                card.expect(&init(&case), "6983");
            }
        }
        if !off {
            assert!(operation > 10, "{operation}");
            break;
        }
    }
}

#[test]
fn refused_debits() {
    let mut card = TestCard::psam(T0);
    card.ok(PSAM);
    // without INIT
    card.expect(&format!("{CREDIT}01020304"), "6985");
    let objects = card.objects();
    // another version, the other algorithm
    card.expect(&INIT.replacen("01 01 11", "02 01 11", 1), "9403");
    card.expect(&INIT.replacen("01 01 11", "01 03 11", 1), "9403");
    // two factors for a key of one level
    card.expect(
        &format!("{} 3434303330357378", INIT.replacen("24", "2C", 1)),
        "6700",
    );
    card.expect("80700000 24", "6A86");
    assert_eq!(card.objects(), objects);
    // ends of a debit: another INIT, a selection, a reset
    for end in [
        "BFDE481218 1112131415161718 3434303330357378 2122232425262728",
        PSAM,
    ] {
        card.ok(INIT);
        card.ok(end);
        card.expect(&format!("{CREDIT}01020304"), "6985");
    }
    card.ok(INIT);
    card.reset();
    card.ok(PSAM);
    card.expect(&format!("{CREDIT}01020304"), "6985");
    // the session of a debit neither enciphers nor makes MACs
    card.ok(INIT);
    card.expect("80FA000008 3132333435363738", "6985");
    card.expect("80FA050009 0000000000000000 31", "6985");
    let mut card = TestCard::psam(Contactless);
    card.ok(PSAM);
    card.expect(INIT, "6985");
    // the key's bytes are in no answer
    let mut card = TestCard::psam(T1);
    card.ok(PSAM);
    let answer = card.ok(&format!("{INIT} 00"));
    assert!(
        !TDES_KEY
            .bytes()
            .windows(4)
            .any(|part| answer.windows(4).any(|of| of == part))
    );
}

/// Power lost at every flash operation of INIT SAM FOR DEBIT: no terminal sequence ever gets two MACs.
#[test]
fn no_sequence_is_given_twice_however_the_power_goes() {
    let mut operations = 0;
    loop {
        let mut answered = true;
        for cut in [Cut::Before, Cut::Middle { seed: operations }, Cut::After] {
            let mut flash = TestCard::psam(T1).into_flash();
            flash.cut_after(operations, cut);
            let mut card = TestCard::with_flash(flash, T1);
            card.ok(PSAM);
            let first = card.send(&hex(&format!("{INIT} 00")));
            if first.sw != 0x9000 {
                assert_eq!((first.sw, first.data.len()), (0x6581, 0));
                answered = false;
            }
            let mut card = card.power_cycle();
            card.ok(PSAM);
            let told = card.ok("00B0990004");
            let next = card.ok(&format!("{INIT} 00"));
            assert_eq!(told[3] + 1, next[3], "{operations} {cut:?}");
            let least = if first.sw == 0x9000 { 2 } else { 1 };
            assert!((least..=2).contains(&next[3]), "{operations} {cut:?}");
        }
        if answered {
            break;
        }
        operations += 1;
    }
    assert!(operations > 0);
}

/// Power lost at every flash operation of a wrong MAC2: whoever learned that it is wrong has paid a try.
#[test]
fn a_wrong_mac2_is_paid_for_however_the_power_goes() {
    // what INIT writes comes first
    let mut card = TestCard::psam(T1);
    let begun = card.writes();
    card.ok(PSAM);
    card.ok(&format!("{INIT} 00"));
    let before = card.writes() - begun;
    let mut operations = 0;
    loop {
        let mut answered = true;
        for cut in [Cut::Before, Cut::Middle { seed: operations }, Cut::After] {
            let mut flash = TestCard::psam(T1).into_flash();
            flash.cut_after(before + operations, cut);
            let mut card = TestCard::with_flash(flash, T1);
            card.ok(PSAM);
            card.ok(&format!("{INIT} 00"));
            let sw = card.send(&hex(&format!("{CREDIT}00000000"))).sw;
            answered &= sw == 0x9302;
            assert!(matches!(sw, 0x9302 | 0x6581), "{sw:04X}");
            // three tries in all
            let mut card = card.power_cycle();
            let mut left = 0;
            loop {
                card.ok(PSAM);
                if card.exchange(&hex(&format!("{INIT} 00"))).sw == 0x6983 {
                    break;
                }
                let sw = card.send(&hex(&format!("{CREDIT}00000000"))).sw;
                assert_eq!(sw, 0x9302);
                left += 1;
            }
            let most = if sw == 0x9302 { 2 } else { 3 };
            assert!((2..=most).contains(&left), "{operations} {cut:?}: {left}");
        }
        if answered {
            break;
        }
        operations += 1;
    }
    assert!(operations > 0);
}
