//! DF04, medical insurance 医疗保险 with the medical purse (LD/T 32.6).

use super::Directory;
use super::FileKind::{Cyclic, LinearVariable};
use crate::access::Access::{Key, Never, Pin, PinAndKey, PinOrKey};
use crate::commands::Application;
use crate::{Evidence, Generations, key_table};

pub(super) static DF04: Directory = Directory {
    fid: 0xDF04,
    label: "DF04",
    name: &[0xD1, 0x56, 0x00, 0x00, 0x05, 0x03],
    name_evidence: Evidence::C,
    ddf: false,
    application: Application::Ssc,
    english: "medical insurance",
    chinese: "医疗保险",
    all_files: elementary_files! {
        0xEF05 "medical insurance" "医疗保险" LinearVariable, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x85), S, spare 0, "LD/T 32.6", {
            "81" An 0x08, ALL C;
            "84" Cn 0x03, ALL C;
            "87" An 0x11, ALL C;
            "8C" Cn 0x01, ALL C;
            "80" Cn 0x04, ALL C;
            "8B" An 0x1D, ALL C;
            "8A" An 0x0F, ALL C;
            "83" An 0x09, ALL C;
            "86" An 0x09, ALL C;
            "89" An 0x09, ALL C;
            "7D" An 0x09, ALL C;
            "7E" An 0x09, ALL C;
            "7F" An 0x09, ALL C;
            "8D" An 0x09, ALL C;
            "8E" An 0x09, ALL C;
            "8F" An 0x01, ALL C;
        };
        0xEF06 "offline settlement" "脱机结算" LinearVariable, ALL C,
        [PinAndKey(0x84), PinAndKey(0x84), PinAndKey(0x84)], Key(0x86), S, spare 0, "LD/T 32.6", {
            "90" An 0x01, ALL C;
            "92" An 0x04, ALL P;
            "93" An 0x02, ALL C;
        };
        0xEF08 "medical transactions" "医疗交易明细" Cyclic { record: 0x1C, records: 10 }, ONLY_V1 C,
        [Pin, Pin, Pin], Never, S, spare 0, "LD/T 32.6", {
            "" ("sequence", "transaction sequence number", "交易序号", C) B 2, ALL C;
            "" ("type", "transaction type", "交易类型", C) An 1, ALL C;
            "" ("terminal", "terminal identifier", "终端机编号", C) B 6, ALL C;
            "" ("date_time", "date and time, YYYYMMDDhhmmss", "交易日期时间", C) Cn 7, ALL C;
            "" ("amount_1", "amount 1", "金额 1", C) B 4, ALL C;
            "" ("amount_2", "amount 2", "金额 2", C) B 4, ALL C;
            "" ("amount_3", "amount 3", "金额 3", C) B 4, ALL C;
        };
        0xEF08 "medical transactions" "医疗交易明细" Cyclic { record: 0x1C, records: 30 }, FROM_V2 C,
        [Pin, Pin, Pin], Never, S, spare 0, "LD/T 32.6", {
            "" ("sequence", "transaction sequence number", "交易序号", C) B 2, ALL C;
            "" ("type", "transaction type", "交易类型", C) An 1, ALL C;
            "" ("terminal", "terminal identifier", "终端机编号", C) B 6, ALL C;
            "" ("date_time", "date and time, YYYYMMDDhhmmss", "交易日期时间", C) Cn 7, ALL C;
            "" ("amount_1", "amount 1", "金额 1", C) B 4, ALL C;
            "" ("amount_2", "amount 2", "金额 2", C) B 4, ALL C;
            "" ("amount_3", "amount 3", "金额 3", C) B 4, ALL C;
        };
        0xEF15 "special settlement" "特殊结算" Cyclic { record: 3, records: 8 }, ALL C,
        [PinOrKey(0x84), PinOrKey(0x84), PinOrKey(0x84)], Key(0x86), S, spare 0, "LD/T 32.6", {
            "" ("value", "special settlement, value", "特殊结算 数值", P) B 2, ALL C;
            "" ("type", "special settlement, type", "特殊结算 类型", P) An 1, ALL C;
        };
    },
    keys: key_table::DF04,
    generations: Generations::ALL,
    evidence: Evidence::C,
};
