//! File control parameters (DGI 0062), from the tables: each EF and directory says its own (ISO 7816-4, 7.4.3).

use apdu_specs::access::Access;
use apdu_specs::applications::psam::SamEnvironment;
use apdu_specs::files::descriptor::{
    CYCLIC, DATA_CODING, DIRECTORY, LINEAR_FIXED, LINEAR_VARIABLE, TRANSPARENT,
};
use apdu_specs::files::{Directory, ElementaryFile, FileKind};
use apdu_specs::{Application, Generation, tags};

/// The FCP of a directory: descriptor, FID, name, application, and what SELECT answers inside A5.
pub fn directory(directory: &Directory, generation: Generation) -> Vec<u8> {
    let mut value = Vec::new();
    tlv(&mut value, tags::FCP_DESCRIPTOR, &[DIRECTORY]);
    tlv(&mut value, tags::FCP_FID, &directory.fid.to_be_bytes());
    tlv(&mut value, tags::FCP_DF_NAME, directory.name);
    // Without the tag the social security application is meant.
    if let Some(application) = directory
        .application
        .directory_byte()
        .filter(|byte| *byte != 0)
    {
        tlv(&mut value, tags::FCP_APPLICATION, &[application]);
    }
    let proprietary = directory.fci_proprietary(generation);
    if !proprietary.is_empty() {
        tlv(&mut value, tags::FCP_PROPRIETARY, proprietary);
    }
    template(&value)
}

/// The FCP of a PSAM's DDF: name, and the same marker of the algorithm as a card has.
pub fn sam_environment(environment: &SamEnvironment) -> Vec<u8> {
    let mut value = Vec::new();
    tlv(&mut value, tags::FCP_DESCRIPTOR, &[DIRECTORY]);
    tlv(&mut value, tags::FCP_FID, &environment.fid.to_be_bytes());
    tlv(&mut value, tags::FCP_DF_NAME, environment.name);
    let proprietary = Generation::ALL
        .into_iter()
        .find(|generation| generation.key_algorithm() == environment.algorithm)
        .map_or(&[][..], Generation::fci_proprietary);
    if !proprietary.is_empty() {
        tlv(&mut value, tags::FCP_PROPRIETARY, proprietary);
    }
    template(&value)
}

/// The FCP of a PSAM's application.
pub fn sam_application(environment: &SamEnvironment) -> Vec<u8> {
    let mut value = Vec::new();
    tlv(&mut value, tags::FCP_DESCRIPTOR, &[DIRECTORY]);
    let fid = environment.application_fid.to_be_bytes();
    tlv(&mut value, tags::FCP_FID, &fid);
    if !environment.application_name.is_empty() {
        tlv(&mut value, tags::FCP_DF_NAME, environment.application_name);
    }
    if let Some(application) = Application::Psam.directory_byte() {
        tlv(&mut value, tags::FCP_APPLICATION, &[application]);
    }
    template(&value)
}

/// The FCP of an EF: descriptor with record sizes, FID, size, access conditions.
pub fn elementary_file(file: &ElementaryFile, generation: Generation) -> Vec<u8> {
    let mut value = Vec::new();
    // No record of the tables is longer than 255 bytes: a test of apdu-specs holds them to it.
    let record = u8::try_from(file.longest_record(generation)).unwrap_or(u8::MAX);
    let records = file.record_count(generation);
    let with_records = |byte| [byte, DATA_CODING, 0x00, record, records];
    match file.kind {
        FileKind::Transparent { .. } => tlv(&mut value, tags::FCP_DESCRIPTOR, &[TRANSPARENT]),
        FileKind::LinearFixed { .. } => {
            tlv(
                &mut value,
                tags::FCP_DESCRIPTOR,
                &with_records(LINEAR_FIXED),
            );
        }
        FileKind::LinearVariable => {
            tlv(
                &mut value,
                tags::FCP_DESCRIPTOR,
                &with_records(LINEAR_VARIABLE),
            );
        }
        FileKind::Cyclic { .. } => tlv(&mut value, tags::FCP_DESCRIPTOR, &with_records(CYCLIC)),
    }
    tlv(&mut value, tags::FCP_FID, &file.fid.to_be_bytes());
    if matches!(
        file.kind,
        FileKind::Transparent { .. } | FileKind::LinearVariable
    ) {
        tlv(
            &mut value,
            tags::FCP_SIZE,
            &file.size(generation).to_be_bytes(),
        );
    }
    let mut access = Vec::new();
    for rule in [file.read(generation), file.write] {
        access.extend(Access::encode(rule));
    }
    for rule in file.record_rules(generation) {
        access.extend(rule.encode());
    }
    tlv(&mut value, tags::FCP_ACCESS, &access);
    template(&value)
}

fn template(value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    tlv(&mut bytes, tags::FCP_TEMPLATE, value);
    bytes
}

/// Every value here comes from the tables and is shorter than 80 bytes.
fn tlv(bytes: &mut Vec<u8>, tag: u8, value: &[u8]) {
    bytes.push(tag);
    bytes.push(u8::try_from(value.len()).unwrap_or(u8::MAX));
    bytes.extend(value);
}
