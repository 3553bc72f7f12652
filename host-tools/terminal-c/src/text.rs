//! The caller's strings: GB18030, or UTF-8 where the configuration says so.

use std::ffi::{CStr, c_char};

use encoding_rs::{Encoding, GB18030, UTF_8};

use crate::error::LibraryError;

/// How the caller's strings are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextEncoding {
    /// GB18030, of which GBK is a part: what existing programs expect.
    #[default]
    Gb18030,
    /// UTF-8.
    Utf8,
}

impl TextEncoding {
    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Gb18030 => GB18030,
            Self::Utf8 => UTF_8,
        }
    }
}

/// The caller's string.
///
/// # Safety
/// `text` is null or ends with a zero byte.
pub unsafe fn read(text: *const c_char, encoding: TextEncoding) -> Result<String, LibraryError> {
    if text.is_null() {
        return Err(LibraryError::Null);
    }
    // SAFETY: it is not null, and ends with a zero byte by this function's contract.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    let decoded = encoding
        .encoding()
        .decode_without_bom_handling_and_without_replacement(bytes);
    Ok(decoded.ok_or(LibraryError::NotText)?.into_owned())
}

/// Writes `text` and a zero byte to `out`. A text that has no room is not written at all.
///
/// # Safety
/// `out` is null or has room for `capacity` bytes.
pub unsafe fn write(
    out: *mut c_char,
    capacity: usize,
    text: &str,
    encoding: TextEncoding,
) -> Result<(), LibraryError> {
    if out.is_null() {
        return Err(LibraryError::Null);
    }
    let (bytes, _, _) = encoding.encoding().encode(text);
    // A zero byte inside would end the caller's string there.
    let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    if bytes.len() >= capacity {
        return Err(LibraryError::NoRoom {
            needed: bytes.len() + 1,
        });
    }
    // SAFETY: `out` has room for `capacity` bytes, which is more than are copied; the two do not overlap, since `bytes` is
    // this function's own.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast::<c_char>(), out, bytes.len());
        out.add(bytes.len()).write(0);
    }
    Ok(())
}

/// As much of `text` from its begin as has room in `capacity` bytes with the zero byte, in whole characters.
pub fn shortened(text: &str, capacity: usize, encoding: TextEncoding) -> &str {
    let mut needed = 1;
    for (at, character) in text.char_indices() {
        let mut room = [0; 4];
        let (bytes, _, _) = encoding.encoding().encode(character.encode_utf8(&mut room));
        needed += bytes.len();
        if needed > capacity {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::ffi::c_char;

    use super::{TextEncoding, read, shortened, write};
    use crate::LibraryError;

    fn written(
        text: &str,
        capacity: usize,
        encoding: TextEncoding,
    ) -> Result<Vec<u8>, LibraryError> {
        let mut room = vec![0x55_u8; 32];
        // SAFETY: there is room for 32 bytes, and no test says more.
        unsafe { write(room.as_mut_ptr().cast::<c_char>(), capacity, text, encoding)? };
        Ok(room)
    }

    /// Words of an error that list every reader are longer than some buffers: what has room is told.
    #[test]
    fn long_words_end_at_a_whole_character() {
        let (gb, utf8) = (TextEncoding::Gb18030, TextEncoding::Utf8);
        for (capacity, encoding, left) in [
            (8, gb, "卡a读"),
            (6, gb, "卡a读"),
            (5, gb, "卡a"),
            (1, gb, ""),
            (8, utf8, "卡a读"),
            (7, utf8, "卡a"),
        ] {
            let words = shortened("卡a读", capacity, encoding);
            assert_eq!(words, left, "{capacity}");
            assert!(written(words, capacity, encoding).is_ok());
        }
    }

    #[test]
    fn gb18030_and_utf8_with_a_zero_byte_and_no_byte_more() {
        // printf 张三 | iconv -t GB18030 | xxd -p
        let gb = written("张三", 32, TextEncoding::Gb18030).unwrap();
        assert_eq!(&gb[..6], [0xD5, 0xC5, 0xC8, 0xFD, 0, 0x55]);
        let utf8 = written("张三", 32, TextEncoding::Utf8).unwrap();
        assert_eq!(&utf8[..8], [0xE5, 0xBC, 0xA0, 0xE4, 0xB8, 0x89, 0, 0x55]);
        // five bytes with the zero byte: exactly, one too few
        assert!(written("张三", 5, TextEncoding::Gb18030).is_ok());
        let none = written("张三", 4, TextEncoding::Gb18030);
        assert_eq!(none, Err(LibraryError::NoRoom { needed: 5 }));
        assert_eq!(
            written("", 0, TextEncoding::Utf8),
            Err(LibraryError::NoRoom { needed: 1 })
        );
    }

    #[test]
    fn what_is_null_or_no_text_is_refused() {
        // SAFETY: null is allowed, and the other ends with a zero byte.
        unsafe {
            assert_eq!(
                read(std::ptr::null(), TextEncoding::Utf8),
                Err(LibraryError::Null)
            );
            let half = [0xD5_u8, 0];
            let half = half.as_ptr().cast::<c_char>();
            assert_eq!(
                read(half, TextEncoding::Gb18030),
                Err(LibraryError::NotText)
            );
            let null = write(std::ptr::null_mut(), 10, "x", TextEncoding::Utf8);
            assert_eq!(null, Err(LibraryError::Null));
        }
    }
}
