// A single page application in the style of utility classes; skeletons, a passenger form, a routed modal.
const css = '@keyframes spin{to{transform:rotate(360deg)}}.animate-spin{animation:spin 1s linear infinite;width:20px;height:20px;border:2px solid #999;border-top-color:#fff;display:inline-block}.Skeleton_root{background:#eee;height:48px;margin:8px 0}body{font:15px/1.5 sans-serif;max-width:800px;margin:12px auto}.text-red-600{color:#dc2626}.text-green-700{color:#15803d}.hidden{display:none}label{display:block}.modal{position:fixed;inset:60px;background:#fff;border:1px solid #555;padding:20px}'
const script = `
const app = document.querySelector('#root')
const api = async (path, data) => { const r = await fetch(path, data === undefined ? {} : { method: 'POST', body: JSON.stringify(data) }); return { ok: r.ok, body: await r.json().catch(() => ({})) } }
const el = (html) => { const t = document.createElement('template'); t.innerHTML = html; return t.content.firstElementChild }
const trips = { lyon: 'Lyon', porto: 'Porto', turin: 'Turin', ghent: 'Ghent' }
const routes = [
  [/^\\/$/, () => {
    app.replaceChildren(el('<section><h1>Trips</h1><label>Where to <input id="where" placeholder="Search a city" autocomplete="off"></label><div id="trips"></div><button id="deals">Show deals</button> <button id="weather">Weather</button><div id="deal"></div></section>'))
    const list = () => { const q = where.value.toLowerCase(); document.querySelector('#trips').replaceChildren(...Object.entries(trips).filter(([, n]) => n.toLowerCase().includes(q)).map(([k, n]) => el('<p><a href="/trip/' + k + '">' + n + '</a></p>'))) }
    const where = document.querySelector('#where'); where.oninput = list; list()
    document.querySelector('#deals').onclick = async () => { const d = document.querySelector('#deal'); d.replaceChildren(el('<div class="Skeleton_root"></div>'), el('<div class="Skeleton_root"></div>')); const r = await api('/api/deals'); d.replaceChildren(el('<p>' + r.body.text + '</p>')) }
    document.querySelector('#weather').onclick = async () => { const d = document.querySelector('#deal'); d.replaceChildren(el('<div class="Skeleton_root"></div>')); const r = await api('/api/weather'); d.replaceChildren(el('<p>' + r.body.text + '</p>')) }
  }],
  [/^\\/trip\\/(\\w+)$/, (k) => { app.replaceChildren(el('<section><h1>' + trips[k] + '</h1><p>Three nights with breakfast.</p><p><a href="/trip/' + k + '/photos">Photos</a></p><p><a href="/book">Book this trip</a></p></section>')) }],
  [/^\\/trip\\/(\\w+)\\/photos$/, (k) => { document.querySelector('.modal')?.remove(); const m = el('<div class="modal" role="dialog" aria-label="Photos"><p>Photo of ' + trips[k] + '</p><button>Close photos</button></div>'); m.querySelector('button').onclick = () => history.back(); app.append(m) }],
  [/^\\/book$/, () => {
    app.replaceChildren(el('<section><h1>Book</h1><form class="f" novalidate><label>Passenger <input id="p"></label><label>Passport <input id="n"></label><label>Notes <textarea id="t"></textarea></label><label>Voucher <input id="v"></label><div id="m"></div><button type="submit">Pay now</button> <button type="button" id="check">Check voucher</button></form></section>'))
    const m = document.querySelector('#m'), f = document.querySelector('.f')
    f.onsubmit = async (e) => { e.preventDefault(); const b = f.querySelector('[type=submit]'); b.disabled = true; b.prepend(el('<span class="animate-spin"></span>')); const r = await api('/api/pay', { n: document.querySelector('#n').value.length }); b.disabled = false; b.querySelector('span').remove(); if (r.ok) app.replaceChildren(el('<section><h1>Booking confirmed</h1><p>Thank you, your trip is booked.</p><a href="/">More trips</a> <a href="/feedback">Feedback</a> <a href="/alerts">Price alerts</a></section>')); else m.replaceChildren(el('<p class="text-red-600" role="alert">' + r.body.text + '</p>')) }
    document.querySelector('#check').onclick = async () => { await api('/api/voucher', { v: 1 }) }
  }],
  [/^\\/feedback$/, () => { app.replaceChildren(el('<section><h1>Feedback</h1><form><label>What did you like <textarea id="like"></textarea></label><label>What was missing <textarea id="miss"></textarea></label><button>Send feedback</button></form><a href="/alerts">Price alerts</a></section>')); document.querySelector('form').onsubmit = (e) => { e.preventDefault(); api('/api/feedback', {}) } }],
  [/^\\/alerts$/, () => { app.replaceChildren(el('<section><h1>Price alerts</h1><form><label>City for alerts <input id="c"></label><label>Highest price <input id="h" inputmode="numeric"></label><button>Create alert</button></form><ul id="al"></ul><a href="/">All trips</a></section>')); document.querySelector('form').onsubmit = async (e) => { e.preventDefault(); await api('/api/alerts', {}); document.querySelector('#al').append(el('<li>Alert ' + (document.querySelectorAll('#al li').length + 1) + ' created</li>')) } }],
]
const render = () => { for (const [re, f] of routes) { const m = location.pathname.match(re); if (m) return f(...m.slice(1)) } }
addEventListener('popstate', () => { document.querySelector('.modal')?.remove(); render() })
document.addEventListener('click', (e) => { const a = e.target.closest('a'); if (a) { e.preventDefault(); history.pushState({}, '', a.href); render(); scrollTo(0, 0) } })
render()`
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slow trains</title><style>${css}</style><!-- SNIPPET --></head><body><div id="root"></div><script>${script}</script></body></html>`
export default {
  held: true,
  routes: () => ({
    ...Object.fromEntries(['/', '/book', '/feedback', '/alerts', '/trip/lyon', '/trip/porto', '/trip/turin', '/trip/ghent'].map((path) => [`GET ${path}`, { html }])),
    'GET /api/deals': ({ n }) => ({ wait: n === 2 ? 800 : 4600, json: { text: `Deal ${n}: Lyon from 89` } }),
    'GET /api/weather': { wait: 3800, json: { text: 'Sunny in Porto' } },
    'POST /api/pay': ({ n }) => [{ status: 400, json: { text: 'Passport number is invalid' } }, { status: 400, json: { text: 'Passport number is invalid' } }, { wait: 4400, json: {} }][n - 1],
    'POST /api/voucher': { json: {} },
    'POST /api/feedback': { status: 500, json: {} },
    'POST /api/alerts': { json: {} },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name)
    await v.click('Lyon', link('Lyon'), { nav: '/trip/lyon', wait: 1900 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Porto', link('Porto'), { nav: '/trip/porto', wait: 3100 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Ghent', link('Ghent'), { nav: '/trip/ghent', wait: 1100 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Show deals', v.button('Show deals'), { flags: ['slow', 'wait'], texts: ['Deal 1: Lyon from 89'], wait: 5800 })
    await v.click('Show deals', v.button('Show deals'), { texts: ['Deal 2: Lyon from 89'], wait: 2500 })
    await v.click('Weather', v.button('Weather'), { flags: ['slow', 'wait'], texts: ['Sunny in Porto'], wait: 5000 })
    await v.type('Where to', label('Where to'), 'gent', { public: true })
    await v.retype('Where to', label('Where to'), 'turin', { public: true, why: 'looks for another city' })
    await v.click('Turin', link('Turin'), { nav: '/trip/turin', wait: 2600 })
    await v.click('Photos', link('Photos'), { nav: '/trip/turin/photos', wait: 1700 })
    await v.click('Close photos', v.button('Close photos'), { nav: '/trip/turin', wait: 2000, why: 'a modal with an address' })
    await v.click('Book this trip', link('Book this trip'), { nav: '/book', wait: 1800 })
    await v.type('Passenger', label('Passenger'), 'Lena Brnadt')
    await v.type('Passport', label('Passport'), 'C01X')
    await v.retype('Passenger', label('Passenger'), 'Lena Brandt', { flags: ['retyped'] })
    await v.click('Pay now', v.button('Pay now'), { flags: ['error_after', 'error_shown'], texts: ['Passport number is invalid'], wait: 2600 })
    await v.click('Pay now', v.button('Pay now'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['Passport number is invalid'], wait: 2600 })
    await v.retype('Passport', label('Passport'), 'C01X00T47', { flags: ['retyped'] })
    await v.click('Pay now', v.button('Pay now'), { flags: ['slow', 'wait'], texts: ['Thank you, your trip is booked.'], wait: 6000 })
    await v.click('Price alerts', link('Price alerts'), { nav: '/alerts', wait: 1800 })
    await v.type('City for alerts', label('City for alerts'), 'Basel', { public: true })
    await v.type('Highest price', label('Highest price'), '60', { public: true })
    await v.click('Create alert', v.button('Create alert'), { texts: ['Alert 1 created'], wait: 1800 })
    await v.retype('City for alerts', label('City for alerts'), 'Milan', { public: true, why: 'a second alert' })
    await v.click('Create alert', v.button('Create alert'), { texts: ['Alert 2 created'], wait: 1800 })
    await v.click('All trips', link('All trips'), { nav: '/', wait: 1800 })
    await v.click('Lyon', link('Lyon'), { nav: '/trip/lyon', wait: 1500 })
    await v.click('Book this trip', link('Book this trip'), { nav: '/book', wait: 1500 })
    await v.back('/trip/lyon', { flags: ['quick_back'] })
    await v.click('Book this trip', link('Book this trip'), { nav: '/book', wait: 1500 })
    await v.type('Passenger', label('Passenger'), 'Otto Brandt')
    await v.type('Passport', label('Passport'), 'C02Y11', { flags: ['abandoned_form'], wait: 2500 })
    await v.back('/trip/lyon', { why: 'had filled something' })
    await v.rest(1500)
    v.claim('true', { kind: 'saw_text', text: 'your trip is booked' }, { kind: 'clicked', text: 'Pay now', count: 3 })
    v.claim('false', { kind: 'rage', text: 'Pay now' })
    v.ends('success', 'the trip was booked')
  },
}
