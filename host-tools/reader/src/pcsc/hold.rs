//! A connection that nobody else disturbs: exclusive, or with a transaction.

use ::pcsc::{Card, CardStatusOwned, Disposition, Error, Protocols, ShareMode, Transaction};
use self_cell::{MutBorrow, self_cell};

type Begun<'card> = Option<Transaction<'card>>;

self_cell!(
    /// A connection and the transaction, which borrows it.
    struct Transacted {
        owner: MutBorrow<Card>,
        #[covariant]
        dependent: Begun,
    }
);

enum Connection {
    Exclusive(Card),
    Shared(Transacted),
}

/// A card that only we use, until this is dropped. It is reset before it is released: no PIN or key state is
/// left to the next program. (The reset of SCardDisconnect comes after the transaction's end, and can hit the next
/// program's card; so a shared card is left without one.)
pub(super) struct Held {
    /// `None` only while it is dropped.
    connection: Option<Connection>,
    used: bool,
}

impl Held {
    /// A card that was connected to exclusively.
    pub fn exclusive(card: Card) -> Self {
        Self {
            connection: Some(Connection::Exclusive(card)),
            used: false,
        }
    }

    /// Begins a transaction. This waits for another program's without limit.
    pub fn begin(card: Card) -> Result<Self, (Card, Error)> {
        let begun = Transacted::try_new_or_recover(MutBorrow::new(card), |card| {
            card.borrow_mut().transaction().map(Some)
        });
        match begun {
            Ok(transacted) => Ok(Self {
                connection: Some(Connection::Shared(transacted)),
                used: false,
            }),
            Err((card, error)) => Err((card.into_inner(), error)),
        }
    }

    fn card(&self) -> Result<&Card, Error> {
        let card = match &self.connection {
            Some(Connection::Exclusive(card)) => Some(card),
            Some(Connection::Shared(transacted)) => transacted.borrow_dependent().as_deref(),
            None => None,
        };
        card.ok_or(Error::InvalidHandle)
    }

    /// Resets the card; the protocol is negotiated anew.
    pub fn reset(&mut self) -> Result<(), Error> {
        self.used = true;
        match &mut self.connection {
            Some(Connection::Exclusive(card)) => {
                card.reconnect(ShareMode::Exclusive, Protocols::ANY, Disposition::ResetCard)
            }
            Some(Connection::Shared(transacted)) => {
                transacted.with_dependent_mut(|_, begun| match begun {
                    Some(begun) => reset_in(begun),
                    None => Err(Error::InvalidHandle),
                })
            }
            None => Err(Error::InvalidHandle),
        }
    }

    /// Sends a command as it is.
    pub fn transmit<'b>(
        &mut self,
        command: &[u8],
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], Error> {
        self.used = true;
        self.card()?.transmit(command, buffer)
    }

    /// ATR and protocol; a reset by somebody else is an error.
    pub fn status(&self) -> Result<CardStatusOwned, Error> {
        self.card()?.status2_owned()
    }

    /// Cuts the card's power.
    pub fn power_off(mut self) {
        let card = match self.connection.take() {
            Some(Connection::Exclusive(card)) => card,
            Some(Connection::Shared(mut transacted)) => {
                // The transaction ends with the connection, after the power.
                transacted.with_dependent_mut(|_, begun| std::mem::forget(begun.take()));
                transacted.into_owner().into_inner()
            }
            None => return,
        };
        // It may be gone by now, and a card that is gone needs no power cut.
        let _ = card.disconnect(Disposition::UnpowerCard);
    }
}

fn reset_in(transaction: &mut Transaction<'_>) -> Result<(), Error> {
    transaction.reconnect(ShareMode::Shared, Protocols::ANY, Disposition::ResetCard)
}

/// Ends a shared connection without touching the card.
pub(super) fn leave(card: Card) {
    // Where the service is gone, so is the connection.
    let _ = card.disconnect(Disposition::LeaveCard);
}

impl Drop for Held {
    fn drop(&mut self) {
        match self.connection.take() {
            Some(Connection::Exclusive(card)) if self.used => drop(card),
            Some(Connection::Exclusive(card)) => leave(card),
            Some(Connection::Shared(mut transacted)) => {
                let used = self.used;
                transacted.with_dependent_mut(|_, begun| {
                    if let Some(begun) = begun.take() {
                        end(begun, used);
                    }
                });
                leave(transacted.into_owner().into_inner());
            }
            None => {}
        }
    }
}

fn end(begun: Transaction<'_>, used: bool) {
    if !used {
        return;
    }
    if let Err((mut begun, _)) = begun.end(Disposition::ResetCard) {
        // Somebody else's reset is told first, and nothing done. A card that is gone needs none.
        let _ = reset_in(&mut begun);
    }
}
