//! Claims that are not true. What a gateway says of its own provider's payments the host cannot know better; what it checks is
//! here.

use tollgate_billing::ids::PaymentId;
use tollgate_billing::ports::PageOf;
use tollgate_guests::guest::{Guest, gateway};
use tollgate_guests::value::{Value, bare, case, money, record, text};

use crate::attack::{Attack, Verdict};
use crate::ground::{Careless, Ground};
use crate::house::{ANNAS, BERTS, DUE, House, Setup};
use crate::rooms::{NOW, Plan};

const NOTHING: [i64; 4] = [0; 4];
const ANNA_PAID: [i64; 4] = [DUE, 0, 0, 0];

fn by_id(id: &str) -> Value {
    case("payment", text(id))
}

/// A right claim for the first client's payment.
pub fn claim() -> Value {
    record(&[
        ("payment", by_id(ANNAS)),
        ("transaction", text("tx-1")),
        ("amount", money(DUE, "EUR")),
        ("state", bare("paid")),
        ("fee", bare("none")),
        ("live", Value::Bool(false)),
        ("merchant", bare("none")),
        ("provider-reference", bare("none")),
        ("at", Value::Int(NOW.0)),
        ("saved", bare("none")),
    ])
}

/// A gateway whose webhooks prove these claims.
pub fn proves(claims: Vec<Value>) -> Guest {
    let verified = record(&[("event", text("evt-1")), ("claims", Value::List(claims))]);
    gateway().whole("verify", case("ok", verified))
}

pub fn attacks() -> Vec<Attack> {
    let mut attacks = mismatches();
    attacks.extend(impossible());
    attacks.extend([test_in_live(), merchant(), reference(), replayed(), paid_again(), in_check(), in_submit()]);
    attacks
}

/// One place of a right claim is another.
fn changed(path: &'static str, value: fn() -> Value) -> impl Fn() -> Vec<Value> + Send + Sync + 'static {
    move || vec![claim().with(path, value())]
}

fn mismatches() -> Vec<Attack> {
    vec![
        held(
            "payment-of-another-gateway",
            "claims a payment that goes through another gateway",
            "payment",
            changed("payment", || by_id(BERTS)),
        ),
        held(
            "payment-that-is-none",
            "claims a payment that there is not",
            "payment",
            changed("payment", || by_id("PAY00000000000000000000099")),
        ),
        held(
            "more-than-asked",
            "claims ten thousand times the amount",
            "amount",
            changed("amount", || money(DUE * 10_000, "EUR")),
        ),
        held(
            "less-than-asked",
            "claims one cent, to have the invoice paid",
            "amount",
            changed("amount", || money(1, "EUR")),
        ),
        held(
            "other-currency",
            "claims the number in another currency",
            "currency",
            changed("amount", || money(DUE, "JPY")),
        ),
        held(
            "nothing-as-payment",
            "claims that nothing was paid in full",
            "positive",
            changed("amount", || money(0, "EUR")),
        ),
        held(
            "live-in-test",
            "claims real money where none moves",
            "environment",
            changed("live", || Value::Bool(true)),
        ),
        held(
            "dispute-won-of-nothing",
            "claims to have won a dispute that there was not",
            "",
            changed("state", || bare("dispute-won")),
        ),
        held(
            "refund-of-nothing",
            "claims that money went back which never came",
            "",
            changed("state", || case("refunded", bare("none"))),
        ),
    ]
}

fn impossible() -> Vec<Attack> {
    vec![
        refused("negative", "claims an amount below nothing", changed("amount", || money(-DUE, "EUR"))),
        refused(
            "beyond-all-amounts",
            "claims the largest number that there is",
            changed("amount", || money(i64::MAX, "EUR")),
        ),
        refused("negative-fee", "claims a fee that brings money", changed("fee", || case("some", money(-5, "EUR")))),
        refused(
            "currency-that-is-none",
            "claims a currency that there is not",
            changed("amount", || money(DUE, "ZZZ")),
        ),
        refused(
            "without-a-transaction",
            "claims a payment that no provider knows",
            changed("transaction", || text("")),
        ),
        refused("far-future", "claims a payment of the year 300000", changed("at", || Value::Int(i64::MAX))),
        refused("claims-by-the-hundred", "claims the same a hundred times over", || vec![claim(); 100]),
    ]
}

async fn house(ground: &Ground, guest: &Guest, setup: Setup) -> House {
    House::open(Plan::of(ground.patient(), guest), setup).await
}

/// Nothing is booked, and staff see it for this reason.
async fn is_held(house: &House, words: &str) -> Verdict {
    house.hook("acme-1").await?;
    let held = house.held().await;
    match held.as_slice() {
        [reason] if reason.contains(words) => house.stands(NOTHING, format!("held for staff: {reason}")).await,
        other => Err(format!("held {other:?}, booked {:?}", house.booked().await)),
    }
}

fn held(
    name: &'static str,
    tries: &'static str,
    words: &'static str,
    claims: impl Fn() -> Vec<Value> + Send + Sync + 'static,
) -> Attack {
    Attack::new("claims", name, tries, move |ground: Ground| {
        let guest = proves(claims());
        async move { is_held(&house(&ground, &guest, Setup::default()).await, words).await }
    })
}

/// The whole webhook is an error: nothing is booked, nothing is held, and it is tried again.
fn refused(name: &'static str, tries: &'static str, claims: impl Fn() -> Vec<Value> + Send + Sync + 'static) -> Attack {
    Attack::new("claims", name, tries, move |ground: Ground| {
        let guest = proves(claims());
        async move {
            let house = house(&ground, &guest, Setup::default()).await;
            let received = format!("{:?}", house.hook("acme-1").await?);
            let row = house.billing.webhooks(PageOf::first(1)).await;
            let row = row.map_err(|error| error.to_string())?.pop().ok_or("the webhook is nowhere")?;
            if !house.held().await.is_empty() || !row.reason.contains("forbids") {
                return Err(format!("{received}: {}, held {:?}", row.reason, house.held().await));
            }
            house.stands(NOTHING, row.reason).await
        }
    })
}

fn test_in_live() -> Attack {
    let tries = "claims test money where money is real";
    Attack::new("claims", "test-as-live", tries, |ground: Ground| async move {
        let live = ground.careless != Careless::Environment;
        let plan = Plan { live, ..Plan::of(ground.patient(), &proves(vec![claim()])) };
        is_held(&House::open(plan, Setup::default()).await, "environment").await
    })
}

fn merchant() -> Attack {
    let tries = "claims money that another merchant got";
    Attack::new("claims", "other-merchant", tries, |ground: Ground| async move {
        let setup = Setup { merchant: Some("M-1"), ..Setup::default() };
        let guest = proves(vec![claim().with("merchant", case("some", text("M-2")))]);
        is_held(&house(&ground, &guest, setup).await, "merchant").await
    })
}

fn reference() -> Attack {
    let tries = "claims by the reference that another gateway's payer wrote";
    Attack::new("claims", "reference-of-another-gateway", tries, |ground: Ground| async move {
        let reference = house(&ground, &gateway(), Setup::default()).await.reference().await;
        let guest = proves(vec![claim().with("payment", case("reference", text(reference)))]);
        is_held(&house(&ground, &guest, Setup::default()).await, "payment").await
    })
}

fn replayed() -> Attack {
    let tries = "sends the same event ten times, and twice at once in one event";
    Attack::new("claims", "replay", tries, |ground: Ground| async move {
        let house = house(&ground, &proves(vec![claim(), claim()]), Setup::default()).await;
        for _ in 0..10 {
            house.hook("acme-1").await?;
        }
        house.stands(ANNA_PAID, "booked once".to_owned()).await
    })
}

fn paid_again() -> Attack {
    let tries = "claims a paid payment again under other transactions";
    Attack::new("claims", "paid-again", tries, |ground: Ground| async move {
        let again = ["tx-1", "tx-2", "tx-3"].map(|transaction| claim().with("transaction", text(transaction)));
        let house = house(&ground, &proves(again.to_vec()), Setup::default()).await;
        house.hook("acme-1").await?;
        let held = house.held().await;
        house.stands(ANNA_PAID, format!("booked once; the others held: {held:?}")).await
    })
}

/// What the first client asks about must be what is answered.
fn in_check() -> Attack {
    let tries = "asked about one client's payment, claims one of another gateway";
    Attack::new("claims", "check-of-another", tries, |ground: Ground| async move {
        let claims = Value::List(vec![claim().with("payment", by_id(BERTS))]);
        let house = house(&ground, &gateway().whole("check", case("ok", claims)), Setup::default()).await;
        let reloaded = house.billing.reload(house.anna, house.invoices[0]).await;
        let how = format!("{reloaded:?}, held {:?}", house.held().await);
        house.stands(NOTHING, how).await
    })
}

fn in_submit() -> Attack {
    let tries = "takes a client's form as proof that a payment of another gateway was made";
    Attack::new("claims", "form-as-proof-for-another", tries, |ground: Ground| async move {
        let claims = Value::List(vec![claim().with("payment", by_id(BERTS))]);
        let guest = gateway().whole("submit", case("ok", case("claims", claims)));
        let house = house(&ground, &guest, Setup::default()).await;
        let payment = PaymentId::new(ANNAS);
        let submitted = house.billing.submit_payment(house.anna, &payment, &[]).await;
        let how = format!("{submitted:?}, held {:?}", house.held().await);
        house.stands(NOTHING, how).await
    })
}
