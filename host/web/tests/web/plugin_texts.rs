//! What plugins say: in the reader's language, with money and times as that language writes them.

use std::fs;

use tollgate_billing::billing::Texts;
use tollgate_billing::ids::{PluginId, Timestamp};
use tollgate_billing::money::{Currency, Money};
use tollgate_billing::text::{Argument, Message, Text};

use crate::house::House;
use crate::plugins::GATEWAY;
use crate::theme::copied;

const GERMAN: &str = "number-decimal = ,
number-group = .
money-with-sign = { $number } { $unit }
date-pattern = { $day }. { $month } { $year }
month-11 = November
";

fn due(days: i64) -> Text {
    let eur = Currency::from_code("EUR").expect("a currency");
    let args = [
        ("amount", Argument::Money(Money::new(123_450, eur).expect("an amount"))),
        ("until", Argument::Time(Timestamp(1_795_305_600_000))),
        ("days", Argument::Number(days)),
        ("note", Argument::Text("<b>".to_owned())),
    ];
    let args = args.map(|(name, value)| (name.to_owned(), value)).into();
    Text::Translated(Message { id: "due".to_owned(), args })
}

#[tokio::test]
async fn values_are_written_as_the_readers_language_does() {
    let copy = copied();
    fs::create_dir_all(copy.path().join("locales/de")).expect("a folder");
    fs::write(copy.path().join("locales/de/web.ftl"), GERMAN).expect("German");
    let house = House::with_theme(copy.path()).await;
    let say = |days, locale: &str| house.texts.text(&PluginId::new(GATEWAY), &due(days), locale);
    assert_eq!(say(1, "en"), "€1,234.50 until 22 November 2026, 00:00 UTC, one day <b>");
    assert_eq!(say(2, "de-AT"), "1.234,50 € until 22. November 2026, 00:00 UTC, 2 days <b>");
    assert_eq!(say(2, "fi"), "EUR 1234.50 until 2026-11-22T00:00:00Z, 2 days <b>", "a language of the plugin alone");
}
