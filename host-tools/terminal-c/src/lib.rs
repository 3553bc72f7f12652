//! The terminal functions of LD/T 33 as a C library: `iReadCardBas` and the others, under the names and with the
//! parameters of the headers that existing programs are compiled against (C: four makers' headers agree).
//!
//! `include/ssc_card.h` is the header, kept by hand; a test compares its names with those here. What the functions do is
//! [`ssc_terminal`]'s; this crate turns C strings into text and back (`text`), finds readers and keys by a
//! [configuration](config), and keeps the card between the steps of a function with a host security module
//! (`functions`).
//!
//! Unsafe code stands in this file and in `text` alone: it reads the caller's strings and writes into its buffers. No
//! panic leaves the library, and one function is done at a time.
#![deny(unsafe_op_in_unsafe_fn)]
#![allow(non_snake_case, reason = "the names that programs call")]

pub mod config;
mod error;
mod functions;
mod modules;
mod pins;
mod readers;
mod text;

use std::cell::Cell;
use std::ffi::{c_char, c_int, c_long};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use apdu_specs::terminal_codes;
use ssc_words::clean;

pub use error::LibraryError;
pub use pins::PinCallback;

/// One function at a time: a library has one terminal, and a terminal one card.
static ONE: Mutex<()> = Mutex::new(());

thread_local! {
    /// Whether this thread is inside a function, and so holds [`ONE`].
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Holds [`ONE`] until it is dropped.
struct Inside(#[allow(dead_code, reason = "held")] MutexGuard<'static, ()>);

impl Inside {
    /// Waits for the function that is under way in another thread.
    fn enter() -> Result<Self, LibraryError> {
        if INSIDE.get() {
            return Err(LibraryError::Nested);
        }
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        INSIDE.set(true);
        Ok(Self(one))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}

/// Does `work` with the caller's texts and writes its answer, or the words of its error, to `out`. No panic leaves it.
///
/// # Safety
/// `out` is null or has room for [`config::Config::capacity`] bytes; each of `inputs` is null or ends with a zero byte.
unsafe fn call<const N: usize>(
    inputs: [*const c_char; N],
    out: *mut c_char,
    work: impl FnOnce(&config::Config, [&str; N]) -> Result<String, LibraryError>,
) -> c_long {
    let done = catch_unwind(AssertUnwindSafe(|| {
        let _inside = match Inside::enter() {
            Ok(inside) => inside,
            Err(error) => {
                let config = config::current().unwrap_or_default();
                // SAFETY: the caller's promise for `out`.
                return unsafe { answer(out, &config, Err(error)) };
            }
        };
        let config = match config::current() {
            Ok(config) => config,
            // SAFETY: as before.
            Err(error) => return unsafe { answer(out, &Default::default(), Err(error)) },
        };
        // SAFETY: the caller's promise for both.
        unsafe {
            let result = with_texts(inputs, out, &config, work);
            answer(out, &config, result)
        }
    }));
    done.unwrap_or_else(|_| {
        let words = || {
            functions::end();
            let config = config::current().unwrap_or_default();
            // SAFETY: the caller's promise for `out`.
            unsafe { answer(out, &config, Err(LibraryError::Internal)) }
        };
        catch_unwind(AssertUnwindSafe(words)).unwrap_or(c_long::from(terminal_codes::UNKNOWN))
    })
}

/// Reads the caller's texts and does `work` with them.
///
/// # Safety
/// As [`call`].
unsafe fn with_texts<const N: usize>(
    inputs: [*const c_char; N],
    out: *mut c_char,
    config: &config::Config,
    work: impl FnOnce(&config::Config, [&str; N]) -> Result<String, LibraryError>,
) -> Result<String, LibraryError> {
    if out.is_null() {
        return Err(LibraryError::Null);
    }
    let mut texts = [const { String::new() }; N];
    for (text, input) in texts.iter_mut().zip(inputs) {
        // SAFETY: the caller's promise for `inputs`.
        *text = unsafe { text::read(input, config.encoding)? };
    }
    work(config, texts.each_ref().map(String::as_str))
}

/// Writes the answer, or the words of the error, and returns the code.
///
/// # Safety
/// `out` is null or has room for [`config::Config::capacity`] bytes.
unsafe fn answer(
    out: *mut c_char,
    config: &config::Config,
    result: Result<String, LibraryError>,
) -> c_long {
    let (code, answer) = match result {
        Ok(answer) => (terminal_codes::SUCCESS, answer),
        // The program shows it to somebody, as it is.
        Err(error) => {
            let words = error.say(config.language);
            let words = clean::line(&words);
            let words = text::shortened(&words, config.capacity, config.encoding);
            (error.code(), words.to_owned())
        }
    };
    let answer = zeroize::Zeroizing::new(answer);
    // SAFETY: the caller's promise for `out`; a null pointer is refused.
    let written = unsafe { text::write(out, config.capacity, &answer, config.encoding) };
    match (code, written) {
        (terminal_codes::SUCCESS, Err(error)) => {
            let words = error.say(config.language);
            // SAFETY: as before. Words of an error are short.
            let _ = unsafe { text::write(out, config.capacity, &words, config.encoding) };
            c_long::from(error.code())
        }
        (code, _) => c_long::from(code),
    }
}

/// The functions that programs call: name, parameters in their order (`int` and texts), then what is done with them.
macro_rules! exports {
    ($($(#[$doc:meta])* $name:ident[$($int:ident),*]($($text:ident),*) $work:expr;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Safety
            /// Texts end with a zero byte; `out` has room for as many bytes as the configuration says (1,024).
            #[unsafe(no_mangle)]
            pub unsafe extern "system" fn $name(
                $($int: c_int,)* $($text: *const c_char,)* out: *mut c_char,
            ) -> c_long {
                let work: fn(&config::Config, $(exports!(@int $int),)* $(exports!(@text $text)),*)
                    -> Result<String, LibraryError> = $work;
                // SAFETY: this function's own contract.
                unsafe {
                    call([$($text),*], out, |config, [$($text),*]| {
                        work(config, $($int,)* $($text),*)
                    })
                }
            }
        )*

        /// The names of the functions, for the test of the header.
        pub const EXPORTS: &[&str] = &[$(stringify!($name)),*];
    };
    (@int $name:ident) => { c_int };
    (@text $name:ident) => { &str };
}

exports! {
    /// Basic data 读基本信息: the card must be genuine.
    iReadCardBas[iType]() |config, card| functions::read_card_basic(config, card);
    /// Basic data with a host security module, step 1.
    iReadCardBas_HSM_Step1[iType]() |config, card| functions::read_card_basic_step1(config, card);
    /// Basic data with a host security module, step 2.
    iReadCardBas_HSM_Step2[](pKey) |_, key| functions::read_card_basic_step2(key);
    /// Items of files 通用读卡. iAuthType: 1 PIN, 2 read key.
    iReadCard[iType, iAuthType](pCardInfo, pFileAddr)
        |config, card, by, info, address| functions::read_card(config, card, by, info, address);
    /// Items of files with a host security module, step 1.
    iReadCard_HSM_Step1[iType](pCardInfo, pFileAddr)
        |config, card, info, address| functions::read_card_step1(config, card, info, address);
    /// Items of files with a host security module, step 2.
    iReadCard_HSM_Step2[](pKey) |_, key| functions::read_card_step2(key);
    /// Writes items of files 通用写卡.
    iWriteCard[iType](pCardInfo, pFileAddr, pWriteData)
        |config, card, info, address, data| functions::write_card(config, card, info, address, data);
    /// Writes with a host security module, step 1.
    iWriteCard_HSM_Step1[iType](pCardInfo, pFileAddr)
        |config, card, info, address| functions::write_card_step1(config, card, info, address);
    /// Writes with a host security module, step 2.
    iWriteCard_HSM_Step2[](pKey, pWriteData) |_, key, data| functions::write_card_step2(key, data);
    /// Checks the PIN, which the PIN source gives PIN 校验.
    iVerifyPIN[iType]() |config, card| functions::verify_pin(config, card);
    /// Changes the PIN; the PIN source gives the old one and the new one PIN 修改.
    iChangePIN[iType]() |config, card| functions::change_pin(config, card);
    /// Sets a new PIN without the old one PIN 重置.
    iReloadPIN[iType](pCardInfo) |config, card, info| functions::reload_pin(config, card, info);
    /// Sets a new PIN with a host security module, step 1.
    iReloadPIN_HSM_Step1[iType](pCardInfo)
        |config, card, info| functions::reload_pin_step1(config, card, info);
    /// Sets a new PIN with a host security module, step 2.
    iReloadPIN_HSM_Step2[](pKey) |_, key| functions::reload_pin_step2(key);
    /// Sets a new PIN with a host security module, step 3.
    iReloadPIN_HSM_Step3[](pKey) |_, key| functions::reload_pin_step3(key);
    /// Gives the PIN its tries back PIN 解锁.
    iUnblockPIN[iType](pCardInfo) |config, card, info| functions::unblock_pin(config, card, info);
    /// Unblocks the PIN with a host security module, step 1.
    iUnblockPIN_HSM_Step1[iType](pCardInfo)
        |config, card, info| functions::unblock_pin_step1(config, card, info);
    /// Unblocks the PIN with a host security module, step 2.
    iUnblockPIN_HSM_Step2[](pKey) |_, key| functions::unblock_pin_step2(key);
    /// Unblocks the PIN with a host security module, step 3.
    iUnblockPIN_HSM_Step3[](pKey) |_, key| functions::unblock_pin_step3(key);
    /// Debit: not supported (-13). It is there because programs refuse a library without it.
    iDoDebit[iType](pCardInfo, pPayInfo) |_, _, _, _| Err(LibraryError::NotSupported);
    /// Debit with a host security module: not supported (-13).
    iDoDebit_HSM_Step1[iType](pCardInfo, pPayInfo) |_, _, _, _| Err(LibraryError::NotSupported);
    /// Debit with a host security module: not supported (-13).
    iDoDebit_HSM_Step2[](pKey) |_, _| Err(LibraryError::NotSupported);
    /// Records of debits: not supported (-13).
    iReadDebitRecord[iType]() |_, _| Err(LibraryError::NotSupported);
    /// Reads the configuration file `path` (empty: environment alone), from now on.
    ssc_configure[](path) |_, path| config::load(path).map(|()| String::new());
}

/// Makes `callback` the source of PINs; null takes it away. It is called with a title and a buffer.
#[unsafe(no_mangle)]
pub extern "system" fn ssc_set_pin_callback(callback: Option<PinCallback>) -> c_long {
    pins::set(callback);
    c_long::from(terminal_codes::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(work: impl FnOnce() -> Result<String, LibraryError>) -> (c_long, String) {
        let mut room = [0_u8; 1024];
        let out = room.as_mut_ptr().cast::<c_char>();
        // SAFETY: there is room for the default capacity.
        let code = unsafe { call([], out, |_, []| work()) };
        let length = room.iter().position(|byte| *byte == 0).unwrap();
        let (text, ..) = encoding_rs::GB18030.decode(&room[..length]);
        (code, text.into_owned())
    }

    #[test]
    fn a_panic_stays_inside_and_the_next_call_works() {
        let (code, text) = called(|| panic!("a fault"));
        assert_eq!(code, -999);
        assert!(text.contains("内部错误"), "{text}");
        assert_eq!(called(|| Ok("done".into())), (0, "done".into()));
    }

    #[test]
    fn a_function_inside_a_function_is_refused_and_does_not_wait_for_itself() {
        let (code, text) = called(|| Ok(format!("{:?}", called(|| Ok("inner".into())))));
        assert_eq!(code, 0);
        assert!(text.contains("-14") && text.contains("PIN 回调"), "{text}");
    }

    #[test]
    fn one_at_a_time() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let inside = AtomicUsize::new(0);
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    for _ in 0..50 {
                        let counted = called(|| {
                            let before = inside.fetch_add(1, Ordering::SeqCst);
                            std::thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                            Ok(before.to_string())
                        });
                        assert_eq!(counted, (0, "0".into()));
                    }
                });
            }
        });
    }
}
