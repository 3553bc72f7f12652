//! The return file (回盘文件): every row of a job, with what became of it. It is made from the register alone, whole or not at all.

mod form;
mod row;
#[cfg(test)]
mod tests;
mod whole;

pub use form::Form;
pub use row::{Chip, Fate, Reason, ReturnRow};
pub use whole::{Tally, write};
