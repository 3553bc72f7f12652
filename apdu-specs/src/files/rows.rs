//! The macros that turn a row of a file table into statics.

/// A tag written as two hex digits, as the standard writes it; the empty text is no tag.
pub(crate) const fn tag(text: &str) -> Option<u8> {
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

/// Fields, a row each:
/// `"tag" ("id", "english", "中文", mark of the name) Format length * repeat, GENERATIONS evidence
/// item ITEM code CODING (mark) continues "tag" at_first false rule GENERATIONS Guard Access(key)
/// conflict "sources" chosen "choice" { fields of a template };`
/// A row without words is an item whose name no source has. `at_first false`: a new
/// card has no such record, but room for it.
macro_rules! fields {
    (@or [] $default:expr) => { $default };
    (@or [$value:expr] $default:expr) => { $value };
    (@item []) => { None };
    (@item [$item:ident]) => { Some(&$crate::items::$item) };
    (@mark []) => { None };
    (@mark [$mark:ident]) => { Some($crate::Evidence::$mark) };
    (@rule []) => { None };
    (@rule [$generations:ident $guard:ident $access:ident ($key:literal)]) => {
        Some($crate::files::FieldRule {
            generations: $crate::Generations::$generations,
            guard: $crate::access::RecordGuard::$guard,
            read: $crate::access::Access::$access($key),
        })
    };
    (@conflict []) => { None };
    (@conflict [$sources:literal $choice:literal]) => {
        Some($crate::Conflict { sources: $sources, choice: $choice })
    };
    ($(
        $tag:literal $(($id:literal, $english:literal, $chinese:literal, $words:ident))?
        $format:ident $length:literal $(* $repeat:literal)?, $generations:ident $evidence:ident
        $(item $item:ident)?
        $(code $coding:ident $(($coding_mark:ident))?)?
        $(continues $continues:literal)?
        $(at_first $at_first:literal)?
        $(rule $rule_generations:ident $guard:ident $access:ident ($key:literal))?
        $(conflict $sources:literal chosen $choice:literal)?
        $({ $($children:tt)* })?;
    )*) => {
        &[$($crate::files::Field {
            tag: const { $crate::files::rows::tag($tag) },
            id: fields!(@or [$($id)?] concat!("tag_", $tag)),
            english: fields!(@or [$($english)?] "name not known"),
            chinese: fields!(@or [$($chinese)?] "名称未知"),
            format: $crate::files::Format::$format,
            length: $length,
            item: fields!(@item [$($item)?]),
            coding: fields!(@or [$($crate::coding::$coding)?] $crate::coding::Coding::Plain),
            coding_evidence: fields!(@or [$($($crate::Evidence::$coding_mark)?)?] $crate::Evidence::C),
            continues: fields!(@or [$(const { $crate::files::rows::tag($continues) })?] None),
            repeat: fields!(@or [$($repeat)?] 1),
            at_first: fields!(@or [$($at_first)?] true),
            children: fields!($($($children)*)?),
            generations: $crate::Generations::$generations,
            evidence: $crate::Evidence::$evidence,
            words: fields!(@mark [$($words)?]),
            rule: fields!(@rule [$($rule_generations $guard $access ($key))?]),
            conflict: fields!(@conflict [$($sources $choice)?]),
        }),*]
    };
}

/// Elementary files, a row each: `fid "english" "中文" kind, GENERATIONS evidence, [read conditions of
/// 1.00, 2.00, 3.00], write condition, their evidence, spare room, clause, conflict "sources" chosen "choice",
/// { fields };` or the name of a static with the fields.
macro_rules! elementary_files {
    (@fields { $($fields:tt)* }) => { fields!($($fields)*) };
    (@fields $fields:ident) => { $fields };
    ($(
        $fid:literal $en:literal $zh:literal $kind:expr, $generations:ident $evidence:ident,
        $reads:expr, $write:expr, $access_evidence:ident, spare $spare:literal, $clause:literal
        $(conflict $sources:literal chosen $choice:literal)?,
        $fields:tt;
    )*) => {
        &[$($crate::files::ElementaryFile {
            fid: $fid,
            english: $en,
            chinese: $zh,
            kind: $kind,
            reads: $reads,
            write: $write,
            all_fields: elementary_files!(@fields $fields),
            spare: $spare,
            generations: $crate::Generations::$generations,
            evidence: $crate::Evidence::$evidence,
            access_evidence: $crate::Evidence::$access_evidence,
            clause: $clause,
            conflict: fields!(@conflict [$($sources $choice)?]),
        }),*]
    };
}
