//! Files of the host, and who may read them.
#![forbid(unsafe_code)]

pub mod user_folder;
pub mod whole_file;
