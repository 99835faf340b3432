use tollgate_billing::ports::Document;

use crate::sample::{add_funds, pdf};
use crate::tools::{Pdf, is_archival};

fn for_client(name: &str, address: &str, locale: &str, code: &str) -> Document {
    let mut document = add_funds("5000", code, locale);
    document.client.company = name.to_owned();
    document.client.address = vec![address.to_owned()];
    document.client.country = String::new();
    document.invoice.lines[0].description = name.to_owned();
    document
}

#[test]
fn each_language_has_the_glyphs_of_its_own_region() {
    let cases = [
        ("株式会社さくら直", "東京都千代田区丸の内1丁目", "ja", "JPY", "NotoSansCJKjp", "請求書"),
        ("北京直角科技有限公司", "北京市海淀区中关村大街", "zh-Hans", "CNY", "NotoSansCJKsc", "账单"),
        ("臺北直角股份有限公司", "臺北市信義區", "zh-TW", "TWD", "NotoSansCJKtc", "Invoice"),
    ];
    for (name, address, locale, code, font, title) in cases {
        let printed = Pdf::new(&pdf(&for_client(name, address, locale, code)));
        let fonts = printed.fonts();
        assert!(fonts.contains(font), "{locale}: {fonts} (Debian's fonts-noto-cjk is needed for this test)");
        let words = printed.words();
        for text in [name, address, title, "INV-000042"] {
            assert!(words.contains(text), "{locale}: “{text}” is not in: {words}");
        }
    }
}

#[test]
fn a_japanese_client_of_an_english_invoice_is_printed_in_japanese_glyphs() {
    let printed = Pdf::new(&pdf(&for_client("株式会社さくら", "東京都", "en", "JPY")));
    assert!(printed.fonts().contains("NotoSansCJKjp"), "{}", printed.fonts());
    assert!(printed.words().contains("株式会社さくら"));
}

#[test]
fn latin_text_loads_no_large_font() {
    let fonts = Pdf::new(&pdf(&for_client("Żółw & Größe Kft.", "Ελλάδα, Україна", "en", "EUR"))).fonts();
    assert!(!fonts.contains("CJK"), "{fonts}");
    assert!(
        fonts.lines().skip(2).all(|font| font.contains(" yes yes yes ")),
        "embedded, subset, with Unicode: {fonts}"
    );
}

#[test]
fn a_character_that_no_font_has_still_gives_a_document() {
    let bytes = pdf(&for_client("Rune \u{10fffd} 𐎠 end", "street", "en", "EUR"));
    assert!(!is_archival(&bytes), "an archive's file may not have it");
    let printed = Pdf::new(&bytes);
    assert!(printed.words().contains("end"));
    printed.check();
}
