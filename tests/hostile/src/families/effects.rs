//! Modules that ask for more than they were granted.

use tollgate_billing::billing::BillingError;
use tollgate_billing::ports::PageOf;
use tollgate_guests::guest::{Guest, module};
use tollgate_guests::value::{Value, case, money, plain, record, text};

use super::claims::{claim, proves};
use crate::attack::Attack;
use crate::ground::Ground;
use crate::house::{DUE, House, Setup};
use crate::rooms::Plan;

/// The first invoice is paid through the honest gateway; nobody has any credit.
const PAID: [i64; 4] = [DUE, 0, 0, 0];
const NOTHING: [i64; 4] = [0; 4];

fn credit(kind: &str, line: i64, minor: i64, currency: &str) -> Value {
    let fields = [("line", Value::Int(line)), ("amount", money(minor, currency)), ("description", plain("Top-up"))];
    case(kind, record(&fields))
}

fn granted(effects: &[&str]) -> Guest {
    let flags = |names: &[&str]| Value::List(names.iter().map(|name| text(*name)).collect());
    module().answers("describe", "effects", flags(effects)).answers("describe", "events", flags(&["invoice-paid"]))
}

pub fn attacks() -> Vec<Attack> {
    let all = &["create-invoice", "credit-paid"];
    let row = effect;
    vec![
        row("bonus-credit", "credits a bonus that it is not granted", "bonus", all, || {
            vec![credit("credit-bonus", 0, 1, "EUR")]
        }),
        row(
            "credit-without-a-grant",
            "credits what was paid, which it did not ask to be granted",
            "manifest",
            &[],
            || vec![credit("credit-paid", 0, DUE, "EUR")],
        ),
        row("credit-of-more", "credits a cent more than was paid", "was paid", all, || {
            vec![credit("credit-paid", 0, DUE + 1, "EUR")]
        }),
        row("credit-twice", "credits what was paid twice over", "was paid", all, || {
            vec![credit("credit-paid", 0, DUE, "EUR"); 2]
        }),
        row("credit-below-nothing", "takes credit away to add it elsewhere", "", all, || {
            vec![credit("credit-paid", 0, -1, "EUR"), credit("credit-paid", 0, DUE, "EUR")]
        }),
        row("credit-of-another-line", "credits a line that is not its own", "not one of its own", all, || {
            vec![credit("credit-paid", 7, DUE, "EUR")]
        }),
        row("credit-in-another-currency", "credits the number in another currency", "", all, || {
            vec![credit("credit-paid", 0, DUE, "JPY")]
        }),
        row("credits-by-the-thousand", "asks for 1,001 effects", "at most 1000", all, || {
            vec![credit("credit-paid", 0, 1, "EUR"); 1_001]
        }),
        invoice("invoice-without-a-grant", "makes an invoice, which it did not ask to be granted", &[], || {
            new_invoice(money(DUE, "EUR"), "honest-1")
        }),
        invoice("invoice-below-nothing", "makes an invoice that pays the client", all, || {
            new_invoice(money(-DUE, "EUR"), "honest-1")
        }),
        invoice("invoice-in-another-currency", "makes an invoice that the client cannot read", all, || {
            new_invoice(money(DUE, "JPY"), "honest-1")
        }),
        invoice("invoice-through-no-gateway", "has an invoice paid through a gateway that is not offered", all, || {
            new_invoice(money(DUE, "EUR"), "acme-1")
        }),
        invoice(
            "voucher-without-a-grant",
            "redeems a voucher, which it did not ask to be granted",
            &["create-invoice"],
            || case("ok", case("redeem-voucher", text("CODE"))),
        ),
    ]
}

async fn house(ground: &Ground, guest: &Guest) -> House {
    let mut plan = Plan::of(ground.patient(), guest);
    plan.files.push(("honest.wasm", proves(vec![claim()]).id("honest").build()));
    House::open(plan, Setup { is_module: true, ..Setup::default() }).await
}

/// The invoice is paid honestly; the module answers the event with these.
fn effect(
    name: &'static str,
    tries: &'static str,
    words: &'static str,
    effects: &'static [&'static str],
    asked: fn() -> Vec<Value>,
) -> Attack {
    Attack::new("effects", name, tries, move |ground: Ground| async move {
        let guest = granted(effects).whole("on-event", case("ok", Value::List(asked())));
        let house = house(&ground, &guest).await;
        house.hook("honest-1").await?;
        let stuck = house.billing.stuck().await.map_err(|error| error.to_string())?;
        let Some(said) = stuck.into_iter().next().and_then(|row| row.last_error) else {
            return Err(format!("nothing waits, booked {:?}", house.booked().await));
        };
        if !said.contains(words) {
            return Err(said);
        }
        house.stands(PAID, format!("waits for staff: {said}")).await
    })
}

fn new_invoice(amount: Value, gateway: &str) -> Value {
    let new = record(&[("description", plain("Account credit")), ("amount", amount), ("gateway", text(gateway))]);
    case("ok", case("create-invoice", new))
}

fn invoice(name: &'static str, tries: &'static str, effects: &'static [&'static str], action: fn() -> Value) -> Attack {
    Attack::new("effects", name, tries, move |ground: Ground| async move {
        let house = house(&ground, &granted(effects).whole("submit", action())).await;
        let before = invoices(&house).await?;
        let answer = house.billing.submit_tab(house.anna, "acme", &[], "form-key-of-the-attack").await;
        let said = match answer {
            Err(BillingError::Plugin(error)) => error.to_string(),
            other => return Err(format!("{other:?}")),
        };
        if invoices(&house).await? != before {
            return Err(format!("an invoice was made; {said}"));
        }
        house.stands(NOTHING, said).await
    })
}

async fn invoices(house: &House) -> Result<usize, String> {
    let page = PageOf::first(100);
    house.billing.invoices(None, page).await.map(|rows| rows.len()).map_err(|error| error.to_string())
}
