// Server-rendered pages: every step is a page load, the visitor goes back, and forms come back with their errors.
const css = 'body{font:16px/1.5 Georgia,serif;max-width:700px;margin:16px auto}.flash-error{border-left:4px solid #a00;padding:8px}.flash-ok{border-left:4px solid #080;padding:8px}label{display:block;margin:6px 0}.skeleton-line{height:14px;background:#ddd;margin:6px 0;width:60%}'
const nav = '<nav><a href="/">Plants</a> <a href="/login">Sign in</a> <a href="/contact">Contact</a> <a href="/newsletter">Newsletter</a> <a href="/old">Old catalogue</a></nav>'
const page = (title, body, script = '') => ({ html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} | Garden market</title><style>${css}</style><!-- SNIPPET --></head><body>${nav}<h1>${title}</h1>${body}<script>${script}</script></body></html>` })
const plants = ['Fern', 'Maple', 'Ivy', 'Rose', 'Sage']
const reviews = `
const box = document.getElementById('reviews')
document.getElementById('more').onclick = async () => { box.innerHTML = '<div class="skeleton-line"></div><div class="skeleton-line"></div>'; const r = await fetch('/api/reviews'); box.textContent = (await r.json()).text }
document.getElementById('stock').onclick = async (e) => { e.target.setAttribute('aria-busy', 'true'); const r = await fetch('/api/stock'); e.target.removeAttribute('aria-busy'); document.getElementById('left').textContent = (await r.json()).text }
const s = document.getElementById('ship'); s.onsubmit = (e) => { e.preventDefault(); fetch('/api/ship', { method: 'POST', body: 'x' }).catch(() => {}) }`
const calc = `const f = document.getElementById('calc'); f.oninput = () => { const n = Number(f.area.value) || 0; document.getElementById('sum').textContent = n * 4 + ' plants' }; f.onsubmit = (e) => e.preventDefault()`
function routes() {
  let flash = ''
  const shown = () => { const now = flash; flash = ''; return now }
  const login = () => page('Sign in', `${shown()}<form method="post" action="/login"><label>Customer number <input name="user"></label><label>Password <input type="password" name="pass"></label><button>Sign in now</button></form>`)
  return {
    'GET /': () => page('Plants', `${shown()}<form action="/search" method="get"><label>Search plants <input name="q"></label><button>Go</button></form><ul>${plants.map((p) => `<li><a href="/plants/${p.toLowerCase()}">${p}</a></li>`).join('')}</ul><form id="calc"><label>Bed size <input name="area" id="area"></label></form><p id="sum"></p>`, calc),
    'GET /search': ({ url }) => page('Search', `<p>2 plants found.</p><p><a href="/plants/ivy">Ivy</a></p>`),
    ...Object.fromEntries(plants.map((p) => [`GET /plants/${p.toLowerCase()}`, () => page(p, `<p>Likes shade and ${p.length} hours of sun.</p><button id="more">Show reviews</button> <button id="stock">Check stock</button><p id="left"></p><div id="reviews"></div><p><a href="/">Back to plants</a></p><form id="ship"><label>Postcode <input name="zip"></label><button>Estimate delivery</button></form>`, reviews)])),
    'GET /old': () => page('Old catalogue', '<p>The old catalogue has moved. You will be taken back.</p>', 'setTimeout(() => { location.href = "/" }, 2200)'),
    'GET /login': login,
    'POST /login': ({ form, n }) => { if (form.get('pass').length < 10) { flash = '<div class="flash-error" role="alert">Wrong customer number or password.</div>'; return { to: '/login' } } flash = '<div class="flash-ok" role="status">You are signed in.</div>'; return { to: '/' } },
    'GET /contact': () => page('Contact', `${shown()}<form method="post" action="/contact"><label>Your name <input name="name"></label><label>Your question <textarea name="q"></textarea></label><button>Send question</button></form>`),
    'POST /contact': () => { flash = '<div class="flash-ok" role="status">Thank you, we will answer soon.</div>'; return { to: '/contact' } },
    'GET /newsletter': () => page('Newsletter', `<form method="post" action="/newsletter"><label>Mail address <input name="mail"></label><label>First name <input name="first"></label><button>Subscribe</button></form>`),
    'GET /api/reviews': { wait: 4200, json: { text: 'Grew well in my yard, says Tom.' } },
    'GET /api/stock': { wait: 900, json: { text: '12 in stock' } },
    'POST /api/ship': { status: 503, json: {} },
  }
}
export default {
  routes, held: false,
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name)
    await v.click('Fern', link('Fern'), { nav: '/plants/fern', wait: 2600 })
    await v.back('/', { flags: ['quick_back'], wait: 2600 })
    await v.click('Maple', link('Maple'), { nav: '/plants/maple', wait: 3000 })
    await v.back('/', { flags: ['quick_back'], wait: 2600 })
    await v.click('Ivy', link('Ivy'), { nav: '/plants/ivy', wait: 2400 })
    await v.click('Back to plants', link('Back to plants'), { nav: '/', wait: 2600, why: 'a link of the page' })
    await v.click('Old catalogue', link('Old catalogue'), { nav: '/old', wait: 2600, why: 'the page leads back by itself' })
    v.nav.push({ t: Date.now(), url: '/' })
    await v.rest(2400)
    await v.type('Bed size', label('Bed size'), '125', { public: true, why: 'a calculator' })
    await v.click('Rose', link('Rose'), { nav: '/plants/rose', wait: 2600 })
    await v.click('Show reviews', v.button('Show reviews'), { flags: ['slow', 'wait'], texts: ['Grew well in my yard, says Tom.'], wait: 5400 })
    await v.click('Check stock', v.button('Check stock'), { texts: ['12 in stock'], wait: 2600 })
    await v.type('Postcode', label('Postcode'), '1204')
    await v.click('Estimate delivery', v.button('Estimate delivery'), { flags: ['error_after', 'dead'], wait: 3600 })
    await v.click('Estimate delivery', v.button('Estimate delivery'), { flags: ['error_after', 'dead', 'repeated_submit'], wait: 3600 })
    await v.back('/', { wait: 2600, why: 'after a while' })
    await v.type('Search plants', label('Search plants'), 'ivy', { public: true })
    await v.click('Go', v.button('Go'), { nav: '/search', wait: 2600 })
    await v.back('/', { flags: ['quick_back'], wait: 2600 })
    await v.click('Sign in', link('Sign in'), { nav: '/login', wait: 2400 })
    await v.type('Customer number', label('Customer number'), '440812')
    await v.type('Password', label('Password'), 'greenhs')
    await v.click('Sign in now', v.button('Sign in now'), { flags: ['error_shown'], texts: ['Wrong customer number or password.'], nav: '/login', wait: 2800 })
    await v.type('Customer number', label('Customer number'), '440812')
    await v.type('Password', label('Password'), 'greenhouse', { wait: 300 })
    await v.retype('Customer number', label('Customer number'), '440182', { flags: ['retyped'] })
    await v.key('Sign in now', 'Enter', { texts: ['You are signed in.'], nav: '/', wait: 2800 })
    await v.click('Contact', link('Contact'), { nav: '/contact', wait: 2400 })
    await v.type('Your name', label('Your name'), 'Tomas')
    await v.type('Your question', label('Your question'), 'When do you open', { wait: 600 })
    await v.retype('Your name', label('Your name'), 'Thomas Berg', { flags: ['retyped'] })
    await v.click('Send question', v.button('Send question'), { texts: ['Thank you, we will answer soon.'], nav: '/contact', wait: 2800 })
    await v.type('Your question', label('Your question'), 'And on Sundays', { flags: ['abandoned_form'], wait: 2800 })
    await v.click('Newsletter', link('Newsletter'), { nav: '/newsletter', wait: 2400 })
    await v.type('Mail address', label('Mail address'), 'tom@berg.test')
    await v.type('First name', label('First name'), 'Thomas', { flags: ['abandoned_form'], wait: 2800 })
    await v.click('Plants', link('Plants'), { nav: '/', wait: 2600 })
    await v.click('Sage', link('Sage'), { nav: '/plants/sage', wait: 2400 })
    await v.click('Show reviews', v.button('Show reviews'), { flags: ['slow', 'wait'], texts: ['Grew well in my yard, says Tom.'], wait: 5400 })
    v.claim('true', { kind: 'visited', text: '/newsletter', count: 1 }, { kind: 'saw_text', text: 'You are signed in' })
    v.claim('false', { kind: 'clicked', text: 'Subscribe', count: 1 })
    v.ends(['success', 'not shown', 'failed'], 'signed in and asked, but did not subscribe')
  },
}
