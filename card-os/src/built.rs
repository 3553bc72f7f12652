//! Which applications this card was built with. The card and its security domain are always there.

use apdu_specs::Application;

/// Whether the card has `application`; of one that it has not, it makes and selects no directory.
pub const fn has(application: Application) -> bool {
    match application {
        Application::Any | Application::Ssc | Application::Domain => true,
        Application::Psam => cfg!(feature = "psam"),
        Application::Certificates => cfg!(feature = "certificates"),
    }
}
