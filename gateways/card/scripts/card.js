// Runs in the confined page. The card goes from Stripe's own frame to Stripe; what leaves here is a token, and whatever
// is said here the gateway asks Stripe again. `tollgate` and `Stripe` are the page's; no HTML is ever made of a text.
'use strict';

(() => {
  const data = tollgate.data;
  const byId = (id) => document.getElementById(id);
  const stripe = Stripe(data.publishable_key, { locale: data.locale });
  const buttons = [];

  const show = (text) => {
    const problem = byId('problem');
    problem.textContent = text;
    problem.hidden = false;
  };
  const clear = () => {
    byId('problem').hidden = true;
  };
  const busy = (is) => {
    for (const button of buttons) button.disabled = is;
  };
  // Stripe's own words where it has some for the payer, else that it could not be reached.
  const words = (error) => (error && error.message) || byId('unreachable').textContent;

  // Runs one thing at a time: pressing again while it runs does nothing.
  let running = false;
  const once = (task) => async () => {
    if (running) return;
    running = true;
    clear();
    busy(true);
    try {
      await task();
    } catch (error) {
      show(byId('unreachable').textContent);
      busy(false);
      running = false;
    }
  };
  const refuse = (error) => {
    show(words(error));
    busy(false);
    running = false;
  };
  const on = (id, task) => {
    const button = byId(id);
    if (!button) return;
    buttons.push(button);
    button.addEventListener('click', once(task));
  };

  const pay = () => {
    const elements = stripe.elements({
      mode: 'payment',
      amount: data.amount,
      currency: data.currency,
      paymentMethodTypes: ['card'],
    });
    const element = elements.create('payment', { wallets: { applePay: 'never', googlePay: 'never' } });
    const save = byId('save');
    const wantsSave = () => Boolean(save && save.checked);
    if (save) {
      save.addEventListener('change', () => {
        elements.update({ setupFutureUsage: wantsSave() ? 'off_session' : null });
      });
    }
    on('pay', async () => {
      const checked = await elements.submit();
      if (checked.error) return refuse(checked.error);
      const made = await stripe.createConfirmationToken({ elements });
      if (made.error) return refuse(made.error);
      const fields = { confirmation_token: made.confirmationToken.id, save: wantsSave() ? '1' : '0' };
      return tollgate.submit(fields);
    });
    on('approve', () => tollgate.submit({ approve: data.nonce }));
    element.on('ready', () => busy(false));
    element.on('loaderror', (event) => show(words(event.error)));
    element.mount('#payment-element');
  };

  const authenticate = () => {
    const task = async () => {
      // However it ends, the gateway asks Stripe how.
      await stripe.handleNextAction({ clientSecret: data.client_secret });
      return tollgate.submit({ authenticated: '1' });
    };
    on('continue', task);
    if (data.automatic) {
      once(task)();
    } else {
      busy(false);
    }
  };

  const resend = () => {
    const task = () =>
      tollgate.submit({ confirmation_token: data.confirmation_token, save: data.save ? '1' : '0' });
    on('continue', task);
    once(task)();
  };

  const steps = { pay, authenticate, resend };
  steps[data.step]();
})();
