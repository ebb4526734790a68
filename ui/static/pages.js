// Beside the desk: what became of every name, a new article, and files to take away.

const CLASSES = {
  kept: 'as in the source', side: 'another side’s form', softened: 'softened', hardened: 'hardened', lost: 'left out or unknown', added: 'added',
};
const WORST = ['lost', 'side', 'hardened', 'softened', 'added', 'kept'];

async function showOverview(everything = false) {
  const answer = await ask('overview', { everything });
  if (answer.error) { say(answer.message, 'error'); return; }
  const langs = Object.keys(answer.shift);
  const lead = filters => everything ? null : lang => goTo(filters, lang);
  dialog('Names, terms and progress', h('div.pages.wide', {},
    answer.articles > 1 ? h('label.toggle', {}, h('input', { type: 'checkbox', checked: everything, onchange: event => { element.querySelector('dialog[open]').close(); showOverview(event.target.checked); } }), `All ${answer.articles} articles`) : '',
    h('section', {}, h('h3', {}, 'Progress'), bars(langs, answer.progress, ['approved', 'reviewed', 'translated', 'rejected', 'draft'], name => 's-' + name, name => STATE_NAMES[name], name => lead({ state: name }))),
    h('section', {}, h('h3', {}, 'Loaded terms'), bars(langs, answer.shift, Object.keys(CLASSES), name => 'w-' + name, name => CLASSES[name], name => lead({ concept: 'kind:loaded', outcome: name }))),
    h('section', {}, h('h3', {}, 'Every name and term: a cell leads to its sentences'), heatMap(langs, answer.heat, everything)),
    answer.agreement.length ? h('section', {}, h('h3', {}, 'Agreement of reviewers'), agreementTable(answer.agreement)) : ''), everything ? 'overview-all' : 'overview');
}

// From a picture to the sentences behind it, in this article or another.
async function goTo(filters, lang, article) {
  const open = element.querySelector('dialog[open]');
  if (open) open.close();
  S.lang = lang;
  S.filters = { ...filters, lang };
  await reload(article && article !== S.article.id ? { article, choice: {}, sentence: 0 } : { brief: true });
}

function bars(langs, counts, names, style, title, lead) {
  const used = names.filter(name => langs.some(lang => counts[lang][name]));
  return h('div', {},
    h('div.bars', {}, langs.map(lang => {
      const total = names.reduce((sum, name) => sum + counts[lang][name], 0);
      return [h('span', { lang }, OWN_NAMES[lang]),
        h('span.bar-track', { role: 'group', 'aria-label': LANGUAGES[lang] },
          used.filter(name => counts[lang][name]).map(name => {
            const go = lead(name), told = `${title(name)}: ${counts[lang][name]}`;
            const part = h((go ? 'button.' : 'span.') + style(name), { title: told, 'aria-label': go ? told : undefined, onclick: go && (() => go(lang)) }, String(counts[lang][name]));
            part.style.flex = String(counts[lang][name]);
            return part;
          })),
        h('small', {}, String(total))];
    })),
    h('p.key', {}, used.map(name => h('span', {}, h('i.' + style(name)), title(name)))));
}

function heatMap(langs, rows, everything) {
  if (!rows.length) return h('p.hint', {}, 'The termbase knows no name or term of this text.');
  return h('table.heat', {},
    h('thead', {}, h('tr', {}, h('th', {}, 'English'), langs.map(lang => h('th', { lang }, OWN_NAMES[lang])))),
    h('tbody', {}, rows.map(row => h('tr', {},
      h('th', { scope: 'row' }, row.name),
      langs.map(lang => {
        const cell = row.cells[lang];
        if (!cell) return h('td');
        const total = Object.values(cell.counts).reduce((a, b) => a + b, 0), off = total - (cell.counts.kept || 0);
        const told = Object.entries(cell.counts).map(([name, n]) => `${CLASSES[name]} ${n}`).join(', ');
        const button = h('button', {
          title: told, 'aria-label': `${row.name}, ${LANGUAGES[lang]}: ${cell.forms.join(', ')}; ${told}`,
          onclick: () => everything && cell.articles.length > 1 ? chooseArticle(row, lang, cell.articles) : goTo({ concept: row.concept }, lang, cell.articles[0][0]),
        }, h('bdi', { lang }, cell.forms[0] || '—'), h('small', {}, off && total > 1 ? `${off}/${total}` : String(total)));
        button.style.background = shares(cell.counts, total);
        return h('td', {}, button);
      })))));
}

function chooseArticle(row, lang, articles) {
  element.querySelector('dialog[open]').close();
  const titles = Object.fromEntries(S.articles.map(article => [article.id, article.title]));
  dialog(`${row.name}, ${LANGUAGES[lang]}`, h('ul.entries', {}, articles.map(([id, count]) => h('li', {},
    h('button', { onclick: () => goTo({ concept: row.concept }, lang, id) }, h('bdi', {}, titles[id] || id), ` · ${count}`)))));
}

// A cell is coloured by share: what was kept on the left, what was not on the right.
function shares(counts, total) {
  let at = 0;
  const stops = [...WORST].reverse().filter(name => counts[name]).map(name => {
    const from = at;
    at += 100 * counts[name] / total;
    return `var(--w-${name}) ${from}% ${at}%`;
  });
  return `linear-gradient(90deg, ${stops.join(', ')})`;
}

function agreementTable(rows) {
  const heads = ['Language', 'Check', 'Decided by two or more', 'Cohen’s κ', 'Krippendorff’s α'];
  return h('table.agreement', {}, h('thead', {}, h('tr', {}, heads.map(name => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, rows.map(row => h('tr', {}, [LANGUAGES[row.lang] || row.lang, row.check, row.items, number(row.kappa), number(row.alpha)].map(value => h('td', {}, String(value)))))));
}
function number(value) { return value === null ? '—' : value.toFixed(2); }

function showNew() {
  const text = h('textarea', { autofocus: true, 'aria-label': 'Text of the article', placeholder: 'Paste the English article here…', maxlength: '1000000' });
  const file = h('input', { type: 'file', accept: '.txt,.md,.html,.htm' });
  const langs = Object.keys(LANGUAGES).filter(lang => lang !== 'en').map(lang => {
    const box = h('input', { type: 'checkbox', value: lang, checked: true });
    const given = h('input', { type: 'file', accept: '.txt,.md,.html,.htm', 'aria-label': `${LANGUAGES[lang]} translation that exists already` });
    return { lang, box, given, row: h('tr', {}, h('td', {}, h('label.toggle', {}, box, LANGUAGES[lang])), h('td', {}, given)) };
  });
  const engine = choose('Engine', S.engines.map(each => [each.id, each.label]), 'auto', () => {});
  const profile = choose('Profile', ['international', 'armenian', 'azerbaijani', 'russian', 'turkish'].map(name => [name, name]), 'international', () => {});
  const day = h('input', { type: 'date' });
  const job = h('p.job', { role: 'status' }), meter = h('progress', { max: '1', value: '0', hidden: true, 'aria-label': 'Progress' });
  const go = h('button.primary', { onclick: async () => {
    go.disabled = true;
    const chosen = langs.filter(each => each.box.checked), given = {};
    for (const each of chosen) if (each.given.files[0]) given[each.lang] = await upload(each.given);
    const answer = await ask('start', { text: text.value, upload: await upload(file), given, langs: chosen.map(each => each.lang), engine: engine.value, profile: profile.value, day: day.value });
    if (answer.error) { job.textContent = answer.message; go.disabled = false; return; }
    followJob(job, meter, go);
  } }, 'Translate, align and check');
  dialog('New article', h('div.form', {}, text, h('label', {}, 'Or a file: text, Markdown or HTML', file),
    h('table.langs', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Into'), h('th', { scope: 'col' }, 'A translation you have already, instead of a machine’s'))), h('tbody', {}, langs.map(each => each.row))),
    h('div.line', {}, h('label', {}, 'Engine', engine), h('label', {}, 'Profile', profile), h('label', {}, 'Date', day)),
    h('div.actions', {}, go), meter, job), 'new');
  ask('progress', {}).then(answer => { if (answer.what && !answer.article && !answer.failed) { go.disabled = true; followJob(job, meter, go); } });
}

async function followJob(box, meter, go) {
  const answer = await ask('progress', {});
  meter.hidden = !answer.total;
  if (answer.error === 'server') { box.textContent = answer.message; setTimeout(() => followJob(box, meter, go), 2000); return; }
  if (answer.error || answer.failed) { box.textContent = answer.message || answer.failed; meter.hidden = true; go.disabled = false; return; }
  if (answer.article) {
    if (box.isConnected) box.closest('dialog').close();
    S.filters = {};
    await reload({ article: answer.article, choice: {}, sentence: 0 });
    if (answer.note) say(answer.note, 'error');
    return;
  }
  box.textContent = answer.total ? `${answer.what} ${answer.done}/${answer.total}` : answer.what;
  if (answer.total) { meter.max = answer.total; meter.value = answer.done; }
  setTimeout(() => followJob(box, meter, go), 500);
}

async function showExport() {
  const answer = await ask('export', {});
  if (answer.error) { say(answer.message, 'error'); return; }
  dialog('Export', h('div.form', {}, h('p', {}, 'The project with every review, as one file:'),
    h('div.actions', {}, answer.formats.map(format => h('button', { title: format.title, onclick: async () => {
      const file = await ask('export', { format: format.id });
      if (file.error) { say(file.message, 'error'); return; }
      const bytes = Uint8Array.from(atob(file.data), letter => letter.charCodeAt(0));
      const link = h('a', { href: URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' })), download: file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    } }, format.id)))), 'export');
}

async function upload(input) {
  const file = input.files[0];
  return file ? { name: file.name, data: await base64(file) } : null;
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] || '');
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
