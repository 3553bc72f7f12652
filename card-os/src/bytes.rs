//! Copying without a panic path: at the smallest code size `copy_from_slice` keeps the one for lengths that differ.

use apdu_specs::Status;

/// Copies `from` into `to`, from byte `at` on.
///
/// # Errors
/// 6F00 where it does not fit; then nothing is copied.
pub fn copy(to: &mut [u8], at: usize, from: &[u8]) -> Result<(), Status> {
    let place = at
        .checked_add(from.len())
        .and_then(|end| to.get_mut(at..end))
        .ok_or(Status::INTERNAL_ERROR)?;
    place
        .iter_mut()
        .zip(from)
        .for_each(|(to, from)| *to = *from);
    Ok(())
}
