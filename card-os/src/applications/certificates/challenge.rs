//! A challenge serves twice: for an authentication, then for the MAC of the next change (C).

use crate::session::{Challenge, Session};

/// Keeps a challenge that has served an authentication for the MAC of the next change, and for nothing else.
pub fn keep_served(session: &mut Session, mut challenge: Challenge) {
    challenge.served = true;
    session.challenge = Some(challenge);
}

/// Uses up the challenge, or the one that has served an authentication.
pub fn take_for_change(session: &mut Session) -> Option<Challenge> {
    session.challenge.take()
}
