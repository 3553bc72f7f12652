//! The card torn at every flash operation: of its whole personalization, and of every kind of update after it. After power
//! comes back every object is the old or the new one, the command can be repeated, and no try was gained.
//!
//! The short form samples the operations; `TEARING=full` takes them all (see `scripts/tear`).

mod support;
mod tearing {
    pub mod rig;
    pub mod updates;
}

use apdu_specs::Generation;
use card_os::objects::LIFE_CYCLE;
use ssc_bureau::card_error::CardError;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::steps::personalize;
use ssc_keys::Vault;
use ssc_reader::ReaderError;
use tearing::rig::{Rig, blank, cuts, differs_but_for_counter, objects, plan, tried};

#[test]
fn a_personalization_torn_anywhere_can_be_begun_again() {
    let vault = Vault::demo().unwrap();
    let plan = plan(&vault, Generation::V3);
    let mut rig = Rig::new(blank());
    let before = rig.os.flash().operations();
    personalize(&mut rig, &plan, &vault, Line::default()).unwrap();
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
                let result = personalize(&mut rig, &plan, &vault, Line::default());
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
                    matches!(found[&LIFE_CYCLE][..], [0x01] | [0x0F]),
                    "{at} {cut:?}"
                );
                if found[&LIFE_CYCLE] == [0x0F] {
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
                match personalize(&mut rig, &plan, &vault, Line::default()) {
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
