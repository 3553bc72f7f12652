//! What PC/SC says, as an error for people.

use std::ffi::CStr;
use std::time::{Duration, Instant};

use ::pcsc::{Context, Error, ReaderState, Scope, State};

use crate::ReaderError;

/// How long a lost exchange waits for pcscd to notice that card or reader are gone: it polls drivers that do not
/// report by themselves each 400 ms, and USB removal takes as long.
const NOTICE_REMOVAL: Duration = Duration::from_secs(2);

/// How often to ask a service that hangs up, and how long to wait in between.
const ASKED: u32 = 5;
const BETWEEN: Duration = Duration::from_millis(20);

/// A context of one's own.
///
/// pcscd hangs up on a client that it refuses; if it is quicker than the library's first question, the library takes the service
/// for absent. What takes a connection is there: it is asked again, and if that goes on, it refuses.
pub(crate) fn establish() -> Result<Context, ReaderError> {
    let mut asked = 1;
    loop {
        match Context::establish(Scope::User) {
            Err(Error::NoService) if takes_connections() => {
                if asked == ASKED {
                    return Err(of_service(Error::SecurityViolation));
                }
                asked += 1;
                std::thread::sleep(BETWEEN);
            }
            other => return other.map_err(of_service),
        }
    }
}

/// Whether somebody listens where pcsc-lite's library looks for pcscd.
#[cfg(unix)]
fn takes_connections() -> bool {
    let socket = std::env::var_os("PCSCLITE_CSOCK_NAME");
    let socket = socket.unwrap_or_else(|| "/run/pcscd/pcscd.comm".into());
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

#[cfg(not(unix))]
fn takes_connections() -> bool {
    false
}

/// Why the service gives no context, or no answer to a question about its readers.
pub(crate) fn of_service(error: Error) -> ReaderError {
    let detail = error.to_string();
    match error {
        // pcscd asks polkit about each new client, and hangs up on one that is refused: then the library cannot read.
        Error::SecurityViolation | Error::NoAccess | Error::CommError => {
            ReaderError::NotAllowed { detail }
        }
        _ => ReaderError::NoService { detail },
    }
}

/// The error that says why PC/SC did not connect to the card.
pub(super) fn of_connection(
    error: Error,
    shown: &str,
    context: &Context,
    name: &CStr,
) -> ReaderError {
    match error {
        // The second question to polkit is about the reader.
        Error::SecurityViolation | Error::NoAccess => of_service(error),
        // An answer to reset that names no protocol.
        Error::ProtoMismatch => of_exchange(Error::UnsupportedCard, shown, context, name),
        _ => of_exchange(error, shown, context, name),
    }
}

/// Why an exchange failed. Where PC/SC only says that it did, the reader is asked what is left.
pub(super) fn of_exchange(
    error: Error,
    shown: &str,
    context: &Context,
    name: &CStr,
) -> ReaderError {
    let reader = shown.to_string();
    let detail = error.to_string();
    match error {
        // The last two: the service hung up in the middle.
        Error::NoService | Error::ServiceStopped | Error::CommError | Error::SecurityViolation => {
            ReaderError::NoService { detail }
        }
        Error::NoSmartcard => ReaderError::NoCard { reader },
        Error::RemovedCard => match look_for(context, name) {
            Left::Nothing => ReaderError::ReaderGone { reader },
            _ => ReaderError::CardRemoved { reader },
        },
        Error::UnknownReader | Error::ReaderUnavailable | Error::NoReadersAvailable => {
            ReaderError::ReaderGone { reader }
        }
        Error::SharingViolation => ReaderError::InUse { reader },
        // A reset takes the protocol away until it is negotiated anew.
        Error::ResetCard | Error::ProtoMismatch => ReaderError::ResetByOther { reader },
        Error::UnresponsiveCard | Error::UnpoweredCard | Error::UnsupportedCard => {
            match look_for(context, name) {
                Left::Nothing => ReaderError::ReaderGone { reader },
                Left::EmptyReader => ReaderError::CardRemoved { reader },
                Left::Card => ReaderError::Mute { reader },
            }
        }
        _ => match look_for(context, name) {
            Left::Nothing => ReaderError::ReaderGone { reader },
            Left::EmptyReader => ReaderError::CardRemoved { reader },
            Left::Card => ReaderError::Transmission { reader, detail },
        },
    }
}

/// What is left after an exchange failed.
enum Left {
    Nothing,
    EmptyReader,
    Card,
}

fn look_for(context: &Context, name: &CStr) -> Left {
    let mut states = [ReaderState::new(name, State::PRESENT)];
    let deadline = Instant::now() + NOTICE_REMOVAL;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match context.get_status_change(left, &mut states) {
            Err(Error::Timeout) => return Left::Card,
            Err(_) => return Left::Nothing,
            Ok(()) => {}
        }
        let [state] = &mut states;
        let seen = state.event_state();
        if seen.intersects(State::UNKNOWN | State::IGNORE | State::UNAVAILABLE) {
            return Left::Nothing;
        }
        if seen.contains(State::EMPTY) {
            return Left::EmptyReader;
        }
        if left.is_zero() {
            return Left::Card;
        }
        // Present, but changed in some other way (in use, mute): wait on from there.
        state.sync_current_state();
    }
}
