// What the pages do better with a script. Everything works without it.
"use strict";

(function () {
  const live = document.getElementById("live");

  function say(message) {
    if (!live || !message) return;
    live.textContent = "";
    // Emptied first, so that the same words are read out again.
    window.setTimeout(function () { live.textContent = message; }, 50);
  }

  // Copy buttons are hidden in the markup, because without a script they could do nothing.

  function copyBySelection(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied ? Promise.resolve() : Promise.reject(new Error("copying was refused"));
  }

  function copy(text) {
    // The clipboard's own interface is there on https and localhost only.
    return navigator.clipboard ? navigator.clipboard.writeText(text) : copyBySelection(text);
  }

  function offerCopy(button) {
    const label = button.querySelector("[data-copy-label]");
    const words = label ? label.textContent : "";
    let timer = 0;
    button.hidden = false;
    button.addEventListener("click", function () {
      copy(button.dataset.copy).then(function () {
        say(live.dataset.copied);
        if (label) label.textContent = live.dataset.copied;
        button.dataset.done = "";
        window.clearTimeout(timer);
        timer = window.setTimeout(function () {
          if (label) label.textContent = words;
          delete button.dataset.done;
        }, 2500);
      }, function () { say(live.dataset.copyFailed); });
    });
  }

  // A form is sent once. The host counts it once anyway; this spares the second page.

  function sendOnce(form) {
    let sent = false;
    form.addEventListener("submit", function (event) {
      if (sent) {
        event.preventDefault();
        return;
      }
      sent = true;
      form.querySelectorAll("button").forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
    });
    // The browser may bring the page back out of its memory: then it may be sent again.
    window.addEventListener("pageshow", function (event) {
      if (!event.persisted) return;
      sent = false;
      form.querySelectorAll("button").forEach(function (button) { button.removeAttribute("aria-disabled"); });
    });
  }

  // An unpaid invoice asks now and then whether something changed, ever more rarely, and only while it is looked at.

  const FIRST_WAIT_MS = 10000;
  const LONGEST_WAIT_MS = 120000;
  const UPDATED = "tollgate-updated";

  function busy() {
    const active = document.activeElement;
    return Boolean(active && active.matches("input, select, textarea")) || Boolean(document.querySelector("main details[open]"));
  }

  function show(notice) {
    if (busy()) {
      notice.hidden = false;
      return;
    }
    try { window.sessionStorage.setItem(UPDATED, "1"); } catch { /* A browser may keep nothing. */ }
    window.location.reload();
  }

  function watch(notice) {
    let wait = FIRST_WAIT_MS;
    function later() {
      window.setTimeout(ask, wait);
      wait = Math.min(wait * 1.5, LONGEST_WAIT_MS);
    }
    function ask() {
      if (document.hidden) {
        later();
        return;
      }
      fetch(notice.dataset.watch, { headers: { accept: "application/json" }, redirect: "error" })
        .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(new Error("no answer")); })
        .then(function (answer) {
          if (answer.state === notice.dataset.watchState) later();
          else show(notice);
        })
        .catch(later);
    }
    later();
  }

  // A gateway's page with scripts stands in a frame of another origin. Its address opens once, so it is opened here, where
  // somebody listens: without this script nothing is opened, and the page says what to do.

  const FRAME_LOADS_MS = 20000;
  const FRAME_PX = [80, 4000];
  const FIELDS_MAX = 20;
  const FIELD_NAME = /^[A-Za-z0-9_.-]{1,100}$/;
  const FIELD_CHARS_MAX = 4000;
  const OWN_FIELDS = ["csrf", "form_key"];

  function isField([name, value]) {
    const named = FIELD_NAME.test(name) && !OWN_FIELDS.includes(name);
    return named && typeof value === "string" && value.length <= FIELD_CHARS_MAX;
  }

  // The fields of a message, or null where it is not what our script in the frame sends.
  function fieldsOf(message) {
    if (typeof message.fields !== "object" || message.fields === null) return null;
    const pairs = Object.entries(message.fields);
    return pairs.length <= FIELDS_MAX && pairs.every(isField) ? pairs : null;
  }

  function send(form, pairs) {
    pairs.forEach(function ([name, value]) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      form.append(input);
    });
    // Not the form's own property: a field may be called like it.
    HTMLFormElement.prototype.requestSubmit.call(form);
  }

  function confine(region) {
    const frame = region.querySelector("iframe");
    const form = region.querySelector("form");
    const trouble = region.querySelector("[data-confined-trouble]");
    const origin = new URL(frame.dataset.src).origin;
    let sent = false;
    const timer = window.setTimeout(function () { trouble.hidden = false; }, FRAME_LOADS_MS);
    window.addEventListener("message", function (event) {
      if (event.source !== frame.contentWindow || event.origin !== origin) return;
      const message = event.data;
      if (typeof message !== "object" || message === null) return;
      if (message.tollgate === "height" && Number.isFinite(message.height)) {
        window.clearTimeout(timer);
        trouble.hidden = true;
        frame.style.height = Math.min(Math.max(message.height, FRAME_PX[0]), FRAME_PX[1]) + "px";
      }
      const pairs = message.tollgate === "submit" && !sent ? fieldsOf(message) : null;
      if (pairs) {
        sent = true;
        send(form, pairs);
      }
    });
    // Brought back out of the browser's memory, the frame has sent what it had: it starts anew.
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) window.location.replace(region.dataset.confined);
    });
    trouble.hidden = true;
    frame.hidden = false;
    frame.src = frame.dataset.src;
  }

  // A passkey: the browser is asked before the form is sent, and the form carries its answer. Bytes are base64url on both sides.

  function bytesOf(text) {
    const plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }

  function textOf(buffer) {
    const plain = Array.from(new Uint8Array(buffer), function (byte) { return String.fromCharCode(byte); }).join("");
    return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function withBytes(list) {
    return (list || []).map(function (known) { return Object.assign({}, known, { id: bytesOf(known.id) }); });
  }

  function askForPasskey(kind, question) {
    const options = Object.assign({}, question, { challenge: bytesOf(question.challenge) });
    if (kind === "get") {
      options.allowCredentials = withBytes(question.allowCredentials);
      return navigator.credentials.get({ publicKey: options });
    }
    options.user = Object.assign({}, question.user, { id: bytesOf(question.user.id) });
    options.excludeCredentials = withBytes(question.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }

  const PASSKEY_PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  function answerOf(credential) {
    const response = {};
    PASSKEY_PARTS.forEach(function (part) {
      if (credential.response[part]) response[part] = textOf(credential.response[part]);
    });
    return JSON.stringify({ id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response: response });
  }

  function offerPasskey(region) {
    const form = region.querySelector("form");
    const answer = form.querySelector("[name=passkey]");
    const troubles = region.querySelectorAll("[data-passkey-trouble]");
    let asking = false;
    function tell(trouble) {
      troubles.forEach(function (words) { words.hidden = words.dataset.passkeyTrouble !== trouble; });
    }
    // Before the form's own listeners, for whom it is sent once.
    region.addEventListener("submit", function (event) {
      if (answer.value) return;
      event.preventDefault();
      event.stopPropagation();
      if (asking) return;
      if (!window.PublicKeyCredential) {
        tell("unsupported");
        return;
      }
      asking = true;
      tell("");
      askForPasskey(region.dataset.passkey, JSON.parse(region.dataset.question)).then(function (credential) {
        answer.value = answerOf(credential);
        form.requestSubmit();
      }).catch(function (error) {
        tell(error.name === "InvalidStateError" ? "exists" : "refused");
      }).finally(function () { asking = false; });
    }, true);
    // Brought back out of the browser's memory, its question was answered.
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) window.location.reload();
    });
  }

  document.querySelectorAll("button[data-copy]").forEach(offerCopy);
  document.querySelectorAll("[data-passkey]").forEach(offerPasskey);
  document.querySelectorAll("[data-confined]").forEach(confine);
  document.querySelectorAll("form[data-once]").forEach(sendOnce);
  // The code of a mail's link stands behind its #, which no server sees. It goes into the form and out of the address, so that
  // neither the history nor a look over the shoulder keeps it.
  function takeCode(field) {
    const input = field.querySelector("input");
    if (/^#[0-9a-f]{64}$/.test(window.location.hash)) {
      input.value = window.location.hash.slice(1);
      window.history.replaceState(null, "", window.location.pathname);
    }
    field.hidden = input.value !== "" && !field.classList.contains("field-error");
  }

  document.querySelectorAll("[data-code]").forEach(takeCode);
  document.querySelectorAll("[data-watch]").forEach(watch);

  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();

  try {
    if (window.sessionStorage.getItem(UPDATED)) {
      window.sessionStorage.removeItem(UPDATED);
      if (live) say(live.dataset.updated);
    }
  } catch { /* A browser may keep nothing. */ }
})();
