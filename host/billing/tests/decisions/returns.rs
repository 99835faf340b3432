//! Money that goes back, in the ledger in memory: what staff ask for, what the provider claims, and any history of both.

use crate::world::{CLIENT, Happened, World, eur, euros};
use proptest::prelude::*;
use tollgate_billing::claim::{Claim, ClaimState, PaymentKey};
use tollgate_billing::ids::{InstanceId, InvoiceId, PaymentId, RefundId, StaffId, Timestamp};
use tollgate_billing::ledger::{Account, Reason, Transfer};
use tollgate_billing::money::Money;
use tollgate_billing::plan::{
    Facts, NewRefund, Placed, Plan, RefundRefusal, ReturnFacts, plan_dispute, plan_foreign_refund, plan_refund,
    plan_refund_claim, plan_refund_declined, refund_of,
};
use tollgate_billing::refund::{Refund, RefundState};
use tollgate_billing::settlement::SettlementKey;
use tollgate_billing::text::Text;

pub fn claim(transaction: &str, minor: i64, state: ClaimState) -> Claim {
    Claim {
        payment: PaymentKey::Payment(PaymentId::new("P")),
        transaction: transaction.to_owned(),
        amount: euros(minor),
        state,
        fee: None,
        live: true,
        merchant: Some("M".to_owned()),
        at: Timestamp(5),
        saved: None,
        provider_reference: None,
    }
}

pub fn refunded(transaction: &str, minor: i64, echo: Option<&str>) -> Claim {
    claim(transaction, minor, ClaimState::Refunded(echo.map(str::to_owned)))
}

pub fn failed(transaction: &str, minor: i64) -> Claim {
    let state = ClaimState::Failed { client: Text::plain("no"), staff: "account closed".to_owned() };
    claim(transaction, minor, state)
}

pub fn disputed() -> ClaimState {
    ClaimState::Disputed(Text::plain("unrecognized"))
}

pub fn bank(of: impl Fn(InstanceId) -> Account) -> Account {
    of(InstanceId::new("bank"))
}

impl World {
    /// A payment that is received, with its lines delivered.
    pub fn paid(module_minor: i64, service_minor: i64) -> Self {
        let mut world = Self::new(module_minor, service_minor, false);
        let whole = world.payment.amount.minor();
        assert_eq!(world.claim(&claim("capture", whole, ClaimState::Paid)), Happened::Booked);
        world.deliver();
        world
    }

    fn known<T>(&self, decide: impl FnOnce(ReturnFacts<'_>) -> T) -> T {
        let claim = Facts {
            payment: &self.payment,
            invoice: &self.invoice,
            payer_sets_amount: self.payer_sets_amount,
            live: true,
            merchant: Some("M"),
            at: Timestamp(20),
        };
        let moved: Vec<Transfer> =
            self.transfers.iter().filter(|one| one.invoice == self.invoice.id).cloned().collect();
        let placed = Placed::of(&self.invoice, &moved).unwrap();
        decide(ReturnFacts {
            claim,
            placed,
            balance: self.credit(),
            refunds: &self.refunds,
            held: &[],
            disputes: &self.disputes,
        })
    }

    /// Staff ask for a refund with this form.
    pub fn ask(&mut self, id: &str, minor: i64, form: &str) -> Result<Happened, RefundRefusal> {
        self.ask_for(id, euros(minor), form)
    }

    pub fn ask_for(&mut self, id: &str, amount: Money, form: &str) -> Result<Happened, RefundRefusal> {
        let new = NewRefund {
            id: RefundId::new(id),
            amount,
            reason: "asked".to_owned(),
            staff: StaffId(1),
            transaction: "capture".to_owned(),
            next_check: Timestamp(0),
            key: SettlementKey::StaffForm { staff: StaffId(1), key: form.to_owned() },
        };
        let settlement = self.known(|facts| plan_refund(facts, new))?;
        Ok(self.apply(settlement))
    }

    /// A claim about money going back is planned and applied.
    pub fn back(&mut self, claim: &Claim) -> Happened {
        let plan = self.known(|facts| match &claim.state {
            ClaimState::Disputed(_) | ClaimState::DisputeWon | ClaimState::DisputeLost => {
                let known = facts.disputes.iter().find(|dispute| dispute.transaction == claim.transaction);
                plan_dispute(facts, known, claim).unwrap()
            }
            state => match refund_of(facts.refunds, claim) {
                Some(refund) => plan_refund_claim(facts, refund, claim).unwrap(),
                None if matches!(state, ClaimState::Refunded(_)) => {
                    let id = RefundId::new(format!("foreign-{}", claim.transaction));
                    plan_foreign_refund(facts, id, claim).unwrap()
                }
                None => Plan::Known,
            },
        });
        match plan {
            Plan::Known => Happened::Nothing,
            Plan::Settle(settlement) => self.apply(*settlement),
        }
    }

    /// The provider says that it will never do it.
    pub fn decline(&mut self, id: &str) -> Happened {
        let refund = self.refund(id).clone();
        let settlement = self.known(|facts| plan_refund_declined(facts, &refund, Text::plain("no")));
        self.apply(settlement)
    }

    pub fn refund(&self, id: &str) -> &Refund {
        self.refunds.iter().find(|refund| refund.id.as_str() == id).expect("a refund of the test")
    }

    /// The client pays another invoice with credit.
    pub fn spend(&mut self, minor: i64) {
        let amount = euros(minor).min(self.credit()).unwrap();
        if amount.is_positive() {
            let other = InvoiceId(99);
            let (debit, credit) = (Account::Credit(CLIENT), Account::Invoice(other));
            self.transfers.push(Transfer { debit, credit, amount, reason: Reason::CreditApplied, invoice: other });
        }
    }

    fn owed(&self, account: &Account) -> i64 {
        self.balance(account).minor()
    }
}

/// What holds after every step of every history.
fn check_invariants(world: &World) {
    let sum = Money::sum(eur(), world.balances().into_values()).unwrap();
    assert_eq!(sum, euros(0), "the currency sums to zero");
    assert!(!world.credit().is_negative(), "credit is never below zero");
    let amounts = |wanted: fn(&Refund) -> bool| {
        world.refunds.iter().filter(|one| wanted(one)).map(|one| one.amount.minor()).sum::<i64>()
    };
    let taken: i64 = world.disputes.iter().map(|dispute| dispute.taken().minor()).sum();
    let received = world.payment.received.minor();
    assert!(amounts(|one| one.state != RefundState::Failed) + taken <= received, "no more goes back than came in");
    let done = amounts(|one| one.state == RefundState::Done);
    assert_eq!(-world.owed(&bank(Account::Gateway)), received - done - taken, "the provider holds what it must");
    assert_eq!(world.owed(&bank(Account::Refunding)), amounts(|one| one.state.is_open()), "open refunds are set aside");
    let uncovered = |one: &tollgate_billing::dispute::Dispute| one.open().minor() - one.kept.minor();
    let exposed: i64 = world.disputes.iter().map(uncovered).sum();
    assert_eq!(-world.owed(&bank(Account::Disputed)), exposed, "open disputes are the host's but for kept credit");
    for dispute in &world.disputes {
        assert!(dispute.kept.minor() <= dispute.open().minor() && !dispute.kept.is_negative());
        assert!(dispute.loss.minor() <= dispute.lost.minor());
    }
    for refund in &world.refunds {
        assert_eq!(refund.parts.total(), Ok(refund.amount));
    }
    world.known(|facts| {
        let Placed { credit, sales, tax, .. } = facts.placed;
        for (what, amount) in [("credit", credit), ("sales", sales), ("tax", tax)] {
            assert!(!amount.is_negative(), "more {what} was taken back than there was: {amount}");
        }
    });
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Paid,
    Deliver,
    Ask { refund: u8, minor: i64 },
    Answer { refund: u8, answer: u8, echo: bool },
    Foreign { transaction: u8, minor: i64 },
    Decline { refund: u8 },
    Dispute { dispute: u8, state: u8, minor: i64 },
    Spend(i64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let minor = || prop_oneof![2 => Just(3581_i64), 1 => Just(1000), 3 => 1..4000_i64];
    prop_oneof![
        1 => Just(Step::Paid),
        1 => Just(Step::Deliver),
        3 => (0..4_u8, minor()).prop_map(|(refund, minor)| Step::Ask { refund, minor }),
        5 => (0..4_u8, 0..3_u8, any::<bool>()).prop_map(|(refund, answer, echo)| Step::Answer { refund, answer, echo }),
        2 => (0..3_u8, minor()).prop_map(|(transaction, minor)| Step::Foreign { transaction, minor }),
        1 => (0..4_u8).prop_map(|refund| Step::Decline { refund }),
        5 => (0..3_u8, 0..3_u8, minor()).prop_map(|(dispute, state, minor)| Step::Dispute { dispute, state, minor }),
        1 => (1..3000_i64).prop_map(Step::Spend),
    ]
}

fn take(world: &mut World, step: Step) {
    match step {
        Step::Paid => {
            world.claim(&claim("capture", 3581, ClaimState::Paid));
        }
        Step::Deliver => world.deliver(),
        Step::Ask { refund, minor } => {
            if world.refunds.iter().all(|one| one.id.as_str() != format!("r{refund}")) {
                let _ = world.ask(&format!("r{refund}"), minor, &format!("form{refund}"));
            }
        }
        Step::Answer { refund, answer, echo } => {
            let id = format!("r{refund}");
            let Some(known) = world.refunds.iter().find(|one| one.id.as_str() == id) else { return };
            let (minor, transaction) = (known.amount.minor(), format!("re{refund}"));
            world.back(&match answer {
                0 => refunded(&transaction, minor, echo.then_some(id.as_str())),
                1 => failed(&transaction, minor),
                _ => claim(&transaction, minor, ClaimState::Pending(None)),
            });
        }
        Step::Foreign { transaction, minor } => {
            world.back(&refunded(&format!("x{transaction}"), minor, None));
        }
        Step::Decline { refund } => {
            let id = format!("r{refund}");
            if world.refunds.iter().any(|one| one.id.as_str() == id && one.state.is_open()) {
                world.decline(&id);
            }
        }
        Step::Dispute { dispute, state, minor } => {
            let state = [disputed(), ClaimState::DisputeWon, ClaimState::DisputeLost][usize::from(state)].clone();
            world.back(&claim(&format!("d{dispute}"), minor, state));
        }
        Step::Spend(minor) => world.spend(minor),
    }
}

proptest! {
    #[test]
    fn any_history_of_money_going_back_keeps_the_invariants(
        steps in prop::collection::vec(any_step(), 0..40),
        paid_before in prop::bool::weighted(0.9),
        granted in 0..3000_i64,
    ) {
        let mut world = if paid_before { World::paid(2500, 1000) } else { World::new(2500, 1000, false) };
        if granted > 0 {
            world.grant(granted);
        }
        for step in steps {
            take(&mut world, step);
            check_invariants(&world);
        }
    }

    #[test]
    fn refunds_in_any_parts_give_back_the_sale_and_its_tax_to_the_cent(
        parts in prop::collection::vec(1..1500_i64, 1..12),
    ) {
        let mut world = World::paid(0, 1000);
        for (number, minor) in parts.into_iter().chain([1081]).enumerate() {
            let id = format!("r{number}");
            let left = 1081 - world.refunds.iter().map(|one| one.amount.minor()).sum::<i64>();
            let asked = world.ask(&id, minor.min(left.max(1)), &id);
            prop_assert_eq!(asked.is_ok(), left > 0);
        }
        let sold = world.owed(&Account::Sales) + world.owed(&Account::Returns);
        prop_assert_eq!((sold, world.owed(&Account::Tax)), (0, 0), "all of it went back, and nothing of another sale");
    }

    #[test]
    fn a_dispute_comes_to_the_same_in_whatever_parts_and_order_it_ends(
        lost in 0..=2500_i64,
        spent in 0..2500_i64,
        won_first in any::<bool>(),
    ) {
        let mut world = World::paid(2500, 0);
        world.spend(spent);
        world.back(&claim("d1", 2500, disputed()));
        let mut ends: Vec<Claim> = [(lost, ClaimState::DisputeLost), (2500 - lost, ClaimState::DisputeWon)]
            .into_iter()
            .filter(|(minor, _)| *minor > 0)
            .map(|(minor, state)| claim("d1", minor, state))
            .collect();
        if won_first {
            ends.reverse();
        }
        for end in &ends {
            world.back(end);
            check_invariants(&world);
        }
        let there = 2500 - spent;
        prop_assert_eq!(world.credit().minor(), there - lost.min(there), "the lost part is taken from credit first");
        prop_assert_eq!(-world.owed(&bank(Account::Losses)), lost - lost.min(there), "the rest is the host's loss");
    }
}
