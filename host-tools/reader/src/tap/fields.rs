//! The fields of a command as it goes over the line, whatever its form.

/// CLA, INS, P1 and P2; zeros where the command is too short to have them.
pub(super) fn header(command: &[u8]) -> [u8; 4] {
    command.first_chunk::<4>().copied().unwrap_or_default()
}

/// The bytes that Lc counts, or those that are there.
pub(super) fn data_field(command: &[u8]) -> &[u8] {
    match command {
        [_, _, _, _, lc, data @ ..] => data.get(..usize::from(*lc)).unwrap_or(data),
        _ => &[],
    }
}
