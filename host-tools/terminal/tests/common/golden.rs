//! The golden images, whose data are synthetic (`test-vectors/images/people.csv`) and whose keys are the published ones.

use apdu_specs::Generation;
use ssc_keys::{KeyService, Vault};
use ssc_simulator::{Image, Interface, SimulatedCard};
use ssc_terminal::{Dialogue, TerminalError};

/// A copy of one.
pub struct Golden {
    path: std::path::PathBuf,
    pub vault: Vault,
    _folder: tempfile::TempDir,
}

impl Golden {
    pub fn new(generation: Generation) -> Self {
        let name = format!("layout-2-card-{generation}.ssccard");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(&name);
        let image = test_vectors::vectors::directory().join("images").join(name);
        std::fs::copy(image, &path).unwrap();
        Self {
            path,
            vault: Vault::demo().unwrap(),
            _folder: folder,
        }
    }

    pub fn card(&self, interface: Interface) -> SimulatedCard {
        SimulatedCard::from_image(Image::open(&self.path).unwrap(), interface).unwrap()
    }

    pub fn with<T>(
        &self,
        keys: bool,
        what: impl FnOnce(&mut Dialogue<'_>) -> Result<T, TerminalError>,
    ) -> Result<T, TerminalError> {
        let mut card = self.card(Interface::T0);
        let keys = keys.then_some(&self.vault as &dyn KeyService);
        what(&mut Dialogue::open(&mut card, keys)?)
    }
}
