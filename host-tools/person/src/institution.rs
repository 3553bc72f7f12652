//! The initialising institution (初始化机构编号), SSSE EF05 tag 04.

use apdu_specs::applications::ssc;
use apdu_specs::applications::ssc::institution::LENGTH;
use apdu_specs::regions;

use super::{Region, Rule, Violation};

/// Up to 24 digits, stored as `cn:12`. One of the usual shape ends in two bytes that are no digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution([u8; LENGTH]);

impl Institution {
    /// What the issuer of `region` has where nobody says another (P).
    pub fn of_region(region: &Region) -> Self {
        Self(ssc::institution::Institution::default_of(region.bcd()).bytes())
    }

    /// From 1 to 24 ASCII digits, or 24 hexadecimal ones of the usual shape; else breaks [`Rule::InstitutionForm`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let padded = format!("{text:F<24}");
        let mut bytes = [0; LENGTH];
        let hexadecimal = !text.is_empty() && hex::decode_to_slice(&padded, &mut bytes).is_ok();
        let this = Self(bytes);
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if hexadecimal && (digits || this.parts().is_some()) {
            Ok(this)
        } else {
            Err(Rule::InstitutionForm.into())
        }
    }

    /// Its parts, where it has the usual shape.
    pub fn parts(&self) -> Option<ssc::institution::Institution> {
        ssc::institution::Institution::parse(&self.0)
    }

    /// Whether it has the usual shape, and names a region that there is.
    pub fn is_usual(&self) -> bool {
        self.parts()
            .is_some_and(|parts| regions::is_known(&hex::encode(parts.region)))
    }

    /// The twelve bytes of tag 04: BCD, padded right with F.
    pub fn bcd(&self) -> [u8; LENGTH] {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padded_with_f() {
        let odd = Institution::parse("12345").unwrap();
        assert_eq!(hex::encode(odd.bcd()), "12345fffffffffffffffffff");
        assert!(Institution::parse(&"1".repeat(24)).is_ok());
        for bad in [
            "",
            "12A",
            "12-34",
            &"1".repeat(25),
            "9156000002 30200430100D5",
        ] {
            assert!(Institution::parse(bad).is_err(), "{bad}");
        }
        assert!(!odd.is_usual());
    }

    /// The numbers that were seen on cards, and what is not one of them.
    #[test]
    fn the_usual_shape() {
        for seen in [
            "91560000023304003304002A",
            "91560000025202005202006A",
            "91560000023310003301007B",
            "915600000234120034010A0C",
            "9156000002430200430100D5",
            "915600000236990036010a03",
        ] {
            let seen = Institution::parse(seen).unwrap();
            let parts = seen.parts().unwrap();
            assert_eq!(parts.bytes(), seen.bcd());
            // 369900 is a sample's, no region
            assert_eq!(seen.is_usual(), parts.region != [0x36, 0x99, 0x00]);
        }
        let zhuzhou = Institution::parse("9156000002430200430100D5").unwrap();
        let parts = zhuzhou.parts().unwrap();
        assert_eq!(parts.region, [0x43, 0x02, 0x00]);
        assert_eq!((parts.place, parts.number), ([0x43, 0x01], [0x00, 0xD5]));
        for other in ["915600000243020A430100D5", "9156000003430200430100D5"] {
            let odd = Institution::parse(other);
            assert!(odd.is_err() || !odd.unwrap().is_usual(), "{other}");
        }
    }
}
