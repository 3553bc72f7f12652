//! The card's life cycle (GlobalPlatform Card Specification 2.3.1, 5.1 and table 11-6).

/// A card life-cycle state, coded as SET STATUS and CPLC readers know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LifeCycle {
    /// Blank: the security domain works, nothing is personalized.
    OpReady = 0x01,
    /// Personalization has begun; marked by the issuer.
    Initialized = 0x07,
    /// In the hands of its holder: file structures are closed for good.
    Secured = 0x0F,
    /// Locked by the issuer; only the security domain answers.
    CardLocked = 0x7F,
    /// Dead for good.
    Terminated = 0xFF,
}

impl LifeCycle {
    /// The state coded by `byte`.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::OpReady),
            0x07 => Some(Self::Initialized),
            0x0F => Some(Self::Secured),
            0x7F => Some(Self::CardLocked),
            0xFF => Some(Self::Terminated),
            _ => None,
        }
    }

    /// Its coding.
    pub const fn byte(self) -> u8 {
        self as u8
    }

    const fn bit(self) -> u8 {
        match self {
            Self::OpReady => 1,
            Self::Initialized => 2,
            Self::Secured => 4,
            Self::CardLocked => 8,
            Self::Terminated => 16,
        }
    }
}

/// The set of life-cycle states in which a command is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifeCycles(u8);

impl LifeCycles {
    /// Before SECURED: while files and keys may still be created.
    pub const PERSONALIZATION: Self = Self(LifeCycle::OpReady.bit() | LifeCycle::Initialized.bit());
    /// SECURED alone: what tells others that a card or PSAM is genuine, or works for them. A card that was taken away half-loaded has the
    /// keys, and must not pass for one.
    pub const ISSUED: Self = Self(LifeCycle::Secured.bit());
    /// As long as the card serves its holder or its issuer.
    pub const SERVING: Self = Self(Self::PERSONALIZATION.0 | LifeCycle::Secured.bit());
    /// As long as the card is not dead.
    pub const NOT_TERMINATED: Self = Self(Self::SERVING.0 | LifeCycle::CardLocked.bit());
    /// Always.
    pub const ALL: Self = Self(0x1F);

    /// Whether `state` is in the set.
    pub const fn contains(self, state: LifeCycle) -> bool {
        self.0 & state.bit() != 0
    }
}
