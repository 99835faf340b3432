//! Which font families are wanted, in which order, and where they come from.

/// For letters and digits: plain sans-serif faces first, and last the one that is part of the program.
pub const SANS: [&str; 8] = [
    "Noto Sans",
    "Inter",
    "Source Sans 3",
    "Helvetica Neue",
    "Liberation Sans",
    "Arial",
    "DejaVu Sans",
    "Libertinus Serif",
];

/// Beginnings of the file names of those families, in small letters and without separators.
const SMALL_FILES: [&str; 8] = [
    "notosansregular",
    "notosansbold",
    "notosans[",
    "inter",
    "sourcesans3",
    "helveticaneue",
    "liberationsans",
    "arial",
];

/// What else is looked at once a text has characters that those lack.
const WHOLE_FILES: [&str; 42] = [
    "notosanscjk",
    "notosansjp",
    "notosanskr",
    "notosanssc",
    "notosanstc",
    "notosanshk",
    "sourcehansans",
    "hiraginosans",
    "pingfang",
    "yugothic",
    "yugoth",
    "msyh",
    "msjh",
    "malgun",
    "ipagp",
    "ipaexg",
    "wqyzenhei",
    "wqymicrohei",
    "dejavusans.",
    "dejavusansbold.",
    "notosansarabic",
    "notosansarmenian",
    "notosansbengali",
    "notosansdevanagari",
    "notosansethiopic",
    "notosansgeorgian",
    "notosansgujarati",
    "notosansgurmukhi",
    "notosanshebrew",
    "notosanskannada",
    "notosanskhmer",
    "notosanslao.",
    "notosanslaoregular",
    "notosansmalayalam",
    "notosansmath",
    "notosansmyanmar",
    "notosanssinhala",
    "notosanssymbols",
    "notosanstamil",
    "notosanstelugu",
    "notosansthai",
    "notosanslaobold",
];

/// Weights that a page never uses; each would be megabytes to read.
const OTHER_WEIGHTS: [&str; 9] =
    ["thin", "extralight", "demilight", "light", "medium", "semibold", "extrabold", "black", "condensed"];

/// How much of the machine's fonts a document needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Small,
    Whole,
}

impl Need {
    /// By a font file's name.
    pub fn wants(self, file_name: &str) -> bool {
        let name: String = file_name.to_lowercase().chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect();
        let starts = |beginnings: &[&str]| beginnings.iter().any(|beginning| name.starts_with(beginning));
        let wanted = starts(&SMALL_FILES) || (self == Self::Whole && starts(&WHOLE_FILES));
        wanted && !OTHER_WEIGHTS.iter().any(|weight| name.contains(weight))
    }
}

/// Whose shapes Han characters have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    Japan,
    China,
    Taiwan,
    HongKong,
    Korea,
}

impl Region {
    /// From a language, its script and its region, as BCP 47 has them; `None` for languages that say nothing of it.
    pub fn of_language(language: &str, script: Option<&str>, region: Option<&str>) -> Option<Self> {
        match (language, script, region) {
            ("ja", _, _) => Some(Self::Japan),
            ("ko", _, _) => Some(Self::Korea),
            ("yue", _, _) | ("zh", _, Some("HK" | "MO")) => Some(Self::HongKong),
            ("zh", Some("Hant"), _) | ("zh", None, Some("TW")) => Some(Self::Taiwan),
            ("zh", _, _) => Some(Self::China),
            _ => None,
        }
    }

    /// From a country's ISO 3166-1 code.
    pub fn of_country(code: &str) -> Option<Self> {
        match code {
            "JP" => Some(Self::Japan),
            "CN" | "SG" => Some(Self::China),
            "TW" => Some(Self::Taiwan),
            "HK" | "MO" => Some(Self::HongKong),
            "KR" => Some(Self::Korea),
            _ => None,
        }
    }

    /// From the characters themselves, where nothing else says: kana are Japanese, hangul Korean.
    pub fn of_text(mut shown: impl Iterator<Item = char>) -> Self {
        shown
            .find_map(|c| match c {
                '\u{3040}'..='\u{30ff}' => Some(Self::Japan),
                '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Some(Self::Korea),
                _ => None,
            })
            .unwrap_or(Self::China)
    }

    /// The region's own families first, then the others', which have at least most of the characters.
    pub fn families(self) -> impl Iterator<Item = &'static &'static str> {
        self.own_families()
            .iter()
            .chain(Self::ALL.into_iter().filter(move |&other| other != self).flat_map(Self::own_families))
    }

    const ALL: [Self; 5] = [Self::Japan, Self::China, Self::Taiwan, Self::HongKong, Self::Korea];

    fn own_families(self) -> &'static [&'static str] {
        match self {
            Self::Japan => {
                &["Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", "IPAexGothic", "IPAPGothic"]
            }
            Self::China => &["Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei"],
            Self::Taiwan => &["Noto Sans CJK TC", "Noto Sans TC", "PingFang TC", "Microsoft JhengHei"],
            Self::HongKong => &["Noto Sans CJK HK", "Noto Sans HK", "PingFang HK"],
            Self::Korea => &["Noto Sans CJK KR", "Noto Sans KR", "Malgun Gothic"],
        }
    }
}

/// The Debian package that brings a character.
pub fn package_for(c: char) -> &'static str {
    match c {
        '\u{1100}'..='\u{11ff}' // hangul
        | '\u{2e80}'..='\u{a4cf}' // radicals, kana, Han, Yi
        | '\u{ac00}'..='\u{d7af}' // hangul
        | '\u{f900}'..='\u{faff}' // Han
        | '\u{fe30}'..='\u{fe4f}' // vertical punctuation
        | '\u{ff00}'..='\u{ffef}' // full width
        | '\u{20000}'..='\u{3ffff}' // rare Han
        => "fonts-noto-cjk",
        _ => "fonts-noto-core",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_font_is_wanted_only_where_a_text_needs_it() {
        let cases = [
            ("NotoSans-Regular.ttf", true, true),
            ("NotoSans-Bold.ttf", true, true),
            ("NotoSans[wdth,wght].ttf", true, true),
            ("NotoSans-Black.ttf", false, false),
            ("NotoSansCJK-Regular.ttc", false, true),
            ("NotoSansCJK-Light.ttc", false, false),
            ("NotoSansHebrew-Regular.ttf", false, true),
            ("NotoSansCuneiform-Regular.ttf", false, false),
            ("NotoSerifCJK-Regular.ttc", false, false),
            ("DejaVuSans.ttf", false, true),
            ("readme.txt", false, false),
        ];
        for (name, small, whole) in cases {
            assert_eq!((Need::Small.wants(name), Need::Whole.wants(name)), (small, whole), "{name}");
        }
    }

    #[test]
    fn a_language_says_whose_shapes_han_characters_have() {
        let cases = [
            ("ja", None, None, Some(Region::Japan)),
            ("zh", Some("Hans"), None, Some(Region::China)),
            ("zh", None, Some("CN"), Some(Region::China)),
            ("zh", Some("Hant"), None, Some(Region::Taiwan)),
            ("zh", None, Some("TW"), Some(Region::Taiwan)),
            ("zh", Some("Hant"), Some("HK"), Some(Region::HongKong)),
            ("ko", None, None, Some(Region::Korea)),
            ("en", None, Some("JP"), None),
        ];
        for (language, script, region, expected) in cases {
            assert_eq!(Region::of_language(language, script, region), expected, "{language} {script:?} {region:?}");
        }
        assert_eq!(Region::of_text("株式会社さくら".chars()), Region::Japan);
        assert_eq!(Region::of_text("有限公司".chars()), Region::China);
        assert_eq!(Region::of_country("TW"), Some(Region::Taiwan));
        assert_eq!(Region::of_country("DE"), None);
    }

    #[test]
    fn a_missing_character_names_the_package_that_has_it() {
        for (c, package) in
            [('東', "fonts-noto-cjk"), ('か', "fonts-noto-cjk"), ('한', "fonts-noto-cjk"), ('ש', "fonts-noto-core")]
        {
            assert_eq!(package_for(c), package, "{c}");
        }
    }
}
