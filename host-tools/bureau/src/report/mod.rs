//! The report of a job (作业报告): one HTML file in one language, made from the register alone, that prints on A4.
//!
//! It has counts, rates and causes; a person stands in it by a masked number at the most, and no secret at all.

mod books;
mod causes;
mod clock;
mod facts;
mod figures;
mod gather;
mod html;
pub mod standing;
#[cfg(test)]
mod tests;
mod timeline;

pub use books::{Known, Orders, ReportError, gather, orders, time, write_return_file};
pub use causes::cause;
pub use facts::{end_of, facts, report, standings};
pub use gather::{Gather, Happened, HeadSum, OpenRow};
pub use html::{Facts, Standing, Tone, html, write};
