//! The historical bytes of an answer to reset (ISO/IEC 7816-3, 8.2).

/// The historical bytes of `atr`; `None` where it is cut short.
///
/// The ATR that PC/SC builds for a contactless card (part 3, 3.1.3.2.3.1) has the same shape: `3B 8n 80 01`, the ATS's
/// historical bytes, TCK.
pub(crate) fn historical_bytes(atr: &[u8]) -> Option<&[u8]> {
    let (&[_ts, t0], mut rest) = atr.split_first_chunk::<2>()?;
    let mut follows = t0 >> 4;
    while follows != 0 {
        // Each bit announces one of TA, TB, TC, TD; TD (bit 8) announces the next four.
        let interface = usize::try_from(follows.count_ones()).ok()?;
        let (bytes, after) = rest.split_at_checked(interface)?;
        let next = bytes.last().filter(|_| follows & 0x08 != 0);
        follows = next.map_or(0, |td| td >> 4);
        rest = after;
    }
    rest.get(..usize::from(t0 & 0x0F))
}

#[cfg(test)]
mod tests {
    use super::historical_bytes;

    const THIRTEEN: [u8; 13] = [0x00, 0x81, 1, 2, 3, 0x86, 0x01, 4, 5, 6, 7, 8, 9];

    #[test]
    fn contact_contactless_and_cut_short() {
        let contact = [&[0x3B, 0x6D, 0x00, 0x00], &THIRTEEN[..]].concat();
        assert_eq!(historical_bytes(&contact), Some(&THIRTEEN[..]));

        let contactless = [&[0x3B, 0x8D, 0x80, 0x01], &THIRTEEN[..], &[0x5A]].concat();
        assert_eq!(historical_bytes(&contactless), Some(&THIRTEEN[..]));

        for length in 0..contact.len() {
            assert_eq!(historical_bytes(&contact[..length]), None, "{length}");
        }
    }
}
