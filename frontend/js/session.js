// When a session ends: says so five minutes before, keeps it while a person is there, and knows who is signed in.
// Several tabs share one end (localStorage); the server is asked before anything is said, never on a beat.
(() => {
  'use strict';
  const place = document.querySelector('[data-session]');
  if (!place) return;
  const WARN = 5 * 60;
  const TOUCH_EVERY = 60 * 1000;
  const KEY = 'pool:session';
  const person = Number(place.dataset.person);
  const stay = place.querySelector('[data-stay]');
  const again = place.querySelector('[data-again]');
  let ends = {};
  let timer;
  let touched = Date.now();
  let state = '';

  const clock = (moment) => new Date(moment).toLocaleTimeString('da-DK', { hour: '2-digit', minute: '2-digit' }).replace(':', '.');

  function tellTabs(value) {
    try { localStorage.setItem(KEY, JSON.stringify(value)); } catch { /* a browser that keeps nothing: this tab asks for itself */ }
  }

  function show(what, moment) {
    if (what === state) return;
    state = what;
    place.querySelectorAll('[data-says]').forEach((part) => { part.hidden = part.dataset.says !== what; });
    place.querySelectorAll('[data-time]').forEach((spot) => { spot.textContent = moment ? clock(moment) : ''; });
    stay.hidden = what !== 'idle';
    again.hidden = !['whole', 'ended', 'other'].includes(what);
    place.hidden = what === '';
    document.body.classList.toggle('has-session-end', what !== '');
  }

  function plan() {
    clearTimeout(timer);
    const next = Math.min(ends.idle, ends.whole);
    const wait = next - Date.now() - WARN * 1000;
    timer = setTimeout(() => ask(), Math.max(wait, state === '' ? 0 : next - Date.now()) + 500);
  }

  function learn(said) {
    // another's token would let this page write in the other's name
    const mine = said.person === person || said.person === null ? document : place;
    mine.querySelectorAll('input[name=csrfmiddlewaretoken]').forEach((input) => { input.value = said.token; });
    if (said.person === person) goOn(said);
    else {
      clearTimeout(timer);
      show(said.person === null ? 'ended' : 'other');
    }
    document.dispatchEvent(new CustomEvent('pool:session', { detail: { state } }));
  }

  function goOn(said) {
    ends = { idle: Date.now() + said.idle * 1000, whole: Date.now() + said.whole * 1000 };
    tellTabs({ person, ...ends });
    const soon = (moment) => moment - Date.now() <= WARN * 1000 + 1000;
    if (soon(ends.whole)) show('whole', ends.whole);
    else if (soon(ends.idle)) show('idle', ends.idle);
    else show('');
    plan();
  }

  async function ask(address = place.dataset.session, options = {}) {
    try {
      const answer = await fetch(address, { headers: { Accept: 'application/json' }, redirect: 'manual', ...options });
      if (answer.ok) learn(await answer.json());
      else if (options.method) await ask(); // it had ended already
      return answer.ok;
    } catch {
      return false; // no line: autosave says so, and a session that cannot be asked for has not ended yet
    }
  }

  function touch() {
    touched = Date.now();
    const token = stay.querySelector('input[name=csrfmiddlewaretoken]').value;
    return ask(stay.action, { method: 'POST', headers: { 'X-CSRFToken': token, Accept: 'application/json' } });
  }

  // only a key or a click of a person keeps a session
  function noticed(event) {
    if (event.isTrusted && Date.now() - touched >= TOUCH_EVERY && !['ended', 'other', 'whole'].includes(state)) touch();
  }
  document.addEventListener('keydown', noticed, true);
  document.addEventListener('pointerdown', noticed, true);

  stay.addEventListener('submit', (event) => {
    event.preventDefault();
    touch();
  });

  window.addEventListener('storage', (event) => {
    if (event.key !== KEY || !event.newValue) return;
    const told = JSON.parse(event.newValue);
    if (told.person !== person || state === 'ended' || state === 'other') {
      ask();
      return;
    }
    ends = { idle: told.idle, whole: told.whole };
    if (state === 'idle' && ends.idle - Date.now() > WARN * 1000) show('');
    plan();
  });
  // back from the window in which one signed in, or from a machine that slept
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && (state !== '' || Date.now() > Math.min(ends.idle, ends.whole) - WARN * 1000)) ask();
  });
  document.addEventListener('pool:ask-session', () => ask());

  // ---- copies of what was typed (autosave.js): what was sent has arrived when the next page comes ----
  function copies() {
    try { return Object.keys(localStorage).filter((key) => key.startsWith('pool:typed:')); } catch { return []; }
  }

  function tidy() {
    const [way] = performance.getEntriesByType('navigation');
    const onward = way && way.type === 'navigate';
    copies().forEach((key) => {
      const copy = JSON.parse(localStorage.getItem(key));
      const own = key.startsWith(`pool:typed:${person}:`);
      if (Date.now() - copy.at > 7 * 86400000 || (own && copy.sent && onward)) localStorage.removeItem(key);
    });
  }

  // what this person typed and never sent goes with signing out
  document.addEventListener('submit', (event) => {
    if (!event.target.action.endsWith('/log-ud/')) return;
    copies().filter((key) => key.startsWith(`pool:typed:${person}:`)).forEach((key) => localStorage.removeItem(key));
  });

  ends = { idle: Date.now() + Number(place.dataset.idle) * 1000, whole: Date.now() + Number(place.dataset.whole) * 1000 };
  tellTabs({ person, ...ends });
  tidy();
  plan();
})();
