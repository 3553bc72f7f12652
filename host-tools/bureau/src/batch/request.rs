//! What a row of a batch asks for.

use ssc_person::{CardNumber, Cardholder, Date, FirstPin, Institution, Region};

/// A cardholder, and what the row says of the card. What it does not say the order decides ([`crate::job`]).
///
/// `Debug` shows the number masked, and neither the name nor the PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRequest {
    /// Whom the card is for.
    pub holder: Cardholder,
    /// Region of the card (AAB301).
    pub region: Option<Region>,
    /// Card number (卡号).
    pub card_number: Option<CardNumber>,
    /// First PIN.
    pub pin: Option<FirstPin>,
    /// Category of the card (卡的类别), one ASCII letter or digit.
    pub category: Option<u8>,
    /// Initialising institution (初始化机构编号), up to 24 digits.
    pub institution: Option<Institution>,
    /// Issue date (发卡日期).
    pub issue_date: Option<Date>,
    /// Last day of validity (卡有效期).
    pub valid_to: Option<Date>,
}
