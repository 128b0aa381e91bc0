// A radio archive: history routing, hashed class names, a cookie banner, a chat bubble, hearts that turn back.
const css = '@keyframes pulse{50%{opacity:.4}}@keyframes turn{to{transform:rotate(1turn)}}body{margin:0;font:15px/1.5 system-ui;color:#1d2433;background:#f6f4ef}._bar_1x9qk_1{display:flex;gap:16px;padding:12px 24px;background:#1d2433}._bar_1x9qk_1 a{color:#fff}._wrap_1x9qk_9{max-width:760px;margin:16px auto}._card_8fj2a_1{background:#fff;border-radius:10px;padding:10px 14px;margin:10px 0;min-height:64px}._ghost_8fj2a_14{animation:pulse 1.2s infinite;background:#d8d5cc;border-radius:6px;height:16px;margin:8px 0}._ring_77dka_3{display:inline-block;width:14px;height:14px;border:2px solid #999;border-top-color:#000;border-radius:50%;animation:turn 1s linear infinite}._cookie_p02la_1{position:fixed;left:16px;bottom:16px;background:#fff;border:1px solid #999;padding:12px;max-width:340px}._toast_p9s1m_2{position:fixed;top:60px;right:20px;background:#7f1d1d;color:#fff;padding:10px 16px;border-radius:6px}._toast_p9s1m_2._ok_p9s1m_8{background:#14532d}._bubble_z1c4e_1{position:fixed;right:20px;bottom:20px;width:52px;height:52px;border-radius:50%;background:#0e7490;color:#fff;border:0}._panel_z1c4e_7{position:fixed;right:20px;bottom:84px;width:280px;background:#fff;border:1px solid #aaa;padding:10px}._field_0aa3c_1{display:block;margin:8px 0}._hint_0aa3c_9{color:#b91c1c;margin:4px 0}'
const script = String.raw`
const root = document.querySelector('#app')
const $ = (selector) => document.querySelector(selector)
const make = (html) => { const t = document.createElement('template'); t.innerHTML = html.trim(); return t.content.firstElementChild }
const call = async (method, path, data) => { const r = await fetch(path, { method, body: data && JSON.stringify(data) }); return { ok: r.ok, ...(await r.json().catch(() => ({}))) } }
const toast = (text, ok) => { const t = make('<div class="_toast_p9s1m_2 ' + (ok ? '_ok_p9s1m_8' : '') + '" role="status">' + text + '</div>'); document.body.append(t); setTimeout(() => t.remove(), 2600) }
const shows = { harbour: 'Harbour at night', errors: 'Trial and error', bees: 'What bees hear', fog: 'Fog signals' }
let page = 1
const views = {
  '/': () => {
    root.innerHTML = '<h1>Episodes</h1><label class="_field_0aa3c_1">Filter <input id="filter" type="search"></label><div id="list"></div><div id="more"></div>'
    const draw = () => { const q = $('#filter').value.toLowerCase(); $('#list').replaceChildren(...Object.entries(shows).filter(([, t]) => t.toLowerCase().includes(q)).map(([k, t]) => make('<article class="_card_8fj2a_1"><h3><a href="/e/' + k + '">' + t + '</a></h3><small>41 minutes</small></article>'))) }
    $('#filter').oninput = draw; draw()
    page = 1
    const next = async () => { const n = ++page; const a = await call('GET', '/api/episodes'); if (location.pathname !== '/') return; for (const t of a.titles) $('#more').append(make('<article class="_card_8fj2a_1"><h3>' + t + ', part ' + n + '</h3><small>From the archive</small></article>')) }
    onscroll = () => { if (location.pathname === '/' && page < 4 && innerHeight + scrollY > document.body.scrollHeight - 120) { onscroll.busy ||= next().finally(() => { onscroll.busy = null }) } }
  },
  '/schedule': () => {
    root.innerHTML = '<h1>Schedule</h1><p>Failures of the transmitter this year: 0</p><button id="week">This week</button> <button id="print">Print schedule</button><div id="days"></div>'
    $('#week').onclick = async () => { const a = await call('GET', '/api/week'); $('#days').innerHTML = '<p>' + a.text + '</p>' }
  },
  '/pitch': () => {
    root.innerHTML = '<h1>Pitch a show</h1><form id="pitch"><label class="_field_0aa3c_1">Working title <input id="title"></label><label class="_field_0aa3c_1">The idea <textarea id="idea"></textarea></label><p id="problem"></p><button id="send">Send pitch</button></form>'
    $('#pitch').onsubmit = async (e) => { e.preventDefault(); $('#problem').textContent = ''; const b = $('#send'); b.disabled = true; b.innerHTML = '<i class="_ring_77dka_3"></i> Sending'; const a = await call('POST', '/api/pitch', {}); b.disabled = false; b.textContent = 'Send pitch'; if (a.ok) root.innerHTML = '<h1>Pitch received</h1><p>We listen to it on Thursday.</p>'; else $('#problem').innerHTML = '<span class="_hint_0aa3c_9" role="alert">' + a.text + '</span>' }
  },
  '/give': () => {
    root.innerHTML = '<h1>Support us</h1><form id="give"><label class="_field_0aa3c_1">Amount <input id="amount" inputmode="numeric"></label><label class="_field_0aa3c_1">Name on the wall <input id="wall"></label><button>Give now</button></form><p>Two thirds of the costs are power.</p>'
    $('#give').onsubmit = (e) => { e.preventDefault(); call('POST', '/api/give', {}) }
  },
  '/request': () => {
    root.innerHTML = '<h1>Request a song</h1><form id="song"><label class="_field_0aa3c_1">Song <input id="what"></label><label class="_field_0aa3c_1">For whom <input id="whom"></label><button>Ask the host</button></form>'
    $('#song').onsubmit = (e) => { e.preventDefault(); toast('Asked', true) }
  },
}
const episode = (key) => {
  root.innerHTML = '<h1>' + shows[key] + '</h1><p><button id="play" aria-pressed="false">Play</button> <button id="follow" aria-pressed="false">Follow show</button> <button id="share">Share</button> <button id="load">Download</button> <button id="words">Transcript</button></p><div id="text"></div><h2>Comments</h2><form id="comment"><label class="_field_0aa3c_1">Your comment <textarea id="body"></textarea></label><button>Post comment</button></form>'
  $('#play').onclick = (e) => { const on = e.target.textContent === 'Play'; e.target.textContent = on ? 'Pause' : 'Play'; e.target.setAttribute('aria-pressed', on) }
  $('#follow').onclick = async (e) => { const b = e.target; b.textContent = 'Following'; const a = await call('POST', '/api/follow', {}); if (!a.ok) { b.textContent = 'Follow show'; toast(a.text) } }
  $('#load').onclick = () => { call('GET', '/api/file/' + key) }
  $('#words').onclick = async () => { $('#text').innerHTML = '<div class="_ghost_8fj2a_14"></div><div class="_ghost_8fj2a_14"></div><div class="_ghost_8fj2a_14"></div>'; const a = await call('GET', '/api/words'); $('#text').innerHTML = '<p>' + a.text + '</p>' }
  $('#comment').onsubmit = (e) => { e.preventDefault(); toast('Comment posted', true) }
}
const show = () => { scrollTo(0, 0); const m = location.pathname.match(/^\/e\/(\w+)$/); m ? episode(m[1]) : views[location.pathname]() }
document.addEventListener('click', (e) => { const a = e.target.closest('a[href]'); if (a) { e.preventDefault(); history.pushState(null, '', a.getAttribute('href')); show() } })
addEventListener('popstate', show); show()
const cookie = make('<div class="_cookie_p02la_1" role="dialog" aria-label="Cookies"><p>We count listeners, nothing else. Without cookies some players fail to remember the place.</p><button>Accept all</button> <button>Only necessary</button></div>')
for (const b of cookie.querySelectorAll('button')) b.onclick = () => cookie.remove()
document.body.append(cookie)
$('._bubble_z1c4e_1').onclick = () => {
  const old = $('._panel_z1c4e_7'); if (old) return old.remove()
  const p = make('<div class="_panel_z1c4e_7" role="region" aria-label="Chat"><div id="log"><p>Hello, this is the studio.</p></div><input id="line" aria-label="Write to the studio"></div>')
  p.querySelector('input').onkeydown = (e) => { if (e.key !== 'Enter' || !e.target.value) return; $('#log').append(make('<p>You: ' + e.target.value.length + ' letters</p>')); e.target.value = ''; setTimeout(() => $('#log')?.append(make('<p>Thanks! We had an error in the printed list, the web is right.</p>')), 900) }
  document.body.append(p)
}
setInterval(() => { $('#live').textContent = String(30 + Math.round(Date.now() / 4000) % 9) }, 4000)`
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tidal Radio</title><style>${css}</style><!-- SNIPPET --></head><body><nav class="_bar_1x9qk_1"><a href="/">Episodes</a><a href="/schedule">Schedule</a><a href="/pitch">Pitch a show</a><a href="/request">Request a song</a><a href="/give">Support us</a><span style="color:#9cf"><b id="live">31</b> listening</span></nav><main class="_wrap_1x9qk_9" id="app"></main><button class="_bubble_z1c4e_1" aria-label="Open chat">Chat</button><script>${script}</script></body></html>`

export default {
  held: true,
  routes: () => ({
    ...Object.fromEntries(['/', '/schedule', '/pitch', '/give', '/request', '/e/harbour', '/e/errors', '/e/bees', '/e/fog'].map((path) => [`GET ${path}`, { html }])),
    'GET /api/episodes': { wait: 400, json: { titles: ['The lighthouse keeper', 'Lost and never found', 'Net menders', 'Failed crossings'] } },
    'GET /api/week': { wait: 4200, json: { text: 'Monday: sea shanties. Tuesday: open line.' } },
    'GET /api/words': { wait: 4300, json: { text: 'Every bell of this harbour has its own note.' } },
    'GET /api/file/harbour': { status: 404, json: {} },
    'POST /api/follow': ({ n }) => (n === 1 ? { status: 500, wait: 200, json: { text: 'You could not be added to the list of followers.' } } : { json: {} }),
    'POST /api/pitch': ({ n }) => [{ status: 422, json: { text: 'A show of this name is already on air.' } }, { status: 422, json: { text: 'A show of this name is already on air.' } }, { wait: 4300, json: {} }][n - 1],
    'POST /api/give': { wait: 100, json: {} },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.click('Accept all', v.button('Accept all'), { wait: 1500 })
    await v.page.mouse.wheel(0, 900)
    await v.rest(1600)
    await v.page.mouse.wheel(0, 1200)
    await v.rest(1800)
    await v.page.mouse.wheel(0, -3000)
    await v.rest(1200)
    await v.type('Filter', label('Filter'), 'be', { public: true, wait: 1200, why: 'filters as one types' })
    await v.click('What bees hear', link('What bees hear'), { nav: '/e/bees', wait: 2200 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Trial and error', link('Trial and error'), { nav: '/e/errors', wait: 2000, why: 'an episode of that name' })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Harbour at night', link('Harbour at night'), { nav: '/e/harbour', wait: 1800 })
    await v.click('Play', v.button('Play'), { wait: 1500 })
    await v.click('Transcript', v.button('Transcript'), { flags: ['slow', 'wait'], texts: ['Every bell of this harbour has its own note.'], wait: 6000 })
    await v.click('Share', v.button('Share'), { flags: ['dead'], wait: 3600 })
    await v.click('Follow show', v.button('Follow show'), { flags: ['error_after', 'error_shown'], texts: ['You could not be added to the list of followers.'], wait: 3600 })
    await v.click('Follow show', v.button('Follow show'), { soft: ['Following'], wait: 2400 })
    await v.click('Download', v.button('Download'), { flags: ['rage', 'error_after'], may: ['dead'], n: 4, gap: 210, wait: 3600 })
    await v.click('Pause', v.button('Pause'), { wait: 1400 })
    await v.type('Your comment', label('Your comment'), 'I live near these', { flags: ['abandoned_form'], wait: 5200 })
    await v.click('Schedule', link('Schedule'), { nav: '/schedule', soft: ['Failures of the transmitter this year: 0'], wait: 1800 })
    await v.click('This week', v.button('This week'), { flags: ['slow'], texts: ['Monday: sea shanties.'], wait: 6000, why: 'no spinner' })
    await v.click('Print schedule', v.button('Print schedule'), { flags: ['dead'], wait: 3600 })
    await v.click('Pitch a show', link('Pitch a show'), { nav: '/pitch', wait: 1800 })
    await v.type('Working title', label('Working title'), 'Open line')
    await v.type('The idea', label('The idea'), 'People call and sing')
    await v.click('Send pitch', v.button('Send pitch'), { flags: ['error_after', 'error_shown'], texts: ['A show of this name is already on air.'], wait: 3800 })
    await v.click('Send pitch', v.button('Send pitch'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['A show of this name is already on air.'], wait: 3600 })
    await v.retype('Working title', label('Working title'), 'Singing line', { flags: ['retyped'] })
    await v.screen()
    await v.click('Send pitch', v.button('Send pitch'), { flags: ['slow', 'wait'], texts: ['We listen to it on Thursday.'], wait: 6200 })
    await v.click('Open chat', v.button('Open chat'), { alt: ['Chat'], soft: ['Hello, this is the studio.'], wait: 1500 })
    await v.type('Write to the studio', label('Write to the studio'), 'Which list is right', { wait: 500 })
    await v.go('Enter')
    await v.rest(2600)
    await v.click('Open chat', v.button('Open chat'), { alt: ['Chat'], wait: 1500, why: 'closes it' })
    await v.click('Support us', link('Support us'), { nav: '/give', wait: 1800 })
    await v.type('Amount', label('Amount'), '25', { public: true })
    await v.type('Name on the wall', label('Name on the wall'), 'The Quists')
    await v.click('Give now', v.button('Give now'), { flags: ['dead'], wait: 4000, why: 'no answer to be seen' })
    await v.click('Give now', v.button('Give now'), { flags: ['dead', 'repeated_submit'], wait: 4000 })
    await v.click('Request a song', link('Request a song'), { nav: '/request', wait: 1800 })
    await v.type('Song', label('Song'), 'The parting glass')
    await v.type('For whom', label('For whom'), 'my aunt', { flags: ['abandoned_form'], wait: 5400 })
    await v.click('Episodes', link('Episodes'), { nav: '/', wait: 3000 })
    v.claim('true', { kind: 'clicked', text: 'Send pitch', count: 3 }, { kind: 'saw_text', text: 'We listen to it on Thursday' }, { kind: 'dead', text: 'Print schedule' }, { kind: 'request_failed', text: '/api/pitch', status: 422, count: 2 })
    v.claim('false', { kind: 'rage', text: 'Give now' }, { kind: 'clicked', text: 'Post comment', count: 1 }, { kind: 'request_failed', text: '/api/give' })
    v.claim('unknown', { kind: 'saw_text', text: 'Thank you for your gift' })
    v.ends(['success', 'failed', 'not shown'], 'the pitch was received; nothing said that the gift was')
  },
}
