//! Applications of a card: names for what a command or a directory belongs to. Each has a room in `applications`.

/// One list makes the enum and [`Application::ALL`], so that none is missing there.
macro_rules! applications {
    ($($(#[$words:meta])* $name:ident,)*) => {
        /// The application that answers a command; [`Self::asked`] says in which order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Application {
            $($(#[$words])* $name,)*
        }

        impl Application {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

applications! {
    /// Whatever is selected.
    Any,
    /// The file system of the social security card, current after reset.
    Ssc,
    /// The issuer security domain.
    Domain,
    /// The terminal's security module (PSAM): directories of its own, beside the file commands.
    Psam,
    /// The certificate environment of the third generation (ACSE): directories of its own, beside the
    /// file commands.
    Certificates,
}

impl Application {
    /// The application of a directory, as its FCP names it in tag C0: 00 the social security card, which is
    /// also meant without the tag, 01 PSAM, 02 ACSE (P).
    pub const fn of_directory(byte: u8) -> Option<Self> {
        match byte {
            0x00 => Some(Self::Ssc),
            0x01 => Some(Self::Psam),
            0x02 => Some(Self::Certificates),
            _ => None,
        }
    }

    /// The inverse of [`Self::of_directory`]; `None` for what is no directory's.
    pub const fn directory_byte(self) -> Option<u8> {
        match self {
            Self::Ssc => Some(0x00),
            Self::Psam => Some(0x01),
            Self::Certificates => Some(0x02),
            Self::Any | Self::Domain => None,
        }
    }

    /// Whether it has files, and with them the file commands, blocked directories, and a wipe to wait for.
    pub const fn has_files(self) -> bool {
        match self {
            Self::Ssc | Self::Psam | Self::Certificates => true,
            Self::Any | Self::Domain => false,
        }
    }

    /// Whose rows are asked for a command while this one is selected, in order: its own, the file commands
    /// where it has files, then those for any.
    pub const fn asked(self) -> &'static [Self] {
        match self {
            Self::Any => &[Self::Any],
            Self::Ssc => &[Self::Ssc, Self::Any],
            Self::Domain => &[Self::Domain, Self::Any],
            Self::Psam => &[Self::Psam, Self::Ssc, Self::Any],
            Self::Certificates => &[Self::Certificates, Self::Ssc, Self::Any],
        }
    }
}
