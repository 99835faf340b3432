//! IBAN, BIC and references, as staff and clients write them.

use tollgate_bank_transfer::bic::Bic;
use tollgate_bank_transfer::iban::Iban;
use tollgate_bank_transfer::reference::Reference;

use super::hold;

/// Of the longest reference, ISO 20022's.
const REFERENCE_CHARS_MAX: usize = 35;

pub fn run(input: &[u8]) -> Result<String, String> {
    let text = String::from_utf8_lossy(input);
    let iban = Iban::parse(&text);
    if let Ok(iban) = &iban {
        for way in [iban.compact().to_owned(), iban.printed(), iban.compact().to_lowercase()] {
            let again = Iban::parse(&way);
            hold(again.as_ref().is_ok_and(|again| again.compact() == iban.compact()), || {
                format!("{way:?} is {again:?}")
            })?;
        }
    }
    let bic = Bic::parse(&text);
    if let Ok(bic) = &bic {
        let again = Bic::parse(bic.compact());
        hold(again.as_ref().is_ok_and(|again| again.compact() == bic.compact()), || format!("{bic:?} is {again:?}"))?;
    }
    let references = [Reference::creditor(&text), Reference::qr(&text), Reference::plain(&text)];
    for reference in references.iter().flatten() {
        let (compact, printed) = (reference.compact(), reference.printed());
        hold(compact.len() <= REFERENCE_CHARS_MAX, || format!("{compact:?} fits no bank's field"))?;
        let unspaced: String = printed.chars().filter(|letter| *letter != ' ').collect();
        hold(unspaced == compact, || format!("{printed:?} is another reference than {compact:?}"))?;
    }
    let references = references.map(|reference| reference.map(|_| ()));
    Ok(format!("{:?} {:?} {references:?}", iban.map(|iban| iban.country().code), bic.map(|_| ())))
}
