// A tenants' portal in Dutch, rendered by the server, with a little script: forms that are kept, refused or never sent.
const css = 'body{font:16px/1.5 Arial,sans-serif;margin:0;color:#222}.c-top{background:#00526b;padding:10px 24px}.c-top a{color:#fff;margin-right:16px}.c-page{max-width:820px;margin:16px auto}.c-card{border:1px solid #ccd;padding:8px 14px;margin:8px 0}.c-melding{padding:8px 12px;border-left:4px solid #b00020;background:#fdecea}.c-melding--goed{border-color:#2e7d32;background:#e8f5e9}.c-veld{margin:8px 0}.c-veld label{display:block;font-weight:bold}.c-veld__fout{color:#b00020}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:6px;text-align:left}.u-klein{font-size:13px;color:#555}'
const page = (title, body, script = '') => ({ html: `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>${title} - De Linde Wonen</title><style>${css}</style><!-- SNIPPET --></head><body><nav class="c-top" aria-label="Hoofdmenu"><a href="/">Mijn woning</a><a href="/reparatie">Reparatie</a><a href="/rekening">Huurrekening</a><a href="/gegevens">Gegevens</a><a href="/contact">Contact</a></nav><main class="c-page"><h1>${title}</h1>${body}</main><footer class="c-page u-klein"><button type="button">Lees voor</button> Storing buiten kantoortijd? Bel de meldkamer.</footer><script>${script}</script></body></html>` })
const field = (name, label, value = '', problem = '', tag = 'input') => `<div class="c-veld"><label for="${name}">${label}</label>${problem && `<span class="c-veld__fout" id="${name}-fout">${problem}</span><br>`}${tag === 'input' ? `<input id="${name}" name="${name}" value="${value}" autocomplete="off">` : `<textarea id="${name}" name="${name}" rows="3" cols="50">${value}</textarea>`}</div>`
const bills = [['Mei', '612,40', 'Betaald'], ['Juni', '612,40', 'Incasso mislukt'], ['Juli', '628,15', 'Open']]
const repair = (form, problem) => page('Reparatie melden', `${problem ? '<p class="c-melding" role="alert">Uw melding is niet verstuurd.</p>' : ''}<form method="post" action="/reparatie" novalidate>${field('kapot', 'Wat is er kapot?', form?.get('kapot') ?? '', '', 'textarea')}<div class="c-veld"><label for="ruimte">Ruimte</label><select id="ruimte" name="ruimte"><option>Keuken</option><option${form?.get('ruimte') === 'Badkamer' ? ' selected' : ''}>Badkamer</option><option>Berging</option></select></div>${field('telefoon', 'Telefoon', form?.get('telefoon') ?? '', problem)}<button>Melding versturen</button></form>`)

const billScript = `
const say = (text, kind) => { document.querySelector('#bericht').innerHTML = text && '<p class="c-melding ' + (kind || '') + '" role="status">' + text + '</p>' }
document.querySelector('#jaar').onclick = () => fetch('/api/jaaroverzicht')
document.querySelector('#betaal').onclick = async () => { const r = await fetch('/api/betaling', { method: 'POST' }); const a = await r.json(); say(a.tekst, r.ok ? 'c-melding--goed' : '') }
document.querySelector('#regeling').onclick = async () => { say(''); const r = await fetch('/api/regeling', { method: 'POST' }); const a = await r.json(); say(a.tekst, r.ok ? 'c-melding--goed' : '') }
document.querySelector('#sorteer').onclick = () => { const b = document.querySelector('tbody'); b.append(...[...b.rows].reverse()) }`
const dataScript = `
const f = document.querySelector('#gegevens'), m = document.querySelector('#bericht')
f.onsubmit = async (e) => { e.preventDefault(); m.textContent = ''; const r = await fetch('/api/gegevens', { method: 'PUT', body: new URLSearchParams(new FormData(f)) }); const a = await r.json(); m.innerHTML = '<p role="alert" class="c-melding ' + (r.ok ? 'c-melding--goed' : '') + '">' + a.tekst + '</p>' }
for (const b of document.querySelectorAll('.stap')) b.onclick = () => { const o = document.querySelector('#bewoners'); o.textContent = Math.max(1, Number(o.textContent) + Number(b.dataset.d)) }`

export default {
  held: true,
  routes: () => ({
    'GET /': () => page('Mijn woning', '<p>Welkom terug. Storingen in uw straat: 0.</p><div class="c-card"><h2>Nieuws</h2><ul><li><a href="/nieuws/lift">Lift buiten gebruik in mei</a></li><li><a href="/nieuws/schilder">De schilder komt langs</a></li><li><a href="/nieuws/zon">Zonnepanelen: veelgemaakte fouten</a></li></ul></div><div class="c-card"><h2>Regel het zelf</h2><p><a href="/ruil">Woningruil aanvragen</a></p><p><a href="/opzeggen">Huur opzeggen</a></p></div>'),
    'GET /nieuws/lift': () => page('Lift buiten gebruik in mei', '<p>De monteur vervangt de kabels van de lift aan de Lindelaan.</p>'),
    'GET /nieuws/schilder': () => page('De schilder komt langs', '<p>In juni schilderen wij de kozijnen aan de noordkant.</p>'),
    'GET /nieuws/zon': () => page('Zonnepanelen: veelgemaakte fouten', '<p>Fout 1: te veel schaduw. Fout 2: panelen op het noorden.</p>'),
    'GET /reparatie': () => repair(),
    'POST /reparatie': ({ form }) => (form.get('telefoon').length < 10 ? repair(form, 'Vul een telefoonnummer van tien cijfers in.') : { to: '/reparatie/bedankt' }),
    'GET /reparatie/bedankt': () => page('Melding ontvangen', '<p class="c-melding c-melding--goed">Wij bellen u binnen twee werkdagen. Uw nummer is R-2208.</p>'),
    'GET /rekening': () => ({ wait: 4000, ...page('Huurrekening', `<div id="bericht"></div><table><thead><tr><th>Maand</th><th>Bedrag</th><th>Status</th></tr></thead><tbody>${bills.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</tbody></table><p><button type="button" id="sorteer">Nieuwste eerst</button> <button type="button" id="jaar">Jaaroverzicht</button> <button type="button" id="betaal">Betaal juni</button> <button type="button" id="regeling">Vraag een regeling aan</button></p>`, billScript) }),
    'GET /api/jaaroverzicht': { status: 500, json: {} },
    'POST /api/betaling': { wait: 4000, json: { tekst: 'Betaling ontvangen, bedankt.' } },
    'POST /api/regeling': { status: 409, json: { tekst: 'Een regeling kan pas na twee maanden huur.' } },
    'GET /gegevens': () => page('Gegevens', `<div id="bericht"></div><form id="gegevens">${field('roepnaam', 'Roepnaam', 'Sanne')}${field('mail', 'E-mail', '')}<button>Bewaren</button></form><h2>Bewoners</h2><p><button type="button" class="stap" data-d="-1" aria-label="Een minder">-</button> <output id="bewoners">1</output> <button type="button" class="stap" data-d="1" aria-label="Een meer">+</button></p>`, dataScript),
    'PUT /api/gegevens': ({ n }) => (n < 3 ? { status: 503, json: { tekst: 'Opslaan lukt nu niet. Probeer het later nog eens.' } } : { json: { tekst: 'Uw gegevens zijn bewaard.' } }),
    'GET /ruil': () => page('Woningruil aanvragen', `<form method="post" action="/ruil">${field('wens', 'Uw wens', '', '', 'textarea')}${field('kamers', 'Aantal kamers')}<button>Aanvraag indienen</button></form>`),
    'GET /opzeggen': () => page('Huur opzeggen', `<form method="post" action="/opzeggen">${field('datum', 'Laatste dag')}${field('reden', 'Reden', '', '', 'textarea')}<button>Opzegging versturen</button></form>`),
    'GET /contact': () => page('Contact', `<p>Wij zijn er van negen tot vijf.</p><form method="post" action="/contact">${field('onderwerp', 'Onderwerp')}${field('bericht', 'Uw bericht', '', '', 'textarea')}<button>Verstuur bericht</button></form>`),
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.click('Lift buiten gebruik in mei', link('Lift buiten gebruik in mei'), { nav: '/nieuws/lift', wait: 2200 })
    await v.back('/', { flags: ['quick_back'], wait: 2400 })
    await v.click('De schilder komt langs', link('De schilder komt langs'), { nav: '/nieuws/schilder', wait: 1700 })
    await v.back('/', { flags: ['quick_back'], wait: 2400 })
    await v.click('Zonnepanelen: veelgemaakte fouten', link('Zonnepanelen: veelgemaakte fouten'), { nav: '/nieuws/zon', wait: 7500, why: 'reads the article' })
    await v.back('/', { wait: 2400 })
    await v.click('Lees voor', v.button('Lees voor'), { flags: ['dead'], wait: 3600 })
    await v.click('Reparatie', link('Reparatie'), { nav: '/reparatie', wait: 2000 })
    await v.type('Wat is er kapot?', label('Wat is er kapot?'), 'De kraan lekt')
    await v.did('change', 'Ruimte', () => label('Ruimte').selectOption('Badkamer'), { wait: 900 })
    await v.type('Telefoon', label('Telefoon'), '06123')
    await v.click('Melding versturen', v.button('Melding versturen'), { flags: ['error_shown'], texts: ['Vul een telefoonnummer van tien cijfers in.'], soft: ['Uw melding is niet verstuurd.'], nav: '/reparatie', wait: 3400 })
    await v.click('Melding versturen', v.button('Melding versturen'), { flags: ['error_shown', 'repeated_submit'], texts: ['Vul een telefoonnummer van tien cijfers in.'], soft: ['Uw melding is niet verstuurd.'], nav: '/reparatie', wait: 3400, why: 'has not read it' })
    await v.retype('Telefoon', label('Telefoon'), '0612345678', { flags: ['retyped'] })
    await v.click('Melding versturen', v.button('Melding versturen'), { nav: '/reparatie/bedankt', texts: ['Uw nummer is R-2208.'], wait: 3000 })
    await v.click('Huurrekening', link('Huurrekening'), { flags: ['slow'], nav: '/rekening', soft: ['Incasso mislukt'], wait: 6000, why: 'a page that comes late; a failed payment of June is its content' })
    await v.click('Nieuwste eerst', v.button('Nieuwste eerst'), { wait: 2000 })
    await v.click('Jaaroverzicht', v.button('Jaaroverzicht'), { flags: ['rage', 'error_after'], may: ['dead'], n: 4, gap: 200, wait: 3600 })
    await v.click('Betaal juni', v.button('Betaal juni'), { flags: ['slow'], texts: ['Betaling ontvangen, bedankt.'], wait: 6000 })
    await v.click('Vraag een regeling aan', v.button('Vraag een regeling aan'), { flags: ['error_after', 'error_shown'], texts: ['Een regeling kan pas na twee maanden huur.'], wait: 3000 })
    await v.screen()
    await v.click('Gegevens', link('Gegevens'), { nav: '/gegevens', wait: 2000 })
    for (let more = 1; more <= 3; more++) await v.click('Een meer', v.button('Een meer'), { wait: 500 })
    await v.click('Een minder', v.button('Een minder'), { wait: 900 })
    await v.type('E-mail', label('E-mail'), 'sanne@linde.example')
    await v.click('Bewaren', v.button('Bewaren'), { flags: ['error_after', 'error_shown'], texts: ['Opslaan lukt nu niet.'], wait: 3800 })
    await v.click('Bewaren', v.button('Bewaren'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['Opslaan lukt nu niet.'], wait: 3800 })
    await v.click('Bewaren', v.button('Bewaren'), { flags: ['repeated_submit'], texts: ['Uw gegevens zijn bewaard.'], wait: 3000, why: 'the same again; this time it works' })
    await v.click('Mijn woning', link('Mijn woning'), { nav: '/', wait: 2000 })
    await v.click('Woningruil aanvragen', link('Woningruil aanvragen'), { nav: '/ruil', wait: 2000 })
    await v.type('Uw wens', label('Uw wens'), 'Graag lager wonen')
    await v.type('Aantal kamers', label('Aantal kamers'), 'drie', { flags: ['abandoned_form'], wait: 5000 })
    await v.click('Mijn woning', link('Mijn woning'), { nav: '/', wait: 2400 })
    await v.click('Huur opzeggen', link('Huur opzeggen'), { nav: '/opzeggen', wait: 2600 })
    await v.back('/', { flags: ['quick_back'], wait: 2200 })
    await v.click('Lees voor', v.button('Lees voor'), { flags: ['rage'], may: ['dead'], n: 3, gap: 220, wait: 3600 })
    await v.click('Huur opzeggen', link('Huur opzeggen'), { nav: '/opzeggen', wait: 2000 })
    await v.type('Reden', label('Reden'), 'Samen gaan wonen', { flags: ['abandoned_form'], wait: 5200 })
    await v.click('Contact', link('Contact'), { nav: '/contact', wait: 2000 })
    await v.type('Onderwerp', label('Onderwerp'), 'Sleutel kwijt')
    await v.type('Uw bericht', label('Uw bericht'), 'Mag ik er een bij', { flags: ['abandoned_form'], wait: 6500, why: 'closes the page' })
    v.claim('true', { kind: 'clicked', text: 'Melding versturen', count: 3 }, { kind: 'saw_text', text: 'Uw gegevens zijn bewaard' }, { kind: 'request_failed', text: '/api/jaaroverzicht', status: 500 }, { kind: 'rage', text: 'Jaaroverzicht' })
    v.claim('false', { kind: 'clicked', text: 'Verstuur bericht', count: 1 }, { kind: 'dead', text: 'Nieuwste eerst' }, { kind: 'rage', text: 'Een meer' })
    v.claim('unknown', { kind: 'saw_text', text: 'Uw huur is opgezegd' })
    v.ends(['success', 'failed', 'not shown'], 'the repair was reported, the bill paid and the data kept; the last message was never sent')
  },
}
