// The state of the page, and its start. `server.ask` is the only way out.

const S = {
  article: {}, articles: [], columns: [], shown: [], choice: {}, filters: {}, order: [], sizes: [], open: {}, rows: new Map(),
  at: 0, lang: 'hy', bead: 0, finding: '', drafts: new Map(), conflict: null, done: [], engines: [], changes: false, annotating: false, generation: 0, count: 0,
  user: { name: '', role: '', may: [] }, concepts: {}, progress: {}, facets: { checks: [], concepts: [], people: [] }, states: [],
};

async function ask(operation, values) {
  try {
    const answer = await server.ask({ operation, article: S.article.id || '', choice: S.choice, ...values });
    if (answer && answer.error === 'login') location.reload();
    return answer || { error: 'server', message: 'The server gave no answer; try again.' };
  } catch {
    return { error: 'server', message: 'The server cannot be reached. Your text is kept here; try again.' };
  }
}

function takeRow(row) {
  S.rows.set(row.row, row);
  const langs = new Set(row.findings.filter(f => f.state === 'open' && f.severity !== 'info').map(f => f.lang));
  if (langs.size) S.open[row.row] = [...langs].join(' '); else delete S.open[row.row];
}

// Ask for the article anew; `brief` where only the filters have changed.
async function reload({ article, choice, sentence, brief, searching }) {
  const generation = ++S.generation;
  if (choice) S.choice = choice;
  const row = currentRow();
  const answer = await ask('open', {
    article: article ?? S.article.id ?? '', filters: S.filters, brief: Boolean(brief),
    sentence: sentence ?? (row && row.source.length ? row.source[0].index + 1 : 0),
  });
  if (generation !== S.generation) return;
  if (answer.error) { say(answer.message, 'error'); return; }
  if (answer.empty) { S.user = answer.user; S.engines = answer.engines; if (may('start')) showNew(); else say('This project has no article yet.'); return; }
  Object.assign(S, { order: answer.order, progress: answer.progress, count: answer.count });
  if (!brief) {
    Object.assign(S, {
      article: answer.article, articles: answer.articles, columns: answer.columns, user: answer.user, states: answer.states,
      facets: answer.facets, engines: answer.engines, concepts: answer.concepts, sizes: answer.sizes, open: answer.open, twoPerson: answer.two_person, rows: new Map(),
    });
    const langs = S.columns.map(column => column.lang);
    S.shown = S.shown.filter(lang => langs.includes(lang));
    if (!S.shown.length) S.shown = langs;
  }
  answer.rows.forEach(takeRow);
  if (S.shown.includes(S.filters.lang)) S.lang = S.filters.lang;
  if (searching) { element.querySelector('.found').textContent = found(); drawProgress(); } else buildBar();
  resetList();
  const at = S.order.indexOf(answer.focus);
  element.querySelector('.list').scrollTop = 0;
  select(at < 0 ? 0 : at, S.lang, 0);
}

// What others save shows up within seconds, without touching a text that is being written.
async function watchOthers() {
  if (element.isConnected && !document.hidden && S.article.id) {
    const answer = await ask('changes', { count: S.count });
    if (!answer.error && answer.rows) {
      S.count = answer.count;
      const fresh = answer.rows.filter(row => JSON.stringify(row) !== JSON.stringify(S.rows.get(row.row)));
      if (fresh.length) {
        fresh.forEach(takeRow);
        redrawRows(fresh.map(row => row.row));
        const typing = element.querySelector('.panel').contains(document.activeElement) && /^(TEXTAREA|INPUT)$/.test(document.activeElement.tagName);
        if (!typing && fresh.some(row => row.row === S.order[S.at])) drawPanel();
      }
      if (answer.progress) { S.progress = answer.progress; drawProgress(); }
    }
  }
  setTimeout(watchOthers, 5000);
}

function onClick(event) {
  const row = event.target.closest('.row');
  if (!row || String(getSelection())) return;
  const cell = event.target.closest('.cell'), bead = event.target.closest('.bead');
  const lang = cell && cell.dataset.lang !== 'en' ? cell.dataset.lang : S.lang;
  select(+row.dataset.position, lang, bead && bead.dataset.index ? +bead.dataset.index : 0);
  element.querySelector('.list').focus({ preventScroll: true });
}

function onHover(event) {
  const tip = element.querySelector('.tip'), mark = event.target.closest && event.target.closest('mark[data-concept]');
  if (!mark) { tip.hidden = true; return; }
  const about = mark.about, sides = (about.s || []).join(', ');
  tip.replaceChildren(...about.c.map(concept => h('p', {}, h('b', {}, conceptName(concept)), ` ${(S.concepts[concept] || {}).feature || KINDS[about.k].toLowerCase()}`)),
    h('p', {}, [sides ? `form in ${sides} use` : 'form marks no side', about.l ? `load ${signed(about.l)}` : '', about.q ? 'in quotation marks' : ''].filter(Boolean).join(' · ')));
  tip.hidden = false;
  const at = mark.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(innerWidth - tip.offsetWidth - 8, at.left)) + 'px';
  tip.style.top = (at.bottom + tip.offsetHeight + 8 > innerHeight ? at.top - tip.offsetHeight - 6 : at.bottom + 6) + 'px';
}

function start() {
  const dark = recall('dark');
  if (dark) document.body.classList.toggle('dark', dark === '1');
  element.querySelector('.ax').append(
    h('header.bar'),
    h('div.work', {},
      h('div.table', { role: 'grid', 'aria-label': 'Source and translations' },
        h('div.heads', { role: 'row' }),
        h('div.list', { role: 'rowgroup', tabindex: '0', 'aria-label': 'Rows' }, h('div.pad', { role: 'presentation' }, h('div.window', { role: 'presentation' })),
          h('div.nothing', { role: 'row', hidden: true }, h('span', { role: 'gridcell' }, 'No row passes these filters.'))),
        strip()),
      h('aside.panel', { 'aria-label': 'Selected translation' })),
    h('div.toast', { role: 'status', 'aria-live': 'polite' }), h('div.tip', { role: 'tooltip', hidden: true }));
  const box = element.querySelector('.list');
  box.addEventListener('scroll', drawList, { passive: true });
  box.addEventListener('click', onClick);
  element.addEventListener('mouseover', onHover);
  document.addEventListener('keydown', onKey);
  window.addEventListener('beforeunload', event => { if (S.drafts.size) event.preventDefault(); });
  let width = box.clientWidth;
  new ResizeObserver(() => { if (box.clientWidth !== width) { width = box.clientWidth; resetList(); if (S.order.length) reveal(S.at); } drawList(); }).observe(box);
  const link = readLink();
  S.choice = link.choice;
  S.filters = link.filters;
  S.shown = link.show;
  if (LANGUAGES[link.lang] && link.lang !== 'en') S.lang = link.lang;
  reload({ article: link.article, sentence: link.sentence }).then(() => { openView(link.view); setTimeout(watchOthers, 5000); });
}

start();
