// The bar above the rows: which article, which translations, which rows, in what order. All of it is in
// the address, so that a view can be sent to a colleague.

function buildBar() {
  const bar = element.querySelector('.bar');
  const articles = S.articles.length > 1
    ? choose('Article', S.articles.map(a => [a.id, a.title]), S.article.id, id => reload({ article: id, choice: {}, sentence: 0 }))
    : h('h1', { title: S.article.title }, h('bdi', {}, S.article.title));
  const filter = (name, label, options) => {
    const select = choose(label, [['', label], ...options], S.filters[name], value => setFilter(name, value));
    select.classList.toggle('set', Boolean(S.filters[name]));
    return select;
  };
  const plain = values => values.map(value => [value, value]);
  bar.replaceChildren(
    h('div.line', {},
      h('span.brand', { 'aria-hidden': 'true' }, 'Araxes'), articles, h('span.spacer'),
      h('button.quiet', { onclick: () => showOverview(), title: 'Names, terms and progress (o)' }, 'Overview'),
      may('together') ? h('button.quiet', { onclick: showTogether, title: 'Accept or approve everything in view without findings (b)' }, may('approve') ? 'Approve many…' : 'Accept many…') : '',
      may('start') ? h('button.quiet', { onclick: showNew }, 'New article') : '',
      h('button.quiet', { onclick: showExport }, 'Export'),
      h('span.who', { title: 'Your name and role' }, h('bdi', {}, S.user.name), h('small', {}, S.user.role)),
      h('button.quiet', { onclick: toggleDark, title: 'Light or dark', 'aria-label': 'Light or dark' }, '◐'),
      h('button.quiet', { onclick: showHelp, title: 'Keys (?)', 'aria-label': 'Keys and legend' }, '?')),
    h('div.line.filters', { role: 'search' },
      h('input.search', { type: 'search', placeholder: 'Search  ( / )', 'aria-label': 'Search in all columns', value: S.filters.text, maxlength: '200',
        oninput: event => { clearTimeout(buildBar.timer); const text = event.target.value; buildBar.timer = setTimeout(() => setFilter('text', text), 90); } }),
      filter('lang', 'All languages', S.columns.map(c => [c.lang, LANGUAGES[c.lang]])),
      filter('severity', 'All findings', [['info', 'Any finding'], ['warning', 'Warnings and errors'], ['error', 'Errors'], ['disputed', 'Disagreement'], ['doubtful', 'Doubtful alignment']]),
      filter('check', 'All checks', plain(S.facets.checks)),
      filter('concept', 'All names', [...Object.entries(KINDS).map(([kind, name]) => ['kind:' + kind, name + 's']), ...S.facets.concepts.map(c => [c, conceptName(c)]).sort((a, b) => a[1].localeCompare(b[1]))]),
      filter('outcome', 'All renderings', Object.entries(CLASSES)),
      filter('state', 'All states', S.states.map(s => [s, STATE_NAMES[s]])),
      S.facets.people.length ? filter('reviewer', 'Everybody', plain(S.facets.people)) : '',
      toggle('queue', 'Worst first'), toggle('hide_approved', 'Hide approved'),
      h('button.quiet', { onclick: clearFilters, hidden: !filtered() }, 'Clear'),
      h('span.found', { role: 'status' }, found())));
  drawHeads();
  drawProgress();
}

function found() { return S.order.length === S.article.rows ? `${S.article.rows} rows` : `${S.order.length} of ${S.article.rows} rows`; }
function filtered() { return Object.entries(S.filters).some(([name, value]) => value && name !== 'queue'); }
function clearFilters() { S.filters = { queue: S.filters.queue }; reload({ brief: true }); }

function choose(label, options, value, change) {
  const select = h('select', { 'aria-label': label, onchange: event => change(event.target.value) },
    options.map(([id, name]) => h('option', { value: id, selected: id === (value || '') }, name)));
  return select;
}

function toggle(name, label) {
  return h('label.toggle', {}, h('input', { type: 'checkbox', checked: Boolean(S.filters[name]), onchange: event => setFilter(name, event.target.checked) }), label);
}

async function setFilter(name, value) {
  S.filters[name] = value;
  await reload({ brief: true, searching: name === 'text' });
}

// The heads of the columns: language, which translation, and how far it has come.
function drawHeads() {
  const heads = element.querySelector('.heads');
  heads.style.setProperty('--columns', String(1 + S.shown.length));
  element.querySelector('.list').style.setProperty('--columns', String(1 + S.shown.length));
  heads.replaceChildren(
    h('div.head', { role: 'columnheader', lang: 'en' }, h('b', {}, 'English'), hiddenColumns()),
    ...S.shown.map(lang => {
      const column = S.columns.find(c => c.lang === lang);
      return h('div.head', { role: 'columnheader', 'data-head': lang },
        h('div.head-line', {}, h('b', { lang }, OWN_NAMES[lang]),
          column.choices.length > 1
            ? choose(`${LANGUAGES[lang]} translation`, column.choices.map(c => [c.id, c.label]), column.id, id => reload({ choice: { ...S.choice, [lang]: id } }))
            : h('small', { title: column.choices[0].label }, column.choices[0].label),
          S.shown.length > 1 ? h('button.quiet', { onclick: () => hide(lang), title: 'Hide this column', 'aria-label': `Hide ${LANGUAGES[lang]}` }, '×') : ''),
        h('div.progress', { 'data-progress': lang }));
    }));
}

function hiddenColumns() {
  const hidden = S.columns.map(c => c.lang).filter(lang => !S.shown.includes(lang));
  return hidden.length ? h('span.hidden-columns', {}, hidden.map(lang => h('button.quiet', { onclick: () => show(lang) }, '+ ' + OWN_NAMES[lang]))) : '';
}
function hide(lang) { S.shown = S.shown.filter(other => other !== lang); relayout(); }
function show(lang) { S.shown = S.columns.map(c => c.lang).filter(other => other === lang || S.shown.includes(other)); relayout(); }
function relayout() { drawHeads(); drawProgress(); resetList(); select(S.at); }

function drawProgress() {
  for (const lang of S.shown) {
    const box = element.querySelector(`[data-progress="${lang}"]`), p = S.progress[lang];
    if (!box || !p) continue;
    const share = name => (100 * p[name] / Math.max(1, p.beads)) + '%';
    const done = p.reviewed + p.approved;
    box.replaceChildren(
      h('span.track', { role: 'img', 'aria-label': `${done} of ${p.beads} accepted` }, ['approved', 'reviewed', 'translated', 'rejected'].map(name => { const part = h('i.s-' + name); part.style.width = share(name); return part; })),
      h('small', {}, `${done}/${p.beads}` + (p.findings ? ` · ${p.findings} open` : '')));
  }
}

function keepLink() {
  const url = new URL(location.href), set = (name, value) => value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
  if (S.articles.length > 1) set('article', S.article.id);
  for (const column of S.columns) set(column.lang, S.choice[column.lang] || '');
  for (const name of ['lang', 'check', 'concept', 'outcome', 'severity', 'state', 'reviewer', 'text']) set('f-' + name, S.filters[name]);
  set('f-queue', S.filters.queue ? '1' : '');
  set('f-hide_approved', S.filters.hide_approved ? '1' : '');
  set('show', S.shown.length < S.columns.length ? S.shown.join(',') : '');
  const row = currentRow();
  if (row && row.source.length) set('sentence', String(row.source[0].index + 1));
  set('in', S.lang);
  history.replaceState(null, '', url);
}

// Dialogs have an address too.
function setView(view) {
  const url = new URL(location.href);
  if (view) url.searchParams.set('view', view); else url.searchParams.delete('view');
  history.replaceState(null, '', url);
}

function openView(view) {
  if (view === 'overview' || view === 'overview-all') showOverview(view === 'overview-all');
  else if (view === 'help') showHelp();
  else if (view === 'new' && may('start')) showNew();
  else if (view === 'export') showExport();
  else if (view.startsWith('concept:')) showConcept(view.slice(8));
}

function readLink() {
  const given = new URL(location.href).searchParams;
  const filters = {};
  for (const name of ['lang', 'check', 'concept', 'outcome', 'severity', 'state', 'reviewer', 'text']) if (given.get('f-' + name)) filters[name] = given.get('f-' + name);
  for (const name of ['queue', 'hide_approved']) if (given.get('f-' + name) === '1') filters[name] = true;
  const choice = {};
  for (const lang of Object.keys(LANGUAGES)) if (given.get(lang)) choice[lang] = given.get(lang);
  const sentence = /^[0-9]{1,7}$/.test(given.get('sentence') || '') ? Number(given.get('sentence')) : 0;
  return { article: given.get('article') || '', choice, filters, sentence, lang: given.get('in') || '', show: (given.get('show') || '').split(',').filter(Boolean), view: given.get('view') || '' };
}
