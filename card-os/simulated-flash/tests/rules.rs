//! The simulated flash must be as strict as a real one, or the tests that stand on it prove nothing.

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};
use simulated_flash::{Cut, FlashError, SimulatedFlash};
use std::sync::{Arc, Mutex};

type Flash = SimulatedFlash<512, 8>;

fn read(flash: &mut Flash, at: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    flash.read(at, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_word_is_programmed_once_between_two_erases() {
    let mut flash = Flash::new(2);
    flash.write(8, &[0xF0; 8]).unwrap();
    assert_eq!(flash.write(8, &[0x00; 8]), Err(FlashError::Rule));
    assert_eq!(flash.violations(), 1);
    flash.erase(0, 512).unwrap();
    flash.write(8, &[0x0F; 8]).unwrap();
    assert_eq!(
        (read(&mut flash, 8), flash.erases(), flash.bytes_written()),
        ([0x0F; 8], &[1, 0][..], 16)
    );
}

#[test]
fn alignment_and_bounds_are_checked() {
    let mut flash = Flash::new(2);
    assert_eq!(flash.write(4, &[0; 8]), Err(FlashError::NotAligned));
    assert_eq!(flash.write(8, &[0; 4]), Err(FlashError::NotAligned));
    assert_eq!(flash.write(1024, &[0; 8]), Err(FlashError::OutOfBounds));
    assert_eq!(flash.erase(0, 100), Err(FlashError::NotAligned));
    assert_eq!(flash.erase(512, 0), Err(FlashError::OutOfBounds));
    assert_eq!(flash.read(1020, &mut [0; 8]), Err(FlashError::OutOfBounds));
    assert_eq!(flash.violations(), 6);
}

#[test]
fn a_cut_write_leaves_a_prefix_and_one_partial_word() {
    for seed in 0..200 {
        let mut flash = Flash::new(2);
        flash.cut_after(1, Cut::Middle { seed });
        flash.write(0, &[1; 8]).unwrap();
        assert_eq!(flash.write(8, &[0xA5; 32]), Err(FlashError::Cut));
        assert_eq!(
            flash.read(0, &mut [0; 8]),
            Err(FlashError::Cut),
            "no power, no answer"
        );
        flash.power_on();
        let words: Vec<[u8; 8]> = (1..5).map(|word| read(&mut flash, word * 8)).collect();
        let whole = words.iter().take_while(|word| **word == [0xA5; 8]).count();
        assert!(
            words.iter().flatten().all(|byte| byte & 0xA5 == 0xA5),
            "no bit clear that should stay set"
        );
        assert!(words.iter().skip(whole + 1).all(|word| *word == [0xFF; 8]));
    }
}

#[test]
fn a_cut_word_that_reads_as_ones_takes_nothing_but_zeros() {
    for seed in 0..50 {
        let mut flash = Flash::new(2);
        flash.cut_after(0, Cut::Middle { seed });
        assert!(flash.write(0, &[0xFF; 8]).is_err());
        flash.power_on();
        assert_eq!(read(&mut flash, 0), [0xFF; 8]);
        assert_eq!(flash.write(0, &[0xFE; 8]), Err(FlashError::Rule));
        flash.write(0, &[0; 8]).unwrap();
        assert_eq!(
            flash.write(0, &[0; 8]),
            Err(FlashError::Rule),
            "programmed now"
        );
    }
}

#[test]
fn a_cut_erase_sets_some_bits_and_must_be_repeated() {
    let mut changed = 0;
    for seed in 0..50 {
        let mut flash = Flash::new(2);
        flash.write(0, &[0x33; 512]).unwrap();
        flash.cut_after(0, Cut::Middle { seed });
        assert_eq!(flash.erase(0, 512), Err(FlashError::Cut));
        flash.power_on();
        assert!(
            flash.as_bytes()[..512]
                .iter()
                .all(|byte| byte & 0x33 == 0x33)
        );
        changed += usize::from(
            flash.as_bytes()[..512] != [0x33; 512] && flash.as_bytes()[..512] != [0xFF; 512],
        );
        assert_eq!(flash.write(8, &[0; 8]), Err(FlashError::Rule));
        flash.erase(0, 512).unwrap();
        flash.write(8, &[0; 8]).unwrap();
    }
    assert!(changed > 30);
}

#[test]
fn before_and_after_are_whole() {
    let mut flash = Flash::new(2);
    flash.cut_after(0, Cut::Before);
    assert!(flash.write(0, &[0; 8]).is_err());
    flash.power_on();
    assert_eq!(read(&mut flash, 0), [0xFF; 8]);
    flash.cut_after(0, Cut::After);
    assert!(flash.write(0, &[0; 8]).is_err());
    assert!(flash.is_off());
    flash.power_on();
    assert_eq!(read(&mut flash, 0), [0; 8]);
}

#[test]
fn the_mirror_has_every_change_and_a_failing_mirror_stops_the_flash() {
    let copy = Arc::new(Mutex::new(vec![0xFF; 1024]));
    let target = Arc::clone(&copy);
    let mut flash = Flash::new(2);
    flash.set_mirror(Box::new(move |at, bytes| {
        target.lock().unwrap()[at..at + bytes.len()].copy_from_slice(bytes);
        if at == 512 {
            Err(std::io::Error::other("full"))
        } else {
            Ok(())
        }
    }));
    flash.write(16, &[7; 16]).unwrap();
    flash.erase(0, 512).unwrap();
    flash.write(24, &[9; 8]).unwrap();
    assert_eq!(*copy.lock().unwrap(), flash.as_bytes());
    assert_eq!(flash.write(512, &[1; 8]), Err(FlashError::Mirror));
    assert_eq!(flash.read(0, &mut [0]), Err(FlashError::Cut));
}

#[test]
fn an_image_can_be_loaded_again() {
    let mut flash = Flash::new(2);
    flash.write(16, &[7; 16]).unwrap();
    let mut again = Flash::from_bytes(flash.as_bytes()).unwrap();
    assert_eq!(again.write(16, &[0; 8]), Err(FlashError::Rule));
    again.write(32, &[0; 8]).unwrap();
    assert!(Flash::from_bytes(&[0xFF; 500]).is_none() && Flash::from_bytes(&[]).is_none());
}

#[test]
fn the_planted_fault_programs_data_after_the_marks() {
    let mut flash = Flash::new(2);
    flash.plant_late_data();
    flash.write(0, &[1; 16]).unwrap();
    assert_eq!(read(&mut flash, 0), [1; 8], "the program sees its write");
    flash.write(16, &[2; 8]).unwrap();
    assert_eq!(
        &flash.as_bytes()[..24],
        [[0xFF; 16].as_slice(), &[2; 8]].concat()
    );
    flash.write(24, &[3; 8]).unwrap();
    assert_eq!(&flash.as_bytes()[..16], [1; 16]);
    fn is_send(_: impl Send) {}
    is_send(flash);
}
