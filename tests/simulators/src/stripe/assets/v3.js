// A stand-in for Stripe.js: what a page with a Payment Element uses of it. Card details stay in the frame, which belongs
// to the simulator's origin; the page gets a ConfirmationToken.
(() => {
  "use strict";

  const origin = new URL(document.currentScript.src).origin;
  const VERSION = "2026-10-28.endive";
  let questions = 0;

  const wrong = (message) => {
    const error = new Error(message);
    error.name = "IntegrationError";
    return error;
  };

  const known = (options, names, what) => {
    for (const name of Object.keys(options)) {
      if (!names.includes(name)) throw wrong(`${what}: ${name} is not known to this stand-in`);
    }
  };

  const frameOf = (path, query, title) => {
    const frame = document.createElement("iframe");
    frame.src = `${origin}${path}?${new URLSearchParams(query)}`;
    frame.title = title;
    frame.style.border = "0";
    frame.style.width = "100%";
    frame.loaded = new Promise((done) => frame.addEventListener("load", done, { once: true }));
    return frame;
  };

  // Messages are told apart by the window that they come from: a sandboxed frame has no origin to compare.
  const hear = (frame, act) => {
    const listener = (event) => {
      if (event.source === frame.contentWindow && event.data && event.data.simulator === true) act(event.data);
    };
    window.addEventListener("message", listener);
    return () => window.removeEventListener("message", listener);
  };

  const ask = async (frame, question) => {
    await frame.loaded;
    const id = ++questions;
    return new Promise((done) => {
      const stop = hear(frame, (answer) => {
        if (answer.id !== id) return;
        stop();
        done(answer.result);
      });
      frame.contentWindow.postMessage({ ...question, id, simulator: true }, "*");
    });
  };

  const paymentElement = (key, elements) => {
    const listeners = {};
    const tell = (name, event) => (listeners[name] || []).forEach((listener) => listener(event));
    let frame = null;
    const element = {
      mount(where) {
        const place = typeof where === "string" ? document.querySelector(where) : where;
        if (!place) throw wrong(`mount: there is no element ${where}`);
        frame = frameOf("/v3/element", { key }, "Secure payment input frame");
        frame.style.height = "16rem";
        hear(frame, (message) => {
          if (message.height) frame.style.height = `${message.height}px`;
          if (message.change) tell("change", { elementType: "payment", ...message.change });
        });
        frame.loaded.then(() => tell("ready", { elementType: "payment" }));
        place.replaceChildren(frame);
      },
      unmount() {
        if (frame) frame.remove();
        frame = null;
      },
      destroy() {
        element.unmount();
        elements.forget();
      },
      on(name, listener) {
        (listeners[name] = listeners[name] || []).push(listener);
        return element;
      },
      update() {},
      focus() {
        if (frame) frame.focus();
      },
      frame: () => frame,
    };
    return element;
  };

  const ELEMENTS = ["mode", "amount", "currency", "paymentMethodCreation", "paymentMethodTypes", "setupFutureUsage",
    "appearance", "locale", "captureMethod", "loader", "fonts"];

  const check = (options) => {
    known(options, ELEMENTS, "elements");
    if (options.mode !== "payment") throw wrong("elements: mode must be payment");
    if (!Number.isInteger(options.amount) || options.amount < 1) throw wrong("elements: amount must be a whole number of the smallest unit");
    if (!/^[a-z]{3}$/.test(options.currency || "")) throw wrong("elements: currency must be three lower-case letters");
  };

  const elementsOf = (key, given) => {
    check(given);
    let options = { ...given };
    let payment = null;
    const own = {
      create(kind) {
        if (kind !== "payment") throw wrong(`elements.create: ${kind} is not known to this stand-in`);
        if (payment) throw wrong("elements.create: there is a payment element already");
        payment = paymentElement(key, { forget: () => { payment = null; } });
        return payment;
      },
      getElement: (kind) => (kind === "payment" ? payment : null),
      update(changes) {
        const next = { ...options, ...changes };
        check(next);
        options = next;
        own.isSubmitted = false;
      },
      async submit() {
        if (!payment || !payment.frame()) throw wrong("elements.submit: mount the payment element first");
        const result = await ask(payment.frame(), { ask: "check" });
        own.isSubmitted = !result.error;
        return result;
      },
      fetchUpdates: async () => ({}),
      frame: () => payment && payment.frame(),
      options: () => options,
      isSubmitted: false,
    };
    return own;
  };

  const createConfirmationToken = async (request) => {
    known(request, ["elements", "params"], "createConfirmationToken");
    const { elements, params = {} } = request;
    if (!elements || !elements.isSubmitted) throw wrong("createConfirmationToken: call elements.submit() first");
    return ask(elements.frame(), {
      ask: "token",
      returnUrl: params.return_url,
      billing: (params.payment_method_data || {}).billing_details,
      setupFutureUsage: elements.options().setupFutureUsage,
    });
  };

  const handleNextAction = async (key, { clientSecret }) => {
    if (!/^pi_\w+_secret_\w+$/.test(clientSecret || "")) throw wrong("handleNextAction: clientSecret is not one of a PaymentIntent");
    const frame = frameOf("/v3/challenge", { key, client_secret: clientSecret }, "3D Secure authentication");
    const shade = document.createElement("div");
    Object.assign(shade.style, { position: "fixed", inset: "0", background: "rgba(0, 0, 0, 0.5)", zIndex: "2147483647" });
    Object.assign(frame.style, { position: "absolute", inset: "10% auto auto 50%", transform: "translateX(-50%)",
      width: "min(26rem, 94%)", height: "20rem", background: "#fff", borderRadius: "8px" });
    shade.append(frame);
    document.body.append(shade);
    const result = await new Promise((done) => {
      const stop = hear(frame, (message) => {
        if (!message.done) return;
        stop();
        done(message.done);
      });
    });
    shade.remove();
    if (result.redirect) {
      window.location.assign(result.redirect);
      return new Promise(() => {});
    }
    return result;
  };

  const Stripe = (key, options = {}) => {
    if (!/^pk_(test|live)_\w+$/.test(key || "")) throw wrong("Stripe(): a publishable key is needed");
    known(options, ["apiVersion", "locale", "stripeAccount", "betas"], "Stripe()");
    return {
      elements: (given) => elementsOf(key, given),
      createConfirmationToken,
      handleNextAction: (request) => handleNextAction(key, request),
      async retrievePaymentIntent(clientSecret) {
        const id = clientSecret.split("_secret_")[0];
        const answer = await fetch(`${origin}/v1/payment_intents/${id}?${new URLSearchParams({ client_secret: clientSecret })}`,
          { headers: { authorization: `Bearer ${key}`, "stripe-version": VERSION } });
        const body = await answer.json();
        return answer.ok ? { paymentIntent: body } : { error: body.error };
      },
    };
  };
  Stripe.version = 3;
  window.Stripe = Stripe;
})();
