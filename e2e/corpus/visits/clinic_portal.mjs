// An application with its own router: pages change without loading, spinners stay, forms are abandoned.
const css = '.spinner{width:24px;height:24px;border:3px solid #ccc;border-top-color:#06c;border-radius:50%;animation:s 1s linear infinite}@keyframes s{to{transform:rotate(1turn)}}body{font:16px/1.5 system-ui;max-width:720px;margin:16px auto}nav a{margin-right:12px}.field-error{color:#b00020}[hidden]{display:none}label{display:block;margin:6px 0}'
const script = `
const root = document.getElementById('app')
const send = async (path, body) => { const r = await fetch(path, { method: body ? 'POST' : 'GET', body }); return { ok: r.ok, ...(await r.json()) } }
const wait = (ms) => new Promise((f) => setTimeout(f, ms))
const pages = {
  '/': () => '<h1>Appointments</h1><form role="search"><label>Find a doctor <input type="search" id="find" name="q"></label></form><ul id="list">' + ['Dr. Moss', 'Dr. Vale', 'Dr. Finch', 'Dr. Reed'].map((n, i) => '<li><a href="/appointments/' + (i + 1) + '" data-go>' + n + '</a></li>').join('') + '</ul><button id="results">Load results</button> <button id="history">Load history</button><div id="out"></div>',
  '/appointments': (n) => '<h1>Appointment ' + n + '</h1><p>Room ' + (20 + +n) + ', ground floor.</p><button id="up">Back to list</button> <button id="print">Print summary</button>',
  '/profile': () => '<h1>Profile</h1><form id="profile" novalidate><label>Full name <input id="name"></label><label>E-mail <input id="mail"></label><label>Phone <input id="phone"></label><p class="field-error" id="err" role="alert"></p><button>Save profile</button></form><div class="card"><label>Reminders <input id="remind"></label><span id="saved"></span></div>',
  '/messages': () => '<h1>Messages</h1><form id="msg"><label>Subject <input id="subject"></label><label>Message <textarea id="body"></textarea></label><button>Send message</button></form><div id="chat"></div><form id="quick"><label>Quick reply <input id="reply"></label><button>Reply</button></form>',
}
const on = (id, event, f) => document.getElementById(id)?.addEventListener(event, f)
function show() {
  const path = location.pathname, parts = path.split('/')
  root.innerHTML = parts[1] === 'appointments' ? pages['/appointments'](parts[2]) : pages[path]()
  const out = document.getElementById('out')
  on('results', 'click', async () => { out.innerHTML = '<div class="spinner"></div>'; const a = await send('/api/results'); out.innerHTML = '<p>' + a.text + '</p>' })
  on('history', 'click', async () => { out.innerHTML = '<div class="spinner"></div>'; const a = await send('/api/history'); out.innerHTML = '<p>' + a.text + '</p>' })
  on('find', 'input', (e) => { for (const li of document.querySelectorAll('#list li')) li.hidden = !li.textContent.toLowerCase().includes(e.target.value.toLowerCase()) })
  on('up', 'click', () => go('/'))
  on('profile', 'submit', async (e) => { e.preventDefault(); const err = document.getElementById('err'); err.textContent = ''; const a = await send('/api/profile', document.getElementById('phone').value); if (a.ok) { root.innerHTML = '<h1>Profile saved</h1><p>Your changes have been saved.</p>' } else err.textContent = a.text })
  on('remind', 'change', async (e) => { await send('/api/remind', 'x'); document.getElementById('saved').textContent = 'Saved' })
  on('msg', 'submit', (e) => e.preventDefault())
  on('quick', 'submit', async (e) => { e.preventDefault(); const i = document.getElementById('reply'); await send('/api/reply', 'x'); const p = document.createElement('p'); p.textContent = 'Sent ' + new Date().getSeconds(); document.getElementById('chat').append(p); i.value = '' })
}
const go = (path) => { history.pushState(null, '', path); show() }
document.addEventListener('click', (e) => { const a = e.target.closest('a[data-go]'); if (a) { e.preventDefault(); go(a.getAttribute('href')) } })
addEventListener('popstate', show)
show()`
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clinic</title><style>${css}</style><!-- SNIPPET --></head><body><nav><a href="/" data-go>Appointments</a> <a href="/profile" data-go>Profile</a> <a href="/messages" data-go>Messages</a></nav><main id="app"></main><script>${script}</script></body></html>`
export default {
  held: false,
  routes: () => ({
    ...Object.fromEntries(['/', '/profile', '/messages', '/appointments/1', '/appointments/2', '/appointments/3', '/appointments/4'].map((path) => [`GET ${path}`, { html }])),
    'GET /api/results': ({ n }) => ({ wait: 4300, json: { text: `Blood count ${n}: all values normal` } }),
    'GET /api/history': { wait: 1100, json: { text: 'Three visits since January' } },
    'POST /api/profile': ({ body }) => (body.length > 6 ? { json: {} } : { status: 422, json: { text: 'The phone number is not valid.' } }),
    'POST /api/remind': { json: {} },
    'POST /api/reply': { json: {} },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    await v.click('Dr. Moss', link('Dr. Moss'), { nav: '/appointments/1', wait: 1500 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Dr. Vale', link('Dr. Vale'), { nav: '/appointments/2', wait: 2600 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Dr. Finch', link('Dr. Finch'), { nav: '/appointments/3', wait: 8000, why: 'reads it' })
    await v.back('/')
    await v.click('Dr. Reed', link('Dr. Reed'), { nav: '/appointments/4', wait: 1500 })
    await v.click('Back to list', v.button('Back to list'), { nav: '/', wait: 2000, why: 'the page\'s own button' })
    await v.click('Load results', v.button('Load results'), { flags: ['slow', 'wait'], texts: ['Blood count 1: all values normal'], wait: 5600 })
    await v.click('Load history', v.button('Load history'), { texts: ['Three visits since January'], wait: 2600, why: 'a short spinner' })
    await v.type('Find a doctor', v.page.getByLabel('Find a doctor'), 'vale', { public: true })
    await v.retype('Find a doctor', v.page.getByLabel('Find a doctor'), 'reed', { public: true, why: 'another search' })
    await v.click('Load results', v.button('Load results'), { flags: ['slow', 'wait'], texts: ['Blood count 2: all values normal'], wait: 5600 })
    await v.click('Profile', link('Profile'), { nav: '/profile', wait: 1800 })
    await v.type('Full name', v.page.getByLabel('Full name'), 'Ana Mos')
    await v.type('E-mail', v.page.getByLabel('E-mail'), 'anna@mos.test')
    await v.type('Full name', v.page.getByLabel('Full name'), 's', { chars: 8, public: true, click: { x: 140 }, why: 'adds a letter' })
    await v.retype('E-mail', v.page.getByLabel('E-mail'), 'ana@moss.test', { flags: ['retyped'] })
    await v.type('Phone', v.page.getByLabel('Phone'), '55-10')
    await v.click('Save profile', v.button('Save profile'), { flags: ['error_after', 'error_shown'], texts: ['The phone number is not valid.'], wait: 2400 })
    await v.click('Save profile', v.button('Save profile'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['The phone number is not valid.'], wait: 2400 })
    await v.retype('Phone', v.page.getByLabel('Phone'), '555-0102', { flags: ['retyped'] })
    await v.click('Save profile', v.button('Save profile'), { texts: ['Your changes have been saved.'], wait: 2600 })
    await v.click('Messages', link('Messages'), { nav: '/messages', wait: 1800 })
    await v.type('Quick reply', v.page.getByLabel('Quick reply'), 'Thank you')
    await v.click('Reply', v.button('Reply'), { wait: 2000 })
    await v.type('Quick reply', v.page.getByLabel('Quick reply'), 'See you soon', { why: 'a second message' })
    await v.key('Reply', 'Enter', { wait: 2000 })
    await v.type('Subject', v.page.getByLabel('Subject'), 'Prescription')
    await v.click('Send message', v.button('Send message'), { flags: ['dead'], wait: 4000 })
    await v.click('Send message', v.button('Send message'), { flags: ['dead', 'repeated_submit'], wait: 4000 })
    await v.click('Profile', link('Profile'), { nav: '/profile', wait: 1800 })
    await v.type('Reminders', v.page.getByLabel('Reminders'), 'by e-mail', { wait: 300 })
    await v.go('Tab')
    await v.rest(2500)
    await v.type('Full name', v.page.getByLabel('Full name'), 'Ana Moss-Reed')
    await v.type('E-mail', v.page.getByLabel('E-mail'), 'ana@reed.test', { flags: ['abandoned_form'], wait: 2500 })
    await v.click('Appointments', link('Appointments'), { nav: '/', wait: 4000 })
    v.claim('true', { kind: 'clicked', text: 'Save profile', count: 3 }, { kind: 'visited', text: '/messages', count: 1 })
    v.claim('false', { kind: 'rage', text: 'Send message' })
    v.ends(['success', 'failed', 'not shown'], 'the profile was saved, the message was never sent')
  },
}
