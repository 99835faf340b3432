//! The form that refunds a payment, and what billing refuses of it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tollgate_billing::billing::{InvoicePage, RefundError, RefundForm, RefundOffer, Refunded};
use tollgate_billing::ids::PaymentId;
use tollgate_billing::money::Money;
use tollgate_billing::payment::Payment;
use tollgate_billing::people::Client;
use tollgate_billing::plan::RefundRefusal;
use tollgate_billing::refund::{REASON_CHARS_MAX, Refund, RefundState};

use super::menu;
use super::returns_view::why_not;
use crate::errors::{WebError, money_words};
use crate::format;
use crate::frame::{
    FieldMessage, Flash, FlashKind, MoneyView, Page, Posted, StaffVisit, message_for, money_of, redirect,
};
use crate::state::WebState;
use crate::texts::Words;

/// Characters of each field that are shown again; the form's own inputs hold fewer.
const SHOWN_CHARS_MAX: usize = 200;

#[derive(Serialize)]
struct View {
    errors: Vec<FieldMessage>,
    url: String,
    invoice_number: String,
    invoice_url: String,
    gateway: String,
    client: String,
    received: MoneyView,
    /// `None` where nothing can be refunded; then `why` says why.
    most: Option<MoneyView>,
    why: Option<&'static str>,
    /// Less than the whole can be refunded.
    part: bool,
    /// Of the most, what is taken from the client's credit and what from what was sold.
    from_credit: Option<MoneyView>,
    from_sales: Option<MoneyView>,
    reason_chars_max: usize,
    refund: Typed,
}

/// The fields as typed.
#[derive(Debug, Clone, Default, Serialize)]
struct Typed {
    amount: String,
    reason: String,
    confirm: bool,
    /// The invoice's version as the form shows it.
    seen: i64,
}

/// The payment, its invoice, whose it is, and what can be refunded of it.
struct Subject {
    payment: Payment,
    page: InvoicePage,
    client: Client,
    offer: RefundOffer,
}

impl Subject {
    async fn find(state: &WebState, id: &str) -> Result<Self, WebError> {
        let billing = state.billing();
        let payment = billing.store().payment(&PaymentId::new(id)).await?.ok_or(WebError::NotFound)?;
        // First the offer: what it delivers on the way is then in the invoice that is shown.
        let offer = billing.refund_offer(&payment.id).await?;
        let page = billing.invoice_for_staff(payment.invoice).await?;
        let client = billing.client(payment.client).await?;
        Ok(Self { payment, page, client, offer })
    }

    fn url(&self) -> String {
        format!("/admin/invoices/{}", self.page.invoice.id)
    }

    fn most(&self) -> Option<Money> {
        match self.offer {
            RefundOffer::Offered { most, .. } => Some(most),
            _ => None,
        }
    }
}

impl Typed {
    fn usual(subject: &Subject) -> Self {
        let amount = subject.most().map_or_else(String::new, |most| most.to_decimal().to_string());
        Self { amount, seen: subject.page.invoice.version, ..Self::default() }
    }

    fn posted(posted: &Posted<StaffVisit>) -> Result<Self, WebError> {
        let text = |name: &str| Ok::<_, WebError>(posted.text(name)?.chars().take(SHOWN_CHARS_MAX).collect());
        let seen: String = text("seen")?;
        Ok(Self {
            amount: text("amount")?,
            reason: text("reason")?,
            confirm: posted.text("confirm")? == "yes",
            seen: seen.parse().map_err(|_| WebError::BadRequest)?,
        })
    }

    /// Every field that cannot be read, so that all are mended at once.
    fn read(&self, payment: &Payment, form_key: &str, words: &Words) -> Result<RefundForm, Vec<FieldMessage>> {
        let mut errors = Vec::new();
        let amount = Money::parse(&self.amount, payment.amount.currency())
            .map_err(|error| errors.push(message_for("amount", money_words(words, &error))));
        if self.reason.is_empty() {
            errors.push(message_for("reason", reason_words(words)));
        }
        if !self.confirm {
            errors.push(message_for("confirm", words.say("admin-error-refund-confirm")));
        }
        match amount {
            Ok(amount) if errors.is_empty() => Ok(RefundForm {
                payment: payment.id.clone(),
                amount,
                reason: self.reason.clone(),
                seen: self.seen,
                form_key: form_key.to_owned(),
            }),
            _ => Err(errors),
        }
    }
}

pub(crate) async fn show(
    State(state): State<WebState>,
    visit: StaffVisit,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let subject = Subject::find(&state, &id).await?;
    let typed = Typed::usual(&subject);
    draw(&state, &visit, &subject, typed, Vec::new()).await
}

pub(crate) async fn submit(
    State(state): State<WebState>,
    Path(id): Path<String>,
    posted: Posted<StaffVisit>,
) -> Result<Response, WebError> {
    let visit = &posted.visit;
    let words = &visit.reader.words;
    let subject = Subject::find(&state, &id).await?;
    let typed = Typed::posted(&posted)?;
    let form = match typed.read(&subject.payment, posted.form_key()?, words) {
        Ok(form) => form,
        Err(errors) => return draw(&state, visit, &subject, typed, errors).await,
    };
    match state.billing().refund_payment(visit.staff.id, form).await {
        Ok(outcome) => Ok(redirect(&state, &subject.url(), Some(flash(words, &outcome)))),
        Err(error) => {
            let errors = vec![refusal(words, error)?];
            // Drawn afresh, so that what changed meanwhile is what is looked at and sent next.
            let subject = Subject::find(&state, &id).await?;
            let typed = Typed { seen: subject.page.invoice.version, confirm: false, ..typed };
            draw(&state, visit, &subject, typed, errors).await
        }
    }
}

fn flash(words: &Words, outcome: &Refunded) -> Flash {
    match outcome {
        Refunded::Before => Flash::new(FlashKind::Info, "admin-refund-before"),
        Refunded::Now(refund) => told(words, refund, "admin-refund-failed"),
    }
}

/// What became of a refund when its provider was asked. `failed` is the id of the text for one that failed.
pub(super) fn told(words: &Words, refund: &Refund, failed: &'static str) -> Flash {
    let (kind, word) = match refund.state {
        RefundState::Done => (FlashKind::Success, "admin-refund-done"),
        RefundState::Failed => (FlashKind::Error, failed),
        RefundState::Requested | RefundState::Pending | RefundState::Unknown => (FlashKind::Info, "admin-refund-open"),
    };
    Flash::new(kind, word).with(format::money(words, refund.amount))
}

/// What billing refuses, beside the field that it is about.
fn refusal(words: &Words, error: RefundError) -> Result<FieldMessage, WebError> {
    let at_most = |id: &str, most: Money| words.say_with(id, &[("most", &format::money(words, most))]);
    let whole = |id: &str| FieldMessage { field: String::new(), id: String::new(), message: words.say(id) };
    Ok(match error {
        RefundError::Reason => message_for("reason", reason_words(words)),
        RefundError::Changed => whole("admin-error-refund-changed"),
        RefundError::Gateway => whole("admin-refund-not-gateway"),
        RefundError::OnlyWhole { whole } => message_for("amount", at_most("admin-error-refund-whole", whole)),
        RefundError::Refused(refused) => match refused {
            RefundRefusal::NotPaid => whole("admin-refund-not-left"),
            RefundRefusal::NotDelivered => whole("admin-refund-not-delivered"),
            RefundRefusal::NotPositive => message_for("amount", words.say("error-amount-not-positive")),
            RefundRefusal::Currency { .. } => message_for("amount", words.say("error-amount-currency")),
            RefundRefusal::TooMuch { most } => message_for("amount", at_most("admin-error-refund-too-much", most)),
            RefundRefusal::CreditSpent { most } => message_for("amount", at_most("admin-error-refund-spent", most)),
            RefundRefusal::Money(error) => message_for("amount", money_words(words, &error)),
        },
        RefundError::Billing(error) => return Err(error.into()),
    })
}

pub(super) fn reason_words(words: &Words) -> String {
    words.say_with("admin-error-refund-reason", &[("max", &REASON_CHARS_MAX.to_string())])
}

async fn draw(
    state: &WebState,
    visit: &StaffVisit,
    subject: &Subject,
    typed: Typed,
    errors: Vec<FieldMessage>,
) -> Result<Response, WebError> {
    let words = &visit.reader.words;
    let some = |amount: Money| amount.is_positive().then(|| money_of(words, amount));
    let (part, credit, sales) = match subject.offer {
        RefundOffer::Offered { part, credit, sales, .. } => (part, some(credit), some(sales)),
        _ => (false, None, None),
    };
    let gateway = subject.page.payments.iter().find(|facts| facts.payment.id == subject.payment.id);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = View {
        errors,
        url: format!("/admin/payments/{}/refund", subject.payment.id),
        invoice_number: subject.page.invoice.number.clone(),
        invoice_url: subject.url(),
        gateway: gateway.map_or_else(|| subject.payment.instance.to_string(), |facts| facts.gateway.clone()),
        client: subject.client.name.clone(),
        received: money_of(words, subject.payment.received),
        most: subject.most().map(|most| money_of(words, most)),
        why: why_not(subject.offer),
        part,
        from_credit: credit,
        from_sales: sales,
        reason_chars_max: REASON_CHARS_MAX,
        refund: typed,
    };
    let layout = menu::layout(state, visit).await?;
    Page::new("admin/refund", layout, view).status(status).render(state, &visit.reader)
}
