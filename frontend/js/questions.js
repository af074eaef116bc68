// Questions that hang on an earlier answer: shown while it is the one they ask about. Without this file all are shown,
// each with its condition in words, and the server heeds only those that the answers call for.
(() => {
  'use strict';
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  function given(name, root) {
    return all('input, select, textarea', root)
      .filter((input) => input.name === name && (input.checked || !/^(radio|checkbox)$/.test(input.type)))
      .map((input) => input.value);
  }

  // in the page's order, so that what hangs on a hidden question is hidden too
  function settle() {
    const hidden = new Set();
    all('[data-shown-if]').forEach((block) => {
      const root = block.closest('form, [data-preview]') || document;
      const wanted = JSON.parse(block.dataset.shownWhen);
      const shown = !hidden.has(block.dataset.shownIf) && given(block.dataset.shownIf, root).some((value) => wanted.includes(value));
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
