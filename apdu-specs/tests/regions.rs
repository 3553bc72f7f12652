//! Regions and the institution number, against GB/T 2260 and the six numbers of `docs/ssc-fields.md`, typed by hand.

use apdu_specs::applications::ssc::institution::Institution;
use apdu_specs::regions::{is_known, place};

#[test]
fn places_by_their_codes() {
    for (code, english, chinese) in [
        ("430000", "Hunan", "湖南省"),
        ("430200", "Hunan 株洲市", "湖南省株洲市"),
        ("430211", "Hunan 株洲市天元区", "湖南省株洲市天元区"),
        ("440106", "Guangdong 广州市天河区", "广东省广州市天河区"),
        (
            "150102",
            "Inner Mongolia 呼和浩特市新城区",
            "内蒙古自治区呼和浩特市新城区",
        ),
        // the heading "districts" is no place, nor is "counties directly under the province"
        ("110105", "Beijing 朝阳区", "北京市朝阳区"),
        ("110100", "Beijing", "北京市"),
        ("469021", "Hainan 定安县", "海南省定安县"),
        // withdrawn in 2010 and 2011
        ("110103", "Beijing 崇文区", "北京市崇文区"),
        ("310103", "Shanghai 卢湾区", "上海市卢湾区"),
        ("710000", "Taiwan", "台湾省"),
        ("810000", "Hong Kong", "香港特别行政区"),
    ] {
        let found = place(code).unwrap_or_else(|| panic!("{code}"));
        assert_eq!(found.in_english().to_string(), english);
        assert_eq!(found.in_chinese().to_string(), chinese);
    }
    for code in [
        "",
        "43",
        "4302",
        "43020",
        "4302000",
        "999999",
        "000000",
        "43020x",
        "４３０２００",
    ] {
        assert!(place(code).is_none() && !is_known(code), "{code}");
    }
}

/// 7,248 codes and the prefectures that lists of counties leave out.
#[test]
fn no_code_is_lost() {
    let known = (0..1_000_000)
        .filter(|code| is_known(&format!("{code:06}")))
        .count();
    assert!((7_248..7_400).contains(&known), "{known}");
}

#[test]
fn an_institution_of_the_usual_shape() {
    for (digits, region, initialised) in [
        ("91560000023304003304002A", "330400", "3304"),
        ("91560000025202005202006A", "520200", "5202"),
        ("91560000023310003301007B", "331000", "3301"),
        ("915600000234120034010A0C", "341200", "3401"),
        ("9156000002430200430100D5", "430200", "4301"),
        ("915600000236990036010A03", "369900", "3601"),
    ] {
        let bytes = bytes(digits);
        let parts = Institution::parse(&bytes).unwrap();
        assert_eq!(hex(&parts.region), region);
        assert_eq!(hex(&parts.place), initialised);
        assert_eq!(hex(&parts.number), digits[20..]);
        assert_eq!(parts.bytes(), bytes);
    }
    // another head, and no BCD in region and place
    for other in [
        "9156000003430200430100D5",
        "91560000024302AA430100D5",
        "915600000243020043A100D5",
    ] {
        assert_eq!(Institution::parse(&bytes(other)), None, "{other}");
    }
    let made = Institution::default_of([0x43, 0x02, 0x11]);
    assert_eq!(hex(&made.bytes()), "915600000243021143020001");
}

fn bytes(digits: &str) -> [u8; 12] {
    std::array::from_fn(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
