//! Countries and areas of ISO 3166-1 by their three letters, and the letters that travel documents have beside (ICAO 9303, part 3).

const COUNTRIES: &str = "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM \
BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA \
DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY \
HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE \
LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA \
NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM \
SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR \
UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE GBD GBN GBO GBP GBS RKS XKX UNO UNA UNK XXA XXB XXC XXX EUE XOM";

/// Whether three capital letters are one of them.
pub(crate) fn is_known(letters: &str) -> bool {
    COUNTRIES.split(' ').any(|country| country == letters)
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, is_known};

    #[test]
    fn all_of_the_list() {
        assert_eq!(
            COUNTRIES
                .split(' ')
                .filter(|country| country.len() == 3)
                .count(),
            249 + 16
        );
        assert!(is_known("USA") && is_known("HKG") && !is_known("ABC") && !is_known("US"));
    }
}
