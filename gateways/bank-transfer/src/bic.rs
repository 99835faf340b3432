//! Business identifier codes of banks, ISO 9362.

use crate::countries::Country;

/// A well-formed BIC: four letters or digits for the bank, its country, two for the place, three for a branch or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bic {
    compact: String,
}

/// Why a text is no BIC; said to staff beside the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BicFault {
    /// It holds something that is no letter, digit or space.
    Character(char),
    /// Neither 8 nor 11 characters.
    Length(usize),
    /// The fifth and sixth characters are not letters, and so name no country.
    Country,
}

/// Countries whose banks' accounts have another country's IBANs, as (IBAN's country, BIC's country).
///
/// Islands of the Crown use British IBANs, the French overseas territories and their banks French ones; Monaco's and
/// San Marino's branches may answer under their neighbour's BIC, Liechtenstein's under Switzerland's.
const SHARED: [(&str, &str); 19] = [
    ("FI", "AX"),
    ("FR", "BL"),
    ("FR", "GF"),
    ("FR", "GP"),
    ("FR", "MC"),
    ("FR", "MF"),
    ("FR", "MQ"),
    ("FR", "NC"),
    ("FR", "PF"),
    ("FR", "PM"),
    ("FR", "RE"),
    ("FR", "WF"),
    ("FR", "YT"),
    ("GB", "GG"),
    ("GB", "IM"),
    ("GB", "JE"),
    ("LI", "CH"),
    ("MC", "FR"),
    ("SM", "IT"),
];

impl Bic {
    /// Reads a BIC as people write it: spaces and letter case do not matter.
    ///
    /// # Errors
    /// [`BicFault`], the first fault that is found.
    pub fn parse(text: &str) -> Result<Self, BicFault> {
        let mut compact = String::with_capacity(text.len());
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            if !c.is_ascii_alphanumeric() {
                return Err(BicFault::Character(c));
            }
            compact.push(c.to_ascii_uppercase());
        }
        if compact.len() != 8 && compact.len() != 11 {
            return Err(BicFault::Length(compact.len()));
        }
        if !compact[4..6].bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(BicFault::Country);
        }
        Ok(Self { compact })
    }

    #[must_use]
    pub fn compact(&self) -> &str {
        &self.compact
    }

    /// ISO 3166-1 alpha-2, as the bank has it.
    #[must_use]
    pub fn country_code(&self) -> &str {
        &self.compact[4..6]
    }

    /// Whether a bank of this BIC can hold an account with an IBAN of `country`.
    #[must_use]
    pub fn belongs_to(&self, country: &Country) -> bool {
        self.country_code() == country.code || SHARED.contains(&(country.code, self.country_code()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::countries::country;

    #[test]
    fn a_bic_is_read_as_people_write_it() {
        let table = [
            ("COBADEFFXXX", "COBADEFFXXX"),
            ("cobadeff", "COBADEFF"),
            (" COBA DE FF 370 ", "COBADEFF370"),
            ("E097AEXXXXX", "E097AEXXXXX"),
        ];
        for (text, compact) in table {
            assert_eq!(Bic::parse(text).expect(text).compact(), compact);
        }
    }

    #[test]
    fn every_fault_is_told_apart() {
        let table = [
            ("", BicFault::Length(0)),
            ("COBADEF", BicFault::Length(7)),
            ("COBADEFFX", BicFault::Length(9)),
            ("COBADEFFXXXX", BicFault::Length(12)),
            ("COBA-DEFF", BicFault::Character('-')),
            ("ＣOBADEFF", BicFault::Character('Ｃ')),
            ("COBA12FF", BicFault::Country),
            ("COBAD3FF", BicFault::Country),
        ];
        for (text, expected) in table {
            assert_eq!(Bic::parse(text).err(), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_bank_s_country_is_the_account_s_but_for_known_neighbours() {
        let table = [
            ("COBADEFF", "DE", true),
            ("COBADEFF", "FR", false),
            ("BARCGB22", "DE", false),
            ("BARCJESH", "GB", true),
            ("BARCGB22", "FR", false),
            ("AGRIMCM1", "MC", true),
            ("AGRIFRPP", "MC", true),
            ("POFICHBE", "LI", true),
            ("BALPLI22", "CH", false),
        ];
        for (bic, code, belongs) in table {
            let country = country(code).expect("in the registry");
            assert_eq!(Bic::parse(bic).expect(bic).belongs_to(country), belongs, "{bic} for {code}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,16}") {
            if let Ok(bic) = Bic::parse(&text) {
                prop_assert!(matches!(bic.compact().len(), 8 | 11));
                prop_assert_eq!(Bic::parse(bic.compact()), Ok(bic));
            }
        }
    }
}
