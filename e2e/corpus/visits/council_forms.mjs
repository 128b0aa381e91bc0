// A council's server-rendered services: page loads, long forms, plain messages, a meta refresh, a form submitted from outside it.
const css = 'body{font:17px/1.5 Arial;max-width:680px;margin:16px auto}.govuk-error-message{color:#d4351c;font-weight:bold}.panel{background:#00703c;color:#fff;padding:12px}label{display:block;margin:8px 0}.loading-indicator{width:30px;height:30px;border:4px dotted #0b0c0c;border-radius:50%}.spinner-hidden{display:none}'
const menu = '<p><a href="/">Services</a> <a href="/permit">Parking permit</a> <a href="/bin">Missed bin</a> <a href="/library">Library card</a> <a href="/moved">Tax office</a></p>'
const page = (title, body, { script = '', head = '', status } = {}) => ({ status, html: `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<title>${title} - Council</title><style>${css}</style><!-- SNIPPET --></head><body>${menu}<h1>${title}</h1>${body}<script>${script}</script></body></html>` })
const services = ['Schools', 'Roads', 'Waste', 'Parks']
const waste = `document.getElementById('days').onclick = async () => { const o = document.getElementById('o'); o.innerHTML = '<div class="loading-indicator" role="img" aria-label="Loading"></div>'; const r = await fetch('/api/days'); o.textContent = (await r.json()).text }
document.getElementById('map').onclick = async () => { const o = document.getElementById('o'); o.innerHTML = '<div role="progressbar" aria-label="Map"></div>Please hold on'; const r = await fetch('/api/map'); o.textContent = (await r.json()).text }`
const bin = `document.querySelector('form').onsubmit = (e) => { e.preventDefault(); document.getElementById('spin').className = 'spinner-hidden' }`
function routes() {
  let error = ''
  const take = () => { const now = error; error = ''; return now }
  const permit = () => page('Parking permit', `<form method="post" action="/permit" id="permit"><label>Registration <input name="reg"></label><label>Address <input name="address"></label>${take()}<p><input type="checkbox" id="own" name="own"><label for="own">I own the car</label></p></form><p><button form="permit">Apply for permit</button></p>`)
  return {
    'GET /': () => page('Services', `<form action="/find" role="search"><label>Find a service <input name="s"></label><button>Find</button></form><ul>${services.map((s) => `<li><a href="/${s.toLowerCase()}">${s}</a></li>`).join('')}</ul>`),
    'GET /find': () => page('Results', '<p>One service found: <a href="/waste">Waste</a></p>'),
    ...Object.fromEntries(services.map((s) => [`GET /${s.toLowerCase()}`, () => page(s, `<p>${s} are looked after by the town hall.</p><button id="days">Collection days</button> <button id="map">Show map</button><div id="o"></div><p><a href="/">All services</a></p>`, { script: waste })])),
    'GET /moved': () => page('Tax office', '<p>This service has moved.</p>', { head: '<meta http-equiv="refresh" content="2;url=/">' }),
    'GET /permit': permit,
    'POST /permit': ({ form }) => { if (form.get('reg').length < 6) { error = '<p class="govuk-error-message">Enter a registration number that is valid</p>'; return { to: '/permit' } } return { to: '/permit/done' } },
    'GET /permit/done': () => page('Application complete', '<div class="panel">Application complete. Your reference is HD 90.</div>'),
    'GET /bin': () => page('Missed bin', '<form><label>House number <input name="house"></label><label>Which bin <select name="bin"><option>Green</option><option>Brown</option></select></label><label>Details <textarea name="d"></textarea></label><span id="spin" class="spinner-hidden"></span><button>Report it</button></form>', { script: bin }),
    'GET /library': () => page('Library card', `${take()}<form method="post" action="/library"><label>Family name <input name="family"></label><label>Card PIN <input type="password" name="pin"></label><button>Get card</button></form>`),
    'POST /library': ({ n }) => { error = n < 3 ? '<p class="govuk-error-message" role="alert">The PIN must have four digits</p>' : ''; return { to: n < 3 ? '/library' : '/library/done' } },
    'GET /library/done': () => page('Your card', '<div class="panel">Your library card is on its way.</div>'),
    'GET /api/days': { wait: 4100, json: { text: 'Tuesdays, every second week' } },
    'GET /api/map': ({ n }) => ({ wait: n === 1 ? 3900 : 600, json: { text: `Map sheet ${n}` } }),
  }
}
export default {
  routes, held: true,
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name)
    await v.click('Schools', link('Schools'), { nav: '/schools', wait: 2400 })
    await v.back('/', { flags: ['quick_back'], wait: 2600 })
    await v.click('Roads', link('Roads'), { nav: '/roads', wait: 2900 })
    await v.back('/', { flags: ['quick_back'], wait: 2600 })
    await v.click('Parks', link('Parks'), { nav: '/parks', wait: 2400 })
    await v.click('All services', link('All services'), { nav: '/', wait: 2600 })
    await v.click('Tax office', link('Tax office'), { nav: '/moved', wait: 2400, why: 'leads back by itself' })
    v.nav.push({ t: Date.now(), url: '/' })
    await v.rest(2600)
    await v.type('Find a service', label('Find a service'), 'waste', { public: true })
    await v.key('Find', 'Enter', { nav: '/find', wait: 2600 })
    await v.click('Waste', v.page.locator('ul, p').getByRole('link', { name: 'Waste', exact: true }), { nav: '/waste', wait: 2400 })
    await v.click('Collection days', v.button('Collection days'), { flags: ['slow', 'wait'], texts: ['Tuesdays, every second week'], wait: 5400 })
    await v.click('Show map', v.button('Show map'), { flags: ['slow', 'wait'], texts: ['Map sheet 1'], wait: 5200 })
    await v.click('Show map', v.button('Show map'), { texts: ['Map sheet 2'], wait: 2400 })
    await v.click('Parking permit', link('Parking permit'), { nav: '/permit', wait: 2400 })
    await v.type('Registration', label('Registration'), 'AB1')
    await v.type('Address', label('Address'), '3 Quay Street', { wait: 400 })
    await v.click('I own the car', v.page.getByText('I own the car'), { as: 'change' })
    await v.click('Apply for permit', v.button('Apply for permit'), { flags: ['error_shown'], texts: ['Enter a registration number that is valid'], nav: '/permit', wait: 2800 })
    await v.click('Apply for permit', v.button('Apply for permit'), { flags: ['error_shown'], may: ['repeated_submit'], texts: ['Enter a registration number that is valid'], nav: '/permit', wait: 2800, why: 'the form is empty again' })
    await v.type('Registration', label('Registration'), 'AB12 CDE')
    await v.type('Address', label('Address'), '3 Key Street', { wait: 400 })
    await v.retype('Address', label('Address'), '3 Quay Street', { may: ['retyped'], why: 'at once, without leaving the field' })
    await v.retype('Registration', label('Registration'), 'AB12 CDF', { flags: ['retyped'] })
    await v.click('Apply for permit', v.button('Apply for permit'), { nav: '/permit/done', texts: ['Your reference is HD 90.'], wait: 2800 })
    await v.click('Missed bin', link('Missed bin'), { nav: '/bin', wait: 2400 })
    await v.type('House number', label('House number'), '3b', { public: true })
    await v.type('Details', label('Details'), 'The green one was left')
    await v.click('Report it', v.button('Report it'), { flags: ['dead'], wait: 3600 })
    await v.click('Report it', v.button('Report it'), { flags: ['dead', 'repeated_submit'], wait: 3600 })
    await v.click('Report it', v.button('Report it'), { flags: ['dead', 'repeated_submit'], wait: 3600 })
    await v.click('Library card', link('Library card'), { nav: '/library', wait: 2400 })
    await v.type('Family name', label('Family name'), 'Okafor')
    await v.type('Card PIN', label('Card PIN'), '12', { public: true, wait: 400 })
    await v.retype('Family name', label('Family name'), 'Okafor-Lind', { flags: ['retyped'] })
    await v.click('Get card', v.button('Get card'), { flags: ['error_shown'], texts: ['The PIN must have four digits'], nav: '/library', wait: 2800 })
    await v.type('Family name', label('Family name'), 'Okafor-Lind')
    await v.type('Card PIN', label('Card PIN'), '123', { may: ['abandoned_form'], public: true, wait: 2600, why: 'it was sent before, and failed' })
    await v.click('Parking permit', link('Parking permit'), { nav: '/permit', wait: 2400 })
    await v.type('Registration', label('Registration'), 'XY99 ZZZ', { wait: 400 })
    await v.click('I own the car', v.page.getByText('I own the car'), { as: 'change', flags: ['abandoned_form'], wait: 2600 })
    await v.click('Services', link('Services'), { nav: '/', wait: 3400 })
    v.claim('true', { kind: 'visited', text: '/permit/done', count: 1 }, { kind: 'clicked', text: 'Report it', count: 3 })
    v.claim('false', { kind: 'clicked', text: 'Get card', count: 2 })
    v.ends(['success', 'not shown', 'failed'], 'a permit was applied for')
  },
}
