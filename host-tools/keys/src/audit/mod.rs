//! The audit log (审计日志) of a vault: each use of it is a line that cannot be changed or taken out unnoticed.
//!
//! One JSON object a line (**P**):
//!
//! ```text
//! {"line":2,"time":"2026-01-02T08:00:00Z", … ,"previous":"<64 hex digits>","hash":"<64 hex digits>"}
//! ```
//!
//! `hash` is SHA-256 over the bytes of the line before `,"hash"`, `previous` the hash of the line above (zeros in the first), so
//! that any tool can check the chain. Number and hash of the last line also stand in a file beside it (`.head`): a line taken off
//! the end is missed too. A vault remembers number and hash as well ([`crate::Vault::open_audited`]): a log that vanished with its head
//! file is missed at the next use. Whoever may write the log, its head and the vault can put back older copies of all of them: note the
//! head elsewhere, and `ssc keys audit --head` compares.
//!
//! A write that was cut short (full disk, kill, power cut) is mended at the next use: the part of a last line that nobody names (no line,
//! not the head file, not the vault) is cut off, and the next line says how many bytes it had (`torn`); a whole line that lacks its
//! line break gets it; a head file that is one line behind is written. A whole line is never cut. A clock that is older than this
//! program or than a line begins no use; a line `clock` says that it was ahead before.
//!
//! [`Trail`] writes the lines of one use: one when the vault is opened, before any key is given, and one when it is closed. A log
//! that cannot be written, or whose chain is broken, refuses the use.

mod chain;
mod clock;
mod error;
mod judged;
mod log;
mod trail;

pub(crate) use chain::CLOCK;
pub use chain::{Audit, Fault, FaultKind, Head, Torn};
pub use error::AuditError;
pub use judged::{Judged, MissingLine};
pub use log::AuditLog;
pub use trail::Trail;
pub(crate) use trail::{event, name_of};
