//! The planted fault of a driver that reorders: see [`crate::SimulatedFlash::plant_late_data`].

/// Writes that are acknowledged but not yet programmed.
#[derive(Clone, Default)]
pub(crate) struct LateData {
    held: Vec<Held>,
}

#[derive(Clone)]
struct Held {
    start: usize,
    bytes: Vec<u8>,
    /// Writes that pass before this one.
    wait: u8,
}

impl LateData {
    pub(crate) fn hold(&mut self, start: usize, bytes: &[u8]) {
        self.held.push(Held {
            start,
            bytes: bytes.to_vec(),
            wait: 2,
        });
    }

    /// After a write: those whose time has come, or all.
    pub(crate) fn due(&mut self, all: bool) -> Vec<(usize, Vec<u8>)> {
        self.held
            .iter_mut()
            .for_each(|held| held.wait = held.wait.saturating_sub(1));
        let (due, held) = std::mem::take(&mut self.held)
            .into_iter()
            .partition(|held| all || held.wait == 0);
        self.held = held;
        let due: Vec<Held> = due;
        due.into_iter()
            .map(|held| (held.start, held.bytes))
            .collect()
    }

    /// The running program reads what it wrote.
    pub(crate) fn overlay(&self, offset: usize, bytes: &mut [u8]) {
        for held in &self.held {
            for (at, &byte) in (held.start..).zip(&held.bytes) {
                if let Some(slot) = at
                    .checked_sub(offset)
                    .and_then(|index| bytes.get_mut(index))
                {
                    *slot = byte;
                }
            }
        }
    }

    /// What a power cut leaves: nothing.
    pub(crate) fn emptied(self) -> Self {
        Self::default()
    }
}
