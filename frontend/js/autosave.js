// A form that saves itself while somebody writes, and keeps in this browser what has not arrived yet.
// Takes no focus and decides nothing: what cannot be read, and what two have written, the server says and the page shows.
// A body whose answer was lost is sent again as it was, so that a person never meets their own words as another's.
(() => {
  'use strict';
  const form = document.querySelector('form[data-autosave]');
  const owner = document.querySelector('[data-session]');
  if (!form || !owner) return;
  const place = form.querySelector('[data-saving]');
  const missing = document.querySelector('[data-missing]');
  const notice = form.querySelector('[data-brought-back]');
  const KEY = `pool:typed:${owner.dataset.person}:${window.location.pathname}`;
  const PAUSE = 2000; // after the last key
  const LONGEST = 8000; // while somebody writes on and on
  const RETRY = 4000;
  const GIVEN_UP = 15000;
  const KEPT_DAYS = 7;
  const NOT_TYPED = ['csrfmiddlewaretoken', 'writer'];

  let dirty = false; // typed since the last body was made
  let unconfirmed = null; // a body without an answer
  let busy = null; // the saving under way
  let pause;
  let limit;
  let retry;
  let refusals = 0;
  let passing = false; // the press on a button that has waited for the saving
  let filling = false;

  // ---- what is on the page, as one text ----
  function typed() {
    const pairs = Array.from(new FormData(form)).filter(([name, value]) => typeof value === 'string' && !NOT_TYPED.includes(name));
    return new URLSearchParams(pairs).toString();
  }

  const words = (text) => Array.from(new URLSearchParams(text)).filter(([name]) => !name.startsWith('seen-')).toString();

  // ---- the copy in this browser ----
  function keepCopy(more = {}) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), typed: typed(), unconfirmed, ...more }));
    } catch { /* full, or nothing is kept here: the page itself still has it */ }
  }

  function dropCopy() {
    try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
  }

  function readCopy() {
    try {
      const copy = JSON.parse(localStorage.getItem(KEY));
      return copy && Date.now() - copy.at < KEPT_DAYS * 86400000 ? copy : null;
    } catch {
      return null;
    }
  }

  // ---- what the page says ----
  const part = (name) => place.querySelector(`[data-${name}]`);

  function say(name) {
    ['saved', 'offline', 'trouble', 'out'].forEach((each) => { part(each).hidden = each !== name; });
    const text = name ? part(name).textContent.trim().replace(/\s+/g, ' ') : '';
    const spoken = part('spoken');
    // read aloud when something changes, not at every saving
    if (name && spoken.dataset.state !== name) spoken.textContent = text;
    if (name) spoken.dataset.state = name;
  }

  function put(spot, html) {
    if (!spot || spot.innerHTML === html || spot.contains(document.activeElement)) return;
    const open = spot.querySelector('details[open]');
    spot.innerHTML = html;
    if (open && spot.querySelector('details')) spot.querySelector('details').open = true;
  }

  function learn(said) {
    Object.entries(said.seen).forEach(([name, digest]) => {
      const input = form.elements[`seen-${name}`];
      if (input) input.value = digest;
    });
    part('time').textContent = said.time;
    say('saved');
    put(part('notes'), said.notes);
    put(missing, said.missing);
    if (notice) notice.hidden = true;
    if (said.settled && !dirty) {
      dropCopy();
      form.dispatchEvent(new Event('pool:saved'));
    } else {
      keepCopy();
    }
  }

  // ---- saving ----
  async function send(body) {
    const breaker = new AbortController();
    const patience = setTimeout(() => breaker.abort(), GIVEN_UP);
    try {
      return await fetch(form.dataset.autosave, {
        method: 'POST',
        body: new URLSearchParams(body),
        headers: { 'X-CSRFToken': form.elements.csrfmiddlewaretoken.value, Accept: 'application/json' },
        redirect: 'manual',
        keepalive: document.visibilityState === 'hidden' && body.length < 60000,
        signal: breaker.signal,
      });
    } finally {
      clearTimeout(patience);
    }
  }

  function later() {
    clearTimeout(retry);
    retry = setTimeout(flush, RETRY);
  }

  // false: not saved; the page stays as it is. «out» and «closed»: the button's own page has the answer
  async function run() {
    while (dirty || unconfirmed) {
      if (!unconfirmed) {
        unconfirmed = typed();
        dirty = false;
      }
      let answer;
      let said;
      try {
        answer = await send(unconfirmed);
        said = answer.ok || answer.status === 409 ? await answer.json() : null;
      } catch {
        say('offline');
        keepCopy();
        later();
        return false;
      }
      if (answer.status === 409) {
        say('');
        put(part('notes'), said.notes);
        return 'closed';
      }
      if (answer.type === 'opaqueredirect' || answer.status === 403) {
        refusals += 1;
        say('out');
        keepCopy();
        if (refusals < 4) document.dispatchEvent(new Event('pool:ask-session'));
        return 'out';
      }
      if (!said) {
        say('trouble');
        keepCopy();
        later();
        return false;
      }
      unconfirmed = null;
      refusals = 0;
      learn(said);
    }
    return true;
  }

  function flush() {
    clearTimeout(pause);
    clearTimeout(limit);
    limit = null;
    if (!busy) busy = run().finally(() => { busy = null; });
    return busy;
  }

  function changed() {
    if (filling) return;
    dirty = true;
    keepCopy();
    clearTimeout(pause);
    pause = setTimeout(flush, PAUSE);
    limit = limit || setTimeout(flush, LONGEST);
  }

  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  window.addEventListener('online', () => { if (dirty || unconfirmed) flush(); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden' && dirty && notice.hidden) flush(); });
  document.addEventListener('pool:session', (event) => {
    if (event.detail.state === '' && refusals && (dirty || unconfirmed)) flush();
  });

  // ---- a button waits for the saving, and on a dead line the page stays ----
  document.addEventListener('submit', (event) => {
    if (event.target !== form) return;
    if (passing || (!dirty && !unconfirmed && navigator.onLine !== false)) {
      passing = false;
      if (readCopy()) keepCopy({ sent: true });
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter || form.querySelector('button[type=submit]');
    if (navigator.onLine === false) {
      say('offline');
      place.scrollIntoView({ block: 'nearest' });
      return;
    }
    flush().then((saved) => {
      if (!saved) {
        place.scrollIntoView({ block: 'nearest' });
        return;
      }
      passing = true;
      // the notes may have been written anew, and the button with them
      (button.isConnected ? button : form.querySelector('button[name=then][value=stay]')).click();
    });
  }, true);

  // ---- what was typed here and never arrived ----
  function fill(copy) {
    const pairs = new URLSearchParams(copy.typed);
    filling = true;
    form.querySelectorAll('[data-formset]').forEach((set) => {
      const total = form.elements[`${set.dataset.formset}-TOTAL_FORMS`];
      const wanted = Math.min(Number(pairs.get(total.name)), 60);
      while (Number(total.value) < wanted) set.dispatchEvent(new Event('pool:add-row'));
    });
    Array.from(form.elements).forEach((box) => {
      if (!box.name || NOT_TYPED.includes(box.name) || ['file', 'submit', 'button', 'fieldset', 'output'].includes(box.type)) return;
      if (box.type === 'checkbox' || box.type === 'radio') box.checked = pairs.getAll(box.name).includes(box.value);
      else if (pairs.has(box.name)) box.value = pairs.get(box.name);
      ['input', 'change'].forEach((kind) => box.dispatchEvent(new Event(kind, { bubbles: true })));
    });
    form.querySelectorAll('[data-formset]').forEach((set) => set.dispatchEvent(new Event('pool:rows')));
    filling = false;
    dirty = true;
    unconfirmed = copy.unconfirmed || null;
    notice.hidden = false;
  }

  notice.querySelector('[data-throw-away]').addEventListener('click', () => {
    dropCopy();
    dirty = false;
    unconfirmed = null;
    form.dispatchEvent(new Event('pool:saved'));
    window.location.reload();
  });
  notice.querySelector('[data-keep]').addEventListener('click', flush);

  form.autocomplete = 'off'; // the browser's own memory of a form mixes old words with new digests
  const copy = readCopy();
  if (copy && words(copy.typed) !== words(typed())) fill(copy);
  else dropCopy();
})();
