//! GET DATA (ISO 7816-4, 11.4.3; GlobalPlatform 2.3.1, 11.3): each tag is answered in the room whose it is.

use apdu_specs::applications as specification;
use apdu_specs::parameters::get_data::WITH_TAG;
use apdu_specs::{Application, Status};

use crate::apdu::Apdu;
#[cfg(feature = "psam")]
use crate::applications::psam;
use crate::applications::{domain, ssc};
use crate::context::Context;
use crate::platform::Platform;
use crate::reply::Reply;

/// Answers a data object: whole in GlobalPlatform's class, its value alone in the interindustry class, as ISO 7816-4 and
/// clients have it.
///
/// # Errors
/// 6A88 for an unknown one or a key that is not there, 6982 for digests outside the secure channel, 6985 for digests from
/// SECURED on and for card keys of a locked card, 6581.
#[inline(never)]
pub fn handle<P: Platform>(
    cx: &mut Context<'_, P>,
    selected: Application,
    apdu: &Apdu<'_>,
    reply: &mut Reply,
) -> Result<(), Status> {
    let tag = u16::from_be_bytes([apdu.p1, apdu.p2]);
    match tag & 0xFF00 {
        specification::ssc::tags::DATA_CARD_KEY => {
            return ssc::key_versions::answer(cx, apdu.p2, reply);
        }
        specification::domain::tags::DATA_DIGESTS => {
            return domain::digests::answer(cx, apdu.p2, reply);
        }
        _ => {}
    }
    let mut value = Reply::new();
    match selected {
        #[cfg(feature = "psam")]
        Application::Psam if tag == specification::psam::tags::DATA_SAM_KEYS => {
            psam::key_list::value(cx, &mut value)?;
        }
        Application::Any
        | Application::Ssc
        | Application::Domain
        | Application::Psam
        | Application::Certificates => domain::data::value(cx, tag, &mut value)?,
    }
    if apdu.cla & WITH_TAG == 0 {
        reply.extend(value.as_slice())
    } else {
        reply.tlv(tag, value.as_slice())
    }
}
