//! Files of the host, and who may read them.
#![forbid(unsafe_code)]

pub mod whole_file;
