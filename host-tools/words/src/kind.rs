//! Kinds of errors: what a program does next, whoever the error comes from.

use crate::Bilingual;

/// What kind of failure an error is. The exit codes of `ssc` are made from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A file, or the output, could not be written.
    Output,
    /// What was asked for cannot be asked for.
    Usage,
    /// The input is wrong: a batch, a file, a value.
    Input,
    /// No reader, no card, or no answer.
    Reader,
    /// The card answered, and refused, or it is no card for this.
    Card,
    /// Vault, passphrase or key; a PSAM, a token.
    Keys,
    /// The card is not genuine, or could not be confirmed.
    NotGenuine,
}

/// An error that knows its kind.
pub trait Kind: Bilingual {
    /// Its kind.
    fn kind(&self) -> ErrorKind;
}
