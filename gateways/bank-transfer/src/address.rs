//! The account holder's postal address, in the parts that a Swiss QR-bill asks for.

/// ISO 3166-1 alpha-2, in order. `XK` is used by banks for Kosovo.
const COUNTRY_CODES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// An address as staff typed it; every part may be empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Address<'a> {
    pub street: &'a str,
    pub house_number: &'a str,
    pub postcode: &'a str,
    pub town: &'a str,
    /// ISO 3166-1 alpha-2 in capitals.
    pub country: &'a str,
}

impl Address<'_> {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// On one line, as it stands on a transfer form: `Bahnhofstrasse 1, 8001 Zürich, CH`.
    #[must_use]
    pub fn printed(&self) -> String {
        let parts = [(self.street, self.house_number), (self.postcode, self.town), (self.country, "")];
        let mut printed = String::with_capacity(80);
        for (first, second) in parts {
            for (separator, part) in [(", ", first), (if first.is_empty() { ", " } else { " " }, second)] {
                if part.is_empty() {
                    continue;
                }
                if !printed.is_empty() {
                    printed.push_str(separator);
                }
                printed.push_str(part);
            }
        }
        printed
    }
}

/// Whether `code` is a country's code in capitals.
#[must_use]
pub fn is_country_code(code: &str) -> bool {
    code.len() == 2 && COUNTRY_CODES.split(' ').any(|known| known == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_printed_without_gaps() {
        let whole =
            Address { street: "Rue du Lac", house_number: "1268", postcode: "2501", town: "Biel", country: "CH" };
        let table = [
            (whole, "Rue du Lac 1268, 2501 Biel, CH"),
            (Address { house_number: "", ..whole }, "Rue du Lac, 2501 Biel, CH"),
            (Address { street: "", ..whole }, "1268, 2501 Biel, CH"),
            (Address { street: "", house_number: "", ..whole }, "2501 Biel, CH"),
            (Address { town: "Biel", ..Address::default() }, "Biel"),
            (Address::default(), ""),
        ];
        for (address, printed) in table {
            assert_eq!(address.printed(), printed);
            assert_eq!(address.is_empty(), printed.is_empty());
        }
    }

    #[test]
    fn only_real_countries_have_codes() {
        for code in ["CH", "LI", "JP", "US", "XK", "AD", "ZW"] {
            assert!(is_country_code(code), "{code}");
        }
        for code in ["", "C", "ch", "UK", "EU", "ZZ", "CHE", "D ", " D", "H C"] {
            assert!(!is_country_code(code), "{code}");
        }
        assert_eq!(COUNTRY_CODES.split(' ').count(), 250);
        assert!(COUNTRY_CODES.split(' ').is_sorted());
    }
}
