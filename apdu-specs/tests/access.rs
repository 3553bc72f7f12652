//! The coding of access rules: every pair of bytes.

use apdu_specs::access::{Access, Rule};

#[test]
fn every_code_is_one_rule_or_none() {
    let mut rules = 0;
    for code in 0..=u16::MAX {
        let code = code.to_be_bytes();
        let [mode, key] = code;
        let decoded = Rule::decode(code);
        // by hand: 00, 01 and FF name no key, 02 to 04 do; 40 may be added to all but FF
        let known = match mode & !0x40 {
            _ if mode == 0xFF => key == 0,
            0x00 | 0x01 => key == 0,
            0x02..=0x04 => true,
            _ => false,
        };
        assert_eq!(decoded.is_some(), known, "{mode:02X}{key:02X}");
        let Some(rule) = decoded else { continue };
        rules += 1;
        assert_eq!(rule.encode(), code);
        assert_eq!(rule.secured, mode != 0xFF && mode & 0x40 != 0);
        assert_eq!(Access::decode([mode & !0x40, key]).is_some(), mode != 0xFF);
        if !rule.secured {
            assert_eq!(Access::decode(code), Some(rule.access));
        }
    }
    assert_eq!(rules, 2 * (2 + 3 * 256) + 1);
}

#[test]
fn never_is_never_whatever_else_is_said() {
    let rule = Rule {
        access: Access::Never,
        secured: true,
    };
    assert_eq!(rule.encode(), [0xFF, 0x00]);
    assert_eq!(Rule::decode([0xFF, 0x00]), Some(Rule::NEVER));
    assert_eq!(Rule::decode([0xBF, 0x00]), None);
}
