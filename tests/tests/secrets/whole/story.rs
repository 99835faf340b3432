//! A portal's day with two providers that misbehave, and everything that was said gathered.

use std::fs;
use std::os::unix::fs::MetadataExt;

use anyhow::{Context, ensure};
use tollgate_simulators::faults::Fault;
use tollgate_simulators::paypal::Simulator;
use tollgate_simulators::paypal::order::Funding;
use tollgate_simulators::rig::Rig;
use tollgate_simulators::stripe::{Books, Stripe, signature_header};
use tollgate_tests::house;
use tollgate_tests::server::{CLIENT, Installation, STAFF, Server};
use tollgate_tests::visitor::{Answer, Visitor, post_raw};

use super::{Evidence, files_of};
use crate::faults::{Echo, Trouble};
use crate::planted::Planted;
use crate::stage::{
    CARD_SECRET, NEXT_WEBHOOK_SECRET, PAYPAL_SECRET, PUBLISHABLE_KEY, Provider, WEBHOOK_SECRET, WRONG_SECRET,
};

/// Pages and buttons take longer than calls, and read what the calls answered: some of the troubles are enough.
const TROUBLES: [&str; 6] = [
    "401 with credentials",
    "402 with credentials",
    "422 with credentials",
    "500 with credentials after 1 good answers",
    "true answers with credentials",
    "the connection drops",
];

pub struct Story {
    pub evidence: Evidence,
    installation: Installation,
    paypal: Provider<Simulator>,
    stripe: Provider<Stripe>,
    server: Option<Server>,
    publishable_key: String,
    sealing_keys: Vec<String>,
}

/// An invoice that somebody is about to pay.
struct Paying {
    invoice: String,
    payment: String,
    /// Of a form of the session.
    fields: Vec<(String, String)>,
}

impl Story {
    pub async fn begin() -> anyhow::Result<Self> {
        let installation = Installation::furnished()?;
        let file = installation.path("tollgate.toml");
        let text = fs::read_to_string(&file)?.replace("log = \"info\"", "log = \"trace\"");
        let text = text.replace("payment-pages-per-minute = 30", "payment-pages-per-minute = 1000");
        let own = format!("compiled = {:?}", installation.path("compiled").to_string_lossy());
        fs::write(&file, text.replace(&format!("compiled = {:?}", house::compiled().to_string_lossy()), &own))?;
        fs::create_dir(installation.path("compiled"))?;
        for code in fs::read_dir(house::compiled())? {
            let code = code?;
            // Another test may sweep it away meanwhile: then it is compiled again.
            let _ = fs::hard_link(code.path(), installation.path("compiled").join(code.file_name()));
        }
        Ok(Self {
            evidence: Evidence::default(),
            installation,
            paypal: Provider::paypal().await?,
            stripe: Provider::stripe().await?,
            server: None,
            publishable_key: PUBLISHABLE_KEY.to_owned(),
            sealing_keys: Vec::new(),
        })
    }

    /// Shows words wherever something that is no secret is shown.
    pub fn show(&mut self, words: &str) -> anyhow::Result<()> {
        self.publishable_key = format!("pk_test_{words}");
        fs::write(self.installation.path("plugins").join(format!("{words}.wasm")), "no plugin")?;
        fs::write(self.installation.path("compiled").join("0000-0000.cwasm"), words)?;
        let line = format!("{words}=12.50");
        self.installation.done(&["invoice", "create", CLIENT.0, "--line", &line, "--gateway", "bank-transfer"], "")?;
        Ok(())
    }

    /// On the command line, with the mistakes that people make there.
    pub fn configure(&mut self) -> anyhow::Result<()> {
        for plugin in ["paypal", "card"] {
            self.installation.install(plugin)?;
        }
        let (paypal, stripe) = (self.paypal.host.clone(), self.stripe.host.clone());
        let apis = [&paypal, &stripe].map(|host| format!("test-api=http://{host}"));
        let paypal = [
            "client-id=simulated-client-id",
            "merchant=TESTMERCHANT2",
            "webhook-id=8PT597110X687430L",
            &apis[0],
            "--grant-host",
            &paypal,
        ];
        let key = format!("publishable-key={}", self.publishable_key);
        let card =
            [key.as_str(), "merchant=acct_1SimulatedStripe", "save-cards=true", &apis[1], "--grant-host", &stripe];
        let sets: [(&str, &str, &str, &[&str]); 6] = [
            ("paypal", "no-such-key", PAYPAL_SECRET, &paypal),
            ("paypal", "client-secret", PAYPAL_SECRET, &paypal),
            ("card", "secret-key", &format!(" {CARD_SECRET}"), &card),
            ("card", "secret-key", CARD_SECRET, &card),
            ("card", "webhook-secret", WEBHOOK_SECRET, &[]),
            ("card", "webhook-secret-next", NEXT_WEBHOOK_SECRET, &[]),
        ];
        for (plugin, key, secret, settings) in sets {
            let from_input = format!("{key}=-");
            self.command(
                &[&["plugin", "set", plugin, "--enable", "--secret", &from_input], settings].concat(),
                secret,
            )?;
        }
        // For a saved card to pay.
        for line in ["Domain, one year=9.00", "Domain, two years=17.00", "Domain, three years=24.00"] {
            self.command(&["invoice", "create", CLIENT.0, "--line", line, "--gateway", "card"], "")?;
        }
        self.keep_sealing_key()
    }

    pub fn serve(&mut self) -> anyhow::Result<()> {
        self.server = Some(self.installation.serve()?);
        Ok(())
    }

    fn command(&mut self, words: &[&str], input: &str) -> anyhow::Result<()> {
        let output = self.installation.run(words, input)?;
        self.evidence.add(&format!("command line, {words:?}"), [output.stdout, output.stderr].concat());
        Ok(())
    }

    fn keep_sealing_key(&mut self) -> anyhow::Result<()> {
        let text = fs::read_to_string(self.installation.path("data/secrets.key"))?;
        let keys = text.lines().filter_map(|line| line.strip_prefix("key ")?.split_once(' '));
        self.sealing_keys.extend(keys.map(|(_, key)| key.to_owned()));
        ensure!(!self.sealing_keys.is_empty(), "the key file has no key");
        Ok(())
    }

    pub(super) fn visitor(&self) -> Visitor {
        Visitor::at(&self.installation.url(""))
    }

    /// Every way of a client, with every trouble, and then with none.
    pub fn clients_pay(&mut self, troubles: &[Trouble]) -> anyhow::Result<()> {
        let mut client = self.visitor();
        client.log_in("/login", CLIENT)?;
        for gateway in ["paypal", "card"] {
            let paying = self.begin_to_pay(&mut client, gateway)?;
            for trouble in troubles {
                self.all_steps(&mut client, &paying, trouble)?;
                self.webhooks(gateway, trouble)?;
            }
            self.pay(&mut client, &paying, gateway)?;
        }
        Ok(())
    }

    fn begin_to_pay(&mut self, client: &mut Visitor, gateway: &str) -> anyhow::Result<Paying> {
        let page = client.get("/billing/add-funds")?;
        let made = client.submit(&page, "/billing/add-funds", &[("amount", "25"), ("gateway", gateway)])?;
        let invoice = made.header("location").context("an invoice is made")?.to_owned();
        let page = client.get(&invoice)?;
        let fields = page.form(&format!("{invoice}/pay"))?;
        let begun = client.post(&format!("{invoice}/pay"), &fields)?;
        let payment = begun.header("location").context("the payment has a page")?.to_owned();
        self.evidence.add_answer("portal, paying", &begun);
        Ok(Paying { invoice, payment, fields })
    }

    fn all_steps(&mut self, client: &mut Visitor, of: &Paying, trouble: &Trouble) -> anyhow::Result<()> {
        let steps = [
            (of.payment.clone(), None),
            (of.payment.clone(), Some("confirmation_token")),
            (format!("{}/return?token=1", of.payment), None),
            (format!("{}/cancel", of.payment), None),
            (format!("{}/reload", of.invoice), Some("reload")),
            (of.invoice.clone(), None),
        ];
        for (path, typed) in steps {
            self.script(trouble);
            let answer = match typed {
                None => client.get(&path)?,
                Some(name) => {
                    let token = (name.to_owned(), self.stripe.confirmation_token());
                    client.post(&path, &[of.fields.clone(), vec![token, save()]].concat())?
                }
            };
            self.look_at("portal", &path, &answer)?;
        }
        self.well();
        Ok(())
    }

    /// The page, and the document in its frame.
    pub(super) fn look_at(&mut self, who: &str, path: &str, answer: &Answer) -> anyhow::Result<()> {
        self.evidence.add_answer(&format!("{who} {path}"), answer);
        let Some(frame) = answer.attribute("data-src", "http://") else { return Ok(()) };
        let rest = frame.trim_start_matches("http://");
        let (host, path) = rest.split_once('/').context("a path")?;
        let document = self.visitor().get_of(host, &format!("/{path}"))?;
        ensure!(document.status == 200, "the confined page answered {}", document.status);
        self.evidence.add_answer("confined page", &document);
        Ok(())
    }

    /// Forged, unreadable and, where a secret of ours proves it, true.
    fn webhooks(&mut self, gateway: &str, trouble: &Trouble) -> anyhow::Result<()> {
        let now_s = self.stripe.rig.clock.now_s();
        let event = self.stripe.simulator.with(|books| books.events.last().cloned()).unwrap_or_default().to_string();
        let proven =
            |body: &str| ("stripe-signature".to_owned(), signature_header(&[WEBHOOK_SECRET.to_owned()], body, now_s));
        let forged =
            ("stripe-signature".to_owned(), signature_header(&["whsec_of_somebody_else".to_owned()], &event, now_s));
        let paypals = paypal_headers(&self.paypal.rig.base);
        let half = &event[..event.len() / 2];
        let sent: [(&str, Vec<(String, String)>); 5] = [
            (&event, vec![proven(&event)]),
            (half, vec![proven(half)]),
            (&event, vec![forged]),
            ("{\"id\":\"WH-1\"}", paypals),
            ("{}", Vec::new()),
        ];
        for (body, headers) in sent {
            self.script(trouble);
            let answer = post_raw(&self.hook(gateway), &headers, body.as_bytes())?;
            self.evidence.add_answer(&format!("webhook to {gateway}"), &answer);
        }
        self.well();
        Ok(())
    }

    fn pay(&mut self, client: &mut Visitor, of: &Paying, gateway: &str) -> anyhow::Result<()> {
        let page = client.get(&of.payment)?;
        self.look_at("portal", &of.payment, &page)?;
        if gateway == "card" {
            let token = ("confirmation_token".to_owned(), self.stripe.confirmation_token());
            let paid = client.post(&of.payment, &[of.fields.clone(), vec![token, save()]].concat())?;
            self.look_at("portal", &of.payment, &paid)?;
        } else {
            let state = self.paypal.simulator.state();
            let orders = state["orders"].as_array().cloned().unwrap_or_default();
            for order in orders.iter().filter_map(|order| order["id"].as_str()) {
                // Those that were made before answers were lost can be approved, too; they are nobody's.
                let _ = self.paypal.simulator.approve(order, Funding::Balance);
            }
            let back = client.get(&format!("{}/return", of.payment))?;
            self.look_at("portal", &of.payment, &back)?;
        }
        let invoice = client.get(&of.invoice)?;
        ensure!(invoice.text().contains("Paid in full"), "{gateway}: the invoice is not paid in the end");
        self.look_at("portal", &of.invoice, &invoice)
    }

    /// "Test connection" with every trouble, and a secret that is typed beside a field that is wrong.
    pub fn staff_work(&mut self) -> anyhow::Result<()> {
        let mut staff = self.visitor();
        staff.log_in("/admin/login", STAFF)?;
        for (gateway, secret, wrong) in [("paypal", "client-secret", "merchant"), ("card", "secret-key", "merchant")] {
            let action = format!("/admin/gateways/{gateway}");
            for trouble in troubles() {
                let page = staff.get(&action)?;
                self.script(&trouble);
                let tested = staff.submit(&page, &action, &[("action", "test")])?;
                self.look_at("back office", &action, &tested)?;
            }
            self.well();
            let page = staff.get(&action)?;
            let names: Vec<String> = page.form(&action)?.into_iter().map(|(name, _)| name).collect();
            let name = |key: &str| names.iter().find(|name| name.ends_with(key)).context("the form has the field");
            let typed =
                [(name(secret)?.as_str(), WRONG_SECRET), (name(wrong)?.as_str(), "not one"), ("action", "save")];
            let refused = staff.submit(&page, &action, &typed)?;
            ensure!(refused.status != 303, "{gateway}: a wrong merchant is refused");
            self.look_at("back office", &action, &refused)?;
        }
        Ok(())
    }

    pub fn everybody_looks_around(&mut self) -> anyhow::Result<()> {
        for (who, door, login, start) in
            [("portal", "/login", CLIENT, "/billing/invoices"), ("back office", "/admin/login", STAFF, "/admin")]
        {
            let mut visitor = self.visitor();
            visitor.log_in(door, login)?;
            let pages = self.evidence.crawl(who, &mut visitor, start)?.len();
            ensure!(pages > 10, "{who}: only {pages} pages were found");
        }
        Ok(())
    }

    /// The server stops, commands say what they know, and the whole folder is read, but for the key file.
    pub fn end(&mut self) -> anyhow::Result<()> {
        let stopped = self.server.take().context("it serves")?.stop()?;
        ensure!(stopped == Some(0), "the server ended with {stopped:?}");
        for words in [&["check"][..], &["plugin", "list"], &["secrets", "rotate"], &["check"]] {
            self.command(words, "")?;
        }
        self.keep_sealing_key()?;
        let folder = self.installation.path("");
        for file in files_of(&folder)? {
            let place = file.strip_prefix(&folder)?.display().to_string();
            // What was compiled before there was a secret lies in the shared folder too.
            let is_older = fs::metadata(&file)?.nlink() > 1;
            if !is_older && !place.starts_with("data/secrets.key") {
                self.evidence.add(&place, fs::read(&file)?);
            }
        }
        Ok(())
    }

    /// What became a secret on the way.
    pub fn learn(&self, planted: &mut Planted) -> anyhow::Result<()> {
        let tokens = self.paypal.tokens();
        ensure!(!tokens.is_empty(), "PayPal gave no access token");
        for token in &tokens {
            planted.add("an access token", token);
        }
        self.stripe.learn(planted);
        self.sealing_keys.iter().for_each(|key| planted.add("the key that seals", key));
        Ok(())
    }

    pub(super) fn script(&self, trouble: &Trouble) {
        self.well();
        let providers: [(&Rig, &[&str]); 2] = [
            (&self.paypal.rig, &[PAYPAL_SECRET]),
            (&self.stripe.rig, &[CARD_SECRET, WEBHOOK_SECRET, NEXT_WEBHOOK_SECRET]),
        ];
        for (rig, says) in providers {
            let says: Vec<String> = says.iter().copied().map(str::to_owned).collect();
            let told = |fault: &Fault| Fault { says: says.clone(), ..fault.clone() };
            trouble.script.iter().for_each(|fault| rig.faults.add(told(fault)));
        }
        self.paypal.simulator.revoke_tokens();
    }

    pub(super) fn well(&self) {
        for rig in self.rigs() {
            rig.faults.clear();
        }
    }

    fn rigs(&self) -> [&Rig; 2] {
        [&self.paypal.rig, &self.stripe.rig]
    }

    /// What both providers were asked so far, oldest first: `POST /v1/refunds`.
    pub(super) fn requests(&self) -> Vec<String> {
        let mut all: Vec<_> = self.rigs().into_iter().flat_map(|rig| rig.requests.all()).collect();
        all.sort_by_key(|request| request.at_ms);
        all.iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    pub(super) fn at_stripe<T>(&self, act: impl FnOnce(&mut Books) -> T) -> T {
        self.stripe.simulator.with(act)
    }

    pub(super) fn hook(&self, gateway: &str) -> String {
        self.installation.url(&format!("/hooks/{gateway}"))
    }
}

/// The payer agrees to have the card kept.
fn save() -> (String, String) {
    ("save".to_owned(), "1".to_owned())
}

pub fn troubles() -> Vec<Trouble> {
    let mut all = crate::faults::all(Echo { says: &[] });
    all.retain(|trouble| TROUBLES.contains(&trouble.name.as_str()));
    assert_eq!(all.len(), TROUBLES.len(), "a trouble was renamed");
    all
}

/// Well-formed, and nobody's proof.
fn paypal_headers(base: &str) -> Vec<(String, String)> {
    let headers = [
        ("paypal-auth-algo", "SHA256withRSA".to_owned()),
        ("paypal-cert-url", format!("{base}/v1/notifications/certs/CERT-1")),
        ("paypal-transmission-id", "69cd13f0-d67a-11e5-baa3-778b53f4ae55".to_owned()),
        ("paypal-transmission-sig", "bm8gc2lnbmF0dXJl".to_owned()),
        ("paypal-transmission-time", "2026-01-01T00:00:00Z".to_owned()),
    ];
    headers.map(|(name, value)| (name.to_owned(), value)).to_vec()
}
