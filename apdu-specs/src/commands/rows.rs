//! The macro that turns a row of a command table into its rules and its words.

/// What a row may have behind its class, as a set.
#[derive(Clone, Copy)]
pub(crate) struct Traits(u8);

impl Traits {
    /// Nothing.
    pub(crate) const NONE: Self = Self(0);
    /// It may also come as a secure message under STK.
    pub(crate) const SM: Self = Self(1);
    /// It works while the current directory's application is blocked.
    pub(crate) const BLOCKED: Self = Self(2);
    /// It may come plain while a secure channel is open: something new begins.
    pub(crate) const ANEW: Self = Self(4);

    /// Both sets together.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in the set.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What the columns of a row are written with.
pub(crate) mod columns {
    pub(crate) use crate::commands::Cases;
    pub(crate) use crate::commands::Parameter::{self, Any, Is, LowBits, Masked, OneOf};

    pub(crate) const C1: Cases = Cases::ONE;
    pub(crate) const C2: Cases = Cases::TWO;
    pub(crate) const C3: Cases = Cases::THREE;
    pub(crate) const C4: Cases = Cases::FOUR;
    pub(crate) const C12: Cases = C1.or(C2);
    pub(crate) const C13: Cases = C1.or(C3);
    pub(crate) const C34: Cases = C3.or(C4);
}

/// The commands of an application, a row each:
/// `Name, "STANDARD'S NAME", "中文名", evidence, "clause", "meaning";
/// CLA & mask + TRAIT, INS, cases, P1, P2, least Lc ..= greatest Lc, Le, LIFE_CYCLES, interfaces, secret, [STATUS …];`
/// One row makes two statics, so that no word of it is linked into the card.
macro_rules! commands {
    ($application:ident $names:ident; $(
        $id:ident, $name:literal, $chinese:literal, $evidence:ident, $clause:literal, $meaning:literal;
        $cla:literal & $mask:literal $(+ $trait:ident)*, $ins:literal, $cases:ident, $p1:expr, $p2:expr,
        $lc_min:literal ..= $lc_max:literal, $le:ident, $life:ident, $on:ident, $secret:literal,
        [$($sw:ident)*];
    )*) => {
        /// The commands of this table, in its order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $names { $(#[doc = $name] $id,)* }

        impl $names {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$id,)*];

            /// Which command `row` is; `None` for a row of another application.
            pub fn of(row: &$crate::commands::Command) -> Option<Self> {
                if row.application != $crate::Application::$application {
                    return None;
                }
                Self::ALL.get(usize::from(row.number)).copied()
            }

            /// Its row.
            pub const fn row(self) -> &'static $crate::commands::Command {
                &COMMANDS.rows[self as usize]
            }
        }

        /// The rules of all commands of this application: what the card scans.
        pub static COMMANDS: $crate::commands::CommandTable = $crate::commands::CommandTable {
            application: $crate::Application::$application,
            rows: &[$({
                const TRAITS: $crate::commands::Traits =
                    $crate::commands::Traits::NONE $(.or($crate::commands::Traits::$trait))*;
                $crate::commands::Command {
                    application: $crate::Application::$application,
                    number: $names::$id as u8,
                    class_mask: $mask,
                    class: $cla,
                    secure_messaging: TRAITS.has($crate::commands::Traits::SM),
                    works_in_a_blocked_application: TRAITS.has($crate::commands::Traits::BLOCKED),
                    begins_anew: TRAITS.has($crate::commands::Traits::ANEW),
                    ins: $ins,
                    cases: $cases,
                    p1: $p1,
                    p2: $p2,
                    lc_min: $lc_min,
                    lc_max: $lc_max,
                    le: $crate::commands::LeRule::$le,
                    life_cycles: $crate::life_cycle::LifeCycles::$life,
                    interfaces: $crate::commands::Interfaces::$on,
                }
            },)*],
        };

        /// The words of all commands of this application, in the order of [`COMMANDS`].
        pub static WORDS: &[$crate::commands::CommandWords] = &[$($crate::commands::CommandWords {
            name: $name, chinese: $chinese, meaning: $meaning, clause: $clause,
            evidence: $crate::Evidence::$evidence, secret: $secret, status: &[$($crate::Status::$sw),*],
        },)*];
    };
}
