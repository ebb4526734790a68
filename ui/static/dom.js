// Building blocks. Text only ever becomes a text node: no innerHTML anywhere.

const LANGUAGES = { en: 'English', hy: 'Armenian', az: 'Azerbaijani', ru: 'Russian', tr: 'Turkish' };
const OWN_NAMES = { en: 'English', hy: 'Հայերեն', az: 'Azərbaycanca', ru: 'Русский', tr: 'Türkçe' };
const KINDS = { toponym: 'Place', actor: 'Actor', person: 'Person', loaded: 'Loaded term' };
const SIDE_TAGS = {
  international: '', armenian: 'arm', azerbaijani: 'aze', russian: 'rus', turkish: 'tur', soviet: 'sov',
  georgian: 'geo', iranian: 'irn', ukrainian: 'ukr', abkhaz: 'abk', ossetian: 'oss', serbian: 'srb', israeli: 'isr', kurdish: 'kur', historical: 'hist',
};
const STATE_NAMES = {
  draft: 'Machine draft', translated: 'Edited', reviewed: 'Accepted', approved: 'Approved', rejected: 'Rejected',
  both: 'Both stand', open: 'Open', confirmed: 'Confirmed', dismissed: 'Dismissed',
};

// h('button.primary', { onclick, title }, 'text', node, …)
function h(tag, attributes, ...children) {
  const [name, ...classes] = tag.split('.');
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key in node && typeof value !== 'string') node[key] = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

function signed(load) { return (load > 0 ? '+' : '−') + Math.abs(load); }

function tagOf(about) {
  // a form that agencies use as well tells no side apart
  const used = (about.s || []).includes('international') ? [] : about.s || [];
  const sides = used.map(side => SIDE_TAGS[side] ?? side).filter(Boolean);
  return [sides.join('·'), about.l ? signed(about.l) : ''].filter(Boolean).join(' ');
}

// Runs as text nodes and marks; `active` is the finding whose words stand out.
function drawRuns(runs, active) {
  return runs.map(([text, about]) => {
    if (!about) return text;
    if (about.x) return h('span.control', { title: about.x }, text);
    const mark = h('mark', {}, text);
    if (about.c) {
      mark.dataset.concept = about.c[0];
      mark.classList.add('k-' + about.k);
      const tag = tagOf(about);
      if (tag && about.e) mark.dataset.tag = tag;
      if (about.k === 'loaded' && !about.l) mark.classList.add('plain');
      mark.about = about;
    }
    if (about.f) {
      mark.classList.add('v-' + about.v);
      if (active && about.f.includes(active)) mark.classList.add('active');
    }
    return mark;
  });
}

function drawDifference(parts) {
  return parts.map(([sign, text]) => sign === '=' ? text : h(sign === '+' ? 'ins' : 'del', {}, text));
}

function pill(state, extra = '') {
  return h('span.pill.s-' + state, { title: extra || undefined }, STATE_NAMES[state] || state);
}

function when(at) {
  const date = new Date(at);
  return h('time', { datetime: at, title: at }, Number.isNaN(+date) ? at : date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' }));
}

// Messages are read out by a screen reader; a later one takes the place of an earlier one.
function say(message, kind = 'note') {
  const box = element.querySelector('.toast');
  box.className = 'toast ' + kind;
  box.textContent = message;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { box.textContent = ''; box.className = 'toast'; }, kind === 'error' ? 9000 : 3500);
}

function remember(key, value) { try { localStorage.setItem('araxes-' + key, value); } catch { /* private window */ } }
function recall(key) { try { return localStorage.getItem('araxes-' + key); } catch { return null; } }
