//! PayPal's times: RFC 3339, such as `2026-02-07T16:36:47-08:00`.

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970, of a time from 1970 to 9999; `None` for everything that is no such time.
#[must_use]
pub fn read(text: &str) -> Option<u64> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let (year, month, day) = (digits(date.get(..4)?)?, digits(date.get(5..7)?)?, digits(date.get(8..)?)?);
    let dashes = date.as_bytes().get(4) == Some(&b'-') && date.as_bytes().get(7) == Some(&b'-');
    if !dashes || !(1..=12).contains(&month) || !(1..=days_of(year, month)).contains(&day) {
        return None;
    }
    let clock = rest.strip_prefix(['T', 't'])?;
    let (hour, minute, second) = (digits(clock.get(..2)?)?, digits(clock.get(3..5)?)?, digits(clock.get(6..8)?)?);
    let colons = clock.as_bytes().get(2) == Some(&b':') && clock.as_bytes().get(5) == Some(&b':');
    if !colons || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction_ms, zone) = fraction(clock.get(8..)?)?;
    let day_ms = ((hour * 60 + minute) * 60 + second) * 1_000 + fraction_ms;
    u64::try_from(days_since_1970(year, month, day) * DAY_MS + day_ms - offset_ms(zone)?).ok()
}

/// Milliseconds of what stands behind the seconds, and what is left of the text.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, zone) = rest.split_at_checked(length)?;
    let thousandths = |position: usize| fraction.as_bytes().get(position).map_or(0, |digit| i64::from(digit - b'0'));
    (length > 0).then(|| (thousandths(0) * 100 + thousandths(1) * 10 + thousandths(2), zone))
}

fn offset_ms(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours <= 23 && minutes <= 59 && zone.len() == 6).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// Plain digits only: `parse` alone would take a sign.
fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counted in years that begin in March, so that the leap day is the last of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    const DAYS_UNTIL_1970: i64 = 719_468;
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day
        - 1
        - DAYS_UNTIL_1970
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_with_their_offsets_and_fractions() {
        let table = [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-01T00:00:00Z", 1_767_225_600_000),
            ("2022-02-07T16:36:47-08:00", 1_644_280_607_000),
            ("2019-02-14T21:50:07.940Z", 1_550_181_007_940),
            ("2019-02-14t21:50:07.9z", 1_550_181_007_900),
            ("2000-02-29T23:59:59.999999+05:30", 951_848_999_999),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ];
        for (text, expected) in table {
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let table = [
            "",
            "2026-01-01",
            "2026-01-01 00:00:00Z",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+0100",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00Zx",
            "+026-01-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "２026-01-01T00:00:00Z",
        ];
        for text in table {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}") {
            let _ = read(&text);
        }

        #[test]
        fn days_count_up_one_by_one(day in 0_i64..200_000) {
            let ms = u64::try_from(day * DAY_MS).unwrap();
            let (mut year, mut month, mut left) = (1970, 1, day);
            while left >= days_of(year, month) {
                left -= days_of(year, month);
                (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            }
            prop_assert_eq!(read(&format!("{year:04}-{month:02}-{:02}T00:00:00Z", left + 1)), Some(ms));
        }
    }
}
