// An administration page: drawers with forms, settings that save by themselves, comments, custom busy states.
const css = 'body{font:14px/1.5 system-ui;max-width:820px;margin:12px auto}.drawer{border-left:2px solid #333;padding:12px;margin:12px 0}.msg--error{color:#b91c1c}.msg--success{color:#166534}.btn--loading::after{content:"…"}.dashLoader{height:4px;background:repeating-linear-gradient(90deg,#06c 0 20px,#9cf 20px 40px)}label{display:block;margin:6px 0}'
const script = `
const $ = (s) => document.querySelector(s), html = (s, h) => { $(s).innerHTML = h }
const call = async (method, path) => { const r = await fetch(path, { method, body: method === 'GET' ? undefined : '{}' }); return { ok: r.ok, ...(await r.json()) } }
const pages = { '/studio': 'Studio', '/studio/people': 'People', '/studio/rooms': 'Rooms', '/studio/bills': 'Bills' }
function view() {
  const path = location.pathname
  document.title = pages[path]
  html('#view', { '/studio': '<h1>Studio</h1><button class="b" data-do="report">Build report</button> <button class="b" data-do="sync">Sync calendar</button> <button class="b" data-do="tour">Take the tour</button><div id="area"></div><section aria-label="Live"><span class="pulse-loader-off">Live</span> <span id="tick">0</span></section>',
    '/studio/people': '<h1>People</h1><button class="b" data-do="invite">Invite person</button><div id="area"></div><form id="comment"><label>Comment <input id="c"></label><button>Comment</button></form><ol id="cs"></ol>',
    '/studio/rooms': '<h1>Rooms</h1><p>Four rooms, two with daylight.</p><label>Find room <input type="text" name="filter" id="fr"></label><ul><li>North</li><li>South</li></ul>',
    '/studio/bills': '<h1>Bills</h1><p>Nothing is due.</p><div id="area"></div><button class="b" data-do="bank">Change bank details</button>' }[path])
  if ($('#comment')) $('#comment').onsubmit = async (e) => { e.preventDefault(); await call('POST', '/api/comments'); $('#cs').append(Object.assign(document.createElement('li'), { textContent: 'Comment posted ' + ($('#cs').children.length + 1) })); $('#c').value = '' }
  if ($('#fr')) $('#fr').oninput = (e) => document.querySelectorAll('#view li').forEach((li) => { li.hidden = !li.textContent.toLowerCase().includes(e.target.value.toLowerCase()) })
}
const actions = {
  async report(b) { $('#area').setAttribute('aria-busy', 'true'); html('#area', '<p>Collecting numbers</p>'); const a = await call('GET', '/api/report'); $('#area').removeAttribute('aria-busy'); html('#area', '<p>' + a.text + '</p>') },
  async sync(b) { html('#area', '<div class="dashLoader"></div>'); const a = await call('GET', '/api/sync'); html('#area', '<p>' + a.text + '</p>') },
  tour() { html('#area', '<figure class="tour"><figcaption>Step 1: pick a room.</figcaption><button class="b" data-do="step">Next step</button></figure>') },
  step() { html('#area', '<p>Step 2: bring your own lamp. It keeps spinning.</p>') },
  invite() { html('#area', '<div class="drawer"><form id="inv"><label>Mail of the person <input id="im"></label><label>Role <select id="ir"><option>Guest</option><option>Host</option></select></label><label>Greeting <textarea id="ig"></textarea></label><p id="ie"></p><button type="submit">Send invitation</button> <button type="button" data-do="drop">Discard</button></form></div>'); $('#inv').onsubmit = async (e) => { e.preventDefault(); html('#ie', ''); const a = await call('POST', '/api/invite'); if (a.ok) html('#area', '<p class="msg--success" role="status">Invitation sent</p>'); else html('#ie', '<span class="msg--error">' + a.text + '</span>') } },
  drop() { html('#area', '') },
  bank() { html('#area', '<form id="bank"><label>Holder <input id="bh"></label><label>Account <input id="ba"></label><button>Store details</button></form>'); $('#bank').onsubmit = async (e) => { e.preventDefault(); fetch('/api/bank', { method: 'PUT', body: '{}' }) } },
}
document.addEventListener('click', (e) => { const a = e.target.closest('a'), b = e.target.closest('[data-do]'); if (a) { e.preventDefault(); history.pushState(0, '', a.href); view() } if (b) actions[b.dataset.do](b) })
addEventListener('popstate', view); view()
setInterval(() => { const t = $('#tick'); if (t) t.textContent = +t.textContent + 1 }, 1500)
$('#theme').onchange = () => call('PATCH', '/api/me'); $('#nick').onchange = () => call('PATCH', '/api/me')`
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Studio</title><style>${css}</style><!-- SNIPPET --></head><body><nav><a href="/studio">Start</a> <a href="/studio/people">People</a> <a href="/studio/rooms">Rooms</a> <a href="/studio/bills">Bills</a></nav><div id="view"></div><footer><form id="me"><label>Nickname <input id="nick"></label><label>Theme <select id="theme"><option>Light</option><option>Dark</option></select></label></form></footer><script>${script}</script></body></html>`
export default {
  held: true, path: '/studio',
  routes: () => ({
    ...Object.fromEntries(['/studio', '/studio/people', '/studio/rooms', '/studio/bills'].map((path) => [`GET ${path}`, { html }])),
    'GET /api/report': ({ n }) => ({ wait: n === 1 ? 4700 : 900, json: { text: `Report ${n} is ready` } }),
    'GET /api/sync': { wait: 4000, json: { text: 'Nine dates synced' } },
    'POST /api/comments': { json: {} },
    'POST /api/invite': ({ n }) => [{ status: 409, json: { text: 'This person was already invited.' } }, { status: 409, json: { text: 'This person was already invited.' } }, { json: {} }][n - 1],
    'PUT /api/bank': { status: 500, json: {} },
    'PATCH /api/me': { json: {} },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.click('Build report', v.button('Build report'), { flags: ['slow', 'wait'], texts: ['Report 1 is ready'], wait: 6000 })
    await v.click('Sync calendar', v.button('Sync calendar'), { flags: ['slow', 'wait'], texts: ['Nine dates synced'], wait: 5400 })
    await v.click('Build report', v.button('Build report'), { texts: ['Report 2 is ready'], wait: 2600 })
    await v.click('Take the tour', v.button('Take the tour'), { wait: 4200 })
    await v.click('Next step', v.button('Next step'), { wait: 4200 })
    await v.click('Rooms', link('Rooms'), { nav: '/studio/rooms', wait: 1700 })
    await v.back('/studio', { flags: ['quick_back'] })
    await v.click('Bills', link('Bills'), { nav: '/studio/bills', wait: 2500 })
    await v.back('/studio', { flags: ['quick_back'] })
    await v.click('Rooms', link('Rooms'), { nav: '/studio/rooms', wait: 1200 })
    await v.type('Find room', label('Find room'), 'sou', { public: true })
    await v.back('/studio', { why: 'after looking for something' })
    await v.click('People', link('People'), { nav: '/studio/people', wait: 1700 })
    await v.type('Comment', label('Comment'), 'Nice place')
    await v.key('Comment', 'Enter', { texts: ['Comment posted 1'], wait: 1800 })
    await v.type('Comment', label('Comment'), 'Bring a lamp')
    await v.click('Comment', v.button('Comment'), { texts: ['Comment posted 2'], wait: 1800 })
    await v.click('Invite person', v.button('Invite person'), { wait: 1300 })
    await v.type('Mail of the person', label('Mail of the person'), 'kim@stduio.test')
    await v.type('Greeting', label('Greeting'), 'Hello Kim', { wait: 600 })
    await v.retype('Mail of the person', label('Mail of the person'), 'kim@studio.test', { flags: ['retyped'] })
    await v.click('Send invitation', v.button('Send invitation'), { flags: ['error_after', 'error_shown'], texts: ['This person was already invited.'], wait: 2400 })
    await v.click('Send invitation', v.button('Send invitation'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['This person was already invited.'], wait: 2400 })
    await v.retype('Mail of the person', label('Mail of the person'), 'lou@studio.test', { flags: ['retyped'] })
    await v.click('Send invitation', v.button('Send invitation'), { texts: ['Invitation sent'], wait: 2400 })
    await v.click('Invite person', v.button('Invite person'), { wait: 1300 })
    await v.type('Mail of the person', label('Mail of the person'), 'ida@studio.test')
    await v.type('Greeting', label('Greeting'), 'Welcome to us', { flags: ['abandoned_form'], wait: 1600 })
    await v.click('Discard', v.button('Discard'), { wait: 1800 })
    await v.type('Nickname', label('Nickname'), 'Sol', { wait: 300, public: true })
    await v.go('Tab')
    await v.rest(1800)
    await v.click('Bills', link('Bills'), { nav: '/studio/bills', wait: 1700 })
    await v.click('Change bank details', v.button('Change bank details'), { wait: 1300 })
    await v.type('Holder', label('Holder'), 'Sol Marsh')
    await v.type('Account', label('Account'), '9981 2210')
    await v.click('Store details', v.button('Store details'), { flags: ['error_after', 'dead'], wait: 3600 })
    await v.click('Store details', v.button('Store details'), { flags: ['error_after', 'dead', 'repeated_submit'], wait: 3600 })
    await v.click('Start', link('Start'), { nav: '/studio', wait: 1800 })
    await v.click('Bills', link('Bills'), { nav: '/studio/bills', wait: 2100 })
    await v.back('/studio', { flags: ['quick_back'] })
    await v.click('Bills', link('Bills'), { nav: '/studio/bills', wait: 1700 })
    await v.click('Change bank details', v.button('Change bank details'), { wait: 1300 })
    await v.type('Holder', label('Holder'), 'Sol Marsh')
    await v.type('Account', label('Account'), '9981 2211', { flags: ['abandoned_form'], wait: 3200 })
    v.claim('true', { kind: 'clicked', text: 'Send invitation', count: 3 }, { kind: 'saw_text', text: 'Invitation sent' })
    v.claim('false', { kind: 'clicked', text: 'Store details', count: 5 })
    v.ends(['success', 'failed', 'not shown'], 'one person was invited, bank details were not stored')
  },
}
