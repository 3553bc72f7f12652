//! A card for developers, in this process or on PC/SC through vpcd.
#![forbid(unsafe_code)]
