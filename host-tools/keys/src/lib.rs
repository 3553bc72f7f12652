//! Where master keys live.
#![forbid(unsafe_code)]
