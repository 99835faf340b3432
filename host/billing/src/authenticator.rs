//! Codes of authenticator apps by RFC 6238: HMAC-SHA-1 over the time in steps of 30 seconds, cut to six digits. Apps know
//! other sums and lengths too, but not all of them do.

use totp_rs::{Algorithm, Builder, Totp};

use crate::ids::Timestamp;

/// Bytes of a key: as many as SHA-1 gives, which RFC 4226 asks for.
pub const KEY_BYTES: usize = 20;
pub const CODE_DIGITS: usize = 6;
const STEP_SECONDS: u64 = 30;
/// Steps before and after the present one whose codes are taken: for clocks that differ, and for slow typing.
const STEPS_APART: u16 = 1;

/// The time step that a code belongs to, where it is one of now or of the steps beside it; `None` where it is no code of this
/// key. Compares without telling by its time how much of the code was right.
#[must_use]
pub fn step_of(key: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.0.div_euclid(1_000)).ok()?;
    i64::try_from(totp(key).build_noncompliant().check(code, seconds)?).ok()
}

/// The key as people type it into an app: base32, in groups of four.
#[must_use]
pub fn key_text(key: &[u8]) -> String {
    let text = totp(key).build_noncompliant().secret().to_base32();
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// The key as apps scan it: an `otpauth:` address that names the portal and whose login it is. `None` where it cannot be
/// written: an empty login.
#[must_use]
pub fn key_address(key: &[u8], portal: &str, login: &str) -> Option<String> {
    // The colon stands between both of them.
    let plain = |text: &str| text.replace(':', " ");
    let named = totp(key).with_account_name(plain(login)).with_issuer(Some(plain(portal)));
    named.build().ok()?.to_url().ok()
}

fn totp(key: &[u8]) -> Builder {
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(STEP_SECONDS);
    builder.with_skew(STEPS_APART).with_secret(key)
}

/// The code of a moment: what an app shows then. For tests of whoever asks for codes.
#[must_use]
pub fn code_at(key: &[u8], at: Timestamp) -> String {
    let seconds = u64::try_from(at.0.div_euclid(1_000)).unwrap_or_default();
    let totp: Totp = totp(key).build_noncompliant();
    totp.generate(seconds).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of RFC 6238, appendix B.
    const RFC_KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The last six of its eight digits.
        let table = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in table {
            let at = Timestamp(seconds * 1_000);
            assert_eq!(code_at(RFC_KEY, at), code);
            assert_eq!(step_of(RFC_KEY, code, at), Some(seconds / 30));
        }
    }

    #[test]
    fn what_is_no_code_is_of_no_step() {
        let at = Timestamp(59_000);
        for wrong in ["", "28708", "2870822", "+87082", " 287082", "287082 ", "28708a", "２８７０８２", "287083"]
        {
            assert_eq!(step_of(RFC_KEY, wrong, at), None, "{wrong:?}");
        }
        assert_eq!(step_of(RFC_KEY, "287082", Timestamp(-1)), None, "before there were codes");
    }

    #[test]
    fn a_key_is_shown_to_be_typed_and_to_be_scanned() {
        assert_eq!(key_text(RFC_KEY), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = key_address(RFC_KEY, "Äpfel: & Co", "a+b@example.com").expect("an address");
        let expected = "otpauth://totp/%C3%84pfel%20%20%26%20Co:a%2Bb%40example.com\
                        ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%C3%84pfel%20%20%26%20Co";
        assert_eq!(address, expected);
        assert_eq!(key_address(RFC_KEY, "Portal", ""), None);
    }

    proptest! {
        #[test]
        fn a_code_is_taken_in_its_own_step_and_those_beside_it_and_never_else(
            key in prop::array::uniform20(any::<u8>()),
            at_ms in 90_000_i64..4_000_000_000_000,
            apart_ms in -300_000_i64..300_000,
        ) {
            let (made, asked) = (Timestamp(at_ms), Timestamp((at_ms + apart_ms).max(0)));
            let step = |at: Timestamp| at.0 / 30_000;
            let found = step_of(&key, &code_at(&key, made), asked);
            if (step(made) - step(asked)).abs() <= 1 {
                // The same six digits may come twice in a window: then it is the earlier one.
                prop_assert!(found.is_some_and(|found| found <= step(made) && (found - step(asked)).abs() <= 1));
            } else if let Some(found) = found {
                prop_assert_eq!(code_at(&key, Timestamp(found * 30_000)), code_at(&key, made), "only by chance");
            }
        }
    }
}
