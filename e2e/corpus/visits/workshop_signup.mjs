// Forms of all sorts: wizards, filters, look-ups, chat without requests, a footer that saves, spinners that are prepared but not shown.
const css = 'body{font:16px/1.5 system-ui;max-width:760px;margin:12px auto}.btn-spinner{opacity:0;width:10px;height:10px;border:2px solid}.toast-error{background:#fee2e2;color:#991b1b;padding:8px}.toast-success{background:#dcfce7;color:#166534;padding:8px}label{display:block;margin:6px 0}.skeleton{background:#ddd;height:20px;margin:4px 0}'
const script = `
const main = document.querySelector('main'), $ = (id) => document.getElementById(id)
const req = async (method, path) => { const r = await fetch(path, { method, body: method === 'GET' ? undefined : 'x' }); return { ok: r.ok, ...(await r.json()) } }
const toast = (kind, text) => { const t = document.createElement('div'); t.className = 'toast-' + kind; t.setAttribute('role', 'status'); t.textContent = text; document.body.append(t); setTimeout(() => t.remove(), 1800) }
const views = {
  '/courses': ['<h1>Courses</h1><form id="filter"><label>Lowest price <input id="low" inputmode="numeric"></label><button>Apply</button></form><ul id="found"><li>Weaving</li><li>Pottery</li></ul><p><a href="/courses/weaving">Weaving</a> <a href="/courses/pottery">Pottery</a></p><label>Postal code for a map <input id="zip"></label><p id="place"></p>', () => {
    $('filter').onsubmit = (e) => e.preventDefault()
    $('low').onchange = $('low').oninput = async () => { await req('GET', '/api/courses'); $('found').innerHTML = '<li>Weaving</li>' }
    $('zip').oninput = async (e) => { if (e.target.value.length === 5) { const a = await req('GET', '/api/place'); $('place').textContent = a.text } } }],
  '/courses/weaving': ['<h1>Weaving</h1><p>Eight evenings.</p><button id="dates">Dates</button><div id="d"></div>', () => { $('dates').onclick = async () => { $('d').innerHTML = '<div class="skeleton"></div>'; const a = await req('GET', '/api/dates'); $('d').textContent = a.text } }],
  '/courses/pottery': ['<h1>Pottery</h1><p>Four weekends.</p>', () => {}],
  '/join': ['<h1>Join</h1><form id="join"><label>Given name <input id="given"></label><label>Surname <input id="sur"></label><label>Remarks <textarea id="rem"></textarea></label><button>Join now<span class="btn-spinner"></span></button></form>', () => { $('join').onsubmit = async (e) => { e.preventDefault(); const a = await req('POST', '/api/join'); a.ok ? main.innerHTML = '<h1>Welcome</h1><p>You have joined the workshop.</p>' : toast('error', a.text) } }],
  '/account': ['<h1>Account</h1><form id="acc"><label>Shown name <input id="shown"></label><label>About you <textarea id="about"></textarea></label><button hidden>x</button></form><footer><button id="save">Save account</button></footer>', () => { $('acc').onsubmit = (e) => e.preventDefault(); $('save').onclick = async () => { await req('PUT', '/api/account'); toast('success', 'Account saved') } }],
  '/chat': ['<h1>Chat</h1><ol id="log"></ol><form id="say"><label>Write <input id="w"></label><button>Post</button></form>', () => { const post = () => { const li = document.createElement('li'); li.textContent = 'You wrote ' + ($('log').children.length + 1); $('log').append(li); $('w').value = '' }; $('say').onsubmit = (e) => { e.preventDefault(); post() }; $('w').onkeydown = (e) => { if (e.key === 'Enter') { e.preventDefault(); post() } } }],
  '/gift': ['<h1>Gift card</h1><form id="gift"><label>Code on the card <input id="code"></label><button>Redeem</button></form><form id="fr"><label>Friend <input id="friend"></label><label>Greeting text <input id="greet"></label><button>Send card</button></form>', () => { $('gift').onsubmit = async (e) => { e.preventDefault(); await req('POST', '/api/gift') }; $('fr').onsubmit = (e) => e.preventDefault() }],
}
function show() { const [html, start] = views[location.pathname]; main.innerHTML = html; start() }
document.addEventListener('click', (e) => { const a = e.target.closest('a'); if (a) { e.preventDefault(); history.pushState(null, '', a.href); show() } })
addEventListener('popstate', show); show()`
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Workshop</title><style>${css}</style><!-- SNIPPET --></head><body><nav><a href="/courses">Courses</a> <a href="/join">Join</a> <a href="/account">Account</a> <a href="/chat">Chat</a> <a href="/gift">Gift card</a></nav><main></main><script>${script}</script></body></html>`
export default {
  held: false, path: '/courses',
  routes: () => ({
    ...Object.fromEntries(['/courses', '/courses/weaving', '/courses/pottery', '/join', '/account', '/chat', '/gift'].map((path) => [`GET ${path}`, { html }])),
    'GET /api/courses': { json: {} },
    'GET /api/place': ({ n }) => ({ json: { text: `Tram stop ${n}` } }),
    'GET /api/dates': { wait: 3900, json: { text: 'Mondays in May' } },
    'POST /api/join': ({ n }) => [{ status: 503, json: { text: 'The register is down. Try again later.' } }, { status: 503, json: { text: 'The register is down. Try again later.' } }, { status: 503, json: { text: 'The register is down. Try again later.' } }, { json: {} }][n - 1],
    'PUT /api/account': { json: {} },
    'POST /api/gift': { status: 500, json: {} },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.type('Lowest price', label('Lowest price'), '120', { public: true, why: 'a filter that needs no button', wait: 1800 })
    await v.type('Postal code for a map', label('Postal code for a map'), '10115', { public: true, wait: 1800 })
    await v.retype('Postal code for a map', label('Postal code for a map'), '80331', { public: true, wait: 1800, why: 'looks up another one' })
    await v.click('Pottery', link('Pottery'), { nav: '/courses/pottery', wait: 2000 })
    await v.back('/courses', { flags: ['quick_back'] })
    await v.click('Weaving', link('Weaving'), { nav: '/courses/weaving', wait: 1500 })
    await v.click('Dates', v.button('Dates'), { flags: ['slow', 'wait'], texts: ['Mondays in May'], wait: 5200 })
    await v.back('/courses', { why: 'has seen the dates' })
    await v.click('Account', link('Account'), { nav: '/account', wait: 1500 })
    await v.type('Shown name', label('Shown name'), 'Mira')
    await v.type('About you', label('About you'), 'I weave at night')
    await v.click('Save account', v.button('Save account'), { texts: ['Account saved'], wait: 2600, why: 'a button outside of the form' })
    await v.click('Chat', link('Chat'), { nav: '/chat', wait: 1500 })
    await v.type('Write', label('Write'), 'Hello all', { wait: 400 })
    await v.go('Enter')
    await v.rest(1800)
    await v.click('Join', link('Join'), { nav: '/join', wait: 1500 })
    await v.type('Given name', label('Given name'), 'Mira')
    await v.type('Surname', label('Surname'), 'Holt')
    await v.click('Join now', v.button('Join now'), { flags: ['error_after', 'error_shown'], texts: ['The register is down.'], wait: 2600 })
    await v.click('Join now', v.button('Join now'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['The register is down.'], wait: 2600 })
    await v.click('Join now', v.button('Join now'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['The register is down.'], wait: 2600 })
    await v.retype('Surname', label('Surname'), 'Holt-Ray', { flags: ['retyped'] })
    await v.click('Join now', v.button('Join now'), { texts: ['You have joined the workshop.'], wait: 2600 })
    await v.click('Gift card', link('Gift card'), { nav: '/gift', wait: 1500 })
    await v.type('Code on the card', label('Code on the card'), 'GH-77-2')
    await v.click('Redeem', v.button('Redeem'), { flags: ['error_after', 'dead'], wait: 3600 })
    await v.click('Redeem', v.button('Redeem'), { flags: ['error_after', 'dead', 'repeated_submit'], wait: 3600 })
    await v.type('Friend', label('Friend'), 'Juno')
    await v.type('Greeting text', label('Greeting text'), 'Happy day', { wait: 500, flags: ['abandoned_form'] })
    await v.click('Join', link('Join'), { nav: '/join', wait: 1500 })
    await v.type('Given name', label('Given name'), 'Aron')
    await v.type('Remarks', label('Remarks'), 'Left handed', { flags: ['abandoned_form'], wait: 1500 })
    await v.click('Account', link('Account'), { nav: '/account', wait: 1800 })
    await v.click('Chat', link('Chat'), { nav: '/chat', wait: 1500 })
    await v.type('Write', label('Write'), 'Does anybody', { flags: ['abandoned_form'], wait: 3200, why: 'a message that was never posted' })
    v.claim('true', { kind: 'clicked', text: 'Join now', count: 4 }, { kind: 'saw_text', text: 'You have joined the workshop' })
    v.claim('false', { kind: 'rage', text: 'Join now' }, { kind: 'clicked', text: 'Send card', count: 1 })
    v.ends(['success', 'failed', 'not shown'], 'joined; the gift card was not redeemed')
  },
}
