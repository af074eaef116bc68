// What JavaScript adds to pages that work without it. No eval, no inline handlers, no state of its own.
(() => {
  'use strict';
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const danish = document.documentElement.lang !== 'en';

  // ---- htmx: the token of any form on the page goes along with every request ----
  document.addEventListener('htmx:configRequest', (event) => {
    const token = document.querySelector('input[name=csrfmiddlewaretoken]');
    if (token) event.detail.headers['X-CSRFToken'] = token.value;
  });

  // ---- amounts: whole øre, as the server reads them ----
  function ore(text) {
    const cleaned = text.toLowerCase().replace(/\s|kr\.?$|,-$/g, '');
    const match = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?$/.exec(cleaned) || /^(\d+)\.(\d{1,2})$/.exec(cleaned);
    return match ? Number(match[1].replace(/\./g, '')) * 100 + Number((match[2] || '').padEnd(2, '0')) : 0;
  }

  function kroner(amount) {
    const whole = String(Math.floor(amount / 100)).replace(/\B(?=(\d{3})+$)/g, '.');
    const rest = amount % 100;
    return `${whole}${rest ? `,${String(rest).padStart(2, '0')}` : ''}\u00a0kr.`;
  }

  function sums() {
    all('[data-sum-of]').forEach((output) => {
      const [, prefix, name] = /^(.*)-([^-]+)$/.exec(output.dataset.sumOf) || [];
      const rows = new RegExp(`^${prefix}-\\d+-${name}$`);
      const total = all('input').reduce((sum, input) => {
        const row = input.closest('[data-row]');
        const other = row && row.dataset.sumsWhen && row.querySelector('select').value !== row.dataset.sumsWhen;
        return rows.test(input.name) && !(row && row.hidden) && !other ? sum + ore(input.value) : sum;
      }, 0);
      const text = kroner(total);
      if (output.textContent !== text) output.textContent = text;
    });
  }

  // ---- rows of a formset ----
  function number(rows) {
    let place = 0;
    all('[data-row]', rows).forEach((row) => {
      if (row.hidden) return;
      place += 1;
      all('[data-row-number]', row).forEach((spot) => { spot.textContent = place; });
    });
  }

  function takeAway(set, row) {
    row.querySelector('[data-remove] input').checked = true;
    row.hidden = true;
    number(set);
    sums();
    set.dispatchEvent(new Event('change', { bubbles: true }));
    const left = all('[data-row]', set).filter((other) => !other.hidden).pop();
    const next = (left && left.querySelector('input:not([type=hidden]), select, textarea')) || set.querySelector('[data-add-row]');
    next.focus();
  }

  function readyRow(set, row) {
    const remove = row.querySelector('[data-remove]');
    if (!remove) return;
    remove.querySelector('.form-group-checkbox').hidden = true;
    const button = remove.querySelector('button');
    button.hidden = false;
    button.addEventListener('click', () => takeAway(set, row));
    row.hidden = remove.querySelector('input').checked;
  }

  function addRow(set) {
    const total = set.querySelector(`input[name="${set.dataset.formset}-TOTAL_FORMS"]`);
    const copy = set.querySelector('template').content.cloneNode(true);
    all('*', copy).forEach((node) => {
      Array.from(node.attributes).forEach((attribute) => {
        if (attribute.value.includes('__prefix__')) attribute.value = attribute.value.replace(/__prefix__/g, total.value);
      });
    });
    const row = copy.querySelector('[data-row]');
    set.querySelector('[data-rows]').append(copy);
    total.value = Number(total.value) + 1;
    readyRow(set, row);
    all('[data-max]', row).forEach(counter);
    number(set);
    return row;
  }

  function formset(set) {
    all('[data-row]', set).forEach((row) => readyRow(set, row));
    number(set);
    set.querySelector('[data-add-row]').addEventListener('click', (event) => {
      event.preventDefault();
      addRow(set).querySelector('input:not([type=hidden]), select, textarea').focus();
    });
    // words brought back (autosave.js) need their rows, and take no focus
    set.addEventListener('pool:add-row', () => addRow(set));
    set.addEventListener('pool:rows', () => {
      all('[data-row]', set).forEach((row) => { row.hidden = row.querySelector('[data-remove] input').checked; });
      number(set);
      sums();
    });
  }

  // ---- characters left ----
  function counter(box) {
    const line = document.createElement('span');
    line.className = 'character-limit';
    line.setAttribute('aria-live', 'polite');
    const tell = () => {
      const left = Number(box.dataset.max) - box.value.length;
      const amount = Math.abs(left);
      line.classList.toggle('is-over', left < 0);
      if (danish) line.textContent = left < 0 ? `${amount} tegn for meget` : `${amount} tegn tilbage`;
      else line.textContent = left < 0 ? `${amount} characters too many` : `${amount} characters left`;
    };
    box.after(line);
    box.addEventListener('input', tell);
    tell();
  }

  // ---- one press is enough ----
  function once(form) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      if (event.defaultPrevented) return;
      form.dataset.sent = 'yes';
      all('button[type=submit]', form).forEach((button) => button.setAttribute('aria-disabled', 'true'));
    });
  }

  function releaseForms() {
    all('form[data-sent]').forEach((form) => {
      delete form.dataset.sent;
      all('[aria-disabled]', form).forEach((button) => button.removeAttribute('aria-disabled'));
    });
  }

  // ---- what was typed is not lost by accident ----
  function warnUnsaved(form) {
    let touched = false;
    form.addEventListener('input', () => { touched = true; });
    form.addEventListener('change', () => { touched = true; });
    form.addEventListener('submit', () => { touched = false; });
    form.addEventListener('pool:saved', () => { touched = false; });
    form.addEventListener('htmx:afterRequest', (event) => { if (event.detail.successful) touched = false; });
    window.addEventListener('beforeunload', (event) => { if (touched) event.preventDefault(); });
  }

  function copy(button) {
    button.hidden = false;
    const part = button.closest('.copy-text');
    button.addEventListener('click', async () => {
      const box = part.querySelector('textarea');
      box.select();
      await navigator.clipboard.writeText(box.value);
      const said = part.querySelector('[data-copied]');
      said.textContent = said.dataset.said;
    });
  }

  function ready(root) {
    all('[data-formset]', root).forEach(formset);
    all('[data-max]', root).forEach(counter);
    all('form[data-once], form[data-warn-unsaved]', root).forEach(once);
    all('form[data-warn-unsaved]', root).forEach(warnUnsaved);
    all('[data-copy]', root).forEach(copy);
    all('[data-print]', root).forEach((button) => {
      button.hidden = false;
      button.addEventListener('click', () => window.print());
    });
    sums();
  }

  // menus close on Escape and on a press elsewhere
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    all('details[data-menu][open]').forEach((menu) => {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });
  document.addEventListener('click', (event) => {
    all('details[data-menu][open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener('input', sums);
  window.addEventListener('pageshow', releaseForms);
  document.addEventListener('htmx:load', (event) => { if (event.target !== document.body) ready(event.target); });

  ready(document);
  const summary = document.querySelector('.error-summary');
  if (summary) summary.focus();
})();
