//! Forms and uploads as browsers send them to the host: the name of a form, a line break, the body. `{csrf}` stands for the right
//! token of whoever sends it, so that changed forms get past it.

use std::sync::OnceLock;

use tollgate_billing::ports::Ledger as _;

use super::hold;
use crate::stage::{Seat, Stage};
use crate::work::wait;

const FORM: &str = "application/x-www-form-urlencoded";
const FILES: &str = "multipart/form-data; boundary=x";
const TOKEN: &str = "{csrf}";
/// What somebody may have typed, as no page may repeat it.
const MARKUP: &str = "<zq";
const ANSWER_BYTES_MAX: usize = 2 << 20;

struct Setting {
    stage: Stage,
    client: Seat,
    staff: Seat,
}

fn setting() -> &'static Setting {
    static SETTING: OnceLock<Setting> = OnceLock::new();
    SETTING.get_or_init(|| {
        let stage = Stage::open();
        let (client, staff) = (stage.client_seat(), stage.staff_seat());
        Setting { stage, client, staff }
    })
}

/// # Errors
/// Where a form breaks the host, moves money, or comes back as markup.
pub fn run(input: &[u8]) -> Result<String, String> {
    let Setting { stage, client, staff } = setting();
    let split = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (name, body) = (&input[..split], input.get(split + 1..).unwrap_or_default());
    let payment = format!("/billing/payments/{}", stage.payment);
    let invoice = format!("/billing/invoices/{}", stage.invoice.0);
    let (seat, path, media_type) = match name {
        b"upload" => (staff, "/admin/plugins".to_owned(), FILES),
        b"configure" => (staff, "/admin/gateways/puppet".to_owned(), FORM),
        b"switch" => (staff, "/admin/gateways/puppet/enable".to_owned(), FORM),
        b"refund" => (staff, format!("/admin/payments/{}/refund", stage.payment), FORM),
        b"credit" => (client, format!("{invoice}/credit"), FORM),
        b"gateway" => (client, format!("{invoice}/gateway"), FORM),
        b"files-to-a-form" => (client, payment, FILES),
        b"form-to-files" => (staff, "/admin/plugins".to_owned(), FORM),
        _ => (client, payment, FORM),
    };
    let answer = stage.post(seat, &path, media_type, with_token(body, &seat.csrf));
    hold(answer.status < 500, || format!("status {} at {path}: {}", answer.status, answer.body))?;
    hold(answer.body.len() <= ANSWER_BYTES_MAX, || format!("{} bytes of answer", answer.body.len()))?;
    hold(!answer.body.contains(MARKUP), || format!("{path} repeats markup that somebody typed"))?;
    let policy = answer.headers.contains_key("content-security-policy") || answer.status == 303;
    hold(policy, || format!("{path} answers {} without a policy", answer.status))?;
    let credits = wait(stage.store.credits(stage.client)).map_err(|error| error.to_string())?;
    hold(credits.iter().all(|credit| credit.is_zero()), || format!("a form made credit of {credits:?}"))?;
    let errors = answer.body.matches("error-message").count();
    let to = answer.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    Ok(format!("{path} {} {} {}", word(answer.status), !to.is_empty(), "wrong ".repeat(errors.min(9))))
}

/// Statuses in letters: digits tell no answer from another.
fn word(status: u16) -> String {
    status.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

fn with_token(body: &[u8], csrf: &str) -> Vec<u8> {
    let mut rest = body;
    let mut whole = Vec::with_capacity(body.len());
    while let Some(at) = rest.windows(TOKEN.len()).position(|window| window == TOKEN.as_bytes()) {
        whole.extend_from_slice(&rest[..at]);
        whole.extend_from_slice(csrf.as_bytes());
        rest = &rest[at + TOKEN.len()..];
    }
    whole.extend_from_slice(rest);
    whole
}
