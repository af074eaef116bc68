// Questions that hang on an earlier answer: shown while it is the one they ask about. Without this file all are shown,
// each with its condition in words, and the server heeds only those that the answers call for.
(() => {
  'use strict';
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // the answers of a question on the page; null when the page does not ask it
  function given(name, root) {
    const inputs = all('input, select, textarea', root).filter((input) => input.name === name);
    const answered = inputs.filter((input) => input.checked || !/^(radio|checkbox)$/.test(input.type));
    return inputs.length ? answered.map((input) => input.value) : null;
  }

  function called(block, hidden) {
    const name = block.dataset.shownIf;
    const answers = given(name, block.closest('form, [data-preview]') || document);
    const wanted = JSON.parse(block.dataset.shownWhen);
    return answers === null || (!hidden.has(name) && answers.some((value) => wanted.includes(value)));
  }

  // in the page's order, so that what hangs on a hidden question is hidden too
  function settle() {
    const hidden = new Set();
    all('[data-shown-if]').forEach((block) => {
      const shown = called(block, hidden);
      const broken = block.querySelector('.form-error-message');
      block.hidden = !shown && !broken;
      if (!shown) hidden.add(block.dataset.question);
    });
    all('[data-condition]').forEach((words) => { words.hidden = true; });
  }

  document.addEventListener('input', settle);
  document.addEventListener('change', settle);
  document.addEventListener('htmx:load', settle);
  window.addEventListener('pageshow', settle);
  settle();
})();
