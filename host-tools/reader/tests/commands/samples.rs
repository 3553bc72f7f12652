//! A command by each constructor.

use apdu_specs::Application;
use apdu_specs::applications::certificates::{ENCRYPTION, PIN_KEY, SIGNING, parameters};
use apdu_specs::applications::domain::parameters::get_status as status;
use apdu_specs::applications::psam::SamUse;
use apdu_specs::life_cycle::LifeCycle;
use ssc_reader::CommandApdu;
use ssc_reader::commands::{any, certificates, domain, psam, ssc};

/// One command by each constructor, in each of its forms: the application that is asked, the constructor, the command's name.
pub fn all() -> Vec<(Application, &'static str, &'static str, CommandApdu)> {
    use Application::{Any, Certificates, Domain, Psam, Ssc};
    let eight = [0x5A; 8];
    let sam_use = SamUse::from_byte(0x47).unwrap();
    vec![
        (
            Any,
            "select_by_name",
            "SELECT",
            any::select_by_name(b"name"),
        ),
        (Any, "select_by_fid", "SELECT", any::select_by_fid(0xDF01)),
        (Any, "select_file", "SELECT", any::select_file(0xEF05)),
        (Any, "get_response", "GET RESPONSE", any::get_response(256)),
        (Any, "get_data", "GET DATA", any::get_data(0x9F7F)),
        (
            Any,
            "get_data_of",
            "GET DATA",
            any::get_data_of(0x0100, 0x80),
        ),
        (
            Ssc,
            "read_binary",
            "READ BINARY",
            ssc::read_binary(0x7FFF, 1),
        ),
        (
            Ssc,
            "read_binary_of",
            "READ BINARY",
            ssc::read_binary_of(0x16, 6),
        ),
        (
            Ssc,
            "update_binary",
            "UPDATE BINARY",
            ssc::update_binary(0, &[0; 255]),
        ),
        (Ssc, "read_record", "READ RECORD", ssc::read_record(1)),
        (
            Ssc,
            "read_record_by_tag",
            "READ RECORD",
            ssc::read_record_by_tag(9),
        ),
        (
            Ssc,
            "update_record",
            "UPDATE RECORD",
            ssc::update_record(1, &[0; 255]),
        ),
        (
            Ssc,
            "update_record_by_tag",
            "UPDATE RECORD",
            ssc::update_record_by_tag(9, &[9, 0]),
        ),
        (
            Ssc,
            "append_record",
            "APPEND RECORD",
            ssc::append_record(&[1]),
        ),
        (
            Ssc,
            "get_challenge",
            "GET CHALLENGE",
            ssc::get_challenge(16),
        ),
        (Ssc, "verify", "VERIFY", ssc::verify(&[0x12; 8])),
        (
            Ssc,
            "change_pin",
            "CHANGE PIN",
            ssc::change_pin(&[0x12; 8], &[0x34; 8]),
        ),
        (
            Ssc,
            "external_authenticate",
            "EXTERNAL AUTHENTICATE",
            ssc::external_authenticate(0x8A, &eight, &eight),
        ),
        (
            Ssc,
            "internal_authenticate",
            "INTERNAL AUTHENTICATE",
            ssc::internal_authenticate(&eight, &eight),
        ),
        (Ssc, "pin_unblock", "PIN UNBLOCK", ssc::pin_unblock(&[0; 4])),
        (Ssc, "pin_reload", "PIN RELOAD", ssc::pin_reload(&[0; 20])),
        (
            Ssc,
            "application_block",
            "APPLICATION BLOCK",
            ssc::application_block(false, &[0; 4]),
        ),
        (
            Ssc,
            "application_block",
            "APPLICATION BLOCK",
            ssc::application_block(true, &[0; 4]),
        ),
        (
            Ssc,
            "application_unblock",
            "APPLICATION UNBLOCK",
            ssc::application_unblock(&[0; 4]),
        ),
        (
            Domain,
            "initialize_update",
            "INITIALIZE UPDATE",
            domain::initialize_update(0x31, &eight),
        ),
        (
            Domain,
            "external_authenticate",
            "EXTERNAL AUTHENTICATE (SCP03)",
            domain::external_authenticate(0x33, &[0; 16]),
        ),
        (
            Domain,
            "store_data",
            "STORE DATA",
            domain::store_data(false, 0, &[0; 255]),
        ),
        (
            Domain,
            "store_data",
            "STORE DATA",
            domain::store_data(true, 255, &[0; 1]),
        ),
        (
            Domain,
            "put_domain_keys",
            "PUT KEY",
            domain::put_domain_keys(0x30, &[0; 67]),
        ),
        (
            Domain,
            "put_card_key",
            "PUT KEY",
            domain::put_card_key(0x00, &[0; 34]),
        ),
        (
            Domain,
            "get_status",
            "GET STATUS",
            domain::get_status(
                status::APPLICATIONS,
                status::TEMPLATES | status::NEXT,
                &[0x4F, 0],
            ),
        ),
        (
            Domain,
            "get_status",
            "GET STATUS",
            domain::get_status(status::DOMAIN, 0, &[0x4F, 0]),
        ),
        (
            Domain,
            "set_status",
            "SET STATUS",
            domain::set_status(LifeCycle::Initialized),
        ),
        (
            Domain,
            "set_status",
            "SET STATUS",
            domain::set_status(LifeCycle::Secured),
        ),
        (
            Psam,
            "init_sam",
            "INIT SAM",
            psam::init_sam(sam_use, 0x0A, &[0; 40]),
        ),
        (Psam, "crypt", "CRYPT", psam::crypt(&[0; 16])),
        (Psam, "mac", "MAC", psam::mac(&[0; 255], 16)),
        (
            Psam,
            "init_sam_for_debit",
            "INIT SAM FOR DEBIT",
            psam::init_sam_for_debit(&[0; 52]),
        ),
        (
            Psam,
            "credit_sam_for_debit",
            "CREDIT SAM FOR DEBIT",
            psam::credit_sam_for_debit(&[0; 4]),
        ),
        (
            Certificates,
            "verify",
            "VERIFY (ACSE)",
            certificates::verify(parameters::ADMINISTRATOR, &[0; 16]),
        ),
        (
            Certificates,
            "verify",
            "VERIFY (ACSE)",
            certificates::verify(PIN_KEY, &[0; 16]),
        ),
        (
            Certificates,
            "tries_left",
            "VERIFY (ACSE)",
            certificates::tries_left(PIN_KEY),
        ),
        (
            Certificates,
            "change_pin",
            "CHANGE PIN (ACSE)",
            certificates::change_pin(&[0; 20]),
        ),
        (
            Certificates,
            "write_key",
            "WRITE KEY (ACSE)",
            certificates::write_key(PIN_KEY, &[0; 36]),
        ),
        (
            Certificates,
            "generate_key_pair",
            "GENERATE KEY PAIR",
            certificates::generate_key_pair(&SIGNING),
        ),
        (
            Certificates,
            "check_key_pair",
            "CHECK KEY PAIR",
            certificates::check_key_pair(&SIGNING),
        ),
        (
            Certificates,
            "read_public_key",
            "READ PUBLIC KEY",
            certificates::read_public_key(),
        ),
        (
            Certificates,
            "import_public_key",
            "IMPORT KEY (public)",
            certificates::import_public_key(&ENCRYPTION, &[0; 64]),
        ),
        (
            Certificates,
            "import_private_key",
            "IMPORT KEY (private)",
            certificates::import_private_key(&ENCRYPTION, &[0; 32]),
        ),
        (
            Certificates,
            "open_envelope",
            "OPEN ENVELOPE",
            certificates::open_envelope(&SIGNING, &[0; 112]),
        ),
        (
            Certificates,
            "sign",
            "COMPUTE DIGITAL SIGNATURE",
            certificates::sign(&[0; 32]),
        ),
    ]
}
