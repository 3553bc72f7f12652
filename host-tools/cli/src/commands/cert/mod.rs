//! `ssc cert …`

mod import;
mod pin;
mod request;
mod reset_pin;
mod show;
mod write;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "cert",
    [
        "Ask for the certificates of a third-generation card, write them to it, show them",
        "第三代卡的证书：产生请求、写入、显示",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[
    command::<request::Args>(),
    command::<write::Args>(),
    command::<show::Args>(),
    command::<import::Args>(),
    command::<pin::Args>(),
    command::<reset_pin::Args>(),
];

const EXAMPLES: &[Example] = &[
    example(
        "SSC_PIN=123456 ssc cert request --new-pair --subject CN=张三,C=CN -o card.csr",
        "first a key pair on the card and a request for it",
        "先在卡内生成密钥对并产生请求",
    ),
    example(
        "ssc cert write card.pem",
        "then the certificate that the authority has made of it",
        "再写入证书机构据此签发的证书",
    ),
];
