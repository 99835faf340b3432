//! What payers, banks and the merchant's people do about money that came: disputes, and refunds on the provider's own site.

use tollgate_billing::ids::PaymentId;
use tollgate_simulators::paypal::Complaint;
use tollgate_simulators::paypal::capture::RefundScript;
use tollgate_simulators::paypal::dispute::{DisputeOutcome, REASONS, STAGES};
use tollgate_simulators::paypal::money::Money as PayPalMoney;

use crate::call::Call;
use crate::desk::{WantedRefund, share_minor};
use crate::history::History;
use crate::providers::{Provider, Taken};

/// Refusals of a refund that end it, and one that does not say why.
const REFUND_REFUSALS: [&str; 3] =
    ["REFUND_FAILED_INSUFFICIENT_FUNDS", "REFUND_NOT_ALLOWED", "PAYEE_ACCOUNT_RESTRICTED"];

impl History<'_> {
    /// Staff refund one of the payments that have money.
    pub(crate) fn refund_one(&mut self, percent: u8, twice: bool) -> anyhow::Result<Vec<Call>> {
        let Some((_, payment)) = self.taken_one(|_| true)? else { return Ok(Vec::new()) };
        let form_key = self.form_key();
        self.refund_forms += 1;
        let call = Call::Refund(WantedRefund { payment: PaymentId::new(payment), percent, form_key });
        Ok(vec![call; if twice { 2 } else { 1 }])
    }

    /// On the provider's own site. What is disputed is not refunded there.
    pub(crate) async fn give_back(&mut self, percent: u8) -> anyhow::Result<()> {
        let Some((taken, _)) = self.taken_one(|undisputed| undisputed)? else { return Ok(()) };
        let minor = share_minor(taken.minor, percent);
        let status = self.line.providers.refund_by_hand(&taken, minor).await?;
        let Taken { provider, transaction, currency, .. } = taken;
        self.line
            .diary
            .write(format!("{provider:?}: the merchant refunds {minor} {currency} of {transaction}: {status}"));
        Ok(())
    }

    /// PayPal's next refund of a capture will wait for days, or be refused.
    pub(crate) fn bend_refund(&mut self, refused: bool) -> anyhow::Result<()> {
        let Some((taken, _)) = self.taken_one(|_| true)? else { return Ok(()) };
        if taken.provider == Provider::PayPal {
            let issue = self.chance.pick(&REFUND_REFUSALS).copied().unwrap_or("REFUND_NOT_ALLOWED");
            let script = if refused { RefundScript::Refuse(issue.to_owned()) } else { RefundScript::Pending };
            self.line.diary.write(format!("PayPal: the next refund of {} will be {script:?}", taken.transaction));
            // It is there: the books name it.
            let _ = self.line.providers.paypal.script_refund(&taken.transaction, script);
        }
        Ok(())
    }

    /// A payer disputes what was neither refunded nor disputed before.
    pub(crate) fn dispute_one(&mut self, percent: u8) -> anyhow::Result<()> {
        let Some((taken, _)) = self.untouched_one()? else { return Ok(()) };
        let Taken { provider, transaction, minor, currency } = &taken;
        let minor = share_minor(*minor, percent);
        let opened = match provider {
            Provider::PayPal => {
                let value = crate::providers::paypal_value(minor, currency);
                let amount_minor = PayPalMoney::read(currency, &value).ok().map(|amount| amount.minor);
                let (reason, stage) = (self.chance.pick(&REASONS), self.chance.pick(&STAGES));
                let (reason, stage) = (reason.copied().unwrap_or("OTHER"), stage.copied().unwrap_or("CHARGEBACK"));
                let complaint = Complaint { reason, stage, amount_minor };
                matches!(self.line.providers.paypal.dispute(transaction, complaint), Ok(Some(_)))
            }
            Provider::Stripe => {
                let units = if currency == "ISK" { minor * 100 } else { minor };
                self.line.providers.stripe.with(|books| books.open_dispute(transaction, "general", Some(units)).is_ok())
            }
        };
        self.line.diary.write(format!("{provider:?}: {minor} {currency} of {transaction} are disputed: {opened}"));
        Ok(())
    }

    /// Somebody decides one of the open disputes.
    pub(crate) fn end_dispute(&mut self, won: bool) {
        let open = self.line.providers.open_disputes();
        let Some((provider, id)) = self.chance.pick(&open).cloned() else { return };
        match provider {
            Provider::PayPal => {
                let kept =
                    if self.chance.percent(50) { DisputeOutcome::Seller } else { DisputeOutcome::CanceledByBuyer };
                let outcome = if won { kept } else { DisputeOutcome::Buyer };
                let _ = self.line.providers.paypal.resolve_dispute(&id, outcome);
            }
            Provider::Stripe => {
                let _ = self.line.providers.stripe.with(|books| books.close_dispute(&id, won).map(drop));
            }
        }
        self.line.diary.write(format!("{provider:?}: dispute {id} ends, won: {won}"));
    }

    /// One of the movements of money that came, with the payment. `fits` is told whether it was never disputed.
    fn taken_one(&mut self, fits: impl Fn(bool) -> bool) -> anyhow::Result<Option<(Taken, String)>> {
        self.one_of(|position| fits(position.disputes.is_empty()))
    }

    fn untouched_one(&mut self) -> anyhow::Result<Option<(Taken, String)>> {
        self.one_of(|position| position.disputes.is_empty() && position.returned.is_empty())
    }

    fn one_of(
        &mut self,
        fits: impl Fn(&crate::providers::Position) -> bool,
    ) -> anyhow::Result<Option<(Taken, String)>> {
        let books = self.line.providers.books()?;
        let mut found = Vec::new();
        for ((provider, payment), position) in books.iter().filter(|(_, position)| fits(position)) {
            for (transaction, minor, currency) in &position.captured {
                let (transaction, currency) = (transaction.clone(), currency.clone());
                found.push((Taken { provider: *provider, transaction, minor: *minor, currency }, payment.clone()));
            }
        }
        Ok(self.chance.pick(&found).cloned())
    }
}
