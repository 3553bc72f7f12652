//! Login to a token: a PIN is tried once, and what the token then says of the tries that are left is told.

use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;
use ssc_words::Lang;

use super::{HsmError, TokenChoice, module};

/// What a login needs.
#[derive(Clone, Copy)]
pub struct Login<'p> {
    /// The token's user PIN.
    pub pin: &'p str,
    /// Whether the last try that the token has left may be spent on it.
    pub last_try: bool,
}

impl<'p> From<&'p str> for Login<'p> {
    fn from(pin: &'p str) -> Self {
        Self {
            pin,
            last_try: false,
        }
    }
}

/// What a token says of the tries of its user PIN. PKCS#11 has three flags for it and no number; a token need not set the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinTries {
    /// No flag: no wrong PIN since the last right one, or a token that does not tell.
    Untold,
    /// `CKF_USER_PIN_COUNT_LOW`: at least one wrong PIN since the last right one.
    Fewer,
    /// `CKF_USER_PIN_FINAL_TRY`: the next wrong PIN blocks it.
    Last,
    /// `CKF_USER_PIN_LOCKED`: it is blocked.
    None,
}

impl PinTries {
    /// From the three flags: the gravest counts.
    #[must_use]
    pub const fn of_flags(count_low: bool, final_try: bool, locked: bool) -> Self {
        match (locked, final_try, count_low) {
            (true, _, _) => Self::None,
            (false, true, _) => Self::Last,
            (false, false, true) => Self::Fewer,
            (false, false, false) => Self::Untold,
        }
    }

    fn of(token: &TokenInfo) -> Self {
        Self::of_flags(
            token.user_pin_count_low(),
            token.user_pin_final_try(),
            token.user_pin_locked(),
        )
    }

    /// What a wrong PIN has led to, and what to do.
    pub(super) const fn after_a_wrong_pin(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Untold, Lang::En) => {
                "the token does not say how many tries are left, and blocks its PIN after a few failures: check it before you try again"
            }
            (Self::Untold, Lang::Zh) => "令牌未说明剩余次数，多次错误会锁定 PIN：重试前请先核对",
            (Self::Fewer, Lang::En) => {
                "the token counts it (CKF_USER_PIN_COUNT_LOW), says no number, and blocks its PIN after a few failures: check it before you try again"
            }
            (Self::Fewer, Lang::Zh) => {
                "令牌已计数（CKF_USER_PIN_COUNT_LOW），未给出剩余次数，多次错误会锁定 PIN：重试前请先核对"
            }
            (Self::Last, Lang::En) => {
                "ONE try is left (CKF_USER_PIN_FINAL_TRY), and this program does not spend it unasked: find out the right PIN, then run `ssc hsm show` with --hsm-last-try; a right PIN brings all tries back"
            }
            (Self::Last, Lang::Zh) => {
                "仅剩一次（CKF_USER_PIN_FINAL_TRY），本程序不会擅自使用：请查明正确的 PIN，再用 --hsm-last-try 运行 `ssc hsm show`；PIN 正确后次数恢复"
            }
            (Self::None, Lang::En) => {
                "it was the last try, and the PIN is blocked now (CKF_USER_PIN_LOCKED): the token's security officer must set a new one; its keys stay"
            }
            (Self::None, Lang::Zh) => {
                "这是最后一次，PIN 已锁定（CKF_USER_PIN_LOCKED）：须由令牌的安全管理员重新设置；其中的密钥不受影响"
            }
        }
    }
}

/// What the token that is chosen says of the tries of its PIN, where one may be tried; nothing is tried here.
///
/// # Errors
/// No such module or token; [`HsmError::PinLocked`]; [`HsmError::LastTry`] unless `last_try` may be spent.
pub fn pin_tries(
    path: &std::path::Path,
    token: &TokenChoice,
    last_try: bool,
) -> Result<PinTries, HsmError> {
    let context = module::loaded(path)?;
    let (slot, label) = module::find(&context, path, token)?;
    let state = tries(&context, slot, &label)?;
    may_try(state, last_try, &label).map(|()| state)
}

fn tries(context: &Pkcs11, slot: Slot, label: &str) -> Result<PinTries, HsmError> {
    let token = context.get_token_info(slot);
    Ok(PinTries::of(
        &token.map_err(|error| HsmError::of(error, label))?,
    ))
}

/// Whether a PIN may be tried at a token in this state.
fn may_try(state: PinTries, last_try: bool, token: &str) -> Result<(), HsmError> {
    let token = token.to_owned();
    match state {
        PinTries::None => Err(HsmError::PinLocked { token }),
        PinTries::Last if !last_try => Err(HsmError::LastTry { token }),
        PinTries::Last | PinTries::Fewer | PinTries::Untold => Ok(()),
    }
}

/// Logs in with one try; none at all where the token has one left that is not to be spent.
pub(super) fn login(
    context: &Pkcs11,
    session: &Session,
    slot: Slot,
    label: &str,
    login: Login<'_>,
) -> Result<(), HsmError> {
    may_try(tries(context, slot, label)?, login.last_try, label)?;
    let token = || label.to_owned();
    match session.login(UserType::User, Some(&AuthPin::from(login.pin))) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange, _)) => {
            Err(HsmError::WrongPin {
                token: token(),
                // Whoever does not answer now has told nothing.
                tries: tries(context, slot, label).unwrap_or(PinTries::Untold),
            })
        }
        Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(HsmError::PinLocked { token: token() }),
        Err(Error::Pkcs11(RvError::UserPinNotInitialized, _)) => {
            Err(HsmError::NoPin { token: token() })
        }
        Err(error) => Err(HsmError::of(error, label)),
    }
}

#[cfg(test)]
mod tests {
    use ssc_words::Bilingual as _;

    use super::*;

    /// SoftHSM sets the first flag alone, so the words of the others are looked at here, and no token is played.
    #[test]
    fn each_flag_has_words_and_the_gravest_counts() {
        let states = [
            (PinTries::Untold, "does not say how many", "未说明剩余次数"),
            (PinTries::Fewer, "COUNT_LOW", "COUNT_LOW"),
            (PinTries::Last, "--hsm-last-try", "--hsm-last-try"),
            (PinTries::None, "security officer", "安全管理员"),
        ];
        for (tries, english, chinese) in states {
            let token = "bureau".to_owned();
            let error = HsmError::WrongPin { token, tries };
            let says = error.say(Lang::En);
            assert!(
                says.contains("the PIN is wrong") && says.contains(english),
                "{says}"
            );
            let says = error.say(Lang::Zh);
            assert!(
                says.contains("PIN 错误") && says.contains(chinese),
                "{says}"
            );
        }
        assert_eq!(PinTries::of_flags(false, false, false), PinTries::Untold);
        assert_eq!(PinTries::of_flags(true, false, false), PinTries::Fewer);
        assert_eq!(PinTries::of_flags(true, true, false), PinTries::Last);
        assert_eq!(PinTries::of_flags(true, true, true), PinTries::None);
    }

    #[test]
    fn the_last_try_is_spent_only_where_somebody_says_so() {
        let may = |state, last_try| may_try(state, last_try, "bureau");
        assert!(matches!(
            may(PinTries::Last, false),
            Err(HsmError::LastTry { .. })
        ));
        assert!(may(PinTries::Last, true).is_ok());
        for last_try in [false, true] {
            assert!(may(PinTries::Untold, last_try).is_ok());
            assert!(may(PinTries::Fewer, last_try).is_ok());
            let locked = may(PinTries::None, last_try);
            assert!(matches!(locked, Err(HsmError::PinLocked { .. })));
        }
        let error = may(PinTries::Last, false).unwrap_err();
        assert!(error.say(Lang::En).contains("was not tried"), "{error}");
        assert!(error.say(Lang::Zh).contains("未尝试"));
    }
}
