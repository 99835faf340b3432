// Runs first in a gateway's page with scripts, on an origin of its own. Makes `window.tollgate`: the page's data, the reader's
// locale, and the one way out. The page around it listens for these messages, and for nothing else.
"use strict";

(function () {
  const own = document.currentScript;
  const portal = own.dataset.portal;
  const page = JSON.parse(own.dataset.page);

  const FIELDS_MAX = 20;
  const NAME = /^[A-Za-z0-9_.-]{1,100}$/;
  const VALUE_CHARS_MAX = 4000;
  // Of the host's own form.
  const TAKEN = ["csrf", "form_key"];
  // What a dialogue that covers the page needs, such as a bank's.
  const DIALOGUE_PX = 640;

  let submitted = false;
  let told = 0;

  function tell(message) {
    window.parent.postMessage(message, portal);
  }

  function checked(fields) {
    const pairs = Object.entries(fields);
    if (pairs.length > FIELDS_MAX) throw new TypeError("tollgate.submit takes at most " + FIELDS_MAX + " fields");
    pairs.forEach(function ([name, value]) {
      if (!NAME.test(name) || TAKEN.includes(name)) throw new TypeError("tollgate.submit takes no field named " + name);
      if (typeof value !== "string" || value.length > VALUE_CHARS_MAX) {
        throw new TypeError("tollgate.submit takes texts of at most " + VALUE_CHARS_MAX + " characters: " + name);
      }
    });
    return Object.fromEntries(pairs);
  }

  // Hands the fields to the gateway's `submit`. The first call counts; the page around this one goes on to the answer.
  function submit(fields) {
    const message = { tollgate: "submit", fields: checked(fields) };
    if (submitted) return;
    submitted = true;
    tell(message);
  }

  function frozen(value) {
    if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
    return Object.freeze(value);
  }

  Object.defineProperty(window, "tollgate", {
    value: frozen({ data: page.data, locale: page.locale, submit: submit }),
    enumerable: true,
  });

  function covered() {
    return Array.from(document.body.children).some(function (element) {
      const style = window.getComputedStyle(element);
      return style.position === "fixed" && style.visibility !== "hidden" && element.offsetHeight > 0 && element.offsetWidth > 0;
    });
  }

  function measure() {
    const content = Math.ceil(document.documentElement.getBoundingClientRect().height);
    const height = covered() ? Math.max(content, DIALOGUE_PX) : content;
    if (height === told) return;
    told = height;
    tell({ tollgate: "height", height: height });
  }

  document.addEventListener("DOMContentLoaded", function () {
    new ResizeObserver(measure).observe(document.documentElement);
    new MutationObserver(measure).observe(document.body, { childList: true, subtree: true, attributes: true });
    measure();
  });
})();
