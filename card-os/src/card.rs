//! The card: power, reset, and the way of one APDU through it.

use apdu_specs::commands::{Command, GET_RESPONSE, SECURED, find};
use apdu_specs::life_cycle::LifeCycle;
use apdu_specs::{Application, Interface, Status, le};
use embedded_storage::nor_flash::NorFlash;
use zeroize::Zeroize;

use crate::apdu::{Apdu, judge_le};
use crate::applications;
use crate::applications::Selected;
use crate::applications::domain::secure_channel::{Plain, SecureChannel};
use crate::context::Context;
use crate::fs::wipe;
use crate::identity::{Atr, Identity};
use crate::link::{Waiting, finish};
use crate::manufacture;
use crate::objects::{IDENTITY, LIFE_CYCLE};
use crate::platform::Platform;
use crate::reply::{Reply, Response};
use crate::secure_messaging;
use crate::session::Session;
use crate::store::{Store, StoreError};

/// Another interface is in use; it must be powered off first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceBusy;

impl core::fmt::Display for InterfaceBusy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the card is active on its other interface")
    }
}

impl core::error::Error for InterfaceBusy {}

/// A social security card on the chip `P`.
pub struct Card<P: Platform> {
    store: Store<P::Flash>,
    /// Whether the store is mounted. Nothing is recreated from what cannot be trusted: without it every command
    /// is refused with 6581.
    usable: bool,
    rng: P::Random,
    identity: Identity,
    active: Option<Interface>,
    session: Session,
    selected: Selected,
    waiting: Waiting,
}

impl<P: Platform> Card<P> {
    /// Makes a blank card in `flash`: formatted, OP_READY, an empty MF, the transport keys.
    ///
    /// # Errors
    /// The store's error and the flash.
    pub fn manufacture(
        flash: P::Flash,
        identity: &Identity,
    ) -> Result<P::Flash, (StoreError, P::Flash)> {
        let mut store = Store::unmounted(flash);
        match manufacture::make_blank(&mut store, identity) {
            Ok(()) => Ok(store.into_flash()),
            Err(error) => Err((error, store.into_flash())),
        }
    }

    /// Powers the chip: mounts the store. An unreadable one gives a card that answers its ATR and
    /// refuses every command (6581).
    pub fn new(flash: P::Flash, rng: P::Random) -> Self {
        let mut card = Self::unmounted(flash, rng);
        card.mount();
        card
    }

    /// The same in two steps, for a chip whose stack does not hold a card: this one makes it where it
    /// stays, and [`Self::mount`] reads its memory. Until then it refuses every command.
    pub fn unmounted(flash: P::Flash, rng: P::Random) -> Self {
        Self {
            store: Store::unmounted(flash),
            usable: false,
            rng,
            identity: Identity::from_serial([0; 6]),
            active: None,
            session: Session::new(),
            selected: Selected::Ssc,
            waiting: Waiting::new(),
        }
    }

    /// Makes this chip a blank card, as [`Self::manufacture`] does.
    ///
    /// # Errors
    /// The store's; the card then refuses every command.
    #[inline(never)]
    pub fn make_blank(&mut self, identity: &Identity) -> Result<(), StoreError> {
        self.usable = false;
        manufacture::make_blank(&mut self.store, identity)
    }

    /// Mounts the store and reads who this card is.
    #[inline(never)]
    pub fn mount(&mut self) {
        self.usable = false;
        if self.store.open().is_ok()
            && let Some(identity) = read_identity(&mut self.store)
        {
            self.identity = identity;
            self.usable = true;
        }
    }

    /// Activates or resets `interface`: all session state of before is gone.
    ///
    /// # Errors
    /// [`InterfaceBusy`] while the card is active on the other kind of interface.
    pub fn power_on(&mut self, interface: Interface) -> Result<Atr, InterfaceBusy> {
        let contactless = interface.is_contactless();
        if self
            .active
            .is_some_and(|active| active.is_contactless() != contactless)
        {
            return Err(InterfaceBusy);
        }
        self.forget();
        self.active = Some(interface);
        Ok(self.identity.answer(interface))
    }

    /// Deactivates the interface.
    pub fn power_off(&mut self) {
        self.forget();
        self.active = None;
    }

    fn forget(&mut self) {
        self.session = Session::new();
        self.selected.deselect();
        self.selected = Selected::Ssc;
        self.waiting.clear();
    }

    /// Takes the flash out again.
    pub fn into_flash(self) -> P::Flash {
        self.store.into_flash()
    }

    /// The flash, for a simulator that looks at its counters.
    pub fn flash(&self) -> &P::Flash {
        self.store.flash()
    }

    /// The application that is selected: whose commands are looked at first.
    pub const fn application(&self) -> Application {
        self.selected.application()
    }

    /// One command and its answer. On T=0 the bytes are what PC/SC carries: header, P3, data and, if a
    /// driver keeps it, Le.
    pub fn transmit(&mut self, command: &[u8], response: &mut Response) {
        let mut reply = Reply::new();
        let Some(interface) = self.active else {
            return finish(response, &[], Status::CONDITIONS_NOT_SATISFIED);
        };
        if interface.is_t0() && is_get_response(command) {
            return self.get_response(command, response);
        }
        // A chain that is abandoned leaves nothing behind.
        self.waiting
            .begin(command.first().copied().unwrap_or_default());
        match self.execute(command, interface, &mut reply) {
            Ok((status, ne)) => match ne {
                _ if reply.len() == 0 => finish(response, &[], status),
                Some(ne) if usize::from(ne) >= reply.len() => {
                    finish(response, reply.as_slice(), status);
                }
                Some(_) => finish(response, &[], Status::wrong_le(le::byte(reply.len()))),
                None if interface.is_t0() => {
                    let status = self.waiting.announce(&reply, status);
                    finish(response, &[], status);
                }
                None => finish(response, &[], status),
            },
            Err(status) => finish(response, &[], status),
        }
    }

    /// GET RESPONSE belongs to T=0 itself: it comes in class 00 or in that of the command before it, and in an open channel
    /// the latter is no secured command. What is refused leaves the answer waiting.
    fn get_response(&mut self, command: &[u8], response: &mut Response) {
        let refused = match *command {
            [cla, _, _, _, ..] if !self.waiting.fits(cla) => Status::CLASS_NOT_SUPPORTED,
            [_, _, 0x00, 0x00, ..] => {
                let ne = command.get(4).map_or(le::ALL, |byte| le::ne(*byte));
                return self.waiting.fetch(ne, response);
            }
            [_, _, _, _, ..] => Status::WRONG_P1P2,
            _ => Status::WRONG_LENGTH,
        };
        finish(response, &[], refused);
    }

    fn execute(
        &mut self,
        command: &[u8],
        interface: Interface,
        reply: &mut Reply,
    ) -> Result<(Status, Option<u16>), Status> {
        // In an open channel the MAC comes before everything else: what the table refuses has moved
        // the host's chain of MACs, and must move the card's.
        let channel = self.selected.domain().map(|domain| &domain.channel);
        if is_secured(command) && channel.is_some_and(SecureChannel::is_open) {
            return self.execute_secured(command, interface, reply);
        }
        let (apdu, row) = Apdu::parse(
            command,
            interface,
            applications::TABLES,
            self.selected.application(),
        )?;
        let (mut context, selected) = self.admit(row, interface)?;
        // A row whose own class has the bit carries its MAC itself.
        if apdu.cla & SECURED & !row.class != 0 {
            if row.secure_messaging {
                return secure_messaging::execute(&mut context, selected, row, &apdu, reply);
            }
            return Err(match selected.application() {
                Application::Domain => Status::CONDITIONS_NOT_SATISFIED,
                Application::Any
                | Application::Ssc
                | Application::Psam
                | Application::Certificates => Status::SECURE_MESSAGING_NOT_SUPPORTED,
            });
        }
        if let Some(domain) = selected.domain()
            && !row.begins_anew
        {
            domain.channel.plain()?;
        }
        apdu.judge_length(row)?;
        let status = applications::call(&mut context, selected, row, &apdu, reply)?;
        judge_le(row.le, apdu.ne, reply.len(), interface)?;
        Ok((status, apdu.ne))
    }

    /// Not inlined: what it deciphers into must not lie on the stack of commands that come in clear.
    #[inline(never)]
    fn execute_secured(
        &mut self,
        command: &[u8],
        interface: Interface,
        reply: &mut Reply,
    ) -> Result<(Status, Option<u16>), Status> {
        let mut plain = Plain::new();
        let result = self.execute_deciphered(command, interface, &mut plain, reply);
        // It may have been keys.
        plain.as_mut_slice().zeroize();
        result
    }

    fn execute_deciphered(
        &mut self,
        command: &[u8],
        interface: Interface,
        plain: &mut Plain,
        reply: &mut Reply,
    ) -> Result<(Status, Option<u16>), Status> {
        let apdu = Apdu::parse_secured(command, interface)?;
        let domain = self.selected.domain();
        let domain = domain.ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
        domain.channel.unwrap::<P>(&apdu, plain)?;
        let row = find(
            applications::TABLES,
            self.selected.application(),
            apdu.cla,
            apdu.ins,
            apdu.p1,
            apdu.p2,
        )?;
        let (mut context, selected) = self.admit(row, interface)?;
        context.secured = true;
        let inner = apdu.with_data(plain);
        inner.judge_length(row)?;
        let status = applications::call(&mut context, selected, row, &inner, reply)?;
        // The command may have selected something else: then there is no channel any more.
        if let Some(domain) = selected.domain() {
            domain.channel.wrap::<P>(status, reply)?;
        }
        Ok((status, apdu.ne))
    }

    /// What a handler works with, if the memory, the life cycle and the interface let it.
    fn admit(
        &mut self,
        row: &Command,
        interface: Interface,
    ) -> Result<(Context<'_, P>, &mut Selected), Status> {
        if !self.usable {
            return Err(Status::MEMORY_FAILURE);
        }
        let store = &mut self.store;
        let life_cycle = read_life_cycle(store)?;
        row.allowed(life_cycle, interface)?;
        if self.selected.application().has_files() && !row.works_in_a_blocked_application {
            self.session.state.not_blocked()?;
        }
        if row.application.has_files() {
            wipe::none_under_way(store)?;
        }
        let context = Context {
            store,
            session: &mut self.session,
            rng: &mut self.rng,
            identity: &self.identity,
            interface,
            life_cycle,
            secured: false,
            messaged: false,
        };
        Ok((context, &mut self.selected))
    }
}

fn is_secured(command: &[u8]) -> bool {
    command.first().is_some_and(|cla| cla & SECURED != 0)
}

fn is_get_response(command: &[u8]) -> bool {
    matches!(command, [_, GET_RESPONSE, ..])
}

fn read_identity<F: NorFlash>(store: &mut Store<F>) -> Option<Identity> {
    let mut historical = [0; apdu_specs::atr::HISTORICAL_BYTES];
    let length = store.read(IDENTITY, 0, &mut historical).ok()?;
    (length == historical.len()).then(|| Identity::from_historical(historical))
}

fn read_life_cycle<F: NorFlash>(store: &mut Store<F>) -> Result<LifeCycle, Status> {
    let mut byte = [0];
    store.read(LIFE_CYCLE, 0, &mut byte)?;
    let [byte] = byte;
    LifeCycle::from_byte(byte).ok_or(Status::MEMORY_FAILURE)
}
