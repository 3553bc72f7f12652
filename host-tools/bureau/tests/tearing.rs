//! The card torn at every flash operation: of its whole personalization, and of every kind of update after it. After power
//! comes back every object is the old or the new one, the command can be repeated, and no try was gained.
//!
//! The short form samples the operations; `TEARING=full` takes them all (see `scripts/tear`).

mod support;

use std::collections::BTreeMap;

use apdu_specs::Generation;
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::session::{cryptogram, factor_from_challenge, session_key};
use card_crypto::{Algorithm, Key16};
use card_os::store::{ObjectId, Store};
use card_os::{Card as Os, Identity, Interface, Response};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use simulated_flash::{Cut, SimulatedFlash};
use ssc_bureau::contents::{self, CardData};
use ssc_bureau::error::CardError;
use ssc_bureau::person::CardNumber;
use ssc_bureau::personalize::{card_factor, personalize};
use ssc_bureau::pins::PinPolicy;
use ssc_bureau::plan::CardPlan;
use ssc_keys::{KeyService, Vault};
use ssc_reader::{Card, Protocol, ReaderError};

type Flash = SimulatedFlash<512, 4>;
type Objects = BTreeMap<u16, Vec<u8>>;

const PAGES: usize = 128;
const PIN_TRIES: u16 = 0x0011;
const SEQUENCE_COUNTER: u16 = 0x0003;
const KEY_TRIES: std::ops::Range<u16> = 0x3000..0x4000;

/// A card whose power may go.
struct Rig {
    os: Os<Flash, ChaCha12Rng>,
    atr: Vec<u8>,
}

impl Rig {
    fn new(flash: Flash) -> Self {
        let mut os = Os::new(flash, ChaCha12Rng::seed_from_u64(5));
        let atr = os.power_on(Interface::ContactT0).unwrap().to_vec();
        Self { os, atr }
    }

    fn send(&mut self, hex: &str) -> String {
        match self.transmit(&hex::decode(hex).unwrap()) {
            Ok(answer) => hex::encode_upper(answer),
            Err(_) => "torn".into(),
        }
    }

    fn into_flash(self) -> Flash {
        self.os.into_flash()
    }
}

impl Card for Rig {
    fn atr(&self) -> &[u8] {
        &self.atr
    }
    fn protocol(&self) -> Protocol {
        Protocol::T0
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let mut response = Response::new();
        self.os.transmit(command, &mut response);
        if self.os.flash().is_off() {
            return Err(ReaderError::CardRemoved {
                reader: "Rig".into(),
            });
        }
        Ok(response.to_vec())
    }
    fn reset(&mut self) -> Result<(), ReaderError> {
        self.os.power_on(Interface::ContactT0).unwrap();
        Ok(())
    }
}

/// Everything that survives power-off.
fn objects(flash: &Flash) -> Objects {
    let mut store = Store::mount(flash.clone())
        .map_err(|(error, _)| error)
        .unwrap();
    let mut objects = Objects::new();
    let mut next = store.first_from(ObjectId(0));
    while let Some(id) = next {
        let mut bytes = vec![0; store.len(id).unwrap().unwrap()];
        store.read(id, 0, &mut bytes).unwrap();
        objects.insert(id.0, bytes);
        next =
            id.0.checked_add(1)
                .and_then(|id| store.first_from(ObjectId(id)));
    }
    objects
}

fn blank() -> Flash {
    Os::<Flash, ChaCha12Rng>::manufacture(Flash::new(PAGES), &Identity::from_serial([9; 6]))
        .map_err(|(error, _)| error)
        .unwrap()
}

fn plan(vault: &Vault, generation: Generation) -> CardPlan {
    let batch = support::batch(1, 1);
    let (_, holder) = batch.people().next().unwrap();
    let algorithm = contents::algorithm(generation).unwrap();
    let factor = card_factor(&Rig::new(blank()).atr).unwrap();
    let region = holder.region.unwrap();
    let data = CardData {
        holder,
        generation,
        region,
        card_number: CardNumber::from_serial(1).unwrap(),
        identification_code: [0x11; 16],
        issue_date: support::today(),
        valid_to: support::today(),
    };
    let (pin, _) = PinPolicy::Demo.pin(holder).unwrap();
    CardPlan::new(&data, algorithm, &factor, &pin, vault).unwrap()
}

/// Which operations of `count` are tried: all of them, or about `sample` spread over them.
fn tried(count: u64, sample: u64) -> impl Iterator<Item = u64> {
    let full = std::env::var("TEARING").is_ok_and(|value| value == "full");
    let step = if full { 1 } else { (count / sample).max(1) };
    (0..count).step_by(usize::try_from(step).unwrap())
}

fn cuts(seed: u64) -> [Cut; 4] {
    [
        Cut::Before,
        Cut::Middle { seed },
        Cut::Middle { seed: !seed },
        Cut::After,
    ]
}

fn differs_but_for_counter(a: &Objects, b: &Objects) -> Option<u16> {
    a.keys()
        .chain(b.keys())
        .copied()
        .find(|id| *id != SEQUENCE_COUNTER && a.get(id) != b.get(id))
}

#[test]
fn a_personalization_torn_anywhere_can_be_begun_again() {
    let vault = Vault::demo().unwrap();
    let plan = plan(&vault, Generation::V3);
    let mut rig = Rig::new(blank());
    let before = rig.os.flash().operations();
    personalize(&mut rig, &plan, &vault).unwrap();
    let flash = rig.into_flash();
    let count = flash.operations() - before;
    let whole = objects(&flash);
    assert_eq!(flash.violations(), 0);

    let mut tried_cuts = 0;
    for at in tried(count, 30) {
        for cut in cuts(at) {
            let mut flash = blank();
            flash.cut_after(at, cut);
            // The second attempt is torn too, at another place; the third runs through.
            let mut done = false;
            for next in [Some(at * 7 % count), None] {
                let mut rig = Rig::new(flash);
                let result = personalize(&mut rig, &plan, &vault);
                flash = rig.into_flash();
                tried_cuts += 1;
                flash.power_on();
                let found = objects(&flash);
                done = result.is_ok();
                if done || matches!(result, Err(CardError::AlreadyPersonalized)) {
                    break;
                }
                assert!(
                    matches!(
                        result,
                        Err(CardError::Reader(ReaderError::CardRemoved { .. }))
                    ),
                    "{result:?}"
                );
                // Life cycle and domain keys are the old or the new ones.
                assert!(
                    matches!(found[&0x0002][..], [0x01] | [0x0F]),
                    "{at} {cut:?}"
                );
                if found[&0x0002] == [0x0F] {
                    assert_eq!(
                        differs_but_for_counter(&found, &whole),
                        None,
                        "{at} {cut:?}"
                    );
                }
                if let Some(next) = next {
                    flash.cut_after(next, cut);
                }
            }
            if !done {
                let mut rig = Rig::new(flash);
                match personalize(&mut rig, &plan, &vault) {
                    Ok(_) | Err(CardError::AlreadyPersonalized) => {}
                    Err(error) => panic!("{at} {cut:?}: {error}"),
                }
                flash = rig.into_flash();
            }
            flash.power_on();
            assert_eq!(
                differs_but_for_counter(&objects(&flash), &whole),
                None,
                "{at} {cut:?}"
            );
            assert_eq!(flash.violations(), 0, "{at} {cut:?}");
        }
    }
    println!("personalization: {count} flash operations, {tried_cuts} cuts tried");
    assert!(tried_cuts >= 100);
}

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
    let batch = support::batch(1, 1);
    let (_, holder) = batch.people().next().unwrap();
    *holder.region.unwrap().digits()
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
    personalize(&mut rig, &plan, &vault).unwrap();
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
        if *id == PIN_TRIES || KEY_TRIES.contains(id) {
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
        assert!(found == old || found == new, "{place}: object {id:04X}");
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
