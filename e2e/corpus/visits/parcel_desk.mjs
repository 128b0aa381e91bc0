// Dialogs with forms, progress of several kinds, widgets whose class names only suggest waiting.
const css = 'body{font:15px/1.5 system-ui;max-width:760px;margin:16px auto}dialog{padding:16px}label{display:block;margin:6px 0}.bar{height:6px;background:#06c;width:0}.ui-spinner{border:1px solid #888;display:inline-block}.is-loading{opacity:.5}.alert-danger{color:#842029;background:#f8d7da;padding:6px}.alert-success{color:#0f5132;background:#d1e7dd;padding:6px}'
const script = `
const $ = (id) => document.getElementById(id), main = $('main')
const sleep = (ms) => new Promise((f) => setTimeout(f, ms))
const ask = async (path, body) => { const r = await fetch(path, { method: body ? 'POST' : 'GET', body }); return { status: r.status, ...(await r.json()) } }
const views = {
  '/': () => '<h1>Parcels</h1><p><label>Filter <input id="filter" placeholder="Filter by city"></label></p><ul><li><a href="/parcel/71">Parcel 71</a></li><li><a href="/parcel/72">Parcel 72</a></li><li><a href="/parcel/73">Parcel 73</a></li></ul><button id="track">Track all</button> <button id="label">Print labels</button> <button id="export">Export list</button> <button id="fork">Fork lifts</button> <button id="open">Report damage</button><div id="out"></div>',
  '/parcel': (n) => '<h1>Parcel ' + n + '</h1><p>Left the depot at noon.</p><details><summary>Route</summary><p>Oslo, Bergen</p></details><form id="note"><label>Note <input id="text"></label><button>Add note</button></form><ul id="notes"></ul>',
  '/pickup': () => '<h1>Pick-up</h1><form id="pick"><label>Street <input id="street"></label><label>Town <input id="town"></label><label>Boxes <input id="boxes" type="number"></label><p id="msg"></p><button type="submit">Order pick-up</button></form>',
  '/settings': () => '<h1>Settings</h1><label>Signature <input id="sig"></label><label>Depot <select id="depot"><option>North</option><option>South</option></select></label>',
}
const dialog = $('damage')
function show() {
  const path = location.pathname, view = path.startsWith('/parcel') ? views['/parcel'](path.split('/')[2]) : views[path]()
  main.innerHTML = view
  const on = (id, event, f) => $(id)?.addEventListener(event, f)
  on('track', 'click', async () => { $('out').innerHTML = '<progress></progress>'; const a = await ask('/api/road'); $('out').innerHTML = '<p>' + a.text + '</p>' })
  on('export', 'click', async () => { $('out').innerHTML = '<div role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" class="meter"><div class="bar"></div></div>'; const p = $('out').firstChild; for (let n = 10; n <= 100; n += 10) { await sleep(380); p.setAttribute('aria-valuenow', n); p.firstChild.style.width = n + '%' } $('out').innerHTML = '<p>List exported</p>' })
  on('label', 'click', async (e) => { const b = e.target; b.classList.add('is-loading'); const a = await ask('/api/labels'); b.classList.remove('is-loading'); $('out').innerHTML = '<p>' + a.text + '</p>' })
  on('fork', 'click', () => { $('out').innerHTML = '<h2>Fork lifts</h2><ul><li class="front-loader-card">Front loader, 2 t</li></ul><span class="ui-spinner"><input class="ui-spinner-input" value="1"><a class="ui-spinner-button">+</a></span>' })
  on('open', 'click', () => dialog.showModal())
  on('note', 'submit', async (e) => { e.preventDefault(); await ask('/api/note', 'x'); const li = document.createElement('li'); li.textContent = 'Note ' + ($('notes').children.length + 1) + ' added'; $('notes').append(li) })
  on('pick', 'submit', async (e) => { e.preventDefault(); $('msg').className = ''; $('msg').textContent = ''; const a = await ask('/api/pickup', $('town').value); $('msg').className = a.status < 400 ? 'alert-success' : 'alert-danger'; $('msg').textContent = a.text })
  on('sig', 'change', () => ask('/api/settings', 'x')); on('depot', 'change', () => ask('/api/settings', 'x'))
}
$('close').onclick = () => dialog.close()
$('claim').onsubmit = (e) => { e.preventDefault(); $('wait').hidden = false }
addEventListener('popstate', show)
document.addEventListener('click', (e) => { const a = e.target.closest('a[href]'); if (a) { e.preventDefault(); history.pushState(null, '', a.href); show() } })
show()`
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Parcel desk</title><style>${css}</style><!-- SNIPPET --></head><body><nav><a href="/">Parcels</a> <a href="/pickup">Pick-up</a> <a href="/settings">Settings</a></nav><main id="main"></main><dialog id="damage"><h2>Report damage</h2><form id="claim"><label>What is broken <textarea id="broken"></textarea></label><label>Value <input id="worth"></label><p id="wait" hidden><span class="loader"></span></p><button>Send report</button> <button type="button" id="close">Cancel</button></form></dialog><script>${script}</script></body></html>`
export default {
  held: false,
  routes: () => ({
    ...Object.fromEntries(['/', '/pickup', '/settings', '/parcel/71', '/parcel/72', '/parcel/73'].map((path) => [`GET ${path}`, { html }])),
    'GET /api/road': ({ n }) => ({ wait: 3900, json: { text: `${n + 1} parcels on the road` } }),
    'GET /api/labels': ({ n }) => ({ wait: n === 1 ? 4100 : 700, json: { text: `Labels ready, sheet ${n}` } }),
    'POST /api/note': { json: {} },
    'POST /api/settings': { json: {} },
    'POST /api/pickup': ({ n }) => [{ status: 500, json: { text: 'Something went wrong. Please try again.' } }, { status: 500, json: { text: 'Something went wrong. Please try again.' } }, { status: 400, json: { text: 'We do not pick up in this town.' } }, { json: { text: 'Pick-up ordered for tomorrow.' } }][n - 1],
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name)
    await v.type('Filter', label('Filter'), 'oslo', { public: true })
    await v.click('Parcel 71', link('Parcel 71'), { nav: '/parcel/71', wait: 1300 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Parcel 72', link('Parcel 72'), { nav: '/parcel/72', wait: 2000 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Parcel 73', link('Parcel 73'), { nav: '/parcel/73', wait: 1200 })
    await v.type('Note', label('Note'), 'Fragile', { public: true, wait: 200 })
    await v.click('Add note', v.button('Add note'), { texts: ['Note 1 added'], wait: 900 })
    await v.back('/', { why: 'after adding a note' })
    await v.click('Track all', v.button('Track all'), { flags: ['slow', 'wait'], texts: ['2 parcels on the road'], wait: 5200 })
    await v.click('Export list', v.button('Export list'), { may: ['slow'], texts: ['List exported'], wait: 5600, why: 'a progress bar that grows' })
    await v.click('Print labels', v.button('Print labels'), { flags: ['slow', 'wait'], texts: ['Labels ready, sheet 1'], wait: 5600 })
    await v.click('Fork lifts', v.button('Fork lifts'), { wait: 5000, why: 'loaders and spinners of another kind' })
    await v.click('Print labels', v.button('Print labels'), { texts: ['Labels ready, sheet 2'], wait: 2400 })
    await v.click('Parcel 71', link('Parcel 71'), { nav: '/parcel/71', wait: 1600 })
    await v.type('Note', label('Note'), 'Call first', { public: true, wait: 200 })
    await v.click('Add note', v.button('Add note'), { texts: ['Note 1 added'], wait: 1500 })
    await v.retype('Note', label('Note'), 'Ring twice', { public: true, why: 'another note: the page keeps the old text' })
    await v.click('Add note', v.button('Add note'), { texts: ['Note 2 added'], wait: 1500 })
    await v.click('Pick-up', link('Pick-up'), { nav: '/pickup', wait: 1600 })
    await v.type('Street', label('Street'), 'Harbour 9')
    await v.type('Town', label('Town'), 'Molde')
    await v.type('Boxes', label('Boxes'), '3', { public: true })
    await v.click('Order pick-up', v.button('Order pick-up'), { flags: ['error_after', 'error_shown'], texts: ['Something went wrong.'], wait: 2400 })
    await v.click('Order pick-up', v.button('Order pick-up'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['Something went wrong.'], wait: 2400 })
    await v.click('Order pick-up', v.button('Order pick-up'), { flags: ['error_after', 'error_shown'], texts: ['We do not pick up in this town.'], wait: 2400, may: ['repeated_submit'], why: 'another error this time' })
    await v.retype('Town', label('Town'), 'Bergen', { flags: ['retyped'] })
    await v.retype('Boxes', label('Boxes'), '4', { public: true, optional: true, why: 'a number tried; masked, 3 and 4 are the same to the recorder' })
    await v.click('Order pick-up', v.button('Order pick-up'), { texts: ['Pick-up ordered for tomorrow.'], wait: 2400 })
    await v.click('Settings', link('Settings'), { nav: '/settings', wait: 1600 })
    await v.type('Signature', label('Signature'), 'Regards, Kim', { wait: 200 })
    await v.go('Tab')
    await v.rest(2200)
    await v.click('Parcels', link('Parcels'), { nav: '/', wait: 1600 })
    await v.click('Report damage', v.button('Report damage'), { wait: 1300 })
    await v.type('What is broken', label('What is broken'), 'The lamp')
    await v.type('Value', label('Value'), '120')
    await v.retype('What is broken', label('What is broken'), 'The lamp and a vase', { flags: ['retyped', 'abandoned_form'], wait: 1500 })
    await v.click('Cancel', v.button('Cancel'), { wait: 3000 })
    await v.click('Settings', link('Settings'), { nav: '/settings', wait: 3600 })
    v.claim('true', { kind: 'clicked', text: 'Order pick-up', count: 4 }, { kind: 'saw_text', text: 'Pick-up ordered' })
    v.claim('false', { kind: 'clicked', text: 'Send report', count: 1 }, { kind: 'rage', text: 'Order pick-up' })
    v.ends('success', 'the pick-up was ordered')
  },
}
