// A repair shop: an order form with page loads, a desk without them, notes that keep their text, drafts that are discarded.
const css = 'body{font:16px/1.5 Tahoma;max-width:700px;margin:12px auto}.notice-bad{color:#9f1239}.notice-good{color:#14532d}label{display:block;margin:6px 0}.loader{width:20px;height:20px;border:3px dashed #555;border-radius:50%}'
const nav = '<p><a href="/">Orders</a> <a href="/drop-off">Drop-off</a> <a href="/prices">Prices</a> <a href="/desk">Desk</a> <a href="/rate">Rate us</a></p>'
const page = (title, body, script = '') => ({ html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} - Repairs</title><style>${css}</style><!-- SNIPPET --></head><body>${nav}<h1>${title}</h1>${body}<script>${script}</script></body></html>` })
const desk = `
const $ = (id) => document.getElementById(id), call = async (m, p) => { const r = await fetch(p, { method: m, body: m === 'GET' ? undefined : '1' }); return { ok: r.ok, ...(await r.json()) } }
$('tag').onsubmit = async (e) => { e.preventDefault(); const a = await call('POST', '/api/tag'); const li = document.createElement('li'); li.textContent = a.text; $('tags').append(li) }
$('mailform').onsubmit = async (e) => { e.preventDefault(); $('state').className = ''; $('state').textContent = ''; const a = await call('POST', '/api/mail'); $('state').className = a.ok ? 'notice-good' : 'notice-bad'; $('state').textContent = a.text }
$('alias').onchange = () => call('PATCH', '/api/alias')
$('parts').onclick = async () => { $('stock').innerHTML = '<div class="loader"></div>'; const a = await call('GET', '/api/parts'); $('stock').textContent = a.text }`
function routes() {
  let bad = ''
  const taken = () => { const now = bad; bad = ''; return now }
  return {
    'GET /': () => page('Orders', '<ul><li><a href="/orders/1">Radio</a></li><li><a href="/orders/2">Lamp</a></li></ul>'),
    'GET /orders/1': () => page('Radio', '<p>Ready on Friday.</p><p><a href="/">All orders</a></p>'),
    'GET /orders/2': () => page('Lamp', '<p>Waiting for a bulb.</p>'),
    'GET /drop-off': () => page('Drop-off', `<form method="post" action="/drop-off" id="order"><label>Device <input name="device"></label><label>Fault <textarea name="fault"></textarea></label><label>Phone number <input name="phone"></label>${taken()}<button>Hand in</button></form>`),
    'POST /drop-off': ({ form }) => { if (form.get('phone').length < 8) { bad = '<p class="notice-bad" role="alert">Please enter a valid phone number</p>'; return { to: '/drop-off' } } return { to: '/drop-off/done' } },
    'GET /drop-off/done': () => page('Handed in', '<p class="notice-good">Thank you, we have received your order.</p>'),
    'GET /prices': () => page('Prices', '<form onsubmit="return false"><label>Hours of work <input id="hours" oninput="document.getElementById(\'cost\').textContent = this.value * 40 + \' euros\'"></label></form><p id="cost"></p>'),
    'GET /desk': () => page('Desk', '<form id="tag"><label>Tag text <input id="t"></label><button>Print tag</button></form><ol id="tags"></ol><form id="mailform"><label>Customer mail <input id="cm"></label><label>Lines <textarea id="cl"></textarea></label><p id="state"></p><button>Send mail</button></form><label>Alias <input id="alias"></label><button id="parts">Parts</button><div id="stock"></div>', desk),
    'GET /rate': () => page('Rate us', '<form action="/rate" method="post"><label>Headline <input name="h"></label><label>Story <textarea name="s"></textarea></label><button>Publish</button></form>'),
    'POST /api/tag': ({ n }) => ({ json: { text: `Tag ${n} printed` } }),
    'POST /api/mail': ({ n }) => [{ status: 400, json: { text: 'That address is not valid.' } }, { status: 400, json: { text: 'That address is not valid.' } }, { json: { text: 'Mail sent to the customer.' } }][n - 1],
    'PATCH /api/alias': { json: {} },
    'GET /api/parts': { wait: 4100, json: { text: '14 bulbs' } },
  }
}
export default {
  routes, held: true,
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.click('Radio', link('Radio'), { nav: '/orders/1', wait: 2300 })
    await v.back('/', { flags: ['quick_back'], wait: 2600 })
    await v.click('Drop-off', link('Drop-off'), { nav: '/drop-off', wait: 2400 })
    await v.type('Device', label('Device'), 'Raido')
    await v.type('Fault', label('Fault'), 'It hums')
    await v.retype('Device', label('Device'), 'Radio', { flags: ['retyped'], public: true })
    await v.type('Phone number', label('Phone number'), '5551')
    await v.click('Hand in', v.button('Hand in'), { flags: ['error_shown'], texts: ['Please enter a valid phone number'], nav: '/drop-off', wait: 2800 })
    await v.type('Device', label('Device'), 'Radio', { public: true, why: 'the form came back empty' })
    await v.type('Fault', label('Fault'), 'It hums loudly', { why: 'the form came back empty' })
    await v.type('Phone number', label('Phone number'), '555 1020 30', { why: 'the form came back empty' })
    await v.click('Hand in', v.button('Hand in'), { nav: '/drop-off/done', texts: ['we have received your order'], wait: 2800 })
    await v.click('Drop-off', link('Drop-off'), { nav: '/drop-off', wait: 2400 })
    await v.type('Device', label('Device'), 'Toaster')
    await v.type('Fault', label('Fault'), 'Burns it', { flags: ['abandoned_form'], wait: 1500 })
    await v.click('Prices', link('Prices'), { nav: '/prices', wait: 2400 })
    await v.type('Hours of work', label('Hours of work'), '3.5', { public: true, wait: 1500, why: 'a calculator' })
    await v.click('Desk', link('Desk'), { nav: '/desk', wait: 2400 })
    await v.type('Tag text', label('Tag text'), 'Radio 7', { public: true })
    await v.click('Print tag', v.button('Print tag'), { texts: ['Tag 1 printed'], wait: 1600 })
    await v.retype('Tag text', label('Tag text'), 'Lamp 9', { public: true, why: 'the next tag' })
    await v.click('Print tag', v.button('Print tag'), { texts: ['Tag 2 printed'], wait: 1600 })
    await v.type('Customer mail', label('Customer mail'), 'tilda@nord')
    await v.type('Lines', label('Lines'), 'Your radio plays again')
    await v.click('Send mail', v.button('Send mail'), { flags: ['error_after', 'error_shown'], texts: ['That address is not valid.'], wait: 2400 })
    await v.click('Send mail', v.button('Send mail'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['That address is not valid.'], wait: 2400 })
    await v.retype('Customer mail', label('Customer mail'), 'tilda@nord.test', { flags: ['retyped'] })
    await v.retype('Lines', label('Lines'), 'The radio plays again', { flags: ['retyped'] })
    await v.click('Send mail', v.button('Send mail'), { texts: ['Mail sent to the customer.'], wait: 2400 })
    await v.type('Alias', label('Alias'), 'Till', { public: true, wait: 300 })
    await v.go('Tab')
    await v.rest(1800)
    await v.click('Parts', v.button('Parts'), { flags: ['slow', 'wait'], texts: ['14 bulbs'], wait: 5400 })
    await v.click('Rate us', link('Rate us'), { nav: '/rate', wait: 2400 })
    await v.type('Headline', label('Headline'), 'Good people')
    await v.type('Story', label('Story'), 'They fixed', { flags: ['abandoned_form'], wait: 1500 })
    await v.click('Orders', link('Orders'), { nav: '/', wait: 2600 })
    await v.click('Lamp', link('Lamp'), { nav: '/orders/2', wait: 2500 })
    await v.back('/', { flags: ['quick_back'], wait: 2600 })
    v.claim('true', { kind: 'visited', text: '/drop-off/done', count: 1 }, { kind: 'clicked', text: 'Send mail', count: 3 })
    v.claim('false', { kind: 'clicked', text: 'Publish', count: 1 })
    v.ends('success', 'a device was handed in, a mail was sent')
  },
}
