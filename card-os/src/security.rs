//! Access conditions, judged for each directory (LD/T 32.3).

use apdu_specs::Status;
use apdu_specs::access::Access;
use apdu_specs::keys::LOCAL_KEY_BIT;

use crate::objects::Slot;
use crate::session::Session;

/// The directory whose key `kid` means, seen from `session`: the current one for a local key, the
/// environment (SSSE) otherwise.
pub fn key_directory(session: &Session, kid: u8) -> Slot {
    if kid & LOCAL_KEY_BIT != 0 {
        session.directory
    } else {
        session.environment
    }
}

/// Judges `rule` for a file of the current directory.
///
/// # Errors
/// 6982.
pub fn check(session: &Session, rule: Access) -> Result<(), Status> {
    let key = |kid| session.is_authenticated(key_directory(session, kid), kid);
    let granted = match rule {
        Access::Free => true,
        Access::Pin => session.pin_verified,
        Access::Key(kid) => key(kid),
        Access::PinOrKey(kid) => session.pin_verified || key(kid),
        Access::PinAndKey(kid) => session.pin_verified && key(kid),
        Access::Never => false,
    };
    if granted {
        Ok(())
    } else {
        Err(Status::SECURITY_NOT_SATISFIED)
    }
}
