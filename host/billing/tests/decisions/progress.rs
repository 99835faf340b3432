//! What a gateway's answer still changes where somebody else wrote first.

use tollgate_billing::payment::{PaymentProgress, PaymentState};

use crate::world::World;

#[test]
fn whoever_writes_second_adds_what_the_provider_calls_the_payment_and_changes_no_state() {
    let read = World::new(0, 2_500, false).payment;
    let mine = |provider: &str| PaymentProgress {
        state: PaymentState::Pending,
        provider_reference: Some(provider.to_owned()),
        memo: Some("mine".to_owned()),
        ..PaymentProgress::unchanged(&read)
    };
    let mut now = read.clone();
    (now.version, now.state) = (read.version + 1, PaymentState::Unknown);
    let after = mine("ORDER").after(&read, &now);
    let expected = PaymentProgress {
        provider_reference: Some("ORDER".into()),
        memo: Some("mine".into()),
        ..PaymentProgress::unchanged(&now)
    };
    assert_eq!(after, expected);

    (now.provider_reference, now.memo) = (Some("THEIRS".into()), Some("theirs".into()));
    assert_eq!(mine("ORDER").after(&read, &now), PaymentProgress::unchanged(&now));
}
