//! What the security domain remembers while it is selected.

use super::perso::Groupings;
use super::secure_channel::SecureChannel;
use crate::objects::Slot;

/// The state of the security domain.
pub struct State {
    /// The secure channel.
    pub channel: SecureChannel,
    /// After which directory GET STATUS goes on.
    pub listed: Option<Slot>,
    /// The data groupings on their way in.
    pub groupings: Groupings,
}

impl State {
    /// The state after its selection.
    pub const fn select() -> Self {
        Self {
            channel: SecureChannel::closed(),
            listed: None,
            groupings: Groupings::new(),
        }
    }

    /// Ends the channel, and forgets what was under way.
    pub fn deselect(&mut self) {
        self.channel.close();
        self.listed = None;
        self.groupings.reset();
    }
}
