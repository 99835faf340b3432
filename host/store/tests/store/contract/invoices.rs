use rust_decimal::Decimal;
use tokio::task::JoinSet;
use tollgate_billing::ids::{ClientId, InvoiceId, PluginId};
use tollgate_billing::invoice::{InvoiceStatus, Line, LineKind, NewInvoice, TaxRate};
use tollgate_billing::ports::{Made, PageOf, StoreError};

use crate::fixture::{
    MODULE, NOW, bank, client, eur, invoice, new_invoice, open, paid, payment, service, sound, top_up,
};

#[tokio::test]
async fn an_invoice_is_read_as_it_was_made() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let rate = TaxRate::from_percent(Decimal::new(81, 1)).unwrap();
    let taxed = Line::new(LineKind::Service, "Domain „é“".to_owned(), eur(1_250), rate).unwrap();
    let new = NewInvoice { gateway: Some(bank()), ..new_invoice(anna, "form", vec![taxed, top_up(5_000)]) };
    let Made::Now(id) = store.create_invoice(new.clone()).await.unwrap() else { panic!("made before") };
    let read = store.invoice(id).await.unwrap().unwrap();
    assert_eq!((read.number.as_str(), read.client, read.status), ("INV-000001", anna, InvoiceStatus::Unpaid));
    assert_eq!((read.gateway.clone(), read.created, read.due), (new.gateway, new.created, new.due));
    assert_eq!((&read.lines, read.total), (&new.lines, new.total));
    assert_eq!((read.settled, read.credit_applied, read.paid_at), (eur(0), eur(0), None));
    for number in ["INV-000001", "inv-000001"] {
        assert_eq!(store.invoice_by_number(number).await.unwrap(), Some(read.clone()));
    }
    assert_eq!(store.invoice_by_number("INV-1").await.unwrap(), None);
    assert_eq!(store.invoice(InvoiceId(404)).await.unwrap(), None);
    sound(&*store).await;
}

#[tokio::test]
async fn a_form_makes_one_invoice_however_often_it_is_sent() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bert = client(&*store, "bert@example.org").await;
    let first = store.create_invoice(new_invoice(anna, "form", vec![service(100)])).await.unwrap();
    let again = store.create_invoice(new_invoice(anna, "form", vec![service(999)])).await.unwrap();
    assert_eq!(again, Made::Before(first.into_inner()));
    assert_eq!(store.invoice_by_form_key(anna, "form").await.unwrap(), Some(first.into_inner()));
    assert_eq!(store.invoice_by_form_key(bert, "form").await.unwrap(), None);
    let other = store.create_invoice(new_invoice(bert, "form", vec![service(100)])).await.unwrap();
    assert!(matches!(other, Made::Now(_)));
    assert_eq!(store.invoices(None, PageOf::first(10)).await.unwrap().len(), 2);
    sound(&*store).await;
}

#[tokio::test]
async fn the_same_form_sent_sixteen_times_at_once_makes_one_invoice() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        tasks.spawn(async move { store.create_invoice(new_invoice(anna, "form", vec![service(100)])).await.unwrap() });
    }
    let made = tasks.join_all().await;
    assert_eq!(made.iter().filter(|made| matches!(made, Made::Now(_))).count(), 1);
    assert_eq!(store.invoices_of(anna, PageOf::first(10)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn numbers_have_no_gaps_though_invoices_are_refused_between() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    for number in 1..=3 {
        let refused = NewInvoice {
            open_seen: Some((PluginId::new(MODULE), 9)),
            ..new_invoice(anna, &format!("refused{number}"), vec![top_up(1)])
        };
        assert_eq!(store.create_invoice(refused).await, Err(StoreError::Conflict));
        let made = invoice(&*store, anna, &format!("form{number}"), vec![service(100)]).await;
        assert_eq!(made.number, format!("INV-00000{number}"));
    }
    let second = NewInvoice { number_prefix: "2027-".into(), ..new_invoice(anna, "series", vec![service(1)]) };
    let id = store.create_invoice(second).await.unwrap().into_inner();
    assert_eq!(store.invoice(id).await.unwrap().unwrap().number, "2027-000001");
    // A prefix that differs in case alone goes on in the same series.
    let lower = NewInvoice { number_prefix: "inv-".into(), ..new_invoice(anna, "lower", vec![service(1)]) };
    let id = store.create_invoice(lower).await.unwrap().into_inner();
    assert_eq!(store.invoice(id).await.unwrap().unwrap().number, "inv-000004");
    sound(&*store).await;
}

#[tokio::test]
async fn a_module_invoice_is_refused_where_others_were_opened_since() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let module = PluginId::new(MODULE);
    let seen = |count| Some((module.clone(), count));
    let first = NewInvoice { open_seen: seen(0), ..new_invoice(anna, "one", vec![top_up(100)]) };
    store.create_invoice(first.clone()).await.unwrap();
    let second = NewInvoice { open_seen: seen(0), ..new_invoice(anna, "two", vec![top_up(100)]) };
    assert_eq!(store.create_invoice(second.clone()).await, Err(StoreError::Conflict));
    // The first form sent again is still the first form.
    assert!(matches!(store.create_invoice(first).await, Ok(Made::Before(_))));
    let second = NewInvoice { open_seen: seen(1), ..second };
    assert!(matches!(store.create_invoice(second).await, Ok(Made::Now(_))));
}

#[tokio::test]
async fn open_invoices_are_the_clients_unpaid_ones_of_the_module() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bert = client(&*store, "bert@example.org").await;
    let module = PluginId::new(MODULE);
    invoice(&*store, bert, "bert", vec![top_up(1)]).await;
    invoice(&*store, anna, "service", vec![service(1)]).await;
    let settled = invoice(&*store, anna, "settled", vec![top_up(100)]).await;
    let pay = payment(&*store, &settled, "P1").await;
    store.apply(paid(&pay, &settled, "T1", eur(100))).await.unwrap();
    assert_eq!(store.open_invoices(anna, &module).await.unwrap(), (vec![], 0));
    for number in 0..22 {
        invoice(&*store, anna, &format!("open{number}"), vec![service(1), top_up(1)]).await;
    }
    let (open, count) = store.open_invoices(anna, &module).await.unwrap();
    assert_eq!((open.len(), count), (20, 22));
    assert!(open.windows(2).all(|pair| pair[0].id > pair[1].id));
    assert_eq!(store.open_invoices(anna, &PluginId::new("other")).await.unwrap(), (vec![], 0));
}

#[tokio::test]
async fn invoices_are_listed_by_client_and_by_status_in_pages() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let bert = client(&*store, "bert@example.org").await;
    for number in 0..6 {
        let owner = if number % 2 == 0 { anna } else { bert };
        invoice(&*store, owner, &format!("form{number}"), vec![service(100)]).await;
    }
    let first = store.invoices_of(anna, PageOf::first(2)).await.unwrap();
    let second = PageOf { before: Some(first[1].id.0), rows_max: 2 };
    let second = store.invoices_of(anna, second).await.unwrap();
    assert_eq!((first.len(), second.len()), (2, 1));
    assert!(first.iter().chain(&second).all(|invoice| invoice.client == anna && invoice.lines.len() == 1));
    let of = |status| store.invoices(status, PageOf::first(100));
    assert_eq!(of(Some(InvoiceStatus::Unpaid)).await.unwrap().len(), 6);
    assert_eq!(of(Some(InvoiceStatus::Paid)).await.unwrap().len(), 0);
    assert_eq!(of(None).await.unwrap().len(), 6);
}

#[tokio::test]
async fn the_gateway_is_set_on_the_version_that_was_read() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let read = invoice(&*store, anna, "form", vec![service(100)]).await;
    store.set_gateway(read.id, read.version, bank()).await.unwrap();
    let changed = store.invoice(read.id).await.unwrap().unwrap();
    assert_eq!(changed.gateway, Some(bank()));
    assert!(changed.version > read.version);
    assert_eq!(changed.revision, read.revision);
    assert_eq!(store.set_gateway(read.id, read.version, bank()).await, Err(StoreError::Conflict));
    assert_eq!(store.set_gateway(InvoiceId(404), 1, bank()).await, Err(StoreError::Conflict));
}

#[tokio::test]
async fn an_invoice_that_cannot_be_true_is_refused_and_takes_no_number() {
    let (_directory, store) = open();
    let anna = client(&*store, "anna@example.org").await;
    let good = || new_invoice(anna, "form", vec![service(100)]);
    let table: [(&str, NewInvoice); 8] = [
        ("no lines", NewInvoice { lines: vec![], total: eur(0), ..good() }),
        ("too many lines", new_invoice(anna, "form", vec![service(1); 501])),
        ("a total of its own", NewInvoice { total: eur(101), ..good() }),
        ("a total below zero", new_invoice(anna, "form", vec![service(-100)])),
        ("no form key", NewInvoice { form_key: String::new(), ..good() }),
        ("a long form key", NewInvoice { form_key: "k".repeat(201), ..good() }),
        ("a prefix with a line break", NewInvoice { number_prefix: "INV\n".into(), ..good() }),
        ("nobody's", NewInvoice { client: ClientId(404), ..good() }),
    ];
    for (name, new) in table {
        let refused = store.create_invoice(new).await;
        assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{name}: {refused:?}");
    }
    assert_eq!(invoice(&*store, anna, "form", vec![service(100)]).await.number, "INV-000001");
    assert_eq!(store.invoice_by_number(&NOW.0.to_string()).await.unwrap(), None);
}
