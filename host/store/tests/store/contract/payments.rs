use tollgate_billing::claim::PaymentKey;
use tollgate_billing::ids::{ClientId, InstanceId, InvoiceId, PaymentId, Timestamp};
use tollgate_billing::payment::{NewPayment, Payment, PaymentProgress, PaymentState};
use tollgate_billing::ports::{PageOf, StoreError};
use tollgate_billing::text::{Argument, Message, Text};

use crate::fixture::{NOW, bank, client, currency, eur, invoice, new_payment, open, payment, read_payment, service};

/// Whether a refusal is the one that was meant.
type Meant = fn(&StoreError) -> bool;

fn progress(payment: &Payment, state: PaymentState) -> PaymentProgress {
    PaymentProgress {
        id: payment.id.clone(),
        version: payment.version,
        state,
        note: None,
        provider_reference: None,
        memo: None,
        checked: None,
    }
}

#[tokio::test]
async fn a_payment_is_read_as_it_was_made() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let new = new_payment(&bill, "P1");
    store.create_payment(new.clone()).await.unwrap();
    let read = read_payment(&*store, "P1").await;
    assert_eq!((read.invoice, read.client, read.instance), (new.invoice, new.client, new.instance));
    assert_eq!((read.plugin, read.reference, read.amount), (new.plugin, new.reference, new.amount));
    assert_eq!((read.received, read.state, read.note), (eur(0), PaymentState::Created, None));
    assert_eq!((read.provider_reference, read.memo, read.checked, read.created), (None, None, None, NOW));
    assert_eq!(store.payment(&PaymentId::new("P2")).await.unwrap(), None);
}

#[tokio::test]
async fn a_payment_that_does_not_fit_its_invoice_is_refused() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bert = client(&*store, "bert@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    payment(&*store, &bill, "P1").await;
    let good = || new_payment(&bill, "P2");
    let yen = tollgate_billing::money::Money::new(100, currency("JPY")).unwrap();
    let table: [(&str, NewPayment, Meant); 6] = [
        ("stale", NewPayment { invoice_version: bill.version + 1, ..good() }, |e| *e == StoreError::Conflict),
        ("twice", new_payment(&bill, "P1"), |e| matches!(e, StoreError::Exists(_))),
        ("no invoice", NewPayment { invoice: InvoiceId(404), ..good() }, |e| matches!(e, StoreError::Corrupt(_))),
        ("another client", NewPayment { client: bert, ..good() }, |e| matches!(e, StoreError::Corrupt(_))),
        ("another currency", NewPayment { amount: yen, ..good() }, |e| matches!(e, StoreError::Corrupt(_))),
        ("nothing", NewPayment { amount: eur(0), ..good() }, |e| matches!(e, StoreError::Corrupt(_))),
    ];
    for (name, new, expected) in table {
        let refused = store.create_payment(new).await.expect_err(name);
        assert!(expected(&refused), "{name}: {refused:?}");
    }
    assert_eq!(store.payments_of(bill.id).await.unwrap().len(), 1);
    assert_eq!(store.payments_of(InvoiceId(404)).await.unwrap(), vec![]);
    assert!(store.client(ClientId(404)).await.unwrap().is_none());
}

#[tokio::test]
async fn progress_is_kept_and_each_state_is_read_back() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    payment(&*store, &bill, "P1").await;
    for state in PaymentState::ALL {
        let read = read_payment(&*store, "P1").await;
        let note = Text::Translated(Message { id: "waiting".into(), args: vec![("days".into(), Argument::Number(2))] });
        store.progress(PaymentProgress { note: Some(note.clone()), ..progress(&read, state) }).await.unwrap();
        let after = read_payment(&*store, "P1").await;
        assert_eq!((after.state, after.note), (state, Some(note)));
        assert_eq!(after.version, read.version + 1);
    }
}

#[tokio::test]
async fn progress_on_a_version_that_is_gone_is_a_conflict() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let read = payment(&*store, &bill, "P1").await;
    store.progress(progress(&read, PaymentState::Pending)).await.unwrap();
    assert_eq!(store.progress(progress(&read, PaymentState::Failed)).await, Err(StoreError::Conflict));
    assert_eq!(read_payment(&*store, "P1").await.state, PaymentState::Pending);
    let nobody = PaymentProgress { id: PaymentId::new("P404"), ..progress(&read, PaymentState::Failed) };
    assert_eq!(store.progress(nobody).await, Err(StoreError::Conflict));
}

#[tokio::test]
async fn a_provider_reference_stays_and_a_memo_is_replaced() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    payment(&*store, &bill, "P1").await;
    for (reference, memo) in [(Some("first"), Some("a")), (Some("second"), Some("b")), (None, None)] {
        let read = read_payment(&*store, "P1").await;
        let said = PaymentProgress {
            provider_reference: reference.map(str::to_owned),
            memo: memo.map(str::to_owned),
            checked: memo.map(|_| NOW),
            ..progress(&read, PaymentState::Pending)
        };
        store.progress(said).await.unwrap();
    }
    let read = read_payment(&*store, "P1").await;
    assert_eq!((read.provider_reference.as_deref(), read.memo.as_deref()), (Some("first"), Some("b")));
    assert_eq!(read.checked, Some(NOW));
}

#[tokio::test]
async fn one_provider_reference_never_names_two_payments_of_an_instance() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let named = |payment: &Payment| PaymentProgress {
        provider_reference: Some("order-1".into()),
        ..progress(payment, PaymentState::Pending)
    };
    let first = payment(&*store, &bill, "P1").await;
    let second = payment(&*store, &bill, "P2").await;
    store.progress(named(&first)).await.unwrap();
    let refused = store.progress(named(&second)).await;
    assert!(matches!(refused, Err(StoreError::Exists(_))), "{refused:?}");
    let elsewhere = NewPayment { instance: InstanceId::new("other"), ..new_payment(&bill, "P3") };
    store.create_payment(elsewhere).await.unwrap();
    store.progress(named(&read_payment(&*store, "P3").await)).await.unwrap();
}

#[tokio::test]
async fn a_key_finds_the_payment_of_its_own_instance_alone() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let read = payment(&*store, &bill, "P1").await;
    let said = PaymentProgress { provider_reference: Some("order-1".into()), ..progress(&read, PaymentState::Pending) };
    store.progress(said).await.unwrap();
    let keys = [
        PaymentKey::Payment(PaymentId::new("P1")),
        PaymentKey::Provider("order-1".into()),
        PaymentKey::Reference(bill.reference()),
    ];
    for key in keys {
        assert_eq!(store.payment_by_key(&bank(), &key).await.unwrap().unwrap().id, read.id, "{key:?}");
        assert_eq!(store.payment_by_key(&InstanceId::new("other"), &key).await.unwrap(), None, "{key:?}");
        let (payment, its_invoice) = store.claimed(&bank(), &key).await.unwrap().unwrap();
        assert_eq!((payment.id, its_invoice.id, its_invoice.lines.len()), (read.id.clone(), bill.id, 1), "{key:?}");
        assert_eq!(store.claimed(&InstanceId::new("other"), &key).await.unwrap(), None, "{key:?}");
    }
    for key in [PaymentKey::Payment(PaymentId::new("order-1")), PaymentKey::Provider("P1".into())] {
        assert_eq!(store.payment_by_key(&bank(), &key).await.unwrap(), None, "{key:?}");
    }
}

#[tokio::test]
async fn a_reference_finds_the_newest_open_payment_else_the_newest() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let key = PaymentKey::Reference(bill.reference());
    for id in ["P1", "P2", "P3"] {
        payment(&*store, &bill, id).await;
    }
    for (closes, found) in [("", "P3"), ("P3", "P2"), ("P1", "P2"), ("P2", "P3")] {
        if !closes.is_empty() {
            let read = read_payment(&*store, closes).await;
            store.progress(progress(&read, PaymentState::Cancelled)).await.unwrap();
        }
        let payment = store.payment_by_key(&bank(), &key).await.unwrap().unwrap();
        assert_eq!(payment.id.as_str(), found, "after closing “{closes}”");
    }
}

#[tokio::test]
async fn payments_are_listed_newest_first_in_pages() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    for id in ["P1", "P2", "P3"] {
        payment(&*store, &bill, id).await;
    }
    let first = store.payments(PageOf::first(2)).await.unwrap();
    let second = store.payments(PageOf { before: Some(first[1].0), rows_max: 2 }).await.unwrap();
    let ids: Vec<_> = first.iter().chain(&second).map(|(_, payment)| payment.id.as_str()).collect();
    assert_eq!(ids, ["P3", "P2", "P1"]);
    let of: Vec<_> = store.payments_of(bill.id).await.unwrap();
    assert_eq!(of.iter().map(|payment| payment.id.as_str()).collect::<Vec<_>>(), ["P3", "P2", "P1"]);
}

#[tokio::test]
async fn open_payments_are_due_in_order_until_they_end() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    for (id, wait_ms) in [("P1", 300), ("P2", 100), ("P3", 200), ("P4", 900)] {
        let new = NewPayment { next_check: NOW.plus_ms(wait_ms), ..new_payment(&bill, id) };
        store.create_payment(new).await.unwrap();
    }
    let other = NewPayment { instance: InstanceId::new("other"), next_check: NOW, ..new_payment(&bill, "P5") };
    store.create_payment(other).await.unwrap();
    let due = async |rows_max| {
        let due = store.due_checks(&InstanceId::new("bank-transfer"), NOW.plus_ms(500), rows_max).await.unwrap();
        due.into_iter().map(|due| (due.payment.id.to_string(), due.checks)).collect::<Vec<_>>()
    };
    let ids = |ids: &[(&str, u32)]| ids.iter().map(|(id, n)| ((*id).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(due(100).await, ids(&[("P2", 0), ("P3", 0), ("P1", 0)]));
    assert_eq!(due(2).await, ids(&[("P2", 0), ("P3", 0)]));
    store.checked(&PaymentId::new("P2"), NOW.plus_ms(450)).await.unwrap();
    store.checked(&PaymentId::new("P3"), NOW.plus_ms(501)).await.unwrap();
    assert_eq!(due(100).await, ids(&[("P1", 0), ("P2", 1)]));
    let ended = read_payment(&*store, "P1").await;
    store.progress(progress(&ended, PaymentState::Cancelled)).await.unwrap();
    assert_eq!(due(100).await, ids(&[("P2", 1)]));
}

#[tokio::test]
async fn failed_payments_alone_are_due_for_a_last_look_in_order_until_it_was_taken() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bill = invoice(&*store, anna, "form", vec![service(100)]).await;
    let ends = [
        ("P1", 300, PaymentState::Failed),
        ("P2", 100, PaymentState::Failed),
        ("P3", 200, PaymentState::Pending),
        ("P4", 200, PaymentState::Cancelled),
        ("P5", 900, PaymentState::Failed),
    ];
    for (id, wait_ms, state) in ends {
        let new = NewPayment { next_check: NOW.plus_ms(wait_ms), ..new_payment(&bill, id) };
        store.create_payment(new).await.unwrap();
        store.progress(progress(&read_payment(&*store, id).await, state)).await.unwrap();
    }
    let due = async |instance, rows_max| {
        let due = store.due_last_looks(&InstanceId::new(instance), NOW.plus_ms(500), rows_max).await.unwrap();
        due.into_iter().map(|due| due.payment.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(due("bank-transfer", 100).await, ["P2", "P1"]);
    assert_eq!(due("bank-transfer", 1).await, ["P2"]);
    assert!(due("other", 100).await.is_empty());
    store.checked(&PaymentId::new("P2"), Timestamp(i64::MAX)).await.unwrap();
    assert_eq!(due("bank-transfer", 100).await, ["P1"]);
}
