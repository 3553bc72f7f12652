//! Commands: parsed, and checked against the specification table (ISO 7816-4, 5.1; ISO 7816-3, 12).

use apdu_specs::commands::{Cases, Command, CommandTable, LeRule, SECURED, find};
use apdu_specs::short::{OnT0, ShortBody};
use apdu_specs::{Application, Interface, Status, le};
use iso7816::command::class::{Class, Interindustry, Range};

/// A command with its data and its Ne.
#[derive(Clone, Copy)]
pub struct Apdu<'a> {
    /// CLA.
    pub cla: u8,
    /// INS.
    pub ins: u8,
    /// P1.
    pub p1: u8,
    /// P2.
    pub p2: u8,
    /// Data field, at most 255 bytes.
    pub data: &'a [u8],
    /// Greatest number of answer bytes, 1 to 256; `None` where there is no Le.
    pub ne: Option<u16>,
}

impl<'a> Apdu<'a> {
    /// The header with an Lc, as MACs cover it.
    pub fn header(&self, lc: usize) -> [u8; 5] {
        [self.cla, self.ins, self.p1, self.p2, le::byte(lc)]
    }

    /// The same command with other data.
    pub const fn with_data<'b>(&self, data: &'b [u8]) -> Apdu<'b> {
        Apdu {
            cla: self.cla,
            ins: self.ins,
            p1: self.p1,
            p2: self.p2,
            data,
            ne: self.ne,
        }
    }

    /// Reads a command as `interface` carries it, and finds its row in the `tables` for `application`.
    ///
    /// # Errors
    /// 6700 for lengths that do not go together, 6881, 6882 and 6884 for logical channels, interindustry
    /// secure messaging and chaining, 6D00, 6E00, 6A86 from the table.
    pub fn parse(
        bytes: &'a [u8],
        interface: Interface,
        tables: &[&CommandTable],
        application: Application,
    ) -> Result<(Self, &'static Command), Status> {
        let (&[cla, ins, p1, p2], body) = bytes.split_first_chunk().ok_or(Status::WRONG_LENGTH)?;
        let row = find(tables, application, cla, ins, p1, p2);
        // Wrong P1 or P2 of a class that some row takes are just that.
        if row
            .as_ref()
            .is_err_and(|status| *status != Status::WRONG_P1P2)
        {
            judge_class(cla)?;
        }
        let row = row?;
        // A secured command always has data: its MAC.
        let secured = cla & SECURED != 0;
        let takes_data = secured || row.cases.has(Cases::THREE) || row.cases.has(Cases::FOUR);
        let on_t0 = OnT0 {
            takes_data,
            without_data: !secured,
            answers: row.cases.has(Cases::TWO),
        };
        let ShortBody { data, ne } = read_body(body, interface, on_t0)?;
        let apdu = Self {
            cla,
            ins,
            p1,
            p2,
            data,
            ne,
        };
        Ok((apdu, row))
    }

    /// Reads a command of an open secure channel, whose MAC is checked before its row is looked for.
    ///
    /// # Errors
    /// 6700 for lengths that do not go together.
    pub fn parse_secured(bytes: &'a [u8], interface: Interface) -> Result<Self, Status> {
        let (&[cla, ins, p1, p2], body) = bytes.split_first_chunk().ok_or(Status::WRONG_LENGTH)?;
        let on_t0 = OnT0 {
            takes_data: true,
            without_data: false,
            answers: false,
        };
        let ShortBody { data, ne } = read_body(body, interface, on_t0)?;
        Ok(Self {
            cla,
            ins,
            p1,
            p2,
            data,
            ne,
        })
    }

    /// Checks case, Lc and life cycle of a plain (or deciphered) command against its row.
    ///
    /// # Errors
    /// 6700.
    pub fn judge_length(&self, row: &Command) -> Result<(), Status> {
        let fits = if self.data.is_empty() {
            row.cases.has(Cases::ONE) || row.cases.has(Cases::TWO)
        } else {
            let length = self.data.len();
            (row.cases.has(Cases::THREE) || row.cases.has(Cases::FOUR))
                && (usize::from(row.lc_min)..=usize::from(row.lc_max)).contains(&length)
        };
        if fits {
            Ok(())
        } else {
            Err(Status::WRONG_LENGTH)
        }
    }
}

/// Judges what Le asked for against what is there, for rows whose rule leaves it to the table.
///
/// # Errors
/// `6Cxx` for a wrong Le: on T=0 any, elsewhere one that is too short; never a part with 9000.
pub fn judge_le(
    rule: LeRule,
    ne: Option<u16>,
    available: usize,
    interface: Interface,
) -> Result<(), Status> {
    let Some(ne) = ne.map(usize::from) else {
        return Ok(());
    };
    let too_many = ne > available && ne != 256 && interface.is_t0();
    if rule == LeRule::Exact && available > 0 && (ne < available || too_many) {
        return Err(Status::wrong_le(le::byte(available)));
    }
    Ok(())
}

/// Names what of an unknown class byte the card does not know. `iso7816` reads the interindustry range
/// only: it takes CLA B0 and BF for chaining.
fn judge_class(cla: u8) -> Result<(), Status> {
    let class = Class::try_from(cla).map_err(|_| Status::CLASS_NOT_SUPPORTED)?;
    if !matches!(class.range(), Range::Interindustry(_)) {
        return Ok(());
    }
    // Every class of the further range (4x to 7x) names a channel from 4 on.
    if class.range() == Range::Interindustry(Interindustry::Further)
        || class.channel().unwrap_or(0) != 0
    {
        return Err(Status::CHANNEL_NOT_SUPPORTED);
    }
    if class.chain().not_the_last() {
        return Err(Status::CHAINING_NOT_SUPPORTED);
    }
    if !class.secure_messaging().none() {
        return Err(Status::SECURE_MESSAGING_NOT_SUPPORTED);
    }
    Ok(())
}

/// What stands behind the header, as `interface` carries it.
fn read_body(body: &[u8], interface: Interface, on_t0: OnT0) -> Result<ShortBody<'_>, Status> {
    let body = match interface {
        Interface::T0 => ShortBody::parse_t0(body, on_t0),
        Interface::T1 | Interface::Contactless => ShortBody::parse(body),
    };
    body.ok_or(Status::WRONG_LENGTH)
}
