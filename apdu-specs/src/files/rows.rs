//! The macros that turn a row of a file table into statics.

/// A tag written as two hex digits, as the standard writes it; the empty text is no tag.
pub(super) const fn tag(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [] => None,
        [high, low] => Some(digit(*high) * 16 + digit(*low)),
        _ => panic!("a tag is two hex digits"),
    }
}

const fn digit(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'F' => character - b'A' + 10,
        _ => panic!("a tag is two hex digits"),
    }
}

/// Fields: the EF's meaning in both languages, then a row each:
/// `"tag" ("id", "english", "中文", words' evidence) Format length * repeat, GENERATIONS evidence
/// item ITEM rule GENERATIONS Guard Access(key) { fields of a template };`
/// A row without words takes the EF's meaning and its tag, marked P.
macro_rules! fields {
    (@or [] $default:expr) => { $default };
    (@or [$value:expr] $default:expr) => { $value };
    (@item []) => { None };
    (@item [$item:ident]) => { Some(&$crate::items::$item) };
    (@rule []) => { None };
    (@rule [$generations:ident $guard:ident $access:ident ($key:literal)]) => {
        Some($crate::files::FieldRule {
            generations: $crate::Generations::$generations,
            guard: $crate::access::RecordGuard::$guard,
            read: $crate::access::Access::$access($key),
        })
    };
    ($en:literal $zh:literal; $(
        $tag:literal $(($id:literal, $field_en:literal, $field_zh:literal, $words:ident))?
        $format:ident $length:literal $(* $repeat:literal)?, $generations:ident $evidence:ident
        $(item $item:ident)?
        $(rule $rule_generations:ident $guard:ident $access:ident ($key:literal))?
        $({ $($children:tt)* })?;
    )*) => {
        &[$($crate::files::Field {
            tag: const { $crate::files::rows::tag($tag) },
            id: fields!(@or [$($id)?] concat!("tag_", $tag)),
            english: fields!(@or [$($field_en)?] concat!($en, " ", $tag)),
            chinese: fields!(@or [$($field_zh)?] concat!($zh, " ", $tag)),
            format: $crate::files::Format::$format,
            length: $length,
            item: fields!(@item [$($item)?]),
            repeat: fields!(@or [$($repeat)?] 1),
            children: fields!($en $zh; $($($children)*)?),
            generations: $crate::Generations::$generations,
            evidence: $crate::Evidence::$evidence,
            words: fields!(@or [$($crate::Evidence::$words)?] $crate::Evidence::P),
            rule: fields!(@rule [$($rule_generations $guard $access ($key))?]),
        }),*]
    };
}

/// Elementary files, a row each: `fid "english" "中文" kind, GENERATIONS evidence, [read conditions of
/// 1.00, 2.00, 3.00], write condition, their evidence, spare room, { fields };`
macro_rules! elementary_files {
    ($(
        $fid:literal $en:literal $zh:literal $kind:expr, $generations:ident $evidence:ident,
        $reads:expr, $write:expr, $access_evidence:ident, spare $spare:literal, $clause:literal,
        { $($fields:tt)* };
    )*) => {
        &[$($crate::files::ElementaryFile {
            fid: $fid,
            english: $en,
            chinese: $zh,
            kind: $kind,
            reads: $reads,
            write: $write,
            all_fields: fields!($en $zh; $($fields)*),
            spare: $spare,
            generations: $crate::Generations::$generations,
            evidence: $crate::Evidence::$evidence,
            access_evidence: $crate::Evidence::$access_evidence,
            clause: $clause,
        }),*]
    };
}
