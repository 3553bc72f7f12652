//! The steps, as methods of a session.

use apdu_specs::Generation;
use apdu_specs::access::Access;
use apdu_specs::keys::CardKey;
use card_crypto::constant_time_eq;

use super::pending::Pending;
use super::{HsmAnswer, HsmBasic, HsmCommand, HsmRequest, marker, upper};
use crate::address::{AddressError, AddressedFile, CardData, FileAddress};
use crate::authenticate::ssse_key;
use crate::error::Place;
use crate::maintenance::{PUK, STK, reload_block, reload_header, unblock_header};
use crate::{CardBasic, Dialogue, Pin, TerminalError, TerminalIdentity};

impl Dialogue<'_> {
    /// iReadCardBas_HSM_Step1: authenticates the card internally, and gives what the module needs to check that and, for a
    /// 3.00 card, to present RK of SSSE.
    ///
    /// # Errors
    /// The card refuses internal authentication, or is no longer there.
    pub fn read_card_basic_hsm_step1(
        &mut self,
        terminal: &TerminalIdentity,
    ) -> Result<HsmBasic, TerminalError> {
        self.pending = None;
        self.enter_environment()?;
        let key = |name| ssse_key(name).ok_or(TerminalError::NoKeys { key: name });
        let (irk, rk) = (key("SSSE/IRK")?, key("SSSE/RK")?);
        let internal = HsmRequest {
            of: self.key_ref(irk)?,
            factor: self.source()?,
            source: self.source()?,
        };
        let answer = self.ask_internal(&internal.factor, &internal.source)?;
        let cryptogram = answer.ok()?;
        let cryptogram = cryptogram
            .try_into()
            .map_err(|_| TerminalError::NotGenuine)?;
        let external = match self.generation() {
            Generation::V3 => Some(self.request(rk)?),
            Generation::V1 | Generation::V2 => None,
        };
        let region = internal
            .of
            .region
            .iter()
            .map(|digit| char::from(*digit))
            .collect();
        let outside = external.as_ref();
        let parts: [String; 9] = [
            region,
            upper(self.historical_bytes()),
            marker(self.algorithm()).to_owned(),
            upper(self.identification_code()),
            upper(&internal.factor),
            upper(&internal.source),
            outside
                .map(|request| upper(&request.factor))
                .unwrap_or_default(),
            outside
                .map(|request| upper(&request.source))
                .unwrap_or_default(),
            terminal.terminal.clone(),
        ];
        self.pending = Some(Pending::Basic {
            internal: cryptogram,
            external: outside.map(|request| request.of.key),
        });
        Ok(HsmBasic {
            line: parts.map(|part| part + "|").concat(),
            internal,
            external,
        })
    }

    /// iReadCardBas_HSM_Step2: compares the module's internal cryptogram with the card's, presents RK where the card asks for
    /// it, and reads the basic data.
    ///
    /// # Errors
    /// [`TerminalError::NotGenuine`], [`TerminalError::StepOrder`], [`TerminalError::HsmAnswer`], and what the card refuses.
    pub fn read_card_basic_hsm_step2(
        &mut self,
        answer: &str,
        terminal: &TerminalIdentity,
    ) -> Result<CardBasic, TerminalError> {
        let Some(Pending::Basic { internal, external }) = self.pending.take() else {
            return Err(TerminalError::StepOrder);
        };
        let mut parts = answer.split('|');
        let expected = HsmAnswer::parse(parts.next().unwrap_or_default())?;
        if !constant_time_eq(&internal, &expected.cryptogram) {
            return Err(TerminalError::NotGenuine);
        }
        if let Some(key) = external {
            let given = HsmAnswer::parse(parts.next().unwrap_or_default())?;
            self.present(key, &given.cryptogram, &given.source)?;
        }
        // EF05 may not be current any more.
        self.require_file(apdu_specs::applications::ssc::records::ISSUER_FILE)?;
        self.read_card_basic(terminal)
    }

    /// iReadCard_HSM_Step1: what the module needs for the one key that `address` asks for.
    ///
    /// # Errors
    /// [`TerminalError::NoHsmNeeded`], [`TerminalError::OneKeyAtATime`], [`TerminalError::PinNeeded`],
    /// [`TerminalError::NoSuchItem`].
    pub fn read_card_hsm_step1(
        &mut self,
        address: &FileAddress,
    ) -> Result<HsmRequest, TerminalError> {
        self.pending = None;
        let mut wanted: Option<&'static CardKey> = None;
        for addressed in &address.files {
            let file = self.enter_file(addressed)?;
            let rules = file.record_rules(self.generation()).map(|rule| rule.read);
            let own = addressed.items.iter().any(|tag| {
                let field = file.find_field(*tag, self.generation());
                field.is_some_and(|field| field.rule.is_some())
            });
            let conditions = [file.read(self.generation())].into_iter();
            for condition in conditions.chain(rules.filter(|_| own)) {
                if matches!(condition, Access::Pin | Access::PinAndKey(_)) {
                    let place = Place::file(addressed.directory.label, file.fid);
                    return Err(TerminalError::PinNeeded { place });
                }
                match (wanted, self.key_of(condition)) {
                    (Some(one), Some(other)) if one != other => {
                        return Err(TerminalError::OneKeyAtATime);
                    }
                    (_, Some(key)) => wanted = Some(key),
                    (_, None) => {}
                }
            }
        }
        let key = wanted.ok_or(TerminalError::NoHsmNeeded)?;
        self.begin_with(
            key,
            Pending::Read {
                address: address.clone(),
                key,
            },
        )
    }

    /// iReadCard_HSM_Step2: presents the key and reads.
    ///
    /// # Errors
    /// [`TerminalError::StepOrder`], and what the card refuses.
    pub fn read_card_hsm_step2(&mut self, answer: &HsmAnswer) -> Result<CardData, TerminalError> {
        let Some(Pending::Read { address, key }) = self.pending.take() else {
            return Err(TerminalError::StepOrder);
        };
        self.present(key, &answer.cryptogram, &answer.source)?;
        let mut files = Vec::new();
        for addressed in &address.files {
            let file = self.enter_file(addressed)?;
            files.push(self.values(addressed, file)?);
        }
        Ok(CardData { files })
    }

    /// iWriteCard_HSM_Step1: what the module needs for the write key of the address's first file. Further files are left out,
    /// as programs in the field say of it (S).
    ///
    /// # Errors
    /// [`TerminalError::NoHsmNeeded`], [`TerminalError::NoSuchItem`].
    pub fn write_card_hsm_step1(
        &mut self,
        address: &FileAddress,
    ) -> Result<HsmRequest, TerminalError> {
        self.pending = None;
        let first: &AddressedFile = address.files.first().ok_or(AddressError::Empty)?;
        let file = self.enter_file(first)?;
        let key = self.write_key(file).ok_or(TerminalError::NoHsmNeeded)?;
        let address = FileAddress {
            files: vec![first.clone()],
        };
        self.begin_with(key, Pending::Write { address, key })
    }

    /// iWriteCard_HSM_Step2: presents the key and writes `data`, which has the shape of step 1's address.
    ///
    /// # Errors
    /// [`TerminalError::StepOrder`], a value that does not fit, and what the card refuses.
    pub fn write_card_hsm_step2(
        &mut self,
        answer: &HsmAnswer,
        data: &str,
    ) -> Result<(), TerminalError> {
        let Some(Pending::Write { address, key }) = self.pending.take() else {
            return Err(TerminalError::StepOrder);
        };
        let data = first_group(data);
        let data = CardData::parse(data, &address)?;
        self.present(key, &answer.cryptogram, &answer.source)?;
        self.write_card(&address, &data)
    }

    /// iReloadPIN_HSM_Step1: what the module needs to present PUK.
    ///
    /// # Errors
    /// [`TerminalError::PinTooLong`].
    pub fn reload_pin_hsm_step1(&mut self, new: &Pin) -> Result<HsmRequest, TerminalError> {
        reload_block(self.algorithm(), new)?;
        self.with_puk(Pending::Reload(new.clone()))
    }

    /// iReloadPIN_HSM_Step2: presents PUK, and gives what the module needs for PIN RELOAD.
    ///
    /// # Errors
    /// [`TerminalError::StepOrder`], [`TerminalError::KeyRefused`].
    pub fn reload_pin_hsm_step2(
        &mut self,
        answer: &HsmAnswer,
    ) -> Result<HsmCommand, TerminalError> {
        let Some(Pending::Reload(pin)) = self.pending.take() else {
            return Err(TerminalError::StepOrder);
        };
        let header = reload_header(self.algorithm());
        self.command_after_puk(answer, header, Some(pin), Pending::ReloadSent)
    }

    /// iReloadPIN_HSM_Step3: sends PIN RELOAD with the module's data field, enciphered PIN ‖ MAC.
    ///
    /// # Errors
    /// [`TerminalError::StepOrder`], [`TerminalError::NotDone`].
    pub fn reload_pin_hsm_step3(&mut self, data: &[u8]) -> Result<(), TerminalError> {
        match self.pending.take() {
            Some(Pending::ReloadSent) => self.send_reload(data),
            _ => Err(TerminalError::StepOrder),
        }
    }

    /// iUnblockPIN_HSM_Step1: what the module needs to present PUK.
    ///
    /// # Errors
    /// The card gives no challenge.
    pub fn unblock_pin_hsm_step1(&mut self) -> Result<HsmRequest, TerminalError> {
        self.with_puk(Pending::Unblock)
    }

    /// iUnblockPIN_HSM_Step2: presents PUK, and gives what the module needs for PIN UNBLOCK.
    ///
    /// # Errors
    /// [`TerminalError::StepOrder`], [`TerminalError::KeyRefused`].
    pub fn unblock_pin_hsm_step2(
        &mut self,
        answer: &HsmAnswer,
    ) -> Result<HsmCommand, TerminalError> {
        let Some(Pending::Unblock) = self.pending.take() else {
            return Err(TerminalError::StepOrder);
        };
        self.command_after_puk(answer, unblock_header(), None, Pending::UnblockSent)
    }

    /// iUnblockPIN_HSM_Step3: sends PIN UNBLOCK with the module's MAC.
    ///
    /// # Errors
    /// [`TerminalError::StepOrder`], [`TerminalError::NotDone`].
    pub fn unblock_pin_hsm_step3(&mut self, mac: &[u8]) -> Result<(), TerminalError> {
        match self.pending.take() {
            Some(Pending::UnblockSent) => self.send_unblock(mac),
            _ => Err(TerminalError::StepOrder),
        }
    }

    fn with_puk(&mut self, pending: Pending) -> Result<HsmRequest, TerminalError> {
        self.pending = None;
        self.enter_environment()?;
        let puk = ssse_key(PUK).ok_or(TerminalError::NoKeys { key: PUK })?;
        self.begin_with(puk, pending)
    }

    fn command_after_puk(
        &mut self,
        answer: &HsmAnswer,
        header: [u8; 5],
        pin: Option<Pin>,
        pending: Pending,
    ) -> Result<HsmCommand, TerminalError> {
        let puk = ssse_key(PUK).ok_or(TerminalError::NoKeys { key: PUK })?;
        let stk = ssse_key(STK).ok_or(TerminalError::NoKeys { key: STK })?;
        self.present(puk, &answer.cryptogram, &answer.source)?;
        let command = HsmCommand {
            stk: self.key_ref(stk)?,
            factor: self.challenge()?,
            header,
            pin,
        };
        self.pending = Some(pending);
        Ok(command)
    }

    fn begin_with(
        &mut self,
        key: &'static CardKey,
        pending: Pending,
    ) -> Result<HsmRequest, TerminalError> {
        let request = self.request(key)?;
        self.pending = Some(pending);
        Ok(request)
    }

    /// A request for `key`, with the card's next challenge.
    fn request(&mut self, key: &'static CardKey) -> Result<HsmRequest, TerminalError> {
        Ok(HsmRequest {
            of: self.key_ref(key)?,
            source: self.source()?,
            factor: self.challenge()?,
        })
    }
}

/// Data for the first file alone.
fn first_group(data: &str) -> &str {
    data.find('$').map_or(data, |end| &data[..=end])
}
