//! Where PINs come from: the program's callback, a file, or the environment. Never a parameter of a function.

use std::ffi::{c_char, c_int, c_long};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ssc_keys::secret_file;
use ssc_terminal::Pin;
use ssc_words::{Bilingual as _, Lang};
use zeroize::Zeroizing;

use crate::config::Config;
use crate::error::LibraryError;
use crate::text;

/// Bytes of the buffer that a callback fills: 16 digits, a zero byte, and room.
const ROOM: usize = 32;

/// A program's source of PINs: it shows `title` and writes the digits and a zero byte to `pin`, which has room for `capacity`
/// bytes. It returns 0, or another value where no PIN was entered.
pub type PinCallback =
    unsafe extern "system" fn(title: *const c_char, pin: *mut c_char, capacity: c_int) -> c_long;

static CALLBACK: Mutex<Option<PinCallback>> = Mutex::new(None);

/// Which PIN is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The one that the card holds.
    Current,
    /// A new one, asked for twice by a callback.
    New,
}

pub fn set(callback: Option<PinCallback>) {
    *CALLBACK.lock().unwrap_or_else(PoisonError::into_inner) = callback;
}

/// The PIN.
///
/// # Errors
/// [`LibraryError::NoPin`]; two new ones that differ; what is no PIN.
pub fn get(config: &Config, wanted: Wanted) -> Result<Pin, LibraryError> {
    let callback = *CALLBACK.lock().unwrap_or_else(PoisonError::into_inner);
    let digits = match callback {
        Some(callback) => entered(config, callback, wanted)?,
        None => stored(config, wanted)?,
    };
    Ok(digits.parse::<Pin>()?)
}

fn entered(
    config: &Config,
    callback: PinCallback,
    wanted: Wanted,
) -> Result<Zeroizing<String>, LibraryError> {
    let words = |english, chinese| match config.language {
        Lang::En => english,
        Lang::Zh => chinese,
    };
    match wanted {
        Wanted::Current => ask(config, callback, words("PIN", "请输入密码")),
        Wanted::New => {
            let first = ask(config, callback, words("new PIN", "请输入新密码"))?;
            let again = ask(config, callback, words("new PIN again", "请再次输入新密码"))?;
            if *first == *again {
                Ok(first)
            } else {
                Err(LibraryError::PinsDiffer)
            }
        }
    }
}

fn ask(
    config: &Config,
    callback: PinCallback,
    title: &str,
) -> Result<Zeroizing<String>, LibraryError> {
    let mut shown: [c_char; 128] = [0; 128];
    let mut room = Zeroizing::new([0 as c_char; ROOM]);
    let capacity = c_int::try_from(ROOM).unwrap_or(c_int::MAX);
    // SAFETY: both arrays are as long as is said; the callback keeps to its contract. The last byte stays zero.
    let read = unsafe {
        text::write(shown.as_mut_ptr(), shown.len(), title, config.encoding)?;
        if callback(shown.as_ptr(), room.as_mut_ptr(), capacity) != 0 {
            return Err(LibraryError::NoPin);
        }
        if let Some(last) = room.last_mut() {
            *last = 0;
        }
        text::read(room.as_ptr(), config.encoding)?
    };
    Ok(Zeroizing::new(read))
}

fn stored(config: &Config, wanted: Wanted) -> Result<Zeroizing<String>, LibraryError> {
    let (file, variable) = match wanted {
        Wanted::Current => (&config.pin_file, "SSC_PIN"),
        Wanted::New => (&config.new_pin_file, "SSC_NEW_PIN"),
    };
    match file {
        Some(path) => first_line(path),
        None => std::env::var(variable)
            .map(Zeroizing::new)
            .map_err(|_| LibraryError::NoPin),
    }
}

/// The first line of a file with a secret, to which nobody but its owner has access.
pub fn first_line(path: &Path) -> Result<Zeroizing<String>, LibraryError> {
    secret_file::first_line(path).map_err(|error| LibraryError::Config {
        english: error.say(Lang::En),
        chinese: error.say(Lang::Zh),
    })
}
