// The Payment Element's frame: reads a card, and hands out tokens for it.
"use strict";

const VERSION = "2026-10-28.endive";
const key = new URLSearchParams(location.search).get("key") || "";
const field = (id) => document.getElementById(id);
const digits = (text) => text.replace(/\D/g, "");

// The page around it may be sandboxed and without an origin; what is said here is no secret.
const tell = (message) => parent.postMessage({ ...message, simulator: true }, "*");

const incomplete = () => {
  const expiry = digits(field("expiry").value);
  if (digits(field("number").value).length < 12) return ["number", "incomplete_number", "Your card number is incomplete."];
  if (expiry.length !== 4) return ["expiry", "incomplete_expiry", "Your card's expiration date is incomplete."];
  if (digits(field("cvc").value).length < 3) return ["cvc", "incomplete_cvc", "Your card's security code is incomplete."];
  return null;
};

const show = (id, message) => {
  for (const name of ["number", "expiry", "cvc"]) {
    field(name).setAttribute("aria-invalid", String(name === id));
  }
  field("problem").textContent = message;
  tell({ height: document.documentElement.scrollHeight });
};

const check = () => {
  const problem = incomplete();
  if (!problem) {
    show("", "");
    return { selectedPaymentMethod: "card" };
  }
  const [id, code, message] = problem;
  show(id, message);
  field(id).focus();
  return { error: { type: "validation_error", code, message } };
};

const token = async ({ returnUrl, billing, setupFutureUsage }) => {
  const expiry = digits(field("expiry").value);
  const form = new URLSearchParams({
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": digits(field("number").value),
    "payment_method_data[card][exp_month]": String(Number(expiry.slice(0, 2))),
    "payment_method_data[card][exp_year]": `20${expiry.slice(2)}`,
    "payment_method_data[card][cvc]": digits(field("cvc").value),
  });
  if (billing && billing.name) form.set("payment_method_data[billing_details][name]", billing.name);
  if (billing && billing.email) form.set("payment_method_data[billing_details][email]", billing.email);
  if (returnUrl) form.set("return_url", returnUrl);
  if (setupFutureUsage) form.set("setup_future_usage", setupFutureUsage);
  const headers = { authorization: `Bearer ${key}`, "stripe-version": VERSION };
  const answer = await fetch("/v1/confirmation_tokens", { method: "POST", headers, body: form });
  const body = await answer.json();
  if (answer.ok) return { confirmationToken: body };
  const at = { exp_month: "expiry", exp_year: "expiry" }[body.error.param] || body.error.param || "number";
  show(at, body.error.message);
  return { error: body.error };
};

window.addEventListener("message", async (event) => {
  const question = event.data;
  if (event.source !== parent || !question || question.simulator !== true) return;
  const failed = () => ({ error: { type: "api_connection_error", message: "The provider could not be reached." } });
  const result = question.ask === "token" ? await token(question).catch(failed) : check();
  tell({ id: question.id, result });
});

field("number").addEventListener("input", () => {
  field("number").value = digits(field("number").value).slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");
});
field("expiry").addEventListener("input", (event) => {
  const typed = digits(field("expiry").value).slice(0, 4);
  const isTyping = event.inputType !== "deleteContentBackward";
  field("expiry").value = typed.length > 2 || (typed.length === 2 && isTyping) ? `${typed.slice(0, 2)} / ${typed.slice(2)}` : typed;
});
field("card").addEventListener("input", () => {
  const isComplete = incomplete() === null;
  tell({ change: { complete: isComplete, empty: false, value: { type: "card" } } });
});
field("card").addEventListener("submit", (event) => event.preventDefault());
tell({ height: document.documentElement.scrollHeight });
