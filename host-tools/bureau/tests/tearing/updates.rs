//! Every kind of update, torn.

use apdu_specs::Generation;
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::session::{cryptogram, factor_from_challenge, session_key};
use card_crypto::{Algorithm, Key16};
use simulated_flash::Cut;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::steps::{card_factor, personalize};
use ssc_keys::{KeyService, Vault};

use card_os::objects::PIN_TRIES;
use card_testbench::is_key_counter;

use super::rig::{Objects, Rig, blank, cuts, objects, plan, tried};
use crate::support;

/// One kind of update: what goes before it in the session, and the update itself, which gives the answer.
struct Update {
    what: &'static str,
    prelude: fn(&mut Rig),
    run: fn(&mut Rig) -> String,
    answer: &'static str,
}

fn select(rig: &mut Rig) {
    rig.send("00A404000F7378312E73682EC9E7BBE1B1A3D5CF");
}

/// EXTERNAL AUTHENTICATE with key `id` of the demo vault, or with a wrong cryptogram.
fn authenticate(rig: &mut Rig, id: &str, kid: u8, right: bool) -> String {
    let challenge = hex::decode(rig.send("0084000008")).unwrap();
    let Some(challenge) = challenge.get(..8) else {
        return "torn".into();
    };
    let factor = card_factor(&rig.atr).unwrap();
    let vault = Vault::demo().unwrap();
    let key: Key16 = vault
        .card_key(
            id,
            FIRST_KEY_VERSION,
            Algorithm::TripleDes,
            &region(),
            &factor,
        )
        .unwrap();
    let factor = factor_from_challenge(Algorithm::TripleDes, challenge).unwrap();
    let session = session_key(Algorithm::TripleDes, key.as_bytes(), &factor);
    let mut mac = cryptogram(&session, &[7; 8]);
    if !right {
        mac[0] ^= 1;
    }
    rig.send(&format!(
        "008200{kid:02X}10{}0707070707070707",
        hex::encode_upper(mac)
    ))
}

/// The region of the one cardholder of these tests.
fn region() -> [u8; 6] {
    let model = CardModel::plain(Generation::V3);
    *support::decided(model).region.digits()
}

static UPDATES: &[Update] = &[
    Update {
        what: "VERIFY, right",
        prelude: select,
        run: |rig| rig.send("0020000003123456"),
        answer: "9000",
    },
    Update {
        what: "VERIFY, wrong",
        prelude: select,
        run: |rig| rig.send("0020000003123457"),
        answer: "63C2",
    },
    Update {
        what: "VERIFY, right after wrong",
        prelude: |rig| {
            select(rig);
            rig.send("0020000003999999");
        },
        run: |rig| rig.send("0020000003123456"),
        answer: "9000",
    },
    Update {
        what: "CHANGE PIN",
        prelude: select,
        run: |rig| rig.send("805E010007123456FF654321"),
        answer: "9000",
    },
    Update {
        what: "EXTERNAL AUTHENTICATE, right",
        prelude: select,
        run: |rig| authenticate(rig, "SSSE/UK", 0x04, true),
        answer: "9000",
    },
    Update {
        what: "EXTERNAL AUTHENTICATE, wrong",
        prelude: select,
        run: |rig| authenticate(rig, "SSSE/UK", 0x04, false),
        answer: "63CE",
    },
    Update {
        what: "UPDATE RECORD",
        prelude: |rig| {
            select(rig);
            authenticate(rig, "SSSE/UK", 0x04, true);
            rig.send("00A4020002EF06");
        },
        run: |rig| rig.send("00DC0404030A0132"),
        answer: "9000",
    },
    Update {
        what: "UPDATE BINARY over two chunks",
        prelude: |rig| {
            select(rig);
            authenticate(rig, "SSSE/UK", 0x04, true);
            rig.send("00A4020002EF07");
        },
        run: |rig| rig.send(&format!("00D6007820{}", "5A".repeat(32))),
        answer: "9000",
    },
    Update {
        what: "append to a cyclic EF",
        prelude: |rig| {
            select(rig);
            rig.send("00A4000002DF02");
            authenticate(rig, "DF02/UK3", 0x85, true);
            rig.send("00A4020002EF07");
        },
        run: |rig| rig.send(&format!("00DC010455{}", "31".repeat(0x55))),
        answer: "9000",
    },
];

#[test]
fn every_update_torn_anywhere_leaves_the_old_or_the_new() {
    let vault = Vault::demo().unwrap();
    let plan = plan(&vault, Generation::V2);
    let mut rig = Rig::new(blank());
    personalize(&mut rig, &plan, &vault, Line::default()).unwrap();
    let base = rig.into_flash();
    let mut tried_cuts = 0;
    for update in UPDATES {
        // Without a cut: where the update begins and ends, and what it changes.
        let mut rig = Rig::new(base.clone());
        (update.prelude)(&mut rig);
        let begins = rig.os.flash().operations() - base.operations();
        let old = objects(rig.os.flash());
        assert_eq!((update.run)(&mut rig), update.answer, "{}", update.what);
        let count = rig.os.flash().operations() - base.operations() - begins;
        let new = objects(rig.os.flash());
        assert!(count > 0, "{}", update.what);

        for at in tried(count, 12) {
            for cut in cuts(at) {
                let mut flash = base.clone();
                flash.cut_after(begins + at, cut);
                let mut rig = Rig::new(flash);
                (update.prelude)(&mut rig);
                assert_eq!(
                    (update.run)(&mut rig),
                    "torn",
                    "{} {at} {cut:?}",
                    update.what
                );
                let mut flash = rig.into_flash();
                flash.power_on();
                tried_cuts += 1;
                judge(update, &old, &new, &objects(&flash), at, cut);

                // Cut again, in whatever the next session does first, then repeat the command.
                flash.cut_after(at % 3, cut);
                let mut rig = Rig::new(flash);
                (update.prelude)(&mut rig);
                (update.run)(&mut rig);
                let mut flash = rig.into_flash();
                flash.power_on();
                tried_cuts += 1;
                let mut rig = Rig::new(flash);
                (update.prelude)(&mut rig);
                let again = (update.run)(&mut rig);
                repeated(update, &again, at, cut);
                assert_eq!(rig.os.flash().violations(), 0);
            }
        }
    }
    println!("{} kinds of update, {tried_cuts} cuts tried", UPDATES.len());
    assert!(tried_cuts >= 300);
}

/// Every object is the old or the new one; of a counter of tries nothing but a try may be missing.
fn judge(update: &Update, old: &Objects, new: &Objects, found: &Objects, at: u64, cut: Cut) {
    let place = format!("{} {at} {cut:?}", update.what);
    let ids = old.keys().chain(new.keys()).chain(found.keys());
    let mut changed = [false; 2];
    for id in ids {
        let (old, new, found) = (old.get(id), new.get(id), found.get(id));
        if *id == PIN_TRIES || is_key_counter(*id) {
            // Absent means that none was used up.
            let most = if *id == PIN_TRIES { 3 } else { 15 };
            let tries = |object: Option<&Vec<u8>>| object.map_or(most, |bytes| bytes[0]);
            let (old, new, found) = (tries(old), tries(new), tries(found));
            assert!(
                found <= old.max(new) && found + 1 >= old.min(new),
                "{place}: {found} tries"
            );
            // A right PIN gives them back only when it has been compared.
            continue;
        }
        assert!(found == old || found == new, "{place}: object {id:04X?}");
        if old != new {
            changed[usize::from(found == new)] = true;
        }
    }
    // One transaction: all old or all new.
    assert!(
        changed != [true; 2],
        "{place}: some objects are old, some new"
    );
}

fn repeated(update: &Update, again: &str, at: u64, cut: Cut) {
    let fine = match update.what {
        // A torn wrong attempt has cost its try, so the repetition shows fewer, and never more.
        "VERIFY, wrong" => matches!(again, "63C2" | "63C1" | "63C0"),
        "EXTERNAL AUTHENTICATE, wrong" => matches!(again, "63CE" | "63CD" | "63CC"),
        // The PIN may be the new one already; a right one may meet a counter that torn attempts used up.
        "CHANGE PIN" => matches!(again, "9000" | "63C2" | "63C1" | "63C0"),
        "VERIFY, right after wrong" | "VERIFY, right" => matches!(again, "9000" | "6983"),
        _ => again == "9000",
    };
    assert!(fine, "{} {at} {cut:?}: {again}", update.what);
}
