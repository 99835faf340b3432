//! `simulators --paypal ADDR --stripe ADDR --mail ADDR --mailbox ADDR`: both providers and a mail server on this machine, until
//! interrupted.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use tokio::net::TcpListener;
use tollgate_simulators::clock::Clock;
use tollgate_simulators::ids::Ids;
use tollgate_simulators::mail::{PostOffice, Security};
use tollgate_simulators::rig::Rig;
use tollgate_simulators::serve::{listen, serve};
use tollgate_simulators::{paypal, stripe};

/// How often what is due by the clock is looked for while nobody asks.
const TICK: Duration = Duration::from_millis(500);

/// Small servers that speak as PayPal, Stripe and a mail server do
#[derive(Parser)]
struct Arguments {
    /// Where PayPal listens: a loopback address and a port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4011")]
    paypal: SocketAddr,
    /// Where Stripe listens: a loopback address and a port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4012")]
    stripe: SocketAddr,
    /// Where the mail server takes mail, by SMTP without TLS: a loopback address and a port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4013")]
    mail: SocketAddr,
    /// Where the mails that it took are pages to read: a loopback address and a port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4014")]
    mailbox: SocketAddr,
    /// A folder for `paypal.jsonl` and `stripe.jsonl`: every request and its answer
    #[arg(long, value_name = "FOLDER")]
    record: Option<PathBuf>,
    /// Leave webhooks in the outbox, to be delivered through the control API
    #[arg(long)]
    hold_webhooks: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let (paypal_socket, paypal_rig) = prepare("paypal", arguments.paypal, &arguments).await?;
    let (stripe_socket, stripe_rig) = prepare("stripe", arguments.stripe, &arguments).await?;
    let (mail_socket, mailbox_socket) = (listen(arguments.mail).await?, listen(arguments.mailbox).await?);
    println!("paypal {}", paypal_rig.base);
    println!("stripe {}", stripe_rig.base);
    println!("mail {}", mail_socket.local_addr()?);
    println!("mailbox http://{}", mailbox_socket.local_addr()?);
    let office = PostOffice::new(None);
    let outbox = |rig: &Rig| (!arguments.hold_webhooks).then(|| rig.outbox.clone());
    let (paypal_outbox, stripe_outbox) = (outbox(&paypal_rig), outbox(&stripe_rig));
    let paypal = paypal::Simulator::new(paypal_rig, paypal::Account::example());
    let stripe = stripe::Stripe::new(stripe_rig, stripe::Account::test());
    tokio::select! {
        () = serve(paypal_socket, paypal.router(), paypal_outbox) => {}
        () = serve(stripe_socket, stripe.router(), stripe_outbox) => {}
        () = office.clone().serve(mail_socket, Security::Never) => {}
        () = serve(mailbox_socket, office.router(), None) => {}
        () = keep_time(&paypal, &stripe) => {}
        stopped = tokio::signal::ctrl_c() => stopped?,
    }
    Ok(())
}

async fn keep_time(paypal: &paypal::Simulator, stripe: &stripe::Stripe) {
    loop {
        paypal.tick();
        stripe.tick();
        tokio::time::sleep(TICK).await;
    }
}

async fn prepare(name: &str, address: SocketAddr, arguments: &Arguments) -> anyhow::Result<(TcpListener, Rig)> {
    let socket = listen(address).await?;
    let rig = Rig::new(&format!("http://{}", socket.local_addr()?), Clock::real(), Ids::random()?);
    if let Some(folder) = &arguments.record {
        rig.requests.also_to(&folder.join(format!("{name}.jsonl")))?;
    }
    Ok((socket, rig))
}
