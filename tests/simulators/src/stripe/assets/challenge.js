// 3-D Secure: in a frame of the merchant's page, where the answer goes to the page; or as a page of its own, where the
// form leads back to the merchant.
"use strict";

const VERSION = "2026-10-28.endive";
const query = new URLSearchParams(location.search);
const secret = query.get("client_secret") || "";
const intent = secret.split("_secret_")[0];
const isFrame = location.pathname === "/v3/challenge";
const form = document.getElementById("challenge");
document.getElementById("payment_intent").value = intent;
document.getElementById("client_secret").value = secret;

const tell = (done) => parent.postMessage({ done, simulator: true }, "*");

const retrieve = async () => {
  const headers = { authorization: `Bearer ${query.get("key") || ""}`, "stripe-version": VERSION };
  const answer = await fetch(`/v1/payment_intents/${intent}?${new URLSearchParams({ client_secret: secret })}`, { headers });
  const body = await answer.json();
  if (!answer.ok) throw body.error;
  return body;
};

const finish = async () => {
  const payment = await retrieve();
  const error = payment.last_payment_error;
  tell(payment.status === "requires_payment_method" && error ? { error: { ...error, payment_intent: payment } } : { paymentIntent: payment });
};

const unreachable = (error) => tell({ error: error.type ? error : { type: "api_connection_error", message: "The provider could not be reached." } });

if (isFrame) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams({ payment_intent: intent, client_secret: secret, outcome: event.submitter.value });
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    await fetch("/v3/authenticate", { method: "POST", body }).then(finish).catch(unreachable);
  });
  // A payment that wants nothing of the client is answered as it is; one that leads to another page leads there.
  retrieve().then((payment) => {
    const action = payment.next_action;
    if (payment.status !== "requires_action") return finish();
    if (action && action.type === "redirect_to_url") tell({ redirect: action.redirect_to_url.url });
    return undefined;
  }).catch(unreachable);
}
