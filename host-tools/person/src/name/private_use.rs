//! Private-use code points that GBK's and GB 18030-2000's mappings used, and the characters that have their own code since.
//!
//! The two-byte codes FE50 to FEA0 were U+E815 to U+E864 in row order (Microsoft's code page 936 of Windows 95, GBK); the column beside
//! is what GB 18030-2005 has at the same two bytes, as iconv of glibc 2.36 gives it:
//! `printf '\xFE\x9F' | iconv -f GB18030 -t UTF-32BE | xxd -p` prints 00004dae for U+E863.

/// The first code point of [`ASSIGNED`].
const FIRST: u32 = 0xE815;

/// Of U+E815 to U+E864.
#[rustfmt::skip]
const ASSIGNED: [u32; 80] = [
    0x2E81, 0x20087, 0x20089, 0x200CC, 0x2E84, 0x3473, 0x3447, 0x2E88, 0x2E8B, 0x9FB4,
    0x359E, 0x361A, 0x360E, 0x2E8C, 0x2E97, 0x396E, 0x3918, 0x9FB5, 0x39CF, 0x39DF,
    0x3A73, 0x39D0, 0x9FB6, 0x9FB7, 0x3B4E, 0x3C6E, 0x3CE0, 0x2EA7, 0x215D7, 0x9FB8,
    0x2EAA, 0x4056, 0x415F, 0x2EAE, 0x4337, 0x2EB3, 0x2EB6, 0x2EB7, 0x2298F, 0x43B1,
    0x43AC, 0x2EBB, 0x43DD, 0x44D6, 0x4661, 0x464C, 0x9FB9, 0x4723, 0x4729, 0x477C,
    0x478D, 0x2ECA, 0x4947, 0x497A, 0x497D, 0x4982, 0x4983, 0x4985, 0x4986, 0x499F,
    0x499B, 0x49B7, 0x49B6, 0x9FBA, 0x241FE, 0x4CA3, 0x4C9F, 0x4CA0, 0x4CA1, 0x4C77,
    0x4CA2, 0x4D13, 0x4D14, 0x4D15, 0x4D16, 0x4D17, 0x4D18, 0x4D19, 0x4DAE, 0x9FBB,
];

/// The assigned character that a private-use one stands for, where the standard says so.
#[must_use]
pub fn assigned(ch: char) -> Option<char> {
    let index = u32::from(ch).checked_sub(FIRST)?;
    char::from_u32(*ASSIGNED.get(usize::try_from(index).ok()?)?)
}

#[cfg(test)]
mod tests {
    use super::assigned;

    #[test]
    fn what_gb_18030_says() {
        // The changes that GB 18030-2005 and 2022 print
        for (private, own) in [
            ('\u{E863}', '\u{4DAE}'),
            ('\u{E81E}', '\u{9FB4}'),
            ('\u{E826}', '\u{9FB5}'),
            ('\u{E82B}', '\u{9FB6}'),
            ('\u{E864}', '\u{9FBB}'),
            ('\u{E816}', '\u{20087}'),
            ('\u{E855}', '\u{241FE}'),
        ] {
            assert_eq!(assigned(private), Some(own));
        }
        for other in ['\u{E814}', '\u{E865}', '\u{E000}', '张'] {
            assert_eq!(assigned(other), None);
        }
    }
}
