//! The page of the PSAM: environments, files, keys.

use apdu_specs::algorithm::KeyAlgorithm;
use apdu_specs::applications::psam::{
    self, SAM_APPLICATION_FILES, SAM_ENVIRONMENTS, SAM_FILES, SamKeyType, SamUse,
};
use apdu_specs::files::ElementaryFile;
use apdu_specs::{Evidence, Generation};

use super::text;

pub fn page() -> String {
    let mut page = text::page("PSAM 终端安全模块");
    page.push_str(&format!(
        "The terminal's security module, as a second application of the same card. A PSAM holds master keys; a terminal names one,\n\
         gives it the factors and the challenge of a card, and gets cryptograms and MACs, never a key. The\n\
         [commands](commands.md) are those of the application PSAM, known in its application directories alone.\n\n\
         ## Environments 环境\n\n\
         Each is a DDF under the MF with one application {:04X}, whose keys all have one algorithm. SSF33's, `{}`, is not there: the\n\
         cipher is classified.\n\n",
        psam::names::PSAM_FID,
        text::hex(psam::names::SSF33_ENVIRONMENT),
    ));
    page.push_str(&text::head(&[
        "environment",
        "DDF",
        "name",
        "application",
        "AID",
        "algorithm",
        "evidence",
    ]));
    for environment in SAM_ENVIRONMENTS {
        page.push_str(&text::row(&[
            environment.label.to_owned(),
            format!("{:04X}", environment.fid),
            format!("`{}`", text::hex(environment.name)),
            format!("{:04X}", environment.application_fid),
            match environment.application_name {
                [] => "– (by FID only)".to_owned(),
                name => format!("`{}`", text::hex(name)),
            },
            match environment.algorithm {
                KeyAlgorithm::TripleDes => "3DES",
                KeyAlgorithm::Ssf33 => "SSF33",
                KeyAlgorithm::Sm4 => "SM4",
            }
            .to_owned(),
            environment.evidence.mark().to_owned(),
        ]));
    }
    page.push_str(
        "\n## Files of the MF 主文件下的文件\n\nTransparent, free to read, written by personalization only.\n",
    );
    files(&mut page, SAM_FILES);
    page.push_str(
        "\n## Files of an application 应用下的文件\n\n\
         Transparent, free to read, and in each environment its own: what a terminal reads before a debit. Nobody writes the\n\
         sequence number but INIT SAM FOR DEBIT, which counts there.\n",
    );
    files(&mut page, SAM_APPLICATION_FILES);
    page.push_str(
        "\n## Use 用途\n\n\
         P1 of INIT SAM: the levels of derivation in the high three bits, the type in the low five. A key does what it was asked\n\
         for in INIT; a type 08 key may be asked for as 06 and 07 too, a type 07 key as 08, which then makes no MACs; any other\n\
         as itself only (P). A key with three levels is the root; one with two is derived by its province when the PSAM is\n\
         issued; one with one by the city too (P).\n\n",
    );
    page.push_str(&text::head(&["type", "for", "用途", "CRYPT", "MAC"]));
    for byte in 0..0x20 {
        if let Some(kind) = SamKeyType::from_byte(byte) {
            let (english, chinese) = kind.words();
            let yes = |may: bool| if may { "yes" } else { "no" }.to_owned();
            page.push_str(&text::row(&[
                format!("{byte:02X}"),
                english.to_owned(),
                chinese.to_owned(),
                yes(kind.enciphers()),
                yes(kind.macs()),
            ]));
        }
    }
    page.push_str(
        "\n## Keys 密钥\n\n\
         The same in each environment, each under its algorithm, with the levels that programs of 2.00 and 3.00 ask for. A PSAM may\n\
         be made with one level for all keys (27, 28, 22: those of one city, as programs of 1.00 ask), two or three, or as a\n\
         national one, whose reading keys and IRK have three (67) and whose other keys stay as they are here. Where programs\n\
         conflict on a use the row is X, and INIT takes both.\n\n",
    );
    page.push_str(&text::head(&[
        "identifier",
        "use",
        "levels",
        "type",
        "vault",
        "for",
        "用途",
        "evidence",
    ]));
    let mut keys: Vec<_> = psam::keys().collect();
    keys.sort_by_key(|key| key.identifier);
    for key in keys {
        let (levels, kind) = SamUse::from_byte(key.sam_use)
            .map_or((0, 0), |decoded| (decoded.levels, decoded.kind as u8));
        page.push_str(&text::row(&[
            format!("{:02X}", key.identifier),
            format!("{:02X}", key.sam_use),
            levels.to_string(),
            format!("{kind:02X}"),
            format!("`{}`", key.vault_id),
            key.english.to_owned(),
            key.chinese.to_owned(),
            key.evidence.mark().to_owned(),
        ]));
    }
    page
}

fn files(page: &mut String, files: &[ElementaryFile]) {
    for file in files {
        page.push_str(&format!(
            "\n### {:04X} {} {}\n\nSFI {:02X}, {} bytes ({}). Clause: {}.\n\n",
            file.fid,
            file.english,
            file.chinese,
            file.sfi(),
            file.size(Generation::V3),
            file.evidence.mark(),
            file.clause
        ));
        page.push_str(&text::head(&["bytes", "meaning", "含义", "evidence"]));
        for field in file.all_fields {
            page.push_str(&text::row(&[
                field.length.to_string(),
                field.english.to_owned(),
                field.chinese.to_owned(),
                field.words.map_or("–", Evidence::mark).to_owned(),
            ]));
        }
    }
}
