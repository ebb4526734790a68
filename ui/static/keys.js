// Keys: none with a modifier but Ctrl+Enter, none while typing, so none collides with the browser.

const KEYS = [
  ['j / k', 'next or previous row'], ['h / l', 'language to the left or right'], ['n / N', 'next or previous row with an open warning or error'],
  ['e', 'edit the translation'], ['Ctrl+Enter', 'save the text (or accept it unchanged) and go on'], ['Esc', 'leave the editor; the text is kept'],
  ['a', 'accept'], ['p', 'approve'], ['r', 'reject'], ['u', 'undo what you did last, step by step'],
  ['f', 'next finding of this sentence'], ['c', 'confirm the finding'], ['d', 'dismiss it, with a reason'], ['b', 'accept or approve everything in view without findings'],
  ['s', 'put the suggested form into the editor'], ['m', 'comment'], ['t', 'show what edits changed'], ['q', 'worst first, or the order of the article'], ['g / G', 'first or last row'],
  ['o', 'overview: names, terms and progress'], ['/', 'search'], ['?', 'this list'],
];

function onKey(event) {
  if (!element.isConnected) return;  // Gradio may be moving the page's parts about
  const dialog = element.querySelector('dialog[open]');
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') { event.preventDefault(); save(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || dialog) return;
  const typing = event.target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(event.target.tagName)
    || (event.target.tagName === 'INPUT' && event.target.type !== 'checkbox');
  if (typing) { if (event.key === 'Escape') { event.target.blur(); element.querySelector('.list').focus({ preventScroll: true }); } return; }
  const act = ACTIONS[event.key];
  if (act) { event.preventDefault(); act(); }
}

const focusOn = selector => { const node = element.querySelector(selector); if (node) { node.focus(); if (node.select && node.tagName === 'INPUT') node.select(); } };
const activeFinding = () => { const row = currentRow(); return row && (row.findings.find(f => f.id === S.finding) || row.findings.find(f => f.lang === S.lang && f.state === 'open')); };

const ACTIONS = {
  j: () => select(S.at + 1), k: () => select(S.at - 1), g: () => select(0), G: () => select(S.order.length - 1),
  ArrowDown: () => select(S.at + 1), ArrowUp: () => select(S.at - 1),
  h: () => side(-1), l: () => side(1), ArrowLeft: () => side(-1), ArrowRight: () => side(1),
  n: () => nextOpen(1), N: () => nextOpen(-1),
  e: () => { focusOn('textarea.edit'); const area = element.querySelector('textarea.edit'); if (area) area.setSelectionRange(area.value.length, area.value.length); },
  a: () => decideBead('accept'), p: () => decideBead('approve'), r: () => decideBead('reject'), u: () => undo(),
  f: () => nextFinding(), c: () => { const f = activeFinding(); if (f) decideFinding(f, 'confirm', ''); },
  d: () => { const f = activeFinding(); if (f) { S.finding = f.id; highlight(); decideFinding(f, 'dismiss', ''); } },
  s: () => { const f = activeFinding(); if (f && f.suggestion && may('edit')) useSuggestion(f); },
  b: () => showTogether(), m: () => focusOn('[data-keep=comment]'), t: () => { S.changes = !S.changes; redrawRows(); drawPanel(); },
  q: () => { S.filters.queue = !S.filters.queue; reload({ brief: true }); },
  o: () => showOverview(), '/': () => focusOn('.search'), '?': () => showHelp(),
};

function side(step) {
  const row = currentRow(), beads = row ? row.cells[S.lang] || [] : [];
  if (S.bead + step >= 0 && S.bead + step < beads.length) { select(S.at, S.lang, S.bead + step); return; }
  const index = S.shown.indexOf(S.lang) + step;
  if (index < 0 || index >= S.shown.length) return;
  const other = row ? (row.cells[S.shown[index]] || []).length : 1;
  select(S.at, S.shown[index], step < 0 ? Math.max(0, other - 1) : 0);
}

function nextFinding() {
  const row = currentRow();
  const own = row ? row.findings.filter(f => f.lang === S.lang) : [];
  if (!own.length) { say('No findings here.'); return; }
  const index = own.findIndex(f => f.id === S.finding);
  S.finding = own[(index + 1) % own.length].id;
  redrawRows([S.order[S.at]]);
  highlight();
  const card = element.querySelector('.finding.active');
  if (card) card.scrollIntoView({ block: 'nearest' });
}

async function nextOpen(step) {
  const rows = S.order.map((row, position) => [row, position]).filter(([row]) => S.open[row]);
  const after = step > 0 ? rows.find(([, position]) => position > S.at) : rows.reverse().find(([, position]) => position < S.at);
  if (!after) { say(step > 0 ? 'No open warning or error further down.' : 'No open warning or error further up.'); return; }
  const langs = S.open[after[0]].split(' ');
  select(after[1], langs.includes(S.lang) ? S.lang : langs[0]);
}

function showHelp() {
  dialog('Keys and legend',
    h('div.help', {},
      h('table', {}, h('tbody', {}, KEYS.map(([key, what]) => h('tr', {}, h('td', {}, key.split(' / ').map((k, i) => [i ? ' ' : '', h('kbd', {}, k)])), h('td', {}, what))))),
      h('div', {}, legend(), may('setting') ? h('label.toggle', {}, h('input', { type: 'checkbox', checked: S.twoPerson, onchange: async event => { const answer = await ask('setting', { two_person: event.target.checked }); if (!answer.error) S.twoPerson = answer.two_person; } }), 'Nobody accepts or approves their own text') : '')), 'help');
}

function legend() {
  const mark = (kind, text, tag) => { const node = h('mark.k-' + kind, {}, text); if (tag) node.dataset.tag = tag; return node; };
  return h('dl.legend', {},
    ...Object.entries(KINDS).map(([kind, name]) => [h('dt', {}, mark(kind, name)), h('dd', {}, { toponym: 'a place name', actor: 'a state, body or group', person: 'a person', loaded: 'a word that can be softer or stronger' }[kind])]).flat(),
    h('dt', {}, mark('toponym', 'Name', 'arm')), h('dd', {}, 'whose use the form is: arm Armenian, aze Azerbaijani, rus Russian, tur Turkish; no tag: marks nothing'),
    h('dt', {}, mark('loaded', 'term', '+2')), h('dd', {}, 'how strong a term is, from −2 (euphemism) to +2'),
    h('dt', {}, h('mark.v-error', {}, 'words')), h('dd', {}, 'an error points here'),
    h('dt', {}, h('mark.v-warning', {}, 'words')), h('dd', {}, 'a warning points here'),
    h('dt', {}, h('span.size', {}, '2 → 1')), h('dd', {}, 'sentences joined or split by the translator'));
}

// The short form that always stands under the rows.
function strip() {
  const mark = (kind, text, tag) => { const node = h('mark.k-' + kind, {}, text); if (tag) node.dataset.tag = tag; return node; };
  return h('div.strip', {}, Object.entries(KINDS).map(([kind, name]) => [mark(kind, name, kind === 'loaded' ? '+1' : kind === 'toponym' ? 'arm' : ''), ' ']),
    h('span', {}, 'arm aze rus tur: whose use the form is · −2 … +2: how strong the term is · '), h('mark.v-error', {}, 'error'), ' ', h('mark.v-warning', {}, 'warning'));
}

function dialog(title, body, view = '') {
  setView(view);
  const box = h('dialog', { 'aria-label': title, onclose: () => { box.remove(); setView(''); }, onclick: event => { if (event.target === box) box.close(); } },
    h('header', {}, h('h2', {}, title), h('button.quiet', { onclick: () => box.close(), 'aria-label': 'Close' }, '×')), body);
  element.querySelector('.ax').append(box);
  box.showModal();
}

async function showConcept(concept) {
  const answer = await ask('concept', { concept });
  if (answer.error) { say(answer.message, 'error'); return; }
  dialog(answer.name, h('pre.concept-text', { tabindex: '0' }, answer.text), 'concept:' + concept);
}

function toggleDark() {
  const dark = document.body.classList.toggle('dark');
  remember('dark', dark ? '1' : '0');
}
