//! What a bank account's country decides: how its IBAN is built, its own currency, and which transfer area it is in.
//!
//! Structures are those of the SWIFT IBAN registry, release 101; areas are those of the SEPA schemes of 2025.

/// How far a euro transfer by the SEPA rules reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// The European Economic Area: the IBAN alone is enough.
    Eea,
    /// In the SEPA schemes but outside the European Economic Area: the BIC is asked for too.
    Sepa,
    /// Reached through correspondent banks only.
    World,
}

/// One country of the IBAN registry.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2, or `XK`.
    pub code: &'static str,
    /// What follows the check digits, in the registry's notation: `4a14n` is four letters and fourteen digits;
    /// `c` is either.
    pub structure: &'static str,
    /// The currency of its domestic transfers.
    pub currency: &'static str,
    pub area: Area,
}

impl Country {
    /// How long an IBAN of this country is, country code and check digits included.
    #[must_use]
    pub fn iban_chars(&self) -> usize {
        4 + self.parts().map(|(count, _)| count).sum::<usize>()
    }

    /// Whether `bban` (capital letters and digits) is built as this country's account numbers are.
    #[must_use]
    pub fn fits(&self, bban: &str) -> bool {
        let mut rest = bban.bytes();
        let parts_fit = self.parts().all(|(count, kind)| {
            (0..count).all(|_| {
                rest.next().is_some_and(|byte| match kind {
                    b'n' => byte.is_ascii_digit(),
                    b'a' => byte.is_ascii_uppercase(),
                    _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
                })
            })
        });
        parts_fit && rest.next().is_none()
    }

    fn parts(&self) -> impl Iterator<Item = (usize, u8)> {
        self.structure.split_inclusive(|c: char| c.is_ascii_lowercase()).map(|part| {
            let (count, kind) = part.split_at(part.len() - 1);
            (count.parse().unwrap_or(0), kind.as_bytes()[0])
        })
    }
}

/// The registry's entry of a country code in capitals.
#[must_use]
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.binary_search_by(|country| country.code.cmp(code)).ok().map(|found| &COUNTRIES[found])
}

/// Whether payers have to give the BIC besides the IBAN.
///
/// In euros: wherever the account is outside the European Economic Area. In another currency: unless it is the
/// account's own country's, because only there do domestic transfers find the bank by the IBAN.
#[must_use]
pub fn bic_needed(country: &Country, currency: &str) -> bool {
    match currency {
        "EUR" => country.area != Area::Eea,
        other => country.currency != other,
    }
}

const fn row(code: &'static str, structure: &'static str, currency: &'static str, area: Area) -> Country {
    Country { code, structure, currency, area }
}

use Area::{Eea, Sepa, World};

/// In the order of their codes, because `country` searches by halves.
const COUNTRIES: [Country; 89] = [
    row("AD", "8n12c", "EUR", Sepa),
    row("AE", "19n", "AED", World),
    row("AL", "8n16c", "ALL", Sepa),
    row("AT", "16n", "EUR", Eea),
    row("AZ", "4a20c", "AZN", World),
    row("BA", "16n", "BAM", World),
    row("BE", "12n", "EUR", Eea),
    row("BG", "4a6n8c", "EUR", Eea),
    row("BH", "4a14c", "BHD", World),
    row("BI", "23n", "BIF", World),
    row("BR", "23n1a1c", "BRL", World),
    row("BY", "4c4n16c", "BYN", World),
    row("CH", "5n12c", "CHF", Sepa),
    row("CR", "18n", "CRC", World),
    row("CY", "8n16c", "EUR", Eea),
    row("CZ", "20n", "CZK", Eea),
    row("DE", "18n", "EUR", Eea),
    row("DJ", "23n", "DJF", World),
    row("DK", "14n", "DKK", Eea),
    row("DO", "4c20n", "DOP", World),
    row("EE", "16n", "EUR", Eea),
    row("EG", "25n", "EGP", World),
    row("ES", "20n", "EUR", Eea),
    row("FI", "14n", "EUR", Eea),
    row("FK", "2a12n", "FKP", World),
    row("FO", "14n", "DKK", World),
    row("FR", "10n11c2n", "EUR", Eea),
    row("GB", "4a14n", "GBP", Sepa),
    row("GE", "2a16n", "GEL", World),
    row("GI", "4a15c", "GIP", Sepa),
    row("GL", "14n", "DKK", World),
    row("GR", "7n16c", "EUR", Eea),
    row("GT", "24c", "GTQ", World),
    row("HN", "4a20n", "HNL", World),
    row("HR", "17n", "EUR", Eea),
    row("HU", "24n", "HUF", Eea),
    row("IE", "4a14n", "EUR", Eea),
    row("IL", "19n", "ILS", World),
    row("IQ", "4a15n", "IQD", World),
    row("IS", "22n", "ISK", Eea),
    row("IT", "1a10n12c", "EUR", Eea),
    row("JO", "4a4n18c", "JOD", World),
    row("KW", "4a22c", "KWD", World),
    row("KZ", "3n13c", "KZT", World),
    row("LB", "4n20c", "LBP", World),
    row("LC", "4a24c", "XCD", World),
    row("LI", "5n12c", "CHF", Eea),
    row("LT", "16n", "EUR", Eea),
    row("LU", "3n13c", "EUR", Eea),
    row("LV", "4a13c", "EUR", Eea),
    row("LY", "21n", "LYD", World),
    row("MC", "10n11c2n", "EUR", Sepa),
    row("MD", "20c", "MDL", Sepa),
    row("ME", "18n", "EUR", Sepa),
    row("MK", "3n10c2n", "MKD", Sepa),
    row("MN", "16n", "MNT", World),
    row("MR", "23n", "MRU", World),
    row("MT", "4a5n18c", "EUR", Eea),
    row("MU", "4a19n3a", "MUR", World),
    row("NI", "4a20n", "NIO", World),
    row("NL", "4a10n", "EUR", Eea),
    row("NO", "11n", "NOK", Eea),
    row("OM", "3n16c", "OMR", World),
    row("PK", "4a16c", "PKR", World),
    row("PL", "24n", "PLN", Eea),
    row("PS", "4a21c", "ILS", World),
    row("PT", "21n", "EUR", Eea),
    row("QA", "4a21c", "QAR", World),
    row("RO", "4a16c", "RON", Eea),
    row("RS", "18n", "RSD", Sepa),
    row("RU", "14n15c", "RUB", World),
    row("SA", "2n18c", "SAR", World),
    row("SC", "4a20n3a", "SCR", World),
    row("SD", "14n", "SDG", World),
    row("SE", "20n", "SEK", Eea),
    row("SI", "15n", "EUR", Eea),
    row("SK", "20n", "EUR", Eea),
    row("SM", "1a10n12c", "EUR", Sepa),
    row("SO", "19n", "SOS", World),
    row("ST", "21n", "STN", World),
    row("SV", "4a20n", "USD", World),
    row("TL", "19n", "USD", World),
    row("TN", "20n", "TND", World),
    row("TR", "6n16c", "TRY", World),
    row("UA", "6n19c", "UAH", World),
    row("VA", "18n", "EUR", Sepa),
    row("VG", "4a16n", "USD", World),
    row("XK", "16n", "EUR", World),
    row("YE", "4a4n18c", "YER", World),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_structures_are_readable() {
        assert!(COUNTRIES.windows(2).all(|pair| pair[0].code < pair[1].code));
        for country in &COUNTRIES {
            let chars = country.iban_chars();
            assert!((15..=34).contains(&chars), "{} has {chars} characters", country.code);
            assert!(country.parts().all(|(count, kind)| count > 0 && b"nac".contains(&kind)), "{}", country.code);
            assert_eq!((country.code.len(), country.currency.len()), (2, 3));
        }
    }

    #[test]
    fn lengths_are_those_of_the_registry() {
        for (code, chars) in
            [("NO", 15), ("BE", 16), ("CH", 21), ("DE", 22), ("GB", 22), ("FR", 27), ("RU", 33), ("HN", 28)]
        {
            assert_eq!(country(code).map(Country::iban_chars), Some(chars), "{code}");
        }
    }

    #[test]
    fn a_country_without_ibans_is_not_known() {
        for code in ["", "US", "JP", "CN", "de", "D", "DEU", "ZZ"] {
            assert_eq!(country(code), None, "{code}");
        }
    }

    #[test]
    fn the_bic_is_needed_where_the_iban_alone_does_not_find_the_bank() {
        let table = [
            ("DE", "EUR", false),
            ("IS", "EUR", false),
            ("LI", "EUR", false),
            ("CH", "EUR", true),
            ("GB", "EUR", true),
            ("MC", "EUR", true),
            ("XK", "EUR", true),
            ("TR", "EUR", true),
            ("CH", "CHF", false),
            ("LI", "CHF", false),
            ("PL", "PLN", false),
            ("GB", "GBP", false),
            ("DE", "USD", true),
            ("FR", "CHF", true),
            ("AE", "USD", true),
        ];
        for (code, currency, needed) in table {
            assert_eq!(country(code).map(|found| bic_needed(found, currency)), Some(needed), "{code} in {currency}");
        }
    }
}
