//! The selected application, and what it remembers: one application's state at a time.

use apdu_specs::applications::certificates::PIN_KEY;
use apdu_specs::{Application, Status};

#[cfg(feature = "certificates")]
use super::certificates;
use super::domain;
#[cfg(feature = "psam")]
use super::psam;
use crate::built;
use crate::fs::{File, directory};
use crate::objects::Slot;
use crate::session::Session;

/// The selected application with its state. What another one has remembered is wiped: [`Self::deselect`].
#[expect(
    clippy::large_enum_variant,
    reason = "there is no heap, and one of them at a time"
)]
pub enum Selected {
    /// The social security card. All that it remembers is the session's.
    Ssc,
    /// The issuer security domain.
    Domain(domain::State),
    /// A PSAM.
    #[cfg(feature = "psam")]
    Psam(psam::State),
    /// The certificate environment.
    #[cfg(feature = "certificates")]
    Certificates(certificates::State),
}

impl Selected {
    /// Which one it is.
    pub const fn application(&self) -> Application {
        match self {
            Self::Ssc => Application::Ssc,
            Self::Domain(_) => Application::Domain,
            #[cfg(feature = "psam")]
            Self::Psam(_) => Application::Psam,
            #[cfg(feature = "certificates")]
            Self::Certificates(_) => Application::Certificates,
        }
    }

    /// The security domain's state, while it is selected.
    pub const fn domain(&mut self) -> Option<&mut domain::State> {
        if let Self::Domain(state) = self {
            Some(state)
        } else {
            None
        }
    }

    /// Selects the security domain.
    ///
    /// # Errors
    /// None in fact: every card has it.
    pub fn enter_domain(&mut self, session: &mut Session) -> Result<(), Status> {
        self.deselect();
        self.change(session, Application::Domain)
    }

    /// Selects the directory `found`, whose commands are those of `application`.
    ///
    /// # Errors
    /// 6A81 for an application that this card was built without; nothing has changed then.
    pub fn enter(
        &mut self,
        session: &mut Session,
        found: &File,
        application: Application,
    ) -> Result<(), Status> {
        self.change(session, application)?;
        self.deselect();
        session.enter(directory::environment(found), found.slot, application);
        session.security.own_pin = own_pin(application);
        Ok(())
    }

    /// Selects an EF of the current directory, and with it the directory's application. The certificate environment keeps
    /// what it has while files of one directory are selected, a PSAM begins anew.
    ///
    /// # Errors
    /// As [`Self::enter`].
    pub fn enter_file(&mut self, session: &mut Session, file: Slot) -> Result<(), Status> {
        self.change(session, session.home)?;
        match self {
            Self::Ssc => {}
            Self::Domain(state) => state.deselect(),
            #[cfg(feature = "psam")]
            Self::Psam(state) => state.deselect(),
            #[cfg(feature = "certificates")]
            Self::Certificates(_) => {}
        }
        session.file = Some(file);
        Ok(())
    }

    /// If `application` is not the selected one, the old one's PIN and key states end, and its challenge is dropped.
    /// The directories of the social security card and the MF are one application.
    fn change(&mut self, session: &mut Session, application: Application) -> Result<(), Status> {
        if self.application() == application {
            return Ok(());
        }
        if !built::has(application) {
            return Err(Status::FUNCTION_NOT_SUPPORTED);
        }
        session.leave_application();
        self.deselect();
        // A move would leave a copy of the key in memory, so the new state overwrites the old one.
        match application {
            Application::Any | Application::Ssc => *self = Self::Ssc,
            Application::Domain => *self = Self::Domain(domain::State::select()),
            #[cfg(feature = "psam")]
            Application::Psam => *self = Self::Psam(psam::State::select()),
            #[cfg(feature = "certificates")]
            Application::Certificates => *self = Self::Certificates(certificates::State::select()),
            // Never reached: `built::has` has refused them before anything was left.
            #[cfg(not(feature = "psam"))]
            Application::Psam => return Err(Status::FUNCTION_NOT_SUPPORTED),
            #[cfg(not(feature = "certificates"))]
            Application::Certificates => return Err(Status::FUNCTION_NOT_SUPPORTED),
        }
        Ok(())
    }

    /// Wipes what the application remembers: at its selection and when another one, or none, comes.
    pub fn deselect(&mut self) {
        match self {
            Self::Ssc => {}
            Self::Domain(state) => state.deselect(),
            #[cfg(feature = "psam")]
            Self::Psam(state) => state.deselect(),
            #[cfg(feature = "certificates")]
            Self::Certificates(state) => state.deselect(),
        }
    }
}

/// The key that PIN means in the conditions of the application's directories; `None` where it is the card's PIN.
const fn own_pin(application: Application) -> Option<u8> {
    match application {
        Application::Certificates => Some(PIN_KEY),
        Application::Any | Application::Ssc | Application::Domain | Application::Psam => None,
    }
}
